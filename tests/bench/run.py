#!/usr/bin/python3 -B
"""What a cached call costs, beside what it is compared with, in one run.

Usage: tests/bench/run.py [BUILD]      BUILD is a release build: build/release

What is compared is run in turn, again and again.  The fastest run of each
counts for the target, since what else a machine does can only add to it; the
median is shown beside it, and on a quiet machine says the same.  Ends with
status 1 if a target is not met.  hyperfine, strace, time and valgrind are
installed where they are missing.
"""

import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1
                        else os.path.join(TOP, 'build', 'release'))
os.environ['ROLEKEY_BIN'] = os.path.join(BUILD, 'tree', 'bin', 'rolekey')
sys.path.insert(0, os.path.join(TOP, 'tests', 'e2e'))

from harness import BIN, Sandbox, check, gnome_keyring  # noqa: E402
from quick import (instructions, libraries, session_name,  # noqa: E402
                   trace, with_profiles)
from tls import https  # noqa: E402

ROUNDS, RUNS = 40, 5
PROCESS = [BIN, 'credential-process', 'testing']
EXPORT = [BIN, 'export', 'testing']
EXEC = [BIN, 'exec', 'testing', '--', '/bin/true']
TRUE = ['/bin/true']
BUNDLE = '/etc/ssl/certs/ca-certificates.crt'


