#!/bin/bash
# A PostgreSQL cluster in an ordinary user's mount: initdb, pgbench, kill -9 of the server, recovery, checks of the data.
. "$(dirname "$0")/../lib.sh"
PG=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)
PG=${PG:-$(command -v initdb)}
[ -n "$PG" ] || skip "PostgreSQL's server is not installed"
PATH=${PG%/initdb}:$PATH
need pgbench psql pg_ctl
need_user
new_mount

# Sockets cannot be in the mount; and the server's descriptors of its own directory must not be those of this shell.
DATA=$MNT/pg
SOCK=$WORK/sock
mkdir "$SOCK"
[ ${#USER_RUN[@]} -eq 0 ] || chown nobody:nogroup "$SOCK"
cd /
export PGHOST=$SOCK PGUSER=postgres PGDATABASE=postgres

start()
{
	as_user pg_ctl -D "$DATA" -w -t 120 -l "$SOCK/log" -o "-k $SOCK -c listen_addresses= -c shared_buffers=32MB" start
}

query()
{
	psql -XAtqc "$1"
}

# kill -9 of the whole server in the middle of the work, as a crash of the machine's user session would.
crash()
{
	local server=$1 bench i
	as_user pgbench -n -c 4 -j 2 -T 60 >"$WORK/bench" 2>&1 &
	bench=$!
	sleep 4
	mapfile -t all < <(pgrep -P "$server")
	kill -9 "$server" "${all[@]}" || return
	wait $bench
	for ((i = 0; i < 100; i++)); do
		kill -0 "$server" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

# Every transaction of pgbench adds the same amount in three tables and notes it in a fourth.
balanced()
{
	query "SELECT (SELECT sum(abalance) FROM pgbench_accounts) = (SELECT sum(bbalance) FROM pgbench_branches)
		AND (SELECT sum(bbalance) FROM pgbench_branches) = (SELECT sum(tbalance) FROM pgbench_tellers)
		AND (SELECT coalesce(sum(delta), 0) FROM pgbench_history) = (SELECT sum(tbalance) FROM pgbench_tellers)"
}

server_pid()
{
	as_user head -n 1 "$DATA/postmaster.pid"
}

check "initdb" as_user initdb -D "$DATA" -U postgres -A trust -k -E UTF8
check "start" start || { as_user cat "$SOCK/log"; summary; }
JOBS+=("$(server_pid)")
check "pgbench -i" as_user pgbench -q -i -s 4
check "pgbench" as_user pgbench -n -c 4 -j 2 -t 500
expect "2000 transactions in the history" 2000 "$(query 'SELECT count(*) FROM pgbench_history')"
expect "the books balance" t "$(balanced)"
query 'CREATE TABLE mark(n int); INSERT INTO mark VALUES (42)'
for round in 1 2; do
	check "crash $round: kill -9 while pgbench runs" crash "$(server_pid)"
	check "crash $round: start with recovery" start || { as_user tail -n 30 "$SOCK/log"; summary; }
	JOBS+=("$(server_pid)")
	expect "crash $round: what was committed is there" 42 "$(query 'SELECT n FROM mark')"
	expect "crash $round: the books balance" t "$(balanced)"
done
check "recovery took place" as_user grep -q 'redo done\|redo is not required' "$SOCK/log"
check "vacuum full and reindex" query 'VACUUM FULL ANALYZE; '
check "dump" eval 'as_user pg_dump postgres >"$WORK/dump" && grep -q "PostgreSQL database dump complete" "$WORK/dump"'
check "a tablespace-like move of a large table" query 'CREATE TABLE big AS SELECT i, md5(i::text) FROM generate_series(1, 200000) i; CREATE INDEX ON big(md5); TRUNCATE big; DROP TABLE big'
check "stop" as_user pg_ctl -D "$DATA" -w -t 120 -m fast stop
check "checksums of all pages" as_user pg_checksums --check -D "$DATA"
check "unmount" unmount
summary
