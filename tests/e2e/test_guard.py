#!/usr/bin/python3 -B
"""The right account: nobody ends up in another one without noticing."""

import re

import messages
from harness import (CONFIG, check, check_quiet, need, run_cases)

GUARDED = CONFIG.replace('[profile testing]',
                         '[profile testing]\nrolekey_confirm = yes')
LS = ['exec', 'testing', '--', 'echo', 'it ran']


def case_the_name_is_typed_before_the_command_runs(box):
    box.warm()
    box.write_config(GUARDED)
    question = r'Type "testing" to use account 222233334444: '
    check(box.pty_run(LS, [(question, 'testing')]), stdout='it ran')
    for answer in ('test', 'y', '', 'testing '):
        done = check(box.pty_run(LS, [(question, answer)]), 125,
                     reason='not-confirmed', profile='testing')
        need('it ran\n' not in done.stdout.replace('echo', ''), str(done))
    box.expect_actions()


def case_without_a_terminal_it_is_refused_unless_yes(box):
    box.warm()
    box.write_config(GUARDED)
    check(box.rolekey(*LS), 125, reason='no-terminal', context='confirmation',
          without='it ran')
    check(box.rolekey('exec', '--yes', *LS[1:]), stdout='it ran')
    check(box.rolekey('exec', 'testing', '--no-prompt', 'true'), 125,
          reason='no-prompt', context='confirmation')


def case_the_expected_account_is_compared(box):
    box.warm()
    box.write_config(CONFIG.replace(
        '[profile testing]',
        '[profile testing]\nrolekey_expect_account = 222233334444'))
    check(box.rolekey(*LS), stdout='it ran')
    box.write_config(CONFIG.replace(
        '[profile testing]',
        '[profile testing]\nrolekey_expect_account = 333344445555'))
    check(box.rolekey(*LS), 125, without='it ran',
          reason='wrong-account', profile='testing', expected='333344445555',
          value='222233334444')
    check(box.rolekey('export', 'testing'), 3, reason='wrong-account')


def case_an_answer_from_another_account_is_refused(box):
    """AssumedRoleUser in the response is compared with the role's ARN."""
    check(box.add())
    box.aws.control('role', arn='arn:aws:iam::222233334444:role/TestingAdmin',
                    answers_as='333344445555')
    done = check(box.rolekey('exec', '-t', box.code(), *LS[1:]), 125,
                 reason='other-account', value='arn:aws:sts::333344445555:'
                 'assumed-role/TestingAdmin/alex')
    need('it ran' not in done.stdout, str(done))


def case_an_unknown_profile_is_no_other(box):
    box.warm()
    for name in ('Testing', 'testin', 'default', 'profile testing', ''):
        done = box.rolekey('exec', name, '--', 'echo', 'it ran')
        check(done, 125, without='it ran')


def case_a_shell_says_where_it_is(box):
    box.warm()
    terminal = box.pty('exec', 'testing')
    terminal.expect(messages.pattern(
        'shell-starts', profile='testing', value='222233334444',
        arn='TestingAdmin'))
    terminal.answer('exit 7')
    done = check(terminal.finish(), 7)
    need(re.search(r'until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \((1h|59m)',
                   done.stdout), str(done))
    done = box.rolekey('exec', 'testing', stdin='exit 8\n')
    check_quiet(done, 8)
    check(box.pty_run(['exec', 'testing', '--', 'true'], []), stdout=r'\A\Z')


if __name__ == '__main__':
    run_cases(globals())
