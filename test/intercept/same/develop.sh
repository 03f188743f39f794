# shellcheck shell=bash
# A small project from its first file to its history: cc, ar, make, git, perl, python3.
mkdir -p src lib
cat >lib/add.c <<'END'
#include "add.h"
int add(int a, int b) { return a + b; }
END
echo 'int add(int a, int b);' >lib/add.h
for ((i = 0; i < 20; i++)); do
	printf '#include "../lib/add.h"\nint f%d(int x);\nint f%d(int x) { return add(x, %d); }\n' $i $i $i >src/f$i.c
done
{
	echo '#include <stdio.h>'
	for ((i = 0; i < 20; i++)); do echo "int f$i(int);"; done
	echo 'int main(void) { int s = 0;'
	for ((i = 0; i < 20; i++)); do echo "s += f$i(1);"; done
	# shellcheck disable=SC2028 # C's escape sequence
	echo 'printf("%d\n", s); FILE *f = fopen("result", "w"); fprintf(f, "%d\n", s); return fclose(f); }'
} >src/main.c
cat >Makefile <<'END'
OBJ := $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))
prog: $(OBJ) lib/libadd.a
	$(CC) -o $@ $(OBJ) -Llib -ladd
%.o: %.c lib/add.h
	$(CC) -g -c -o $@ $<
lib/libadd.a: lib/add.o
	$(AR) rcD $@ $^
