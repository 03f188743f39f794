#!/usr/bin/python3
"""pairs.py AGENT DIR [LIBRARY]: two processes, one under the interception library and one not, on the same files by turns.

Each case is run twice: first the one under the library acts and the other looks, then the other way round. LIBRARY is what the
first one preloads; without it both are on the kernel path. With PAIRS_BOTH=1 in the environment both are under the library.
Prints a line for each case, then `N passed, N failed`. This script itself never touches DIR.
"""
import os
import socket
import subprocess
import sys
import time


class Failure(Exception):
    pass


class Agent:
    """A process that does what it is told."""

    def __init__(self, program, name, library, channel):
        env = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
        if library:
            env["LD_PRELOAD"] = library
        self.name = name
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, pass_fds=[3],
            preexec_fn=lambda: os.dup2(channel.fileno(), 3, True))

    def __call__(self, command, *args):
        """The answer to one command, without its `ok `; what failed gives the name of the errno."""
        self.tell(command, *args)
        return self.answer()

    def tell(self, command, *args):
        print(command, *args, file=self.process.stdin, flush=True)

    def answer(self):
        line = self.process.stdout.readline().rstrip("\n")
        if not line:
            raise Failure("%s has died with %s" % (self.name, self.process.wait()))
        return line[3:] if line.startswith("ok ") else line

    def ok(self, command, *args):
        got = self(command, *args)
        if got.startswith("E") and got.isupper() and got.isalnum():
            raise Failure("%s: '%s': %s" % (self.name, " ".join([command, *map(str, args)]), got))
        return got

    def soon(self, command, *args):
        """What another's close lets happen: the kernel tells dfuse of a close after it has returned."""
        end = time.monotonic() + 60
        while self(command, *args) == "EAGAIN" and time.monotonic() < end:
            time.sleep(0.01)
        self.ok(command, *args)

    def sees(self, wanted, command, *args):
        got = self(command, *args)
        if got != str(wanted):
            shown = " ".join([command, *map(str, args)])
            raise Failure("%s: '%s' gives '%s', expected '%s'" % (self.name, shown, got, wanted))

    def sees_mode(self, wanted, path):
        got = self.ok("stat", path).split()[0]
        if got != wanted:
            raise Failure("%s: mode of %s is %s, expected %s" % (self.name, path, got, wanted))


def created(me, other, p):
    other.sees("ENOENT", "stat", p("f"))
    other.sees(0, "list", p("."))
    me.ok("open", 100, p("f"), "wcx")
    other.sees(0, "size", p("f"))
    other.sees("f", "list", p("."))
    other.sees(0, "access", p("f"), 4)
    other.sees("EEXIST", "open", 100, p("f"), "wcx")
    me.ok("close", 100)
    other.sees(0, "size", p("f"))


def unlinked(me, other, p):
    me.ok("open", 100, p("f"), "wc")
    other.sees(0, "size", p("f"))
    other.ok("open", 100, p("f"), "rw")
    other.ok("write", 100, "kept")
    me.ok("unlink", p("f"))
    other.sees("ENOENT", "stat", p("f"))
    other.sees("ENOENT", "open", 101, p("f"), "r")
    other.sees(0, "list", p("."))
    other.sees("kept", "pread", 100, 0, 4)
    me.ok("open", 101, p("f"), "wcx")
    me.ok("write", 101, "new")
    other.sees(3, "size", p("f"))
    other.sees("kept", "pread", 100, 0, 4)


def renamed(me, other, p):
    me.ok("mkdir", p("d"))
    me.ok("open", 100, p("a"), "wc")
    me.ok("write", 100, "text")
    ino = other.ok("ino", p("a"))
    other.sees("ENOENT", "stat", p("d/b"))
    me.ok("rename", p("a"), p("d/b"))
    other.sees("ENOENT", "stat", p("a"))
    other.sees(4, "size", p("d/b"))
    other.sees(ino, "ino", p("d/b"))
    other.sees("d", "list", p("."))
    me.ok("rename", p("d"), p("e"))
    other.sees("ENOENT", "stat", p("d/b"))
    other.sees(4, "size", p("e/b"))
    me.ok("open", 101, p("c"), "wc")
    other.sees(0, "size", p("c"))
    me.ok("rename", p("e/b"), p("c"))
    other.sees(4, "size", p("c"))
    other.sees("ENOENT", "stat", p("e/b"))
    other.sees(ino, "ino", p("c"))


