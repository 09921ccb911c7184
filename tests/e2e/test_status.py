#!/usr/bin/python3 -B
"""status: whose credentials these are, what is left, and the prompt's word."""

import json
import os
import re
import time

from harness import (BIN, check, check_quiet, need, noticed, refused, run_cases,
                     same)
from quick import files, libraries, trace

ACCOUNT = '222233334444'
ROLE = 'arn:aws:sts::%s:assumed-role/TestingAdmin/alex' % ACCOUNT
NOTHING = {'profile': 'testing', 'account': None, 'arn': None,
           'expires': None, 'mismatch': None}


def inside(box, profile, *argv, env=None):
    """A command of rolekey in the environment of exec."""
    return box.run(BIN, 'exec', profile, '--', BIN, *argv, env=env)


def at(seconds):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() +
                                                           seconds))


def status(done):
    return json.loads(check_quiet(done).stdout)


def case_a_profile_with_a_session(box):
    box.warm()
    done = box.rolekey('status', 'testing', '--json')
    told = status(done)
    same(list(told), ['profile', 'account', 'arn', 'expires', 'mismatch'],
         'keys')
    need(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', told.pop('expires')),
         str(done))
    same(told, {'profile': 'testing', 'account': ACCOUNT, 'arn': ROLE,
                'mismatch': False}, 'status')
    same(done.calls, ['GetCallerIdentity'], 'calls')
    shown = check_quiet(box.rolekey('status', 'testing')).stdout
    need(re.search(r'^arn +%s$' % re.escape(ROLE), shown, re.M), shown)
    need(re.search(r'^expires +\S+Z \(in (1h|59m)', shown, re.M), shown)
    need(re.search('^source +cached session, from the keyring$', shown, re.M),
         shown)
    shown = check_quiet(inside(box, 'testing', 'status')).stdout
    need(re.search('^source +the environment$', shown, re.M), shown)


def case_without_a_session_none_is_created(box):
    check(box.add())
    done = box.rolekey('status', 'testing', '--json')
    same(status(done), NOTHING, 'status')
    same(done.calls, [], 'calls')
    shown = check_quiet(box.rolekey('status', 'testing')).stdout
    need('no session' in shown and 'source' not in shown, shown)


def case_of_the_environment(box):
    box.warm()
    told = status(inside(box, 'testing', 'status', '--json'))
    same((told['profile'], told['arn'], told['mismatch']),
         ('testing', ROLE, False), 'status')
    need(told['expires'], str(told))
    told = status(box.rolekey('status', '--json',
                              env={'AWS_PROFILE': 'testing'}))
    same((told['profile'], told['arn']), ('testing', ROLE), 'AWS_PROFILE')


def case_credentials_of_another_profile(box):
    box.warm()
    for env in ({'ROLEKEY_PROFILE': 'production', 'AWS_VAULT': 'production'},
                {'ROLEKEY_PROFILE': 'testing', 'AWS_VAULT': 'production'},
                {'ROLEKEY_PROFILE': 'custodian', 'AWS_VAULT': ''}):
        argv = ['env'] + ['%s=%s' % pair for pair in env.items()]
        done = check(box.rolekey('exec', 'testing', '--', *argv, BIN,
                                 'status', '--json'))
        same(json.loads(done.stdout)['mismatch'], True, str(env))
        noticed(done, 'status-mismatch', profile=env['ROLEKEY_PROFILE'],
                arn=ROLE)
    done = check_quiet(box.rolekey('exec', 'testing', '--', 'env',
                                   'ROLEKEY_PROFILE=nobody', 'AWS_VAULT=', BIN,
                                   'status', '--json'))
    same(json.loads(done.stdout)['mismatch'], None, 'an unknown profile')


def case_what_cannot_be_answered(box):
    box.warm()
    refused(box.rolekey('status'), 3, reason='no-credentials-here')
    refused(box.rolekey('status', 'nobody'), 3, reason='no-such-profile')
    box.aws.control('expire-sessions')
    done = box.rolekey('status', 'testing')
    refused(done, 5, reason='aws-refused', context='asking-who',
            calls=['GetCallerIdentity'], aws_code='ExpiredToken')


def segment(box, **env):
    return check_quiet(box.rolekey('status', '--prompt', env=env)).stdout


def case_the_word_for_a_prompt(box):
    for seconds, shown in ((2550, 'testing 42m\n'), (40000, 'testing 11h6m\n'),
                           (-5, 'testing expired\n')):
        for name in ('AWS_CREDENTIAL_EXPIRATION', 'AWS_SESSION_EXPIRATION'):
            same(segment(box, ROLEKEY_PROFILE='testing', **{
                name: at(seconds)}), shown, name)
    same(segment(box, AWS_VAULT='other', AWS_CREDENTIAL_EXPIRATION=at(700)),
         'other 11m\n', 'AWS_VAULT')
    for env in ({}, {'ROLEKEY_PROFILE': 'testing'},
                {'AWS_CREDENTIAL_EXPIRATION': at(700)},
                {'ROLEKEY_PROFILE': 'testing',
                 'AWS_CREDENTIAL_EXPIRATION': 'soon'}):
        same(segment(box, **env), '', str(env))
    same(segment(box, ROLEKEY_PROFILE='a\x1b[31mb',
                 AWS_CREDENTIAL_EXPIRATION=at(-5)), 'a?[31mb expired\n',
         'a control character')


def case_the_prompt_is_not_the_option_of_all_commands(box):
    refused(box.rolekey('status', '--prompt', '--json'), 2,
            reason='options-exclude', other='--json')
    refused(box.rolekey('status', '--prompt', 'testing'), 2,
            reason='options-exclude', other='PROFILE')
    same(check_quiet(box.rolekey('--prompt', 'none', 'status',
                                 '--prompt')).stdout, '', 'both')
    shown = check(box.rolekey('status', '--help')).stdout
    same(re.findall(r'--prompt\b.*', shown)[:-1],
         ['--prompt, prints only the profile and the time that is left, from '
          'the'] + re.findall(r'--prompt  .*', shown), shown)
    need('--prompt PROMPT' not in shown, shown)
    refused(box.rolekey('list', '--prompt'), 2, reason='option-needs-value')


def case_the_prompt_costs_nothing(box):
    """No library beside libc, no file but the settings, and no program."""
    env = {'ROLEKEY_PROFILE': 'testing', 'AWS_CREDENTIAL_EXPIRATION': at(700)}
    lines = trace(box, 'status', '--prompt', env=env)
    same(libraries(lines) - {'libc'}, set(), 'libraries')
    same(files(lines), [os.path.join(box.env['XDG_CONFIG_HOME'], 'rolekey',
                                     'config')], 'files')
    same(len([line for line in lines if 'execve(' in line]), 1, 'programs')
    box.write('.config/rolekey/config', '[rolekey]\nno_such = 1\n')
    same(segment(box, **env), 'testing 11m\n', 'with wrong settings')
    refused(box.rolekey('status'), 3, reason='unknown-setting')


if __name__ == '__main__':
    run_cases(globals())
