#!/usr/bin/python3 -B
"""Measures, and prints the table: see run.sh, which starts this.

Usage: tests/bench/run.py BUILD [GROUP...]
A group is a function below, such as callers.  Ends with status 1 if a target
is missed.
"""

import json
import os
import re
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.path.abspath(sys.argv[1])
os.environ['ROLEKEY_BIN'] = os.path.join(BUILD, 'tree', 'bin', 'rolekey')
sys.path.insert(0, os.path.join(TOP, 'tests', 'e2e'))

import beside  # noqa: E402
import table  # noqa: E402
from harness import BIN, Sandbox, check, gnome_keyring  # noqa: E402
from measure import (hundred, millions, peak, times,  # noqa: E402
                     used, whole_and_own)
from quick import (LOCKS, libraries, locks, session_name,  # noqa: E402
                   trace, warm_alike, with_profiles)
from tls import https  # noqa: E402
from world import DEFAULT  # noqa: E402

PROCESS = [BIN, 'credential-process', 'testing']
EXPORT = [BIN, 'export', 'testing']
EXEC = [BIN, 'exec', 'testing', '--', '/bin/true']
TRUE = ['/bin/true']
BUNDLE = '/etc/ssl/certs/ca-certificates.crt'
SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
WITHOUT_DEVICE = '''
[profile sam]
region = us-east-1

[profile tools]
role_arn = arn:aws:iam::555566667777:role/ToolsAdmin
source_profile = sam
region = us-east-1
'''


def weighed(box):
    """The cost of a cached credential-process besides time."""
    return {'instructions': millions(box, PROCESS),
            'libraries': len(libraries(trace(box, *PROCESS[1:]))),
            'locks': len(locks(trace(box, *PROCESS[1:], calls=LOCKS))),
            'peak': peak(box, PROCESS)}


def cached(box):
    warm_alike(box)
    found = weighed(box)
    found.update(zip(('true', 'process', 'export', 'run'),
                     times(box, TRUE, PROCESS, EXPORT, EXEC)))
    found.update({'peak export': peak(box, EXPORT),
                  'peak exec': peak(box, EXEC)})
    return found


def file_keyring():
    with Sandbox() as box:
        found = cached(box)
        envs = {str(n): {'AWS_CONFIG_FILE': with_profiles(box, n)}
                for n in (10, 1000, 10000)}
        found.update(zip(envs, times(box, *[
            ['env', 'AWS_CONFIG_FILE=' + env['AWS_CONFIG_FILE']] + PROCESS
            for env in envs.values()])))
        for count, env in envs.items():
            found['instructions ' + count] = millions(box, PROCESS, env)
            found['peak ' + count] = peak(box, PROCESS, env)
        box.expect_actions()
        return found


def kernel_sessions():
    with Sandbox() as box:
        box.env['ROLEKEY_SESSION_BACKEND'] = 'kernel'
        found = cached(box)
        box.expect_actions()
        return found


ROLE = """
[profile q%(n)d]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
role_session_name = bench-%(n)d
source_profile = custodian
"""


def many_sessions():
    with Sandbox() as box:
        warm_alike(box)
        alone = box.read_config()
        box.write_config(alone + ''.join(ROLE % {'n': n} for n in range(200)))
        for n in range(200):
            check(box.rolekey('export', 'q%d' % n))
        box.write_config(alone)
        found = {'instructions': millions(box, PROCESS),
                 'size': os.path.getsize(box.keyring_path()) / 1000}
        found.update(zip(('true', 'process'), times(box, TRUE, PROCESS)))
        return found


def password_store():
    with Sandbox() as box, beside.password_store(box) as show:
        names = ('true', 'process', 'pass')
        if not show:
            return dict.fromkeys(names, 'not installed')
        box.env['ROLEKEY_BACKEND'] = 'pass'
        box.warm('testing')
        return dict(zip(names, times(box, TRUE, PROCESS, show, rounds=10)))


def local():
    """The start of what needs no network: 10 profiles, and 10,000."""
    with Sandbox() as box:
        box.warm('testing')
        many = ['env', 'AWS_CONFIG_FILE=' + with_profiles(box, 10000), BIN]
        box.env['AWS_CONFIG_FILE'] = with_profiles(box, 6)
        box.env.update(AWS_VAULT='testing',
                       AWS_CREDENTIAL_EXPIRATION='2099-01-01T00:00:00Z')
        names = [' '.join(argv) for argv in table.LOCAL]
        found = dict(zip(['true'] + names, times(
            box, TRUE, *[[BIN] + argv for argv in table.LOCAL])))
        for argv in table.MANY:
            found[' '.join(argv) + ' 10000'], = times(box, many + list(argv),
                                                      rounds=3)
        return found


