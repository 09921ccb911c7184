"""The object files of a build, by source: what each defines and what it needs."""

import os
import re
import subprocess


def objects(root, build):
    """Yield (source, object) for each object of the rooms and the programs."""
    for folder, _, names in os.walk(os.path.join(build, 'CMakeFiles')):
        for name in sorted(names):
            if not name.endswith('.c.o'):
                continue
            path = os.path.join(folder, name)
            found = re.search(r'\.dir/(src/.*\.c)\.o$', path)
            if found and os.path.exists(os.path.join(root, found.group(1))):
                yield found.group(1), path


def symbols(path):
    """The external symbols of an object: (defined, needed)."""
    out = subprocess.run(['nm', '-g', '-P', path], check=True,
                         capture_output=True, text=True).stdout
    defined, needed = set(), set()
    for line in out.splitlines():
        name, kind = line.split()[:2]
        if name.startswith('__'):  # the compiler's
            continue
        (needed if kind in 'Uw' else defined).add(name)
    return defined, needed


def table(root, build):
    """{source: (defined, needed)}; a source built twice counts once."""
    return {source: symbols(path) for source, path in objects(root, build)}
