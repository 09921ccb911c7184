#!/usr/bin/python3 -B
"""Sessions under keys of the kernel's, apart from the keyring of keys."""

import json
import os
import re
import shutil
import subprocess
import time

import messages
from harness import (BIN, BUILD, HERE, PYTHON, SECRET, Skipped, check, check_quiet,
                     gnome_keyring, need, noticed, refused, run_cases, same)
from peers import read_env
from quick import trace

TOOL = os.path.join(BUILD, 'tests', 'keyring_tool')
SUITE = os.path.join(HERE, 'keyring_suite.py')
NONE = 3
OLD, NEW = b'o' * 3000, b'n' * 5000
QUIET = {'ASAN_OPTIONS': 'detect_leaks=0'}


def kernel(box):
    box.env['ROLEKEY_SESSION_BACKEND'] = 'kernel'
    probe = subprocess.run(['keyctl', 'add', 'user', 'rolekey-test:%d' %
                            os.getpid(), 'x', '@u'], capture_output=True,
                           check=False, text=True)
    if probe.returncode != 0:
        raise Skipped('no key can be added to the keyring of the kernel')
    subprocess.run(['keyctl', 'unlink', probe.stdout.strip(), '@u'],
                   check=True, capture_output=True)
    return box


def tool(box, *args, value=b'', **more):
    return box.run(TOOL, 'kernel', *args, stdin=value, **more)


def put(box, name, value, *options):
    check(tool(box, 'put', 'session', name, *options, value=value))


def got(box, name):
    done = check(tool(box, 'get', 'session', name))
    return done.stdout.encode()


def session_files(box):
    folder = box.session_folder()
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def content(path):
    with open(path, 'rb') as file:
        return file.read()


# -- the keyring alone --------------------------------------------------------


def case_it_passes_the_suite_of_every_keyring(box):
    kernel(box)
    check(box.run(PYTHON, '-B', SUITE, 'kernel', TOOL, timeout=300))


def case_files_and_folders_are_for_the_owner_only(box):
    kernel(box)
    old = os.umask(0)
    try:
        put(box, 'a', SECRET.encode())
    finally:
        os.umask(old)
    folder = box.session_folder()
    same(os.stat(folder).st_mode & 0o7777, 0o700, 'mode of the folder')
    (name,) = session_files(box)
    need(re.fullmatch('[0-9a-f]{40}', name), name)
    path = os.path.join(folder, name)
    same(os.stat(path).st_mode & 0o7777, 0o600, 'mode of the file')
    need(SECRET.encode() not in content(path), 'it is in the clear')
    same(len(box.session_keys()), 1, 'keys in the kernel')


def case_the_kernel_forgets_the_key_when_the_item_expires(box):
    kernel(box)
    put(box, 'brief', b'x', '--expires', str(int(time.time()) + 2))
    put(box, 'long', b'y', '--expires', str(int(time.time()) + 3600))
    deadline = time.monotonic() + 20
    while tool(box, 'get', 'session', 'brief').status != NONE:
        need(time.monotonic() < deadline, 'it never expires')
        time.sleep(0.2)
    same(len(session_files(box)), 2, 'files')
    same(len(box.session_keys()), 1, 'keys in the kernel')
    done = check(tool(box, 'list', 'session'))
    same([json.loads(line)['name'] for line in done.stdout.splitlines()],
         ['long'], 'items')
    put(box, 'third', b'z')
    same(len(session_files(box)), 2, 'files, the dead one swept away')
    put(box, 'long', b'y', '--expires', str(int(time.time()) - 1))
    same(len(session_files(box)), 1, 'files, without what has expired')
    same(len(box.session_keys()), 1, 'keys in the kernel')


def case_a_removed_or_replaced_item_leaves_no_key(box):
    kernel(box)
    for value in (b'one', b'two'):
        put(box, 'a', value)
        same(got(box, 'a'), value, 'value')
        same(len(box.session_keys()), 1, 'keys in the kernel')
    keys = box.session_keys()
    same(check(tool(box, 'remove', 'session', 'a')).stdout, 'removed\n', 'it')
    same(session_files(box), [], 'files')
    for key in keys:
        done = subprocess.run(['keyctl', 'describe', key], check=False,
                              capture_output=True)
        need(done.returncode != 0, 'the key is there: %s' % done)


