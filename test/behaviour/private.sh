#!/bin/bash
# The store is its user's only: what others could read is closed, what they could write is refused, no link is followed.
. "$(dirname "$0")/behaviour.sh"
need_mount
need_user
chmod 0755 "$WORK"
mkdir -m 1777 "$WORK/others"
STORE=$WORK/others/store
export DAOS_LOCAL_ROOT=$STORE
POOL=tank CONT=home
new_mountpoint
OK=("--mountpoint=$MNT" --pool=tank --container=home)

# Files that somebody else may read or write, or that are not the user's.
open_to_others()
{
	find "$STORE" \( -perm /077 -o ! -user "$(as_user id -un)" \) -printf '%M %u %p\n'
}

# Directories 0700, files 0600.
unusable()
{
	find "$STORE" \( -type d ! -perm 0700 -o -type f ! -perm 0600 \) -printf '%M %p\n'
}

# The programs' own umask; what is made in the mount has an ordinary one.
use_all()
{
	(umask "$1" && as_user dmg pool create tank --size=1G >/dev/null &&
		as_user daos container create tank home --type=POSIX >/dev/null && as_user dfuse "${OK[@]}") &&
		as_user mkdir -p "$MNT/a/b" && as_user cp /etc/passwd "$MNT/a/b/c" && as_user cmp /etc/passwd "$MNT/a/b/c" &&
		unmount "$MNT"
}

for mask in 0000 0777 0277; do
	rm -rf "$STORE"
	check "umask $mask: a store is made and used" use_all $mask
	expect "umask $mask: nothing is open to others" "" "$(open_to_others)"
	expect "umask $mask: all of it is open to the user" "" "$(unusable)"
done
SYSTEM=$STORE/daos_server
POOL_DIR=$(echo "$SYSTEM"/*-*-*-*-*)
CONT_DIR=$(echo "$POOL_DIR"/*-*-*-*-*)
cp -a "$STORE" "$WORK/good"

again()
{
	rm -rf "$STORE"
	cp -a "$WORK/good" "$STORE"
}

usable()
{
	as_user dfuse "${OK[@]}" && as_user cmp /etc/passwd "$MNT/a/b/c" && as_user cp /etc/passwd "$MNT/a/d" && unmount "$MNT"
}

# What a copy or a careless chmod opens is closed again.
find "$STORE" -type d -exec chmod 0755 {} + -o -type f -exec chmod 0644 {} +
check "a store that others may read can be used" usable
expect "and is closed to them" "700 700 700 600 600 600" \
	"$(stat -c %a "$SYSTEM" "$POOL_DIR" "$CONT_DIR" "$CONT_DIR/db" "$CONT_DIR/db-lock" "$CONT_DIR/users" | xargs)"

# What others could have written to is refused.
for dir in "$SYSTEM" "$POOL_DIR" "$CONT_DIR"; do
	again
	chmod 0777 "$dir"
	wrong "others may write to ${dir##*/}" "ermission" as_user dfuse "${OK[@]}"
	for file in db checkpoint lock; do
		again
		chmod 0666 "$dir/$file"
		wrong "others may write to ${dir##*/}/$file" "ermission" as_user dfuse "${OK[@]}"
	done
done

# A directory that is no system is left as it is, whatever it is called.
again
mkdir -m 0755 "$STORE/foreign"
[ ${#USER_RUN[@]} -eq 0 ] || chown nobody "$STORE/foreign"
check "a directory that is no system is not one" eval '! as_user daos --sys-name foreign pool query tank >"$WORK/out" 2>&1'
expect "and is left as it is" "755 0" "$(stat -c %a "$STORE/foreign") $(find "$STORE/foreign" -mindepth 1 | wc -l)"
rmdir "$STORE/foreign"

# Links: refused, or not followed, and what they lead to stays as it is.
for file in db db-lock log checkpoint state lock users usage rest changes reserve; do
	again
	[ -e "$CONT_DIR/$file" ] || continue
	mv "$CONT_DIR/$file" "$WORK/others/target"
	cp -a "$WORK/others/target" "$WORK/target.before"
	ln -s "$WORK/others/target" "$CONT_DIR/$file"
	as_user timeout 60 dfuse "${OK[@]}" >"$WORK/out" 2>&1
	rc=$?
	if [ $rc -eq 0 ]; then
		as_user cp /etc/passwd "$MNT/a/e"
		unmount "$MNT"
	fi
	case $file in
	log | usage | rest | changes | reserve) ;; # made anew, or the container does without
	*) check "a link for $file is refused" test $rc -ne 0 -a $rc -ne 124 ;;
	esac
	check "a link for $file is not followed" cmp "$WORK/others/target" "$WORK/target.before"
	rm -f "$WORK/others/target" "$WORK/target.before"
done
for dir in "$SYSTEM" "$POOL_DIR" "$CONT_DIR" "$CONT_DIR/data"; do
	again
	mv "$dir" "$WORK/others/target"
	ln -s "$WORK/others/target" "$dir"
	wrong "a link for the directory ${dir##*/}" "" as_user dfuse "${OK[@]}"
	rm -rf "$WORK/others/target"
done

# Things that are no files.
for file in state lock checkpoint db users; do
	again
	rm "$CONT_DIR/$file"
	mkfifo "$CONT_DIR/$file"
	[ ${#USER_RUN[@]} -eq 0 ] || chown nobody "$CONT_DIR/$file"
	wrong "a FIFO for $file" "" as_user timeout 60 dfuse "${OK[@]}"
done
again
check "after all this the store works" usable
summary
