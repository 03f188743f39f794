#!/bin/bash
# sqlite3 in a mount: rollback journal and write-ahead log, several processes, a killed writer, integrity_check.
. "$(dirname "$0")/../lib.sh"
need sqlite3
new_mount

sql()
{
	sqlite3 -batch -bail -cmd '.timeout 60000' "$@"
}

# writer DB N: 200 transactions of one row each.
writer()
{
	local i
	for ((i = 0; i < 200; i++)); do
		echo "INSERT INTO t(who, n, data) VALUES($2, $i, hex(randomblob(100)));"
	done | sql "$1"
}

writers()
{
	local pids=() p rc=0
	for ((p = 0; p < 4; p++)); do
		writer "$1" $p &
		pids+=($!)
	done
	for p in "${pids[@]}"; do
		wait "$p" || rc=1
	done
	return $rc
}

# Ends a writer in the middle of one large transaction: none of it may be there afterwards.
killed_writer()
{
	local pid i
	mkfifo "$WORK/fifo"
	sqlite3 -batch -cmd '.timeout 60000' -cmd 'PRAGMA cache_size=20' "$1" <"$WORK/fifo" &
	pid=$!
	exec 7>"$WORK/fifo"
	echo 'BEGIN IMMEDIATE;' >&7
	for ((i = 0; i < 2000; i++)); do
		echo "INSERT INTO t(who, n, data) VALUES(99, $i, hex(randomblob(200)));"
	done >&7
	sleep 0.5
	kill -9 $pid
	wait $pid 2>/dev/null
	exec 7>&-
	rm "$WORK/fifo"
	[ "$(sql "$1" 'SELECT count(*) FROM t WHERE who = 99')" = 0 ]
}

for mode in delete truncate persist wal; do
	db=$MNT/$mode.db
	expect "$mode: journal mode" "$mode" "$(sql "$db" "PRAGMA journal_mode=$mode")"
	check "$mode: schema" sql "$db" 'PRAGMA synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY KEY, who, n, data); CREATE INDEX i ON t(data);'
	check "$mode: four processes write" writers "$db"
	expect "$mode: all rows are there" 800 "$(sql "$db" 'SELECT count(*) FROM t')"
	check "$mode: a killed writer leaves nothing" killed_writer "$db"
	expect "$mode: integrity_check" ok "$(sql "$db" 'PRAGMA integrity_check')"
	expect "$mode: reading through mmap" 800 "$(sql "$db" 'PRAGMA mmap_size=268435456; SELECT count(*) FROM t' | tail -n 1)"
	check "$mode: vacuum" sql "$db" "DELETE FROM t WHERE n % 2 = 0; VACUUM;"
	expect "$mode: integrity_check after vacuum" ok "$(sql "$db" 'PRAGMA integrity_check')"
	check "$mode: backup" sql "$db" ".backup $WORK/$mode.bak"
	expect "$mode: the backup is the same" "$(sql "$db" .dump | cksum)" "$(sql "$WORK/$mode.bak" .dump | cksum)"
done
check "unmount" unmount
summary
