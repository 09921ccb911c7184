"""Random AWS config and credentials files that every SDK reads alike.

Only what the two dialects, the SDKs' and botocore's, have in common by rule:
no comment behind a value, no section or key twice, no ':' in a key, names of
the SDKs' alphabet, [default] or [profile default], no section with a prefix
in the credentials file, no empty line inside a value of several lines, no
byte order mark and no NUL.  A few files are wrong, each in one line, in a way
that both refuse.
"""

import random
import string

NAME = string.ascii_letters + string.digits + '_-/.%@+'
LETTERS = ('abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-/.%@+:=#;"\'\\{}[]'
           '()*&^$!?~<>|,`\u00e4\u00df\u4e16\U0001f602')
WORDS = ('eu-west-1', 'arn:aws:iam::123456789012:role/a/B', 'true', '3600',
         'https://example.com/start#/x?y=z;w', '"quoted"', "it's", '%(x)s',
         'a=b', 'x;y', 'x#y', '[z]', '$HOME', '~/x', '\\', '/opt/my tool/x')
BLANKS = (' ', '\t', '  ', '\t ')


def _is_mark(text):
    return text.startswith(('#', ';'))


class Maker:
    """One pair of files: text of each (None: not there), and what is wrong.

    bad is None, or (0 or 1, line): the file and the line that both refuse.
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.bad = None
        self.nested = 0
        pick = self.random.random
        self.default = pick() < 0.5
        self.names = [self._name(':') for _ in range(6)]
        wrong = pick()
        texts = [self._file(0, wrong < 0.06)]
        texts.append(self._file(1, 0.06 < wrong < 0.09) if pick() < 0.4
                     else None)
        self.texts = texts

    # -- small pieces -------------------------------------------------------

    def _chance(self, probability):
        return self.random.random() < probability

    def _blanks(self):
        return self.random.choice(BLANKS) if self._chance(0.3) else ''

    def _name(self, more='', most=12):
        while True:
            name = ''.join(self.random.choice(NAME + more)
                           for _ in range(self.random.randint(1, most)))
            if name not in ('DEFAULT', 'default'):
                return name

    def _text(self):
        """A line of a value: no blanks around it."""
        words = []
        for _ in range(self.random.randint(1, 3)):
            if self._chance(0.7):
                words.append(self.random.choice(WORDS))
            else:
                words.append(''.join(
                    self.random.choice(LETTERS)
                    for _ in range(self.random.randint(1, 20))))
        return self.random.choice(BLANKS).join(words)

    def _value(self):
        """Without what would be a comment in the SDKs' dialect."""
        while True:
            text = self._text()
            if not any(blank + mark in ' ' + text
                       for blank in ' \t' for mark in '#;'):
                return text

    def _case(self, key):
        return ''.join(c.upper() if self._chance(0.2) else c for c in key)

    # -- lines --------------------------------------------------------------

    def _noise(self, lines, empty=True):
        """Lines that say nothing."""
        while self._chance(0.15):
            if empty and self._chance(0.5):
                lines.append(self.random.choice(('', ' ', '\t \t')))
            else:
                lines.append(self._blanks() + self.random.choice('#;') +
                             self._text())

    def _continue(self, lines, indent):
        for _ in range(self.random.randint(1, 3)):
            self._noise(lines, empty=False)
            text = self._text()
            while _is_mark(text):
                text = self._text()
            lines.append(self._deeper(indent) + text + self._blanks())

    def _nest(self, lines, indent):
        keys = [self._name(':').lower() for _ in range(2)]
        self.nested += 1
        for _ in range(self.random.randint(1, 3)):
            self._noise(lines)
            value = self._text() if self._chance(0.9) else ''
            lines.append(self._deeper(indent) + self.random.choice(keys) +
                         self._blanks() + '=' + self._blanks() + value)

    def _deeper(self, indent):
        return indent + ''.join(self.random.choice(' \t') for _ in range(
            self.random.randint(1, 4)))

    def _properties(self, lines):
        indent = self._blanks() * self.random.randint(0, 2)
        seen = set()
        for _ in range(self.random.randint(0, 5)):
            key = self._name().lower()
            if key in seen:
                continue
            seen.add(key)
            self._noise(lines)
            kind = self.random.random()
            value = self._value() if kind < 0.8 else ''
            lines.append(indent + self._case(key) + self._blanks() + '=' +
                         self._blanks() + value + self._blanks())
            if kind < 0.1:
                self._continue(lines, indent)
            elif kind > 0.88:
                self._nest(lines, indent)
            if indent and self._chance(0.1):
                indent = indent[1:]

    # -- sections -----------------------------------------------------------

    def _headers(self, which):
        """The text in the brackets, without duplicates."""
        if which == 1:
            names = [name for name in self.names if self._chance(0.5)]
            names += [self._name(':') for _ in range(2)]
            return sorted(set(names)) + ['default'] * self._chance(0.5)
        found = {}
        for name in self.names + [self._name(':') for _ in range(2)]:
            word = self.random.choice(('profile', 'profile', 'profile',
                                       'sso-session', 'services'))
            shown = '"%s"' % name if self._chance(0.1) else name
            found[word, name] = (word + self.random.choice(BLANKS) + shown +
                                 self._blanks())
        if self._chance(0.5):
            found['profile', 'default'] = (
                'default' if self.default else 'profile default')
        headers = list(found.values())
        # Lines without a meaning in either dialect.
        headers += [text for text in (
            'plain', 'profilefoo', 'profile in valid', 'profile', 'plugins',
            'Profile x', 'word name', 'sso-session', 'services a b')
                    if self._chance(0.1)]
        self.random.shuffle(headers)
        return headers

    def _file(self, which, wrong):
        lines = []
        starts = []
        self._noise(lines)
        for header in self._headers(which):
            starts.append(len(lines))
            end = self._blanks()
            if self._chance(0.1):
                end += self.random.choice('#;') + ' a comment'
            lines.append('[' + header + ']' + end)
            self._noise(lines)
            self._properties(lines)
        if wrong and starts:
            self._break(lines, starts, which)
        end = '\r\n' if self._chance(0.1) else '\n'
        text = end.join(lines) + (end if self._chance(0.9) else '')
        data = text.encode()
        return data.replace(b'INVALID', b'\xff\xfe')

    def _break(self, lines, starts, which):
        """One wrong line, directly after a section's own."""
        line, is_first = self.random.choice((
            ('key = value', True), ('word', True), ('word', False),
            ('= value', False), ('[broken', False), ('  indented', False),
            ('key = INVALID', False), ('# INVALID', False),
            ('key =\n  no sign', False)))
        at = 0 if is_first else self.random.choice(starts) + 1
        new = line.split('\n')
        lines[at:at] = new
        self.bad = (which, at + len(new))
