#!/usr/bin/python3 -B
"""migrate: from one real keyring to another, and nothing is lost on the way."""

import re
import shutil

from harness import (BIN, KEY_ID, PASSPHRASE, SECRET, SERIAL, Skipped, check,
                     gnome_keyring, need, refused, run_cases, same, seed_of)
from peers import read_env

OTHER = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
THERE = ['--from', 'file', '--to', 'secret-service']
BACK = ['--from', 'secret-service', '--to', 'file']


def both(function):
    """With a file that has two keys and a seed, beside a GNOME Keyring."""
    def case(box):
        with gnome_keyring(box):
            box.env.update(ROLEKEY_PASSPHRASE=PASSPHRASE,
                           ROLEKEY_BACKEND='file')
            check(box.add())
            box.add_quietly('other', key=OTHER)
            check(box.rolekey('mfa', 'add', 'testing', '--stdin',
                              '--no-verify', stdin=seed_of(SERIAL)))
            function(box)
    return case


def keys(box, backend):
    return check(box.rolekey('--backend', backend, 'list', '--credentials')
                 ).stdout.split()


def seeds(box, backend):
    return check(box.rolekey('--backend', backend, 'mfa', 'list')).stdout


def secret_of(box, backend, profile='custodian'):
    env = read_env(check(box.rolekey('--backend', backend, 'exec', profile,
                                     '-n', '--', 'env')).stdout)
    return env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']


@both
def case_all_is_copied(box):
    done = check(box.rolekey('migrate', *THERE))
    same((done.calls, done.stdout), ([], ''), 'calls, and stdout')
    for what in ('key of custodian', 'key of other', 'seed of ' + SERIAL):
        need('%s: copied, read back and compared' % what in done.stderr,
             str(done))
    need('3 copied, 0 there already' in done.stderr, str(done))
    for backend in ('file', 'secret-service'):
        same(keys(box, backend), ['custodian', 'other'], backend)
        need(SERIAL in seeds(box, backend), backend)
        same(secret_of(box, backend), (KEY_ID, SECRET), backend)
    code = check(box.rolekey('--backend', 'secret-service', 'mfa', 'code',
                             'custodian')).stdout
    need(re.fullmatch(r'\d{6}\n', code), code)
    check(box.rolekey('migrate', *THERE), stderr='0 copied, 3 there already')


@both
def case_one_profile(box):
    check(box.rolekey('migrate', *THERE, 'other'), stderr='1 copied')
    same(keys(box, 'secret-service'), ['other'], 'keys')
    need(SERIAL not in seeds(box, 'secret-service'), 'a seed')
    refused(box.rolekey('migrate', *THERE, 'nobody'), 3,
            'no access key is stored for profile nobody in file')


@both
def case_deleted_on_a_yes_with_its_sessions(box):
    check(box.rolekey('export', 'testing', '-t', box.code()))
    done = box.pty_run(['migrate', *THERE, '--delete'], [
        (r'Remove 3 items from file, with the sessions there\? \(y/N\) ',
         'n')])
    check(done, stdout='nothing was removed')
    same(keys(box, 'file'), ['custodian', 'other'], 'keys')
    done = box.pty_run(['migrate', *THERE, '--delete'], [(r'y/N', 'y')])
    check(done, stdout='key of other: removed where it was')
    same(keys(box, 'file'), [], 'keys of the file')
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')
    same(keys(box, 'secret-service'), ['custodian', 'other'], 'keys')
    need(SERIAL not in seeds(box, 'file'), 'a seed')
    check(box.rolekey('migrate', *THERE, '--delete', '-f'),
          stderr='0 copied, 0 there already')
    check(box.rolekey('migrate', *THERE, '--delete', '-f', 'custodian'),
          stderr='there already, and only there')


@both
def case_without_anybody_nothing_is_deleted(box):
    done = check(box.rolekey('migrate', *THERE, '--delete'), 4,
                 stderr='removing keys must be confirmed')
    need('hint:' in done.stderr, str(done))
    same(keys(box, 'file'), ['custodian', 'other'], 'keys')
    same(keys(box, 'secret-service'), ['custodian', 'other'], 'the copies')
    check(box.rolekey('migrate', *THERE, '--delete', '-f'))
    same(keys(box, 'file'), [], 'keys')


@both
def case_another_one_is_not_touched(box):
    check(box.rolekey('--backend', 'secret-service', 'add', 'custodian',
                      '--env', '--no-verify', '--no-config',
                      env=box.key_environment(*OTHER)))
    done = check(box.rolekey('migrate', *THERE, '--delete', '-f', 'other'))
    done = check(box.rolekey('migrate', *THERE), 1, stderr='warning: '
                 'custodian: file has %s, and secret-service has %s: neither '
                 'is touched' % (KEY_ID, OTHER[0]))
    need('1 item not migrated, 1 copied, 0 there already' in done.stderr,
         str(done))
    same(secret_of(box, 'secret-service'), OTHER, 'the one that was there')
    same(secret_of(box, 'file'), (KEY_ID, SECRET), 'the one that was here')
    check(box.rolekey('migrate', *THERE, '-f', 'custodian'))
    same(secret_of(box, 'secret-service'), (KEY_ID, SECRET), 'with -f')


@both
def case_killed_at_any_moment_nothing_is_lost(box):
    """And the next run goes on: each item is in one of the two at least."""
    if not shutil.which('strace'):
        raise Skipped('no strace')
    check(box.rolekey('migrate', *THERE, '--delete', '-f'))
    for call, most in (('fsync', 12), ('rename', 6), ('sendmsg', 40)):
        for number in range(1, most + 1):
            done = box.run('strace', '-f', '-qq', '-o', '/dev/null', '-e',
                           'inject=%s:signal=KILL:when=%d' % (call, number),
                           BIN, 'migrate', *BACK, '--delete', '-f',
                           env={'ASAN_OPTIONS': 'detect_leaks=0'})
            at = '%s %d: %s' % (call, number, done)
            same(sorted({*keys(box, 'file'), *keys(box, 'secret-service')}),
                 ['custodian', 'other'], at)
            need(SERIAL in seeds(box, 'file') + seeds(box, 'secret-service'),
                 at)
            if done.status == 0:
                break
        check(box.rolekey('migrate', *BACK, '--delete', '-f'))
        same(keys(box, 'file'), ['custodian', 'other'], 'at the end')
        same(secret_of(box, 'file'), (KEY_ID, SECRET), 'at the end')
        check(box.rolekey('migrate', *THERE, '--delete', '-f'))


@both
def case_a_keyring_that_cannot_be_used(box):
    before = box.keyring_path()
    with open(before, 'rb') as file:
        data = file.read()
    refused(box.rolekey('migrate', *THERE, '--delete', '-f', env={
        'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nowhere'}), 6,
            'secret-service: ')
    box.forget_kernel_keys()
    refused(box.rolekey('migrate', *THERE, env={'ROLEKEY_PASSPHRASE': None}),
            4, 'passphrase .* needed')
    with open(before, 'rb') as file:
        same(file.read(), data, 'the file')


def case_wrong_usage(box):
    for argv in ([], ['--from', 'file'], ['--to', 'file'],
                 ['--from', 'file', '--to', 'file'],
                 ['--from', 'auto', '--to', 'file'],
                 ['--from', 'file', '--to', 'kernel'],
                 ['--from', 'file', '--to', 'nothing']):
        refused(box.rolekey('migrate', *argv), 2, 'keyring|from where|backend')


if __name__ == '__main__':
    run_cases(globals())
