# shellcheck shell=bash
# The programs of coreutils and findutils, one after the other.
# shellcheck disable=SC2012 # ls is what is tested
list()
{
	ls -lAR --time-style=+ "$@" | awk '{ if (substr($1, 1, 1) == "d") $5 = "-"; if ($1 == "total") next; $2 = ""; print }'
}

say "mkdir -p" mkdir -p a/b/c a/d
say "mkdir -m" mkdir -m 0711 a/private
say "mkdir of what is there" mkdir a
say "redirection" eval 'echo one >a/one; echo two >a/b/two; seq 1 20000 >a/b/c/numbers'
say "touch" touch -d '2019-02-03 04:05:06.123456789' a/one a/d
say "touch -r" touch -r a/one a/b/two
say "touch -a -d" touch -a -d '2018-01-01 00:00:00' a/one
say "touch -c of nothing" touch -c a/none
say "touch -h" eval 'ln -s nowhere a/dangling && touch -h -d 2017-01-01 a/dangling'
say "stat" stat -c '%n %F %a %s %u %g %Y' a/one
say "stat of a link" stat -c '%n %F %s %N' a/dangling
say "stat -L of a dangling link" stat -L a/dangling
say "stat -f" stat -f -c '%n' a
say "ls -la" list a
say "ls -t" ls -t a/one a/d -d
say "ls of nothing" ls a/none
say "ls -F" ls -F a
say "ls --color" ls --color=always a
say "ln -s" eval 'ln -s b/two a/link && ln -s ../a a/self'
say "ln -sf" ln -sf b/c/numbers a/link
say "ln -s again" ln -s x a/link
say "readlink" readlink a/link
say "readlink -f" readlink -f a/self/self/b/../link
say "readlink -e of nothing" readlink -e a/dangling
say "realpath" realpath a/self/b --relative-to=.
say "cat through a link" eval 'cat a/link | cksum'
say "cp" cp a/one a/copy
say "cp -a" cp -a a tree
say "cp -a: the same" diff -r --no-dereference a tree
say "cp -p" cp -p a/one a/copy-p
say "cp -r" cp -r a/b copy-r
say "cp --sparse" eval 'truncate -s 8M hole && cp --sparse=always hole hole2 && cmp hole hole2 && rm hole hole2'
say "cp --reflink=auto" cp --reflink=auto a/b/c/numbers numbers
say "cp onto itself" cp numbers numbers
say "cp -n" cp -n a/one numbers
say "cp -u" cp -u a/one numbers
say "cp -i with no" eval 'echo n | cp -i a/one numbers'
say "cp to a directory that is not" cp a/one none/x
say "mv" mv a/copy a/moved
say "mv to a directory" mv a/moved a/copy-p tree
say "mv of a directory" mv tree/b tree/bb
say "mv -n" mv -n tree/moved tree/copy-p
say "mv -b" mv -b tree/moved tree/copy-p
say "mv into itself" mv tree tree/bb
say "mv over a directory that is not empty" mv -T copy-r tree
say "rmdir" rmdir a/d
say "rmdir of what is full" rmdir a
say "rmdir -p" eval 'mkdir -p p/q/r && rmdir -p p/q/r'
say "chmod" eval 'chmod 600 a/one && chmod -R go-rx tree && chmod u+s,g+s numbers && stat -c "%a %n" a/one tree tree/* numbers | sort'
say "chmod of nothing" chmod 644 none
say "chown to oneself" chown "$(id -u):$(id -g)" a/one
say "du" eval 'du --apparent-size -b -a -S tree | awk "!/\\/?(tree|private|d|bb|c)$/" | sort -k 2'
say "df" eval 'df . >/dev/null'
say "find by name" eval 'find . -name "*o*" | sort'
say "find by type and size" eval 'find . -type f -size +10k -printf "%p %s %m\n" | sort'
say "find -newer" eval 'find . -newer a/one -type f | sort'
say "find -delete" eval 'cp -r tree gone && find gone -delete && ls'
say "find -exec" eval 'find a -type f -exec cksum {} + | sort'
say "find -L" eval 'find -L a/link a/dangling'
say "find -empty" eval 'mkdir empty && find . -empty | sort'
say "truncate" eval 'truncate -s 100 numbers && truncate -s +5 numbers && truncate -s %64 numbers && stat -c %s numbers'
say "truncate of nothing" truncate -c -s 0 none
say "dd" dd if=/dev/zero of=dd bs=4k count=10 seek=3 status=none
say "dd conv=notrunc" eval 'echo patch | dd of=dd bs=1 seek=5000 conv=notrunc status=none; cksum dd'
say "dd oflag=append" eval 'echo more | dd of=dd oflag=append conv=notrunc,fsync status=none; cksum dd'
say "dd with skip" eval 'dd if=a/b/c/numbers bs=1 skip=100 count=20 status=none'
say "dd oflag=direct" dd if=/dev/zero of=direct bs=4096 count=8 oflag=direct status=none
say "sort -o" sort -rn -o a/b/c/numbers a/b/c/numbers
say "sort with temporary files" eval 'sort -S 100k -T . a/b/c/numbers | cksum; ls'
say "sort --parallel" eval 'sort -n --parallel=2 a/b/c/numbers -o sorted && cksum sorted'
say "tee" eval 'seq 5 | tee t1 t2 | cat; cat t1 t2'
say "tee -a" eval 'seq 3 | tee -a t1 >/dev/null; cat t1'
say "mktemp" eval 'f=$(mktemp ./tmp.XXXXXX) && stat -c "%a %s %F" "$f" && rm "$f"'
say "mktemp -d" eval 'd=$(mktemp -d ./tmp.XXXXXX) && stat -c "%a %F" "$d" && rmdir "$d"'
say "mktemp -p of nothing" mktemp -p ./none tmp.ABC
say "shred" eval 'seq 1000 >secret && shred -u -n 2 secret; ls secret*'
say "install" install -m 0750 -D t1 inst/bin/t1
say "install -d" install -d -m 0700 inst/lib
say "split" eval 'split -b 10000 a/b/c/numbers part. && cat part.* | cmp - a/b/c/numbers && ls part.* && rm part.*'
say "csplit" eval 'csplit -s -f cs. t1 3 && cat cs.00 && rm cs.*'
say "head and tail" eval 'head -c 30 sorted; tail -c 30 sorted; tail -n 2 sorted'
say "tac" eval 'tac t2'
say "wc" wc a/b/c/numbers t1
say "cksum" cksum a/b/c/numbers
say "md5sum -c" eval 'md5sum a/one t1 t2 >sums && md5sum -c sums && rm sums'
say "comm and join" eval 'comm t1 t2; join t1 t2'
say "paste" paste t1 t2
say "uniq" eval 'sort t1 | uniq -c'
say "cut" eval 'cut -c 1-2 sorted | tail -n 1'
say "od" eval 'od -A d -t x1 dd | tail -n 3'
say "expand" eval 'printf "a\tb\n" >tab && expand tab && rm tab'
say "pathchk" pathchk "$(printf 'x%.0s' {1..300})"
say "a name that is too long" touch "$(printf 'x%.0s' {1..300})"
say "test" eval '[ -f t1 ] && [ -d a ] && [ -L a/link ] && [ t1 -nt a/one ] && [ ! -e none ] && [ -r t1 ] && [ -w t1 ] && [ ! -x t1 ] && [ -s t1 ]'
say "unlink" unlink t2
say "rm" rm t1
say "rm of nothing" rm t1
say "rm -f of nothing" rm -f t1
say "rm of a directory" rm tree
say "rm -d" rm -d empty
say "rm -rf" eval 'mkdir -p deep && (cd deep && for i in {1..30}; do mkdir d$i && cd d$i; done && touch x) && rm -rf deep && ls -d deep'
say "rm -r of many" eval 'mkdir many && (cd many && touch $(seq 2000) && ls | wc -l) && rm -r many && ls -d many'
say "sync" sync sorted
say "nice, timeout, env" eval 'nice -n 1 timeout 5 env -u HOME /bin/cat a/b/two'
# With no mount, a program without the library's variables finds no container.
[ "${DFUSE_TEST_INTERCEPT:-}" = none ] || say "env -i" eval 'env -i /bin/cat a/b/two'
say "xargs" eval 'find a -type f -print0 | sort -z | xargs -0 -n 1 cksum'
say "ls of all" list .
exit 0
