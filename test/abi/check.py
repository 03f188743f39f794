#!/usr/bin/env python3
"""Compare the public headers with the table of DAOS's API.

  check.py headers INCLUDE_DIR TABLE EXTRAS COMPILER...   names, sizes, offsets, values and types, by the compiler
  check.py header:NAME …                                  the same for one header
  check.py exports INCLUDE_DIR TABLE EXTRAS LIBRARY...    what headers declare is exported by the right library, and
                                                          what libraries export is declared

The table says what DAOS declares; a header may declare less, but nothing else, save for the names listed in EXTRAS.
"""
import fnmatch
import os
import re
import subprocess
import sys
import tempfile

IDENT = r'[A-Za-z_]\w*'


def read_table(path):
    """header -> list of records (lists of fields); the fields of a type follow it as ['field', ...]."""
    table, current = {}, None
    with open(path) as f:
        for line in f:
            if line.startswith('#') or not line.strip():
                continue
            record = line.strip('\n').lstrip('\t').split('\t')
            if record[0] == 'header':
                current = table.setdefault(record[1], [])
            else:
                current.append(record)
    return table


def read_extras(path):
    """name, or beginning of names with a *, -> header"""
    extras = {}
    with open(path) as f:
        for line in f:
            words = line.split('#')[0].split()
            if words:
                extras[words[0]] = words[1]
    return extras


def is_extra(extras, ident, header):
    ident = ident.split()[-1]
    return any(home == header and fnmatch.fnmatchcase(ident, name) for name, home in extras.items())


def headers_in(include):
    found = []
    for folder, _, files in os.walk(include):
        found += [os.path.relpath(os.path.join(folder, f), include) for f in files if f.endswith('.h')]
    return sorted(found)


def preprocess(compiler, include, header):
    """The preprocessed lines, and the #define lines, that come from the header itself."""
    with tempfile.NamedTemporaryFile('w', suffix='.c') as source:
        source.write(f'#include <{header}>\n')
        source.flush()
        out = subprocess.run(compiler + ['-std=gnu17', '-D_GNU_SOURCE', '-E', '-dD', '-I', include, source.name],
                             check=True, capture_output=True, text=True).stdout
    own = os.path.realpath(os.path.join(include, header))
    here, text, defines = False, [], []
    for line in out.split('\n'):
        marker = re.match(r'# \d+ "(.*?)"', line)
        if marker:
            here = os.path.realpath(marker[1]) == own
        elif here and line.startswith('#'):
            define = re.match(r'#\s*define (' + IDENT + ')', line)
            if define:
                defines.append(define[1])
        elif here:
            text.append(line)
    return '\n'.join(text), defines


def statements(text):
    """Top-level declarations and definitions, each without its final ';' or with its whole body."""
    depth, start, i = 0, 0, 0
    for i, c in enumerate(text):
        if c in '({[':
            depth += 1
        elif c in ')}]':
            depth -= 1
            body = text[start:i + 1]
            if c == '}' and depth == 0 and re.match(r'[^{=]*\)\s*{', body):
                yield body.strip()
                start = i + 1
        elif c == ';' and depth == 0:
            if text[start:i].strip():
                yield text[start:i].strip()
            start = i + 1


class Header:
    """What one header declares."""

    def __init__(self, text, defines):
        self.macros = [d for d in defines if not re.fullmatch(r'DFUSE_\w+_H', d)]
        self.types, self.enumerators, self.fields = [], [], []
        self.functions, self.inlines, self.others = [], [], []
        for s in statements(text):
            self.add(s)

    def add(self, s):
        s = re.sub(r'__attribute__\s*\(\(.*?\)\)\s*', '', s)
        if not s:
            return
        is_function = re.match(r'(?!typedef\b)[^{=(]*?(' + IDENT + r')\s*\(', s)
        if is_function and re.match(r'static\b', s):
            self.inlines.append(is_function[1])
            return
        for kind, tag, body in re.findall(r'\b(struct|union|enum)\s*(' + IDENT + r')?\s*\{([^{}]*)\}', s):
            if kind == 'enum':
                self.enumerators += re.findall(r'(?:^|,)\s*(' + IDENT + ')', body)
        for kind, tag in re.findall(r'\b(struct|union|enum)\s+(' + IDENT + r')\s*\{', s):
            self.types.append(f'{kind} {tag}')
        if re.search(r'\b(struct|union)\b[^{(]*\{', s):
            inner = s[s.index('{') + 1:s.rindex('}')]
            self.fields += re.findall(r'(' + IDENT + r')\s*(?:\[[^]]*\]\s*)?(?::\s*\d+\s*)?;', inner)
        if s.startswith('typedef'):
            name = (re.search(r'\(\s*\*\s*(' + IDENT + r')\s*\)', s) or
                    re.search(r'(' + IDENT + r')\s*\([^()]*\)$', s) or re.search(r'(' + IDENT + r')$', s))
            self.types.append(name[1])
        elif is_function:
            self.functions.append(is_function[1])
        elif not re.match(r'(struct|union|enum)\b', s):
            self.others.append(s.split('\n')[0])


def scan(compiler, include, names):
    return {h: Header(*preprocess(compiler, include, h)) for h in names}


def known_names(records):
    """kind of declaration -> names in the table"""
    kinds = {'types': set(), 'enumerators': set(), 'macros': set(), 'functions': set(), 'inlines': set(), 'fields': set()}
    for r in records:
        if r[0] in ('type', 'typedef'):
            kinds['types'].add(r[1])
        elif r[0] == 'enumerator':
            kinds['enumerators'].add(r[1])
        elif r[0] in ('macro', 'string'):
            kinds['macros'].add(r[1])
        elif r[0] == 'function':
            kinds['functions'].add(r[1])
        elif r[0] == 'inline':
            kinds['inlines'].add(r[1])
        elif r[0] == 'field':
            kinds['fields'].update(r[3].split('.'))
    return kinds


