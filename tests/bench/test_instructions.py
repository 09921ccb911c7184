#!/usr/bin/python3 -B
"""Instructions of a cached call, counted by callgrind, against a budget.

A count is the same on a busy machine as on an idle one, so this is what tells
of a regression.  Callgrind shows every program the same processor, if the real
one has AVX2; libc and the compiler are Debian 12's.
"""

import os
import platform
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'e2e'))

from harness import (BIN, Skipped, check, gnome_keyring,  # noqa: E402
                     need, run_cases)
import sign_in  # noqa: E402
import test_sso  # noqa: E402
from quick import (instructions, is_static, warm_alike,  # noqa: E402
                   with_profiles)

# As measured: five percent more is too much. Write down what you save.
ALLOWED = 1.05
FULL = os.path.join(os.path.dirname(os.path.dirname(BIN)), 'libexec',
                    'rolekey', 'rolekey-full')
LIBC = 'glibc-2.36'
FILE = {'credential-process': 244900, 'export': 253500}
KERNEL = {'credential-process': 240800, 'export': 249300}
# aws login, IAM Identity Center, and a role on top of each.
OTHERS = {'signed': 235300, 'admin': 248200, 'top': 256300, 'above': 271600}
MANY_PROFILES = 9390000  # 10,000 of them
SECRET_SERVICE = 278400
# Commands of rolekey-full that need no network, from its own start.
LOCAL = {('--version',): 372900, ('help',): 506300,
         ('list', '--credentials'): 826700, ('list', '--profiles'): 466900,
         ('config', 'dump'): 498600, ('config', 'check'): 864000}
PROFILES_OF_MANY = 18201700  # list --profiles, with 10,000 of them
LIST_OF_MANY = 707802000  # list --json, with as many


def warm(box):
    """Or skipped, where the count would be another one."""
    with open('/proc/cpuinfo', encoding='ascii', errors='replace') as file:
        if not shutil.which('valgrind') or ' avx2 ' not in file.read():
            raise Skipped('no valgrind, or a processor without AVX2')
    libc = '-'.join(platform.libc_ver())
    if libc != LIBC:
        raise Skipped('the budgets are those of %s, not %s' % (LIBC, libc))
    if not is_static():
        raise Skipped('bin/rolekey was built without ROLEKEY_STATIC_QUICK')
    warm_alike(box)


def within(box, command, budget, env=None, profile='testing'):
    count = instructions(box, [BIN, command, profile], env)
    print('  %s: %d, of %d' % (command, count, budget))
    need(count <= budget * ALLOWED,
         '%s takes %d instructions, and the budget is %d' % (
             command, count, budget))


def case_file_keyring(box):
    warm(box)
    for command, budget in FILE.items():
        within(box, command, budget)


def case_sessions_of_other_sources(box):
    """They cost about what a session of a stored key costs."""
    warm(box)
    box.write_config(sign_in.CONFIG +
                     test_sso.CONFIG.replace('profile top', 'profile above'))
    sign_in.sign_in(box)
    check(box.rolekey('sso', 'login', '--device-code'))
    for profile, budget in OTHERS.items():
        check(box.rolekey('export', profile))
        within(box, 'credential-process', budget, profile=profile)


def case_sessions_under_the_kernels_keys(box):
    box.env['ROLEKEY_SESSION_BACKEND'] = 'kernel'
    warm(box)
    for command, budget in KERNEL.items():
        within(box, command, budget)


def case_ten_thousand_profiles(box):
    warm(box)
    within(box, 'credential-process', MANY_PROFILES,
           {'AWS_CONFIG_FILE': with_profiles(box, 10000)})


def case_secret_service(box):
    with gnome_keyring(box):
        warm(box)
        within(box, 'credential-process', SECRET_SERVICE)


def case_commands_that_need_no_network(box):
    warm(box)
    many = {'AWS_CONFIG_FILE': with_profiles(box, 10000)}
    for argv, budget, env in (
            *((argv, budget, None) for argv, budget in LOCAL.items()),
            (('list', '--profiles'), PROFILES_OF_MANY, many),
            (('list', '--json'), LIST_OF_MANY, many)):
        count = instructions(box, [FULL, *argv], env)
        print('  %s: %d, of %d' % (' '.join(argv), count, budget))
        need(count <= budget * ALLOWED,
             '%s takes %d instructions, and the budget is %d' % (
                 ' '.join(argv), count, budget))


if __name__ == '__main__':
    run_cases(globals())