def case_whoever_reads_has_the_old_item_or_the_new(box):
    """Also while it is replaced, over and over, by another."""
    kernel(box)
    put(box, 'a', OLD)
    env = dict(box.env)
    writer = subprocess.Popen(
        ['sh', '-c', 'for i in $(seq 60); do "$1" kernel put session a '
         '<"$2" || exit 1; done', 'sh', TOOL,
         box.write('new', NEW)], env=env, stdin=subprocess.DEVNULL)
    try:
        reads = 0
        while writer.poll() is None:
            need(got(box, 'a') in (OLD, NEW), 'something else')
            reads += 1
    finally:
        same(writer.wait(60), 0, 'the writer')
    need(reads > 3, 'only %d reads' % reads)


def case_what_is_damaged_is_as_if_it_were_not_there(box):
    kernel(box)
    put(box, 'a', OLD)
    (name,) = session_files(box)
    path = os.path.join(box.session_folder(), name)
    whole = content(path)
    for data in (b'', whole[:20], whole[:-1], whole + b'x',
                 whole[:200] + bytes([whole[200] ^ 1]) + whole[201:],
                 b'\xff' * 90, bytes(200000)):
        box.write(path, data)
        need(tool(box, 'get', 'session', 'a').status == NONE, repr(data[:9]))
        same(check(tool(box, 'list', 'session')).stdout, '', 'items')
    put(box, 'a', NEW)
    same(got(box, 'a'), NEW, 'value')
    os.rename(path, path + '.away')
    os.symlink(path + '.away', path)
    need(tool(box, 'get', 'session', 'a').status == NONE, 'a link is read')
    put(box, 'a', OLD)
    need(not os.path.islink(path), 'the link is there')
    same(got(box, 'a'), OLD, 'value')


def case_an_item_under_another_ones_name_is_none(box):
    kernel(box)
    put(box, 'a', OLD)
    (first,) = session_files(box)
    put(box, 'b', NEW)
    (second,) = set(session_files(box)) - {first}
    folder = box.session_folder()
    shutil.copy(os.path.join(folder, first), os.path.join(folder, second))
    need(tool(box, 'get', 'session', 'b').status == NONE, 'it is taken')


def case_a_fault_at_any_call_leaves_old_or_new(box):
    """Killed, and each call failing: the old item, or what was written; and
    the next writing sweeps away what is left."""
    kernel(box)
    for fault in ('write:error=ENOSPC:when=1', 'write:error=EIO:when=1',
                  'renameat:error=EROFS', 'fchmod:error=EPERM',
                  'add_key:error=EDQUOT', 'add_key:error=EPERM',
                  'keyctl:error=ENOSYS', 'flock:error=EIO',
                  'write:signal=KILL:when=1', 'renameat:signal=KILL',
                  'add_key:signal=KILL'):
        put(box, 'a', OLD)
        done = box.run('strace', '-f', '-qq', '-o', '/dev/null', '-e',
                       'trace=' + fault.split(':')[0], '-e',
                       'inject=' + fault, TOOL, 'kernel', 'put', 'session',
                       'a', stdin=NEW, env=QUIET)
        need(done.status != 0, '%s: %s' % (fault, done))
        if 'KILL' not in fault:
            need(done.stderr.startswith('keyring_tool: '), str(done))
        same(got(box, 'a'), OLD, 'value after ' + fault)
        same(len(check(tool(box, 'list', 'session')).stdout.splitlines()), 1,
             'items after ' + fault)
    put(box, 'a', NEW)
    same(len(box.session_keys()), 1, 'keys in the kernel')
    same(len(session_files(box)), 1, 'files')


# -- with the program ---------------------------------------------------------


def case_a_session_is_cached_there_and_only_there(box):
    kernel(box)
    box.warm('testing')
    done = check_quiet(box.rolekey('exec', 'testing', '--', 'env'))
    env = read_env(done.stdout)
    same(done.calls, [], 'calls')
    same(len(session_files(box)), 2, 'files: of the MFA session and the role')
    same(len(box.session_keys()), 2, 'keys in the kernel')
    for path in box.files():
        for name in ('AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'):
            need(env[name].encode() not in content(path), path)
    done = check(box.rolekey('list', '--sessions', env={
        'ROLEKEY_SESSION_BACKEND': None}))
    same(done.stdout, '', 'sessions in the file')
    need(check(box.rolekey('list', '--sessions')).stdout, 'no sessions')


