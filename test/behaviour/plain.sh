#!/bin/bash
# A program that uses a mount, and one that has the plain file of the same file open, as an intercepted program has: each
# sees at once what the other writes, whoever came first. plain.sh [dfuse OPTIONS]
. "$(dirname "$0")/behaviour.sh"
. "$(dirname "$0")/actors.sh"
# says_soon: a smaller size comes to the kernel by a truncate(2) of dfuse's own, for which no request waits long.
need_mount
new_store
new_pool tank
new_container home
mount_dfuse "$@"
# With passthrough the mount's kernel uses the plain file, too, and its cache; without caching there is none to share.
PASSTHROUGH=$(mount_says passthrough)
case " $* " in *" --disable-caching "*) CACHED=plain ;; *) CACHED=mount ;; esac
[ "$PASSTHROUGH" = false ] || CACHED=plain

# both_ways WHAT: actor m has file 0 open for reading and writing in the mount, p the same file; it holds "0123456789".
both_ways()
{
	local what=$1
	says "$what: m reads" 0123456789 m read 0 0 100
	says "$what: p reads" 0123456789 p read 0 0 100
	says "$what: m writes" "" m write 0 2 MM
	says "$what: p sees it" 01MM456789 p read 0 0 100
	says "$what: p writes" "" p write 0 4 PP
	says "$what: m sees it" 01MMPP6789 m read 0 0 100
	for i in {1..20}; do
		say m write 0 0 "m$i." >/dev/null
		[ "$(say p read 0 0 $((${#i} + 2)))" = "m$i." ] || { fail "$what: round $i from the mount"; break; }
		say p write 0 0 "p$i." >/dev/null
		[ "$(say m read 0 0 $((${#i} + 2)))" = "p$i." ] || { fail "$what: round $i to the mount"; break; }
	done
	[ "$i" != 20 ] || pass "$what: 20 rounds"
	says "$what: m writes behind the end" "" m write 0 10 abc
	says "$what: p sees the size" 13 p size 0
	says "$what: p writes behind the end" "" p write 0 13 def
	says "$what: m sees the size" 16 m size 0
	expect "$what: so does stat" 16 "$(stat -c %s "$MNT/f")"
	says "$what: m reads it" abcdef m read 0 10 100
	says "$what: p cuts it" "" p truncate 0 4
	says_soon "$what: m sees the size" 4 m size 0
	expect "$what: so does stat" 4 "$(stat -c %s "$MNT/f")"
	says "$what: m is at the end" "" m read 0 4 100
	says "$what: m makes it longer" "" m truncate 0 6
	says "$what: p sees the size" 6 p size 0
	says "$what: m cuts it" "" m truncate 0 2
	says "$what: p sees the size" 2 p size 0
	says "$what: p makes it longer" "" p truncate 0 5000
	says "$what: m sees the size" 5000 m size 0
	says "$what: m makes it empty" "" m truncate 0 0
	says "$what: p sees the size" 0 p size 0
	says "$what: m writes" "" m write 0 0 0123456789
	says "$what: p reads" 0123456789 p read 0 0 100
	expect "$what: others read it" 0123456789 "$(cat "$MNT/f")"
}

# appends WHAT: m and p append in turn; both have file 1 open for that.
appends()
{
	local what=$1 want=0123456789 i
	for i in {1..10}; do
		say m append 1 "m$i" >/dev/null
		say p append 1 "p$i" >/dev/null
		want+=m${i}p$i
	done
	says "$what: appended, seen in the mount" "$want" m read 0 0 1000
	says "$what: appended, seen in the plain file" "$want" p read 0 0 1000
	says "$what: the size" ${#want} m size 0
}

start()
{
	printf 0123456789 >"$MNT/f"
	actor m
	actor p tank home
}

end()
{
	quit m
	quit p
	rm "$MNT/f"
}

start
says "mount first: m opens" path m open 0 rw "$MNT/f"
says "mount first: p is sent to the mount" $CACHED p open 0 rw /f
both_ways "mount first"
says "mount first: m opens for appending" path m open 1 wa "$MNT/f"
says "mount first: p opens for appending" $CACHED p open 1 wa /f
appends "mount first"
says "mount first: m closes" "" m close 0
says "mount first: m closes" "" m close 1
says "mount first: p goes on" "" p write 0 0 later
expect "mount first: and is seen" later "$(head -c 5 "$MNT/f")"
end

# What holds the kernel's lock of the file while it asks for attributes; they come with a size that has shrunk meanwhile.
start
says "p opens, to cut it while m asks" plain p open 0 rw /f
says "m opens" path m open 0 rw "$MNT/f"
says "m sees the size" 10 m size 0
for i in {9..5}; do
	says "p cuts it to $i" "" p truncate 0 "$i"
	says "m seeks to an end, the old or the new" "[1-9]*" m seek-end 0
	says "p cuts it again" "" p truncate 0 $((i - 1))
	check "setting an attribute ends" timeout 30 python3 -c 'import os, sys; os.setxattr(sys.argv[1], "user.k", b"v")' "$MNT/f"
	says_soon "m sees the new size" $((i - 1)) m size 0
done
end

start
says "plain first: p opens" plain p open 0 rw /f
says "plain first: m opens" path m open 0 rw "$MNT/f"
both_ways "plain first"
says "plain first: p opens for appending" plain p open 1 wa /f
says "plain first: m opens for appending" path m open 1 wa "$MNT/f"
appends "plain first"
says "plain first: m maps it" "" m map 0 10
says "plain first: m sees it mapped" 0123456789 m load 0 0 10
says "plain first: m stores" "" m store 0 3 SS
says "plain first: m unmaps" "" m unmap 0
says "plain first: p sees what was stored" 012SS56789 p read 0 0 10
says "plain first: p writes" "" p write 0 0 PPP
says "plain first: m maps it again" "" m map 0 10
says "plain first: m sees what was written" PPPSS56789 m load 0 0 10
says "plain first: m unmaps" "" m unmap 0
end

# Without a cache that both share, pages that both have mapped cannot be one; see dfuse(1).
maps()
{
	start
	says "maps: m opens" path m open 0 rw "$MNT/f"
	says "maps: p opens" $CACHED p open 0 rw /f
	says "maps: m maps it" "" m map 0 10
	says "maps: p maps it" "" p map 0 10
	says "maps: m stores" "" m store 0 0 MM
	says "maps: p sees it" MM23456789 p load 0 0 10
	says "maps: p stores" "" p store 0 2 PP
	says "maps: m sees it" MMPP456789 m load 0 0 10
	says "maps: p unmaps" "" p unmap 0
	says "maps: m unmaps" "" m unmap 0
	says "maps: m reads" MMPP456789 m read 0 0 100
	says "maps: p reads" MMPP456789 p read 0 0 100
	end
}
case " $* " in *" --disable-caching "*) ;; *) maps ;; esac

