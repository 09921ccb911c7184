#!/usr/bin/python3 -B
"""Questions without a terminal: pinentry, zenity, kdialog."""

import os
import shutil
import subprocess

from display import display, shown, typed, window, xdotool
from harness import (ASKS_DEVICE, SHOWS_SEED, BIN, PASSPHRASE, SERIAL, Result,
                     Skipped, check, code_now, need, refused, run_cases, same)

TAKEN = ['GetSessionToken', 'AssumeRole']
ENTER = [('key', 'Return')]
KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
WINDOWS = ('zenity', 'kdialog', 'pinentry-gtk-2')


def text(answer):
    return [('type', answer)] + ENTER


def only(box, *programs):
    """A PATH with these alone, and what they need to start."""
    folder = os.path.join(box.home, 'bin')
    os.makedirs(folder, exist_ok=True)
    for name in programs:
        path = shutil.which(name)
        if not path:
            raise Skipped('no ' + name)
        as_name = 'pinentry' if name.startswith('pinentry') else name
        os.symlink(path, os.path.join(folder, as_name))
    for name in ('sh', 'env', 'true'):
        os.symlink(shutil.which(name), os.path.join(folder, name))
    return {'PATH': folder}


def start(box, env, *argv):
    """Without a terminal."""
    return subprocess.Popen(
        [BIN, *argv], env=box._environment(env), cwd=box.home, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True)


def end(process):
    out, err = process.communicate(timeout=60)
    return Result(process.args, process.returncode, out, err, 0)


def asked_in_a_window(box, program, *options):
    check(box.add())
    env = only(box, program)
    with display() as name:
        env['DISPLAY'] = name
        box.aws.mark()
        process = start(box, env, *options, 'credential-process', 'testing')
        typed(name, 'rolekey|pinentry' if 'pinentry' in program else 'rolekey',
              text(code_now()), process)
        done = check(end(process), stdout='"Version":1')
        same((done.stderr, box.actions()), ('', TAKEN), 'stderr and calls')


def case_zenity(box):
    asked_in_a_window(box, 'zenity')


def case_zenity_as_was_said(box):
    asked_in_a_window(box, 'zenity', '--prompt', 'zenity')


def case_kdialog(box):
    asked_in_a_window(box, 'kdialog')


def case_pinentry(box):
    asked_in_a_window(box, 'pinentry-gtk-2')


def programs_of(name):
    """The command lines of what runs on the display."""
    return [subprocess.run(['ps', '-o', 'args=', '-p', pid], check=False,
                           capture_output=True, text=True).stdout
            for _, pids in shown(name, 'rolekey') for pid in pids]


def case_a_new_seed_goes_to_the_terminal_and_to_no_window(box):
    """Every user can read the command line of zenity."""
    sam = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
    box.write_config('[profile custodian]\nregion = eu-west-1\n')
    check(box.add(key=sam))
    env = dict(only(box, 'zenity'), ROLEKEY_PROMPT='zenity')
    with display() as name:
        env['DISPLAY'] = name
        terminal = box.pty('mfa', 'enroll', 'custodian', env=env)
        terminal.expect(SHOWS_SEED)
        seed = terminal.child.match.group(1).replace(' ', '')
        window(name, 'rolekey')
        [line] = programs_of(name)
        need('The code that it shows' in line and 'Scan' not in line and
             seed not in line.replace(' ', ''), line)
        terminal.child.sendintr()
        terminal.finish()
        box.aws.mark()
        done = box.rolekey('mfa', 'enroll', 'custodian', env=env)
        check(done, 4, reason='no-terminal-for-seed')
        box.expect_actions()


def case_the_person_closes_the_window(box):
    check(box.add())
    env = only(box, 'zenity')
    with display() as name:
        env['DISPLAY'] = name
        process = start(box, env, 'export', 'testing')
        typed(name, 'rolekey', [('key', 'Escape')], process)
        check(end(process), 4, reason='dismissed', context='code-needed',
              arn=SERIAL, action='zenity')


def case_a_refused_code_is_told_in_the_next_window(box):
    check(box.add())
    env = only(box, 'zenity')
    wrong = '%06d' % ((int(code_now()) + 7) % 1000000)
    with display() as name:
        env['DISPLAY'] = name
        process = start(box, env, 'export', 'testing')
        for code in ('12', wrong, None):
            typed(name, 'rolekey', text(code or code_now()), process)
        check(end(process), stdout='AWS_SESSION_TOKEN')
    same(box.actions().count('GetSessionToken'), 2, 'codes')


def case_nobody_types_into_the_window(box):
    check(box.add())
    # long enough for a busy machine to show the window
    env = dict(only(box, 'zenity'), ROLEKEY_PROMPT_TIMEOUT='15s')
    with display() as name:
        env['DISPLAY'] = name
        process = start(box, env, 'export', 'testing')
        window(name, 'rolekey')
        check(end(process), 4, reason='no-answer',
              action='zenity', number=15)
        same(xdotool(name, 'search', '--onlyvisible', '--name', 'rolekey'), [],
             'windows')


def case_the_passphrase_is_asked_for_in_a_window(box):
    env = dict(only(box, 'pinentry-gtk-2'), ROLEKEY_PASSPHRASE=None)
    check(box.add())
    box.forget_kernel_keys()
    with display() as name:
        env['DISPLAY'] = name
        process = start(box, env, 'list', '--credentials')
        typed(name, 'rolekey|pinentry', text(PASSPHRASE), process)
        check(end(process), stdout='^custodian$')


