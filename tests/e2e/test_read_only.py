#!/usr/bin/python3 -B
"""--read-only: the same role, with AWS's policy ReadOnlyAccess."""

import json
import re

from harness import (BIN, CONFIG, check, check_quiet, need, noticed, refused,
                     run_cases, same)

POLICY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
READING = CONFIG.replace('[profile production]\n',
                         '[profile production]\nrolekey_read_only = yes\n')


def key_of(box, *argv):
    """The access key id that a command gets, with the calls that it took."""
    done = check_quiet(box.rolekey('export', '--format', 'json', *argv))
    return json.loads(done.stdout)['AccessKeyId'], done.calls


def policies(box):
    """Of each role that was assumed since the mark: its policies."""
    return [[value for name, value in call['params'].items()
             if name.startswith('PolicyArns')]
            for call in box.aws.calls() if call['action'] == 'AssumeRole']


def prepared(box):
    box.write_config(READING)
    box.warm('staging')


def case_a_policy_goes_with_the_role(box):
    prepared(box)
    key_of(box, 'testing', '--read-only')
    key_of(box, 'testing')
    key_of(box, 'chained', '--read-only')
    key_of(box, 'production')
    key_of(box, 'production', '--no-read-only')
    same(policies(box), [[POLICY], [], [POLICY], [POLICY], []], 'policies')


def case_sessions_are_never_mixed(box):
    prepared(box)
    full, _ = key_of(box, 'testing')
    reading, calls = key_of(box, 'testing', '--read-only')
    same(calls, ['AssumeRole'], 'a session of its own')
    need(full != reading, 'one session for both')
    for _ in range(2):
        same(key_of(box, 'testing'), (full, []), 'full')
        same(key_of(box, 'testing', '--read-only'), (reading, []), 'reading')
    ours, _ = key_of(box, 'production')
    same(key_of(box, 'production', '--read-only'), (ours, []), 'the same')
    need(key_of(box, 'production', '--no-read-only')[0] != ours, 'mixed')
    same(key_of(box, 'production'), (ours, []), 'production')
    # The line alone changes which session is used.
    box.write_config(CONFIG)
    need(key_of(box, 'production')[0] != ours, 'the old mode')


def case_without_a_role_it_is_refused(box):
    prepared(box)
    for command, status in (('exec', 125), ('export', 3), ('login', 3),
                            ('credential-process', 3), ('explain', 3)):
        refused(box.rolekey(command, '--read-only', 'custodian'), status,
                reason='read-only-needs-role', profile='custodian',
                key='--read-only')
    refused(box.rolekey('export', '--read-only', '--no-read-only', 'testing'),
            2, reason='options-exclude', key='--read-only')
    box.write_config(READING.replace(
        'rolekey_read_only = yes', 'rolekey_read_only = yes\n'
        'rolekey_policy_arns = arn:aws:iam::aws:policy/AmazonS3FullAccess'))
    refused(box.rolekey('export', 'production'), 3,
            reason='read-only-and-policies', profile='production')


def case_it_is_shown(box):
    prepared(box)
    key_of(box, 'testing', '--read-only')
    key_of(box, 'testing')
    key_of(box, 'production')
    done = check(box.rolekey('explain', 'production'), stdout=POLICY)
    need('rolekey_read_only' in done.stdout, done)
    for argv, expected in ((['production'], True), (['testing'], False),
                           (['testing', '--read-only'], True),
                           (['production', '--no-read-only'], False)):
        shown = json.loads(check(box.rolekey('explain', '--json',
                                             *argv)).stdout)
        same(shown['read_only'], expected, argv)
        need(shown['steps'][-1]['cached_until'] or '--no-read-only' in argv,
             'cached: %s' % argv)
    check(box.rolekey('list'), stdout=(
        r'(?s)testing .*AssumeRole \(read-only\) \d.*'
        r'production .*ProductionAdmin \(read-only\)'))
    rows = {row['profile']: row for row in json.loads(
        check(box.rolekey('list', '--json')).stdout)['profiles']}
    same({name: row['read_only'] for name, row in rows.items()
          if row['read_only']}, {'production': True}, 'list --json')
    same(sorted(session['read_only'] for session in rows['testing']['sessions']
                if session['action'] == 'AssumeRole'), [False, True],
         'sessions of testing')