# The kernel has cached the file; nobody has it open when p comes, who is killed without a word.
start
cat "$MNT/f" >/dev/null
says "cached before: p opens" plain p open 0 rw /f
says "cached before: p writes" "" p write 0 0 PP
expect "cached before: a reader sees it" PP23456789 "$(cat "$MNT/f")"
says "cached before: p writes again" "" p write 0 0 QQ
expect "cached before: the next reader sees that" QQ23456789 "$(cat "$MNT/f")"
says "cached before: p appends" "" p write 0 10 more
expect "cached before: size at once" 14 "$(stat -c %s "$MNT/f")"
expect "cached before: and in the listing" 14 "$(find "$MNT" -name f -printf %s)"
says "cached before: p writes the last time" "" p write 0 0 ZZ
kill -9 "${ACTOR[p]}"
wait "${ACTOR[p]}" 2>/dev/null
expect "killed: what it wrote is there" ZZ23456789more "$(cat "$MNT/f")"
expect "killed: the size, too" 14 "$(stat -c %s "$MNT/f")"
says "killed: m opens" path m open 0 rw "$MNT/f"
says "killed: m writes" "" m write 0 0 yy
actor p tank home
says "killed: the next p is sent to the mount" $CACHED p open 0 rw /f
says "killed: and sees it" yy23456789more p read 0 0 100
end

# A reader outside, a writer in the mount, and the other way round.
start
says "reader outside: p opens" plain p open 0 r /f
says "reader outside: m opens" path m open 0 rw "$MNT/f"
says "reader outside: m writes" "" m write 0 0 new
says "reader outside: p sees it" new3456789 p read 0 0 100
says "reader outside: m appends" "" m write 0 10 xyz
says "reader outside: p sees the size" 13 p size 0
end
start
says "reader in the mount: p opens" plain p open 0 w /f
says "reader in the mount: m opens" path m open 0 r "$MNT/f"
for i in {1..10}; do
	says "reader in the mount: p writes $i" "" p write 0 "$((9 + i))" x
	says "reader in the mount: m sees the size $i" $((10 + i)) m size 0
done
says "reader in the mount: p cuts" "" p truncate 0 3
says_soon "reader in the mount: m sees the size" 3 m size 0
says "reader in the mount: m reads" 012 m read 0 0 100
end

# Names: what p makes is there, and what the mount makes.
start
fails "not there yet" test -e "$MNT/new"
says "p makes a file" plain p open 0 rwc /new
check "it is there" test -e "$MNT/new"
says "p writes" "" p write 0 0 text
expect "its size" 4 "$(stat -c %s "$MNT/new")"
expect "what is in it" text "$(cat "$MNT/new")"
says "p closes" "" p close 0
expect "what is in it still" text "$(cat "$MNT/new")"
says "m opens it" path m open 0 rw "$MNT/new"
says "m writes" "" m write 0 0 TEXT
says "p opens it" $CACHED p open 0 r /new
says "p reads" TEXT p read 0 0 10
rm "$MNT/new"
says "p reads it after it is gone" TEXT p read 0 0 10
says "m writes after it is gone" "" m write 0 0 gone
says "p sees that" gone p read 0 0 10
end

# Everybody opens and closes all the time, so the file changes between cached and not.
printf 00000000 >"$MNT/counter"
for n in m1 m2; do
	actor $n
	printf 'count 150 %s\n' "$MNT/counter" >&"${ACTOR_IN[$n]}"
done
for n in p1 p2; do
	actor $n tank home
	printf 'count 150 /counter\n' >&"${ACTOR_IN[$n]}"
done
for n in m1 m2 p1 p2; do
	got=$(answer $n)
	if [[ $got == *mount ]]; then pass "$n has counted, $got"; else fail "$n: counting gave '$got'"; fi
	quit $n
done
expect "two in the mount and two outside count to 600" 00000600 "$(cat "$MNT/counter")"
check "unmounts" unmount
summary
