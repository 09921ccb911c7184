#!/usr/bin/python3 -B
"""Where a secret could be found, and is not."""

import collections
import glob
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time

from harness import (ASKS_IT_AGAIN, ASKS_NEW_PASSPHRASE, BIN, KEY_ID,
                     PASSPHRASE, PYTHON, ROOT, SECRET, Pty,
                     Skipped, check, gnome_keyring, need, noticed, run_cases,
                     same)
from other_user import as_person
from peers import read_env
from tls import https
from world import DEFAULT

KEPT = 'arn:aws:iam::111122223333:mfa/kept'
CONTROL = 'custodian'  # public: the search must find it
LEFTOVERS = os.path.join(ROOT, 'tests', 'preload', 'leftovers.c')
MARK = 'Mark0of1a2Secret'  # in every secret that the stand-in issues
SEED = 'MARK234567' * 6 + 'SEED'  # of a new MFA device
# Of each secret its end, since what is freed loses its first 16 bytes, and what
# is next to a secret in a response, a request and an item.
LOOKED_FOR = (MARK, SEED[-20:], SECRET[-20:], PASSPHRASE[-14:],
              '<SecretAccessKey>', '<SessionToken>', 'X-Amz-Security-Token: ',
              'x-amz-security-token:', 'TokenCode=', 'secret_key ',
              'session_token ', '"SecretAccessKey":')


def in_files(folders, secrets):
    """Every (path, name of the secret) below the folders."""
    found = []
    for folder in folders:
        for path in glob.glob(folder + '/**', recursive=True,
                              include_hidden=True):
            if not os.path.isfile(path):
                continue
            with open(path, 'rb') as file:
                data = file.read()
            found += [(path, name) for name, secret in secrets.items()
                      if secret.encode() in data]
    return found


def secrets_of(env, code):
    """The secrets that must not appear anywhere."""
    return {'key': SECRET, 'passphrase': PASSPHRASE, 'code': code,
            'secret': env['AWS_SECRET_ACCESS_KEY'],
            'token': env['AWS_SESSION_TOKEN']}


def need_none(text, secrets, where):
    for name, secret in secrets.items():
        need(secret not in text, '%s is in %s: %s' % (name, where, text))


def case_debug_shows_what_is_done_and_no_secret(box):
    added = check(box.add('custodian', '--debug'))
    code = box.code()
    done = check(box.rolekey('--debug', 'exec', 'testing', '-t', code, '--',
                             'env'))
    secrets = secrets_of(read_env(done.stdout), code)
    text = added.stderr + done.stderr
    need_none(text, secrets, 'stderr')
    for word in ('GetCallerIdentity', 'GetSessionToken', 'AssumeRole', '200'):
        need(word in text, '%s: %s' % (word, text))
    need(not re.search('authorization|signature|x-amz', text, re.I), text)
    again = check(box.rolekey('--debug', 'export', 'testing'))
    need_none(again.stderr, secrets, 'stderr')
    need(again.stderr, 'nothing of the cache was said')


def case_refusals_show_no_secret(box):
    done = box.add(key=(KEY_ID, SECRET[:-1] + 'z'))
    need(SECRET[:-1] not in done.stdout + done.stderr, str(done))
    box.add_quietly()
    done = box.rolekey('--debug', 'export', 'testing', '-t', '000123')
    same(done.status, 5, str(done))
    need('000123' not in done.stderr, str(done))
    for kind in ('garbage', 'cut', 'html200'):
        box.forget_codes()
        box.aws.fault(kind, count=9)
        done = box.rolekey('--debug', 'export', 'testing', '-t', box.code())
        box.aws.control('clear-faults')
        need('Secret' not in done.stderr and SECRET not in done.stderr,
             str(done))


def case_files_hold_no_secret(box):
    added = check(box.add())
    code = box.code()
    done = check(box.rolekey('exec', 'testing', '-t', code, '--', 'env'))
    secrets = secrets_of(read_env(done.stdout), code)
    del secrets['code']  # six digits may be anywhere by chance
    same(in_files([box.home, box.runtime], secrets), [], 'in files')
    same(added.stdout, '', 'stdout')


def case_nothing_is_left_in_the_folder_for_temporary_files(box):
    folder = os.path.join(box.top, 'tmp')
    os.mkdir(folder, 0o700)
    box.env['TMPDIR'] = folder
    check(box.add())
    check(box.rolekey('export', 'testing', '-t', box.code()))
    same(os.listdir(folder), [], 'files')


def case_no_code_is_written_down(box):
    box.add_quietly()
    code = box.code()
    check(box.rolekey('export', 'testing', '-t', code))
    found = []
    for path in box.files():
        if path == box.keyring_path():
            continue  # encrypted and long: it may contain six digits by chance
        with open(path, 'rb') as file:
            if re.search(b'(?<![0-9])' + code.encode() + b'(?![0-9])',
                         file.read()):
                found.append(path)
    same(found, [], 'the code')


def case_files_are_the_persons_own(box):
    box.warm()
    for path in box.files():
        if '/rolekey' not in path:
            continue
        same((path, os.stat(path).st_mode & 0o077), (path, 0), 'mode')
        folder = os.path.dirname(path)
        same((folder, os.stat(folder).st_mode & 0o077), (folder, 0), 'mode')


