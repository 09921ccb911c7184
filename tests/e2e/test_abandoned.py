#!/usr/bin/python3 -B
"""SDKs that give up while rolekey asks: it ends, and who waits asks at once.

The AWS SDK for Rust gives up after 21 s and leaves the process behind; that
for Go, and Terraform, kill the shell after 60 s and keep the pipe.
"""

import contextlib
import os
import signal
import time

from harness import (ASKS_CODE, ASKS_PASSPHRASE, BIN, PYTHON, SAYS_IT_WAITS,
                     Pty, Skipped, check, code_now, need, run_cases)
from terminal import children, state

SOON = 3  # seconds, on a loaded machine
# A program with an SDK: starts a credential_process as the SDK does, and gives
# up at SIGUSR1.
SDK = '''
import os, signal, subprocess, sys
how, command = sys.argv[1:]
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
process = subprocess.Popen(['sh', '-c', command + '; exit $?'],
                           stdout=subprocess.PIPE)
signal.sigwait([signal.SIGUSR1])
if how == 'rust':       # the future is dropped, the program goes on
    process.stdout.close()
elif how == 'end':      # the program ends
    os._exit(1)
elif how == 'go':       # exec.CommandContext: Wait() waits for the pipe
    process.kill()
    process.stdout.read()
print('gave up', flush=True)
signal.sigwait([signal.SIGUSR1])
'''
HOWS = ('rust', 'end', 'go')


@contextlib.contextmanager
def sdk(box, how, *argv, env=None):
    """The program, and the pid of its rolekey once that runs."""
    terminal = Pty([PYTHON, '-c', SDK, how, ' '.join([BIN, *argv])],
                   box._environment(env), box.home)
    found = []
    try:
        until('a rolekey runs', lambda: find(terminal.child.pid, found))
        yield terminal, found[-1]
    finally:
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        terminal.close()


def find(pid, found):
    del found[:]
    for shell in children(pid):
        found += [shell] + children(shell)
    return len(found) == 2


def until(what, true, patience=20):
    end = time.monotonic() + patience
    while not true():
        need(time.monotonic() < end, 'never: ' + what)
        time.sleep(0.02)


def give_up(terminal):
    os.kill(terminal.child.pid, signal.SIGUSR1)


def ends(pid, what='rolekey'):
    began = time.monotonic()
    until(what + ' ends', lambda: state(pid) in ('', 'Z'))
    need(time.monotonic() - began < SOON, '%s ended too late' % what)


def case_a_question_for_a_code_ends(box):
    box.add_quietly()
    for how in HOWS:
        with sdk(box, how, 'credential-process', 'testing') as (terminal, pid):
            terminal.expect(ASKS_CODE)
            give_up(terminal)
            ends(pid)
            if how == 'go':
                terminal.expect('gave up', timeout=SOON)


def case_a_question_for_a_passphrase_ends(box):
    check(box.add())
    if not box.kernel_keys():
        raise Skipped('no key can be left with the kernel')
    check(box.rolekey('lock'))
    for how in HOWS:
        with sdk(box, how, 'credential-process', 'testing',
                 env={'ROLEKEY_PASSPHRASE': None}) as (terminal, pid):
            terminal.expect(ASKS_PASSPHRASE)
            give_up(terminal)
            ends(pid)


def case_who_waits_asks_at_once(box):
    """It waited for 2 minutes, and failed."""
    box.add_quietly()
    for how in HOWS:
        with sdk(box, how, 'credential-process', 'testing') as (terminal, pid):
            terminal.expect(ASKS_CODE)
            other = box.pty('exec', 'staging', '--', 'true')
            other.expect(SAYS_IT_WAITS)
            give_up(terminal)
            ends(pid)
            other.expect(ASKS_CODE, timeout=SOON)
            other.child.sendintr()
            check(other.finish(), 130)


def case_the_code_of_who_took_over_serves(box):
    box.add_quietly()
    with sdk(box, 'rust', 'credential-process', 'testing') as (terminal, _):
        terminal.expect(ASKS_CODE)
        other = box.pty('exec', 'staging', '--', 'true')
        other.expect(SAYS_IT_WAITS)
        give_up(terminal)
        other.expect(ASKS_CODE)
        box.away_from_the_edge()
        other.answer(code_now())
        check(other.finish())


def case_who_waits_ends_when_nobody_waits_for_it(box):
    """Else it would ask, long after its program has given up."""
    box.add_quietly()
    asking = box.pty('exec', 'staging', '--', 'true')
    with contextlib.closing(asking):
        asking.expect(ASKS_CODE)
        for how in HOWS:
            with sdk(box, how, 'credential-process', 'testing') as (
                    terminal, pid):
                terminal.expect(SAYS_IT_WAITS)
                give_up(terminal)
                ends(pid)
        asking.child.sendintr()
        check(asking.finish(), 130)


def window(box, program):
    """A program that asks, and is not answered."""
    script = '#!/bin/sh\necho $$ >"$HOME/window"\n%sexec sleep 300\n' % (
        'echo OK; read -r line; ' if program == 'pinentry' else '')
    path = box.write('bin/' + program, script, mode=0o700)
    return {'PATH': os.path.dirname(path) + ':' + box.env['PATH'],
            'DISPLAY': ':9', 'ROLEKEY_PROMPT': program}


def pid_of_window(box):
    path = os.path.join(box.home, 'window')
    until('a window', lambda: os.path.exists(path) and os.path.getsize(path))
    with open(path, encoding='ascii') as file:
        pid = int(file.read())
    os.unlink(path)
    return pid


def case_windows_end_too(box):
    box.add_quietly()
    for program in ('zenity', 'kdialog', 'pinentry'):
        env = window(box, program)
        for how in HOWS:
            with sdk(box, how, 'credential-process', 'testing', env=env) as (
                    terminal, pid):
                asks = pid_of_window(box)
                need(state(asks) not in ('', 'Z'), 'no window')
                give_up(terminal)
                ends(pid)
                ends(asks, program)


def case_a_question_goes_on_while_somebody_waits(box):
    """stdout may be a file, a terminal, or a pipe that is read later."""
    box.add_quietly()
    for shell in ('"$0" export testing >out', '"$0" export testing',
                  '"$0" export testing | { sleep 3; cat; }'):
        terminal = Pty(['sh', '-c', shell, BIN], box.env, box.home)
        terminal.expect(ASKS_CODE)
        time.sleep(1)
        need(terminal.child.isalive(), 'it has ended: ' + shell)
        terminal.answer(box.code())
        check(terminal.finish())
        check(box.rolekey('clear'))


if __name__ == '__main__':
    run_cases(globals())
