#!/usr/bin/python3 -B
"""Many at once: nobody asks twice, nobody waits for nothing."""

import contextlib
import fcntl
import json
import os
import re
import signal
import subprocess
import time

from harness import (BIN, SERIAL, check, gnome_keyring, need, run_cases, same)

MAKEFILE = '''\
all: %s
%%.json:
\t@"$(BIN)" credential-process testing >$@ 2>$@.err || echo $$? >$@.failed
'''


def outputs(box, count):
    """The key ids that `make -j` got, after seeing that all are whole."""
    names = ['%d.json' % number for number in range(count)]
    box.write('Makefile', MAKEFILE % ' '.join(names))
    done = check(box.run('make', '-s', '-j', 'BIN=' + BIN, timeout=240))
    same(done.stderr, '', 'make')
    failed = [name for name in os.listdir(box.home)
              if name.endswith('.failed')]
    for name in failed[:1]:
        with open(os.path.join(box.home, name[:-6] + 'err'),
                  encoding='utf-8') as file:
            need(False, '%d failed: %s' % (len(failed), file.read()))
    keys = []
    for name in names:
        with open(os.path.join(box.home, name), encoding='utf-8') as file:
            keys.append(json.load(file)['AccessKeyId'])
    return keys


def case_two_hundred_children_of_make_with_a_warm_cache(box):
    box.warm()
    same(len(set(outputs(box, 200))), 1, 'different keys')
    box.expect_actions()


def case_two_hundred_children_of_make_on_gnome_keyring(box):
    with gnome_keyring(box):
        box.warm()
        same(len(set(outputs(box, 200))), 1, 'different keys')
        box.expect_actions()


def many(box, count, argv, env=None):
    """That many at once, without a terminal: their (status, out, err)."""
    processes = [subprocess.Popen(
        [BIN] + argv, env=dict(box.env, **(env or {})), cwd=box.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True)
        for _ in range(count)]
    ended = []
    for process in processes:
        out, err = process.communicate(timeout=180)
        ended.append((process.returncode, out.decode(), err.decode()))
    return ended


def case_twenty_cold_ones_with_one_code(box):
    check(box.add())
    box.aws.mark()
    box.aws.fault('slow', action='GetSessionToken', seconds=1)
    ended = many(box, 20, ['credential-process', 'testing', '-t', box.code()])
    for status, _, err in ended:
        same(status, 0, err)
    same(len({json.loads(out)['AccessKeyId'] for _, out, _ in ended}), 1,
         'keys')
    box.expect_actions('GetSessionToken', 'AssumeRole')


def case_many_cold_ones_for_different_roles(box):
    """One code serves all roles of the device, also at the same moment."""
    check(box.add())
    box.aws.mark()
    code = box.code()
    processes = [subprocess.Popen(
        [BIN, 'credential-process', profile, '-t', code], env=box.env,
        cwd=box.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
        for profile in ('testing', 'staging', 'production', 'chained') * 3]
    said = [process.communicate(timeout=120)[1] for process in processes]
    for process, err in zip(processes, said):
        same(process.returncode, 0, err.decode())
    actions = box.actions()
    same(actions.count('GetSessionToken'), 1, 'codes sent')
    same(actions.count('AssumeRole'), 4, 'roles taken')


def name_of(pid):
    with open('/proc/%d/comm' % pid, encoding='ascii') as file:
        return file.read().strip()


def case_one_asks_and_the_others_wait(box):
    """In the small program: rolekey-full would load for nothing."""
    check(box.add())
    box.aws.mark()
    asking = box.pty('exec', 'testing', '--', 'true')
    asking.expect('code')
    waiting = [subprocess.Popen(
        [BIN, 'export', 'testing'], env=box.env, cwd=box.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True) for _ in range(5)]
    time.sleep(1)
    same([process.poll() for process in waiting], [None] * 5, 'who waits')
    same([name_of(process.pid) for process in waiting], ['rolekey'] * 5,
         'programs that wait')
    asking.answer(box.code())
    check(asking.finish())
    for process in waiting:
        out, err = process.communicate(timeout=60)
        same(process.returncode, 0, err.decode())
        need(b'AWS_SESSION_TOKEN' in out, out)
    box.expect_actions('GetSessionToken', 'AssumeRole')


def case_a_role_does_not_wait_for_the_request_of_another(box):
    """Both need the session of the device, which is there before."""
    check(box.add())
    box.aws.mark()
    box.aws.fault('slow', action='AssumeRole', seconds=5)
    first = subprocess.Popen(
        [BIN, 'export', 'testing', '-t', box.code()], env=box.env,
        cwd=box.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while 'GetSessionToken' not in box.actions():
        need(time.monotonic() < end, 'no code was sent')
        time.sleep(0.05)
    check(box.rolekey('export', 'staging', '--no-prompt'))
    need(first.poll() is None, 'it waited for the other role')
    err = first.communicate(timeout=60)[1]
    same(first.returncode, 0, err.decode())


def case_a_killed_holder_frees_the_lock(box):
    check(box.add())
    holder = box.pty('export', 'testing')
    holder.expect('code')
    holder.child.kill(signal.SIGKILL)
    holder.close()
    done = check(box.rolekey('export', 'testing', '-t', box.code()))
    need(done.seconds < 60, 'slow: %s' % done)


def case_a_second_device_is_not_held_up(box):
    """Locks are per key and device: another key's user does not wait."""
    check(box.add())
    lee = ('AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')
    serial = SERIAL.replace('alex', 'lee')
    box.write_config(box.read_config() + '\n[profile lee]\nmfa_serial = %s\n'
                     % serial)
    check(box.add('lee', '--no-config', key=lee))
    holder = box.pty('export', 'custodian')
    holder.expect('code')
    done = check(box.rolekey('export', 'lee', '-t', box.code(serial)))
    need(done.seconds < 60, 'slow: %s' % done)
    holder.close()


def case_many_adds_at_once_lose_nothing(box):
    box.write_config('')
    processes = [subprocess.Popen(
        [BIN, 'add', 'user%d' % number, '--env', '--no-verify'],
        env=dict(box.env, **box.key_environment()), cwd=box.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE) for number in range(8)]
    said = [process.communicate(timeout=120)[1] for process in processes]
    for process, err in zip(processes, said):
        same(process.returncode, 0, err.decode())
    names = check(box.rolekey('list', '--credentials')).stdout.split()
    same(names, ['user%d' % number for number in range(8)], 'keys')


def case_a_cached_call_waits_for_no_holder_of_a_lock(box):
    box.warm()
    held = [path for path in box.files()
            if path.endswith('.lock') or path.startswith(box.runtime)]
    need(len(held) > 1, 'locks of the keyring and of sessions: %s' % held)
    with contextlib.ExitStack() as stack:
        for path in held:
            file = stack.enter_context(open(path, 'rb'))
            fcntl.flock(file, fcntl.LOCK_EX)
        for command in ('export', 'credential-process'):
            check(box.rolekey(command, 'testing'))
        check(box.rolekey('exec', 'testing', '--', 'true'))
    box.expect_actions()


def case_no_lock_or_temporary_file_grows(box):
    box.warm('testing', 'staging')
    before = box.files()
    for profile in ('testing', 'staging') * 3:
        check(box.rolekey('export', profile))
    same(box.files(), before, 'files')
    left = [path for path in before if re.search(r'\.(tmp|new)', path)]
    same(left, [], 'temporary files')


if __name__ == '__main__':
    run_cases(globals())
