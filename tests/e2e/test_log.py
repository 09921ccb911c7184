#!/usr/bin/python3 -B
"""The log of uses: what is in it, and what it never costs."""

import datetime
import json
import os
import re
import resource
import subprocess
import time

from harness import (BIN, LOG, PYTHON, SECRET, check, check_quiet,
                     need, noticed, refused, run_cases, same)
from mounts import fill, small_disk, with_own_mounts
from portal import Portal
from servers import Served

MEMBERS = ['time', 'profile', 'account', 'session_name', 'how', 'command',
           'reason', 'expires']
TESTING = '222233334444'
FULL = 10 << 20  # bytes, at which a new file is started
TIME = r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ'


def log_path(box):
    return os.path.join(box.top, LOG)


def content(box, name=''):
    with open(log_path(box) + name, encoding='utf-8') as file:
        return file.read()


def lines(box):
    """The log, in which each line must be an object of its own."""
    if not os.path.exists(log_path(box)):
        return []
    found = [json.loads(line) for line in content(box).splitlines()]
    for entry in found:
        same(list(entry), MEMBERS, 'members')
        need(re.fullmatch(TIME, entry['time']), entry)
        need(entry['expires'] is None or re.fullmatch(TIME, entry['expires']),
             entry)
    return found


def since(box, before):
    return [tuple(entry[name] for name in MEMBERS[1:-1])
            for entry in lines(box)[len(before):]]


def ready(box):
    """With a cached session of testing."""
    box.warm()
    return lines(box)


def entry_of(age, profile, **more):
    """A line of the log, so many seconds old."""
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(
        seconds=age)
    entry = dict.fromkeys(MEMBERS)
    entry.update(time=at.strftime('%Y-%m-%dT%H:%M:%SZ'), profile=profile,
                 how='exec', **more)
    return json.dumps(entry, separators=(',', ':'), ensure_ascii=False) + '\n'


# -- what is in it -------------------------------------------------------------


def case_a_line_says_who_did_what_and_why(box):
    box.add_quietly()
    cold = check(box.rolekey('exec', 'testing', '-t', box.code(), '--reason',
                             ' INC-42: "disk"\n', '--', 'sh', '-c', 'exit 3'),
                 3)
    need(cold.calls, 'it was not the first use')
    line, = lines(box)
    same([line[name] for name in MEMBERS[1:-1]],
         ['testing', TESTING, 'alex', 'exec', 'sh', 'INC-42: "disk"'], 'cold')
    same(abs(time.time() - datetime.datetime.fromisoformat(
        line['time'].replace('Z', '+00:00')).timestamp()) < 120, True, 'time')
    warm = check(box.rolekey('exec', 'testing', '--', '/bin/true', SECRET))
    same(warm.calls, [], 'the second was not cached')
    again = lines(box)[1]
    same([again[name] for name in MEMBERS[1:]],
         ['testing', TESTING, 'alex', 'exec', 'true', None, line['expires']],
         'warm')
    same(os.stat(log_path(box)).st_mode & 0o7777, 0o600, 'mode')


def case_each_way_to_use_credentials_is_logged(box):
    before = ready(box)
    check(box.rolekey('export', 'testing'))
    check(box.rolekey('credential-process', 'testing'))
    check(box.rolekey('login', 'testing', '--stdout', '--reason', 'look'))
    check(box.rolekey('across', '--reason', 'count', 'testing', 'staging', '--',
                      'true'))
    with Served(box, '--server', 'testing') as served:
        served.get()
        served.get()
        same(served.end(), 0, 'status')
    found = since(box, before)
    who = ('testing', TESTING, 'alex')
    same(found[:3], [(*who, 'export', None, None),
                     (*who, 'credential-process', None, None),
                     (*who, 'login', None, 'look')], 'one by one')
    same(sorted(found[3:5]), [
        ('staging', '333344445555', 'alex', 'across', 'true', 'count'),
        (*who, 'across', 'true', 'count')], 'across')
    same(found[5:], [(*who, 'server', os.path.basename(PYTHON), None)],
         'a server, however often it is asked')


def case_a_console_of_the_portal_is_a_login(box):
    before = ready(box)
    with Portal(box) as portal:
        portal.enter()
        same(portal.open('testing')[0], 200, 'status')
    same(since(box, before),
         [('testing', TESTING, 'alex', 'login', None, None)], 'portal')


def case_a_command_of_across_logs_as_itself(box):
    """It is no job: it does not inherit the variable that jobs have."""
    before = ready(box)
    done = check(box.rolekey('across', 'testing', '--', 'sh', '-c',
                             '"%s" exec testing -- env' % BIN))
    need('ROLEKEY_JOB' not in done.stdout, str(done))
    same([entry[3] for entry in since(box, before)], ['across', 'exec'], 'how')


