#!/usr/bin/python3 -B
"""rotate, killed at each step, and with each system call failing."""

import shutil

from harness import Skipped, need, run_cases
from rotate_torture import ALL, KEYRINGS, of_alex, of_sam, some

# The calls by which files change and requests are sent, and how often they are
# made at most; each is broken until one comes to nothing any more.
KILLED_AT = ('fsync', 'rename', 'ftruncate', 'pwrite64', 'write', 'sendto',
             'recvfrom')
FAILING = (('fsync', 'EIO'), ('rename', 'ENOSPC'), ('ftruncate', 'EIO'),
           ('pwrite64', 'ENOSPC'), ('write', 'ENOSPC'), ('flock', 'ENOLCK'),
           ('sendto', 'ECONNRESET'), ('recvfrom', 'ECONNRESET'),
           ('connect', 'ECONNREFUSED'), ('socket', 'EMFILE'),
           ('keyctl', 'EACCES'))
MOST = 60


def traced(torture, call, what, number, *flags):
    # Few descriptors: each one is looked at, which is slow under strace.
    return torture.rotate(
        'prlimit', '--nofile=128:128', 'strace', '-f', '-qq', *flags, '-o',
        '/dev/null', '-e', 'trace=' + call, '-e',
        'inject=%s:%s:when=%d' % (call, what, number),
        env={'ASAN_OPTIONS': 'detect_leaks=0'})


def case_killed_at_each_step(box):
    if not shutil.which('strace'):
        raise Skipped('no strace')
    torture = of_sam(box)
    for call in KILLED_AT:
        for number in range(1, MOST):
            done = traced(torture, call, 'signal=KILL', number)
            torture.check(done, 'killed at %s %d' % (call, number))
            if done.status == 0:
                break
        need(done.status == 0, call)
    torture.end(35)


def case_each_system_call_fails(box):
    if not shutil.which('strace'):
        raise Skipped('no strace')
    torture = of_sam(box)
    for call, error in FAILING:
        quiet = 0  # calls that were not needed
        for number in range(1, MOST):
            done = traced(torture, call, 'error=' + error, number,
                          '--seccomp-bpf')
            torture.check(done, '%s fails at %d' % (call, number))
            quiet = quiet + 1 if done.status == 0 else 0
            if quiet == 3:
                break
    torture.end(15)


def killed_at_some(box, torture, calls, failed):
    """Not from the first to the last: at each third or so of the calls."""
    if not shutil.which('strace'):
        raise Skipped('no strace')
    for at, (call, step) in enumerate(calls):
        for number in some(range(1, MOST), at, step):
            done = traced(torture, call, 'signal=KILL', number)
            torture.check(done, 'killed at %s %d' % (call, number))
            if done.status == 0:
                break
    torture.end(20 if ALL else failed)


def case_killed_with_mfa(box):
    """A code goes into the first request, and a session into the others."""
    killed_at_some(box, of_alex(box), (('rename', 4), ('sendto', 6),
                                       ('recvfrom', 8)), 3)


def case_killed_with_a_password_store(box):
    """strace follows pass and gpg, so they are killed, too."""
    with KEYRINGS['pass'](box):
        killed_at_some(box, of_alex(box), (('sendto', 5), ('rename', 3)), 2)


def case_killed_with_a_secret_service(box):
    with KEYRINGS['secret-service'](box):
        killed_at_some(box, of_alex(box), (('sendto', 9), ('sendmsg', 25)), 3)


if __name__ == '__main__':
    run_cases(globals())