def waiting(box):
    """A process that waits at the prompt for a code: (terminal, its id)."""
    terminal = box.pty('export', 'testing')
    terminal.expect('code')
    return terminal, terminal.child.pid


def case_argv_and_environment_of_a_waiting_process(box):
    check(box.add())
    terminal, pid = waiting(box)
    with open('/proc/%d/cmdline' % pid, 'rb') as file:
        argv = file.read().decode()
    need_none(argv, {'key': SECRET, 'passphrase': PASSPHRASE}, 'argv')
    terminal.close()


def case_a_code_does_not_stay_in_argv(box):
    box.add_quietly()
    box.aws.fault('slow', seconds=5, count=9)
    code = box.code()
    process = subprocess.Popen(
        [BIN, 'export', 'custodian', '-t', code], env=box.env, cwd=box.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    argv = code
    while process.poll() is None and (code in argv or not argv):
        time.sleep(0.02)
        with open('/proc/%d/cmdline' % process.pid, encoding='ascii') as file:
            argv = file.read()
    ended = process.poll() is not None
    process.kill()
    process.wait()
    need(not ended, 'the code stayed until the end: %r' % argv)
    need('custodian' in argv, argv)


def case_a_waiting_process_makes_no_core(box):
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        raise Skipped('nothing makes a core here')
    check(box.add())
    terminal = Pty(['sh', '-c', 'ulimit -S -c 1000; exec "$@"', 'sh', BIN,
                    'export', 'testing'], box.env, box.home)
    terminal.expect('code')
    with open('/proc/%d/limits' % terminal.child.pid,
              encoding='ascii') as file:
        limits = file.read()
    terminal.close()
    need(re.search(r'^Max core file size\s+0\s+', limits, re.M), limits)


READ = r'''
import glob, os, sys
pid = sys.argv[1]
verdicts = []
for name in ('mem', 'environ', 'maps', 'auxv'):
    try:
        with open('/proc/%s/%s' % (pid, name), 'rb') as file:
            if name == 'mem':
                file.seek(0x10000)
            file.read(1)
        verdicts.append(name)
    except PermissionError:
        pass
    except OSError:
        verdicts.append(name)
print(','.join(verdicts))
'''

def case_the_same_user_cannot_read_a_waiting_process(box):
    before, argv0 = as_person(box)
    env = dict(box.env, **box.key_environment())
    check(box.run(*before, argv0, 'add', 'custodian', '--env', '--no-verify',
                  env=env))
    terminal = Pty([*before, argv0, 'export', 'testing'], box.env, box.home)
    terminal.expect('code')
    pid = terminal.child.pid
    done = check(box.run(*before, PYTHON, '-B', '-c', READ, pid))
    terminal.close()
    same(done.stdout.strip(), '', 'what another process may read')


def case_the_secret_service_holds_no_secret_in_the_clear(box):
    """Labels and attributes are readable for everybody on the bus."""
    with gnome_keyring(box):
        check(box.add())
        done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--',
                                 'env'))
        given = read_env(done.stdout)
        shown = subprocess.run(
            ['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets',
             '--object-path', '/org/freedesktop/secrets', '--method',
             'org.freedesktop.Secret.Service.SearchItems', '{}'],
            env=box.env, check=True, capture_output=True, text=True).stdout
        items = re.findall(r"'(/org/freedesktop/secrets/collection/[^']+)'",
                           shown)
        need(len(items) >= 2, shown)
        text = ''.join(subprocess.run(
            ['gdbus', 'introspect', '--session', '--only-properties', '--dest',
             'org.freedesktop.secrets', '--object-path', item], env=box.env,
            check=True, capture_output=True, text=True).stdout
            for item in items)
        need_none(text, {'key': SECRET,
                         'secret': given['AWS_SECRET_ACCESS_KEY'],
                         'token': given['AWS_SESSION_TOKEN']}, 'attributes')


def case_items_of_other_programs_do_no_harm(box):
    """Somebody else's items with our attributes, or some of them."""
    with gnome_keyring(box):
        check(box.add())
        for extra in ([], ['origin', 'custodian'], ['expires', 'never']):
            subprocess.run(
                ['secret-tool', 'store', '--label=x', 'rolekey', '1', 'kind',
                 'session', 'name', 'foreign%d' % len(''.join(extra)), *extra],
                input=b'no record', env=box.env, check=True)
        check(box.rolekey('list'))
        check(box.rolekey('list', '--json'))
        check(box.rolekey('remove', '-f', '--sessions-only', 'custodian'))
        noticed(check(box.rolekey('clear')), 'sessions-cleared', number=2)


