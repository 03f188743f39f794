#!/bin/bash
# FUSE passthrough: the kernel reads, writes and maps the plain files itself, and everything is as without.
. "$(dirname "$0")/behaviour.sh"
. "$(dirname "$0")/actors.sh"
need_mount
need_user
new_store
new_pool tank 1G # so that it is not what the host has left, which changes, that bounds what is available
new_container home

# An ordinary user's dfuse may not; asked for it, it says so.
chown -R nobody:nogroup "$STORE" 2>/dev/null
new_mountpoint
if [ "$(id -u)" = 0 ]; then
	wrong "no right to it" "passthrough=on: .*(CAP_SYS_ADMIN|which is older than)" as_user dfuse --passthrough=on "$MNT" tank home
	as_user dfuse "$MNT" tank home
	expect "without asking: not in use" false "$(as_user getfattr -n user.dfuse.query --only-values --absolute-names "$MNT" |
		grep -o '"passthrough":[a-z][a-z]*' | cut -d: -f2)"
	check "unmount" unmount
	USER_RUN=()
	chown -R root:root "$STORE"
fi
mount_dfuse
if [ "$(mount_says passthrough)" != true ]; then
	mkdir "$WORK/vain"
	check_fails "asked for in vain" "passthrough=on: " dfuse --passthrough=on "$WORK/vain" tank home
	[ "$FAILED" -eq 0 ] || summary
	echo "SKIP there is no FUSE passthrough here: $(dfuse --help | tail -n 1)"
	exit 77
fi

# requests: how many reads and writes dfuse has been asked for.
requests()
{
	local read write
	read=$(mount_says statistics.read)
	write=$(mount_says statistics.write)
	echo $((${read:-0} + ${write:-0}))
}

# none_open MNT: waits until dfuse has seen every close, of which the kernel tells it a moment later.
none_open()
{
	local i
	for ((i = 0; i < 1200; i++)); do
		[ "$(mount_says open_files "$1")" != 0 ] || return 0
		sleep 0.05
	done
	return 1
}

df_used()
{
	df --output=used -B1 "$MNT" | tail -n 1
}

# Everything that goes by descriptors, in one program.
python3 - "$MNT" >"$WORK/steps" 2>&1 <<'PYTHON'
import mmap, os, sys, time

os.chdir(sys.argv[1])
PAGE = mmap.PAGESIZE

def expect(what, want, got):
    print("ok" if want == got else "FAIL", what if want == got else "%s: expected %r, got %r" % (what, want, got))

def size(path):
    return os.stat(path).st_size

a = os.open("f", os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644)
expect("created: empty", 0, size("f"))
expect("created: read at the end", b"", os.read(a, 10))
first = os.stat("f").st_mtime_ns
expect("created: the time stays", first, os.stat("f").st_mtime_ns)
os.write(a, b"0123456789")
expect("written: size at once", 10, size("f"))
expect("written: time at once", True, os.stat("f").st_mtime_ns >= first)
b = os.open("f", os.O_RDONLY)
c = os.open("f", os.O_WRONLY | os.O_APPEND)
expect("several opens: the reader", b"0123456789", os.pread(b, 100, 0))
os.write(c, b"abc")
expect("appended: size at once", 13, os.fstat(a).st_size)
expect("appended: the reader", b"789abc", os.pread(b, 100, 7))
os.truncate("f", 5)
expect("truncated by name", b"01234", os.pread(b, 100, 0))
os.write(c, b"X")
expect("appended after that", b"01234X", os.pread(a, 100, 0))
os.ftruncate(a, 8)
expect("made longer", b"01234X\0\0", os.pread(b, 100, 0))
expect("seek to the end", 8, os.lseek(b, 0, os.SEEK_END))
d = os.open("f", os.O_WRONLY | os.O_TRUNC)
expect("emptied by an open", (0, b""), (size("f"), os.pread(b, 100, 0)))
os.pwrite(d, b"again", 0)
os.rename("f", "g")
os.pwrite(a, b"A", 0)
expect("renamed while open: read by the new name", b"Again", open("g", "rb").read())
expect("renamed while open: size", 5, size("g"))
with open("h", "wb") as h:
    h.write(b"replacement")
