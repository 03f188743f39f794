#!/bin/bash
# What `make install` leaves: where each thing is, that the programs find their libraries, and that others can build on it.
. "$(dirname "$0")/../lib.sh"
need meson readelf pkg-config cc

DESTDIR=$WORK/root meson install --no-rebuild --quiet -C "$DFUSE_BUILD" >"$WORK/log" 2>&1 || { cat "$WORK/log"; fail install; summary; }
P=$(cd "$WORK/root" && find . -path '*/bin/dfuse')
P=$WORK/root/${P%/bin/dfuse}

for f in bin/dfuse bin/daos bin/dmg lib/libdaos.so.2 lib/libdaos.so lib/libdfs.so lib/libduns.so lib/libioil.so lib/libpil4dfs.so include/daos.h include/daos_fs.h \
	include/daos_uns.h include/gurt/types.h lib/pkgconfig/daos.pc lib/pkgconfig/dfs.pc share/man/man1/dfuse.1 \
	share/man/man1/daos.1 share/man/man7/libioil.7 lib/libioil_fs.so lib/libdaos_csum.so; do
	check "installs $f" test -e "$P/$f"
done

dynamic()
{
	readelf -d "$1" | sed -n "s/.*($2).*\[\(.*\)\]/\1/p"
}

expect "soname of libdaos" libdaos.so.2 "$(dynamic "$P/lib/libdaos.so.2" SONAME)"
expect "soname of libdfs" libdfs.so "$(dynamic "$P/lib/libdfs.so" SONAME)"
expect "soname of libduns" libduns.so "$(dynamic "$P/lib/libduns.so" SONAME)"
for f in dfuse daos dmg; do
	# shellcheck disable=SC2016 # the loader's own variable
	expect "$f looks in ../lib" '$ORIGIN/../lib' "$(dynamic "$P/bin/$f" RUNPATH)"
	expect "$f does not put that before LD_LIBRARY_PATH" "" "$(dynamic "$P/bin/$f" RPATH)"
done
check "dfuse runs" env -i "$P/bin/dfuse" --version
check "daos runs" env -i "$P/bin/daos" version
check "libdfs uses libdaos.so.2" eval 'readelf -d "$P/lib/libdfs.so" | grep -q "NEEDED.*libdaos.so.2"'

# What is loaded only where it is needed is found, too.
checksums()
{
	mkdir -m 0700 "$WORK/store" && (export DAOS_LOCAL_ROOT=$WORK/store && "$P/bin/dmg" pool create tank --size=1G &&
		"$P/bin/daos" container create tank sums --type=POSIX --properties=cksum:sha256)
}
check "a container with checksums" checksums

# A libdaos.so.2 that comes first in LD_LIBRARY_PATH is the one that is used.
mkdir "$WORK/other"
echo 'int other_engine;' | cc -shared -fPIC -Wl,-soname,libdaos.so.2 -x c -o "$WORK/other/libdaos.so.2" -
expect "another libdaos.so.2 takes precedence" "$WORK/other/libdaos.so.2" \
	"$(LD_LIBRARY_PATH=$WORK/other ldd "$P/bin/dfuse" 2>/dev/null | sed -n 's/.*libdaos.so.2 => \([^ ]*\).*/\1/p')"

for f in libdaos.so.2 libdfs.so libduns.so; do
	expect "$f exports no version nodes" "" "$(nm -D --defined-only "$P/lib/$f" | grep '@')"
	expect "$f exports only names of the API" "" \
		"$(nm -D --defined-only "$P/lib/$f" | awk '{ print $NF }' | grep -v '^\(daos_\|d_\|dc_\|dfs_\|duns_\)')"
done

# A program built with nothing but what was installed.
cat >"$WORK/user.c" <<'END'
#include <stdio.h>
#include <daos.h>
#include <daos_fs.h>

int main(void)
{
	int rc = daos_init();

	if (rc == 0)
		rc = dfs_init();
	printf("%s\n", d_errstr(rc));
	dfs_fini();
	daos_fini();
	return rc != 0;
}
END
build_user()
{
	local flags
	flags=$(PKG_CONFIG_PATH=$P/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$WORK/root pkg-config --cflags --libs dfs daos) || return
	# shellcheck disable=SC2086 # a list
	cc -Wall -Werror -o "$WORK/user" "$WORK/user.c" $flags "-Wl,-rpath,$P/lib"
}
check "a program builds with pkg-config" build_user
mkdir "$WORK/s"
check "and runs" env "DAOS_LOCAL_ROOT=$WORK/s" "$WORK/user"
for h in "$P"/include/*.h; do
	check "${h##*/} compiles on its own, in C and C++" eval \
		'echo "#include <${h##*/}>" | cc -std=c11 -Wall -Wextra -Werror -I"$P/include" -fsyntax-only -x c - &&
		 { ! command -v c++ >/dev/null || echo "#include <${h##*/}>" | c++ -std=c++17 -Wall -I"$P/include" -fsyntax-only -x c++ -; }'
done
summary
