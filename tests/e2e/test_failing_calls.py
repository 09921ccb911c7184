#!/usr/bin/python3 -B
"""Commands in which a system call fails, or at which they are killed.

Afterwards nothing is lost or shown, and the command can be run again. A sample
is tried; its seed is printed, and ROLEKEY_SEED repeats it. ROLEKEY_FAILING=add,
or any list of commands with commas between, tries each call with each error, and
with ROLEKEY_RUNS so many of them; "all" is all commands.
"""

import collections
import os
import re
import shutil

from failing import Trials, try_each
from harness import Skipped, need, run_cases
from quick import is_sanitized

# Few descriptors: each is looked at, which is slow under strace.
TRACED = ('prlimit', '--nofile=64:64', 'strace', '-qq')
CALL = re.compile(r'^([a-z0-9_]+)\((.*)$')
MEMORY = {'mmap', 'munmap', 'mprotect', 'madvise', 'brk', 'mremap', 'mlock',
          'munlock'}
# Calls that cannot fail here are left out; they are killed at nevertheless.
ERRORS = {
    'access': 'EACCES ENOENT', 'add_key': 'EDQUOT ENOSYS EPERM',
    'bind': 'EADDRINUSE', 'chmod': 'EPERM',
    'clone': 'EAGAIN', 'clone3': 'EAGAIN', 'close': 'EIO',
    'connect': 'ECONNREFUSED ETIMEDOUT ENETUNREACH', 'dup2': 'EMFILE',
    'epoll_create1': 'EMFILE', 'eventfd2': 'EMFILE', 'execve': 'ENOENT ENOMEM',
    'faccessat2': 'EACCES', 'fchmod': 'EPERM', 'fchown': 'EPERM',
    'fcntl': 'EINVAL', 'fdatasync': 'EIO', 'flock': 'ENOLCK EINTR',
    'fstat': 'EIO', 'fsync': 'EIO ENOSPC', 'ftruncate': 'EIO',
    'getdents64': 'EIO', 'getpeername': 'ENOTCONN', 'getrandom': 'ENOSYS EINTR',
    'getsockname': 'ENOBUFS', 'getsockopt': 'ENOBUFS',
    'keyctl': 'EACCES ENOKEY ENOSYS', 'link': 'EPERM', 'linkat': 'EPERM',
    'lseek': 'ESPIPE', 'madvise': 'EINVAL', 'mkdir': 'EACCES ENOSPC',
    'mkdirat': 'EACCES ENOSPC', 'mlock': 'ENOMEM EPERM', 'mmap': 'ENOMEM',
    'mprotect': 'ENOMEM', 'newfstatat': 'EACCES EIO',
    'openat': 'EACCES EMFILE EIO ENOSPC', 'pipe2': 'EMFILE',
    'poll': 'EINTR ENOMEM', 'prctl': 'EINVAL', 'pread64': 'EIO',
    'prlimit64': 'EPERM', 'pwrite64': 'EIO ENOSPC', 'read': 'EIO EINTR',
    'readlink': 'EACCES', 'readlinkat': 'EACCES',
    'recvfrom': 'ECONNRESET', 'recvmsg': 'ECONNRESET',
    'rename': 'EIO ENOSPC', 'renameat': 'EIO ENOSPC',
    'renameat2': 'EIO ENOSPC', 'sendmsg': 'EPIPE', 'sendto': 'ECONNRESET EPIPE',
    'setsockopt': 'ENOBUFS', 'socket': 'EMFILE EAFNOSUPPORT',
    'socketpair': 'EMFILE', 'statx': 'EACCES', 'symlink': 'EPERM',
    'uname': 'EFAULT', 'unlink': 'EACCES', 'unlinkat': 'EACCES EIO',
    'write': 'EIO ENOSPC EINTR', 'writev': 'EIO ENOSPC'}


def calls(lines, sanitized):
    """(name, its number of that name) of all that may be broken: from main()
    on, which begins with a look at the descriptor 0, in both programs."""
    counts, found = collections.Counter(), []
    begun = False
    for line in lines:
        match = CALL.match(line)
        if not match:
            continue
        name, rest = match.groups()
        counts[name] += 1
        ours = begun
        if name == 'execve':
            begun = False
        elif name == 'fcntl' and rest.startswith('0, F_GETFD'):
            begun = ours = True
        if ours and name != 'exit_group' and not (
                sanitized and name in MEMORY):
            found.append((name, counts[name]))
    return [call for i, call in enumerate(found) if not within(found, i)]


def within(found, i):
    """It is within a loop over all descriptors."""
    return {name for name, _ in found[max(i - 4, 0):i + 5]} == {'fcntl'}


def ways(name):
    """How it is broken, in strace's words. brk reports by its result."""
    return ['signal=KILL'] + ['retval=0'] * (name == 'brk') + [
        'error=' + error for error in ERRORS.get(name, '').split()]


def faults_of(found):
    return [(name, number, what) for name, number in found
            for what in ways(name)]


def sample(faults, runs, pick):
    """Each kind of call in turn, however often it is made."""
    by_call = collections.defaultdict(list)
    for fault in pick.sample(faults, len(faults)):
        by_call[fault[0]].append(fault)
    names = pick.sample(sorted(by_call), len(by_call))
    found = []
    while len(found) < min(runs, len(faults)):
        found += [by_call[name].pop() for name in names if by_call[name]]
    return found[:runs]


def case_every_system_call(_box):
    if not shutil.which('strace'):
        raise Skipped('no strace')
    try_each(try_calls)


def try_calls(command, runs, pick):
    log = os.path.join(command.box.top, 'trace')
    trials = Trials(command)
    trials.clean(*TRACED, '-o', log)
    with open(log, encoding='utf-8', errors='replace') as file:
        faults = faults_of(calls(file.read().splitlines(), is_sanitized()))
    need(len(faults) > 50, str(faults))
    for call, number, what in sample(faults, runs, pick):
        trials.one('%s %d: %s' % (call, number, what), *TRACED, '-o',
                   '/dev/null', '-e', 'trace=' + call, '-e',
                   'inject=%s:%s:when=%d' % (call, what, number))
    trials.end(len(faults))


if __name__ == '__main__':
    run_cases(globals())
