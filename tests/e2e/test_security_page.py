#!/usr/bin/python3 -B
"""rolekey-security(7), what it says was measured: both what is protected and
what is not.  test_secrets.py has the rest.
"""

import contextlib
import os
import re
import shutil
import subprocess
import time

import keyring_page
from harness import BIN, PASSPHRASE, ROOT, SECRET, Pty, Skipped, check, need, \
    run_cases
from other_user import NOBODY, as_person


def is_sanitized(program):
    """Or not there at all."""
    try:
        with open(program, 'rb') as file:
            return b'libasan.so' in file.read()
    except OSError:
        return True


def release(box):
    """AddressSanitizer locks no page; a copy, for a user without rights."""
    tree = os.path.join(ROOT, 'build', 'release', 'tree')
    if is_sanitized(os.path.join(tree, 'bin', 'rolekey')):
        raise Skipped('no build without AddressSanitizer')
    return os.path.join(shutil.copytree(tree, box.top + '/release'), 'bin',
                        'rolekey')


def add(box, before, program):
    check(box.run(*before, program, 'add', 'custodian', '--env', '--no-verify',
                  '--no-config', env=box.key_environment()))


@contextlib.contextmanager
def running(box, argv, **more):
    """A process in the background, that is ended."""
    process = subprocess.Popen(argv, env=box.env, cwd=box.home,
                               stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def of_process(pid, name):
    with open('/proc/%d/%s' % (pid, name), 'rb') as file:
        return file.read()


def until(what, done, patience=30):
    end = time.monotonic() + patience
    while not done():
        need(time.monotonic() < end, 'never: ' + what)
        time.sleep(0.02)


def case_a_waiting_process_has_locked_pages(box):
    before, program = as_person(box)
    if is_sanitized(program):
        program = release(box)
    add(box, before, program)
    terminal = Pty([*before, program, 'export', 'testing'], box.env, box.home)
    with contextlib.closing(terminal):
        terminal.expect('MFA code')
        status = of_process(terminal.child.pid, 'status').decode()
    locked = int(re.search(r'^VmLck:\s+(\d+) kB$', status, re.M).group(1))
    need(locked >= 4, status)


def case_a_code_is_gone_from_argv_when_it_is_sent(box):
    box.add_quietly()
    box.aws.fault('slow', seconds=30, count=9)
    code = box.code()
    with running(box, [BIN, 'export', 'testing', '-t', code]) as process:
        until('code wiped', lambda: b'export\0testing\0-t\0\0' in
              of_process(process.pid, 'cmdline'))
        need(code.encode() not in of_process(process.pid, 'cmdline'), 'code')
        need(process.poll() is None, 'it has ended')


def case_the_environment_of_the_command_can_be_read(box):
    before, program = as_person(box)
    add(box, before, program)
    check(box.run(*before, program, 'export', 'testing', '-t', box.code()))
    with running(box, [*before, program, 'exec', 'testing', '--', 'sleep',
                       '60']) as process:
        until('sleep', lambda: of_process(process.pid, 'comm') == b'sleep\n')
        done = check(box.run(*before, 'cat', '/proc/%d/environ' % process.pid))
    given = dict(pair.split('=', 1) for pair in done.stdout.split('\0')
                 if '=' in pair)
    need(given['AWS_ACCESS_KEY_ID'].startswith('ASIA'), 'no session')
    need(given['AWS_SECRET_ACCESS_KEY'] and given['AWS_SESSION_TOKEN'], 'key')
    need(SECRET not in done.stdout and PASSPHRASE not in done.stdout,
         'more than that')


def case_the_derived_key_opens_the_file_for_the_same_user(box):
    before, program = as_person(box)
    add(box, before, program)
    with open(box.keyring_path(), 'rb') as file:
        data = file.read()
    name = 'rolekey:' + data[keyring_page.header_table()['salt']].hex()
    found = box.run(*before, 'keyctl', 'search', '@u', 'user', name)
    if found.status != 0:
        raise Skipped('no key can be left with the kernel')
    kept = subprocess.run([*before, 'keyctl', 'pipe', found.stdout.strip()],
                          check=True, capture_output=True).stdout
    need(kept == keyring_page.derive(PASSPHRASE, data[:104]), 'another key')
    if before:  # another user's, then
        other = ['setpriv', '--reuid', str(NOBODY - 1), '--regid',
                 str(NOBODY - 1), '--clear-groups', '--']
        done = box.run(*other, 'keyctl', 'pipe', found.stdout.strip())
        need(done.status != 0, str(done))
    box.run(*before, 'keyctl', 'unlink', found.stdout.strip(), '@u')


if __name__ == '__main__':
    run_cases(globals())
