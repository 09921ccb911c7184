#!/usr/bin/python3 -B
"""Codes that a program gives: mfa_process and ykman."""

import os
import shutil
import time

from harness import SERIAL, check, code_now, need, run_cases, same, seed_of

TAKEN = ['GetSessionToken', 'AssumeRole']
PATH = '/usr/local/bin:/usr/bin:/bin'


def program(box, name, text):
    path = box.write('bin/' + name, '#!/bin/sh\n' + text)
    os.chmod(path, 0o700)
    return path


def oathtool(box, more=''):
    """A program of the user that knows the seed of the device."""
    return program(box, 'code', 'echo x >>"$HOME/ran"\n%s\n'
                   'oathtool --totp -b %s\n' % (more, seed_of(SERIAL)))


def stored(box, command):
    check(box.add())
    box.write_config(box.read_config().replace(
        'mfa_serial = ', 'mfa_process = %s\nmfa_serial = ' % command))
    box.aws.mark()


def ran(box):
    path = os.path.join(box.home, 'ran')
    if not os.path.exists(path):
        return 0
    with open(path, encoding='ascii') as file:
        return len(file.read().split())


def away_from_the_edge():
    left = 30 - time.time() % 30
    if left < 15:
        time.sleep(left + 0.1)


def case_it_gives_the_code_and_nobody_is_asked(box):
    stored(box, oathtool(box))
    check(box.rolekey('explain', 'testing'), calls=[],
          stdout='code from +mfa_process')
    same(ran(box), 0, 'runs by explain')
    done = check(box.rolekey('exec', '--no-prompt', 'testing', '--', 'true'),
                 calls=TAKEN)
    same((done.stderr, ran(box)), ('', 1), 'stderr and runs')
    check(box.rolekey('export', 'staging'), calls=['AssumeRole'])
    same(ran(box), 1, 'runs for another role')


def case_a_shell_is_there_for_who_needs_one(box):
    path = oathtool(box)
    stored(box, 'CODE=$(%s) && test -n "$CODE" && echo " $CODE "' % path)
    check(box.rolekey('export', 'testing'), calls=TAKEN)


def case_a_given_code_counts_before_it(box):
    stored(box, oathtool(box))
    check(box.rolekey('export', 'testing', '-t', box.code()), calls=TAKEN)
    same(ran(box), 0, 'runs')


