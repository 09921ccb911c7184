#!/usr/bin/python3 -B
"""Profiles that get their credentials from a credential_process."""

import json
import os
import time

from harness import (BIN, KEY_ID, SECRET, SERIAL, check, check_quiet, need,
                     noticed, refused, run_cases, same)
from peers import read_env

ROLE = 'arn:aws:iam::222233334444:role/TestingAdmin'
TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLE'
OURS = ('home/.local/share/rolekey/keyring',)


def iso(ahead):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(
        time.time() + ahead))


def answer(**more):
    given = {'Version': 1, 'AccessKeyId': KEY_ID, 'SecretAccessKey': SECRET}
    given.update(more)
    return json.dumps(given)


def session(ahead=3600, **more):
    return answer(AccessKeyId='ASIAIOSFODNN7EXAMPLE', SessionToken=TOKEN,
                  Expiration=iso(ahead), **more)


def broker(box, text, before='', words=''):
    """A program that counts its runs and prints text; profile p runs it."""
    box.write('answer.json', text)
    path = box.write('broker', '''#!/bin/sh
echo run >>"$HOME/runs"
%s
cat "$HOME/answer.json"
''' % before, mode=0o700)
    box.write_config('[profile p]\ncredential_process = %s %s\n'
                     'region = eu-west-1\n[profile r]\nrole_arn = %s\n'
                     'source_profile = p\n' % (path, words, ROLE))


def runs(box):
    path = os.path.join(box.home, 'runs')
    if not os.path.exists(path):
        return 0
    with open(path, encoding='ascii') as file:
        return len(file.readlines())


def key_id(done):
    return read_env(check(done).stdout)['AWS_ACCESS_KEY_ID']


def case_every_command_takes_them(box):
    broker(box, session())
    env = read_env(check_quiet(box.rolekey('exec', 'p', '--', 'env')).stdout)
    same((env['AWS_SESSION_TOKEN'], env['AWS_REGION']), (TOKEN, 'eu-west-1'),
         'exec')
    need('ROLEKEY_PROCESSES' not in env, env)
    for argv in (['export', 'p', '--format', 'json'],
                 ['credential-process', 'p']):
        given = json.loads(check_quiet(box.rolekey(*argv)).stdout)
        same(given['SessionToken'], TOKEN, argv)
    rows = json.loads(check(box.rolekey('list', '--json')).stdout)['profiles']
    same([(row['key_in'], row['problem']) for row in rows
          if row['profile'] == 'p'], [('Process', None)], 'list')
    plan = json.loads(check(box.rolekey('explain', 'p', '--json')).stdout)
    need(plan['steps'][0]['cached_until'], plan)
    same(runs(box), 1, 'runs')


def case_words_are_botocores(box):
    broker(box, answer(), 'printf "%s\\n" "$@" >"$HOME/words"',
           '"a b" $HOME \'c d\' e;#f ~ \\"')
    check_quiet(box.rolekey('exec', 'p', '--', 'true'))
    with open(os.path.join(box.home, 'words'), encoding='utf-8') as file:
        same(file.read().splitlines(),
             ['a b', '$HOME', 'c d', 'e;#f', '~', '"'], 'words')
    broker(box, answer(), words='"a')
    refused(box.rolekey('exec', 'p', '--', 'true'), 125, reason='open-quote',
            context='starting-process', profile='p', key='credential_process', line=2)


def case_cached_until_they_expire(box):
    broker(box, session())
    for expected, argv in ((1, []), (1, []), (2, ['--refresh']), (2, [])):
        check_quiet(box.rolekey('exec', 'p', *argv, '--', 'true'))
        same(runs(box), expected, 'runs')
    box.write('answer.json', session(200))  # less than exec requires
    check(box.rolekey('clear'))
    for expected in (3, 4):
        check(box.rolekey('exec', 'p', '--', 'true'))
        same(runs(box), expected, 'runs')
    box.write('answer.json', answer())
    check(box.rolekey('clear'))
    for expected in (5, 6):
        check_quiet(box.rolekey('exec', 'p', '--', 'true'))
        same(runs(box), expected, 'runs without an expiry')


def case_an_edited_command_is_another_session(box):
    broker(box, session())
    check_quiet(box.rolekey('exec', 'p', '--', 'true'))
    box.write_config(box.read_config().replace('broker ', 'broker other'))
    check_quiet(box.rolekey('exec', 'p', '--', 'true'))
    same(runs(box), 2, 'runs')


def case_many_processes_run_it_once(box):
    broker(box, session(), 'sleep 1')
    done = check(box.run('sh', '-c', 'for i in 1 2 3 4 5 6; do "$0" exec p -- '
                         'true & done; wait', BIN))
    same((runs(box), done.stderr), (1, ''), 'runs')