def install(*programs):
    """Debian's packages of these names, where they are missing."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing:
        print('installing', *missing, flush=True)
        as_root = [] if os.geteuid() == 0 else ['sudo']
        subprocess.run(
            as_root + ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get',
                       '-qq', '-y', '--no-install-recommends', 'install'] +
            missing, check=True, stdout=subprocess.DEVNULL)


# -- the table ---------------------------------------------------------------

class Table:
    """Rows that are printed as they come, and whether all targets are met."""

    FORM = '%-46s %12s %12s   %-12s %s'

    def __init__(self):
        self.met = True
        print(self.FORM % ('', 'fastest', 'median', 'target', ''))

    def row(self, what, value, unit='', at_most=None, at_least=None):
        """value: one number, or that of the fastest runs and the medians."""
        value, *median = value if isinstance(value, tuple) else (value,)
        wanted, verdict = '', ''
        if at_most is not None:
            wanted, good = '<= %g%s' % (at_most, unit), value <= at_most
        if at_least is not None:
            wanted, good = '>= %g%s' % (at_least, unit), value >= at_least
        if wanted:
            self.met = self.met and good
            verdict = 'met' if good else 'NOT MET'
        print(self.FORM % (what, '%.2f%s' % (value, unit), ''.join(
            '%.2f%s' % (number, unit) for number in median), wanted, verdict),
            flush=True)


# -- measuring ---------------------------------------------------------------

def times(box, *commands, rounds=ROUNDS, fails=False):
    """For each command milliseconds: (of the fastest run, the median)."""
    out = os.path.join(box.top, 'times.json')
    all_runs = [[] for _ in commands]
    for _ in range(rounds):
        check(box.run('hyperfine', '-N', '--warmup', '1', '--runs', RUNS,
                      '--export-json', out, *(['-i'] if fails else []),
                      *map(shlex.join, commands), timeout=600))
        with open(out, encoding='utf-8') as file:
            results = json.load(file)['results']
        for runs, result in zip(all_runs, results):
            runs += result['times']
    return [(min(runs) * 1000, statistics.median(runs) * 1000)
            for runs in all_runs]


def ratio(ours, theirs):
    return tuple(a / b for a, b in zip(ours, theirs))


def more(ours, theirs):
    return tuple(a - b for a, b in zip(ours, theirs))


def peak(box, argv, env=None):
    """Peak resident memory in MiB.

    By time(1), which is small: what forks is counted until the exec.
    """
    done = check(box.run('time', '-f', '%M', *argv, env=env))
    return int(done.stderr.split()[-1]) / 1024


def count(box, argv, env=None):
    return instructions(box, argv, env) / 1e6


def hundred(argv, end):
    """A hundred calls by a shell: end is ';', or '&' for all at once."""
    return ['/bin/sh', '-c', 'i=0; while [ $i -lt 100 ]; do "$@" >/dev/null ' +
            end + ' i=$((i + 1)); done; wait', 'sh'] + argv


# -- what is measured --------------------------------------------------------

def file_keyring(table):
    with Sandbox() as box:
        box.warm('testing')
        true, process, export, run = times(box, TRUE, PROCESS, EXPORT, EXEC)
        table.row('/bin/true', true, ' ms')
        table.row('file: credential-process', process, ' ms')
        table.row('  of /bin/true', ratio(process, true), at_most=3)
        table.row('  export, of /bin/true', ratio(export, true), at_most=3)
        table.row('  exec P -- /bin/true adds, of /bin/true',
                  ratio(more(run, true), true), at_most=2)
        table.row('  instructions', count(box, PROCESS), ' M')
        table.row('  libraries', len(libraries(trace(box, *PROCESS[1:]))),
                  at_most=5)
        for argv in (PROCESS, EXPORT, EXEC):
            table.row('  peak memory, ' + argv[1], peak(box, argv), ' MiB', 12)
        many_profiles(table, box)
        in_turn, at_once = times(box, hundred(PROCESS, ';'),
                                 hundred(PROCESS, '&'), rounds=3)
        table.row('  100 in turn', in_turn, ' ms')
        table.row('  100 at once, of 100 in turn', ratio(at_once, in_turn))
        box.expect_actions()


def many_profiles(table, box):
    envs = [{'AWS_CONFIG_FILE': with_profiles(box, n)}
            for n in (10, 1000, 10000)]
    few, some, many = times(box, *[
        ['env', 'AWS_CONFIG_FILE=' + env['AWS_CONFIG_FILE']] + PROCESS
        for env in envs])
    table.row('  1,000 profiles, more than 10', more(some, few), ' ms')
    table.row('  10,000 profiles, more than 10', more(many, few), ' ms', 10)
    table.row('  instructions, 10,000 profiles', count(box, PROCESS, envs[2]),
              ' M')
    table.row('  peak memory, 10,000 profiles', peak(box, PROCESS, envs[2]),
              ' MiB', 12)


GROWING = (['explain', 'p1'], ['list'], ['config', 'check'], ['config', 'dump'],
           ['list', '--profiles'])


def used(box, argv, env):
    """(processor seconds, MiB at the peak) of the cheapest of three runs."""
    runs = []
    for _ in range(3):
        done = check(box.run('time', '-f', '%U %S %M', *argv, env=env,
                             timeout=120))
        user, system, kib = done.stderr.split()[-3:]
        runs.append((float(user) + float(system), int(kib) / 1024))
    return min(runs)


def proportion(table):
    """Ten times the profiles: ten times the time and the memory, or less."""
    with Sandbox() as box:
        box.warm('testing')
        envs = [{'AWS_CONFIG_FILE': with_profiles(box, n)}
                for n in (10, 10000, 100000)]
        for command in GROWING:
            none, some, many = (used(box, [BIN] + command, env)
                                for env in envs)
            name = ' '.join(command)
            table.row(name + ', 10,000 profiles', some[0] * 1000, ' ms')
            table.row('  100,000', many[0] * 1000, ' ms')
            table.row('  of ten times that', many[0] / max(some[0], 0.01) / 10,
                      at_most=2.5)
            table.row('  peak memory, of ten times that',
                      (many[1] - none[1]) / max(some[1] - none[1], 1) / 10,
                      at_most=1.5)


def long_tokens(table):
    with Sandbox() as box:
        box.aws.control('settings', token_size=4096, fraction=True)
        box.warm('testing')
        true, process = times(box, TRUE, PROCESS)
        table.row('file, a token of 4 KiB, of /bin/true',
                  ratio(process, true), at_most=3)
        table.row('  peak memory', peak(box, PROCESS), ' MiB', 12)


def secret_service(table):
    with Sandbox() as box, gnome_keyring(box):
        box.warm('testing')
        tool, process, run = times(box, [
            'secret-tool', 'lookup', 'kind', 'session', 'name',
            session_name(box)], PROCESS, EXEC)
        table.row('secret-tool lookup', tool, ' ms')
        table.row('secret-service: credential-process', process, ' ms')
        table.row('  of secret-tool', ratio(process, tool), at_most=0.4)
        table.row('  exec P -- /bin/true, of secret-tool', ratio(run, tool),
                  at_most=0.4)
        table.row('  instructions', count(box, PROCESS), ' M')
        table.row('  libraries', len(libraries(trace(box, *PROCESS[1:]))))
        table.row('  peak memory', peak(box, PROCESS), ' MiB', 12)
        box.expect_actions()


def certificates(table):
    """Both end where the certificate is not trusted, having looked for it."""
    with Sandbox() as box, https(box) as (aws, _):
        box.env.update(box.key_environment(), AWS_ENDPOINT_URL=aws.url)
        add = [BIN, 'add', 'custodian', '--env']
        folder, bundle = times(box, add, ['env', 'AWS_CA_BUNDLE=' + BUNDLE] +
                               add, rounds=10, fails=True)
        table.row('TLS by the folder of certificates', folder, ' ms')
        table.row('  the bundle costs more', more(bundle, folder), ' ms',
                  at_least=12)


def main():
    if not os.access(BIN, os.X_OK):
        sys.exit('there is no ' + BIN)
    with open(os.path.join(BUILD, 'CMakeCache.txt'), encoding='utf-8') as file:
        if not re.search(r'^CMAKE_BUILD_TYPE:\w+=Rel', file.read(), re.M):
            sys.exit(BUILD + ' is no release build')
    install('hyperfine', 'valgrind', 'time', 'strace')
    table = Table()
    file_keyring(table)
    proportion(table)
    long_tokens(table)
    secret_service(table)
    certificates(table)
    print('all targets are met' if table.met else 'a target is not met')
    sys.exit(0 if table.met else 1)


if __name__ == '__main__':
    main()
