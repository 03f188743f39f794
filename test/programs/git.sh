#!/bin/bash
# git in a mount: a history of 500 commits (100 under the interception library), branches and a merge, a clone, gc, fsck.
. "$(dirname "$0")/../lib.sh"
need git
new_mount

export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=$WORK

N=500
[ -z "$INTERCEPT" ] || N=100

commits()
{
	local i
	for ((i = 0; i < N; i++)); do
		mkdir -p "d$((i % 20))" && echo "line $i" >>"d$((i % 20))/f$((i % 50))" && git add -A . && git commit -qm "commit $i" || return
	done
}

branch_and_merge()
{
	git checkout -qb side HEAD~20 && echo side >side && git add side && git commit -qm side && git checkout -q main &&
		git mv d0 moved && git commit -qm move && git merge -q -m merge side && [ -f side ] && [ -d moved ]
}

check "init" git init -q -b main "$MNT/repo"
cd "$MNT/repo" || summary
check "$N commits" commits
expect "$N commits in the log" $N "$(git rev-list --count HEAD)"
check "branch, move and merge" branch_and_merge
check "nothing differs from the index" git diff --exit-code
expect "clean status" "" "$(git status --porcelain)"
check "fsck of loose objects" git fsck --full --strict
check "clone over the file protocol" git clone -q "file://$MNT/repo" "$MNT/clone"
check "clone by copying" git clone -q --no-hardlinks "$MNT/repo" "$MNT/clone2"
check "gc" git gc -q --prune=now
check "fsck after gc" git fsck --full --strict
check "fsck of the clone" git -C "$MNT/clone" fsck --full --strict
expect "the clone has the same head" "$(git rev-parse HEAD)" "$(git -C "$MNT/clone" rev-parse HEAD)"
check "the clone has the same files" diff -r --exclude=.git . "$MNT/clone"
check "stash" eval 'echo x >>moved/f0 && git stash -q && git diff --exit-code && git stash pop -q && ! git diff --quiet'
check "worktree" eval 'git checkout -q . && git worktree add -q ../tree side && git worktree remove ../tree && [ ! -e ../tree ]'
cd / && check "unmount" unmount
summary
