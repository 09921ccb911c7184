#!/usr/bin/python3 -B
"""across: one command with each of many profiles."""

import os
import re
import signal
import subprocess
import time

from harness import (ASKS_CODE, BIN, CONFIG, check, check_quiet, need,
                     noticed, refused, run_cases, same)

ALL = ['testing', 'staging', 'production']
# 200 profiles of one role, as an organization has them.
MANY = 200
WHO = ['sh', '-c', 'echo "$ROLEKEY_PROFILE out"; '
       'echo "$ROLEKEY_PROFILE err" >&2']


def summary(result, text):
    same(result.stderr.splitlines()[-1], 'across: ' + text, 'last line')


def many_profiles(n):
    return CONFIG + ''.join(
        '[profile acct-%03d]\nsource_profile = custodian\n'
        'role_arn = arn:aws:iam::222233334444:role/TestingAdmin\n'
        'role_session_name = s%03d\n' % (i, i) for i in range(n))


def case_each_line_has_its_profile(box):
    check(box.add())
    done = check(box.rolekey('across', '-t', box.code(), *ALL, '--', *WHO),
                 calls=['GetSessionToken'] + ['AssumeRole'] * 3)
    same(sorted(done.stdout.splitlines()),
         sorted('%s: %s out' % (name, name) for name in ALL), 'stdout')
    same(sorted(done.stderr.splitlines()[:-1]),
         sorted('%s: %s err' % (name, name) for name in ALL), 'stderr')
    summary(done, '3 ok, 0 failed')


def case_one_code_is_asked_for_on_the_terminal(box):
    check(box.add())
    terminal = box.pty('across', *ALL, '--', 'sh', '-c', 'echo it ran')
    terminal.expect(ASKS_CODE)
    terminal.answer(box.code())
    done = check(terminal.finish(), stdout='production: it ran')
    same(done.calls.count('GetSessionToken'), 1, 'codes')
    need('across: 3 ok, 0 failed' in done.stdout, str(done))


def case_nobody_to_ask_runs_nothing(box):
    check(box.add())
    refused(box.rolekey('across', *ALL, '--', 'touch', 'ran'), 4,
            reason='no-terminal', calls=())
    need(not os.path.exists(os.path.join(box.home, 'ran')), 'it ran')


def case_words_select(box):
    box.write_config(CONFIG + '[profile prod-read]\nsource_profile = custodian'
                     '\nrole_arn = arn:aws:iam::444455556666:role/Reader\n')

    def selected(*words):
        done = check_quiet(box.rolekey('across', '--dry-run', *words))
        same(done.calls, [], 'calls')
        return [line.split()[0] for line in done.stdout.splitlines()]

    same(selected('staging', 'testing', 'staging'), ['staging', 'testing'],
         'names')
    same(selected('PROD'), ['production', 'prod-read'], 'one word')
    same(selected('4444', 'read'), ['prod-read'], 'two words')
    same(selected('read 4444'), ['prod-read'], 'one argument')
    same(selected('testing', 'admin'), ['testing'], 'mixed')
    refused(box.rolekey('across', 'nothing', '--', 'true'), 3,
            reason='nothing-selected', value='nothing')
    refused(box.rolekey('across', '--', 'true'), 2, reason='no-selector')
    refused(box.rolekey('across', 'testing'), 2, reason='no-command-to-run')
    refused(box.rolekey('across', 'testing', '--', '/no/such'), 127,
            reason='command-not-found')
    refused(box.rolekey('across', '-j', '0', 'testing', '--', 'true'), 2,
            reason='bad-option-value', value='0')


def case_a_failing_account_stops_no_other(box):
    box.warm(*ALL)
    script = 'case $ROLEKEY_PROFILE in staging) exit 3 ;; esac; echo fine'
    done = check(box.rolekey('across', *ALL, '--', 'sh', '-c', script), 3)
    same(len(done.stdout.splitlines()), 2, 'lines')
    summary(done, '2 ok, 1 failed (staging 3)')
    box.write_config(CONFIG + '[profile closed]\nsource_profile = custodian\n'
                     'role_arn = arn:aws:iam::444455556666:role/Closed\n'
                     '[profile broken]\nsource_profile = nobody\n'
                     'role_arn = arn:aws:iam::444455556666:role/Closed\n')
    done = check(box.rolekey('across', 'closed', 'broken', 'testing', '--',
                             'sh', '-c', 'echo fine; kill -TERM $$'), 143)
    same(done.stdout, 'testing: fine\n', 'stdout')
    summary(done, '0 ok, 3 failed (closed 125, broken 125, testing 143)')
    need(re.search(r'^closed: rolekey: exec closed: .*AccessDenied',
                   done.stderr, re.M), str(done))