def answered_once(box, profiles):
    """100 callers at once, of which one asks for a code: (ms that the last
    ends after the answer, codes that were asked for)
    """
    mark = os.path.join(box.top, 'answered')
    box.forget_codes()
    check(box.rolekey('clear'))
    answer = box.write('answer', '#!/bin/sh\nsleep 2\necho x >>%s\n'
                       'echo %s\n' % (mark, box.code()), mode=0o700)
    config = box.read_config()
    box.write_config(config.replace(
        'mfa_serial = ', 'mfa_process = %s\nmfa_serial = ' % answer, 1))
    processes = [subprocess.Popen(
        [BIN, 'exec', profiles[n % len(profiles)], '--', '/bin/true'],
        env=box.env, stderr=subprocess.PIPE) for n in range(100)]
    failed = [process.communicate()[1] for process in processes
              if process.wait() != 0]
    ended = time.time()
    box.write_config(config)
    if failed:
        sys.exit('of 100 callers %d failed: %s' % (len(failed), failed[0]))
    with open(mark, encoding='ascii') as file:
        asked = len(file.readlines())
    taken = (ended - os.stat(mark).st_mtime) * 1000
    os.unlink(mark)
    return taken, asked


def callers():
    with Sandbox() as box:
        check(box.add())
        box.write_config(box.read_config() + ''.join(
            ROLE % {'n': n} for n in range(10)))
        one, first = answered_once(box, ['testing'])
        ten, second = answered_once(box, ['q%d' % n for n in range(10)])
        return {'one': one, 'ten': ten, 'asked': first + second}


def parallel():
    found = {}
    for size, end in ((1000, ''), (4096, ' 4096')):
        with Sandbox() as box:
            box.aws.control('settings', token_size=size, fraction=True)
            box.warm('testing')
            for name, sample in zip(('true', 'process'),
                                    times(box, TRUE, PROCESS)):
                found[name + end] = sample
            for name, sample in zip(
                    ('in turn', 'at once', 'true in turn', 'true at once'),
                    times(box, *[hundred(argv, how) for argv in (PROCESS, TRUE)
                                 for how in (';', '&')], rounds=10)):
                found[name + end] = sample
            found['peak' + end] = peak(box, PROCESS)
            box.expect_actions()
    return found


def secret_service():
    with Sandbox() as box, gnome_keyring(box):
        warm_alike(box)
        found = weighed(box)
        found.update(zip(('secret-tool', 'process', 'run'),
                         times(box, secret_tool(box), PROCESS, EXEC)))
        box.expect_actions()
        return found


def secret_tool(box):
    return ['secret-tool', 'lookup', 'kind', 'session', 'name',
            session_name(box)]


def what_stands_beside():
    """The file keyring beside them all, each with a secret to print."""
    with Sandbox() as box:
        box.warm('testing')
        with Sandbox() as other, gnome_keyring(other), \
                beside.password_store(box) as password_store:
            other.warm('testing')
            commands = {
                'process': PROCESS,
                'secret-tool': ['env', 'DBUS_SESSION_BUS_ADDRESS=' + other.env[
                    'DBUS_SESSION_BUS_ADDRESS']] + secret_tool(other),
                'pass': password_store,
                'aws': beside.aws_cli(box),
                'aws-vault': beside.aws_vault(box)}
            there = {name: argv for name, argv in commands.items() if argv}
            found = dict.fromkeys(commands, 'not installed')
            found.update(zip(there, times(box, *there.values(), rounds=5)))
        return found


def completion():
    """The names of profiles, as a shell asks for them at each Tab."""
    with Sandbox() as box:
        box.env['AWS_CONFIG_FILE'] = with_profiles(box, 6)
        commands = {'true': TRUE, 'names': [BIN, 'list', '--profiles'],
                    'aws-vault': beside.aws_vault_names(),
                    'granted': beside.granted_names(box)}
        there = {name: argv for name, argv in commands.items() if argv}
        found = dict.fromkeys(commands, 'not installed')
        found.update(zip(there, times(box, *there.values(), rounds=10)))
        return found


