"""Folders and functions stay small: see sizes.sh.  Usage: sizes.py ROOT"""

import os
import statistics
import sys

SOURCES = 24   # in a folder
LONGEST = 60   # lines of a function's body, between its braces
MEDIAN = 10


def functions(path):
    """Yield (line, length) of each function; bodies are braces in column 0."""
    with open(path, encoding='utf-8') as file:
        lines = file.read().split('\n')
    start = None
    for number, line in enumerate(lines):
        if line == '{':
            start = number
        elif line == '}' and start is not None:
            yield start + 1, number - start - 1
            start = None


def main(root):
    bad = 0
    lengths = []
    for folder, _, names in os.walk(os.path.join(root, 'src')):
        sources = sorted(name for name in names if name.endswith('.c'))
        here = os.path.relpath(folder, root)
        if len(sources) > SOURCES:
            print('%s has %d sources, more than %d' % (
                here, len(sources), SOURCES))
            bad += 1
        for name in sources:
            path = os.path.join(folder, name)
            for line, length in functions(path):
                lengths.append(length)
                if length > LONGEST:
                    print('%s/%s:%d: a function of %d lines, more than %d' % (
                        here, name, line, length, LONGEST))
                    bad += 1
    median = statistics.median(lengths) if lengths else 0
    print('%d functions, median %g lines, longest %d' % (
        len(lengths), median, max(lengths, default=0)))
    if median > MEDIAN:
        print('the median is more than %d lines' % MEDIAN)
        bad += 1
    return 1 if bad or not lengths else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
