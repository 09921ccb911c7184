#!/usr/bin/python3 -B
"""password-store: the real pass and gpg, with a key for this test alone."""

import contextlib
import functools
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time

import messages
from harness import (BIN, BUILD, HERE, KEY_ID, PYTHON, SECRET, SERIAL, Pty,
                     Skipped, check, check_quiet, need, noticed, refused,
                     run_cases, same, seed_of)
from peers import read_env
from quick import trace

TOOL = os.path.join(BUILD, 'tests', 'keyring_tool')
SUITE = os.path.join(HERE, 'keyring_suite.py')
NONE = 3
OLD, NEW = b'o' * 3000, b'n' * 5000
PHRASE = 'a passphrase of gpg'


@contextlib.contextmanager
def gpg(box, passphrase):
    """A key and its agent; the socket's path must be a short one."""
    for program in ('pass', 'gpg', 'gpgconf'):
        if not shutil.which(program):
            raise Skipped('no ' + program)
    home = tempfile.mkdtemp(prefix='rk')
    box.env['GNUPGHOME'] = home
    try:
        check(box.run('gpg', '--batch', '--passphrase', passphrase,
                      '--pinentry-mode', 'loopback', '--quick-gen-key',
                      'rolekey-test', 'default', 'default', 'never'))
        check(box.run('pass', 'init', 'rolekey-test'))
        yield
    finally:
        subprocess.run(['gpgconf', '--homedir', home, '--kill', 'all'],
                       check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def with_pass(function=None, passphrase=''):
    if function is None:
        return functools.partial(with_pass, passphrase=passphrase)

    def case(box):
        with gpg(box, passphrase):
            box.env['ROLEKEY_BACKEND'] = 'pass'
            del box.env['ROLEKEY_PASSPHRASE']
            function(box)
    return case


def store(box, *path):
    return os.path.join(box.home, '.password-store', *path)


def tool(box, *args, value=b'', **more):
    return box.run(TOOL, 'pass', *args, stdin=value, **more)


def got(box, name):
    return check(tool(box, 'get', 'key', name)).stdout.encode()


@with_pass
def case_it_passes_the_suite_of_every_keyring(box):
    check(box.run(PYTHON, '-B', SUITE, 'pass', TOOL, timeout=600))


@with_pass
def case_the_main_job(box):
    check(box.add(), stderr='stored key .* in the pass keyring')
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'env'))
    same(done.calls, ['GetSessionToken', 'AssumeRole'], 'calls')
    done = check_quiet(box.rolekey('exec', 'testing', '--', 'env'))
    env = read_env(done.stdout)
    same(done.calls, [], 'calls')
    for name in env:
        need(not name.startswith('ROLEKEY_PASSPHRASE'), name)
    check(box.rolekey('mfa', 'add', 'testing', '--stdin', '--no-verify',
                      stdin=seed_of(SERIAL)))
    for path in box.files():
        with open(path, 'rb') as file:
            data = file.read()
        need(SECRET.encode() not in data and seed_of(SERIAL).encode()
             not in data, path)
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'keys')
    noticed(check(box.rolekey('clear')), 'sessions-cleared', number=2)
    check(box.rolekey('remove', '-f', 'custodian'))
    same(os.listdir(store(box, 'rolekey')), ['seed'], 'what is left')


def counted(box, program):
    """A program in front of the real one, and a function that counts runs."""
    folder = os.path.join(box.top, 'counted')
    log = os.path.join(box.top, program + '-runs')
    path = box.write(os.path.join(folder, program), """#!/bin/sh
case " $* " in *" -d "*) echo x >>'%s' ;; esac
exec '%s' "$@"
""" % (log, shutil.which(program)))
    os.chmod(path, 0o755)
    box.env['PATH'] = folder + ':' + box.env['PATH']

    def runs():
        with open(log, 'a+', encoding='ascii') as file:
            file.seek(0)
            return len(file.readlines())
    return runs


@with_pass
def case_a_hit_decrypts_once_and_stays_in_the_small_program(box):
    """`pass show` is most of the time; rolekey-full would take as long."""
    box.warm()
    runs = counted(box, 'gpg')
    for argv in (('credential-process', 'testing'), ('export', 'testing'),
                 ('exec', 'testing', '--', '/bin/true')):
        before = runs()
        done = check_quiet(box.rolekey(*argv))
        same((argv[0], done.calls), (argv[0], []), 'calls')
        same((argv[0], runs() - before), (argv[0], 1), 'runs of gpg')
    lines = [line for line in trace(box, 'export', 'testing', calls='execve')
             if 'rolekey-full' in line]
    same(lines, [], 'the other program')
    before = runs()
    check(box.rolekey('list', '--credentials'))
    need(runs() > before, 'a decryption would not be seen')


