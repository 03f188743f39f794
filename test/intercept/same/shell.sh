# shellcheck shell=bash
# What shells do to files themselves: redirections, here-documents, pipes, directories, patterns, tests; bash, dash, awk, sed.
say "create and append" eval 'echo a >f; echo b >>f; echo c >>f; cat f'
say "truncate" eval ': >f; wc -c <f; echo d >f'
say "noclobber" eval 'set -C; echo e >f; echo e >|f; set +C; cat f'
say "read and write" eval 'exec 5<>f; echo 12 >&5; cat <&5; exec 5>&-; cat f'
say "one offset for two commands" eval '{ echo one; echo two; } >g; cat g'
say "one offset, external and builtin" eval '{ echo one; /bin/echo two; (echo three); } >g; cat g'
say "reading by turns" eval 'seq 5 >s; { read -r a; read -r b; head -n 1 >/dev/null; echo "$a $b"; } <s'
say "standard error too" eval 'ls none f >both 2>&1; cat both; ls none f &>>both; wc -l both'
say "two descriptors, two files" eval '{ echo out; echo err >&2; } >o 2>e; cat o e'
say "here-document" eval 'cat >h <<END
one $((1 + 1))
two
END
cat h'
say "a large here-document" eval "cat >h <<END
$(seq 20000)
END
cksum h"
say "here-string" eval 'cat >h <<<"text"; cat h'
say "pipes" eval 'seq 1000 | grep 7 | sort -r | tee p | wc -l; cksum p'
say "process substitution" eval 'diff <(cat f) <(cat g); echo x > >(cat >ps); sleep 0.2; cat ps'
say "a pipe to and from files" eval '<p sort -n >p2; head -n 3 p2'
say "subshells append" eval 'for i in 1 2 3 4; do (for j in {1..50}; do echo "$i $j" >>app; done) & done; wait; sort -o app app; cksum app'
say "closed descriptor" eval 'exec 6>c; echo in >&6; exec 6>&-; echo out >&6; cat c'
say "duplicates" eval 'exec 6>dup 7>&6; echo 1 >&6; echo 2 >&7; echo 3 >&6; exec 6>&- 7>&-; cat dup'
say "moved descriptor" eval 'exec 6>mv; exec 7>&6-; echo moved >&7; exec 7>&-; cat mv'
say "descriptors inherited" eval 'exec 8>inh; bash -c "echo child >&8; sh -c \"echo grandchild >&8\""; echo parent >&8; exec 8>&-; cat inh'
say "read back by the child" eval 'exec 8<inh; read -r l <&8; bash -c "cat <&8"; exec 8<&-; echo "$l"'
say "cd and pwd" eval 'mkdir -p d/e/f; cd d/e; pwd; echo x >here; cd f; cd ..; pwd -P; cat here; cd ../..'
say "pushd and popd" eval 'pushd d >/dev/null; pushd e >/dev/null; dirs -p; popd >/dev/null; pwd; popd >/dev/null; pwd'
say "cd through a link" eval 'ln -s d/e le; cd le; pwd; pwd -P; /bin/pwd; cd ..; pwd; cd -; cd ../..'
cd "$OLDPWD" 2>/dev/null || true
say "back" eval 'while [ ! -f app ] && [ "$PWD" != / ]; do cd ..; done; pwd'
say "cd to nothing" cd none
say "cd to a file" cd f
say "CDPATH" eval 'CDPATH=d; cd e >/dev/null && pwd; cd ../..; unset CDPATH'
say "relative paths from below" eval '(cd d/e && cat ../../f && echo up >../../up && ls ../..) | sort'
say "a child in a directory" eval '(cd d/e && sh -c "pwd; cat here; echo w >w") ; cat d/e/w'
say "globs" eval 'touch a1 a2 b1 "with space" .hidden; echo a*; echo ?1; echo [ab]1; echo *space; echo .h*; echo d/*/h*; echo none*'
say "globstar" eval 'shopt -s globstar nullglob dotglob; echo **/h*; echo none*; echo *den; shopt -u globstar nullglob dotglob'
say "extglob" eval 'shopt -s extglob; echo !(a*|b*|d|le|.*); shopt -u extglob'
say "brace expansion" eval 'touch x{1..3}; ls x?; rm x{1..3}; ls x?'
say "completion" eval 'compgen -f a | sort; compgen -d | sort'
say "test" eval 'for t in -e -f -d -L -h -r -w -x -s -O -G -b -c -p -S -u -g -k; do for n in f d le none "with space"; do [ $t "$n" ]; printf "%s" $?; done; done; echo'
say "newer, older, same" eval 'touch -d 2018-01-01 old; [ f -nt old ]; echo $?; [ old -ot f ]; echo $?; [ le -ef d/e ]; echo $?; [ f -ef g ]; echo $?'
say "a script file" eval 'printf "#!/bin/sh\necho \"\$0 \$1\"\n" >script; chmod +x script; ./script arg; sh script arg; . ./script'
say "a script without the right to run it" eval 'chmod -x script; ./script'
say "a script without an interpreter line" eval 'echo "echo bare" >bare; chmod +x bare; ./bare'
say "a program in the directory" eval 'cp /bin/true mytrue; ./mytrue; PATH=.:$PATH mytrue; PATH=$PWD type -P mytrue'
say "exec" eval '(exec ./mytrue); (exec -a other /bin/sh -c "echo \$0")'
say "not there, a directory" eval './none; ./d; . ./none'
say "exit status" eval 'sh -c "exit 7" >st; echo $? ; cat st'
say "traps" eval 'bash -c "trap \"rm lock; echo bye\" EXIT; echo x >lock; ls lock"; ls lock'
say "signals" eval 'bash -c "trap \"echo got >sig\" TERM; kill -TERM \$\$; cat sig"'
say "background jobs" eval '(sleep 0.1; echo later >bg) & wait $!; cat bg'
say "mapfile and read" eval 'mapfile -t l <app; echo ${#l[@]}; while read -r a b; do :; done <app; echo "$a"; IFS= read -r -d "" all <s; echo "${#all}"'
say "printf >file" eval 'printf "%05d\n" 1 22 333 >pf; $(</dev/null); v=$(<pf); echo "$v"'
say "umask" eval '(umask 077; echo x >private; mkdir pd; stat -c %a private pd)'
# With no mount, a limit on the size of files is one on the library's database, too: see libioil(7).
[ "${DFUSE_TEST_INTERCEPT:-}" = none ] || say "ulimit -f" eval '{ bash -c "ulimit -f 1; head -c 5000 /dev/zero >limited"; } 2>/dev/null; echo $?; stat -c %s limited'
say "dash" eval 'dash -c "echo 1 >da; echo 2 >>da; cat <da; cd d; pwd; ls; cd nowhere; echo \$?"'
say "awk" eval 'awk "{ print \$1 >\"awk.\" \$1; close(\"awk.\" \$1) } END { while ((getline l <\"s\") > 0) print l; print \"x\" | \"cat >aw\" }" app; cat awk.1 | wc -l; cat aw'
say "sed -i" eval 'sed -i "s/1/one/" s; cat s; sed -i.bak "s/one/1/" s; cat s s.bak; sed -n "2w sw" s; cat sw'
say "grep -r" eval 'grep -r here . | sort; grep -rl one . | sort; grep -c 1 app'
say "diff and patch" eval 'cp app app2; sed -i 5d app2; diff -u --label a --label b app app2 >df; cmp -s app app2; echo $?; ! command -v patch >/dev/null || patch -s app <df; cmp app app2 || cp app2 app'
say "flock" eval 'flock -n lk -c "echo locked; flock -n lk echo twice"; flock -n lk echo again'
say "many open files" eval 'for i in {10..60}; do eval "exec $i>many.$i"; done; for i in {10..60}; do echo $i >&$i; done; for i in {10..60}; do eval "exec $i>&-"; done; cat many.* | cksum; rm many.*'
say "removed while open" eval 'exec 5<>gone; echo data >&5; rm gone; ls gone; echo more >&5; cat </proc/self/fd/5; exec 5>&-'
say "renamed while open" eval 'exec 5>rn; echo 1 >&5; mv rn rn2; echo 2 >&5; exec 5>&-; cat rn2'
say "names" eval 'echo q >"quo\"te"; echo n >"new
line"; echo u >"ünïcode-日本"; echo b >"back\\slash"; ls -b | sort; cat "ünïcode-日本"; rm "quo\"te" "new
line" "back\\slash"'
say "history and time" eval 'TIMEFORMAT=; time ls f'
exit 0
