# shellcheck shell=bash
# bench/columns.sh: the columns of the table, over test/lib.sh; each is a directory and the environment to use it in.
#
#	plain        a directory of the disk that the store is on
#	library      a container of its own, mounted, under libioil.so
#	none         a container of its own, not mounted, under libioil.so
#	passthrough  a container of its own, mounted, data passed through by the kernel
#	kernel       a container of its own, mounted, without that
#	peer         libfuse's passthrough_hp over a directory of the disk
#
# What a column is not there for is said in one line, which note() keeps for the table.

COLUMNS_THERE=()
declare -A DIRS ENVS
LIBRARY=$BUILD/lib/intercept/libioil.so

note()
{
	echo "$*" | tee -a "$WORK/notes"
}

# add COLUMN DIRECTORY [VARIABLE=VALUE...]
add()
{
	COLUMNS_THERE+=("$1")
	DIRS[$1]=$2
	ENVS[$1]="${*:3}"
}

# mounted COLUMN CONTAINER [OPTIONS]: MNT is a new container's mount.
mounted()
{
	new_container "$1"
	mount_dfuse "${@:2}"
	[ "$FAILED" -eq 0 ] || { echo "bench/run: cannot mount what is to be measured" >&2; exit 2; }
}

add_plain()
{
	mkdir "$WORK/plain" && add plain "$WORK/plain"
}

add_library()
{
	mounted library
	add library "$MNT" "LD_PRELOAD=$LIBRARY"
}

add_none()
{
	mkdir "$WORK/none"
	new_container none
	add none "$WORK/none" "LD_PRELOAD=$LIBRARY" "D_IL_POOL=$POOL" D_IL_CONTAINER=none "D_IL_MOUNT_POINT=$WORK/none"
}

# The daemon says in its first line whether the kernel and its rights allow it.
add_passthrough()
{
	if ! dfuse --help | grep -q -- --passthrough; then
		note "no column 'passthrough': this dfuse has no option --passthrough"
		return
	fi
	new_container passthrough
	new_mountpoint
	if dfuse --mountpoint="$MNT" --pool="$POOL" --container="$CONT" --passthrough=on >"$WORK/.mnt" 2>&1; then
		add passthrough "$MNT"
	else
		note "no column 'passthrough': $(tail -n 1 "$WORK/.mnt")"
	fi
}

add_kernel()
{
	local options=()
	! dfuse --help | grep -q -- --passthrough || options=(--passthrough=off)
	mounted kernel "${options[@]}"
	KERNEL_MNT=$MNT
	add kernel "$MNT"
}

add_peer()
{
	local peer
	if ! peer=$("$(dirname "${BASH_SOURCE[0]}")/peer" "$BUILD/bench/peer" 2>"$WORK/.peer"); then
		note "no column 'peer': $(cat "$WORK/.peer")"
		return
	fi
	new_mountpoint
	mkdir "$WORK/peer"
	in_background "$peer" --foreground "$WORK/peer" "$MNT" >"$WORK/.peer" 2>&1
	for ((i = 0; i < 600; i++)); do
		! mountpoint -q "$MNT" || break
		sleep 0.1
	done
	if mountpoint -q "$MNT"; then
		add peer "$MNT"
	else
		note "no column 'peer': passthrough_hp: $(tail -n 1 "$WORK/.peer")"
	fi
}

# in_column COLUMN COMMAND...: with the column's environment.
in_column()
{
	# shellcheck disable=SC2086 # a list of assignments; none of the paths has blanks, see bench/run
	env ${ENVS[$1]} "${@:2}"
}

# The columns that are asked for and can be had; POOL is there.
make_columns()
{
	local column
	for column in plain library none passthrough kernel peer; do
		[[ " $1 " == *" $column "* ]] || continue
		case $column in
		library | none) [ -e "$LIBRARY" ] || { note "no column '$column': the library is not built here"; continue; } ;;
		esac
		add_$column
	done
}
