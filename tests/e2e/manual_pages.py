"""The manual's pages as the tests read them: mdoc(7), as far as ours go.

What a test uses is marked by a comment on the line before it:
  .\\" run [STATUS]     an example that is run by sh, in a home with sessions
  .\\" recipe           an example that a test of its command runs
  .\\" config           lines of ~/.aws/config
  .\\" json COMMAND...   a list of the members of an object
"""

import glob
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MAN = os.path.join(ROOT, 'man')
ESCAPES = {r'\(dq': '"', r'\e': '\\', r'\&': '', r'\(oq': '`', r'\(cq': "'",
           r'\-': '-', r'\:': ''}


def plain(text):
    return re.sub(r'\\\(dq|\\\(oq|\\\(cq|\\e|\\&|\\-|\\:',
                  lambda match: ESCAPES[match.group()], text)


def names():
    return sorted(os.path.basename(path)
                  for path in glob.glob(os.path.join(MAN, '*.[1-8]')))


def page(name):
    with open(os.path.join(MAN, name), encoding='utf-8') as file:
        return file.read()


def section(text, title):
    match = re.search(r'^\.S[hs] %s$\n(.*?)(?=^\.Sh |\Z)' % re.escape(title),
                      text, re.M | re.S)
    return match.group(1) if match else ''


def literal(lines):
    """The text of a .Dl line, or of a .Bd block that begins here."""
    if lines[0].startswith('.Dl '):
        return plain(lines[0][4:])
    if not lines[0].startswith('.Bd -literal'):
        raise ValueError('no example: ' + lines[0])
    end = lines.index('.Ed')
    return plain('\n'.join(lines[1:end]))


def marked(text, mark):
    """[(text after the mark, example)] in the page's order."""
    lines = text.split('\n')
    found = []
    for i, line in enumerate(lines):
        match = re.fullmatch(r'\.\\" %s(?: (.*))?' % mark, line)
        if match:
            found.append((match.group(1), literal(lines[i + 1:])))
    return found


def items(text, mark):
    """The .It items of the list after a mark, without nested lists."""
    lines = text.split('\n')
    depth, found = 0, []
    for line in lines[lines.index('.\\" ' + mark) + 1:]:
        depth += line.startswith('.Bl ')
        depth -= line == '.El'
        if depth == 0:
            break
        if depth == 1 and line.startswith('.It '):
            found += re.split(r' , ', re.sub(r'^\.It (Va|Cm|Ev|Ic) ', '', line))
    return found


def options(text):
    """{(letter or None, name)} of the .It Fl lines."""
    found = set()
    for line in re.findall(r'^\.It (Fl .*)$', text, re.M):
        match = re.fullmatch(
            r'Fl (?:(\w) , )?-([a-z0-9-]+)(?: Ar \w+)?', line)
        if not match:
            raise ValueError('no option: ' + line)
        found.add(match.groups())
    return found


def commands(help_text):
    """{name: summary}, out of `rolekey help`."""
    block = help_text.split('Commands:\n')[1].split('\n\n')[0]
    rows = [re.match(r'  (\S.*?) {2,}(.*)', line).groups()
            for line in block.split('\n')]
    return {name: summary for name, summary in rows if '[' not in name}


def options_of_help(help_text, title):
    """The same as options(), out of a block of help."""
    if title + ':\n' not in help_text:
        return set()
    block = help_text.split(title + ':\n')[1].split('\n\n')[0]
    return {re.match(r'\s+(?:-(\w), )?--([a-z0-9-]+)', line).groups()
            for line in block.split('\n') if '--' in line}
