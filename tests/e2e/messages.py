"""Reads the lines of rolekey back into a reason, its contexts and its facts.

The sentences come from src/message/table.def, dumped by tests/tools/
messages_tool.c; a scenario never repeats one.  A line is taken for the reason
whose template has the most text of its own in it.
"""

import functools
import json
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get('ROLEKEY_BUILD') or os.path.join(ROOT, 'build', 'dev')
TOOL = os.path.join(BUILD, 'tests', 'messages_tool')
DUMP = os.environ.get('ROLEKEY_MESSAGES')  # what TOOL printed elsewhere
STATUS = {'MEMORY': 1, 'SYSTEM': 1, 'USAGE': 2, 'CONFIG': 3, 'PERSON': 4,
          'DENIED': 5, 'KEYRING': 6, 'NETWORK': 7, 'PROTOCOL': 7,
          'INTERRUPTED': 130, 'NOT_FOUND': 127, 'CANNOT_RUN': 126, 'REPORTED': 1}
TOKEN = re.compile(r'\[\[|\]\]|\{[a-z_]+\}|[\[\]|]|[^\[\]{|]+|.', re.S)
OF_ITS_OWN = {'number': r'-?\d+', 'of': r'-?\d+', 'line': r'\d+',
              'span': r'[\dhms]+', 'key': r'[^\s:]+',
              'path': r'(?:https?://|unix:|[^:]*?/).*?'}


@functools.cache
def table():
    """{reason: row}, the hints that a context decides, the commands, and the
    hints by what AWS says.
    """
    text = subprocess.run(['cat', DUMP] if DUMP else [TOOL], check=True,
                          capture_output=True, text=True).stdout
    data = json.loads(text)
    return ({row['reason']: row for row in data['reasons']},
            {(row['context'], row['reason']): row['hint']
             for row in data['context_hints']}, data['commands'],
            data['aws_hints'])


class Template:
    """A template of the table as a regular expression with named groups."""

    def __init__(self, text, facts=None):
        self.facts = facts or {}  # those that are fixed
        self.seen = set()
        self.tokens = TOKEN.findall(text)
        self.at = 0
        self.regex = self._sequence('', must=False)

    def _group(self, name, must):
        if name in ('s', 'ofs'):
            return 's?'
        if name == 'place':
            return '%s(?::%s)?' % (self._group('path', must),
                                   self._group('line', True))
        if name in self.facts:
            return re.escape(str(self.facts[name]))
        if name in self.seen:
            return '(?P=%s)' % name
        self.seen.add(name)
        return '(?P<%s>%s)' % (name, OF_ITS_OWN.get(
            name, '.+?' if must else '.*?'))

    def _sequence(self, stops, must):
        parts = []
        while self.at < len(self.tokens) and not (
                stops and self.tokens[self.at] in stops):
            token = self.tokens[self.at]
            self.at += 1
            if token in ('[[', ']]'):
                parts.append(re.escape(token[0]))
            elif token == '[':
                first = self._sequence('|]', must=True)
                other = ''
                if self.tokens[self.at] == '|':
                    self.at += 1
                    other = self._sequence(']', must=False)
                self.at += 1
                parts.append('(?:%s|%s)' % (first, other))
            elif token[0] == '{' and len(token) > 1:
                parts.append(self._group(token[1:-1], must))
            else:
                parts.append(re.escape(token))
        return ''.join(parts)


@functools.cache
def _templates():
    return {reason: re.compile(Template(row['message']).regex)
            for reason, row in table()[0].items()}


class Said:
    """One line as facts; facts is what its sentences show of them."""

    def __init__(self, reason, contexts, facts, weight):
        self.reason = reason
        self.contexts = contexts  # outermost first
        self.facts = facts
        self.weight = weight      # characters outside facts

    def __repr__(self):
        return ' '.join([*self.contexts, self.reason, *(
            '%s=%r' % fact for fact in sorted(self.facts.items()))])


def _facts(match):
    return {name: value for name, value in match.groupdict().items()
            if value}


def _weight(match):
    return len(match.group()) - sum(
        len(value or '') for value in match.groupdict().values())


def _read(text, depth=2):
    """Every way to read a message: contexts, then a reason."""
    for reason, regex in _templates().items():
        match = regex.fullmatch(text)
        if match:
            yield Said(reason, [], _facts(match), _weight(match))
    if not depth:
        return
    for colon in re.finditer(': ', text):
        head, tail = text[:colon.start()], text[colon.end():]
        for reason, regex in _templates().items():
            match = (reason != 'debug' and
                     table()[0][reason]['class'] == 'NONE' and
                     regex.fullmatch(head))
            if not match:
                continue
            for said in _read(tail, depth - 1):
                yield Said(said.reason, [reason, *said.contexts],
                           {**said.facts, **_facts(match)},
                           _weight(match) + said.weight)


def read(text):
    """A message without its "rolekey: ", read as facts; None: not ours."""
    ways = sorted(_read(text), key=lambda said: (
        -said.weight, sum(len(fact) for fact in said.facts.values()),
        said.reason == 'debug'))
    return ways[0] if ways else None


def _starts(line):
    """line without "rolekey: ", and without the command and its profile."""
    text = line.removeprefix('rolekey: ')
    for command in sorted(table()[2], key=len, reverse=True):
        match = re.match(r'%s(?: [^:]+| \S+)?: ' % re.escape(command), text)
        if match:
            yield text[match.end():]
            return
    yield text.removeprefix('warning: ')


def read_line(line):
    """A line of stderr as facts: a failure's, a notice's, or one of JSON."""
    if line.startswith('{'):
        facts = json.loads(line)['error']
        return Said(facts.pop('reason'), facts.pop('contexts', []), {
            ('aws_code' if name == 'code' else name): str(value)
            for name, value in facts.items()
            if name not in ('message', 'hint', 'command', 'status')}, 0)
    for text in _starts(line):
        said = read(text)
        if said:
            return said
    return None


def pattern(reason, **facts):
    """A regular expression for the sentence of a reason with these facts; for
    Pty.expect() and the like, where others may come before and after it.
    """
    text = Template(table()[0][reason]['message'], facts).regex
    return re.sub(r'\(\?P<(\w+)>', '(?:', text) if '(?P=' not in text else text


def hint_pattern(said):
    """A regular expression for the hint of said; '' if there is none."""
    rows, within, _, by_aws = table()
    for reason in (said.reason, 'none'):  # which stands for any
        for context in reversed(said.contexts):
            if (context, reason) in within:
                return Template(within[context, reason]).regex
    for row in by_aws if said.reason in ('aws-refused', 'aws-busy') else ():
        if said.facts.get('aws_code') == row['code'] and (
                row['words'] in said.facts.get('detail', '')):
            return Template(row['hint']).regex
    found = []
    for reason in (said.reason, *reversed(said.contexts)):
        if rows[reason]['hint']:
            found.append(Template(rows[reason]['hint']).regex)
            if not re.fullmatch(found[-1], ''):
                break
    return '|'.join('(?:%s)' % regex for regex in found)


def status_of(reason):
    """The exit status of a failure, unless the command has its own."""
    return STATUS.get(table()[0][reason]['class'])
