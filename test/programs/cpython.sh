#!/bin/bash
# CPython's own tests of its file functions, with all their files in an ordinary user's mount.
. "$(dirname "$0")/../lib.sh"
PYTHON=/usr/bin/python3
[ -x $PYTHON ] || skip "no $PYTHON"
$PYTHON -c 'import test.test_shutil, test.test_os' 2>/dev/null || skip "CPython's tests are not installed for $PYTHON"
need_user
new_mount

cd / || exit 1
mkdir "$WORK/pyhome"
# A container has no hard links. Most of the tests see that and skip what needs them; this one does not.
for t in test_os test_shutil test_tempfile test_mmap test_posix test_glob test_pathlib; do
	check "CPython's $t" as_user env TMPDIR="$MNT" PYTHONDONTWRITEBYTECODE=1 $PYTHON -m test --timeout 300 --tempdir "$MNT" -i test_hardlink_to $t
done
check "unmount" unmount
summary
