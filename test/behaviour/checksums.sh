#!/bin/bash
# A container with checksums: damage of its files' bytes on the disk is EIO, for all ways in, and reported; all else works as without.
. "$(dirname "$0")/../lib.sh"
[ -z "${DFUSE_TESTDIR:-}" ] || skip "needs a store of its own"
need_mount
new_store
new_pool tank
new_container home --properties=cksum:sha256,cksum_size:4096
mount_dfuse
IL_LIB=$DFUSE_BUILD/lib/intercept/libioil.so

# flip TEXT: a bit in the one place of the store's data where TEXT is.
flip()
{
	python3 - "$STORE" "$1" <<-'END'
		import os, sys
		found = 0
		for top, _, names in os.walk(sys.argv[1].encode()):
		    for name in names if b"/data/" in top else ():
		        path = top + b"/" + name
		        at = open(path, "rb").read().find(sys.argv[2].encode())
		        if at >= 0:
		            with open(path, "r+b") as f:
		                f.seek(at + 1)
		                byte = f.read(1)[0] ^ 1
		                f.seek(at + 1)
		                f.write(bytes([byte]))
		            found += 1
		sys.exit(found != 1)
	END
}

again()
{
	unmount && mount_dfuse
}

expect "the property is what was asked for" sha256 "$(daos --json container get-prop tank home --properties=cksum |
	python3 -c 'import json, sys; print(json.load(sys.stdin)["response"][0]["value"])')"
seq 1 20000 >"$WORK/plain"
echo "a file with a SPOT in it" >>"$WORK/plain"
check "write a file" cp "$WORK/plain" "$MNT/file"
check "append to it, change it in place, cut it" eval '
	for f in "$WORK/plain" "$MNT/file"; do
		echo more >>"$f" && printf XY | dd of="$f" bs=1 seek=5000 conv=notrunc 2>/dev/null && truncate -s -3 "$f" && truncate -s 120000 "$f"
	done'
check "it reads back" cmp "$WORK/plain" "$MNT/file"
check "and after a new mount" eval 'again && cmp "$WORK/plain" "$MNT/file"'
check "a mapping of it" python3 - "$MNT/map" <<'END'
import mmap, sys
with open(sys.argv[1], "w+b") as f:
    f.truncate(100000)
    m = mmap.mmap(f.fileno(), 100000)
    m[50000:50005] = b"hello"
    m.flush()
    f.seek(50000)
    assert f.read(5) == b"hello"
END
check "locks exclude each other" eval 'flock "$MNT/file" flock -n "$MNT/file" true; [ $? -ne 0 ]'
# The suite's own words on what goes another way here than with a plain file's descriptor.
posix()
{
	"$DFUSE_BUILD/test/posix/posix-suite" --quiet --profile=dfuse "--only=$1.*" "$MNT"
}

for group in append direct mmap readwrite sparse truncate unlink; do
	check "POSIX: $group" posix $group
done
check "a hole that reaches the end leaves the size" eval \
	'seq 1000 >"$MNT/hole" && fallocate -p -o 100 -l 1M "$MNT/hole" && [ "$(stat -c %s "$MNT/hole")" = 3893 ]'
check "sync" sync -f "$MNT/file"
check "container check finds nothing" daos container check tank home

# All of it under the interception library, which leaves the bytes to the mount.
if [ -e "$IL_LIB" ]; then
	in_library()
	{
		LD_PRELOAD=$IL_LIB "$@"
	}
	check "library: copy" in_library cp "$WORK/plain" "$MNT/copy"
	check "library: read" in_library cmp "$WORK/plain" "$MNT/copy"
	check "the mount sees it" cmp "$WORK/plain" "$MNT/copy"
	check "library: append, cut, rename, remove" in_library bash -c '
		set -e
		cd "$1"
		echo line >>copy && [ "$(tail -n 1 copy)" = line ] && truncate -s 10 copy && [ "$(stat -c %s copy)" = 10 ]
		mv copy moved && cp moved third && rm moved third && [ ! -e moved ]
		(set -C; echo new >fresh) && ! (set -C; echo again >fresh) 2>/dev/null
		chmod 600 fresh && touch -d 2020-01-01 fresh && [ "$(stat -c %Y fresh)" = "$(date -d 2020-01-01 +%s)" ]
		cp /bin/true . && ./true && rm true fresh' bash "$MNT"
	without_mount()
	{
		LD_PRELOAD=$IL_LIB D_IL_POOL=tank D_IL_CONTAINER=home D_IL_MOUNT_POINT=$WORK/none "$@"
	}
	mkdir "$WORK/none"
	check_fails "library, no mount: the bytes cannot be had" "Operation not supported" without_mount cat "$WORK/none/file"
	check_fails "library, no mount: no file is made" "Operation not supported" without_mount cp "$WORK/plain" "$WORK/none/new"
	check "library, no mount: names work" eval \
		'[ "$(without_mount ls "$WORK/none")" = "$(ls "$MNT")" ] && without_mount mv "$WORK/none/map" "$WORK/none/map2" && [ -e "$MNT/map2" ]'
fi

check "unmount" unmount
check "flip a bit on the disk" flip "a file with a SPOT in it"
mount_dfuse
read_all()
{
	cat "$1" >/dev/null
}

check_fails "reading it is EIO" "Input/output error" read_all "$MNT/file"
check "what is before it reads" eval 'head -c 8192 "$MNT/file" | cmp -n 8192 - "$WORK/plain"'
[ ! -e "$IL_LIB" ] || check_fails "library: EIO, too" "Input/output error" env LD_PRELOAD="$IL_LIB" cmp "$WORK/plain" "$MNT/file"
check_fails "the tool's copy fails" "Input/output error|DER_CSUM|[Cc]hecksum" \
	daos filesystem copy --src=daos://tank/home/file --dst="$WORK/out"
out=$(daos container check tank home 2>&1)
expect "container check fails" 1 $?
expect "and names one object" 1 "$(grep -c 'found data inconsistency for object' <<<"$out")"
check "written anew, it reads" eval 'cp "$WORK/plain" "$MNT/file" && again && cmp "$WORK/plain" "$MNT/file"'
check "container check is content" daos container check tank home
check "unmount again" unmount
summary