@with_pass
def case_an_item_is_text_that_pass_shows(box):
    check(box.add())
    lines = check(box.run('pass', 'show', 'rolekey/key/custodian')
                  ).stdout.split('\n')
    same(lines[:7], ['rolekey item 1', 'kind key', 'name custodian',
                     'label rolekey: access key of custodian',
                     'origin custodian', 'expires 0', ''], 'head')
    need('access_key_id ' + KEY_ID in lines and
         'secret_key ' + SECRET in lines, str(lines))
    same(os.stat(store(box, 'rolekey/key/custodian.gpg')).st_mode & 0o77, 0,
         'rights of others')


@with_pass
def case_names_stay_in_their_folder(box):
    for name, file in (('a/../../b', 'a%2F..%2F..%2Fb'), ('..', '%2E.'),
                       ('-x', '-x'), ('a b', 'a%20b')):
        check(tool(box, 'put', 'key', name, value=b'of ' + name.encode()))
        need(os.path.exists(store(box, 'rolekey', 'key', file + '.gpg')), name)
        same(got(box, name), b'of ' + name.encode(), name)
    long = 'x' * 900
    check(tool(box, 'put', 'key', long, value=b'long'))
    same(got(box, long), b'long', 'of a long name')
    done = tool(box, 'put', 'key', 'a\nb', value=b'x')
    check(done, 1, stderr='bad-item-text')


def kill_all(process):
    """It, and what it has started, which has groups of its own."""
    of_session = subprocess.run(['ps', '-o', 'pid=', '-s', str(process.pid)],
                                check=False, capture_output=True, text=True)
    for pid in of_session.stdout.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


@with_pass
def case_a_kill_while_it_writes_leaves_old_or_new(box):
    """Of us or of gpg, which writes its file in place."""
    check(tool(box, 'put', 'key', 'a', value=OLD))
    pick = random.Random(1)
    seen = set()
    for round_ in range(16):
        with subprocess.Popen([TOOL, 'pass', 'put', 'key', 'a'], env=box.env,
                              stdin=subprocess.PIPE, start_new_session=True,
                              stderr=subprocess.DEVNULL) as writer:
            writer.stdin.write(NEW)
            writer.stdin.close()
            time.sleep(pick.uniform(0, 0.35))
            if round_ % 2:
                writer.kill()
            else:
                kill_all(writer)
        time.sleep(0.5)  # what outlives it comes to its end
        seen.add(got(box, 'a'))
        need(seen <= {OLD, NEW}, 'something else')
        check(tool(box, 'put', 'key', 'a', value=OLD))
        same(got(box, 'a'), OLD, 'afterwards')
    need(OLD in seen, 'never killed in time')


@with_pass
def case_a_damaged_session_is_none(box):
    check(box.add())
    check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'))
    folder = store(box, 'rolekey/session')
    names = sorted(os.listdir(folder))
    for name in names:
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(b'garbage')
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')
    box.forget_codes()
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--',
                             'true'))
    same(done.calls, ['GetSessionToken', 'AssumeRole'], 'calls')
    same(sorted(os.listdir(folder)), names, 'sessions')
    for name in names + ['unknown.gpg', '%' + 40 * 'a' + '.gpg']:
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(b'garbage')
    noticed(check(box.rolekey('clear')), 'sessions-cleared', number=3)
    same(os.listdir(folder), ['%' + 40 * 'a' + '.gpg'], 'after clear')


@with_pass
def case_what_is_no_item_of_ours(box):
    check(box.add())
    check(box.run('pass', 'insert', '-m', '-f', 'rolekey/key/custodian',
                  stdin='a password\n'))
    done = check(box.rolekey('exec', 'custodian', '-n', '--', 'true'), 125,
                 reason='pass-item-damaged',
                 path='rolekey/key/custodian')
    need('hint: `pass show rolekey/key/custodian`' in done.stderr, str(done))
    with open(store(box, 'rolekey/key/custodian.gpg'), 'wb') as file:
        file.write(b'garbage')
    # it does not hide the others
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'keys')
    check(box.rolekey('list'))
    found = box.rolekey('doctor')
    need(found.status == 1 and 'rolekey/key/custodian' in found.stdout, found)
    # it keeps no key from being stored, and a new one repairs it
    for profile in ('another', 'custodian'):
        done = check(box.add(profile, '--no-verify'))
        noticed(done, 'pass-item-damaged', path='rolekey/key/custodian')
        same(done.stderr.count('rolekey/key/custodian'), 1,
             'warnings of %s' % done)
    same(check(box.rolekey('list', '--credentials')).stdout,
         'another\ncustodian\n', 'keys')


