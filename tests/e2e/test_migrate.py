#!/usr/bin/python3 -B
"""migrate: from one real keyring to another, and nothing is lost on the way."""

import re
import shutil

from harness import (ASKS_MIGRATION, BIN, KEY_ID, PASSPHRASE, SECRET, SERIAL,
                     Skipped, check, gnome_keyring, need, noticed, refused,
                     run_cases, same, seed_of)
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
    for key, item in (('key', 'custodian'), ('key', 'other'),
                      ('seed', SERIAL)):
        noticed(done, 'migrated', key=key, profile=item)
    noticed(done, 'all-migrated', number=3, of=0)
    for backend in ('file', 'secret-service'):
        same(keys(box, backend), ['custodian', 'other'], backend)
        need(SERIAL in seeds(box, backend), backend)
        same(secret_of(box, backend), (KEY_ID, SECRET), backend)
    code = check(box.rolekey('--backend', 'secret-service', 'mfa', 'code',
                             'custodian')).stdout
    need(re.fullmatch(r'\d{6}\n', code), code)
    noticed(check(box.rolekey('migrate', *THERE)), 'all-migrated', number=0, of=3)


@both
def case_one_profile(box):
    noticed(check(box.rolekey('migrate', *THERE, 'other')), 'all-migrated',
            number=1)
    same(keys(box, 'secret-service'), ['other'], 'keys')
    need(SERIAL not in seeds(box, 'secret-service'), 'a seed')
    refused(box.rolekey('migrate', *THERE, 'nobody'), 3,
            reason='no-stored-key', profile='nobody', other='file')


@both
def case_deleted_on_a_yes_with_its_sessions(box):
    check(box.rolekey('export', 'testing', '-t', box.code()))
    done = box.pty_run(['migrate', *THERE, '--delete'], [
        (ASKS_MIGRATION % (3, 'file'), 'n')])
    noticed(check(done), 'nothing-removed')
    same(keys(box, 'file'), ['custodian', 'other'], 'keys')
    noticed(check(box.pty_run(['migrate', *THERE, '--delete'], [('y/N', 'y')])),
            'migrated', key='key', profile='other')
    same(keys(box, 'file'), [], 'keys of the file')
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')
    same(keys(box, 'secret-service'), ['custodian', 'other'], 'keys')
    need(SERIAL not in seeds(box, 'file'), 'a seed')
    noticed(check(box.rolekey('migrate', *THERE, '--delete', '-f')),
            'all-migrated', number=0, of=0)
    noticed(check(box.rolekey('migrate', *THERE, '--delete', '-f',
                              'custodian')), 'migrated', profile='custodian')


@both
def case_without_anybody_nothing_is_deleted(box):
    check(box.rolekey('migrate', *THERE, '--delete'), 4, context='removal',
          reason='no-terminal')
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
    done = check(box.rolekey('migrate', *THERE), 1, reason='not-migrated',
                 number=1, of=1)
    noticed(done, 'items-differ', profile='custodian', key='file',
            other='secret-service')
    need(KEY_ID in done.stderr and OTHER[0] in done.stderr, str(done))
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
            reason='no-session-bus', other='secret-service')
    box.forget_kernel_keys()
    refused(box.rolekey('migrate', *THERE, env={'ROLEKEY_PASSPHRASE': None}),
            4, reason='no-terminal', context='passphrase-needed')
    with open(before, 'rb') as file:
        same(file.read(), data, 'the file')


def case_wrong_usage(box):
    for argv, reason in (
            ([], 'missing-option'), (['--from', 'file'], 'missing-option'),
            (['--to', 'file'], 'missing-option'),
            (['--from', 'file', '--to', 'file'], 'same-keyring'),
            (['--from', 'auto', '--to', 'file'], 'backend-is-auto'),
            (['--from', 'file', '--to', 'kernel'], 'bad-value'),
            (['--from', 'file', '--to', 'nothing'], 'bad-value')):
        refused(box.rolekey('migrate', *argv), 2, reason=reason)


if __name__ == '__main__':
    run_cases(globals())
