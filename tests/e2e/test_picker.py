#!/usr/bin/python3 -B
"""The picker of profiles, and profiles that are named by account and role."""

import os
import re
import shutil
import signal

from harness import (BIN, CONFIG, Pty, Skipped, check, check_quiet, need,
                     noticed, refused, run_cases, same)

ASKS_NUMBER = r'Profile \(a number, or words to search\): '
ROLE = 'arn:aws:iam::%s:role/%s'
WIDE = CONFIG + '''
[profile テスト環境]
role_arn = arn:aws:iam::555566667777:role/Wide
source_profile = custodian
color = ff0000
'''
ESCAPES = re.compile(r'\x1b(\[[0-9;?]*[A-Za-z]|[()].|[=>])')


def lists(box, *argv, **more):
    """A picker on a terminal, once it has drawn its list."""
    box.write_config(WIDE)
    terminal = box.pty(*(argv or ('explain', '--json')), **more)
    terminal.expect(r'7 of 7')
    terminal.expect('chained')
    return terminal


def taken(terminal, profile, status=0):
    """It ends, and has this profile; the terminal is as it was."""
    done = check(terminal.finish(), status)
    need('"profile":"%s"' % profile in done.stdout, done)
    return done


def forget(box):
    """What was picked before."""
    os.remove(box.env['XDG_STATE_HOME'] + '/rolekey/picked')


# -- selectors ------------------------------------------------------------------


def case_a_role_an_account_or_a_link_names_a_profile(box):
    box.write_config(CONFIG)
    box.warm('testing')
    link = ('https://signin.aws.amazon.com/switchrole?account=444455556666'
            '&roleName=ops%2FProductionAdmin&displayName=x')
    for text, profile in (
            (ROLE % ('222233334444', 'TestingAdmin'), 'testing'),
            (ROLE % ('444455556666', 'ops/ProductionAdmin'), 'production'),
            ('222233334444:TestingAdmin', 'testing'),
            ('444455556666:ProductionAdmin', 'production'),
            ('4444-5555-6666', 'production'), ('333344445555', 'staging'),
            (link, 'production')):
        done = check(box.rolekey('explain', '--json', text))
        need('"profile":"%s"' % profile in done.stdout, done)
        noticed(done, 'profile-taken', profile=profile, value=text)
    done = check_quiet(box.rolekey('exec', '222233334444:TestingAdmin', '--',
                                   'sh', '-c', 'echo $ROLEKEY_PROFILE'))
    same(done.stdout, 'testing\n', 'exec')
    check(box.rolekey('clear', '222233334444:TestingAdmin'))
    for command in ('explain', 'export', 'login', 'credential-process'):
        refused(box.rolekey(command, '222233334444'), 2,
                reason='several-profiles', value='222233334444',
                other='testing, chained')
        refused(box.rolekey(command, '222233334444:None'), 3,
                reason='no-profile-matches', other='222233334444', arn='None')
    refused(box.rolekey('exec', '000000000000', 'true'), 125,
            reason='no-profile-matches', other='000000000000')


def case_a_profile_of_that_name_comes_first(box):
    box.write_config(CONFIG + '\n[profile 222233334444]\nregion = x\n')
    done = check_quiet(box.rolekey('explain', '--json', '222233334444'))
    need('"profile":"222233334444"' in done.stdout, done)


def case_of_several_one_is_picked(box):
    box.write_config(CONFIG)
    terminal = box.pty('explain', '--json', '222233334444')
    terminal.expect('2 of 2')
    terminal.child.send('chain\r')
    taken(terminal, 'chained')


# -- the list --------------------------------------------------------------------


