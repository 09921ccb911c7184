#!/usr/bin/python3 -B
"""Without a user: it works if it can, reports what is needed, and never hangs."""

import os
import re
import subprocess

import messages
from harness import (AT_ONCE, BIN, PASSPHRASE, SERIAL, check, need, run_cases,
                     same, seed_of)

WANTED = '%s: %s' % (messages.pattern('code-needed', arn=SERIAL),
                     messages.pattern('no-terminal'))
MAKEFILE = '''\
N := $(shell seq 20)
all: $(N)
$(N):
\t@%s exec testing -- true || echo status $$?
.PHONY: all $(N)
'''


def cold(box):
    check(box.add())
    box.aws.mark()


def fast(result):
    need(result.seconds < AT_ONCE, str(result))
    return result


def cron(box, **more):
    """cron(8) gives HOME, PATH, SHELL and LOGNAME, and what the table says."""
    return dict({'HOME': box.home, 'PATH': '/usr/bin:/bin', 'SHELL': '/bin/sh',
                 'LOGNAME': 'alex', 'AWS_ENDPOINT_URL': box.aws.url,
                 'ROLEKEY_BACKEND': 'file',
                 'ROLEKEY_PASSPHRASE': PASSPHRASE}, **more)


def without_terminal(box, env, *argv, stdin=subprocess.DEVNULL):
    return subprocess.run([BIN, *argv], env=env, stdin=stdin, cwd=box.home,
                          capture_output=True, text=True, timeout=60,
                          check=False, start_new_session=True)


def case_a_code_is_wanted_and_it_ends_at_once(box):
    """As under `ssh -T`, between two pipes: stdin is not a terminal."""
    cold(box)
    for command, status in (('export', 4), ('credential-process', 4),
                            ('exec', 125)):
        done = fast(box.rolekey(command, 'testing', stdin='no code of yours\n'))
        check(done, status, stderr=WANTED, calls=[])
        same(done.stdout, '', 'stdout')
    check(box.rolekey('credential-process', 'testing', '-t', '-',
                      stdin=box.code() + '\n'), stdout='"Version":1')


def case_cron(box):
    """Next to nothing is in the environment."""
    cold(box)
    done = without_terminal(box, cron(box), 'export', 'testing')
    same((done.returncode, done.stdout), (4, ''), 'status and stdout')
    need(re.search(WANTED, done.stderr), done.stderr)
    done = without_terminal(box, cron(box), 'export', 'testing', '-t',
                            box.code())
    same(done.returncode, 0, done.stderr)
    done = without_terminal(box, cron(box), 'exec', 'testing', '--', 'env')
    need('AWS_SESSION_TOKEN=' in done.stdout, done.stderr)
    need('ROLEKEY_PASSPHRASE' not in done.stdout, 'the passphrase went on')


def case_cron_with_a_program_that_gives_codes(box):
    cold(box)
    path = box.write('code', '#!/bin/sh\nexec oathtool --totp -b %s\n'
                     % seed_of(SERIAL), 0o700)
    box.write_config(box.read_config().replace(
        'mfa_serial = ', 'mfa_process = %s\nmfa_serial = ' % path))
    done = without_terminal(box, cron(box), 'export', 'testing')
    same(done.returncode, 0, done.stderr)


def case_the_passphrase_is_wanted(box):
    cold(box)
    box.forget_kernel_keys()
    env = cron(box)
    del env['ROLEKEY_PASSPHRASE']
    done = without_terminal(box, env, 'export', 'testing')
    same(done.returncode, 4, done.stderr)
    need(re.search('%s: %s' % (messages.pattern('passphrase-needed'),
                               messages.pattern('no-terminal')), done.stderr),
         done.stderr)


def case_in_a_session_of_its_own(box):
    cold(box)
    done = fast(box.run('setsid', '-w', BIN, 'export', 'testing'))
    check(done, 4, stderr=WANTED, calls=[])


def case_a_pipe_on_both_sides(box):
    cold(box)
    check(box.rolekey('export', 'testing', '-t', box.code()))
    done = fast(box.run('sh', '-c', 'yes | "$1" exec testing -- head -n 2 | '
                        'tail -n 1', 'sh', BIN))
    check(done, stdout='^y$', calls=[])
    done = fast(box.run('sh', '-c', '"$1" export testing --format env | head '
                        '-c 3', 'sh', BIN))
    check(done, stdout='^AWS$', calls=[])


def case_make_with_many_children_and_a_cold_cache(box):
    cold(box)
    path = box.write('Makefile', MAKEFILE % BIN)
    done = box.run('make', '-j', '20', '-f', path)
    same(check(done, calls=[]).stdout.count('status 125'), 20, 'refusals')
    same(len(re.findall(WANTED, done.stderr)), 20, 'reasons')


def case_standard_streams_that_are_closed(box):
    cold(box)
    done = box.run('sh', '-c', '"$1" export testing <&- 2>&-; echo $?', 'sh',
                   BIN)
    check(done, stdout='^4$', calls=[])
    check(box.rolekey('export', 'testing', '-t', box.code()))
    done = box.run('sh', '-c', '"$1" export testing >&-; echo $? >&2', 'sh',
                   BIN)
    check(done, stderr='^1$')
    need(not os.path.exists(os.path.join(box.home, '1')), 'a file called 1')


def case_the_keyring_that_was_not_searched_is_named(box):
    """Over SSH the key may be in the desktop's keyring, and must not be stored
    a second time without a word."""
    box.env['ROLEKEY_BACKEND'] = 'auto'
    for argv, status, reason in (
            (('exec', 'testing', '--', 'true'), 125, 'no-key'),
            (('export', 'testing'), 3, 'no-key'),
            (('credential-process', 'testing'), 3, 'no-key'),
            (('remove', '-f', 'custodian'), 3, 'no-stored-key')):
        done = check(box.rolekey(*argv), status, reason=reason,
                     profile='custodian')
        for words in ('encrypted file', 'Secret Service', 'session bus'):
            need(words in done.stderr, '%s: %s' % (words, done))
    check(box.rolekey('explain', 'testing'), stdout='Secret Service')
    box.env['ROLEKEY_BACKEND'] = 'file'
    done = check(box.rolekey('export', 'testing'), 3, reason='no-key')
    need('Secret Service' not in done.stderr, str(done))


if __name__ == '__main__':
    run_cases(globals())
