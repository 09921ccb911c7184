#!/usr/bin/python3
"""The file keyring on a real disk: damaged, unsafe, full, killed, locked.

Each scenario has a home of its own.  The keys that it leaves in the kernel's
keyring are taken away by the salt of its file: others' are left alone.
"""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import verdict
import messages
from mounts import NoMounts, small_disk, with_own_mounts
from terminal import Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get('ROLEKEY_BUILD') or os.path.join(ROOT, 'build', 'dev')
TOOL = os.path.join(BUILD, 'tests', 'keyring_tool')
SUITE = os.path.join(HERE, 'keyring_suite.py')
MANUAL = os.path.join(ROOT, 'man', 'rolekey-keyring.5')
PYTHON = '/usr/bin/python3'
PASSPHRASE = 'correct horse battery staple'
SECRET = b'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
HEADER = 172  # bytes; rolekey-keyring(5)
SALT = slice(20, 36)
NONE = 3

SCENARIOS = []


class Failed(Exception):
    """The result is not the expected one."""


class Skipped(Exception):
    """It cannot be tried here; the text says why."""


def need(condition, text):
    if not condition:
        raise Failed(text)


def scenario(function):
    SCENARIOS.append(function)
    return function


# --- the kernel's keys -------------------------------------------------------

def keyctl(*args):
    done = subprocess.run(['keyctl', *args], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    return done.stdout.decode().strip() if done.returncode == 0 else None


def kernel_keeps_keys():
    if not shutil.which('keyctl'):
        return False
    key = keyctl('add', 'user', 'rolekey-test:%d' % os.getpid(), 'x', '@u')
    if key is None:
        return False
    keyctl('unlink', key, '@u')
    return True


def need_kernel():
    if not kernel_keeps_keys():
        raise Skipped('no key can be added to the keyring of the kernel')


def salt_key(salt):
    return keyctl('search', '@u', 'user', 'rolekey:' + salt.hex())


# --- a home and the tool in it -----------------------------------------------

class Result:
    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout
        self.err = done.stderr.decode('utf-8', 'replace')

    def __str__(self):
        return 'status %d, stdout %r, stderr %r' % (
            self.status, self.out[:100], self.err[-2000:])


class Home:
    def __init__(self, folder):
        self.folder = folder
        self.path = os.path.join(folder, 'rolekey', 'keyring')
        self.salts = set()

    def env(self, more):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith('ROLEKEY_')}
        env.update(HOME=self.folder, XDG_DATA_HOME=self.folder,
                   ROLEKEY_PASSPHRASE=PASSPHRASE)
        env.update(more or {})
        return {k: v for k, v in env.items() if v is not None}

    def tool(self, *args, value=b'', env=None, before=()):
        """In its own session: there is no terminal to ask on."""
        done = subprocess.run([*before, TOOL, 'file', *args], input=value,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.env(env), timeout=60, check=False,
                              start_new_session=True)
        result = Result(done)
        self.remember()
        for bad in ('Sanitizer', 'runtime error', 'a secret is left'):
            need(bad not in result.err, str(result))
        for secret in (SECRET.decode(), PASSPHRASE):
            need(secret not in result.err, 'a secret in: %s' % result)
        return result

    def remember(self):
        if os.path.isfile(self.path):  # a scenario may make a FIFO of it
            with open(self.path, 'rb') as file:
                self.salts.add(file.read(HEADER)[SALT])

    def put(self, name, value, *options, env=None):
        result = self.tool('put', 'key', name, *options, value=value, env=env)
        need(result.status == 0, 'put: %s' % result)

    def holds(self, name, value, env=None):
        result = self.tool('get', 'key', name, env=env)
        need(result.status == 0 and result.out == value, 'get: %s' % result)

    def refuses(self, text, *args, value=b'x', env=None):
        result = self.tool(*args, value=value, env=env)
        need(result.status == 1 and text in result.err and not result.out,
             'no "%s" in %s: %s' % (text, ' '.join(args), result))

    def refuses_all(self, text, env=None):
        for args in (('get', 'key', 'a'), ('put', 'key', 'a'),
                     ('put', 'key', 'new'), ('remove', 'key', 'a'),
                     ('list', 'key')):
            self.refuses(text, *args, env=env)

    def bytes(self):
        with open(self.path, 'rb') as file:
            return file.read()

    def write(self, data):
        with open(self.path, 'wb') as file:
            file.write(data)

    def forget(self):
        for salt in self.salts:
            key = salt_key(salt)
            if key:
                keyctl('unlink', key, '@u')