def case_a_second_need_waits_for_the_next_step_by_itself(box):
    stored(box, oathtool(box))
    away_from_the_edge()
    check(box.rolekey('export', 'testing'), calls=TAKEN)
    begun = time.time() // 30
    check(box.rolekey('export', '--refresh', 'testing'), calls=TAKEN)
    need(time.time() // 30 > begun, 'no step was waited for')
    same(ran(box), 2, 'runs')


def case_a_lost_answer_costs_one_more_code(box):
    stored(box, oathtool(box))
    box.aws.fault('reset', action='GetSessionToken', count=1)
    check(box.rolekey('export', 'testing'),
          calls=['GetSessionToken'] + TAKEN)
    same(ran(box), 2, 'runs')


def case_a_wrong_code_is_followed_by_one_more(box):
    wrong = '%06d' % ((int(code_now()) + 7) % 1000000)
    stored(box, program(box, 'wrong', 'test -e "$HOME/ran" && echo %s || '
                        'echo %s\necho x >>"$HOME/ran"' % (wrong, wrong[::-1])))
    done = check(box.rolekey('export', 'testing'), 5,
                 context='no-valid-code', other='mfa_process',
                 reason='aws-refused', aws_code='AccessDenied')
    same((done.calls, ran(box)), (['GetSessionToken'] * 2, 2), 'calls, runs')


def case_what_is_no_code_is_not_sent(box):
    for text, reason in (('echo 12345', 'program-bad-code'),
                         ('echo 123456; echo 123456', 'program-bad-code'),
                         ('echo secret-abc', 'program-bad-code'),
                         ('true', 'helper-silent'),
                         ('echo 123456; exit 3', 'helper-status'),
                         ('kill -9 $$', 'helper-signal'),
                         ('head -c 5000 /dev/zero', 'helper-too-long')):
        stored(box, program(box, 'code', text))
        done = check(box.rolekey('credential-process', 'testing'), 4, calls=[],
                     reason=reason, action='mfa_process')
        same(done.stderr.count('\n'), 1, 'lines of ' + done.stderr)
        need('secret-abc' not in done.stderr, done.stderr)
        box.write_config(box.read_config().replace('mfa_process', '# '))


def case_one_that_is_not_there(box):
    stored(box, '/nonexistent/program')
    check(box.rolekey('export', 'testing'), 4, calls=[],
          reason='helper-status', action='mfa_process', number=127)


def case_it_gets_a_clean_environment(box):
    stored(box, program(box, 'code', 'env >"$HOME/env"; oathtool --totp -b '
                        + seed_of(SERIAL)))
    check(box.rolekey('export', 'testing', env=dict(
        box.key_environment(), AWS_SESSION_TOKEN='a-token',
        AWS_REGION='eu-west-1')))
    with open(os.path.join(box.home, 'env'), encoding='utf-8') as file:
        names = dict(line.split('=', 1) for line in file.read().splitlines())
    same([name for name in names if name.startswith((
        'AWS_ACCESS', 'AWS_SECRET', 'AWS_SESSION', 'ROLEKEY_PASSPHRASE'))], [],
        'secrets')
    same((names['ROLEKEY_MFA_SERIAL'], names['AWS_REGION']),
         (SERIAL, 'eu-west-1'), 'environment')


def case_it_may_ask_on_the_terminal(box):
    stored(box, program(box, 'code', 'printf "touch it: " >/dev/tty; read x; '
                        'test "$x" = touched && oathtool --totp -b '
                        + seed_of(SERIAL)))
    done = box.pty_run(['export', 'testing'], [('touch it: ', 'touched')])
    check(done, stdout='AWS_SESSION_TOKEN', calls=TAKEN)


def case_its_words_are_no_line_of_credential_process(box):
    stored(box, program(box, 'code', 'echo noise >&2; oathtool --totp -b '
                        + seed_of(SERIAL)))
    same(check(box.rolekey('credential-process', 'testing')).stderr, '',
         'stderr')
    check(box.rolekey('clear'))
    shutil.rmtree(os.path.join(box.home, '.local/state/rolekey/ledger'))
    box.aws.control('forget-codes')  # so that nobody waits here
    check(box.rolekey('export', 'testing'), stderr='noise')


def case_a_config_that_others_can_write_runs_nothing(box):
    stored(box, oathtool(box))
    os.chmod(box.config, 0o666)
    check(box.rolekey('export', 'testing'), 3, calls=[],
          reason='process-unsafe', path=box.config)
    same(ran(box), 0, 'runs')
    os.chmod(box.config, 0o600)
    check(box.rolekey('export', 'testing'))


# -- ykman ---------------------------------------------------------------------


def with_ykman(box):
    """No YubiKey is here: a program of that name shows how it is called."""
    program(box, 'ykman', 'printf "%s\\n" "$@" >"$HOME/argv"; oathtool --totp '
            '-b ' + seed_of(SERIAL))
    return {'PATH': os.path.join(box.home, 'bin') + ':' + PATH}


def argv(box):
    with open(os.path.join(box.home, 'argv'), encoding='utf-8') as file:
        return file.read().split('\n')[:-1]


def case_a_yubikey(box):
    check(box.add())
    env = with_ykman(box)
    check(box.rolekey('--prompt', 'ykman', 'export', 'testing', env=env))
    same(argv(box), ['oath', 'accounts', 'code', '--single', SERIAL], 'argv')


def case_a_yubikey_of_several_and_another_name(box):
    check(box.add())
    env = dict(with_ykman(box), ROLEKEY_PROMPT='ykman',
               YKMAN_OATH_CREDENTIAL_NAME='AWS:alex',
               YKMAN_OATH_DEVICE_SERIAL='1234567')
    check(box.rolekey('export', 'testing', env=env))
    same(argv(box), ['--device', '1234567', 'oath', 'accounts', 'code',
                     '--single', 'AWS:alex'], 'argv')


if __name__ == '__main__':
    run_cases(globals())
