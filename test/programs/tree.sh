#!/bin/bash
# tar, rsync and cp carry /usr/include (a part of it under the interception library) into a mount and back; every byte, mode, time and link target must come back.
. "$(dirname "$0")/../lib.sh"
need tar rsync diff cmp
new_mount

SRC=/usr/include
FILE=stdio.h
[ -z "$INTERCEPT" ] || SRC=/usr/include/linux FILE=stat.h

# attributes DIR: what must be the same of every name in it; the size of a directory is the file system's own matter.
attributes()
{
	(cd "$1" && find . -type d -printf '%p %y %m %T@\n' -o -printf '%p %y %m %s %T@ %l\n' | LC_ALL=C sort)
}

same()
{
	diff -r --no-dereference "$1" "$2" && diff <(attributes "$1") <(attributes "$2")
}

tar_in()
{
	mkdir "$MNT/tar" && tar --format=posix -C "$SRC" -cf - . | tar -C "$MNT/tar" -xpf -
}

tar_back()
{
	mkdir "$WORK/tar" && tar --format=posix -C "$MNT/tar" -cf - . | tar -C "$WORK/tar" -xpf -
}

check "tar into the mount" tar_in
check "tar: all the same in the mount" same "$SRC" "$MNT/tar"
check "tar back" tar_back
check "tar: all the same after the way back" same "$SRC" "$WORK/tar"
check "tar --compare finds nothing" eval 'tar --format=posix -C "$SRC" -cf - . | tar -C "$MNT/tar" --compare -f -'
check "an archive in the mount" eval 'tar -C "$MNT/tar" -czf "$MNT/inc.tar.gz" . && tar -tzf "$MNT/inc.tar.gz" >/dev/null'
check "rsync into the mount" rsync -a "$SRC/" "$MNT/rsync/"
check "rsync: all the same in the mount" same "$SRC" "$MNT/rsync"
expect "a second rsync has nothing to do" "" "$(rsync -ai "$SRC/" "$MNT/rsync/")"
expect "rsync --checksum has nothing to do" "" "$(rsync -ai --checksum "$MNT/tar/" "$MNT/rsync/")"
check "rsync back" rsync -a "$MNT/rsync/" "$WORK/rsync/"
check "rsync: all the same after the way back" same "$SRC" "$WORK/rsync"
check "rsync --delete --inplace after changes" eval \
	'echo x >>"$MNT/rsync/$FILE" && touch "$MNT/rsync/extra" && rsync -a --delete --inplace "$SRC/" "$MNT/rsync/"'
check "rsync: all the same again" same "$SRC" "$MNT/rsync"
check "cp -a inside the mount" cp -a "$MNT/tar" "$MNT/cp"
check "cp: all the same" same "$SRC" "$MNT/cp"
check "mv inside the mount" eval 'mv "$MNT/cp" "$MNT/moved" && diff -rq --no-dereference "$MNT/tar" "$MNT/moved"'
check "unmount" unmount
if [ -z "${DFUSE_TESTDIR:-}" ]; then
	mount_dfuse
	check "all the same after a new mount" same "$SRC" "$MNT/tar"
	check "remove all" eval 'rm -rf "$MNT"/* && [ -z "$(ls -A "$MNT")" ]'
	check "unmount again" unmount
fi
summary