def case_words_find_a_profile(box):
    for typed, profile in (('prod\r', 'production'), ('5555 admin\r', 'staging'),
                           ('ADMIN 3333\x7f\x7f\x7f\x7f4444 test\r', 'testing'),
                           ('zzz\x15stag\r', 'staging'),
                           ('zzz yyy\x17\x17chained\r', 'chained'),
                           ('テスト\r', 'テスト環境'), ('\r', 'default'),
                           ('\x1b[B\x1b[B\r', 'testing'), ('\x0e\x0e\x10\r',
                                                          'custodian'),
                           ('\x1b[F\r', 'テスト環境'),
                           ('nothing\r\x15staging\r', 'staging')):
        terminal = lists(box)
        terminal.child.send(typed)
        taken(terminal, profile)
        forget(box)


def case_descriptions_of_org_sync_are_searched(box):
    text = CONFIG + '''
[profile careful]
role_arn = arn:aws:iam::555566667777:role/Careful
source_profile = custodian
rolekey_read_only = yes
# BEGIN rolekey org o-exampleorgid
# Payments \x07shop, Prod/Europe
[profile p1]
role_arn = arn:aws:iam::555566667777:role/One
source_profile = custodian
# END rolekey org o-exampleorgid
'''
    box.write_config(text)
    terminal = box.pty('explain', '--json')
    terminal.expect('Payments .shop, Prod/Europe')
    terminal.child.send('europe PAY\r')
    taken(terminal, 'p1')
    forget(box)
    terminal = box.pty('explain', '--json', env={'TERM': 'dumb'})
    terminal.expect('careful  555566667777  Careful  read-only\r')
    terminal.expect('p1  555566667777  One  Payments .shop, Prod/Europe')
    terminal.expect(ASKS_NUMBER)
    terminal.answer('europe')
    terminal.expect('1  p1  5')
    terminal.answer('p1')
    taken(terminal, 'p1')


def case_what_was_picked_comes_first(box):
    for profile in ('staging', 'chained', 'staging'):
        terminal = lists(box)
        terminal.child.send(profile + '\r')
        taken(terminal, profile)
    path = box.env['XDG_STATE_HOME'] + '/rolekey/picked'
    same(os.stat(path).st_mode & 0o777, 0o600, 'mode')
    for expected in ('staging', 'staging'):
        terminal = lists(box)
        terminal.child.send('\r')
        taken(terminal, expected)
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\0\xff nonsense\n1 2\n' * 9000)
    terminal = lists(box)
    terminal.child.send('\r')
    taken(terminal, 'default')


def case_a_trusted_folder_comes_first(box):
    box.write('.aws-profile', 'chained\n')
    terminal = lists(box)
    terminal.child.send('\r')
    taken(terminal, 'default')
    check(box.rolekey('trust', '-f'))
    terminal = lists(box)
    terminal.child.send('\r')
    taken(terminal, 'chained')


def case_escape_and_interrupt_end_with_130(box):
    for key in ('\x1b', '\x03', '\x04', '\x07'):
        terminal = lists(box)
        terminal.child.send(key)
        done = check(terminal.finish(), 130)
        need('\x1b[?1049l' in done.stdout, 'no end of the screen: %s' % done)
    terminal = lists(box)
    os.kill(terminal.child.pid, signal.SIGINT)
    check(terminal.finish(), 130)


SHELL = 'stty -a >before; "$@"; echo "status $?"; stty -a >after'


def under_a_shell(box, *argv, env=None, prefix=''):
    """A shell that compares the terminal before and after."""
    return Pty(['/bin/sh', '-c', prefix + SHELL, 'sh', BIN, *argv],
               box._environment(env), box.home, None, box)


def is_restored(box):
    def read(name):
        with open(os.path.join(box.home, name), encoding='utf-8') as file:
            return file.read()
    same(read('after'), read('before'), 'the terminal')


def rolekey_below(terminal):
    with open('/proc/%d/task/%d/children' % ((terminal.child.pid,) * 2),
              encoding='ascii') as file:
        return int(file.read().split()[0])


