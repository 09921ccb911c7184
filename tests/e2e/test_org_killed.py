#!/usr/bin/python3 -B
"""org sync that is killed: the config file is the old one, or the new one."""

import os
import re
import shutil

from harness import BIN, Skipped, check, need, run_cases, same
from test_editing import of_the_edit
from test_org import BASE, start, sync


class Traced:
    """org sync under strace, each time with the same file and sessions."""

    def __init__(self, box):
        if not shutil.which('strace'):
            raise Skipped('no strace')
        start(box)
        self.box = box
        self.log = os.path.join(box.top, 'trace')

    def run(self, *options):
        self.box.write_config(BASE)
        done = self.box.run(
            'strace', '-qq', '-o', self.log, *options, BIN, 'org', 'sync',
            '--via', 'management', '--role', 'A', '--yes',
            env={'ASAN_OPTIONS': 'detect_leaks=0'})
        with open(self.log, encoding='utf-8', errors='replace') as file:
            return done, file.read().splitlines()

    def kill(self, name, number, new):
        """(the file is the new one, it was killed)"""
        done, _ = self.run('-e', 'inject=%s:signal=KILL:when=%d' % (name,
                                                                    number))
        now = self.box.read_config()
        need(now in (BASE, new), 'killed at %s %d: %r' % (name, number, now))
        return now == new, done.status != 0


def case_killed_at_any_system_call(box):
    """From the last read of the file on: it is the old one, or the new one."""
    traced = Traced(box)
    done, lines = traced.run()
    check(done)
    new = box.read_config()
    calls = [call for call in of_the_edit(lines, box.config)
             if call[0] not in ('getrandom', 'brk', 'close', 'read')]
    need({'fsync', 'write', 'openat'} <= {name for name, _ in calls}, calls)
    seen = {traced.kill(name, number, new) for name, number in calls}
    print('    %d system calls' % len(calls))
    need({(False, True), (True, True)} <= seen, seen)


def early(lines):
    """Of each system call the first; with ROLEKEY_KILLS=all every one."""
    counts, found = {}, []
    for line in lines:
        match = re.match(r'(\w+)\(', line)
        if match and match[1] != 'exit_group':
            counts[match[1]] = counts.get(match[1], 0) + 1
            found.append((match[1], counts[match[1]]))
    if os.environ.get('ROLEKEY_KILLS') == 'all':
        return found
    return [(name, number) for name, number in found if number == 1]


def case_killed_before_it_writes(box):
    """The file stays as it is, and the next call works."""
    traced = Traced(box)
    done, lines = traced.run()
    check(done)
    new = box.read_config()
    calls = early(lines)
    need({'execve', 'connect', 'sendto', 'poll'} <= {name for name, _ in calls},
         calls)
    for name, number in calls:
        traced.kill(name, number, new)
    print('    %d of %d system calls' % (len(calls), len(lines)))
    box.write_config(BASE)
    sync(box, '--via', 'management', '--role', 'A', '--yes')
    same(box.read_config(), new, 'afterwards')


run_cases(globals())
