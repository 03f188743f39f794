#!/bin/bash
# stress-ng's file system stressors in a mount, each verifying what it does.
#
# Left out: link, mknod, fifo and the like (a container has no hard links, devices, fifos or sockets), chown, chattr,
# and those that work on the whole machine or on file systems of their own (ramfs, binderfs, iomount, ...).
. "$(dirname "$0")/../lib.sh"
need stress-ng
new_mount

STRESSORS=(access chdir chmod copy-file dentry dir dirdeep dirmany dnotify dup fallocate fcntl fiemap filename flock fpunch
	fsize fstat getdent hdd inode-flags inotify io iomix locka lockf lockofd mmap open readahead rename revio seek
	sendfile splice symlink sync-file touch utime verity xattr)
SIZES=(--dirdeep-inodes 2000 --dentries 1000 --hdd-bytes 16m --iomix-bytes 16m --fallocate-bytes 32m --seek-size 16m
	--readahead-bytes 32m --mmap-file --mmap-bytes 16m)

stress()
{
	stress-ng --temp-path "$MNT" --verify --oomable --timeout "${SECONDS_EACH:-2}" "${SIZES[@]}" "--$1" 2
}

cd "$MNT" || summary
known=$(stress-ng --stressors 2>/dev/null)
for s in "${STRESSORS[@]}"; do
	[[ " $known " != *" $s "* ]] || check "stress-ng --$s" stress "$s"
done
cd / && check "what it leaves can be removed" eval 'rm -rf "$MNT"/* && [ -z "$(ls -A "$MNT")" ]'
check "unmount" unmount
summary