def case_the_devices_to_pick_from_are_in_the_window(box):
    phone, key = ('arn:aws:iam::111122223333:mfa/kim-' + name
                  for name in ('phone', 'key'))
    config = box.read_config().replace('mfa_serial = %s\n' % SERIAL, '')
    box.write_config(config)
    check(box.add('custodian', '--no-config', key=KIM))
    env = only(box, 'zenity')
    with display() as name:
        env['DISPLAY'] = name
        process = start(box, env, 'export', 'testing')
        _, pid = window(name, 'rolekey')
        with open('/proc/%s/cmdline' % pid[0], encoding='utf-8') as file:
            shown = file.read()
        for expected in ('AWS denied the role', '1  ' + phone, '2  ' + key,
                       ASKS_DEVICE):
            need(expected in shown, '%s: not in %r' % (expected, shown))
        typed(name, 'rolekey', text('2'), process)
        typed(name, 'rolekey', text('y'), process)
        typed(name, 'rolekey', text(code_now(key)), process)
        check(end(process), stdout='AWS_SESSION_TOKEN')
    need('mfa_serial = %s\n' % key in box.read_config(), box.read_config())


def case_a_display_and_none_of_them(box):
    check(box.add())
    done = box.rolekey('export', 'testing', env=dict(only(box), DISPLAY=':1'))
    check(done, 4, reason='no-terminal',
          other='pinentry, zenity and kdialog')


def case_one_that_was_said_and_is_not_there(box):
    check(box.add())
    for program in ('pinentry', 'zenity', 'kdialog'):
        check(box.rolekey('--prompt', program, 'export', 'testing',
                          env=dict({'PATH': '/nonexistent'}, DISPLAY=':1')), 4,
              reason='no-prompt-program', action=program)
    env = only(box, 'zenity')
    check(box.rolekey('--prompt', 'zenity', 'export', 'testing', env=env), 4,
          reason='no-display', action='zenity')


def case_a_pinentry_without_windows_leaves_it_to_the_next(box):
    """The pinentry of Debian may support only the terminal."""
    check(box.add())
    env = only(box, 'pinentry-curses')
    check(box.rolekey('export', 'testing', env=dict(env, DISPLAY=':1')), 4,
          reason='pinentry-failed')
    os.symlink(shutil.which('zenity'), os.path.join(env['PATH'], 'zenity'))
    with display() as name:
        env['DISPLAY'] = name
        check(box.rolekey('--prompt', 'pinentry', 'export', 'testing',
                          env=env), 4, reason='pinentry-failed')
        process = start(box, env, 'export', 'testing')
        typed(name, 'rolekey', text(code_now()), process)
        check(end(process), stdout='AWS_SESSION_TOKEN')


# -- pinentry on a terminal ----------------------------------------------------


def on_a_terminal(box, program):
    check(box.add())
    env = dict(only(box, program), TERM='xterm')
    return box.pty('--prompt', 'pinentry', 'export', 'testing', env=env)


def case_pinentry_with_curses(box):
    terminal = on_a_terminal(box, 'pinentry-curses')
    terminal.expect('MFA code for')
    terminal.child.send(code_now() + '\r')
    check(terminal.finish(), stdout='AWS_SESSION_TOKEN', calls=TAKEN)


def case_pinentry_on_a_plain_terminal(box):
    terminal = on_a_terminal(box, 'pinentry-tty')
    terminal.expect('MFA code for')
    terminal.answer(code_now())
    check(terminal.finish(), stdout='AWS_SESSION_TOKEN', calls=TAKEN)


def case_ctrl_c_in_pinentry(box):
    terminal = on_a_terminal(box, 'pinentry-curses')
    terminal.expect('MFA code for')
    terminal.child.send('\x03')
    done = terminal.finish()
    need(done.status in (4, 130), str(done))
    same(done.calls, [], 'calls')


def case_a_pinentry_that_makes_no_sense(box):
    check(box.add())
    late = {'reason': 'no-answer', 'action': 'pinentry', 'number': 2}
    for script, why in (
            ('echo hello', {'detail': 'hello'}),
            ('exit 0', {}),
            ('while read x; do echo "ERR 5 no"; done', late),
            ('while :; do echo "ERR 5 no"; read x; done',
             {'detail': 'ERR 5 no'}),
            ('echo OK; while read x; do echo OK; done',
             {'reason': 'no-code-given', 'context': None,
              'number': 3}),
            ('echo OK; while read x; do case $x in GETPIN*) echo "D 12%"; '
             'echo OK;; *) echo OK;; esac; done', {'detail': 'D 12%'}),
            ('yes', {'detail': 'y'}),
            ('exec sleep 100', late)):
        env = {'PATH': os.path.dirname(box.write(
            'odd/pinentry', '#!/bin/sh\n' + script + '\n', 0o700)) +
            ':/usr/bin:/bin', 'DISPLAY': ':1', 'ROLEKEY_PROMPT_TIMEOUT': '2s'}
        refused(box.rolekey('--prompt', 'pinentry', 'export', 'testing',
                            env=env), 4,
                **{'reason': 'pinentry-failed', 'context': 'code-needed',
                   **why})


if __name__ == '__main__':
    run_cases(globals())
