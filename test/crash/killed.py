#!/usr/bin/python3
"""killed.py work DIR LOG SEED | verify DIR LOG...: what a program does in a directory until it is killed, and whether it is there.

Each change is announced in LOG (`begin ...`) and acknowledged (`done`) when it has returned; bytes are synced before they count.
LOG lies outside of the container. Of the last change, if it was not acknowledged, either of before and after may be found.
"""
import os
import random
import sys

NAMES = ["f%d" % i for i in range(6)]


def contents(tag, size):
    line = b"%020d\n" % tag
    return (line * (size // len(line) + 1))[:size]


def write(path, data, mode):
    fd = os.open(path, mode | os.O_WRONLY, 0o600)
    at = 0
    while at < len(data):
        at += os.write(fd, data[at:])
    os.fsync(fd)
    os.close(fd)


def change(model, words, directory=None):
    """Makes one change in the model, and in the directory if there is one."""
    kind, name = words[0], words[1]
    path = directory and directory + "/" + name
    if kind == "create":
        model[name] = contents(int(words[2]), int(words[3]))
        if path:
            write(path, model[name], os.O_CREAT | os.O_EXCL)
    elif kind == "append":
        more = contents(int(words[2]), int(words[3]))
        model[name] += more
        if path:
            write(path, more, os.O_APPEND)
    elif kind == "rename":
        model[words[2]] = model.pop(name)
        if path:
            os.rename(path, directory + "/" + words[2])
    elif kind == "unlink":
        del model[name]
        if path:
            os.unlink(path)
    elif kind == "symlink":
        model[name] = words[2]
        if path:
            os.symlink(words[2], path)


def pick(model, rng, number):
    name = rng.choice(NAMES)
    size = rng.choice((0, 10, 5000, 70000))
    if name not in model:
        if rng.random() < 0.2:
            return ["symlink", name, "to-%d" % number]
        return ["create", name, str(number), str(size)]
    what = rng.random()
    if what < 0.4:
        return ["rename", name, rng.choice([n for n in NAMES if n != name])]
    if what < 0.7 and isinstance(model[name], bytes):
        return ["append", name, str(number), str(size % 9000)]
    return ["unlink", name]


def work(directory, log, seed):
    rng = random.Random(seed)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    model = {}
    os.makedirs(directory)
    os.write(out, b"begin start\ndone\n")
    number = 0
    while True:
        number += 1
        words = pick(model, rng, number)
        os.write(out, ("begin " + " ".join(words) + "\n").encode())
        change(model, words, directory)
        os.write(out, b"done\n")


def read(path):
    data = b""
    fd = os.open(path, os.O_RDONLY)
    while more := os.read(fd, 1 << 20):
        data += more
    try:
        os.close(fd)
    except OSError:
        # The kernel was writing back times for a rename when its program was killed, and tells the next who closes the
        # file, whatever he did with it. dfuse has had no request that failed. The bytes are what counts here.
        pass
    return data


def found(directory):
    there = {}
    for name in os.listdir(directory):
        path = directory + "/" + name
        if os.path.islink(path):
            there[name] = os.readlink(path)
        else:
            try:
                there[name] = read(path)
            except OSError as error:
                there[name] = str(error)
    return there


def differs(model, there):
    for name in sorted(set(model) | set(there)):
        if model.get(name) != there.get(name):
            have, want = there.get(name), model.get(name)
            return "%s: %s, should be %s" % (name, describe(have), describe(want))
    return None


def describe(value):
    if isinstance(value, bytes):
        return "%d bytes ending in %r" % (len(value), value[-8:])
    return repr(value)


def torn(before, after, there):
    """The change that was cut short: a file that was not yet synced may have a part of its bytes."""
    for name in set(before) | set(after):
        a, b, have = before.get(name), after.get(name), there.get(name)
        if have in (a, b):
            continue
        if not isinstance(have, bytes) or not isinstance(b, bytes) or not (a is None or isinstance(a, bytes)):
            return False
        if len(have) > len(b) or len(have) < len(a or b""):
            return False
        if any(x != y and x != 0 for x, y in zip(have, b)) or have[: len(a or b"")] != (a or b""):
            return False
    return set(there) <= set(before) | set(after)


def verify(directory, logs):
    """Each log is of one worker, in a directory of its own."""
    bad = 0
    for log in logs:
        where = directory + "/" + os.path.basename(log)
        before, model, pending = {}, {}, False
        with open(log, encoding="ascii") as f:
            lines = f.read().split("\n")
        if len(lines) < 2 or lines[1] != "done":
            continue
        for line in lines[2:]:
            if line.startswith("begin "):
                before, pending = dict(model), True
                change(model, line.split()[1:])
            elif line == "done":
                pending = False
        there = found(where)
        why = differs(model, there)
        if why and not (pending and torn(before, model, there)):
            print("%s: %s" % (where, why))
            bad += 1
    return bad


if sys.argv[1] == "work":
    work(sys.argv[2], sys.argv[3], int(sys.argv[4]))
sys.exit(verify(sys.argv[2], sys.argv[3:]) != 0)