os.rename("h", "g")
expect("replaced while open: what it held", b"Again", os.pread(b, 100, 0))
os.pwrite(a, b"B", 0)
expect("replaced while open: still one file", b"Bgain", os.pread(b, 100, 0))
expect("replaced while open: links", 0, os.fstat(a).st_nlink)
expect("replaced while open: the new one", b"replacement", open("g", "rb").read())
e = os.open("g", os.O_RDWR)
os.unlink("g")
os.write(e, b"REP")
expect("removed while open", b"REPlacement", os.pread(e, 100, 0))
expect("removed while open: size", 11, os.fstat(e).st_size)
for fd in (a, b, c, d, e):
    os.close(fd)

a = os.open("m", os.O_CREAT | os.O_RDWR, 0o644)
os.ftruncate(a, 2 * PAGE)
shared = mmap.mmap(a, 2 * PAGE)
shared[0:5] = b"store"
expect("mapped shared: read", b"store", os.pread(a, 5, 0))
os.pwrite(a, b"W", 0)
expect("mapped shared: load", b"Wtore", shared[0:5])
private = mmap.mmap(a, 2 * PAGE, flags=mmap.MAP_PRIVATE)
private[0:1] = b"P"
expect("mapped private: the file", b"Wtore", os.pread(a, 5, 0))
os.close(a)
before = os.stat("m").st_mtime_ns
time.sleep(0.1) # the kernel's clock for files ticks every few milliseconds
shared[PAGE:PAGE + 4] = b"late"
expect("mapped after the close: the time goes on", True, os.stat("m").st_mtime_ns > before)
expect("mapped after the close", b"late", open("m", "rb").read()[PAGE:PAGE + 4])
os.unlink("m")
shared[0:1] = b"Y"
expect("mapped after it is gone", b"Y", shared[0:1])

a = os.open("o", os.O_CREAT | os.O_RDWR | os.O_DIRECT, 0o644)
block = mmap.mmap(-1, 4 * PAGE)
block.write(b"d" * 4 * PAGE)
expect("direct write", 4 * PAGE, os.writev(a, [block]))
expect("direct write: size", 4 * PAGE, size("o"))
b = os.open("o", os.O_RDWR)
expect("direct and cached: read", b"dddd", os.pread(b, 4, PAGE))
os.pwrite(b, b"c", 0)
block[0:1] = b"-"
expect("direct read", 4 * PAGE, os.preadv(a, [block], 0))
expect("direct and cached: write", b"cd", block[0:2])
expect("copy_file_range", 100, os.copy_file_range(b, b, 100, 0, 5 * PAGE))
os.posix_fallocate(b, 0, 8 * PAGE)
expect("fallocate: size at once", 8 * PAGE, size("o"))
expect("hole at the end", 8 * PAGE, os.lseek(b, 0, os.SEEK_END))
os.fsync(b)
os.close(a)
os.close(b)
PYTHON
while read -r verdict what; do
	if [ "$verdict" = ok ]; then pass "$what"; else fail "${what:-$verdict}"; fi
done <"$WORK/steps"
expect "no read or write has come to dfuse" 0 "$(requests)"

# Set-id bits go when another user than root writes, which the kernel leaves to dfuse: so it must see the writes.
write_text "$MNT/setid" text
chmod 4755 "$MNT/setid"
echo more >>"$MNT/setid"
expect "a file with set-id bits is written through dfuse" 1 "$(requests)"
expect "what it holds" $'text\nmore' "$(cat "$MNT/setid")"

