"""Finds comparisons of our own words in C and in the scenarios.

C: a text that message_text() made is compared, or a fact of our own words.
Scenarios: refused() with words instead of a reason.
All: a string of a test that repeats four words, or a short message, of
src/message/table.def.
"""

import ast
import glob
import os
import re
import sys

ROOT = sys.argv[1]
COMPARES = (r'\b(?:str(?:n|case|ncase)?cmp|strstr|memcmp|memmem|strtoul|'
            r'assert_(?:string|memory)_(?:not_)?equal|text_equal_nocase)')
OUR_FACTS = re.compile(
    COMPARES + r'\s*\([^;]*?about\.(?:detail|expected|other|value|action)\b'
    r'[^;]*?"')
RENDERS = re.compile(r'\bmessage_(?:text|hint|render)\(([^;]*?)\);', re.S)


def shown(path):
    return os.path.relpath(path, ROOT)


def line_of(text, at):
    return text.count('\n', 0, at) + 1


def rendered(text):
    """Buffers that hold a sentence: the second last argument."""
    for match in RENDERS.finditer(text):
        arguments = [part.strip() for part in match.group(1).split(',')]
        if len(arguments) >= 3 and re.fullmatch(r'\w+', arguments[-2]):
            yield arguments[-2]


def in_c(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    text = re.sub(r'/\*.*?\*/', lambda comment: re.sub(
        r'[^\n]', ' ', comment.group()), text, flags=re.S)
    name = shown(path)
    found = []
    if name.startswith('src/') and not name.startswith('src/api/'):
        found += [match.start() for match in OUR_FACTS.finditer(text)]
    if not name.startswith(('tests/unit/message/', 'src/message/')):
        for buffer in set(rendered(text)):
            found += [match.start() for match in re.finditer(
                COMPARES + r'\s*\([^;]*?\b%s\b' % buffer, text)]
    return sorted({line_of(text, at) for at in found})


# --- sentences of the table -----------------------------------------------------

LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
WINDOW = 4


def words_of(text):
    return [word.lower() for word in re.findall(r"[A-Za-z0-9'`_-]+", text)]


def windows(words):
    return {' '.join(words[at:at + WINDOW])
            for at in range(len(words) - WINDOW + 1)}


def sentences():
    """Four words in a row, and whole messages of three words, of the table."""
    path = os.path.join(ROOT, 'src', 'message', 'table.def')
    with open(path, encoding='utf-8') as file:
        text = re.sub(r'/\*.*?\*/', '', file.read(), flags=re.S)
    long, short = set(), set()
    for row in re.findall(r'^MESSAGE\((.*?)\)$', text, re.S | re.M):
        whole = ''.join(LITERAL.findall(row))
        for piece in re.split(r'\{\w+\}|[][|]|\\"|: ', whole):
            long |= windows(words_of(piece))
        first = LITERAL.findall(row)[:1]
        words = words_of(''.join(first))
        if len(words) == WINDOW - 1 and not set(first[0]) & set('{[|'):
            short.add(' '.join(words))
    return long, short


def repeats(text, table):
    words = words_of(re.sub(r'\\(.)', r'\1', text))
    return windows(words) & table[0] or ' '.join(words) in table[1]


def strings_in_c(path):
    with open(path, encoding='utf-8') as file:
        text = re.sub(r'/\*.*?\*/', lambda comment: re.sub(
            r'[^\n]', ' ', comment.group()), file.read(), flags=re.S)
    for match in re.finditer(LITERAL.pattern + r'(?:\s*' + LITERAL.pattern +
                             r')*', text):
        yield line_of(text, match.start()), ''.join(
            LITERAL.findall(match.group()))


def strings_in_python(tree):
    texts = {id(node.value) for node in ast.walk(tree)
             if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if (isinstance(node, ast.Constant) and isinstance(node.value, str)
                and id(node) not in texts):
            yield node.lineno, node.value


def in_test(path):
    if shown(path).startswith('tests/unit/message/'):
        return []
    return sorted({*in_c(path), *(
        line for line, text in strings_in_c(path) if repeats(text, TABLE))})


def called(node):
    function = node.func
    return getattr(function, 'id', getattr(function, 'attr', ''))


def in_scenario(path):
    with open(path, encoding='utf-8') as file:
        tree = ast.parse(file.read())
    found = {line for line, text in strings_in_python(tree)
             if repeats(text, TABLE)}
    ours = {name.asname or name.name for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == 'harness'
            for name in node.names if name.name == 'refused'}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and called(node) in ours):
            continue
        names = {keyword.arg for keyword in node.keywords}
        if not names & {'reason', None} or len(node.args) > 2:
            found.add(node.lineno)
    return sorted(found)


TABLE = sentences()


def main():
    bad = False
    for pattern, look in (('src/**/*.[ch]', in_c), ('include/**/*.h', in_c),
                          ('tests/**/*.[ch]', in_test),
                          ('tests/e2e/test_*.py', in_scenario)):
        for path in sorted(glob.glob(os.path.join(ROOT, pattern),
                                     recursive=True)):
            lines = look(path)
            if lines:
                bad = True
                print('%s: compares our own words in %s' % (
                    shown(path), ', '.join('line %d' % line
                                           for line in lines)))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
