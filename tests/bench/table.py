"""The table of results and targets."""

import collections

from measure import Sample

# value: names of what was measured, with - and / between, from left to right.
Row = collections.namedtuple('Row', 'what value unit at_most at_least',
                             defaults=('', None, None))


TRUE = Row('/bin/true', 'true', ' ms')


def cached(label):
    """The rows of a keyring from which cached sessions come."""
    return (
        Row(label, 'process', ' ms'),
        Row('  of /bin/true', 'process / true', at_most=1.25),
        Row('  export, of /bin/true', 'export / true', at_most=1.25),
        Row('  exec P -- /bin/true, of /bin/true', 'run / true',
            at_most=2.2),
        Row('  instructions', 'instructions', ' M', at_most=0.3),
        Row('  shared libraries', 'libraries', at_most=0),
        Row('  locks taken', 'locks', at_most=0),
        Row('  peak memory, credential-process', 'peak', ' MiB', at_most=12),
        Row('  peak memory, export', 'peak export', ' MiB', at_most=12),
        Row('  peak memory, exec', 'peak exec', ' MiB', at_most=12))


FILE = (TRUE,) + cached('file: credential-process') + (
    Row('  1,000 profiles, of /bin/true', '1000 / true', at_most=1.5),
    Row('  10,000 profiles, of /bin/true', '10000 / true', at_most=3),
    Row('  instructions, 1,000 profiles', 'instructions 1000', ' M'),
    Row('  instructions, 10,000 profiles', 'instructions 10000', ' M'),
    Row('  peak memory, 10,000 profiles', 'peak 10000', ' MiB', at_most=12))

KERNEL = cached('kernel: credential-process')

SESSIONS = (TRUE, Row('file: 200 cached sessions', 'process', ' ms'),
            Row('  of /bin/true', 'process / true', at_most=1.4),
            Row('  instructions', 'instructions', ' M'),
            Row('  the keyring', 'size', ' kB'))

PASS = (Row('pass: credential-process', 'process', ' ms'),
        Row('  of pass show', 'process / pass', at_most=1.1),
        Row('  of /bin/true', 'process / true'))

# Commands that need no network, with 10 profiles.
LOCAL = (['--version'], ['help'], ['list'], ['list', '--profiles'],
         ['explain', 'testing'], ['config', 'check'], ['status', '--prompt'])
MANY = {('list', '--profiles'): 8, ('list',): 40}
START = (TRUE,) + tuple(
    Row(' '.join(command) + ', of /bin/true', ' '.join(command) + ' / true',
        at_most=3) for command in LOCAL) + tuple(
    Row('  %s, 10,000 profiles, of /bin/true' % ' '.join(command),
        ' '.join(command) + ' 10000 / true', at_most=limit)
    for command, limit in MANY.items())

CALLERS = (Row('100 cold callers, one profile, after the first answer',
               'one', ' ms', at_most=150),
           Row('  ten profiles', 'ten', ' ms', at_most=150),
           Row('  codes that were asked for', 'asked', at_most=2))

PARALLEL = (
    Row('file: 100 in turn', 'in turn', ' ms'),
    Row('  100 at once, of that', 'at once / in turn'),
    Row('  so with /bin/true', 'true at once / true in turn'),
    Row('  100 in turn, tokens of 4 KiB', 'in turn 4096', ' ms'),
    Row('  100 at once, of that', 'at once 4096 / in turn 4096'),
    Row('  tokens of 4 KiB, of /bin/true', 'process 4096 / true 4096',
        at_most=3),
    Row('  peak memory, tokens of 4 KiB', 'peak 4096', ' MiB', at_most=12))

SECRET_SERVICE = (
    Row('secret-service: credential-process', 'process', ' ms'),
    Row('  exec P -- /bin/true', 'run', ' ms'),
    Row('  of secret-tool lookup', 'process / secret-tool', at_most=0.25),
    Row('  exec P -- /bin/true, of secret-tool lookup', 'run / secret-tool',
        at_most=0.3),
    Row('  instructions', 'instructions', ' M', at_most=0.35),
    Row('  shared libraries', 'libraries'),
    Row('  locks taken', 'locks', at_most=0),
    Row('  peak memory', 'peak', ' MiB', at_most=12))