LOCKED = {'ROLEKEY_PASSPHRASE': None}
WRONG = {'ROLEKEY_PASSPHRASE': 'not it'}


# --- what works --------------------------------------------------------------

@scenario
def it_passes_the_suite_of_every_keyring(home):
    done = subprocess.run([PYTHON, '-B', SUITE, 'file', TOOL], timeout=120,
                          env=home.env(None), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    home.remember()
    need(done.returncode == 0, done.stdout.decode('utf-8', 'replace'))


@scenario
def nothing_is_made_by_looking(home):
    need(home.tool('get', 'key', 'a', env=LOCKED).status == NONE, 'get')
    need(home.tool('remove', 'key', 'a', env=LOCKED).out == b'none\n',
         'remove')
    need(home.tool('list', 'key', env=LOCKED).out == b'', 'list')
    need(os.listdir(home.folder) == [], str(os.listdir(home.folder)))


@scenario
def its_file_and_folder_are_for_the_owner_only(home):
    old = os.umask(0)
    try:
        home.put('a', SECRET)
    finally:
        os.umask(old)
    folder = os.path.dirname(home.path)
    need(os.stat(home.path).st_mode & 0o7777 == 0o600, 'the file')
    need(os.stat(folder).st_mode & 0o7777 == 0o700, 'the folder')
    need(SECRET not in home.bytes(), 'the secret is in the clear')
    need(sorted(os.listdir(folder)) == ['keyring', 'keyring.lock'],
         str(os.listdir(folder)))


@scenario
def a_command_gives_the_passphrase(home):
    def by(command):
        return {'ROLEKEY_PASSPHRASE': None,
                'ROLEKEY_PASSPHRASE_COMMAND': command}
    home.put('a', SECRET, '--timeout', '0')
    home.tool('lock')
    home.refuses('action=ROLEKEY_PASSPHRASE_COMMAND number=3', 'get',
                 'key', 'a', env=by('exit 3'))
    home.refuses('helper-silent', 'get', 'key',
                 'a', env=by('true'))
    home.refuses('wrong-passphrase-set path=%s '
                 'key=ROLEKEY_PASSPHRASE_COMMAND' % home.path, 'get', 'key',
                 'a', env=by('echo other'))
    home.holds('a', SECRET, env=by("echo '%s'" % PASSPHRASE))


@scenario
def a_command_may_ask_on_the_terminal(home):
    home.put('a', SECRET, '--timeout', '0')
    ask = 'printf "which? " >/dev/tty; read -r it </dev/tty; echo "$it"'
    with Terminal() as terminal:
        reader = terminal.start(
            TOOL, 'file', 'get', 'key', 'a', '--timeout', '0',
            env=home.env(dict(LOCKED, ROLEKEY_PASSPHRASE_COMMAND=ask)))
        terminal.expect('which? ')
        terminal.type(PASSPHRASE + '\n')
        out = reader.stdout.read()
        need(reader.wait(timeout=20) == 0 and out == SECRET.decode(), out)


@scenario
def the_file_of_the_manual_page_is_read(home):
    with open(MANUAL, encoding='utf-8') as file:
        first = file.read().split('.Sh TEST VECTORS')[1].split('.Ed')[0]
    lines = re.findall(r'^[0-9a-f]{4}  ([0-9a-f ]+)$', first, re.M)
    home.put('new', b'x', '--timeout', '0')
    home.write(bytes.fromhex(' '.join(lines)))
    result = home.tool('get', 'key', 'custodian', '--timeout', '0')
    need(result.status == 0 and result.out == b'EXAMPLE', str(result))
    result = home.tool('list', 'session', '--timeout', '0')
    need(json.loads(result.out) == {
        'kind': 'session', 'name': '7f3a', 'label': 'testing',
        'origin': 'custodian', 'expires': 1700000000}, str(result))


# --- the passphrase ----------------------------------------------------------

@scenario
def a_wrong_passphrase_is_said_and_nothing_is_changed(home):
    home.put('a', SECRET, '--timeout', '0')
    before = home.bytes()
    home.refuses('wrong-passphrase', 'get', 'key', 'a', env=WRONG)
    home.refuses('wrong-passphrase', 'put', 'key', 'a', env=WRONG)
    need(home.bytes() == before, 'the file was changed')


@scenario
def without_a_terminal_the_missing_passphrase_is_said(home):
    nobody = 'passphrase-needed no-terminal'
    home.refuses(nobody, 'put', 'key', 'a', env=LOCKED)
    need(not os.path.exists(home.path), 'a file was made')
    home.put('a', SECRET, '--timeout', '0')
    before = home.bytes()
    home.refuses_all(nobody, env=LOCKED)
    home.refuses('passphrase-needed no-prompt', 'get', 'key', 'a',
                 env=dict(LOCKED, ROLEKEY_NO_PROMPT='1'))
    home.refuses('keyring-locked', 'get', 'key', 'a', '--quick', env=LOCKED)
    need(home.bytes() == before, 'the file was changed')


@scenario
def the_kernel_keeps_the_key_until_it_is_locked(home):
    need_kernel()
    home.put('a', SECRET)
    home.holds('a', SECRET, env=LOCKED)
    home.put('b', b'x', env=LOCKED)
    home.holds('b', b'x', env=dict(LOCKED, ROLEKEY_NO_PROMPT='1'))
    need(home.tool('lock').status == 0, 'lock')
    need(all(salt_key(s) is None for s in home.salts), 'the key is there')
    home.refuses('passphrase', 'get', 'key', 'a', env=LOCKED)
    need(home.tool('unlock').status == 0, 'unlock')
    home.holds('a', SECRET, env=LOCKED)


@scenario
def the_kernels_key_wins_over_a_wrong_passphrase(home):
    need_kernel()
    home.put('a', SECRET)
    home.holds('a', SECRET, env=WRONG)


@scenario
def the_kernels_key_runs_out(home):
    need_kernel()
    home.put('a', SECRET, '--timeout', '1')
    deadline = time.monotonic() + 10
    while home.tool('get', 'key', 'a', env=LOCKED).status == 0:
        need(time.monotonic() < deadline, 'it is still there')
        time.sleep(0.2)
    home.refuses('passphrase', 'get', 'key', 'a', env=LOCKED)


@scenario
def a_kernels_key_that_does_not_fit_is_passed_over(home):
    need_kernel()
    home.put('a', SECRET, '--timeout', '0')
    for junk in ('x' * 32, 'short', 'x' * 500):
        name = 'rolekey:' + home.bytes()[SALT].hex()
        need(keyctl('add', 'user', name, junk, '@u'), 'keyctl add')
        home.refuses('passphrase', 'get', 'key', 'a', env=LOCKED)
        home.holds('a', SECRET)


# --- a damaged file ----------------------------------------------------------

def stays_damaged(home, data, all_calls=False):
    home.write(data)
    if all_calls:
        home.refuses_all('keyring-damaged')
    else:
        home.refuses('keyring-damaged', 'get', 'key', 'a', env=LOCKED)
    need(home.bytes() == data, 'a damaged file was changed')


@scenario
def a_file_cut_short_or_longer_is_refused_and_left_alone(home):
    need_kernel()
    home.put('a', SECRET)
    good = home.bytes()
    stays_damaged(home, b'', all_calls=True)
    stays_damaged(home, good[:HEADER], all_calls=True)
    stays_damaged(home, good[:-1], all_calls=True)
    stays_damaged(home, good + b'\0', all_calls=True)
    for length in (*range(1, len(good), 7), HEADER - 1, HEADER + 1):
        stays_damaged(home, good[:length])
    home.write(good)
    home.holds('a', SECRET)


@scenario
def a_flipped_bit_anywhere_is_refused_and_left_alone(home):
    need_kernel()
    home.put('a', SECRET)
    good = home.bytes()
    pick = random.Random(1)
    for at in (*range(0, len(good), 2), len(good) - 1):
        bad = bytearray(good)
        bad[at] ^= 1 << pick.randrange(8)
        stays_damaged(home, bytes(bad), all_calls=at in (0, 120))
    home.write(good)
    home.holds('a', SECRET)


def forged(good, at, number):
    """With another number in its header, and a checksum that says so."""
    header = bytearray(good[:HEADER])
    header[at:at + 4] = number.to_bytes(4, 'little')
    header[140:] = hashlib.blake2b(bytes(header[:140]), digest_size=32).digest()
    return bytes(header) + good[HEADER:]


@scenario
def a_forged_header_costs_neither_time_nor_memory(home):
    home.put('a', SECRET, '--timeout', '0')
    good = home.bytes()
    passes = int.from_bytes(good[12:16], 'little')
    if forged(good, 12, passes) != good:
        raise Failed('the checksum is not what this test takes it for')
    for at, number in ((12, 0), (12, 2 ** 32 - 1), (16, 0),
                       (16, 2 ** 32 - 1), (68, 0), (68, 2 ** 32 - 1),
                       (72, 0), (72, 2 ** 32 - 1)):
        home.write(forged(good, at, number))
        home.refuses('keyring-damaged', 'get', 'key', 'a')
    home.write(forged(good, 8, 5))
    home.refuses('keyring-format', 'get', 'key', 'a')


# --- an unsafe place ---------------------------------------------------------

@scenario
def what_is_no_file_of_ones_own_is_refused(home):
    home.put('a', SECRET)
    good = home.bytes()
    os.chmod(home.path, 0o640)
    home.refuses_all('unsafe-file')
    os.chmod(home.path, 0o602)
    home.refuses('unsafe-file', 'get', 'key', 'a')
    os.chmod(home.path, 0o600)
    os.rename(home.path, home.path + '.real')
    os.symlink(home.path + '.real', home.path)
    home.refuses_all('value=symbolic link')
    os.unlink(home.path)
    os.mkdir(home.path, 0o700)
    home.refuses_all('expected=regular file')
    os.rmdir(home.path)
    os.mkfifo(home.path, 0o600)
    home.refuses_all('expected=regular file')
    os.unlink(home.path)
    os.rename(home.path + '.real', home.path)
    need(home.bytes() == good, 'the file was changed')
    home.holds('a', SECRET)


@scenario
def a_folder_that_others_can_write_to_is_refused(home):
    home.put('a', SECRET)
    good = home.bytes()
    os.chmod(os.path.dirname(home.path), 0o777)
    home.refuses('unsafe-file', 'put', 'key', 'a')
    need(home.bytes() == good, 'the file was changed')


@scenario
def a_file_of_another_user_is_refused(home):
    if os.geteuid() != 0:
        raise Skipped('only root can give a file away')
    home.put('a', SECRET)
    os.chown(home.path, 65534, -1)
    home.refuses_all('value=user 65534')


# --- a write that fails ------------------------------------------------------

OLD, NEW = b'old ' * 10, b'new ' * 20


@scenario
@with_own_mounts
def a_full_disk_leaves_what_was_there(home):
    disk = os.path.join(home.folder, 'disk')
    os.mkdir(disk, 0o700)
    small = Home(disk)
    with small_disk(disk, '100k'):
        small.put('a', b'a' * 40000)
        before = small.bytes()
        small.refuses('No space left on device', 'put', 'key', 'b',
                      value=b'b' * 40000)
        need(small.bytes() == before, 'the file was changed')
        need(not os.path.exists(small.path + '.new'), 'a part is left')
        small.holds('a', b'a' * 40000)
        small.put('a', b'short')
        small.holds('a', b'short')
        small.forget()


def holds_old_or_new(home, what):
    result = home.tool('get', 'key', 'a')
    need(result.status == 0 and result.out in (OLD, NEW),
         '%s: %s' % (what, result))
    return result.out


def injected(home, fault):
    log = os.path.join(home.folder, 'strace.log')
    call = fault.split(':')[0]
    result = home.tool('put', 'key', 'a', value=NEW,
                       env={'ASAN_OPTIONS': 'detect_leaks=0'},
                       before=('strace', '-f', '-o', log, '-e',
                               'trace=' + call, '-e', 'inject=' + fault))
    with open(log, encoding='utf-8', errors='replace') as file:
        text = file.read()
    need('INJECTED' in text or 'killed by SIGKILL' in text,
         'nothing was injected by %s: %s, %s' % (fault, result, text))
    return result


def need_strace():
    if not shutil.which('strace') or subprocess.run(
            ['strace', '-o', '/dev/null', 'true'], stderr=subprocess.DEVNULL,
            check=False).returncode != 0:
        raise Skipped('strace cannot be used')


@scenario
def an_error_at_any_step_leaves_old_or_new(home):
    need_strace()
    for fault, left in (('write:error=EIO:when=1', OLD),
                        ('write:error=ENOSPC:when=1', OLD),
                        ('fsync:error=EIO:when=1', OLD),
                        ('rename:error=EIO:when=1', OLD),
                        ('fchmod:error=EPERM:when=1', OLD),
                        ('fsync:error=EIO:when=2', NEW)):
        home.put('a', OLD)
        result = injected(home, fault)
        need(result.status == 1 and result.err, '%s: %s' % (fault, result))
        need(holds_old_or_new(home, fault) == left, fault)
        need(not os.path.exists(home.path + '.new'), 'left by %s' % fault)


CALL = re.compile(r'^(?:\d+ +)?([a-z0-9_]+)\((.*)$')
MEMORY = ('mmap', 'munmap', 'mremap', 'madvise', 'mlock', 'munlock',
          'mprotect', 'brk', 'exit_group')  # EIO is not what they answer


def calls_of_a_change(home):
    """(system call, its number of that name) from the first look on."""
    log = os.path.join(home.folder, 'strace.log')
    result = home.tool('put', 'key', 'a', value=NEW,
                       env={'ASAN_OPTIONS': 'detect_leaks=0'},
                       before=('strace', '-o', log))
    need(result.status == 0, str(result))
    counts, found, begun = {}, [], False
    with open(log, encoding='utf-8', errors='replace') as file:
        for match in filter(None, map(CALL.match, file)):
            name = match.group(1)
            counts[name] = counts.get(name, 0) + 1
            begun = begun or home.path in match.group(2)
            if begun and name not in MEMORY:
                found.append((name, counts[name]))
    return found


@scenario
def a_kill_or_a_failure_at_every_system_call_leaves_old_or_new(home):
    need_strace()
    need_kernel()
    home.put('a', OLD)
    calls = calls_of_a_change(home)
    need(len(calls) > 15 and {'rename', 'fsync', 'flock', 'write'} <=
         {name for name, _ in calls}, str(calls))
    for name, number in calls:
        for what in ('signal=KILL', 'error=EIO', 'error=ENOSPC',
                     'error=EROFS'):
            home.put('a', OLD)
            fault = '%s:%s:when=%d' % (name, what, number)
            result = injected(home, fault)
            ends = (0, 1, -signal.SIGKILL)
            if name == 'getrandom':  # libsodium goes no further without
                ends += (-signal.SIGABRT,)
            need(result.status in ends, '%s: %s' % (fault, result))
            need(result.status != 1 or result.err.startswith('keyring_tool: '),
                 '%s: %s' % (fault, result))
            left = holds_old_or_new(home, fault)
            need(result.status != 0 or left == NEW, '%s: it says that all is '
                 'well, and has %r' % (fault, left[:9]))
    home.put('a', NEW)
    need(sorted(os.listdir(os.path.dirname(home.path))) == [
        'keyring', 'keyring.lock'], 'something is left')


@scenario
def sixty_four_writers_at_once_lose_nothing(home):
    """One that waits for more than its seconds says so, and tries again."""
    need_kernel()
    home.put('a', OLD)  # so that no process has to derive a key
    names = ['writer %02d' % n for n in range(64)]
    left = names
    for _ in range(6):
        writers = [subprocess.Popen(
            [TOOL, 'file', 'put', 'session' if n % 2 else 'key', name],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE,
            env=home.env({'ASAN_OPTIONS': 'detect_leaks=0'}))
            for n, name in enumerate(names) if name in left]
        for writer, name in zip(writers, left):
            writer.stdin.write(b'of ' + name.encode())
            writer.stdin.close()
        again = []
        for writer, name in zip(writers, left):
            err = writer.stderr.read().decode('utf-8', 'replace')
            writer.stderr.close()
            busy = 'lock-held' in err
            need(writer.wait(60) == (1 if busy else 0), err)
            again += [name] if busy else []
        left = again
        if not left:
            break
    need(not left, 'never stored: %s' % left)
    for n, name in enumerate(names):
        result = home.tool('get', 'session' if n % 2 else 'key', name)
        need(result.out == b'of ' + name.encode(), '%s: %s' % (name, result))
    home.holds('a', OLD)


@scenario
def a_call_that_is_interrupted_is_made_again(home):
    need_strace()
    for fault in ('write:error=EINTR:when=1', 'flock:error=EINTR:when=1'):
        home.put('a', OLD)
        result = injected(home, fault)
        need(result.status == 0, '%s: %s' % (fault, result))
        need(holds_old_or_new(home, fault) == NEW, fault)


@scenario
def a_kill_at_any_step_leaves_old_or_new(home):
    need_strace()
    for fault, left in (('write:signal=KILL:when=1', OLD),
                        ('fsync:signal=KILL:when=1', OLD),
                        ('fsync:signal=KILL:when=2', NEW),
                        ('rename:signal=KILL:when=1', None)):
        home.put('a', OLD)
        result = injected(home, fault)
        need(result.status != 0, '%s: %s' % (fault, result))
        now = holds_old_or_new(home, fault)
        need(left in (None, now), '%s leaves %r' % (fault, now))
    home.put('a', NEW)
    need(not os.path.exists(home.path + '.new'), 'what it left is still there')


@scenario
def a_kill_at_any_moment_leaves_old_or_new(home):
    home.put('a', OLD)
    pick = random.Random(1)
    for _ in range(25):
        with subprocess.Popen([TOOL, 'file', 'put', 'key', 'a'],
                              stdin=subprocess.PIPE, env=home.env(None),
                              stderr=subprocess.DEVNULL) as writer:
            writer.stdin.write(NEW)
            writer.stdin.close()
            time.sleep(pick.uniform(0, 0.03))
            writer.kill()
        holds_old_or_new(home, 'a kill')
    home.put('a', OLD)
    home.holds('a', OLD)


@scenario
def a_kernel_that_keeps_no_keys_is_one_warning(home):
    need_strace()
    for fault in ('add_key:error=EACCES', 'add_key:error=ENOSYS',
                  'add_key,keyctl:error=EPERM'):
        home.tool('lock')
        for args in (('put', 'key', 'a'), ('get', 'key', 'a')):
            result = home.tool(*args, value=SECRET,
                               env={'ASAN_OPTIONS': 'detect_leaks=0'},
                               before=('strace', '-f', '-o', '/dev/null', '-e',
                                       'inject=' + fault))
            need(result.status == 0 and result.err.count('\n') == 1 and
                 messages.read_line(result.err.rstrip()).contexts == [
                     'asked-each-time'], '%s: %s' % (fault, result))
        need(result.out == SECRET, str(result))


@scenario
def a_folder_without_permissions_is_an_error(home):
    before = ()
    if os.geteuid() == 0:
        if not shutil.which('setpriv'):
            raise Skipped('no setpriv')
        os.chown(home.folder, 65534, 65534)
        before = ('setpriv', '--reuid', '65534', '--regid', '65534',
                  '--clear-groups')
    result = home.tool('put', 'key', 'a', '--timeout', '0', value=SECRET,
                       before=before)
    need(result.status == 0, str(result))
    folder = os.path.dirname(home.path)
    os.chmod(folder, 0)
    try:
        for args in (('get', 'key', 'a'), ('put', 'key', 'b'),
                     ('remove', 'key', 'a'), ('list', 'key')):
            result = home.tool(*args, before=before)
            need(result.status == 1 and 'Permission denied' in result.err,
                 str(result))
    finally:
        os.chmod(folder, 0o700)
    result = home.tool('get', 'key', 'a', '--timeout', '0', before=before)
    need(result.status == 0 and result.out == SECRET, str(result))


# --- all of them -------------------------------------------------------------

def run(function):
    with tempfile.TemporaryDirectory(prefix='rolekey-') as folder:
        home = Home(folder)
        try:
            function(home)
            return 'ok', ''
        except (Skipped, NoMounts) as why:
            return 'skipped', str(why)
        except Failed as why:
            return 'FAILED', str(why)
        except Exception:
            return 'FAILED', traceback.format_exc()
        finally:
            home.forget()


def main():
    chosen = [s for s in SCENARIOS
              if len(sys.argv) < 2 or s.__name__ in sys.argv[1:]]
    counts = {'ok': 0, 'FAILED': 0, 'skipped': 0}
    for function in chosen:
        start = time.monotonic()
        word, text = run(function)
        name = function.__name__.replace('_', ' ')
        counts[word] += 1
        if word == 'skipped':
            verdict.skipped(name, text)
            continue
        print('%s: %s (%.1f s)%s' % (word, name, time.monotonic() - start,
                                     text and '\n' + text), flush=True)
    verdict.end(counts['ok'], counts['FAILED'], counts['skipped'])


if __name__ == '__main__':
    main()
