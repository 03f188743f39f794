# shellcheck shell=bash
# tar, gzip and its kind, cpio where it is there, on a tree with everything that a container can hold.
mkdir -p tree/deep/er tree/empty
for ((i = 0; i < 300; i++)); do
	echo "file $i" >"tree/deep/f$i"
done
seq 100000 >tree/numbers
truncate -s 3M tree/sparse
echo end >>tree/sparse
ln -s deep/f1 tree/link
ln -s nowhere tree/dangling
chmod 0600 tree/numbers
chmod 0555 tree/empty
find tree -exec touch -h -d '2015-06-07 08:09:10.5' {} +

show()
{
	find "$1" -type d -printf '%P %y %m %T@\n' -o -printf '%P %y %m %s %T@ %l\n' | sort >show
	cksum <show
	grep -v /f show
}

say "tar -cf" tar --format=posix -cf t.tar tree
say "tar -tf" eval 'tar -tvf t.tar --full-time | sort | cut -c 1-10,20- | awk "{ \$2 = \"\"; print }" | cksum'
say "tar -xf" eval 'mkdir x && tar -C x -xpf t.tar && diff -r --no-dereference tree x/tree && show x/tree'
say "tar --compare" tar --compare -f t.tar
say "tar --compare finds a change" eval 'echo y >>tree/deep/f7; tar --compare -f t.tar; truncate -s -2 tree/deep/f7; touch -d "2015-06-07 08:09:10.5" tree/deep tree/deep/f7'
say "tar -S" eval 'tar -Scf s.tar tree/sparse && [ "$(stat -c %s s.tar)" -lt 100000 ] && mkdir sp && tar -C sp -xf s.tar && cmp sp/tree/sparse tree/sparse'
say "tar -r and --delete" eval 'echo extra >extra && tar -rf t.tar extra && tar -tf t.tar extra && tar --delete -f t.tar extra && tar -tf t.tar extra'
say "tar -u" tar -uf t.tar tree
say "tar through a pipe" eval 'mkdir pipe && tar -cf - tree | tar -C pipe -xf - && show pipe/tree'
say "tar -z" eval 'tar -czf t.tgz tree && tar -tzf t.tgz | wc -l && mkdir z && tar -C z -xzf t.tgz && diff -r --no-dereference tree z/tree'
say "tar --exclude" eval 'tar -cf e.tar --exclude="f*" tree && tar -tf e.tar | sort'
say "tar --keep-old-files" eval 'tar -C x --keep-old-files -xf t.tar 2>&1 | wc -l'
say "tar --overwrite" tar -C x --overwrite -xf t.tar
say "tar --unlink-first" tar -C x --unlink-first -xf t.tar
say "tar --remove-files" eval 'tar -cf r.tar --remove-files z && ls z'
say "tar -g" eval 'tar -cf g0.tar -g snap tree && echo n >tree/new && tar -cf g1.tar -g snap tree && tar -tf g1.tar; rm tree/new snap g?.tar'
say "gzip" eval 'cp tree/numbers n && gzip -n n && ls n n.gz; gzip -l n.gz | awk "NR == 2 { print \$2 }"'
say "gunzip" eval 'gunzip n.gz && cmp n tree/numbers && ls n.gz'
say "gzip -k -9" eval 'gzip -kn9 n && zcat n.gz | cmp - n && zgrep -c 77 n.gz'
say "gzip of what is there" eval 'gzip -n n </dev/null'
say "gzip -t" eval 'gzip -t n.gz; head -c 1000 n.gz >bad.gz; gzip -t bad.gz'
say "times and modes are kept" eval 'cp -p tree/numbers m && gzip -n m && stat -c "%a %Y" m.gz && gunzip m.gz && stat -c "%a %Y" m'
say "bzip2 and xz" eval 'for p in bzip2 xz; do ! command -v $p >/dev/null || { $p -k m && $p -t m.* && rm m && $p -d m.* && cmp m tree/numbers; }; done; ls m*'
say "remove" eval 'chmod 0755 tree/empty x/tree/empty pipe/tree/empty; rm -rf x pipe; ls'
rm -f t.tgz n.gz bad.gz # compressed sizes are the same, but the names of times are in tar's headers
rm -f ./*.tar
exit 0
