#!/bin/bash
# Every way to get a header wrong must be noticed: break a copy of the headers, one way at a time, and run the check.
#
#   selftest.sh SOURCE_DIR COMPILER...
set -u
here=$1/test/abi
include=$1/include
shift
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

# broken WHAT FILE SED-SCRIPT
broken() {
	rm -rf "$tmp/include"
	cp -r "$include" "$tmp/include"
	sed -i -E "$3" "$tmp/include/$2"
	if cmp -s "$include/$2" "$tmp/include/$2"; then
		echo "FAIL: $1: the sed script does not match $2 any more"
		failed=1
	elif python3 "$here/check.py" "header:$2" "$tmp/include" "$here/abi-2.8.table" "$here/extras.list" "${CC[@]}" >"$tmp/out"; then
		echo "FAIL: not noticed: $1"
		failed=1
	fi
}

CC=("$@")
broken 'another value of a macro' daos_types.h 's/(#define DAOS_PC_RW)\s+.*/\1 4/'
broken 'another type of a macro' daos_obj.h 's/(#define OID_FMT_TYPE_MAX)\s+.*/\1 255/'
broken 'another value of an enumerator' daos_errno.h 's/DER_NOMEM\s*=.*/DER_NOMEM = 1099,/'
broken 'a macro of our own' daos_kv.h 's/(#define DAOS_COND_KEY_GET.*)/\1\n#define DAOS_COND_KEY_OWN 3/'
broken 'an enumerator of our own' daos_api.h 's/(\s*)(DAOS_TF_RDONLY.*)/\1DAOS_TF_OWN = 64,\n\1\2/'
broken 'a longer field' daos_types.h 's/uint16_t(\s+)da_shard/uint32_t\1da_shard/'
broken 'a field of another type and the same size' daos_obj.h 's/uint64_t(\s+)rx_idx/int64_t\1rx_idx/'
broken 'a field in the padding' daos_obj.h 's/(\s*)(uint32_t\s+kd_val_type;)/\1\2\n\1uint32_t kd_own;/'
broken 'a renamed field' daos_array.h 's/\brg_len;/rg_length;/'
broken 'a type of our own' daos_cont.h 's/^(enum daos_snapshot_opts .)/typedef struct {\n\tint own;\n} daos_own_t;\n\1/'
broken 'another argument type' daos_array.h 's/(int daos_array_close\(daos_handle_t[^,]*,).*/\1 void *ev);/'
broken 'another return type' daos_event.h 's/^int (daos_event_fini)/long \1/'
broken 'a function of our own' daos_kv.h 's/^(int daos_kv_close)/int daos_kv_own(void);\n\1/'
broken 'a type that the header does not bring along' daos_kv.h 's/#include <daos_obj.h>//'
exit $failed