def case_a_command_sees_it(box):
    prepared(box)
    show = ['sh', '-c', 'echo "<$ROLEKEY_READ_ONLY>"']
    for argv, expected in ((['production'], '<1>\n'), (['testing'], '<>\n'),
                           (['testing', '--read-only'], '<1>\n')):
        done = check(box.rolekey('exec', *argv, '--', *show,
                                 env={'ROLEKEY_READ_ONLY': '1'}))
        same(done.stdout, expected, argv)
    shown = check(box.rolekey('exec', 'production', '--', BIN, 'status',
                              '--prompt')).stdout
    need(re.fullmatch(r'production \w+ read-only\n', shown), shown)
    done = check(box.rolekey('export', 'production'))
    need("export ROLEKEY_READ_ONLY='1'\n" in done.stdout, done)
    done = check(box.rolekey('export', 'testing',
                             env={'ROLEKEY_READ_ONLY': '1'}))
    need('unset ROLEKEY_READ_ONLY\n' in done.stdout, done)
    need('READ_ONLY' not in check(box.rolekey('export', 'testing')).stdout,
         'unset for nothing')


def case_across_takes_it(box):
    prepared(box)
    show = ['sh', '-c', 'echo "<$ROLEKEY_READ_ONLY>"']
    for flag, expected in (('--read-only', '<1>'), ('--no-read-only', '<>')):
        done = check(box.rolekey('across', flag, 'testing', 'production', '--',
                                 *show))
        same(sorted(done.stdout.splitlines()),
             ['production: ' + expected, 'testing: ' + expected], flag)
    same(sorted(policies(box)), [[], [], [POLICY], [POLICY]], 'policies')
    done = check(box.rolekey('across', '--dry-run', 'testing', 'production'))
    need(re.search(r'testing .*TestingAdmin\n', done.stdout) and
         re.search(r'production .*ProductionAdmin \(read-only\)\n',
                   done.stdout), done)
    done = check(box.rolekey('across', '--read-only', 'custodian', 'testing',
                             '--', 'echo', 'ran'), 125)
    same(done.stdout, 'testing: ran\n', 'stdout')
    need('across: 1 ok, 1 failed (custodian 125)' in done.stderr, done)
    refused(box.rolekey('across', '--read-only', '--no-read-only', 'testing',
                        '--', 'true'), 2, reason='options-exclude')


def case_clear_removes_both_modes(box):
    prepared(box)

    def left(profile):
        rows = json.loads(check(box.rolekey('list', '--json')).stdout)
        sessions = [row['sessions'] for row in rows['profiles']
                    if row['profile'] == profile][0]
        return sorted(session['read_only'] for session in sessions
                      if session['action'] == 'AssumeRole')

    for profile in ('testing', 'production'):
        for flags, expected in (
                ([], []), (['--read-only'], [False]),
                (['--no-read-only'], [True])):
            box.forget_codes()
            box.warm('staging')
            key_of(box, profile, '--read-only')
            key_of(box, profile, '--no-read-only')
            same(left(profile), [False, True], 'before')
            check(box.rolekey('clear', profile, *flags))
            same(left(profile), expected, '%s %s' % (profile, flags))
    box.forget_codes()
    box.warm('staging')
    noticed(box.rolekey('clear', 'custodian'), 'sessions-cleared', number=1)


def case_the_picker_shows_it(box):
    box.write_config(READING)
    terminal = box.pty('explain', env={'TERM': 'dumb'})
    terminal.expect('production  444455556666  ProductionAdmin  read-only')
    terminal.answer('')
    check(terminal.finish(), 130)


def case_config_check_knows_it(box):
    box.write_config(READING)
    done = check(box.rolekey('config', 'check'))
    need('read_only' not in done.stdout, done)
    box.write_config(READING.replace('= yes', '= perhaps'))
    done = check(box.rolekey('config', 'check'), 3)
    need('rolekey_read_only' in done.stdout + done.stderr, done)


run_cases(globals())
