#!/bin/bash
# fio with verify in a mount: every way to read and write, direct and buffered, with checksums of what was written.
. "$(dirname "$0")/../lib.sh"
need fio
new_mount

# job DIR ENGINE DIRECT RW BS: writes with two jobs, then reads all back and compares.
job()
{
	mkdir -p "$1" && cd "$1" && fio --name=v --directory="$1" --ioengine="$2" --direct="$3" --rw="$4" --bs="$5" --size=16m \
		--numjobs=2 --iodepth=8 --verify=crc32c --verify_fatal=1 --do_verify=1 --serialize_overlap=1 --group_reporting \
		--fallocate=none --randrepeat=1 --output-format=terse "${@:6}" && cd / && rm -rf "$1"
}

for engine in sync psync pvsync2 libaio io_uring mmap; do
	# What the host does not have (a kernel without io_uring, a container that forbids it) says nothing about the mount.
	if ! job "$WORK/probe" $engine 0 write 64k >"$WORK/probe.log" 2>&1; then
		echo "note: fio's engine $engine does not work on this host"
		continue
	fi
	for direct in 0 1; do
		[ "$engine-$direct" != mmap-1 ] || continue
		for rw in write randwrite; do
			check "$engine direct=$direct $rw 4k" job "$MNT/f" $engine $direct $rw 4k
		done
		check "$engine direct=$direct randwrite 4k-256k" job "$MNT/f" $engine $direct randwrite 4k --bsrange=4k-256k
		check "$engine direct=$direct write 1m" job "$MNT/f" $engine $direct write 1m
	done
	check "$engine buffered, odd sizes" job "$MNT/f" $engine 0 randwrite 4k --bsrange=512-70k --bs_unaligned=0
	check "$engine with fsync" job "$MNT/f" $engine 0 randwrite 16k --fsync=32
done
check "write here, verify after a new mount: write" fio --name=keep --directory="$MNT" --rw=randwrite --bs=8k --size=32m \
	--verify=crc32c --do_verify=0 --end_fsync=1 --output-format=terse
check "unmount" unmount
if [ -z "${DFUSE_TESTDIR:-}" ]; then
	mount_dfuse
	check "write here, verify after a new mount: verify" fio --name=keep --directory="$MNT" --rw=randwrite --bs=8k --size=32m \
		--verify=crc32c --verify_only --output-format=terse
	check "unmount again" unmount
fi
summary