def case_what_uses_no_credentials_is_not_logged(box):
    before = ready(box)
    for argv in (('explain', 'testing'), ('list',), ('status', 'testing'),
                 ('login', 'testing', '--switch', '--stdout'),
                 ('exec', 'testing', '--', '/nowhere/at/all'),
                 ('exec', 'nobody', '--', 'true'), ('config', 'check'),
                 ('across', 'testing', '--dry-run')):
        box.rolekey(*argv)
    same(since(box, before), [], 'lines')


def case_a_session_of_the_user_has_no_session_name(box):
    before = ready(box)
    check(box.rolekey('exec', 'custodian', '--', 'true'))
    same(since(box, before),
         [('custodian', '111122223333', None, 'exec', 'true', None)], 'lines')


def case_a_reason_is_one_clean_line(box):
    before = ready(box)
    for reason, logged in (('a\033[2Jb\nc', 'a?[2Jb?c'), ('x' * 256, 'x' * 256),
                           ('größer als {"time":"', 'größer als {"time":"')):
        check(box.rolekey('export', 'testing', '--reason', reason))
        same(since(box, before)[-1][-1], logged, 'reason')
    for reason in ('', ' \n', 'ö' * 257):
        refused(box.rolekey('export', 'testing', '--reason', reason), 2,
                reason='bad-option-value', key='reason')
    same(len(since(box, before)), 3, 'lines')


def case_a_command_that_cannot_be_run_is_one_line(box):
    """The use was logged, and it is not logged again by rolekey-full."""
    before = ready(box)
    script = box.write('script', '#!/nonexistent/interpreter\n', mode=0o700)
    check(box.rolekey('exec', 'testing', '--', script), 127,
          reason='no-interpreter', value=script)
    same([entry[4] for entry in since(box, before)], ['script'], 'commands')


def case_off_means_off(box):
    box.write('.config/rolekey/config', '[rolekey]\nlog = no\n')
    same(ready(box), [], 'lines')
    check(box.rolekey('exec', 'testing', '--', 'true'))
    same(os.path.exists(log_path(box)), False, 'a log')
    check(box.rolekey('exec', 'testing', '--', 'true',
                      env={'ROLEKEY_LOG': 'yes'}))
    same(len(lines(box)), 1, 'with the variable')


# -- many at once --------------------------------------------------------------