def case_the_terminal_is_restored(box):
    box.write_config(CONFIG)
    for end, status in ((lambda t: t.child.send('\x1b'), 130),
                        (lambda t: t.child.send('test\r'), 0),
                        (lambda t: os.kill(rolekey_below(t), signal.SIGTERM),
                         143),
                        (lambda t: os.kill(rolekey_below(t), signal.SIGINT),
                         130),
                        (lambda t: os.kill(rolekey_below(t), signal.SIGHUP),
                         129)):
        terminal = under_a_shell(box, 'explain')
        terminal.expect('6 of 6')
        terminal.expect('chained')
        end(terminal)
        terminal.expect('status %d' % status)
        check(terminal.finish(), 0)
        need('\x1b[?1049l' in terminal.said, 'the screen is left')
        is_restored(box)


def case_a_pane_that_is_small_or_changes(box):
    box.write_config(CONFIG + ''.join(
        '[profile p%03d]\nregion = x\n' % i for i in range(100)))
    for rows, columns in ((20, 80), (24, 80), (3, 20), (2, 10), (1, 5)):
        terminal = box.pty('explain', '--json')
        terminal.child.setwinsize(rows, columns)
        terminal.expect('Pro')
        terminal.child.send('p09\x1b[6~\x1b[5~\x1b[B')
        terminal.child.setwinsize(rows + 4, columns + 9)
        terminal.child.send('\r')
        taken(terminal, 'p091')
        forget(box)


def case_colors_and_no_color(box):
    terminal = lists(box, env={'TERM': 'xterm-256color'})
    terminal.child.send('\x1b')
    shown = terminal.finish().stdout
    need('\x1b[38;5;196m' in shown, repr(shown))
    terminal = lists(box, env={'TERM': 'xterm-256color', 'NO_COLOR': '1'})
    terminal.child.send('\x1b')
    shown = terminal.finish().stdout
    need(not re.search('\x1b\\[3[0-9]', shown), repr(shown))


def case_wide_names_and_plain_character_sets(box):
    terminal = lists(box)
    terminal.child.send('\x1b')
    shown = terminal.finish().stdout
    need('テスト環境' in shown, shown)
    terminal = lists(box, env={'LC_ALL': 'C'})
    terminal.child.send('wide\r')
    taken(terminal, 'テスト環境')


def case_a_dumb_terminal_has_numbers(box):
    for env in ({'TERM': 'dumb'}, {'TERM': None}, {'TERM': 'nonsense'}):
        box.write_config(CONFIG + ''.join(
            '[profile p%02d]\nregion = x\n' % i for i in range(30)))
        terminal = box.pty('explain', '--json', env=env)
        terminal.expect('16 more')
        terminal.expect(ASKS_NUMBER)
        terminal.answer('nothing at all')
        terminal.expect('no profile has these words')
        terminal.expect(ASKS_NUMBER)
        terminal.answer('admin 4444 3333')
        terminal.expect('1  testing  222233334444  TestingAdmin')
        terminal.expect('2  staging  333344445555  StagingAdmin')
        terminal.expect(ASKS_NUMBER)
        terminal.answer('2')
        need('\x1b' not in taken(terminal, 'staging').stdout, 'escapes')
        terminal = box.pty('explain', env=env)
        terminal.expect(ASKS_NUMBER)
        terminal.answer('')
        check(terminal.finish(), 130)
        terminal = box.pty('explain', '--json', env=env)
        terminal.expect(ASKS_NUMBER)
        terminal.answer('p29')
        taken(terminal, 'p29')
        forget(box)


FZF = '''#!/bin/sh
printf '%%s\\n' "$@" >"$HOME/fzf.argv"
env >"$HOME/fzf.env"
cat >"$HOME/fzf.in"
%s
'''