def case_fail_fast_starts_no_more(box):
    box.warm(*ALL)
    done = check(box.rolekey('across', '--fail-fast', '-j', '1', *ALL, '--',
                             'sh', '-c', 'echo ran; exit 9'), 9)
    same(done.stdout, 'testing: ran\n', 'stdout')
    summary(done, '0 ok, 1 failed (testing 9), 2 not run')


def case_ordered(box):
    box.warm(*ALL)
    script = ('case $ROLEKEY_PROFILE in testing) sleep 1 ;; esac; '
              'for i in 1 2 3; do echo $i; echo e$i >&2; done; printf end')
    done = check(box.run('sh', '-c', 'exec 2>&1; exec "$@"', 'sh', BIN,
                         'across', '--ordered', *ALL, '--', 'sh', '-c',
                         script))
    lines = done.stdout.splitlines()
    names = [line.split(':')[0] for line in lines]
    same(names, [name for name in ALL for _ in range(7)] + ['across'], lines)
    for name in ALL:
        same([line for line in lines if line.startswith(name)
              and not re.search(r': e\d', line)],
             ['%s: %s' % (name, text) for text in ('1', '2', '3', 'end')],
             'lines of ' + name)


def case_ordered_with_much_output(box):
    """More than is kept in advance: the jobs wait, and nothing is lost."""
    box.warm(*ALL)
    script = ('case $ROLEKEY_PROFILE in testing) sleep 1 ;; esac; '
              'seq 1 1500000')
    done = check(box.rolekey('across', '--ordered', *ALL, '--', 'sh', '-c',
                             script, timeout=120))
    lines = done.stdout.splitlines()
    same(len(lines), 3 * 1500000, 'lines')
    for n, name in enumerate(ALL):
        for i in (0, 749999, 1499999):
            same(lines[n * 1500000 + i], '%s: %d' % (name, i + 1), 'line')


def case_a_folder_of_outputs(box):
    box.warm(*ALL)
    box.write_config(CONFIG.replace('[profile testing]', '[profile ../t%x]')
                     .replace('source_profile = testing',
                              'source_profile = ../t%x'))
    done = check(box.rolekey('across', '--output-dir', 'out', '../t%x',
                             'staging', '--', *WHO))
    same(done.stdout, '', 'stdout')
    summary(done, '2 ok, 0 failed')
    folder = os.path.join(box.home, 'out')
    same(sorted(os.listdir(folder)),
         ['%2E.%2Ft%25x.err', '%2E.%2Ft%25x.out', 'staging.err',
          'staging.out'], 'files')
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        same(os.stat(path).st_mode & 0o777, 0o600, 'mode')
        with open(path, encoding='utf-8') as file:
            need(file.read().endswith(' %s\n' % name[-3:]), name)
    same(os.stat(folder).st_mode & 0o777, 0o700, 'mode')
    refused(box.rolekey('across', '--output-dir', 'no/such', 'staging', '--',
                        'true'), 1, reason='system-call')
    refused(box.rolekey('across', '--output-dir', 'out', '--ordered',
                        'staging', '--', 'true'), 2,
            reason='exclusive-options')