def case_two_hundred_at_once_while_a_new_file_is_started(box):
    """No line is lost and none is mixed, before and after the change."""
    ready(box)
    line = entry_of(0, 'filler', reason='x' * 200)
    with open(log_path(box), 'w', encoding='utf-8') as file:
        file.write(line * ((FULL - 20000) // len(line)))
    processes = [subprocess.Popen(
        [BIN, 'credential-process', 'testing', '--reason',
         'number %03d %s' % (number, 'ö"' * 60)], env=box.env, cwd=box.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, start_new_session=True)
        for number in range(200)]
    for process in processes:
        _, stderr = process.communicate(timeout=120)
        same((process.returncode, stderr), (0, b''), 'a process')
    need(os.path.getsize(log_path(box) + '.1') >= FULL, 'the old file')
    found = [json.loads(line)['reason'] for name in ('.1', '')
             for line in content(box, name).splitlines() if 'number' in line]
    same(sorted(reason[:10] for reason in found),
         ['number %03d' % number for number in range(200)], 'lines')
    same({len(reason) for reason in found}, {131}, 'whole lines')
    shown = check(box.rolekey('log', 'number', '--json')).stdout.splitlines()
    same(len(shown), 200, 'shown')


# -- what it never costs -------------------------------------------------------


@with_own_mounts
def case_a_full_disk_stops_nothing(box):
    ready(box)
    folder = os.path.dirname(log_path(box))
    with small_disk(folder, '8k'):
        check_quiet(box.rolekey('exec', 'testing', '--reason', 'x' * 200, '--',
                                'true'))
        size = os.path.getsize(log_path(box))
        fill(folder)
        for argv in (('exec', 'testing', '--', 'true'),
                     ('export', 'testing')):
            done = {}
            for _ in range(40):  # the last page has some room
                done = check(box.rolekey(*argv))
                if done.stderr:
                    break
            noticed(done, 'system-call', path=log_path(box),
                    detail='No space left on device')
        check_quiet(box.rolekey('credential-process', 'testing'))
        need(os.path.getsize(log_path(box)) > size, 'no line fitted')
        os.unlink(os.path.join(folder, 'filler'))
        check_quiet(box.rolekey('exec', 'testing', '--reason', 'after', '--',
                                'true'))
        last = content(box).splitlines()[-1]
        same(json.loads(last)['reason'], 'after', 'the line after')
        box.forget_kernel_keys()


def case_a_folder_that_cannot_be_written_stops_nothing(box):
    ready(box)
    for state in ('/proc/nowhere', os.path.join(box.config, 'state')):
        done = check(box.rolekey('exec', 'testing', '--', 'true',
                                 env={'XDG_STATE_HOME': state}))
        noticed(done, 'system-call')
        check_quiet(box.rolekey('credential-process', 'testing',
                                env={'XDG_STATE_HOME': state}))
        check_quiet(box.rolekey('exec', 'testing', '--', 'true', env={
            'XDG_STATE_HOME': state, 'ROLEKEY_LOG': 'no'}))


def case_a_limit_of_the_files_size_stops_nothing(box):
    """A write beyond it would be SIGXFSZ, which ends a process."""
    ready(box)
    size = os.path.getsize(log_path(box))
    done = check(box.rolekey(
        'exec', 'testing', '--', 'true', preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (size, size))))
    noticed(done, 'system-call', detail='File too large')
    same(os.path.getsize(log_path(box)), size, 'size')


def case_a_file_of_somebody_else_is_not_touched(box):
    before = ready(box)
    other = os.path.join(box.home, 'other')
    os.rename(log_path(box), other)
    for put in (os.symlink, os.link, lambda _, path: os.mkfifo(path)):
        put(other, log_path(box))
        done = check(box.rolekey('exec', 'testing', '--', 'true'))
        need('warning' in done.stderr and done.seconds < 10, str(done))
        os.unlink(log_path(box))
    with open(other, encoding='utf-8') as file:
        same(len(file.readlines()), len(before), 'lines')


# -- the command ---------------------------------------------------------------


def shown(box, *argv):
    done = check_quiet(box.rolekey('log', *argv, '--json'))
    return [json.loads(line)['reason'] for line in done.stdout.splitlines()]


def case_the_command_selects(box):
    same(shown(box), [], 'no log')
    box.write(os.path.relpath(log_path(box), box.home), ''.join((
        entry_of(90000, 'prod', reason='one', account='444455556666'),
        entry_of(7200, 'prod-eu', reason='two', command='terraform'),
        entry_of(60, 'prod', reason='three INC-42', session_name='alex'),
        entry_of(5, 'testing', reason='four'))))
    for argv, expected in (
            ((), ['one', 'two', 'three INC-42', 'four']),
            (('prod',), ['one', 'three INC-42']),  # the name of a profile
            (('pro',), ['one', 'two', 'three INC-42']),
            (('prod', 'testing'), ['one', 'three INC-42', 'four']),
            (('--since', '1d'), ['two', 'three INC-42', 'four']),
            (('--since', '1h', 'PROD'), ['three INC-42']),
            (('inc-42',), ['three INC-42']), (('444455556666',), ['one']),
            (('alex', 'prod'), ['three INC-42']), (('TERRA',), ['two']),
            (('nothing',), [])):
        same(shown(box, *argv), expected, 'log ' + ' '.join(argv))
    refused(box.rolekey('log', '--since', 'yesterday'), 2,
            reason='bad-option-value', key='since')


def case_the_table(box):
    box.write(os.path.relpath(log_path(box), box.home), ''.join((
        entry_of(60, 'prod', account='444455556666', session_name='alex',
                 command='aws', reason='a \033[2J b'),
        entry_of(60, 'テスト'))))
    done = check_quiet(box.rolekey('log'))
    first, second = done.stdout.splitlines()
    need(re.fullmatch(TIME + r'  prod    444455556666  alex  exec  aws  '
                      r'a \?\[2J b', first), first)
    need(re.fullmatch(TIME + r'  テスト  -             -     exec  -    -',
                      second), second)


def case_damaged_lines_are_left_out(box):
    whole = entry_of(60, 'prod', reason='one')
    box.write(os.path.relpath(log_path(box), box.home), ''.join((
        '\n', 'nonsense\n', whole, '[]\n', '{"time":"x","profile":"y"}\n',
        whole[:40], entry_of(50, 'prod', reason='two'), whole[:30])))
    done = check(box.rolekey('log', '--json'))
    same([json.loads(line)['reason'] for line in done.stdout.splitlines()],
         ['one', 'two'], 'whole lines')
    noticed(done, 'log-lines-skipped', number=5)
    check(box.rolekey('config', 'check'))


def case_it_needs_no_files_of_aws(box):
    """They may be broken when somebody asks what happened."""
    ready(box)
    box.write_config('[broken\n')
    same(len(shown(box)), 1, 'lines')


if __name__ == '__main__':
    run_cases(globals())