BESIDE = (Row('file: credential-process', 'process', ' ms'),) + tuple(
    row for name, what in (
        ('secret-tool', 'secret-tool lookup'),
        ('pass', 'pass show'),
        ('aws', 'aws configure export-credentials'),
        ('aws-vault', 'aws-vault export --format=json'))
    for row in (Row(what, name, ' ms'),
                Row('  of credential-process', name + ' / process')))

COLD = (
    Row('cold: export of a role, a key in the file', 'whole 10', ' ms'),
    Row('  of it our own, by the processor', 'own 10', ' ms', at_most=15),
    Row('  1,000 profiles: our own', 'own 1000', ' ms'),
    Row('  10,000 profiles: our own', 'own 10000', ' ms'),
    Row('cold, with TLS, by the folder of certificates', 'folder', ' ms'),
    Row('  the bundle costs more', 'bundle - folder', ' ms', at_least=12))

COMPLETION = (TRUE, Row('list --profiles, 10 profiles, of /bin/true',
                        'names / true', at_most=3)) + tuple(
    Row('  %s, of /bin/true' % what, name + ' / true')
    for name, what in (('aws-vault', 'aws-vault --completion-bash exec'),
                       ('granted', 'assumego --generate-bash-completion')))

TLS = (Row('cold, with TLS: export with one request', 'one', ' ms',
           at_most=60),
       Row('  with two, on one connection', 'two', ' ms', at_most=65))

GROWING = (['explain', 'p1'], ['list'], ['config', 'check'],
           ['config', 'dump'], ['list', '--profiles'])
PROPORTION = tuple(
    row for command in GROWING for name in [' '.join(command)] for row in (
        Row(name + ', 10,000 profiles', name + ' 10000', ' ms'),
        Row('  100,000', name + ' 100000', ' ms'),
        Row('  of ten times that', name + ' time', at_most=2.5),
        Row('  peak memory, of ten times that', name + ' memory',
            at_most=1.5)))


def value_of(expression, measured):
    """A Sample, a number, or why there is none."""
    words = expression.replace(' - ', '|-|').replace(' / ', '|/|').split('|')
    value = measured[words[0]]
    for sign, name in zip(words[1::2], words[2::2]):
        other = measured[name]
        for operand in (value, other):
            if isinstance(operand, str):
                return operand
        value = value - other if sign == '-' else value / other
    return value


class Table:
    """Rows that are printed as they come, and whether all targets are met."""

    FORM = '%-50s %13s %11s %17s  %-10s %s'

    def __init__(self):
        self.met = True
        print(self.FORM % ('', 'fastest', 'median', 'eight of ten in',
                           'target', ''))

    def rows(self, rows, measured):
        for row in rows:
            self._row(row, value_of(row.value, measured))

    def _row(self, row, value):
        if isinstance(value, str):
            print(self.FORM % (row.what, value, '', '', '', ''), flush=True)
            return
        median = spread = ''
        if isinstance(value, Sample):
            median = '%.2f%s' % (value.median, row.unit)
            spread = '%.2f to %.2f' % value.spread()
            value = value.fastest
        shown = '%d' if isinstance(value, int) else '%.2f'
        print(self.FORM % (row.what, shown % value + row.unit, median, spread,
                           *self._verdict(row, value)), flush=True)

    def _verdict(self, row, value):
        if row.at_most is not None:
            expected, good = '<= %g%s', value <= row.at_most
        elif row.at_least is not None:
            expected, good = '>= %g%s', value >= row.at_least
        else:
            return '', ''
        self.met = self.met and good
        limit = row.at_least if row.at_most is None else row.at_most
        return expected % (limit, row.unit), 'met' if good else 'NOT MET'
