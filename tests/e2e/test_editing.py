#!/usr/bin/python3 -B
"""`add` changes one line of the config, and nothing that can happen meanwhile
leaves anything but the old file or the new one."""

import os
import re
import shutil

import messages
from harness import BIN, SERIAL, Skipped, check, need, run_cases, same
from other_user import NOBODY, as_person

LINE = re.compile(r'^([a-z0-9_]+)\((.*)$')
OLD = ('# \u00fc, and no end of the last line\r\n[profile custodian]\r\n'
       '\tregion = eu-west-1 ; kept\r\n\r\n'
       '[profile testing]\r\nsource_profile = custodian\r\n'
       'role_arn = arn:aws:iam::222233334444:role/TestingAdmin').encode()
WRITES = ('write', 'pwrite64', 'writev', 'sendto', 'fsync', 'fdatasync',
          'ftruncate', 'fchmod', 'fchown', 'flock', 'rename', 'renameat',
          'renameat2', 'link', 'linkat', 'unlink', 'unlinkat', 'mkdir',
          'mkdirat')
NEW = OLD.replace(b'[profile custodian]\r\n',
                  b'[profile custodian]\r\n\tmfa_serial = ' +
                  SERIAL.encode() + b'\r\n')


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def environment(box):
    return dict(box.key_environment(), ASAN_OPTIONS='detect_leaks=0')


def traced(box, *options):
    if not shutil.which('strace'):
        raise Skipped('no strace')
    log = os.path.join(box.top, 'trace')
    done = box.run('strace', '-qq', '-o', log, *options, BIN, 'add',
                   'custodian', '--env', env=environment(box))
    return done, read(log).decode('utf-8', 'replace').splitlines()


def of_all_that_writes(lines, config):
    """The same, from the first look at the config on: the keyring's too."""
    counts, found, begun = {}, [], False
    for line in lines:
        match = LINE.match(line)
        if not match:
            continue
        name = match.group(1)
        counts[name] = counts.get(name, 0) + 1
        begun = begun or (name == 'openat' and '"%s"' % config in line)
        if begun and (name in WRITES or name == 'openat' and
                      'O_CREAT' in line):
            found.append((name, counts[name]))
    return found


def of_the_edit(lines, config):
    """(call, its number of that name) from the config's lock to the end."""
    counts, found, begun = {}, [], False
    last = max(n for n, line in enumerate(lines)
               if 'openat' in line and '"%s"' % config in line)
    for n, line in enumerate(lines):
        match = LINE.match(line)
        if not match:
            continue
        name = match.group(1)
        counts[name] = counts.get(name, 0) + 1
        begun = begun or n >= last
        if begun and name not in ('exit_group', 'munmap', 'mmap', 'madvise',
                                  'munlock', 'mprotect'):
            found.append((name, counts[name]))
    return found


def fresh(box):
    """As before the first `add`; the keyring is kept, since it costs most."""
    box.write_config(OLD)
    os.chmod(box.config, 0o640)


def others(box):
    """The files next to the config file."""
    return sorted(set(os.listdir(os.path.dirname(box.config))) -
                  {'config', 'credentials'})


def case_killed_at_any_system_call(box):
    fresh(box)
    done, lines = traced(box)
    check(done)
    same(read(box.config), NEW, 'config')
    calls = of_the_edit(lines, box.config)
    need({'rename', 'fsync', 'write'} <= {
        name.replace('renameat2', 'rename').replace('renameat', 'rename')
        for name, _ in calls}, calls)
    seen = set()
    for name, number in calls:
        fresh(box)
        done, _ = traced(box, '-e', 'inject=%s:signal=KILL:when=%d' % (
            name, number))
        now = read(box.config)
        need(now in (OLD, NEW), 'killed at %s %d: %r' % (name, number, now))
        same(os.stat(box.config).st_mode & 0o7777, 0o640, 'mode')
        seen.add((now == NEW, done.status != 0))
    print('    %d system calls' % len(calls))
    need({(False, True), (True, True)} <= seen, 'killed before and behind the '
         'change: %s' % seen)
    fresh(box)
    check(box.add())
    same(read(box.config), NEW, 'config after the next one')


