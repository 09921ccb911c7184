#!/usr/bin/python3 -B
"""The cost of a cached call: which libraries, files and peers it touches."""

import os
import re

from harness import (BIN, LOG, PASSPHRASE, ROOT, Skipped, check,
                     gnome_keyring, need, noticed, run_cases, same)
from quick import (LOCKS, before_the_child, files, is_static, libraries,
                   locks, trace, worked)

# The hot path loads little: a release's program is static.
LOADED = set() if is_static() else {'libc'}
FOR_THE_REST = {'libexpat', 'libjansson', 'libqrencode', 'libpthread', 'libc'}
FULL = os.path.join(os.path.dirname(os.path.dirname(BIN)), 'libexec',
                    'rolekey', 'rolekey-full')


CACHED = (('export', 'testing'), ('credential-process', 'testing'),
          ('exec', 'testing', '--', 'true'))


def log_path(box):
    return os.path.join(box.top, LOG)


def case_a_cached_call_loads_little(box):
    box.warm()
    for argv in CACHED:
        same((argv[0], libraries(trace(box, *argv))), (argv[0], LOADED),
             'libraries')


def case_the_secret_service_needs_no_more_libraries(box):
    with gnome_keyring(box):
        box.warm()
        for argv in CACHED:
            lines = trace(box, *argv)
            same((argv[0], libraries(lines)), (argv[0], LOADED), 'libraries')
            need([line for line in lines if 'connect(' in line],
                 'the service was not asked: %s' % lines)


def case_settings_need_no_more_libraries(box):
    box.write('.config/rolekey/config', '[rolekey]\nbackend = file\n')
    box.warm()
    same(libraries(trace(box, *CACHED[0])), LOADED, 'libraries')


def case_what_is_loaded_is_seen(box):
    """The cases above prove nothing if their trace misses anything."""
    box.warm()
    loaded = libraries(trace(box, *CACHED[0], program=FULL))
    same(FOR_THE_REST - {'libpthread'} - loaded, set(), 'not seen')


# Commands that need neither the network nor a service of the desktop.
LOCAL = (('--version',), ('help',), ('help', 'exec'), ('list',),
         ('list', '--profiles'), ('list', '--credentials'),
         ('list', '--sessions'), ('list', '--json'), ('explain', 'testing'),
         ('config', 'check'), ('config', 'dump'), ('completion', 'bash'),
         ('clear', 'testing'), ('log',))


def case_local_commands_load_little(box):
    box.warm()
    for argv in LOCAL:
        loaded = libraries(trace(box, *argv, program=FULL))
        same((argv, loaded - LOADED - FOR_THE_REST), (argv, set()),
             'libraries')


# A call of each command that does not state NEEDS_NETWORK.
CALLS = {'status': ('status',), 'explain': ('explain', 'testing'),
         'list': ('list',), 'remove': ('remove', '-f', 'other'),
         'migrate': ('migrate', '--help'), 'clear': ('clear', 'testing'),
         'unlock': ('unlock', '--help'), 'lock': ('lock', '--help'),
         'mfa_code': ('mfa', 'code', '--help'), 'mfa_list': ('mfa', 'list'),
         'mfa_remove': ('mfa', 'remove', '--help'),
         'config_check': ('config', 'check'), 'config_dump': ('config', 'dump'),
         'config_export': ('config', 'export'),
         'policy': ('policy', 'self-manage'),
         'completion': ('completion', 'bash'), 'init': ('init', 'bash'),
         'log': ('log',), 'trust': ('trust', '--help'), 'status_prompt': ('status',),
         'sso_status': ('sso', 'status'),
         'config_import': ('config', 'import', '--help')}
MODULES = {'NEEDS_KEYRING': 'rolekey-keyrings', 'NEEDS_NETWORK': 'rolekey-net',
           'NEEDS_PAGE': 'rolekey-web'}


def stated():
    """The needs of each command, as its row in src/cmd has them."""
    found = {}
    for folder, _, names in os.walk(os.path.join(ROOT, 'src', 'cmd')):
        for name in names:
            with open(os.path.join(folder, name), encoding='utf-8') as file:
                found.update(re.findall(
                    r'^const struct command command_(\w+) = \{\n'
                    r'(.*?)^\};', file.read(), re.M | re.S))
    rows = {}
    for name, row in found.items():
        needs = re.search(r'^\t\.needs = ([A-Z_| \n\t]+),', row, re.M)
        need(needs, 'the row of %s has no .needs: see cmd/command.h' % name)
        rows[name] = set(re.findall(r'\w+', needs.group(1)))
    return rows


def modules(lines):
    return {match.group(1) for match in (
        re.search(r'"[^"]*/(rolekey-[a-z]+)\.so"', line)
        for line in worked(before_the_child(lines))) if match}


