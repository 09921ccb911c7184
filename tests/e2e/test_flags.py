#!/usr/bin/python3 -B
"""Options that every command takes, and exec's shell."""

import os

from harness import (KEYRING, check, check_quiet, need, refused, run_cases,
                     same)

NO_SERVICE = {'ROLEKEY_BACKEND': 'secret-service'}


def case_the_backend_by_flag_beats_the_variable(box):
    box.add_quietly()
    for argv in (['--backend', 'file', 'list', '--credentials'],
                 ['list', '--backend=file', '--credentials']):
        same(check_quiet(box.rolekey(*argv, env=NO_SERVICE)).stdout,
             'custodian\n', 'keys')
    refused(box.rolekey('list', '--credentials', env=NO_SERVICE), 6,
            reason='no-session-bus')


def case_the_backend_by_variable_beats_the_settings(box):
    box.write('.config/rolekey/config', '[rolekey]\nbackend = secret-service\n')
    check(box.add('custodian', '--no-verify', '--no-config'),
          changed=[KEYRING])
    refused(box.rolekey('list', '--credentials',
                        env={'ROLEKEY_BACKEND': None}), 6,
            reason='no-session-bus')


def case_who_is_asked_by_flag(box):
    """--prompt none: though there is a terminal, nobody is asked."""
    box.add_quietly()
    terminal = box.pty('--prompt', 'none', 'export', 'testing')
    check(terminal.finish(), 4, calls=[], changed=[])
    done = check(box.pty_run(['export', '--prompt=terminal', 'testing'],
                             [('code for', box.code())]))
    need('AWS_SESSION_TOKEN' in done.stdout, str(done))
    refused(box.rolekey('--prompt', 'smoke-signals', 'list'), 2,
            reason='bad-value', key='--prompt', value='smoke-signals')


def case_a_login_shell(box):
    box.warm()
    for flags, name in (([], '/bin/sh'), (['--login-shell'], '-sh')):
        done = check(box.rolekey('exec', 'testing', *flags,
                                 stdin='echo "$0 $AWS_VAULT"\n'), calls=[],
                     changed=[])
        same(done.stdout, name + ' testing\n', 'shell')
    refused(box.rolekey('exec', 'testing', '--login-shell', 'true'), 125,
            reason='option-needs-no-command', key='--login-shell')


def case_flags_stand_together_or_apart(box):
    box.add_quietly()
    for flags in (['-nd15m'], ['-n', '-d', '15m'], ['-n', '--duration=900'],
                  ['--no-session', '--duration', '15m']):
        box.forget_codes()
        done = check(box.rolekey('export', 'testing', *flags, '--refresh',
                                 '-t', box.code()))
        same([call['params']['DurationSeconds'] for call in box.aws.calls()
              if call['action'] == 'AssumeRole'][-1], '900', str(done))
        need('GetSessionToken' not in done.calls, done.calls)


def case_where_the_files_are_by_variable(box):
    config = box.write('elsewhere/config', '[profile far]\nregion = x-y-1\n')
    credentials = box.write('elsewhere/credentials', '[near]\nregion = z\n')
    for named in (config, '~/elsewhere/config'):
        names = check_quiet(box.rolekey('list', '--profiles', env={
            'AWS_CONFIG_FILE': named,
            'AWS_SHARED_CREDENTIALS_FILE': credentials})).stdout
        same(sorted(names.split()), ['far', 'near'], 'profiles')
    missing = os.path.join(box.home, 'nowhere')
    names = check_quiet(box.rolekey('list', '--profiles', env={
        'AWS_CONFIG_FILE': missing})).stdout
    same(names, '', 'profiles of a file that is not there')


if __name__ == '__main__':
    run_cases(globals())