# As long as no program outside has been given a descriptor, nobody counts the files anew.
write_text "$MNT/grown" text
check "all are closed" none_open "$MNT"
exec 8<"$MNT/grown"
before=$(df_used)
dd if=/dev/zero of="$MNT/grown" bs=1M count=64 oflag=append conv=notrunc,fsync status=none
check "df counts what a file grows by that somebody reads already" test "$(df_used)" -ge $((before + 40 * 1048576))
exec 8<&-

# Somebody else at the same files.
dfs_start tank home
expect "libdfs writes" "" "$(dfs write /other by-libdfs)"
exec 8<>"$MNT/other"
expect "and the mount reads" by-libdfs "$(head -c 9 "$MNT/other")"
expect "libdfs appends" "" "$(dfs append /other -more)"
expect "the size at once" 14 "$(stat -c %s "$MNT/other")"
printf BY >&8
expect "libdfs reads what the mount has written" BY-libdfs-more "$(dfs read /other)"
exec 8>&-
actor p tank home
actor m
says "m opens" path m open 0 rw "$MNT/other"
says "p has the plain file" plain p open 0 rwa /other
for i in {1..20}; do
	says "p appends" "" p append 0 +
	says "m sees the end" $((14 + i)) m seek-end 0
done
quit p
quit m

# A mount that caches: whoever is first has its way, and the other goes along.
A=$MNT
mount_dfuse --passthrough=off
B=$MNT
write_text "$A/both" 0123456789
actor a
actor b
says "first with passthrough" path a open 0 rw "$A/both"
says "then the mount that caches" path b open 0 rw "$B/both"
for i in {1..20}; do
	say a write 0 0 "a$i." >/dev/null
	says "b sees it" "a$i." b read 0 0 $((${#i} + 2))
	say b write 0 0 "b$i." >/dev/null
	says "a sees it" "b$i." a read 0 0 $((${#i} + 2))
done
says "a closes" "" a close 0
says "b closes" "" b close 0
check "dfuse has seen that" none_open "$A"
check "and the other one" none_open "$B"
says "first the mount that caches" path b open 0 rw "$B/both"
says "b writes" "" b write 0 0 cached
before=$(mount_says statistics.read "$A")
says "then with passthrough" path a open 0 rw "$A/both"
says "a sees it" cached a read 0 0 6
after=$(mount_says statistics.read "$A")
check "by way of dfuse" test "${after:-0}" -gt "${before:-0}"
says "a writes" "" a write 0 0 CACHED
says "b sees it" CACHED b read 0 0 6
quit a
quit b
unmount "$B" || fail "unmount of the second mount"
MNT=$A

# Thousands of files, all open.
check "3000 files, all open, written, read and gone" python3 - "$MNT" <<'PYTHON'
import os, resource, sys

N = 3000
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * N + 100), hard))
os.mkdir(sys.argv[1] + "/many")
os.chdir(sys.argv[1] + "/many")
writers = [os.open(str(i), os.O_CREAT | os.O_WRONLY, 0o644) for i in range(N)]
readers = [os.open(str(i), os.O_RDONLY) for i in range(N)]
for i, fd in enumerate(writers):
    os.write(fd, b"%d" % i)
for i, fd in enumerate(readers):
    assert os.read(fd, 100) == b"%d" % i, i
    os.unlink(str(i))
    assert os.pread(fd, 100, 0) == b"%d" % i, i
PYTHON
check "all are closed again" none_open "$MNT"
# Less than is written: what earlier steps have removed is given back meanwhile.
before=$(df_used)
dd if=/dev/zero of="$MNT/big" bs=1M count=64 conv=fsync status=none
check "df counts what was written" test "$(df_used)" -ge $((before + 40 * 1048576))
dd if=/dev/zero of="$MNT/big" bs=1M count=64 oflag=append conv=notrunc,fsync status=none
check "and what a file that was there has grown by" test "$(df_used)" -ge $((before + 100 * 1048576))
truncate -s 64M "$MNT/big"
check "unmount" unmount
mount_dfuse --passthrough=on
expect "what was written is there" $((64 * 1048576)) "$(stat -c %s "$MNT/big")"
check "unmount" unmount
summary