def case_each_command_loads_what_its_row_states(box):
    rows = {name: needs for name, needs in stated().items()
            if 'NEEDS_NETWORK' not in needs}
    need(len(rows) > 10, 'rows were not found: %s' % rows)
    same(sorted(set(rows) - set(CALLS)), [], 'commands without a call')
    with gnome_keyring(box):
        box.warm()
        seen = set()
        for name, needs in sorted(rows.items()):
            loaded = modules(trace(box, *CALLS[name], program=FULL,
                                   status=None))
            seen |= loaded
            same((name, loaded - {MODULES[word] for word in needs
                                  if word in MODULES}), (name, set()),
                 'modules')
        same(seen, {'rolekey-keyrings'}, 'a module would be seen')


def case_what_is_needed_is_loaded_and_no_more(box):
    """Of the two modules, a request needs one."""
    box.warm()
    loaded = libraries(trace(box, 'exec', 'testing', '--refresh', '-t',
                             box.code(), '--', 'true', program=FULL))
    need({'libcurl', 'libcrypto'} <= loaded, 'not seen: %s' % loaded)
    same(loaded & {'libsecret-1', 'libglib-2.0', 'libgio-2.0', 'libxml2'},
         set(), 'libraries')
    with gnome_keyring(box):
        loaded = libraries(trace(box, 'list', '--credentials',
                                 program=FULL))
    need({'libsecret-1', 'libglib-2.0'} <= loaded, 'not seen: %s' % loaded)
    same(loaded & {'libcurl', 'libxml2'}, set(), 'libraries')


def case_a_cached_call_opens_the_files_that_it_reads(box):
    """No user database, time zone, locale or name service, either."""
    box.warm()
    expected = [os.path.join(box.env['XDG_CONFIG_HOME'], 'rolekey', 'config'),
              box.config, box.credentials, box.keyring_path(), log_path(box)]
    for argv in CACHED:
        same((argv[0], files(trace(box, *argv))), (argv[0], expected), 'files')


def case_a_cached_call_takes_no_lock(box):
    def look():
        for argv in CACHED:
            same((argv[0], locks(trace(box, *argv, calls=LOCKS + ',execve'))),
                 (argv[0], []), 'locks')
    box.warm()
    look()
    need(locks(trace(box, 'export', 'staging', calls=LOCKS, program=FULL)),
         'a lock would not be seen')
    box.forget_codes()
    with gnome_keyring(box):
        box.warm()
        look()


def case_a_cached_call_leaves_signals_alone(box):
    """It changes none, so it has none to ask for, either."""
    box.warm()
    for argv in CACHED:
        lines = trace(box, *argv, calls='rt_sigaction,execve')
        # of others, a sanitizer may want to know
        same((argv[0], [line for line in lines if 'SIGPIPE' in line]),
             (argv[0], []), 'signals')


def case_a_cached_call_connects_to_nobody(box):
    box.warm()
    for argv in CACHED:
        lines = [line for line in trace(box, *argv) if 'connect(' in line]
        same((argv[0], lines), (argv[0], []), 'connections')


def case_a_cached_call_runs_no_second_program(box):
    box.warm()
    for argv in CACHED[:2]:
        lines = [line for line in worked(trace(box, *argv))
                 if 'execve(' in line]
        same((argv[0], len(lines)), (argv[0], 1), 'programs %s' % lines)


def case_a_cached_call_reads_the_keyring_once(box):
    box.warm()
    lines = worked(trace(box, 'export', 'testing'))
    opened = [line for line in lines if box.keyring_path() + '"' in line]
    same(len(opened), 1, 'reads of the keyring: %s' % opened)
    config = [line for line in lines if box.config + '"' in line]
    same(len(config), 1, 'reads of the config: %s' % config)


def case_a_cached_call_writes_one_line_of_the_log(box):
    """One write, and no other file."""
    box.warm()
    log = log_path(box)

    def state():
        return {path: (os.stat(path).st_mtime_ns, os.stat(path).st_ino)
                for path in box.files() if path != log}
    before = state()
    for argv in CACHED:
        check(box.rolekey(*argv))
    same(state(), before, 'files')
    for argv in CACHED:
        lines = before_the_child(worked(trace(
            box, *argv, calls='openat,write,pwrite64,execve')))
        opened = [line for line in lines
                  if re.search(r'O_(WRONLY|RDWR|CREAT)', line)
                  and '/dev/' not in line]
        need(len(opened) == 1 and log in opened[0], 'opened: %s' % opened)
        wrote = [line for line in lines if 'write(' in line
                 and not re.search(r'write\([12],', line)]
        need(len(wrote) == 1 and '{\\"time\\":' in wrote[0],
             'written: %s' % wrote)


def case_a_cached_call_without_a_log_writes_nothing(box):
    box.warm()
    for argv in CACHED:
        lines = [line for line in before_the_child(worked(trace(
            box, *argv, env={'ROLEKEY_LOG': 'no'})))
                 if re.search(r'O_(WRONLY|RDWR|CREAT)', line)
                 and '/dev/' not in line]
        same((argv[0], lines), (argv[0], []), 'files opened for writing')


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
        'PATH': '/nonexistent', 'XDG_STATE_HOME': '/proc/nonexistent/state',
        'XDG_RUNTIME_DIR': None}))
    noticed(done, 'system-call')
    need('AWS_SESSION_TOKEN' in done.stdout, str(done))


if __name__ == '__main__':
    run_cases(globals())
