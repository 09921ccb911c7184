#!/usr/bin/python3 -B
"""What a cached call costs: which libraries, files and peers it touches."""

import os
import re
import subprocess

from harness import (BIN, PASSPHRASE, Skipped, check, gnome_keyring, need,
                     run_cases, same)

# DESIGN: the hot path loads little.  What a sanitizer brings comes on top.
ALLOWED = {'libc', 'libsodium', 'libkeyutils'}
SANITIZERS = {'libasan', 'libubsan', 'libm', 'libgcc_s', 'libstdc++', 'libdl',
              'libpthread', 'librt'}
FOR_THE_SECRET_SERVICE = {'libsystemd', 'libcap', 'libgcrypt', 'libgpg-error',
                          'liblz4', 'liblzma', 'libzstd'}


def is_sanitized():
    linked = subprocess.run(['readelf', '-d', BIN], check=False,
                            capture_output=True, text=True).stdout
    return 'libasan' in linked


def trace(box, *argv, calls='openat,execve,connect'):
    """The lines of strace over a cached call."""
    probe = subprocess.run(['strace', '-qq', '-o', '/dev/null', 'true'],
                           check=False, capture_output=True)
    if probe.returncode != 0:
        raise Skipped('no strace here')
    path = os.path.join(box.top, 'trace')
    done = box.run('strace', '-f', '-qq', '-e', 'trace=' + calls, '-o', path,
                   BIN, *argv, env={'ASAN_OPTIONS': 'detect_leaks=0'})
    check(done)
    with open(path, encoding='utf-8', errors='replace') as file:
        return [line for line in file if ' = -1 ' not in line]


def libraries(lines):
    """The libraries that were opened before any child was run."""
    ours, started = set(), 0
    for line in lines:
        started += 'execve(' in line
        if started > 1:
            break
        match = re.search(r'"[^"]*/(lib[^"/]*?)\.so[^"/]*"', line)
        if match:
            ours.add(match.group(1))
    return ours - (SANITIZERS if is_sanitized() else set())


CACHED = (('export', 'testing'), ('credential-process', 'testing'),
          ('exec', 'testing', '--', 'true'))


def case_a_cached_call_loads_little(box):
    box.warm()
    for argv in CACHED:
        extra = libraries(trace(box, *argv)) - ALLOWED
        same((argv[0], sorted(extra)), (argv[0], []), 'libraries')


def case_with_the_secret_service_sd_bus_comes_on_top(box):
    with gnome_keyring(box):
        box.warm()
        for argv in CACHED:
            extra = libraries(trace(box, *argv)) - ALLOWED \
                - FOR_THE_SECRET_SERVICE
            same((argv[0], sorted(extra)), (argv[0], []), 'libraries')


def case_with_settings_iniparser_comes_on_top(box):
    box.write('.config/rolekey/config', '[rolekey]\nbackend = file\n')
    box.warm()
    extra = libraries(trace(box, *CACHED[0])) - ALLOWED
    same(sorted(extra), ['libiniparser'], 'libraries')


def case_a_cached_call_connects_to_nobody(box):
    box.warm()
    for argv in CACHED:
        lines = [line for line in trace(box, *argv) if 'connect(' in line]
        same((argv[0], lines), (argv[0], []), 'connections')


def case_a_cached_call_runs_no_second_program(box):
    box.warm()
    for argv in CACHED[:2]:
        lines = [line for line in trace(box, *argv) if 'execve(' in line]
        same((argv[0], len(lines)), (argv[0], 1), 'programs %s' % lines)


def case_a_cached_call_reads_the_keyring_once(box):
    box.warm()
    lines = trace(box, 'export', 'testing')
    opened = [line for line in lines if box.keyring_path() + '"' in line]
    same(len(opened), 1, 'reads of the keyring: %s' % opened)
    config = [line for line in lines if box.config + '"' in line]
    same(len(config), 1, 'reads of the config: %s' % config)


def case_a_cached_call_writes_nothing(box):
    box.warm()

    def state():
        return {path: (os.stat(path).st_mtime_ns, os.stat(path).st_ino)
                for path in box.files()}
    before = state()
    for argv in CACHED:
        check(box.rolekey(*argv))
    same(state(), before, 'files')
    lines = [line for line in trace(box, *CACHED[0])
             if re.search(r'O_(WRONLY|RDWR|CREAT)', line)
             and '/dev/' not in line]
    same(lines, [], 'files opened for writing')


def case_a_passphrase_that_a_cached_call_needed_is_needed_once(box):
    """Whichever executable derives the key leaves it with the kernel."""
    box.warm()
    box.forget_kernel_keys()
    box.env.pop('ROLEKEY_PASSPHRASE')
    count = os.path.join(box.top, 'asked')
    box.env['ROLEKEY_PASSPHRASE_COMMAND'] = \
        "echo x >>'%s'; echo '%s'" % (count, PASSPHRASE)
    for argv in (*CACHED, ('export', 'staging', '--no-prompt')):
        check(box.rolekey(*argv))
    if not box.kernel_keys():
        raise Skipped('no key can be left with the kernel')
    with open(count, encoding='ascii') as file:
        same(len(file.readlines()), 1, 'times that the passphrase was given')


def case_a_cached_call_keeps_to_the_timeout_that_was_set(box):
    box.env['ROLEKEY_UNLOCK_TIMEOUT'] = '0'
    box.warm()
    check(box.rolekey(*CACHED[0]))
    same(box.kernel_keys(), [], 'keys')


def case_it_works_without_the_rest_of_the_machine(box):
    """A cached call needs neither PATH nor a state folder."""
    box.warm()
    done = check(box.rolekey('export', 'testing', env={
        'PATH': '/nonexistent', 'XDG_STATE_HOME': '/nonexistent/state',
        'XDG_RUNTIME_DIR': None}))
    need('AWS_SESSION_TOKEN' in done.stdout, str(done))


if __name__ == '__main__':
    run_cases(globals())
