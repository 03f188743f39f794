#!/bin/bash
# Building a C project in a mount with ninja -j: this repository itself.
. "$(dirname "$0")/../lib.sh"
need meson ninja cc tar
new_mount

copy_source()
{
	mkdir "$MNT/src" && tar -C "$LIB_SRC" --exclude=.git --exclude='./build*' --exclude=./deps -cf - . | tar -C "$MNT/src" -xf -
}

check "copy the source" copy_source
cd "$MNT/src" || summary
check "meson setup" meson setup -Dtests=disabled out
# Under the interception library one library of it: what else there is would be more of the same.
TARGETS=()
[ -z "$INTERCEPT" ] || TARGETS=(lib/daos/libdaos.so.2.8.0 bin/daos/daos)
check "ninja -j 4" ninja -j 4 -C out "${TARGETS[@]}"
check "nothing left to do" eval 'ninja -C out "${TARGETS[@]}" | grep -q "no work to do"'
# With no mount ld.so looks for the program's libraries before the interception library is there to find them.
[ "${DFUSE_TEST_INTERCEPT:-}" = none ] || check "the program built in the mount runs there" out/bin/daos/daos version
check "touch one header: something to do" eval 'touch include/daos.h && ! ninja -n -C out "${TARGETS[@]}" | grep -q "no work to do"'
check "build again" ninja -j 4 -C out "${TARGETS[@]}"
[ -n "$INTERCEPT" ] || check "install" env DESTDIR="$MNT/inst" meson install --no-rebuild --quiet -C out
check "clean" ninja -C out -t clean
check "remove all" eval 'cd "$MNT" && rm -rf src inst && [ -z "$(ls -A)" ]'
cd / && check "unmount" unmount
summary
