#!/usr/bin/python3 -B
"""Keyrings that must be unlocked, or that do not answer: one question, one wait.

Whatever number of processes, and whichever of the two programs, is there.
"""

import contextlib
import os
import re
import signal
import subprocess
import time

from harness import (ASKS_PASSPHRASE, BIN, PASSPHRASE, SECRET,
                     Pty, Skipped, check, failed, gnome_keyring, need,
                     refused, run_cases, same)

ASKED = {'ROLEKEY_PASSPHRASE': None}
WAIT = 5       # seconds, for a Secret Service
LOADED = 3.5   # that all else may take on a loaded machine
KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
# Several at once on one terminal, and the status of each.
ALL_AT_ONCE = '''
for n in 1 2 3 4 5 6; do
	{ "$@" >out.$n 2>err.$n; echo $? >status.$n; } &
done
wait
'''


def locked(box):
    check(box.add())
    if not box.kernel_keys():
        raise Skipped('no key can be left with the kernel')
    check(box.rolekey('lock'))


def read(box, name):
    with open(os.path.join(box.home, name), encoding='utf-8') as file:
        return file.read()


def all_at_once(box, *argv):
    return Pty(['sh', '-c', ALL_AT_ONCE, 'sh', BIN, *argv],
               box._environment(ASKED), box.home)


def statuses(box):
    return [int(read(box, 'status.%d' % n)) for n in range(1, 7)]


def case_several_processes_ask_for_the_passphrase_once(box):
    locked(box)
    terminal = all_at_once(box, 'list', '--credentials')
    terminal.expect(ASKS_PASSPHRASE)
    time.sleep(1)  # the others wait by now
    terminal.answer(PASSPHRASE)
    done = terminal.finish()
    same(done.stdout.count(ASKS_PASSPHRASE), 1, 'questions in %s' % done)
    need(PASSPHRASE not in done.stdout, str(done))
    same(statuses(box), [0] * 6, 'statuses')
    same([read(box, 'out.%d' % n) for n in range(1, 7)], ['custodian\n'] * 6,
         'what they print')


def case_a_refusal_is_that_of_all(box):
    """A process that waited for the answer does not ask again."""
    locked(box)
    terminal = all_at_once(box, 'list', '--credentials')
    terminal.expect(ASKS_PASSPHRASE)
    time.sleep(1)
    terminal.child.sendeof()
    done = terminal.finish()
    same(done.stdout.count(ASKS_PASSPHRASE), 1, 'questions in %s' % done)
    same(statuses(box), [4] * 6, 'statuses')


def case_a_pipe_of_two_asks_once(box):
    """99#689: each asked, and the second passphrase was shown."""
    locked(box)
    check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'))
    check(box.rolekey('exec', 'staging', '--', 'true'))
    check(box.rolekey('lock'))
    pipe = '"$0" exec testing -- echo A | "$0" exec staging -- cat'
    terminal = Pty(['sh', '-c', pipe, BIN], box._environment(ASKED), box.home)
    terminal.expect(ASKS_PASSPHRASE)
    time.sleep(1)
    terminal.answer(PASSPHRASE)
    done = check(terminal.finish(), stdout='^A$')
    same(done.stdout.count(ASKS_PASSPHRASE), 1, 'questions in %s' % done)
    need(PASSPHRASE not in done.stdout, str(done))


def holder(box):
    """The pid of the process that asks; no other says so beside its question."""
    folder = os.path.join(box.runtime, 'rolekey')
    found = [re.match(r'rolekey \(pid (\d+)', read(box, entry.path))
             for entry in os.scandir(folder) if entry.is_file()]
    pids = [int(match.group(1)) for match in found if match]
    same(len(pids), 1, 'holders of a lock')
    return pids[0]