def cold():
    """Each run creates a session again: one request to AWS, and no code."""
    with Sandbox() as box:
        box.write_config(box.read_config() + WITHOUT_DEVICE)
        check(box.add('sam', '--no-verify', '--no-config', key=SAM))
        counts = (10, 1000, 10000)
        samples = whole_and_own(box, *[
            ['env', 'AWS_CONFIG_FILE=' + with_profiles(box, count), BIN,
             'export', 'tools', '--refresh'] for count in counts], rounds=10)
        found = {}
        for count, (whole, own) in zip(counts, samples):
            found['whole %d' % count], found['own %d' % count] = whole, own
    found.update(certificates())
    return found


FAR_ARN = 'arn:aws:iam::555566667777:role/Far'
FAR = '''
[profile far]
role_arn = %s
source_profile = tools
region = us-east-1
''' % FAR_ARN


def with_far():
    """The company, and a role that ToolsAdmin may assume without a code."""
    company = json.loads(json.dumps(DEFAULT))
    company['roles'].append({
        'arn': FAR_ARN, 'max_session': 3600,
        'trust': {'mfa': False, 'external_id': None, 'subjects': [],
                  'principals': ['arn:aws:iam::555566667777:role/'
                                 'ToolsAdmin']}})
    return company


def tls():
    """One request to AWS, and two on one connection, each over TLS."""
    with Sandbox() as box, https(box, world=with_far()) as (aws, cert):
        box.write_config(box.read_config() + WITHOUT_DEVICE + FAR)
        check(box.add('sam', '--no-verify', '--no-config', key=SAM))
        box.env.update(AWS_ENDPOINT_URL=aws.url, AWS_CA_BUNDLE=cert)
        return dict(zip(('true', 'one', 'two'), times(
            box, TRUE, *[[BIN, 'export', profile, '--refresh']
                         for profile in ('tools', 'far')], rounds=10)))


def certificates():
    """Both end where the certificate is not trusted, having looked for it."""
    with Sandbox() as box, https(box) as (aws, _):
        box.env.update(box.key_environment(), AWS_ENDPOINT_URL=aws.url)
        add = [BIN, 'add', 'custodian', '--env']
        return dict(zip(('folder', 'bundle'), times(
            box, add, ['env', 'AWS_CA_BUNDLE=' + BUNDLE] + add, rounds=10,
            fails=True)))


def proportion():
    """Ten times the profiles: ten times the time and the memory, or less."""
    found = {}
    with Sandbox() as box:
        box.warm('testing')
        envs = [{'AWS_CONFIG_FILE': with_profiles(box, n)}
                for n in (10, 10000, 100000)]
        for command in table.GROWING:
            none, some, many = (used(box, [BIN] + command, env)
                                for env in envs)
            name = ' '.join(command)
            found[name + ' 10000'] = some[0] * 1000
            found[name + ' 100000'] = many[0] * 1000
            found[name + ' time'] = many[0] / max(some[0], 0.01) / 10
            found[name + ' memory'] = ((many[1] - none[1]) /
                                       max(some[1] - none[1], 1) / 10)
    return found


GROUPS = ((file_keyring, table.FILE), (kernel_sessions, table.KERNEL),
          (many_sessions, table.SESSIONS), (password_store, table.PASS),
          (local, table.START), (callers, table.CALLERS),
          (parallel, table.PARALLEL), (secret_service, table.SECRET_SERVICE),
          (what_stands_beside, table.BESIDE), (completion, table.COMPLETION),
          (cold, table.COLD), (tls, table.TLS),
          (proportion, table.PROPORTION))


def main():
    if not os.access(BIN, os.X_OK):
        sys.exit('there is no ' + BIN)
    with open(os.path.join(BUILD, 'CMakeCache.txt'), encoding='utf-8') as file:
        if not re.search(r'^CMAKE_BUILD_TYPE:\w+=Rel', file.read(), re.M):
            sys.exit(BUILD + ' is no release build')
    shown = table.Table()
    for measure, rows in GROUPS:
        if sys.argv[2:] and measure.__name__ not in sys.argv[2:]:
            continue
        shown.rows(rows, measure())
    print('all targets are met' if shown.met else 'a target is not met')
    sys.exit(0 if shown.met else 1)


if __name__ == '__main__':
    main()
