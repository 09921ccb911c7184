"""Exports carry their file's name: see names.sh.  Usage: names.py ROOT BUILD"""

import os
import sys

from objects import table

# Rows of tables have the name of what they describe.
ROWS = ('command_',)
FREE = {'main', 'environ'}


def prefixes(source):
    """The prefixes that an export of a source may have.

    src/edge/keyring/file/parts.c: parts, file_parts, keyring_file_parts,
    edge_keyring_file_parts, edge_parts.
    """
    parts = source[len('src/'):-len('.c')].split('/')
    found = {'_'.join(parts[i:]) for i in range(len(parts))}
    found.add(parts[0] + '_' + parts[-1])
    if len(parts) > 1 and parts[-1] == parts[-2]:  # cmd/list/list.c
        found.add('_'.join(parts[1:-1]))
    return found


def is_good(source, name):
    if name in FREE or name.startswith(ROWS):
        return True
    return '_' in name and any(
        name == prefix or name.startswith(prefix + '_')
        for prefix in prefixes(source))


def main(root, build):
    sources = table(root, build)
    bad = [(source, name) for source, (defined, _) in sorted(sources.items())
           for name in sorted(defined) if not is_good(source, name)]
    for source, name in bad:
        print('%s exports %s, which does not begin with the name of the file'
              % (source, name))
    print('%d files' % len(sources))
    return 1 if bad or not sources else 0


if __name__ == '__main__':
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2]))
