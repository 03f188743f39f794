#!/bin/bash
# Locks: programs that use one mount, another mount, and the plain file itself exclude each other.
. "$(dirname "$0")/behaviour.sh"
. "$(dirname "$0")/actors.sh"
need_mount
new_store
new_pool tank
new_container home
mount_dfuse "$@"
A=$MNT
mount_dfuse "$@"
B=$MNT

# excludes WHAT ONE OTHER: the locks of two actors, both of whom have file 0 open.
excludes()
{
	local what=$1 one=$2 other=$3
	says "$what: a write lock" "" "$one" lock 0 w 10 20
	says "$what: refused" "error EAGAIN" "$other" lock 0 w 0 0
	says "$what: reading too" "error EAGAIN" "$other" lock 0 r 29 1
	says "$what: free elsewhere" "" "$other" lock 0 w 30 5
	says "$what: seen from the first, too" "error EAGAIN" "$one" lock 0 r 34 1
	says "$what: unlocked" "" "$one" lock 0 u 0 0
	says "$what: to be had" "" "$other" lock 0 w 0 0
	says "$what: given back" "" "$other" lock 0 u 0 0
	says "$what: a read lock" "" "$one" lock 0 r 0 0
	says "$what: shared" "" "$other" lock 0 r 0 0
	says "$what: no write lock then" "error EAGAIN" "$other" lock 0 w 5 5
	says "$what: unlocked" "" "$one" lock 0 u 0 0
	says "$what: alone now" "" "$other" lock 0 w 5 5
	says "$what: given back" "" "$other" lock 0 u 0 0
	says "$what: flock" "" "$one" flock 0 w
	says "$what: flock refused" "error EAGAIN" "$other" flock 0 r
	says "$what: flock unlocked" "" "$one" flock 0 u
	says "$what: flock shared" "" "$other" flock 0 r
	says "$what: flock shared by both" "" "$one" flock 0 r
	says "$what: flock unlocked" "" "$one" flock 0 u
	says "$what: flock unlocked" "" "$other" flock 0 u
}

# waits WHAT ONE OTHER: who waits is served when the lock is free, by whatever end of the holder.
waits()
{
	local what=$1 one=$2 other=$3
	says "$what: locked" "" "$one" lock 0 w 0 0
	says "$what: the other waits" waiting "$other" wait 0 w 0 0
	says "$what: and others are served" 5 "$one" size 0
	says "$what: unlocked" "" "$one" lock 0 u 0 0
	expect "$what: who waited has it" "" "$(answer "$other")"
	says "$what: and keeps it" "error EAGAIN" "$one" lock 0 r 0 1
	says "$what: given back" "" "$other" lock 0 u 0 0
}

write_text "$A/f" text
actor a
actor a2
actor b
actor plain tank home
says "a opens" path a open 0 rw "$A/f"
says "another program in the same mount" path a2 open 0 rw "$A/f"
says "one in another mount" path b open 0 rw "$B/f"
says "and one with the plain file" '*' plain open 0 rw /f

excludes "one mount" a a2
excludes "two mounts" a b
excludes "two mounts, the other way" b a
excludes "mount and plain file" a plain
excludes "plain file and mount" plain a
waits "one mount" a a2
waits "two mounts" a b
waits "plain file, then mount" plain a
waits "mount, then plain file" a plain

says "F_GETLK: nobody" none a2 holder 0 w 0 0
says "a locks" "" a lock 0 w 10 20
says "F_GETLK tells who, in one mount" "w 10 20 ${ACTOR[a]}" a2 holder 0 r 0 0
says "F_GETLK of the plain file: somebody" "w 10 20 *" plain holder 0 r 0 0
says "a unlocks" "" a lock 0 u 0 0
says "the plain file is locked" "" plain lock 0 r 5 5
says "F_GETLK in a mount: range and type" "r 5 5 *" a holder 0 w 0 0
says "unlocked" "" plain lock 0 u 0 0

says "locked once more" "" a lock 0 w 0 0
says "a2 opens it again" path a open 1 r "$A/f"
says "and closes that" "" a close 1
says "which has let go of the lock" "" plain lock 0 w 0 0
says "unlocked" "" plain lock 0 u 0 0

says "flock by one handle" path a open 1 r "$A/f"
says "flock" "" a flock 1 w
says "not for the other handle" "error EAGAIN" a flock 0 w
says "nor the plain file" "error EAGAIN" plain flock 0 r
says "closed" "" a close 1
says "flock at once after close" "" a flock 0 w
says "flock" "" a flock 0 u

says "a has a lock" "" a lock 0 w 0 0
says "a has flock" "" a flock 0 w
says "plain waits" waiting plain wait 0 w 0 0
kill -9 "${ACTOR[a]}"
expect "it is served when a is killed" "" "$(answer plain)"
flocked()
{
	[ -z "$(say plain flock 0 w)" ]
}
check "flock too" wait_for flocked # released a moment after the process is gone
says "b waits for it" waiting b wait 0 w 0 0
kill -9 "${ACTOR[plain]}"
expect "b is served when that is killed" "" "$(answer b)"
says "and gives it back" "" b lock 0 u 0 0

# Files without a plain file yet, and after their name is gone.
actor a
actor plain tank home
: >"$A/empty"
before=$(stat -c %.9Y "$A/empty")
says "an empty file" path a open 0 r "$A/empty"
says "is locked by one who reads" "" a lock 0 r 0 0
says "the plain file" '*' plain open 0 rw /empty
says "is locked" "error EAGAIN" plain lock 0 w 0 0
says "for reading it is not" "" plain lock 0 r 0 0
says "closed" "" plain close 0
expect "locking is no modification" "$before" "$(stat -c %.9Y "$A/empty")"
rm "$A/f"
says "an unlinked file: locked" "" a2 lock 0 w 0 0
says "unlocked" "" a2 lock 0 u 0 0
says "still usable" 5 a2 size 0

for n in a2 b plain; do
	quit $n
done

# dfuse ends while somebody waits.
actor a2
write_text "$A/f" text
for n in a a2; do
	says "$n opens" path $n open 1 rw "$A/f"
done
says "a locks" "" a lock 1 w 0 0
says "a2 waits" waiting a2 wait 1 w 0 0
kill -TERM "$(daemon "$A")"
expect "who waits is told when dfuse ends" "error ENOTCONN" "$(answer a2)"
quit a
quit a2
ended()
{
	[ -z "$(daemons "$A")" ]
}
check "dfuse is gone" wait_for ended
check "unmounts" unmount "$B"
summary
