#!/usr/bin/python3 -B
"""Both executables under valgrind: no bad access, nothing lost.

ctest runs this in the preset valgrind alone.  valgrind's reports are on stderr,
since a log file would be truncated when one executable starts the other.
"""

import re

from harness import BIN, check, gnome_keyring, need, run_cases

VALGRIND = ('valgrind', '--trace-children=yes',
            '--trace-children-skip=/bin/*,/usr/bin/*')
TIMEOUT = 300


# Limits of time that hold for a program which nobody slows down.
TOO_SLOW = re.compile(r'waited \d+ s|no answer from|cannot connect')
TRIES = 5


def watch(box, *argv, status=0, **more):
    """A call; valgrind must have nothing to say about it.

    A word that is a function is called for each try.
    """
    for _ in range(TRIES):
        words = [word() if callable(word) else word for word in argv]
        result = box.run(*VALGRIND, BIN, *words, timeout=TIMEOUT, **more)
        need(not re.search(r'^==\d+==', result.stderr, re.M),
             'valgrind reports: %s' % result)
        if result.status == status or not TOO_SLOW.search(result.stderr):
            break
    return check(result, status)


def case_valgrind_goes_along_to_the_second_executable(box):
    result = box.run(*VALGRIND, '--verbose', BIN, '--version', timeout=TIMEOUT)
    check(result, stderr=r'rolekey-full --version')
    need(len(re.findall(r'== (Command|Parent PID): ', result.stderr)) > 0,
         'no valgrind: %s' % result)


def watch_the_main_job(box):
    watch(box, 'add', 'custodian', '--env', env=box.key_environment())
    watch(box, 'export', 'testing', '-t', box.code)
    watch(box, 'exec', 'staging', '--', 'true')  # from the MFA session
    box.aws.mark()
    watch(box, 'exec', 'testing', '--', 'true')
    watch(box, 'credential-process', 'testing')
    box.expect_actions()
    watch(box, 'list', '--json')
    watch(box, 'clear')
    watch(box, 'remove', 'custodian', '-f')


def case_the_file_keyring(box):
    watch_the_main_job(box)
    watch(box, 'exec', 'testing', '--', 'true', status=125)


def case_the_secret_service(box):
    with gnome_keyring(box):
        watch_the_main_job(box)


if __name__ == '__main__':
    run_cases(globals())