class Memory:
    """Looks for texts in the memory of what runs, when it ends."""

    def __init__(self, box):
        library = os.path.join(box.top, 'leftovers.so')
        self.found = os.path.join(box.top, 'leftovers')
        if not shutil.which('cc'):
            raise Skipped('no cc')
        subprocess.run(['cc', '-O2', '-D_GNU_SOURCE', '-shared', '-fPIC', '-o',
                        library, LEFTOVERS], check=True)
        done = box.rolekey('--version', env={'LD_PRELOAD': library})
        if done.status != 0 or done.stderr:
            raise Skipped('nothing can be preloaded: a build with sanitizers?')
        self.texts = [CONTROL, *LOOKED_FOR]
        self.env = {'LD_PRELOAD': library, 'LEFTOVERS_TO': self.found,
                    'LEFTOVERS': ','.join(''.join(
                        '%02x' % (b ^ 0x5a) for b in text.encode())
                        for text in self.texts)}

    def take(self):
        """How often each text was found where, of rolekey's processes."""
        found = collections.Counter()
        if os.path.exists(self.found):
            with open(self.found, encoding='utf-8') as file:
                for line in file.read().splitlines():
                    program, text, where = line.split(' ', 2)
                    if program.startswith('rolekey'):
                        found[self.texts[int(text)], where] += 1
            os.unlink(self.found)
        return found

    def check(self, done, what, status=0):
        check(done, status)
        found = self.take()
        # On the stack there may be a vector register's worth, by chance.
        same([place for place in found if place[0] != CONTROL and
              place[1] not in ('guarded', '[stack]')], [],
             'left in memory by ' + what)
        return found


def look_into_memory(box, unlock, **more):
    memory = Memory(box)
    env = dict(memory.env, **more)
    ask = [('access key id', KEY_ID), ('secret', SECRET)]
    new = [(ASKS_NEW_PASSPHRASE, PASSPHRASE), (ASKS_IT_AGAIN, PASSPHRASE)]
    found = memory.check(
        box.pty_run(['add', 'custodian'], ask + new * unlock, env=env), 'add')
    need(found[CONTROL, '[heap]'], 'what is public was not found: %s' % found)
    box.forget_kernel_keys()
    found = memory.check(box.pty_run(
        ['exec', 'testing', '--', 'true'],
        [('passphrase', PASSPHRASE)] * unlock + [('code', box.code())],
        env=env), 'exec')
    need(found[MARK, 'guarded'], "the child's was not found: %s" % found)
    for argv in (['exec', 'testing', '--', 'true'],
                 ['exec', 'staging', '--', 'true'], ['export', 'testing'],
                 ['export', 'custodian', '--format', 'json'], ['list'],
                 ['add', 'other', '--stdin', '--no-config']):
        stdin = '{"AccessKeyId":"%s","SecretAccessKey":"%s"}' % (
            KEY_ID, SECRET)
        memory.check(box.rolekey(*argv, stdin=stdin, env=env), argv[0])


def case_nothing_is_left_in_memory(box):
    box.env.pop('ROLEKEY_PASSPHRASE')
    box.aws.control('settings', mark=MARK)
    look_into_memory(box, unlock=True)


def case_nothing_of_a_new_seed_is_left_in_memory(box):
    memory = Memory(box)
    box.aws.control('settings', seed=SEED)
    check(box.add('custodian', '--no-config'))
    for argv, questions, status in (
            (['--name', 'shown'],
             [('MARK 2345 67MA(.|\n)*shows: ', '\3')], 130),
            (['--name', 'kept', '--store', '--no-config'], [], 0)):
        done = box.pty_run(['mfa', 'enroll', 'custodian', *argv], questions,
                           env=memory.env)
        memory.check(done, 'enroll', status)
    for argv in (['mfa', 'code', '--serial', KEPT],
                 ['mfa', 'remove', '-f', '--serial', KEPT],
                 ['mfa', 'add', '--stdin', '--no-verify', '--serial', KEPT]):
        memory.check(box.rolekey(*argv, 'custodian', stdin=SEED,
                                 env=memory.env), argv[1])


def case_nothing_is_left_in_memory_by_tls_and_the_secret_service(box):
    world = dict(DEFAULT, settings={'mark': MARK})
    with https(box, world=world) as (aws, cert), gnome_keyring(box):
        look_into_memory(box, unlock=False, AWS_ENDPOINT_URL=aws.url,
                         AWS_CA_BUNDLE=cert)


def case_strace_sees_no_secret_on_its_way_to_a_terminal(box):
    """Nothing of a secret goes to any file but the keyring's own."""
    if not shutil.which('strace') or not can_trace():
        raise Skipped('no strace here')
    box.warm()
    with tempfile.TemporaryDirectory() as folder:
        done = box.run('strace', '-f', '-qq', '-s', '65536', '-e',
                       'trace=write,writev,sendto,sendmsg', '-o',
                       folder + '/trace', BIN, 'exec', 'testing', '--', 'true',
                       env={'ASAN_OPTIONS': 'detect_leaks=0'})
        check(done)
        with open(folder + '/trace', encoding='utf-8',
                  errors='replace') as file:
            text = file.read()
    need_none(text, {'key': SECRET, 'passphrase': PASSPHRASE}, 'a write')


def can_trace():
    return subprocess.run(['strace', '-qq', '-o', '/dev/null', 'true'],
                          check=False, capture_output=True).returncode == 0


if __name__ == '__main__':
    run_cases(globals())
