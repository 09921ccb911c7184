#!/usr/bin/python3 -B
"""Killed while a session of `aws login` is refreshed, or a user signs in to IAM
Identity Center: the files are whole, and the next call works.

ROLEKEY_SLOW=1 takes every call, not a sample.
"""

import glob
import json
import os
import shutil
import stat

from harness import BIN, Skipped, check, need, run_cases
import sign_in
import test_sso

# The calls by which files change and requests are sent, and of how many one is
# taken.
KILLED_AT = {'fsync': 2, 'rename': 1, 'pwrite64': 4, 'write': 5, 'sendto': 3,
             'recvfrom': 5}
MOST = 60


def kill(box, call, number, *argv):
    # Few descriptors: each one is looked at, which is slow under strace.
    return box.run(
        'prlimit', '--nofile=128:128', 'strace', '-f', '-qq', '-o',
        '/dev/null', '-e', 'trace=' + call, '-e',
        'inject=%s:signal=KILL:when=%d' % (call, number), BIN, *argv,
        env={'ASAN_OPTIONS': 'detect_leaks=0'})


def at_each_step(box, restore, look, *argv):
    """Kills argv at each of the calls; how often."""
    if not shutil.which('strace'):
        raise Skipped('no strace')
    killed = 0
    for call, step in KILLED_AT.items():
        if os.environ.get('ROLEKEY_SLOW'):
            step = 1
        for number in range(1, MOST, step):
            restore()
            done = kill(box, call, number, *argv)
            look(done, '%s %d' % (call, number))
            if done.status == 0:
                break
            killed += 1
        need(done.status == 0, '%s: %s' % (call, done))
    return killed


def leftovers(box):
    """Files that a killed process has begun are for the user alone."""
    for path in glob.glob(box.home + '/**/.*.rolekey-*', recursive=True):
        need(stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0, path)


def case_a_refresh_is_killed(box):
    box.write_config(sign_in.CONFIG)
    sign_in.sign_in(box)
    box.add_quietly()  # there is a keyring
    before = sign_in.change(box, left=-5)
    kept = box.write('kept', '')
    shutil.copy(box.keyring_path(), kept)

    def restore():
        shutil.copy(kept, box.keyring_path())
        sign_in.write(box, before)

    def look(done, when):
        data = sign_in.read(box)
        need(set(data) == set(before), '%s: %s' % (when, done))
        need((data['refreshToken'] == before['refreshToken'])
             == (data['accessToken'] == before['accessToken']),
             'halves at ' + when)
        leftovers(box)
        check(box.rolekey('export', 'signed'))

    need(at_each_step(box, restore, look, 'export', 'signed') >= 5, 'few')


def case_a_sign_in_is_killed(box):
    box.write_config(test_sso.CONFIG)
    box.env['ROLEKEY_SSO_CACHE'] = 'shared'
    path = test_sso.cli_file(box)

    def restore():
        for name in (path, box.keyring_path()):
            if os.path.exists(name):
                os.unlink(name)

    def look(done, when):
        leftovers(box)
        if os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                need('accessToken' in json.load(file), when)
        check(box.rolekey('sso', 'status'))
        done = box.rolekey('export', 'admin')
        need(done.status in (0, 4), '%s: %s' % (when, done))

    need(at_each_step(box, restore, look, 'sso', 'login',
                      '--device-code') >= 5, 'few')
    check(box.rolekey('export', 'admin'))


if __name__ == '__main__':
    run_cases(globals())