def case_who_asks_is_killed_and_another_asks(box):
    locked(box)
    terminal = all_at_once(box, 'list', '--credentials')
    terminal.expect(ASKS_PASSPHRASE)
    time.sleep(1)
    os.kill(holder(box), signal.SIGKILL)
    terminal.expect(ASKS_PASSPHRASE)
    terminal.answer(PASSPHRASE)
    done = terminal.finish()
    need(PASSPHRASE not in done.stdout, str(done))
    need(': Waiting for' not in done.stdout, str(done))
    same(sorted(statuses(box)), [0] * 5 + [137], 'statuses')


# -- a Secret Service that does not answer -----------------------------------

def daemon_of(box):
    found = subprocess.run(['pgrep', '-x', 'gnome-keyring-d'],
                           check=False, capture_output=True, text=True)
    for pid in map(int, found.stdout.split()):
        with contextlib.suppress(OSError):  # of another test, that has ended
            with open('/proc/%d/environ' % pid, 'rb') as file:
                if ('HOME=' + box.home).encode() in file.read().split(b'\0'):
                    return pid
    raise Skipped('no process of gnome-keyring-daemon')


def hung(box, *argv, **more):
    pid = daemon_of(box)
    os.kill(pid, signal.SIGSTOP)
    try:
        done = box.rolekey(*argv, **more)
    finally:
        os.kill(pid, signal.SIGCONT)
    need(WAIT - 1 < done.seconds < WAIT + LOADED, 'one wait: %s' % done)
    return done


def case_a_hung_service_costs_one_wait(box):
    """bin/rolekey has waited for it, so rolekey-full does not."""
    with gnome_keyring(box):
        box.warm('testing')
        refused(hung(box, 'exec', 'testing', '--', 'true'), 125,
                reason='service-hung', number=WAIT)
        refused(hung(box, 'export', 'testing'), 6, reason='service-hung')
        failed(hung(box, 'credential-process', 'testing'), 'service-hung')
        failed(hung(box, 'list'), 'service-hung')
        failed(hung(box, 'remove', '-f', 'custodian'), 'service-hung')


def case_a_hung_service_costs_auto_one_wait(box):
    with gnome_keyring(box):
        hung(box, '--backend', 'auto', 'exec', 'testing', '--', 'true',
             env={'ROLEKEY_BACKEND': None, 'ROLEKEY_PASSPHRASE': PASSPHRASE})


def case_the_command_hears_nothing_of_it(box):
    """The key that one program leaves for the other reaches no command, and is
    not valid for another process.
    """
    with gnome_keyring(box):
        box.warm('testing')
        for value in ('1', str(os.getpid())):
            done = check(box.rolekey('exec', 'testing', '--', 'env', env={
                'ROLEKEY_SERVICE_HUNG': value}))
            need(done.seconds < WAIT, str(done))
        done = check(box.rolekey(
            'exec', 'testing', '--refresh', '-t', box.code(), '--', 'env',
            env={'ROLEKEY_SERVICE_HUNG': '1'}))
        need('SERVICE_HUNG' not in done.stdout, str(done))


# -- a key that another program replaces ---------------------------------------

def case_no_session_of_a_key_that_was_replaced_elsewhere(box):
    """Seahorse, secret-tool, a synchronized database: rolekey does not know."""
    with gnome_keyring(box):
        box.warm('testing')
        check(box.rolekey('exec', 'testing', '--', 'true'), calls=[])
        record = subprocess.run(
            ['secret-tool', 'lookup', 'rolekey', '1', 'kind', 'key', 'name',
             'custodian'], env=box.env, check=True, capture_output=True,
            text=True).stdout
        need(SECRET in record, 'not the record')
        time.sleep(1.1)  # items are dated to the second
        for old, new in zip(box.key_environment().values(), KIM):
            record = record.replace(old, new)
        subprocess.run(['secret-tool', 'store', '--label=x', 'rolekey', '1',
                        'kind', 'key', 'name', 'custodian', 'origin',
                        'custodian', 'expires', '0'], env=box.env,
                       input=record, text=True, check=True)
        box.forget_codes()
        done = box.rolekey('exec', 'testing', '--', 'true')
        failed(done, 'no-terminal')
        same(done.calls, [], 'calls')


if __name__ == '__main__':
    run_cases(globals())