def case_killed_at_any_that_writes_from_the_first_look_on(box):
    """Another key replaces the one that is stored, and the line is added: both
    the keyring and the config are either as before or complete, each time."""
    fresh(box)
    check(box.add())
    fresh(box)
    done, lines = traced(box)
    check(done)
    calls = of_all_that_writes(lines, box.config)
    need({'sendto', 'rename', 'fsync', 'write', 'openat'} <= {
        name for name, _ in calls}, calls)
    need(len(calls) < 80, '%d calls are too many to try' % len(calls))
    killed = 0
    for name, number in calls:
        fresh(box)
        done, _ = traced(box, '-e', 'inject=%s:signal=KILL:when=%d' % (
            name, number))
        what = 'killed at %s %d: %s' % (name, number, done)
        killed += done.status != 0  # or it made fewer calls this time
        need(read(box.config) in ((OLD, NEW) if done.status else (NEW,)), what)
        same(os.stat(box.config).st_mode & 0o7777, 0o640, 'mode')
        same(check(box.rolekey('list', '--credentials')).stdout,
             'custodian\n', 'keys, ' + what)
    print('    %d system calls' % killed)
    need(killed > len(calls) / 2, 'killed at %d of %s' % (killed, calls))
    fresh(box)
    check(box.add())
    same(read(box.config), NEW, 'config after the next one')
    check(box.rolekey('export', 'testing', '-t', box.code()),
          stdout='AWS_SESSION_TOKEN')


def case_each_failing_system_call(box):
    """EIO, a full or a read-only disk: reported, and the old file stays."""
    fresh(box)
    done, lines = traced(box)
    check(done)
    for name, number in of_the_edit(lines, box.config):
        if name not in ('openat', 'write', 'fsync', 'rename', 'renameat',
                        'renameat2', 'fchmod', 'fchown', 'ftruncate'):
            continue
        for error in ('EIO', 'ENOSPC', 'EROFS'):
            fresh(box)
            done, _ = traced(box, '-e', 'inject=%s:error=%s:when=%d' % (
                name, error, number))
            now = read(box.config)
            what = '%s %d: %s: %s' % (name, number, error, done)
            need(now in (OLD, NEW), what)
            need(now == NEW or done.status in (1, 3), what)
            need(done.status == 0 or re.search(messages.pattern(
                'config-not-written'), done.stderr), what)
            same(others(box), [], 'left over by ' + what)


def case_a_link_stays_one_and_its_target_is_changed(box):
    fresh(box)
    target = os.path.join(box.home, 'dotfiles')
    os.rename(box.config, target)
    os.symlink(target, box.config)
    check(box.add())
    same(os.readlink(box.config), target, 'link')
    same(read(target), NEW, 'config')
    same(os.stat(target).st_mode & 0o7777, 0o640, 'mode')


def case_a_file_that_changes_meanwhile_is_let_be(box):
    """Stopped when it looks at the file for the last time before the change."""
    for _ in range(10):
        fresh(box)
        done, lines = traced(box)
        check(done)
        name, number = [call for call in of_the_edit(lines, box.config)
                        if call[0] == 'openat'][0]
        fresh(box)
        done = box.run('sh', '-c', CHANGE, 'sh', box.config,
                       'inject=%s:signal=STOP:when=%d' % (name, number), BIN,
                       os.path.join(box.top, 'stopped'),
                       env=environment(box))
        if done.status != NOT_STOPPED:  # it opened fewer files this time
            break
    check(done, 3, context='config-not-written', reason='file-changed')
    same(read(box.config), b'[profile x]\n', 'config')
    same(others(box), [], 'left over')


def case_a_file_of_a_group_that_the_user_is_not_in(box):
    """It was "Operation not permitted".  The group is kept by its members; for
    others the new file has the user's group, and nothing for it.
    """
    if os.geteuid() != 0:
        raise Skipped('not root, who can give a file another group')
    before, binary = as_person(box)
    if not before:
        raise Skipped('no other user')
    member = [arg for arg in before if arg != '--clear-groups']
    member[member.index('--'):] = ['--groups', str(GROUP), '--']
    for run, group, mode in ((before, NOBODY, 0o604), (member, GROUP, 0o664)):
        fresh(box)
        os.chown(box.config, NOBODY, GROUP)
        os.chmod(box.config, 0o664)
        check(box.run(*run, binary, 'add', 'custodian', '--env',
                      env=environment(box)))
        same(read(box.config), NEW, 'config')
        now = os.stat(box.config)
        same((now.st_uid, now.st_gid, now.st_mode & 0o7777),
             (NOBODY, group, mode), 'owner, group and mode')
        same(others(box), [], 'left over')
        check(box.run(*run, binary, 'remove', '-f', 'custodian'))


NOT_STOPPED = 99
GROUP = 4242  # of no user
CHANGE = r'''
strace -q -o "$4" -e "$2" "$3" add custodian --env &
pid=$!
until grep -q "stopped by SIGSTOP" "$4" 2>/dev/null; do
	grep -q "State:.*[RSD] " /proc/$pid/status || exit 99
	sleep 0.05
done
child=$(cat /proc/$pid/task/$pid/children)
printf "[profile x]\n" >"$1"
kill -CONT $child
wait $pid
'''


if __name__ == '__main__':
    run_cases(globals())
