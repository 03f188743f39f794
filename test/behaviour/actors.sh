# shellcheck shell=bash
# actors.sh: several file-user processes that do in turn what the test says; source it after behaviour.sh.
#
#	actor NAME [POOL CONTAINER]          start one; ACTOR[NAME] is its process id
#	say NAME COMMAND...                  have it do something; prints the answer
#	answer NAME                          one more line of it
#	says "what" WANTED NAME COMMAND...   expect the answer; WANTED is a pattern as in [[ == ]]
#	says_soon "what" WANTED NAME COMMAND...   the same, asked again until it is so
#	quit NAME                            end it, and wait for that
declare -A ACTOR ACTOR_IN ACTOR_OUT

actor()
{
	local name=$1 in=$WORK/.actor.$1.$RANDOM fd
	shift
	mkfifo "$in.in" "$in.out" || exit 1
	file-user "$@" <"$in.in" >"$in.out" 2>&1 &
	ACTOR[$name]=$!
	JOBS+=("$!")
	exec {fd}>"$in.in"
	ACTOR_IN[$name]=$fd
	exec {fd}<"$in.out"
	ACTOR_OUT[$name]=$fd
}

answer()
{
	local line
	read -r -t 30 line <&"${ACTOR_OUT[$1]}" || line="no answer"
	printf '%s\n' "$line"
}

say()
{
	local name=$1
	shift
	printf '%s\n' "$*" >&"${ACTOR_IN[$name]}"
	answer "$name"
}

says()
{
	local what=$1 want=$2 got
	shift 2
	got=$(say "$@")
	# shellcheck disable=SC2053 # a pattern
	if [[ $got == $want ]]; then pass "$what"; else fail "$what: '$*' gave '$got', not '$want'"; fi
}

# says_soon ...: as says, asked again for a minute at most.
says_soon()
{
	local want=$2 i
	for ((i = 0; i < 600; i++)); do
		# shellcheck disable=SC2053 # a pattern
		[[ $(say "${@:3}") != $want ]] || break
		sleep 0.1
	done
	says "$@"
}

quit()
{
	echo quit >&"${ACTOR_IN[$1]}"
	wait "${ACTOR[$1]}"
}
