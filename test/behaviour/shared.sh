#!/bin/bash
# Several users of one container at once: two mounts, and a program on libdfs. Each sees the others' changes at once.
# shared.sh [dfuse OPTIONS], of both mounts, or with OTHER_OPTIONS in the environment of the first one.
. "$(dirname "$0")/behaviour.sh"
need_mount
new_store
new_pool tank
new_container home
mount_dfuse "$@"
A=$MNT
read -ra OTHER <<<"${OTHER_OPTIONS:-$*}"
mount_dfuse "${OTHER[@]}"
B=$MNT

# pair WHAT FROM TO: every kind of change through FROM is seen through TO, though TO has looked before.
pair()
{
	local what=$1 from=$2 to=$3 d=dir.$RANDOM
	fails "$what: nothing there yet" test -e "$to/$d"
	mkdir "$from/$d"
	check "$what: mkdir" test -d "$to/$d"
	expect "$what: it is empty" "" "$(ls "$to/$d")"
	write_text "$from/$d/f" one
	expect "$what: create" one "$(cat "$to/$d/f")"
	write_text "$from/$d/f" "two, and longer"
	expect "$what: rewrite" "two, and longer" "$(cat "$to/$d/f")"
	expect "$what: size" 16 "$(stat -c %s "$to/$d/f")"
	echo appended >>"$from/$d/f"
	expect "$what: append" appended "$(tail -n 1 "$to/$d/f")"
	printf TWO | dd of="$from/$d/f" conv=notrunc status=none
	expect "$what: overwrite of the same size" "TWO, and longer" "$(head -n 1 "$to/$d/f")"
	truncate -s 3 "$from/$d/f"
	expect "$what: truncate" TWO "$(cat "$to/$d/f")"
	chmod 0611 "$from/$d/f"
	expect "$what: chmod" 611 "$(stat -c %a "$to/$d/f")"
	touch -d @1000000000.123456789 "$from/$d/f"
	expect "$what: times" 1000000000.123456789 "$(stat -c %.9Y "$to/$d/f")"
	setfattr_text "$from/$d/f" user.k value
	expect "$what: extended attributes" value "$(getfattr_text "$to/$d/f" user.k)"
	mv "$from/$d/f" "$from/$d/g"
	fails "$what: rename: the old name is gone" test -e "$to/$d/f"
	expect "$what: rename: the new name is there" TWO "$(cat "$to/$d/g")"
	expect "$what: rename shows in the listing" g "$(ls "$to/$d")"
	write_text "$from/$d/h" replacement
	mv "$from/$d/h" "$from/$d/g"
	expect "$what: rename over an existing file" replacement "$(cat "$to/$d/g")"
	ln -s g "$from/$d/l"
	expect "$what: symbolic link" replacement "$(cat "$to/$d/l")"
	rm "$from/$d/l" "$from/$d/g"
	fails "$what: unlink" test -e "$to/$d/g"
	expect "$what: the directory is empty again" "" "$(ls "$to/$d")"
	write_text "$from/$d/g" "the name again"
	expect "$what: the name again" "the name again" "$(cat "$to/$d/g")"
	rm "$from/$d/g"
	rmdir "$from/$d"
	fails "$what: rmdir" test -e "$to/$d"
}

setfattr_text()
{
	python3 -c 'import os, sys; os.setxattr(sys.argv[1], sys.argv[2], sys.argv[3].encode())' "$@"
}

getfattr_text()
{
	python3 -c 'import os, sys; print(os.getxattr(sys.argv[1], sys.argv[2]).decode())' "$@"
}

pair "two mounts" "$A" "$B"
pair "two mounts, the other way" "$B" "$A"

# An open file on one side, changes from the other.
write_text "$A/open" first
exec 8<"$B/open"
write_text "$A/open" second
expect "a file that is open there: a new reader sees the change" second "$(cat "$B/open")"
exec 8<&-
for i in {1..30}; do
	write_text "$A/pingpong" "$i from A"
	[ "$(cat "$B/pingpong")" = "$i from A" ] || { fail "ping-pong: round $i from A: got '$(cat "$B/pingpong")'"; break; }
	write_text "$B/pingpong" "$i from B"
	[ "$(cat "$A/pingpong")" = "$i from B" ] || { fail "ping-pong: round $i from B: got '$(cat "$A/pingpong")'"; break; }