@with_pass(passphrase=PHRASE)
def case_a_locked_key_is_not_asked_for_where_nobody_is(box):
    check(box.run('gpgconf', '--kill', 'gpg-agent'))
    check(box.add())  # to encrypt takes no passphrase
    for argv in (['list', '--credentials'], ['--no-prompt', 'list']):
        refused(box.rolekey(*argv), 4, reason='helper-status',
                context='pass-entry', action='pass', changed=[])
    # once gpg-agent has it, no question is needed
    check(box.run('gpg', '--batch', '--pinentry-mode', 'loopback',
                  '--passphrase', PHRASE, '-d', store(
                      box, 'rolekey/key/custodian.gpg')), stdout='secret_key')
    same(check(box.rolekey('--no-prompt', 'list', '--credentials')).stdout,
         'custodian\n', 'keys')


@with_pass(passphrase=PHRASE)
def case_the_agent_asks_on_this_terminal(box):
    """gpg-agent has no terminal: GPG_TTY must name it, whatever is redirected.

    99#719: "No secret key" where `pass show` asks and works.
    """
    pinentry = shutil.which('pinentry-curses')
    if not pinentry:
        raise Skipped('no pinentry-curses')
    check(box.add())
    with open(os.path.join(box.env['GNUPGHOME'], 'gpg-agent.conf'), 'w',
              encoding='ascii') as file:
        file.write('pinentry-program %s\n' % pinentry)
    for shell in ('"$0" list --credentials', '"$0" list --credentials >out',
                  'x=$("$0" list --credentials </dev/null)',
                  '"$0" list --credentials </dev/null 2>err | cat >out'):
        check(box.run('gpgconf', '--kill', 'gpg-agent'))
        terminal = Pty(['sh', '-c', shell + '; echo "over $?"', BIN], box.env,
                       box.home)
        terminal.expect('Passphrase')
        time.sleep(0.5)  # it reads from now on
        terminal.child.send(PHRASE + '\r')
        terminal.expect('over 0')
        need(PHRASE not in terminal.finish().stdout, 'it is shown')


@with_pass
def case_without_a_store_or_a_program(box):
    refused(box.rolekey('list', env={'PASSWORD_STORE_DIR': '/nowhere'}), 6,
            reason='no-password-store', path='/nowhere')
    done = box.rolekey('list', env={'PATH': '/nowhere'})
    refused(done, 6, reason='no-pass')


@with_pass
def case_auto_never_takes_it(box):
    done = box.rolekey('--backend', 'auto', 'doctor', '--offline', env={
        'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nowhere'})
    used = messages.pattern('keyring-fallback', value='the encrypted file',
                            other='the Secret Service')
    opened = messages.pattern('keyring-open', key='file', number=0)
    need(re.search('^ok +keyring: %s: %s$' % (used, opened), done.stdout,
                   re.M), str(done))


@with_pass
def case_its_programs_see_no_credentials(box):
    """Nor is a secret on any command line."""
    if not shutil.which('strace'):
        raise Skipped('no strace')
    trace = os.path.join(box.top, 'trace')
    done = box.run('strace', '-f', '-qq', '-v', '-s', '65536', '-e',
                   'trace=execve', '-o', trace, os.environ['ROLEKEY_BIN'],
                   'add', 'custodian', '--env', '--no-verify', '--no-config',
                   env=dict(box.key_environment(),
                            ROLEKEY_PASSPHRASE='a passphrase',
                            ASAN_OPTIONS='detect_leaks=0'))
    check(done)
    with open(trace, encoding='utf-8', errors='replace') as file:
        lines = [line for line in file if 'execve("' in line and
                 '/rolekey' not in line.split('"')[1]]
    need(any('/gpg"' in line for line in lines), 'no gpg was run')
    for line in lines:
        need(SECRET not in line and 'a passphrase' not in line and
             'AWS_SECRET' not in line, line[:300])


@with_pass
def case_migrated_from_the_file(box):
    check(box.add(env={'ROLEKEY_BACKEND': 'file',
                       'ROLEKEY_PASSPHRASE': PHRASE}))
    check(box.rolekey('migrate', '--from', 'file', '--to', 'pass', '--delete',
                      '-f', env={'ROLEKEY_PASSPHRASE': PHRASE}))
    env = read_env(check(box.rolekey('exec', 'custodian', '-n', '--', 'env')
                         ).stdout)
    same(env['AWS_SECRET_ACCESS_KEY'], SECRET, 'the key')


if __name__ == '__main__':
    run_cases(globals())