def case_its_time_is_the_sessions(box):
    kernel(box)
    box.warm('testing')
    lines = [line.split() for line in
             content('/proc/keys').decode().splitlines()]
    keys = {int(key) for key in box.session_keys()}
    left = sorted(line[3] for line in lines if int(line[0], 16) in keys)
    same(len(left), 2, "lines of /proc/keys")
    need(re.fullmatch('(59m|60m|1h)', left[1]) and left[0] in ('11h', '12h'),
         str(left))


def case_the_quick_executable_serves_it(box):
    kernel(box)
    box.warm('testing')
    lines = trace(box, 'export', 'testing', calls='execve')
    same(len([line for line in lines if 'execve(' in line]), 1, 'executables')


def case_after_a_logout_there_is_no_session(box):
    """The folder of the session and the keys of the kernel are gone."""
    kernel(box)
    box.warm('testing')
    for key in box.session_keys():
        subprocess.run(['keyctl', 'unlink', key, '@u'], check=True,
                       capture_output=True)
    check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'),
          calls=['GetSessionToken', 'AssumeRole'])
    box.forget_kernel_keys()
    shutil.rmtree(os.path.join(box.runtime, 'rolekey'))
    check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'),
          calls=['GetSessionToken', 'AssumeRole'])
    check_quiet(box.rolekey('exec', 'testing', '--', 'true'))


def case_clear_and_remove_look_there(box):
    kernel(box)
    box.warm('testing', 'staging')
    same(len(session_files(box)), 3, 'files')
    check(box.rolekey('clear', 'staging'), stderr='cleared')
    left = check(box.rolekey('list', '--sessions')).stdout.split()
    same(len(left), 1, 'sessions, without the MFA session and the role')
    check(box.rolekey('remove', '-f', 'custodian'), stderr='removed')
    same(session_files(box), [], 'files')


def case_without_a_folder_of_the_login(box):
    """Sessions are not stored, which is reported; the command succeeds."""
    kernel(box)
    check(box.add())
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true',
                             env={'XDG_RUNTIME_DIR': None}),
                 stderr='warning: %s: %s' % (
                     messages.pattern('cache-failed'),
                     messages.pattern('no-runtime-dir')))
    same(done.calls, ['GetSessionToken', 'AssumeRole'], 'calls')
    same(check_quiet(box.rolekey('list', '--sessions', env={
        'XDG_RUNTIME_DIR': '/nowhere'})).stdout, '', 'sessions')
    done = tool(box, 'put', 'session', 'a', value=OLD,
                env={'XDG_RUNTIME_DIR': 'relative'})
    check(done, 1, stderr='no-runtime-dir')


def case_where_the_kernel_keeps_no_keys(box):
    kernel(box)
    check(box.add())
    done = box.run('strace', '-f', '-qq', '-o', '/dev/null', '-e',
                   'trace=add_key', '-e', 'inject=add_key:error=EPERM',
                   BIN,
                   'exec', 'testing', '-t', box.code(), '--', 'true',
                   env=QUIET)
    check(done, stderr='%s: %s' % (
        messages.pattern('cache-failed'), messages.pattern(
            'kernel-keyring', detail='Operation not permitted')))
    same(session_files(box), [], 'files')


def case_keys_do_not_lie_there(box):
    kernel(box)
    refused(box.rolekey('--backend', 'kernel', 'list'), 2, reason='bad-value',
            key='--backend', value='kernel')
    refused(box.rolekey('list', env={'ROLEKEY_BACKEND': 'kernel'}), 3,
            reason='bad-value', key='ROLEKEY_BACKEND', value='kernel')


def case_keys_of_a_secret_service_and_sessions_of_the_file(box):
    """lock and unlock are about the one that has a passphrase."""
    passphrase = box.env['ROLEKEY_PASSPHRASE']
    with gnome_keyring(box):
        box.env.update(ROLEKEY_SESSION_BACKEND='file',
                       ROLEKEY_PASSPHRASE=passphrase)
        box.warm('testing')
        same(check(box.rolekey('list', '--credentials')).stdout,
             'custodian\n', 'keys')
        done = check(box.run(TOOL, 'file', 'list', 'key'))
        same(done.stdout, '', 'keys in the file')
        done = check(box.run(TOOL, 'file', 'list', 'session'))
        same(len(done.stdout.splitlines()), 2, 'sessions in the file')
        done = check(box.run(TOOL, 'secret-service', 'list', 'session'))
        same(done.stdout, '', 'sessions in the Secret Service')
        noticed(check(box.rolekey('lock')), 'locked', other='file')
        check_quiet(box.rolekey('exec', 'testing', '--', 'true'))


run_cases(globals())