done
[ "$i" != 30 ] || pass "30 rounds of ping-pong in one file"

creators=()
for m in "$A" "$B" "$A" "$B"; do
	(set -o noclobber; echo x >"$m/excl") 2>/dev/null &
	creators+=($!)
done
won=0
for p in "${creators[@]}"; do
	wait "$p" && won=$((won + 1))
done
expect "O_EXCL through two mounts: one of four wins" 1 "$won"
expect "inode numbers are the same" "$(stat -c %i "$A/open")" "$(stat -c %i "$B/open")"

# libdfs.
dfs_start tank home
expect "libdfs reads what the mount wrote" second "$(dfs read /open)"
expect "libdfs writes" "" "$(dfs write /from-libdfs "hello from libdfs")"
expect "the mount reads it" "hello from libdfs" "$(cat "$A/from-libdfs")"
expect "libdfs rewrites" "" "$(dfs write /from-libdfs "another text")"
expect "the mount reads the change" "another text" "$(cat "$A/from-libdfs")"
expect "libdfs appends" "" "$(dfs append /from-libdfs " and more")"
expect "the mount sees the new size" "another text and more" "$(cat "$B/from-libdfs")"
expect "libdfs truncates" "" "$(dfs truncate /from-libdfs 7)"
expect "the mount sees it" another "$(cat "$A/from-libdfs")"
expect "libdfs changes the mode" "" "$(dfs chmod /from-libdfs 600)"
expect "the mount sees the mode" 600 "$(stat -c %a "$A/from-libdfs")"
expect "libdfs renames" "" "$(dfs rename from-libdfs renamed)"
expect "the mount sees the new name" another "$(cat "$A/renamed")"
fails "and not the old one" test -e "$A/from-libdfs"
expect "libdfs makes a directory" "" "$(dfs mkdir /made)"
check "the mount sees it" test -d "$B/made"
expect "libdfs makes a link" "" "$(dfs symlink /made/link ../renamed)"
expect "the mount follows it" another "$(cat "$B/made/link")"
expect "libdfs sets an attribute" "" "$(dfs setxattr /renamed user.from libdfs)"
expect "the mount reads it" libdfs "$(getfattr_text "$A/renamed" user.from)"
expect "libdfs removes" "" "$(dfs remove /renamed)"
fails "the mount sees that it is gone" test -e "$A/renamed"
expect "the mount lists what is there" "$(dfs list /)" "$(cd "$A" && echo *)"

mkdir "$A/tree"
write_text "$A/tree/f" 12345
chmod 0754 "$A/tree/f"
expect "libdfs sees the mount's directory" f "$(dfs list /tree)"
expect "libdfs sees mode and size" "file 754 6" "$(dfs stat /tree/f)"
echo 678 >>"$A/tree/f"
expect "libdfs sees an append" "file 754 10" "$(dfs stat /tree/f)"
setfattr_text "$A/tree/f" user.who mount
expect "libdfs reads the mount's attribute" mount "$(dfs getxattr /tree/f user.who)"
ln -s f "$A/tree/l"
expect "libdfs reads the mount's link" f "$(dfs readlink /tree/l)"
mv "$A/tree/f" "$A/moved"
expect "libdfs sees a rename" "file 754 10" "$(dfs stat /moved)"
expect "libdfs no longer sees the old name" "error ENOENT" "$(dfs stat /tree/f)"
rm "$A/moved"
expect "libdfs sees a removal" "error ENOENT" "$(dfs read /moved)"

for i in {1..30}; do
	write_text "$A/both" "$i mount"
	[ "$(dfs read /both)" = "$i mount" ] || { fail "ping-pong with libdfs: round $i from the mount"; break; }
	dfs write /both "$i libdfs" >/dev/null
	[ "$(cat "$A/both")" = "$i libdfs" ] || { fail "ping-pong with libdfs: round $i from libdfs: got '$(cat "$A/both")'"; break; }
done
[ "$i" != 30 ] || pass "30 rounds of ping-pong with libdfs"

check "unmounts" unmount "$A"
expect "the other mount goes on" "l" "$(ls "$B/tree")"
check "unmounts" unmount "$B"
summary
