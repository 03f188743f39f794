#!/bin/bash
# Wrong input: one clear line, a non-zero exit status, nothing mounted and nothing changed.
. "$(dirname "$0")/behaviour.sh"
need_mount
new_store
new_pool tank
new_container home
daos container create tank raw >/dev/null
new_mountpoint
OK=("--mountpoint=$MNT" --pool=tank --container=home)

# Options.
wrong "unknown option" "nonsense" dfuse "${OK[@]}" --nonsense
wrong "unknown short option" "-Q" dfuse "${OK[@]}" -Q
wrong "unknown -o option" "nonsense" dfuse "${OK[@]}" -o nonsense
wrong "unknown -o option with a value" "nonsense" dfuse "${OK[@]}" -o nonsense=1
wrong "repeated --pool" "more than once" dfuse "${OK[@]}" --pool=other
wrong "repeated --container" "more than once" dfuse "${OK[@]}" --container=other
wrong "repeated --mountpoint" "more than once" dfuse "${OK[@]}" "--mountpoint=$MNT"
wrong "repeated --svc" "more than once" dfuse "${OK[@]}" --svc=0 --svc=0
wrong "repeated flag" "more than once" dfuse "${OK[@]}" -S -S
wrong "pool as option and as argument" "more than once" dfuse --pool=tank "$MNT" tank
wrong "pool as option and in -o" "more than once" dfuse "${OK[@]}" -o pool=tank
wrong "an option without its value" "needs a value" dfuse --mountpoint="$MNT" --pool
wrong "an empty value" "empty" dfuse --mountpoint="$MNT" --pool=
wrong "too many arguments" "too many" dfuse "$MNT" tank home more
wrong "no mount point" "mount point" dfuse --pool=tank --container=home
wrong "a container without a pool" "pool" dfuse --mountpoint="$MNT" --container=home
wrong "caching on and off" "exclude" dfuse "${OK[@]}" --enable-caching --disable-caching
wrong "single-threaded with a thread count" "exclude" dfuse "${OK[@]}" -S --thread-count=4
for n in 0 -1 x 1x 99999999999 ''; do
	wrong "--thread-count='$n'" "thread-count" dfuse "${OK[@]}" "--thread-count=$n"
done

# Mount points.
wrong "a missing mount point" "exist|No such" dfuse --mountpoint="$WORK/none" --pool=tank --container=home
touch "$WORK/file"
wrong "a file as mount point" "not a directory" dfuse --mountpoint="$WORK/file" --pool=tank --container=home
ln -s none "$WORK/dangling"
wrong "a dangling link as mount point" "exist|No such" dfuse --mountpoint="$WORK/dangling" --pool=tank --container=home
mkdir "$WORK/full"
touch "$WORK/full/file"
wrong "a mount point that is not empty" "not empty" dfuse --mountpoint="$WORK/full" --pool=tank --container=home
check "a link to a directory is a mount point" eval "ln -s '$MNT' '$WORK/link' && dfuse --mountpoint='$WORK/link' --pool=tank --container=home"
wrong "a mount point in use" "already mounted" dfuse "${OK[@]}"
wrong "a mount point in use, by another way" "already mounted" dfuse --mountpoint="$WORK/link" --pool=tank
check "unmounts" unmount "$MNT"

# Ranks.
for ranks in '' ',' ':' x 0x '0:' ':0' '0,' '0,,1' '[0' '0]' '[0-' '[0-]' '[1-0]' '-1' '0-1-2' '4294967295' '99999999999' ' ' '0 1' '0:0'; do
	wrong "ranks '$ranks'" "svc" dfuse "${OK[@]}" "--svc=$ranks"
done
for ranks in 1 7 0:1 0,2 '[0-2]' '[1-2]'; do
	wrong "ranks '$ranks' that are not the pool's" "rank" dfuse "${OK[@]}" "--svc=$ranks"
done

# Pools and containers.
wrong "an unknown pool" "'none'.*not found" dfuse "--mountpoint=$MNT" --pool=none
wrong "an unknown pool, with a container" "'none'.*not found" dfuse "--mountpoint=$MNT" --pool=none --container=home
wrong "an unknown pool's UUID" "not found" dfuse "--mountpoint=$MNT" --pool=12345678-1234-1234-1234-123456789abc
wrong "an unknown container" "'none'.*'tank'.*not found" dfuse "--mountpoint=$MNT" --pool=tank --container=none
wrong "an unknown container's UUID" "not found" dfuse "--mountpoint=$MNT" --pool=tank --container=12345678-1234-1234-1234-123456789abc
wrong "a container that is not POSIX" "POSIX" dfuse "--mountpoint=$MNT" --pool=tank --container=raw
wrong "a label that cannot be" "valid|not found" dfuse "--mountpoint=$MNT" "--pool=no label!" --container=home
wrong "a label that is too long" "valid|not found" dfuse "--mountpoint=$MNT" "--pool=$(printf 'x%.0s' {1..200})"
wrong "an unknown system" "system|not found" dfuse "${OK[@]}" --sys-name=elsewhere
wrong "a system name that is a path" "" dfuse "${OK[@]}" --sys-name=../daos_server

# The tools.
wrong "tools: a label that cannot be" "label" daos container create tank 'no label!' --type=POSIX
wrong "tools: a pool label that cannot be" "label" dmg pool create 'no label!' --size=1G
wrong "tools: a UUID where a label belongs" "label" daos container create tank 12345678-1234-1234-1234-123456789abc --type=POSIX
wrong "tools: a pool that exists" "exist" dmg pool create tank --size=1G
wrong "tools: a container that exists" "exist" daos container create tank home --type=POSIX
for size in x 1X -1 0 1.2.3 ''; do
	wrong "tools: a pool of size '$size'" "size" dmg pool create "lake" "--size=$size"
done
for chunk in x -1; do
	wrong "tools: a chunk size of '$chunk'" "chunk" daos container create tank c1 --type=POSIX "--chunk-size=$chunk"
done
wrong "tools: a type that is not known" "type" daos container create tank c1 --type=NONSENSE
wrong "tools: a class that is not known" "class" daos container create tank c1 --type=POSIX --oclass=NONSENSE
wrong "tools: an unknown pool" "NONEXIST" daos container create none c1 --type=POSIX
wrong "tools: an unknown container" "none" daos container query tank none
wrong "tools: an unknown option" "nonsense" daos container create tank c1 --nonsense
expect "the tools changed nothing" "home raw" "$(daos container list tank | awk 'NF == 2 && $2 ~ /-.*-/ && $1 !~ /^-/ {print $1}' | sort | tr '\n' ' ' | sed 's/ $//')"

# No system at all.
mkdir "$WORK/empty"
wrong "an empty store" "" env DAOS_LOCAL_ROOT="$WORK/empty" dfuse "${OK[@]}"
expect "an empty store stays empty" "" "$(ls -A "$WORK/empty")"
wrong "a store that is not there" "" env DAOS_LOCAL_ROOT="$WORK/nowhere" dfuse "${OK[@]}"
fails "it is not made" test -e "$WORK/nowhere"

mount_dfuse
check "after all that, the right way works" write_text "$MNT/a" text
check "unmounts" unmount
summary