def case_roles_on_top(box):
    broker(box, answer())
    box.write_config(box.read_config() + 'mfa_serial = %s\n' % SERIAL)
    need(key_id(box.rolekey('exec', 'r', '-t', box.code(), '--', 'env')
                ).startswith('ASIA'), 'no session')
    box.expect_actions('GetCallerIdentity', 'AssumeRole')
    check_quiet(box.rolekey('exec', 'r', '--', 'true'))
    same(runs(box), 1, 'runs: the role is cached')


def case_its_failures(box):
    for text, before, reason, facts in (
            ('', 'exit 3', 'helper-status', {'number': 3}),
            ('', 'kill -9 $$', 'helper-signal', {'number': 9}),
            ('', '', 'helper-silent', {}),
            ('x' * 70000, '', 'helper-too-long', {'number': 65536}),
            ('{', '', 'bad-json', {}),
            (answer(Version='1'), '', 'process-version', {}),
            (answer(AccessKeyId=None), '', 'no-member',
             {'key': 'AccessKeyId'}),
            (answer(SecretAccessKey='a b'), '', 'bad-credentials',
             {'other': 'secret access key'}),
            (session(-60), '', 'source-expired', {})):
        broker(box, text, before)
        for status, *argv in ((125, 'exec', 'p', '--', 'true'),
                              (1, 'export', 'p'),
                              (1, 'credential-process', 'p')):
            refused(box.rolekey(*argv), status, reason=reason,
                    context='starting-process', profile='p',
                    changed=('home/runs',), **facts)
    box.write_config('[profile p]\ncredential_process = /nowhere/broker\n')
    refused(box.rolekey('export', 'p'), 1, reason='helper-failed',
            context='starting-process', profile='p',
            action='credential_process', value='/nowhere/broker', line=2)


def case_its_stderr_goes_through(box):
    broker(box, session(), 'echo "the broker says this" >&2')
    for argv in (['exec', 'p', '--', 'true'], ['credential-process', 'p']):
        same(check(box.rolekey(*argv)).stderr, 'the broker says this\n', argv)
        check(box.rolekey('clear'))


def case_it_asks_on_the_terminal(box):
    broker(box, session(), 'printf "The word: " >/dev/tty; read -r word\n'
           'test "$word" = sesame || exit 9')
    done = box.pty_run(['exec', 'p', '--', 'sh', '-c', 'echo $AWS_VAULT'],
                       [('The word: ', 'sesame')])
    check(done, stdout='^p$')
    done = box.pty_run(['exec', 'p', '--refresh', '--', 'true'],
                       [('The word: ', 'no')])
    check(done, 125, reason='helper-status', number=9)


def case_its_environment(box):
    broker(box, answer(), 'env >"$HOME/environment"')
    check(box.rolekey('exec', 'p', '--', 'true', env={
        'AWS_ACCESS_KEY_ID': 'x', 'AWS_SECRET_ACCESS_KEY': 'x',
        'AWS_SESSION_TOKEN': 'x', 'MINE': 'mine'}))
    with open(os.path.join(box.home, 'environment'),
              encoding='utf-8') as file:
        env = read_env(file.read())
    need('ROLEKEY_PROCESSES' in env and env['MINE'] == 'mine', env)
    for name in env:
        need(name not in ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY',
                          'AWS_SESSION_TOKEN', 'ROLEKEY_PASSPHRASE'), name)


def case_a_loop_is_found(box):
    """Also over another profile, and through a shell."""
    broker(box, session(), '%s export r --format json || exit 7' % BIN)
    done = check(box.rolekey('export', 'p'), 1, reason='helper-status',
                 number=7)
    noticed(done, 'process-loop', profile='p', line=2)
    same(runs(box), 1, 'runs')
    need(done.seconds < 20, 'it waited for itself: %s' % done)
    path = os.path.join(box.home, 'broker')
    box.write_config('[profile p]\ncredential_process = sh -c "%s export q"\n'
                     '[profile q]\ncredential_process = sh -c "%s export p"\n'
                     % (BIN, BIN))
    need(os.path.exists(path), path)
    done = check(box.rolekey('export', 'p'), 1, reason='helper-status')
    noticed(done, 'process-loop', profile='p', line=2)


def case_nobody_else_may_name_the_program(box):
    broker(box, session())
    os.chmod(box.config, 0o666)
    refused(box.rolekey('exec', 'p', '--', 'true'), 125,
            reason='process-unsafe', context='starting-process', path=box.config,
            key='credential_process')
    same(runs(box), 0, 'runs')


if __name__ == '__main__':
    run_cases(globals())
