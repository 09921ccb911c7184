#!/usr/bin/python3 -B
"""Makes man/rolekey-messages.7 and tests/unit/message/messages.txt from
src/message/table.def.  Usage: messages_page.py [--check]

--check: change nothing, and fail if one of them is not what it should be.
Needs a build: its folder is ROLEKEY_BUILD, or build/dev.
"""

import os
import re
import subprocess
import sys
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'e2e'))

import messages  # noqa: E402

PAGE = os.path.join(ROOT, 'man', 'rolekey-messages.7')
GOLDEN = os.path.join(ROOT, 'tests', 'unit', 'message', 'messages.txt')
PLACES = {'place': 'FILE:LINE', 'path': 'FILE', 'number': 'NUMBER',
          'of': 'NUMBER', 'span': 'TIME', 'asked': 'PROFILE', 's': 's',
          'aws_code': 'CODE', 'other': 'NAME', 'detail': 'TEXT'}
HEAD = r'''.\" Made by tests/tools/messages_page.py from src/message/table.def.
.Dd November 30, 2026
.Dt ROLEKEY-MESSAGES 7
.Os
.Sh NAME
.Nm rolekey-messages
.Nd what rolekey says, and what to do about it
.Sh DESCRIPTION
A message is one line on stderr:
.Ql rolekey: ,
the command, the profile, and what happened.
A line that begins with
.Ql hint:
may follow and says what to do next.
With
.Fl -json ,
a command that has this option prints an error as JSON instead: see
.Xr rolekey 1 .
.Pp
Below are all messages.
Words in capitals stand for names; parts that are printed only where they are
known, such as the file and the line, are mostly left out.
Each has a reason, which never changes, and the exit status, unless the
command has its own
.Po Ic exec : see
.Xr rolekey-exec 1
.Pc .
.Pp
Where a message is not enough,
.Ql rolekey explain
shows what would be done and sent, and
.Fl -debug
what is.
.Sh DIAGNOSTICS
'''
TAIL = r'''.Sh SEE ALSO
.Xr rolekey 1 ,
.Xr rolekey-explain 1 ,
.Xr rolekey-keyring 5 ,
.Xr rolekey-profiles 5 ,
.Xr rolekey.conf 5
'''


def place(match):
    name = match.group(1)
    return PLACES.get(name, name.upper())


def plain(template):
    """A template for people: its optional beginnings are left out."""
    text = template.replace('[[', '\0').replace(']]', '\1')
    text = re.sub(r'\[\{(?:place|key|path)\}: \]', '', text)
    text = re.sub(r'\[([^]|]*)(\|[^]]*)?\]', r'\1', text)
    return re.sub(r'\{(\w+)\}', place, text).replace(
        '\0', '[').replace('\1', ']')


def mdoc(text):
    text = text.replace('\\', r'\e').replace('"', r'\(dq')
    return re.sub(r'^([.\'])', r'\\&\1', text)


def paragraph(text):
    return ''.join(mdoc(line) + '\n' for line in textwrap.wrap(
        text[0].upper() + text[1:] + ('' if text[-1] in '.?' else '.'), 78,
        break_on_hyphens=False, break_long_words=False))


def item(row, within):
    text = '.It %s\n.Sy %s' % (mdoc(plain(row['message'])), row['reason'])
    status = messages.status_of(row['reason'])
    text += '\n' if status is None else ' ,\nstatus %d\n' % status
    for hint in dict.fromkeys([row['hint']] + within):
        if hint:
            text += '.br\n' + paragraph(plain(hint))
    return text


def page():
    rows, within, _, by_aws = messages.table()
    ends, goes_on = '', ''
    for row in rows.values():
        if row['reason'] == 'debug':
            continue
        hints = [hint for (_, reason), hint in within.items()
                 if reason == row['reason']]
        if row['reason'] == 'aws-refused':
            hints += ['%s: %s' % (hint['code'], hint['hint'])
                      for hint in by_aws]
        text = item(row, hints)
        if row['class'] == 'NONE':
            goes_on += text
        else:
            ends += text
    return '%s.Ss What ends a command\n.Bl -diag\n%s.El\n.Ss %s\n' \
        '.Bl -diag\n%s.El\n%s' % (
            HEAD, ends, 'Notices, and what comes before a message',
            goes_on, TAIL)


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def golden():
    """By the test that renders every reason, which writes it."""
    subprocess.run(
        [os.path.join(messages.BUILD, 'tests', 'unit_message_message')],
        env=dict(os.environ, ROLEKEY_GOLDEN='1', ROLEKEY_SOURCE=ROOT),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def main():
    made = page()
    if sys.argv[1:] == ['--check']:
        if made != read(PAGE):
            sys.exit('man/rolekey-messages.7 is out of date: run '
                     'tests/tools/messages_page.py')
        return
    with open(PAGE, 'w', encoding='utf-8') as file:
        file.write(made)
    golden()


if __name__ == '__main__':
    main()