def find_strangers(headers, table, extras):
    """What the headers declare without DAOS doing so in the same header."""
    bad = []
    for name, header in headers.items():
        kinds = known_names(table.get(name, []))
        # A structure may be declared with its tag where DAOS only has the typedef, or the other way round; not more.
        for kind, known in kinds.items():
            for ident in getattr(header, kind):
                if ident in known or is_extra(extras, ident, name):
                    continue
                if kind == 'fields' and any(is_extra(extras, t, name) for t in header.types):
                    continue
                bad.append(f'{name}: {ident} ({kind}) is not in DAOS\'s {name}')
        bad += [f'{name}: cannot tell what this declares: {s}' for s in header.others]
    return bad


def stale_extras(headers, extras):
    declared = set()
    for h in headers.values():
        for kind in ('types', 'enumerators', 'macros', 'functions', 'inlines'):
            declared.update(i.split()[-1] for i in getattr(h, kind))
    return [f'EXTRAS lists {e}, which no header declares' for e in extras if not fnmatch.filter(declared, e)]


def c_asserts(records, header):
    """The C text that checks the records which the header declares."""
    out, checked, current = [], 0, None
    declared = set(header.types + header.enumerators + header.macros + header.functions + header.inlines)

    def same(a, b, what):
        out.append(f'_Static_assert(__builtin_types_compatible_p({a}, {b}), "{what} has another type");')

    def equal(a, b, what):
        out.append(f'_Static_assert(({a}) == ({b}), "{what} is not {b}");')

    for r in records:
        if r[0] == 'field':
            if current is None:
                continue
            _, offset, size, name, ctype = r
            equal(f'offsetof({current}, {name})', offset, f'offset of {current}.{name}')
            if size != '0':
                equal(f'sizeof((({current} *)0)->{name})', size, f'size of {current}.{name}')
            if ctype != '-':
                same(f'__typeof__((({current} *)0)->{name})', ctype, f'{current}.{name}')
            continue
        current = None
        if r[1] not in declared:
            continue
        checked += 1
        if r[0] == 'type':
            current = r[1]
            equal(f'sizeof({r[1]})', r[2], f'size of {r[1]}')
        elif r[0] == 'typedef':
            same(r[1], r[2], r[1])
        elif r[0] == 'enumerator':
            equal(r[1], r[2], r[1])
        elif r[0] == 'macro':
            equal(r[1], r[2] if len(r[2]) < 18 else r[2] + 'ULL', r[1])
            equal(f'sizeof({r[1]})', r[3], f'size of {r[1]}')
        elif r[0] == 'string':
            out.append(f'_Static_assert(__builtin_strcmp({r[1]}, {r[2]}) == 0, "{r[1]} has another value");')
        else:
            same(f'__typeof__({r[1]})', r[2], r[1])
    return '\n'.join(out), checked


def check_header(compiler, include, name, text):
    """Compile the checks of one header with nothing but that header included."""
    with tempfile.NamedTemporaryFile('w', suffix='.c') as source:
        source.write(f'#include <{name}>\n#include <stddef.h>\n#include <stdbool.h>\n{text}\n')
        source.flush()
        run = subprocess.run(compiler + ['-std=gnu17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Wno-unused-function',
                                         '-Wstrict-prototypes', '-Werror', '-fsyntax-only', '-I', include, source.name],
                             capture_output=True, text=True)
    return [] if run.returncode == 0 else [f'{name}:\n{run.stderr}']


def header_mode(include, table, extras, compiler, names):
    headers = scan(compiler, include, names)
    bad = find_strangers(headers, table, extras)
    bad += stale_extras(headers, {e: h for e, h in extras.items() if h in names})
    total = 0
    for name, header in headers.items():
        text, checked = c_asserts(table.get(name, []), header)
        total += checked
        bad += check_header(compiler, include, name, text)
    print(f'{total} declarations in {len(headers)} headers checked')
    return bad


def exports_mode(include, table, libraries):
    exported = {}
    for path in libraries:
        name = os.path.basename(path).split('.')[0]
        out = subprocess.run(['nm', '-D', '--defined-only', path], check=True, capture_output=True, text=True).stdout
        exported[name] = {line.split()[2].split('@')[0] for line in out.splitlines() if len(line.split()) == 3}
    home = {r[1]: r[3] for records in table.values() for r in records if r[0] == 'function'}
    bad, total, declared = [], 0, set()
    for name, header in scan(['cc'], include, headers_in(include)).items():
        for function in header.functions:
            total += 1
            declared.add(function)
            library = home.get(function, 'libdfs' if name.startswith('daos_fs') else 'libdaos')
            if function not in exported.get(library, set()):
                bad.append(f'{name}: {library} does not export {function}')
    for library, symbols in exported.items():
        # What begins with an underscore is the compiler's: instrumented builds have more of that.
        bad += [f'{library} exports {s}, which no header declares' for s in sorted(symbols - declared) if s[0] != '_']
    print(f'{total} functions checked')
    return bad


def main():
    mode, include, table, extras, *rest = sys.argv[1:]
    table, extras = read_table(table), read_extras(extras)
    if mode == 'exports':
        bad = exports_mode(include, table, rest)
    elif mode == 'headers':
        bad = header_mode(include, table, extras, rest, headers_in(include))
    else:
        bad = header_mode(include, table, extras, rest, [mode.split(':')[1]])
    for b in bad:
        print(b)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