clean:
	rm -f prog $(OBJ) lib/*.o lib/*.a
END
# Listings of what was built, without the sizes that the path of the directory goes into.
say "make -j" eval 'make -s -j 4 2>&1; ls . src lib'
say "the program" eval './prog; cat result'
say "nothing to do" eval 'make -q; echo $?'
say "a header has changed" eval 'sleep 1.1; touch lib/add.h; make -n | wc -l; make -s -j 2'
# With no mount, ld.so does not find libraries in a container: it loads them before the library is there.
[ "${DFUSE_TEST_INTERCEPT:-}" = none ] || say "a shared library" eval 'cc -shared -fPIC -o lib/libadd.so lib/add.c && cc -o prog2 src/*.c -Llib -ladd && LD_LIBRARY_PATH=$PWD/lib ./prog2 && ldd ./prog2 | grep -c libadd'
say "a static program" eval 'cc -static -o prog3 src/*.c lib/add.c && ./prog3'
say "precompiled header, -MD, -save-temps" eval 'cc -MD -save-temps -c -o src/f0.o src/f0.c && cat src/f0.d && ls src/f0* *.i *.s 2>/dev/null'
say "strip and objcopy" eval 'cp prog stripped && strip stripped && ./stripped && objcopy --only-keep-debug prog prog.debug && nm prog | grep -c " T f"'
say "make clean" eval 'make -s clean && rm -f prog* stripped src/f0.? src/f0-* ./*-*.? *.i *.s lib/*.so && ls . src'

export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@localhost GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@localhost HOME=$PWD
export GIT_AUTHOR_DATE='2019-01-01 00:00:00 +0000' GIT_COMMITTER_DATE='2019-01-01 00:00:00 +0000' GIT_CONFIG_NOSYSTEM=1
say "git init" git init -q -b main .
say "git add and commit" eval 'git add -A && git commit -qm first && git rev-parse HEAD'
say "10 commits" eval 'for ((i = 0; i < 10; i++)); do echo $i >>lib/log; git add lib/log; git commit -qm "c $i" || break; done; git rev-parse HEAD'
say "git status" eval 'echo dirt >>lib/log; touch new; git status --porcelain; git checkout -q lib/log; rm new; git status --porcelain'
say "git diff, mv, rm" eval 'git mv lib/add.h lib/sum.h; git rm -q src/f1.c; git diff --cached --stat; git reset -q --hard'
say "git branch, merge" eval 'git checkout -qb b HEAD~3; echo b >b; git add b; git commit -qm b; git checkout -q main; git merge -q -m m b; git rev-parse HEAD'
say "git stash" eval 'echo s >>b; git stash -q; git stash pop -q; git diff --stat; git checkout -q b 2>&1; git checkout -q -- b'
say "git gc, fsck" eval 'git gc -q --prune=now; git fsck --full --strict; git count-objects | cut -d , -f 1; ls .git/objects/pack | sed "s/.*\\.//"'
say "git clone" eval 'git clone -q . clone && diff -r --exclude=.git lib clone/lib && git -C clone log --oneline | wc -l && rm -rf clone'
say "git grep, log, archive" eval 'git grep -c add | tail -n 1; git log --oneline -- lib/log | wc -l; git archive HEAD | cksum'
rm -rf .git

say "perl" perl -we 'use strict; use File::Find; use File::Temp qw(tempdir tempfile); use File::Copy; use Cwd;
	mkdir "pl" or die $!; chdir "pl" or die $!; print getcwd() =~ m{/pl$} ? "cwd\n" : "no\n";
	open my $f, "+>", "a" or die $!; print $f "line $_\n" for 1..1000; seek $f, 0, 0; my @l = <$f>; print scalar(@l), "\n";
	close $f; open $f, ">>", "a"; print $f "end\n"; close $f; print -s "a", "\n"; copy("a", "b") or die; move("b", "c") or die;
	rename "c", "d" or die; print join(",", sort glob("*")), "\n"; symlink "d", "l" or die; print readlink("l"), "\n";
	utime 1e9, 1e9, "d"; print +(stat "d")[9], "\n"; chmod 0400, "d"; printf "%o\n", (stat "d")[2]; unlink "d" or die;
	print -e "d" ? "there" : "gone", -l "l" ? "link" : "none", "\n"; my $t = tempdir(DIR => ".", CLEANUP => 1); print -d $t ? "dir\n" : "";
	find(sub { print "$File::Find::name\n" if -f }, "."); opendir my $d, "." or die; my @n = grep { !/^\./ } readdir $d; print scalar(@n), "\n";
	truncate "a", 5; print -s "a", "\n"; open $f, "<", "none" or print $!+0, "\n"; print `cat a | wc -c`;'
say "perl -i" eval 'seq 5 >in && perl -pi.orig -e "s/3/three/" in && cat in in.orig'
say "python3" python3 -c 'if 1:
	import os, shutil, tempfile, mmap, glob, pathlib, zipfile, json
	os.mkdir("py"); os.chdir("py"); print(os.path.basename(os.getcwd()))
	with open("a", "w") as f: f.writelines("line %d\n" % i for i in range(1000))
	with open("a", "r+b") as f:
		m = mmap.mmap(f.fileno(), 0); m[0:4] = b"LINE"; m.flush(); print(m.find(b"999")); m.close()
	print(open("a").readline().strip(), os.path.getsize("a"))
	shutil.copytree("../lib", "lib"); shutil.move("lib", "moved"); print(sorted(os.listdir("moved")), sorted(glob.glob("**/*", recursive=True)))
	for e in sorted(os.scandir("moved"), key=lambda e: e.name): print(e.name, e.is_file(), e.stat().st_size)
	p = pathlib.Path("p"); p.write_text("text"); p.rename("q"); print(pathlib.Path("q").read_text(), p.exists())
	z = zipfile.ZipFile("z.zip", "w"); z.writestr("n", "data" * 1000); z.close(); print(zipfile.ZipFile("z.zip").testzip())
	os.symlink("q", "l"); print(os.readlink("l"), os.path.realpath("l") == os.path.realpath("q"), os.lstat("l").st_size)
	os.setxattr("q", "user.k", b"v"); print(os.getxattr("q", "user.k"), os.listxattr("q"))
	with tempfile.TemporaryDirectory(dir=".") as t: print(os.path.isdir(t))
	with tempfile.TemporaryFile(dir=".") as t: t.write(b"x" * 100); t.seek(0); print(len(t.read()))
	fd = os.open("q", os.O_RDWR | os.O_APPEND); os.write(fd, b"++"); print(os.pread(fd, 10, 0), os.fstat(fd).st_size, os.lseek(fd, 0, 1)); os.close(fd)
	d = os.open(".", os.O_RDONLY); print(os.stat("q", dir_fd=d).st_size, os.access("q", os.R_OK, dir_fd=d)); os.rename("q", "r", src_dir_fd=d, dst_dir_fd=d); os.close(d)
	os.utime("r", ns=(10**18, 10**18 + 5)); print(os.stat("r").st_mtime_ns); os.truncate("r", 2); print(open("r").read())
	for bad in (lambda: open("none"), lambda: os.mkdir("moved"), lambda: os.rmdir("moved"), lambda: os.unlink("moved"), lambda: os.listdir("r"), lambda: open("x" * 300, "w"), lambda: os.rename("moved", "moved/x")):
		try: bad()
		except OSError as e: print(type(e).__name__, e.errno)
	n = os.fork()
	if n == 0:
		open("child", "w").write("from the child"); os._exit(3)
	print(os.waitstatus_to_exitcode(os.waitpid(n, 0)[1]), open("child").read()); shutil.rmtree("moved"); print(sorted(os.listdir()))'
say "python3 imports from here" eval 'mkdir -p py/pkg && echo "x = 42" >py/pkg/__init__.py && PYTHONPATH=py python3 -c "import pkg; print(pkg.x)" && ls py/pkg/__pycache__ | wc -l; rm -r py/pkg/__pycache__ py/z.zip'
rm -rf .config
exit 0