def case_fzf_picks(box):
    box.write_config(CONFIG)
    box.env['PATH'] = os.path.join(box.home, 'bin') + ':' + box.env['PATH']
    env = {'ROLEKEY_PICKER': 'fzf', **box.key_environment()}
    for body, status, profile in (
            ('grep staging "$HOME/fzf.in"', 0, 'staging'), ('exit 130', 130, ''),
            ('exit 1', 130, ''), ('echo 99999', 130, ''), ('echo x', 130, '')):
        box.write('bin/fzf', FZF % body, 0o755)
        done = check(box.pty('explain', '--json', env=env).finish(), status)
        need(not profile or '"profile":"%s"' % profile in done.stdout, done)
        with open(os.path.join(box.home, 'fzf.in'), encoding='utf-8') as file:
            same(len(file.read().splitlines()), 6, 'rows')
        with open(os.path.join(box.home, 'fzf.env'), encoding='utf-8') as file:
            need('AWS_SECRET_ACCESS_KEY' not in file.read(), 'a secret')
    box.write('bin/fzf', FZF % 'exit 2', 0o755)
    failed = check(box.pty('explain', env=env).finish(), 1)
    need('fzf' in failed.stdout, failed)
    os.remove(os.path.join(box.home, 'bin/fzf'))
    env['PATH'] = os.path.join(box.home, 'bin')
    terminal = lists(box, env=env)  # it is not installed
    terminal.child.send('\x1b')
    check(terminal.finish(), 130)


def case_the_real_fzf_picks(box):
    if not shutil.which('fzf'):
        raise Skipped('no fzf')
    box.write_config(WIDE)
    for typed, found, profile in (
            ('stag', '1/7', 'staging'), ('5555 admin', '2/7', 'staging'),
            ('Wide', '1/7', 'テスト環境'), ('', '', 'default')):
        terminal = box.pty('explain', '--json', env={'ROLEKEY_PICKER': 'fzf'})
        terminal.expect('7/7')
        terminal.child.send(typed)
        terminal.expect(found)  # it searches while it reads keys
        terminal.child.send('\r')
        taken(terminal, profile)
        forget(box)
    terminal = box.pty('explain', env={'ROLEKEY_PICKER': 'fzf'})
    terminal.expect('7/7')
    terminal.child.send('\x1b')
    check(terminal.finish(), 130)


# -- who picks ---------------------------------------------------------------------


def case_who_has_no_terminal_is_told_so(box):
    box.write_config(CONFIG)
    refused(box.rolekey('export'), 2, reason='no-profile-at-all')
    for argv in (['--no-prompt', 'export'], ['credential-process']):
        done = check(box.pty(*argv).finish(), 2)
        need('\x1b' not in done.stdout, done)
    done = check(box.pty('export', env={'AWS_PROFILE': 'nobody'}).finish(), 3)
    need('\x1b' not in done.stdout, done)


def case_stdout_has_only_what_was_asked_for(box):
    box.write_config(CONFIG)
    box.warm('testing')
    terminal = box.pty('export', stdout='out')
    terminal.expect('6 of 6')
    terminal.child.send('testing\r')
    check(terminal.finish())
    with open(os.path.join(box.home, 'out'), encoding='utf-8') as file:
        out = file.read()
    need('\x1b' not in out and out.startswith('unset '), out)
    need('ASIA' not in terminal.said, 'on the terminal')
    terminal = box.pty('exec', '--', 'sh', '-c', 'echo "<$ROLEKEY_PROFILE>"')
    terminal.expect('6 of 6')
    terminal.child.send('testing\r')
    terminal.expect('<testing>')
    check(terminal.finish())


def case_ten_thousand_profiles(box):
    box.write_config(CONFIG + ''.join(
        '[profile p%05d]\nrole_arn = arn:aws:iam::%012d:role/R%d\n'
        'source_profile = custodian\n' % (i, i, i % 7) for i in range(10000)))
    terminal = box.pty('explain', '--json')
    terminal.expect('10006 of 10006')
    terminal.child.send('r3 099\x1b[F\r')
    done = check(terminal.finish())
    need(re.search('"profile":"p[0-9]*099', done.stdout), done)


run_cases(globals())
