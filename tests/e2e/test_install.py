#!/usr/bin/python3 -B
"""cmake --install: what it puts where, and that it works from there."""

import json
import os
import re
import shutil
import stat

from harness import (BUILD, PYTHON, Skipped, check, check_quiet, need,
                     refused, run_cases, same)
from other_user import AS_NOBODY, as_person

EXECUTABLES = ('bin/rolekey', 'libexec/rolekey/rolekey-full')

# Starts a program again and again and, from its execve on, tries to open what
# the kernel shows of it.  posix_spawn() returns once the child has executed; a
# descriptor of the memory from before is one of our own memory.  The program
# waits for its stdin and is killed there: at its end, LeakSanitizer would make
# it dumpable.
WATCHER = r'''
import ctypes, json, os, signal, sys, time
mark = ctypes.create_string_buffer(b"memory of the watcher")
got = dict.fromkeys(("environ", "maps", "mem"), 0)
rounds, argv = int(sys.argv[1]), sys.argv[2:]
given = dict(os.environ, ROLEKEY_PASSPHRASE="correct horse battery staple")
null, (silent, _) = os.open("/dev/null", os.O_RDWR), os.pipe()

def look(pid, name):
    fd = os.open("/proc/%d/%s" % (pid, name), os.O_RDONLY)
    try:
        if name == "environ":
            return b"ROLEKEY_PASSPHRASE" in os.read(fd, 100000)
        if name == "maps":
            return b"rolekey" in os.read(fd, 100000)
        try:
            return os.pread(fd, 21, ctypes.addressof(mark)) != mark.value
        except OSError:
            return True
    finally:
        os.close(fd)

def runs_in_full(pid):
    with open("/proc/%d/comm" % pid) as file:
        return file.read() == "rolekey-full\n"

def watch(pid, seen):
    end = None
    while not end or time.monotonic() < end:
        for name in got:
            try:
                seen[name] |= look(pid, name)
            except OSError:
                pass
        if not end and runs_in_full(pid):
            end = time.monotonic() + 0.1

for _ in range(rounds):
    seen = dict.fromkeys(got, False)
    pid = os.posix_spawn(argv[0], argv, given, file_actions=[
        (os.POSIX_SPAWN_DUP2, silent, 0), (os.POSIX_SPAWN_DUP2, null, 1),
        (os.POSIX_SPAWN_DUP2, null, 2)])
    watch(pid, seen)
    assert os.waitpid(pid, os.WNOHANG) == (0, 0), "it has ended"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    for name in got:
        got[name] += seen[name]
print(json.dumps(got))
'''


def install(box, *more, **how):
    check(box.run('cmake', '--install', BUILD, *more, timeout=120, **how))


PARTS = ['bin/rolekey', 'lib/systemd/user/rolekey-serve.service',
         'lib/systemd/user/rolekey-serve.socket',
         'libexec/rolekey/rolekey-full',
         'libexec/rolekey/rolekey-keyrings.so',
         'libexec/rolekey/rolekey-net.so',
         'libexec/rolekey/rolekey-picker.so', 'libexec/rolekey/rolekey-web.so']


def below(folder):
    return sorted(os.path.relpath(os.path.join(top, name), folder)
                  for top, _, names in os.walk(folder) for name in names)


def case_the_main_job_from_where_it_was_installed(box):
    prefix = os.path.join(box.top, 'opt')
    install(box, '--prefix', prefix)
    files = below(prefix)
    for name, shell in (('bash-completion/completions/rolekey', 'bash'),
                        ('zsh/site-functions/_rolekey', 'zsh'),
                        ('fish/vendor_completions.d/rolekey.fish', 'fish')):
        with open(os.path.join(prefix, 'share', name),
                  encoding='utf-8') as file:
            same(file.read(), check_quiet(box.rolekey('completion', shell))
                 .stdout, name)
    same([name for name in files if not name.startswith('share/')],
         PARTS, 'files')
    program = os.path.join(prefix, 'bin', 'rolekey')
    check(box.run(program, 'add', 'custodian', '--env', '--no-verify',
                  env=box.key_environment()))
    check(box.run(program, 'export', 'testing', '-t', box.code()))
    # Cold and warm by a name that is found in PATH, and by a link elsewhere.
    link = os.path.join(box.home, 'link')
    os.symlink(program, link)
    path = {'PATH': os.path.dirname(program) + ':/usr/bin:/bin'}
    for argv in (['rolekey'], [link]):
        check_quiet(box.run(*argv, 'exec', 'testing', 'true', env=path))
        check_quiet(box.run(*argv, 'list', env=path))


def case_a_tree_that_was_moved_still_works(box):
    install(box, '--prefix', os.path.join(box.top, 'first'))
    moved = os.path.join(box.home, 'a place with blanks')
    shutil.move(os.path.join(box.top, 'first'), moved)
    check_quiet(box.run(os.path.join(moved, 'bin', 'rolekey'), 'list'))


def case_a_missing_module_is_named(box):
    """Commands that need none work without it."""
    prefix = os.path.join(box.top, 'opt')
    install(box, '--prefix', prefix)
    program = os.path.join(prefix, 'bin', 'rolekey')
    module = os.path.join(prefix, 'libexec/rolekey/rolekey-net.so')
    os.unlink(module)
    check_quiet(box.run(program, 'list'))
    refused(box.run(program, 'add', 'custodian', '--env',
                    env=box.key_environment()), 1, reason='no-module',
            path=module)
    same(check(box.run(program, 'list', '--credentials')).stdout.count('AKIA'),
         0, 'keys')


def case_a_tree_put_together_for_a_package(box):
    stage = os.path.join(box.top, 'stage')
    install(box, '--prefix', '/usr', env={'DESTDIR': stage})
    files = below(stage)
    need({'usr/' + name for name in PARTS} <= set(files), files)
    done = check_quiet(box.run(os.path.join(stage, 'usr/bin/rolekey'),
                               '--version'))
    need(re.fullmatch(r'rolekey \d+\.\d+\.\d+\n', done.stdout), str(done))


def case_the_executables_cannot_be_read(box):
    """The kernel keeps such a program undumpable from execve(2) on."""
    for prefix, umask in (('opt', 0o022), ('private', 0o077)):
        prefix = os.path.join(box.top, prefix)
        install(box, '--prefix', prefix, umask=umask)
        for name in EXECUTABLES:
            mode = os.stat(os.path.join(prefix, name)).st_mode
            same(stat.S_IMODE(mode), 0o711, name)


def case_no_process_of_the_user_reads_an_installed_program(box):
    if os.geteuid() != 0:
        raise Skipped('not root, who installs it for others')
    prefix = os.path.join(box.top, 'opt')
    install(box, '--prefix', prefix)
    program = os.path.join(prefix, EXECUTABLES[0])
    as_person(box)
    done = check_quiet(box.run(
        *AS_NOBODY, PYTHON, '-c', WATCHER, 100, program, 'add', 'custodian',
        '--stdin', env={'ROLEKEY_PASSPHRASE': None}, timeout=300))
    same(json.loads(done.stdout), {'environ': 0, 'maps': 0, 'mem': 0},
         'how often it could be read')


if __name__ == '__main__':
    run_cases(globals())
