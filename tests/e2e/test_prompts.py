#!/usr/bin/python3 -B
"""starship itself shows the profile, the region and the time that is left."""

import os
import re
import shutil

from harness import Skipped, check, need, run_cases, same
from test_init import in_each

MODULE = ('starship', 'module', 'aws')
SHOWN = r'testing \(ap-northeast-1\) \[(59m|1h)'


def plain(text):
    return re.sub(r'\x1b\[[0-9;]*m|\\\[|\\\]|%[{}]', '', text)


def prepared(box, *profiles):
    """Or skipped: Debian 13 has starship, Debian 12 has not."""
    program = shutil.which('starship')
    if not program:
        raise Skipped('no starship')
    box.env['PATH'] = '%s:%s' % (os.path.dirname(program), box.env['PATH'])
    box.env['STARSHIP_CONFIG'] = os.devnull
    box.warm(*profiles)


def case_in_a_command_of_exec(box):
    prepared(box)
    done = check(box.rolekey('exec', 'testing', '--', *MODULE))
    need(re.search(SHOWN, plain(done.stdout)), str(done))
    same(plain(check(box.run(*MODULE)).stdout), '', 'without exec')


def case_in_a_shell_with_role(box):
    prepared(box, 'testing', 'staging')

    def function(shell):
        line = ' '.join(MODULE)
        need('testing' not in shell.does(line), 'before')
        shell.does('role testing')
        shown = plain(shell.does(line))
        need(re.search(SHOWN, shown), '%s: %s' % (shell.name, shown))
        shell.does('role staging')
        shown = plain(shell.does(line))
        need('staging' in shown and 'testing' not in shown, shown)
        shell.does('role --unset')
        need('staging' not in shell.does(line), 'after')
    in_each(box, function)


if __name__ == '__main__':
    run_cases(globals())