def directories(me, other, p):
    other.sees("ENOENT", "stat", p("d"))
    me.ok("mkdir", p("d"))
    other.ok("stat", p("d"))
    other.ok("open", 100, p("d/f"), "wc")
    me.sees("ENOTEMPTY", "rmdir", p("d"))
    me.sees("f", "list", p("d"))
    other.ok("unlink", p("d/f"))
    me.sees(0, "list", p("d"))
    me.ok("rmdir", p("d"))
    other.sees("ENOENT", "stat", p("d"))
    other.sees("ENOENT", "mkdir", p("d/e"))
    other.ok("mkdir", p("d"))
    me.sees("EEXIST", "mkdir", p("d"))


def links(me, other, p):
    me.ok("symlink", "target", p("l"))
    other.sees("target", "readlink", p("l"))
    other.sees("ENOENT", "stat", p("l"))
    me.ok("open", 100, p("target"), "wc")
    other.sees(0, "size", p("l"))
    me.ok("unlink", p("l"))
    other.sees("ENOENT", "readlink", p("l"))
    me.ok("symlink", ".", p("l"))
    other.sees(".", "readlink", p("l"))
    other.sees(0, "size", p("l/l/target"))


def attributes(me, other, p):
    me.ok("open", 100, p("f"), "rwc")
    other.sees_mode("100644", p("f"))
    me.ok("chmod", p("f"), "600")
    other.sees_mode("100600", p("f"))
    me.ok("utime", p("f"), 1000000000, 5)
    other.sees("100600 0 1000000000.000000005", "stat", p("f"))
    me.ok("setxattr", p("f"), "user.k", "value")
    other.sees("value", "getxattr", p("f"), "user.k")
    me.ok("setxattr", p("f"), "user.k", "changed")
    other.sees("changed", "getxattr", p("f"), "user.k")
    me.ok("removexattr", p("f"), "user.k")
    other.sees("ENODATA", "getxattr", p("f"), "user.k")
    me.ok("mkdir", p("d"))
    other.sees_mode("40755", p("d"))
    me.ok("chmod", p("d"), "700")
    other.sees_mode("40700", p("d"))


def sizes(me, other, p):
    me.ok("open", 100, p("f"), "rwc")
    other.sees(0, "size", p("f"))
    me.ok("write", 100, "12345")
    other.sees(5, "size", p("f"))
    me.ok("write", 100, "67890")
    other.sees(10, "size", p("f"))
    me.ok("pwrite", 100, 100, "x")
    other.sees(101, "size", p("f"))
    me.ok("ftruncate", 100, 7)
    other.sees(7, "size", p("f"))
    me.ok("truncate", p("f"), 50)
    other.sees(50, "size", p("f"))
    me.ok("allocate", 100, 0, 5000)
    other.sees(5000, "size", p("f"))
    me.ok("close", 100)
    other.sees(5000, "size", p("f"))
    other.ok("open", 101, p("f"), "rw")
    other.ok("pwrite", 101, 8000, "end")
    me.sees(8003, "size", p("f"))
    me.ok("open", 100, p("f"), "rwt")
    other.sees(0, "size", p("f"))
    other.sees(0, "pread", 101, 0, 10)


def times(me, other, p):
    me.ok("open", 100, p("f"), "rwc")
    me.ok("utime", p("f"), 1000000000, 0)
    other.sees("100644 0 1000000000.000000000", "stat", p("f"))
    me.ok("write", 100, "x")
    if float(other.ok("stat", p("f")).split()[2]) < 1100000000:
        raise Failure("%s does not see that a write has changed the time" % other.name)
    mine, yours = me.ok("stat", p("f")), other.ok("stat", p("f"))
    if mine != yours:
        raise Failure("%s says '%s', %s says '%s'" % (me.name, mine, other.name, yours))
    me.ok("close", 100)
    mine, yours = me.ok("stat", p("f")), other.ok("stat", p("f"))
    if mine != yours:
        raise Failure("after close %s says '%s', %s says '%s'" % (me.name, mine, other.name, yours))
    me.ok("utime", p("f"), 1000000001, 0)
    other.sees("100644 1 1000000001.000000000", "stat", p("f"))


