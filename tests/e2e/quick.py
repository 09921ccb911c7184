"""Reads what strace and callgrind see of a cached call."""

import json
import os
import re
import subprocess

from harness import BIN, Failed, Skipped, check, need

# A sanitizer loads these on top of the libraries of rolekey.
SANITIZERS = {'libasan', 'libubsan', 'libm', 'libgcc_s', 'libstdc++', 'libdl',
              'libpthread', 'librt'}
LOCKS = 'flock,fcntl'


def is_sanitized():
    linked = subprocess.run(['readelf', '-d', BIN], check=False,
                            capture_output=True, text=True).stdout
    return 'libasan' in linked


def is_static():
    """Is bin/rolekey static?  Not with sanitizers: see CMakeLists.txt."""
    linked = subprocess.run(['readelf', '-d', BIN], check=False,
                            capture_output=True, text=True).stdout
    return 'NEEDED' not in linked


def trace(box, *argv, calls='openat,execve,connect', program=BIN, status=0,
          env=None):
    """The lines of strace over a call; those that failed end in "= -1 ..."."""
    probe = subprocess.run(['strace', '-qq', '-o', '/dev/null', 'true'],
                           check=False, capture_output=True)
    if probe.returncode != 0:
        raise Skipped('no strace here')
    path = os.path.join(box.top, 'trace')
    done = box.run('strace', '-f', '-qq', '-s', '512', '-e', 'trace=' + calls,
                   '-o', path, program, *argv,
                   env=dict(env or {}, ASAN_OPTIONS='detect_leaks=0'))
    if status is not None:
        check(done, status)
    with open(path, encoding='utf-8', errors='replace') as file:
        return file.readlines()


def worked(lines):
    return [line for line in lines if ' = -1 ' not in line]


def before_the_child(lines):
    """The lines of rolekey itself, without the program that it became."""
    starts = [at for at, line in enumerate(lines) if 'execve(' in line]
    return lines[:starts[1]] if len(starts) > 1 else lines


def libraries(lines):
    """The libraries that were loaded before any child was run."""
    names = {match.group(1) for match in (
        re.search(r'"[^"]*/(lib[^"/]*?)\.so[^"/]*"', line)
        for line in worked(before_the_child(lines))) if match}
    return names - (SANITIZERS if is_sanitized() else set())


def files(lines):
    """The other files that were opened, or not found, in that order."""
    paths = [match.group(1) for match in (
        re.search(r'openat\(AT_FDCWD, "([^"]*)"', line)
        for line in before_the_child(lines)) if match]
    return [path for path in paths
            if not re.search(r'\.so(\.|$)|^/proc/|^/sys/|/ld\.so\.', path)]


def locks(lines):
    """Locks that were asked for: not the other things that fcntl does."""
    return [line for line in before_the_child(lines)
            if 'flock(' in line or re.search(r'F_(OFD_)?SETLK', line)]


def instructions(box, argv, env=None):
    """How many a program takes, by callgrind; what it says is the same."""
    plain = check(box.run(*argv, env=env))
    done = check(box.run('valgrind', '--tool=callgrind',
                         '--callgrind-out-file=/dev/null', *argv, env=env))
    counted = re.search(r'Collected : (\d+)', done.stderr)
    need(counted and done.stdout == plain.stdout,
         'callgrind did not count: %s' % done)
    return int(counted.group(1))


def warm_alike(box):
    """A cached session for instructions(): what it counts depends on how long
    a token is, and on how many variables there are.
    """
    box.aws.control('settings', token_size=1000)
    box.warm()
    keep = ('HOME', 'PATH', 'XDG_', 'ROLEKEY_', 'AWS_', 'DBUS_')
    box.env = {name: value for name, value in box.env.items()
               if name.startswith(keep)}


def with_profiles(box, count):
    """A config file beside the sandbox's own, with so many profiles more."""
    return box.write('.aws/config-%d' % count, box.read_config() + ''.join(
        '\n[profile p%d]\n'
        'role_arn = arn:aws:iam::222233334444:role/R%d\n'
        'source_profile = custodian\n'
        'region = eu-west-1\n' % (number, number) for number in range(count)))


def session_name(box, profile='testing'):
    """The name of the profile's own cached session."""
    listed = json.loads(check(box.rolekey('list', '--json')).stdout)
    for row in listed['profiles']:
        if row['profile'] == profile:
            return row['sessions'][-1]['name']
    raise Failed('no profile ' + profile)