def case_guarded_profiles_are_confirmed_together(box):
    box.warm(*ALL)
    box.write_config(CONFIG.replace(
        '[profile production]', '[profile production]\nrolekey_confirm = yes')
        .replace('[profile staging]',
                 '[profile staging]\nrolekey_confirm = yes'))
    words = ['across', *ALL, '--', 'echo', 'it ran']
    done = check(box.pty_run(words, [('production  444455556666[^>]*'
                                      'Type "yes" to run', 'yes')]),
                 stdout='testing: it ran')
    same(len(re.findall(': it ran', done.stdout)), 3, 'runs')
    need('staging  333344445555' in done.stdout, str(done))
    for answer in ('y', 'production', ''):
        done = check(box.pty_run(words, [('Type "yes" to run', answer)]), 4,
                     reason='not-confirmed-all')
        need(': it ran' not in done.stdout, str(done))
    check(box.rolekey(*words), 4, reason='no-terminal',
          context='confirmation', without='it ran')
    summary(check(box.rolekey('across', '--yes', *words[1:])),
            '3 ok, 0 failed')


def case_200_profiles_20_at_a_time(box):
    check(box.add())
    box.write_config(many_profiles(MANY))
    folder = os.path.join(box.home, 'running')
    os.mkdir(folder)
    script = ('mkdir "$1/$ROLEKEY_PROFILE"; ls "$1" | wc -l; sleep 0.2; '
              'rmdir "$1/$ROLEKEY_PROFILE"')
    done = check(box.rolekey('across', '-t', box.code(), '-j', '20', 'acct-',
                             '--', 'sh', '-c', script, 'sh', folder,
                             timeout=240))
    summary(done, '%d ok, 0 failed' % MANY)
    names = [line.split(':')[0] for line in done.stdout.splitlines()]
    same(sorted(names), ['acct-%03d' % i for i in range(MANY)], 'profiles')
    at_once = [int(line.split()[1]) for line in done.stdout.splitlines()]
    need(2 < max(at_once) <= 20, 'at once: %d' % max(at_once))
    same(done.calls.count('GetSessionToken'), 1, 'codes')
    same(done.calls.count('AssumeRole'), MANY, 'roles')
    print('    %.1f s, %d at once' % (done.seconds, max(at_once)))


def wait_for(what, seconds=30):
    end = time.monotonic() + seconds
    while not what():
        need(time.monotonic() < end, 'it never happened')
        time.sleep(0.05)


TRAP = r'''
trap 'echo INT >>"$1/$ROLEKEY_PROFILE"; exit 42' INT
trap 'echo TERM >>"$1/$ROLEKEY_PROFILE"; exit 43' TERM
: >"$1/$ROLEKEY_PROFILE"
i=0; while [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done
'''


def signals_of(folder):
    found = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding='ascii') as file:
            found[name] = file.read().split()
    return found


def case_ctrl_c_ends_all_once(box):
    box.warm(*ALL)
    folder = os.path.join(box.home, 'seen')
    os.mkdir(folder)
    terminal = box.pty('across', '-j', '2', *ALL, '--', 'sh', '-c', TRAP,
                       'sh', folder)
    try:
        wait_for(lambda: len(os.listdir(folder)) == 2)
        terminal.child.send('\x03')
        done = check(terminal.finish(), 130)
    finally:
        terminal.close()
    same(signals_of(folder), {'testing': ['INT'], 'staging': ['INT']},
         'signals')
    need('across: 0 ok, 2 failed (testing 42, staging 42), 1 not run'
         in done.stdout, str(done))


def case_a_signal_to_rolekey_alone_ends_all_once(box):
    box.warm(*ALL)
    for sig, word, status in ((signal.SIGTERM, 'TERM', 143),
                              (signal.SIGINT, 'INT', 130)):
        folder = os.path.join(box.home, word)
        os.mkdir(folder)
        process = subprocess.Popen(
            [BIN, 'across', *ALL, '--', 'sh', '-c', TRAP, 'sh', folder],
            env=box.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, start_new_session=True)
        wait_for(lambda folder=folder: len(os.listdir(folder)) == 3)
        process.send_signal(sig)
        process.communicate(timeout=60)
        same(process.returncode, status, 'status')
        same(signals_of(folder), {name: [word] for name in ALL}, 'signals')


def case_a_second_signal_kills(box):
    box.warm(*ALL)
    folder = os.path.join(box.home, 'seen')
    os.mkdir(folder)
    script = 'trap "" INT; : >"$1/$ROLEKEY_PROFILE"; sleep 600; sleep 600'
    terminal = box.pty('across', *ALL, '--', 'sh', '-c', script, 'sh', folder)
    try:
        wait_for(lambda: len(os.listdir(folder)) == 3)
        terminal.child.send('\x03')
        time.sleep(0.5)
        terminal.child.send('\x03')
        done = check(terminal.finish(), 130)
    finally:
        terminal.close()
    need('3 failed (testing 137, staging 137, production 137)' in done.stdout,
         str(done))