def data(me, other, p):
    me.ok("open", 100, p("f"), "rwc")
    other.ok("open", 100, p("f"), "rw")
    for i in range(20):
        me.ok("pwrite", 100, i * 1000, "one%04d" % i)
        other.sees("one%04d" % i, "pread", 100, i * 1000, 7)
        other.ok("pwrite", 100, i * 1000, "two%04d" % i)
        me.sees("two%04d" % i, "pread", 100, i * 1000, 7)
    other.sees(19007, "size", p("f"))
    me.sees(19007, "size", p("f"))


def by_turns(me, other, p):
    """Each goes on where the other one stopped, by its own offset, and each sees all."""
    me.ok("open", 100, p("f"), "rwc")
    other.ok("open", 100, p("f"), "rw")
    whole = ""
    for i in range(30):
        who = (me, other)[i % 2]
        word = "%s-%d." % ("ab"[i % 2], i)
        who.ok("seek", 100, len(whole))
        who.ok("write", 100, word)
        whole += word
    for who in (me, other):
        who.sees(whole, "pread", 100, 0, 4096)


def mapped(me, other, p):
    me.ok("open", 100, p("f"), "rwc")
    me.ok("ftruncate", 100, 8192)
    other.ok("open", 100, p("f"), "rw")
    other.ok("peek", 100, 0, 5)
    me.ok("poke", 100, 10, "mapped")
    me.sees("mapped", "pread", 100, 10, 6)
    me.ok("fsync", 100)
    other.sees("mapped", "pread", 100, 10, 6)
    other.ok("pwrite", 100, 10, "WRITES")
    other.ok("fsync", 100)
    me.sees("WRITES", "peek", 100, 10, 6)


def appended(me, other, p):
    me.ok("open", 100, p("f"), "wca")
    other.ok("open", 100, p("f"), "wa")
    for i in range(10):
        me.ok("write", 100, "aa")
        other.ok("write", 100, "bb")
    me.sees(40, "size", p("f"))
    other.sees(40, "size", p("f"))
    other.ok("open", 101, p("f"), "r")
    other.sees("aabb" * 10, "read", 101, 100)
    for who in (me, other):
        who.tell("append", 100, 2000, "xxxxxxx")
    for who in (me, other):
        if who.answer() != "0":
            raise Failure("%s: append failed" % who.name)
    me.sees(40 + 2 * 2000 * 7, "size", p("f"))
    other.sees(40 + 2 * 2000 * 7, "size", p("f"))


def inherited(me, other, p):
    """A child, without the library and under it, writes where its parent's descriptor stands, and moves it."""
    me.ok("open", 100, p("f"), "rwc")
    whole = ""
    for i, how in enumerate(["out", "in", "out", "in"]):
        me.ok("write", 100, "p%d." % i)
        me.ok("child", how, "write", 100, "c%d." % i)
        me.ok("fork", "write", 100, "f%d." % i)
        whole += "p%d.c%d.f%d." % (i, i, i)
        me.sees(len(whole), "seek", 100, 0, 1)
    me.sees(whole, "pread", 100, 0, 4096)
    other.sees(len(whole), "size", p("f"))
    other.ok("open", 100, p("f"), "r")
    other.sees(whole, "read", 100, 4096)
    me.ok("child", "out", "ftruncate", 100, 3)
    other.sees(3, "size", p("f"))
    me.sees(3, "size", p("f"))
    me.ok("open", 101, p("."), "rd")
    me.ok("child", "in", "fstat", 101)
    me.ok("child", "in", "stat", p("f"))


def duplicated(me, other, p):
    me.ok("open", 100, p("f"), "rwc")
    me.ok("dup", 100, 101)
    me.ok("write", 100, "one.")
    me.ok("write", 101, "two.")
    me.ok("close", 100)
    me.ok("write", 101, "three.")
    me.sees(14, "seek", 101, 0, 1)
    other.sees(14, "size", p("f"))
    other.ok("open", 100, p("f"), "r")
    other.sees("one.two.three.", "read", 100, 100)


