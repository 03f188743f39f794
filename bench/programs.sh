# shellcheck shell=bash
# bench/programs.sh: how long real programs take, over bench/columns.sh. Each appends `ROUND COLUMN 1 WHAT SECONDS` to RESULTS.

# timed COLUMN WHAT COMMAND...
timed()
{
	local column=$1 what=$2 begin=$EPOCHREALTIME
	shift 2
	if ! in_column "$column" "$@" >"$WORK/out" 2>&1; then
		echo "bench/run: '$*' failed ($column): $(tail -n 3 "$WORK/out")" >&2
		exit 2
	fi
	awk -v r="$ROUND" -v c="$column" -v w="$what" -v a="$begin" -v b="$EPOCHREALTIME" \
		'BEGIN { printf "%d %s 1 %s %.6f\n", r, c, w, b - a }' >>"$RESULTS"
}

# A repository of TREE_FILES small files, a hundred in a directory, and an archive of them, both on the disk.
prepare_tree()
{
	local source=$WORK/tree
	command -v git >/dev/null || { note "no rows git-*: git is not installed"; }
	mkdir "$source" && python3 - "$source" "$TREE_FILES" <<-'END' || exit 2
		import os, sys
		top, n = sys.argv[1], int(sys.argv[2])
		for i in range(n):
		    directory = "%s/d%03d" % (top, i // 100)
		    os.makedirs(directory, exist_ok=True)
		    with open("%s/file%05d.c" % (directory, i), "w") as out:
		        out.write(("/* file %d */\n" % i) * (10 + i % 400))
	END
	tar -C "$source" -cf "$WORK/tree.tar" .
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=$WORK
	if command -v git >/dev/null; then
		git init -q -b main "$source" && git -C "$source" add -A && git -C "$source" -c user.name=bench \
			-c user.email=bench@localhost commit -qm tree && git -C "$source" gc -q || exit 2
	fi
}

measure_programs()
{
	local dir=${DIRS[$1]}
	if command -v git >/dev/null; then
		timed "$1" git-clone git clone -q --no-local "$WORK/tree" "$dir/clone"
		timed "$1" git-status git -C "$dir/clone" status --short
		in_column "$1" rm -rf "$dir/clone"
	fi
	in_column "$1" mkdir "$dir/tar"
	timed "$1" tar-x tar -C "$dir/tar" -xf "$WORK/tree.tar"
	timed "$1" du du -s "$dir/tar"
	timed "$1" rm-rf rm -rf "$dir/tar"
}

# This project's source in each column, configured there.
prepare_build()
{
	local column dir
	for column in "${COLUMNS_THERE[@]}"; do
		dir=${DIRS[$column]}
		in_column "$column" mkdir "$dir/src"
		tar -C "$LIB_SRC" --exclude=.git --exclude='./build*' --exclude=./deps -cf - . | in_column "$column" tar -C "$dir/src" -xf -
		if ! CCACHE_DISABLE=1 in_column "$column" meson setup -Dtests=disabled "$dir/src/out" "$dir/src" >"$WORK/out" 2>&1; then
			echo "bench/run: meson setup failed ($column): $(tail -n 3 "$WORK/out")" >&2
			exit 2
		fi
	done
}

# Of what there is to build the libraries and programs that every column can: with no mount, nothing that was built runs.
measure_build()
{
	local out=${DIRS[$1]}/src/out
	CCACHE_DISABLE=1 timed "$1" ninja ninja --quiet -C "$out" "${BUILD_TARGETS[@]}"
	in_column "$1" ninja --quiet -C "$out" -t clean >/dev/null
}