def case_all_end_with_rolekey(box):
    """By SIGKILL, or by SIGPIPE, as with head(1)."""
    box.warm(*ALL)
    script = 'echo $$ >"$1/$ROLEKEY_PROFILE"; echo fine; exec sleep 600'
    for sig in (signal.SIGKILL, signal.SIGPIPE):
        folder = os.path.join(box.home, sig.name)
        os.mkdir(folder)
        process = subprocess.Popen(
            [BIN, 'across', *ALL, '--', 'sh', '-c', script, 'sh', folder],
            env=box.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, start_new_session=True)
        wait_for(lambda folder=folder: all(
            texts and texts[0].isdigit()
            for texts in signals_of(folder).values())
            and len(os.listdir(folder)) == 3)
        pids = [int(texts[0]) for texts in signals_of(folder).values()]
        process.send_signal(sig)
        process.stdout.close()
        process.wait(30)
        wait_for(lambda pids=pids: not any(map(is_running, pids)))


def is_running(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


def case_the_progress_on_a_terminal(box):
    box.warm(*ALL)
    script = 'sleep 0.5; echo fine; [ $ROLEKEY_PROFILE != staging ]'
    done = check(box.pty_run(['across', '-j', '1', *ALL, '--', 'sh', '-c',
                              script], []), 1)
    need(re.search(r'\r\x1b\[K0 done, 1 running, 0 failed', done.stdout),
         repr(done.stdout))
    need(re.search(r'\r\x1b\[K2 done, 1 running, 1 failed', done.stdout),
         repr(done.stdout))
    need('\r\x1b[Ktesting: fine\n' in done.stdout, repr(done.stdout))
    need(re.search(r'(\r\x1b\[K|fine\n)across: 2 ok, 1 failed '
                   r'\(staging 1\)\n\Z', done.stdout), repr(done.stdout))
    done = check(box.pty_run(['across', 'testing', '--', 'sleep', '0.3'], []))
    need(done.stdout.endswith('\r\x1b[Kacross: 1 ok, 0 failed\n'),
         repr(done.stdout))
    for env in ({'TERM': 'dumb'},):
        done = box.pty_run(['across', 'testing', '--', 'sleep', '0.3'], [],
                           env=env)
        need('\x1b' not in done.stdout and 'running' not in done.stdout,
             repr(done.stdout))


def case_a_process_left_behind_is_not_waited_for(box):
    box.warm('testing')
    done = check(box.rolekey('across', 'testing', '--', 'sh', '-c',
                             'sleep 300 & echo $!'))
    same(done.stdout.split(':')[0], 'testing', 'stdout')
    os.kill(int(done.stdout.split()[1]), signal.SIGKILL)
    need(done.seconds < 30, str(done))


def case_a_role_of_more_than_an_hour_needs_no_second_code(box):
    check(box.add())
    box.write_config(CONFIG.replace('[profile testing]', '[profile testing]\n'
                                    'duration_seconds = 7200'))
    done = check(box.rolekey('across', '-t', box.code(), 'testing', 'staging',
                             '--', 'true'))
    same(done.calls.count('GetSessionToken'), 1, 'codes')
    summary(done, '2 ok, 0 failed')


def case_a_key_that_is_missing_is_said(box):
    box.warm('testing')
    box.write_config(CONFIG + '[profile lost]\nsource_profile = nokey\n'
                     'role_arn = arn:aws:iam::444455556666:role/X\n'
                     '[profile nokey]\nmfa_serial = '
                     'arn:aws:iam::999900001111:mfa/kim\n')
    done = check(box.rolekey('across', 'lost', 'testing', '--', 'echo',
                             'fine'), 125)
    same(done.stdout, 'testing: fine\n', 'stdout')
    summary(done, '1 ok, 1 failed (lost 125)')
    noticed(done, 'no-key', profile='nokey')


if __name__ == '__main__':
    run_cases(globals())