def passed(me, other, p):
    """A descriptor that goes over a socket: one open file in two processes."""
    me.ok("open", 100, p("f"), "rwc")
    me.ok("write", 100, "mine.")
    me.ok("send", 100)
    other.ok("receive", 105)
    other.ok("write", 105, "yours.")
    me.ok("write", 100, "mine.")
    me.sees("mine.yours.mine.", "pread", 100, 0, 100)
    other.sees("mine.yours.mine.", "pread", 105, 0, 100)
    other.sees(16, "size", p("f"))
    me.sees(16, "size", p("f"))
    if me.ok("fstat", 100).split()[1] != "16" or other.ok("fstat", 105).split()[1] != "16":
        raise Failure("fstat of a descriptor that was passed does not show its size")
    me.ok("close", 100)
    other.ok("write", 105, "after")
    me.sees(21, "size", p("f"))
    me.ok("unlink", p("f"))
    other.sees("after", "pread", 105, 16, 100)


def locked(me, other, p):
    me.ok("open", 100, p("f"), "rwc")
    other.ok("open", 100, p("f"), "rw")
    me.ok("lock", 100, "w", 0, 10)
    other.sees("EAGAIN", "lock", 100, "r", 5, 1)
    other.ok("lock", 100, "w", 10, 10)
    me.sees("EAGAIN", "lock", 100, "w", 0, 0)
    me.ok("lock", 100, "u", 0, 10)
    other.ok("lock", 100, "w", 0, 10)
    other.ok("lock", 100, "u", 0, 0)
    me.ok("flock", 100, "w")
    other.sees("EAGAIN", "flock", 100, "r")
    me.ok("close", 100)
    other.soon("flock", 100, "w")


def cwd(me, other, p):
    me.ok("mkdir", p("d"))
    me.ok("chdir", p("d"))
    me.ok("open", 100, "f", "wc")
    other.sees(0, "size", p("d/f"))
    me.sees(0, "size", "f")
    if not me.ok("cwd").endswith("/d"):
        raise Failure("%s is in '%s', not in d" % (me.name, me("cwd")))
    me.ok("child", "in", "open", 101, "g", "wc")
    if not os.environ.get("PAIRS_BOTH"): # with no mount there is nothing to see for a child without the library
        me.ok("child", "out", "stat", p("d/g"))
    other.sees("f,g", "list", p("d"))
    me.ok("chdir", "/")


def cwd_removed(me, other, p):
    # In a mount the kernel says ESTALE where another has removed it.
    for remover in (me, other) if os.environ.get("PAIRS_BOTH") else (me,):
        me.ok("mkdir", p("d"))
        me.ok("chdir", p("d"))
        remover.ok("rmdir", p("d"))
        for _ in range(2):
            me.sees("ENOENT", "cwd")
            me.sees("ENOENT", "stat", "f")
            me.sees("ENOENT", "access", "f", 0)
            me.sees("ENOENT", "open", 100, "f", "wc")
            me.sees("ENOENT", "mkdir", "e")
            me.sees("ENOENT", "symlink", "to", "l")
            me.sees("ENOENT", "rename", p("none"), "f")
        other.ok("mkdir", p("d"))
        other.ok("open", 100, p("d/f"), "wcx")
        other.ok("close", 100)
        me.sees("ENOENT", "cwd")
        me.sees("ENOENT", "stat", "f")
        me.ok("chdir", p("d"))
        me.sees(0, "size", "f")
        me.ok("unlink", "f")
        me.ok("chdir", "/")
        me.ok("rmdir", p("d"))


def big_directory(me, other, p):
    other.sees(0, "list", p("."))
    for i in range(300):
        me.ok("open", 100, p("f%03d" % i), "wc")
    names = ",".join("f%03d" % i for i in range(300))
    other.sees(names, "list", p("."))
    me.sees(names, "list", p("."))
    for i in range(0, 300, 2):
        other.ok("unlink", p("f%03d" % i))
    names = ",".join("f%03d" % i for i in range(1, 300, 2))
    me.sees(names, "list", p("."))


def replaced(me, other, p):
    """The way editors and configuration tools write: a new file over the old one."""
    other.sees("ENOENT", "size", p("conf"))
    for i in range(30):
        me.ok("open", 100, p("conf.new"), "wct")
        me.ok("write", 100, "x" * (i + 1))
        me.ok("close", 100)
        me.ok("rename", p("conf.new"), p("conf"))
        other.sees(i + 1, "size", p("conf"))
        other.ok("open", 100, p("conf"), "r")
        other.sees("x" * (i + 1), "read", 100, 100)
        other.ok("close", 100)


def remembered(me, other, p):
    """What one has been asked for so often that it knows the answer by heart, the other changes."""

    def both_see(wanted, *args):
        for _ in range(20):
            me.sees(wanted, *args)
            other.sees(wanted, *args)

    me.ok("mkdir", p("d"))
    me.ok("open", 100, p("d/f"), "wc")
    me.ok("write", 100, "12345")
    other.ok("open", 101, p("d/f"), "r")
    both_see(5, "size", p("d/f"))
    me.ok("write", 100, "678")
    both_see(8, "size", p("d/f"))
    me.ok("close", 100)
    both_see(8, "size", p("d/f"))
    both_see(0, "access", p("d/f"), 4)
    for writer, size in ((other, 3), (me, 2)):
        writer.ok("truncate", p("d/f"), size)
        both_see(size, "size", p("d/f"))
    both_see("ENOENT", "stat", p("d/g"))
    both_see("ENOENT", "access", p("d/g"), 0)
    both_see("ENOENT", "open", 102, p("d/g"), "r")
    me.ok("rename", p("d/f"), p("d/g"))
    both_see("ENOENT", "stat", p("d/f"))
    both_see(2, "size", p("d/g"))
    me.ok("open", 100, p("d/g"), "rw")
    for i in range(3, 8):
        me.ok("ftruncate", 100, i)
        other.sees(i, "size", p("d/g"))
    me.ok("close", 100)
    both_see(7, "size", p("d/g"))
    both_see("ENOENT", "stat", p("e/g"))
    me.ok("rename", p("d"), p("e"))
    both_see(7, "size", p("e/g"))
    both_see("ENOENT", "stat", p("d/g"))
    me.ok("symlink", "e", p("d"))
    both_see(7, "size", p("d/g"))
    me.ok("unlink", p("d"))
    both_see("ENOENT", "stat", p("d/g"))
    me.ok("unlink", p("e/g"))
    both_see("ENOENT", "size", p("e/g"))
    both_see("ENOENT", "open", 102, p("e/g"), "r")
    other.ok("open", 102, p("e/g"), "wc")
    both_see(0, "size", p("e/g"))
    me.ok("chmod", p("e"), "700")
    for _ in range(20):
        me.sees_mode("40700", p("e"))
        other.sees_mode("40700", p("e"))


CASES = [remembered, created, unlinked, renamed, directories, links, attributes, sizes, times, data, by_turns, mapped, appended, inherited,
         duplicated, passed, locked, cwd, cwd_removed, big_directory, replaced]


def main():
    program, directory = sys.argv[1:3]
    library = sys.argv[3] if len(sys.argv) > 3 else None
    both = bool(os.environ.get("PAIRS_BOTH"))
    tally = {True: 0, False: 0}
    for case in CASES:
        for turn in (0, 1):
            ends = socket.socketpair()
            one = Agent(program, "the one under the library", library, ends[0])
            two = Agent(program, "the other under the library" if both else "the one without", library if both else None, ends[1])
            me, other = ((one, two), (two, one))[turn]
            what = "%s, %s acts" % (case.__name__, me.name)
            top = "%s/%s%d" % (directory, case.__name__, turn)
            try:
                one.ok("mkdir", top)
                case(me, other, lambda name: top if name == "." else top + "/" + name)
                print("ok   " + what)
                tally[True] += 1
            except Failure as why:
                print("FAIL %s: %s" % (what, why))
                tally[False] += 1
            for agent in (one, two):
                agent.process.stdin.close()
                agent.process.stdout.close()
                agent.process.wait()
    print("%d passed, %d failed" % (tally[True], tally[False]))
    sys.exit(tally[False] != 0)


main()
