"""What a person reads when something is missing or wrong.

Each message must say what was wanted and why it failed, and the hint what to
do next: by that text alone, at night.
"""

import os

from harness import (SERIAL, Failed, check, check_quiet, need, run_cases,
                     same)


def said(done, status, *texts):
    """The status, and each of texts on stderr; nothing on stdout."""
    check(done, status)
    same(done.stdout, '', 'stdout of %s' % done)
    for text in texts:
        need(text in done.stderr, 'no %r in %s' % (text, done))
    return done


# -- nobody to ask: what was it that is wanted? -------------------------------


def case_a_code_is_wanted_and_nobody_there(box):
    box.add_quietly()
    code = 'the MFA code for %s is needed: no terminal to ask on' % SERIAL
    said(box.rolekey('export', 'testing'), 4, code, 'hint: ', '-t')
    said(box.rolekey('exec', 'testing', '--', 'true'), 125, code, '-t')
    done = said(box.rolekey('credential-process', 'testing'), 4, code, '-t')
    same(done.stderr.count('\n'), 1, 'lines of %s' % done)
    said(box.rolekey('export', 'testing', '--no-prompt'), 4,
         'the MFA code for %s is needed: asking was forbidden' % SERIAL, '--no-prompt', '-t')


def case_a_key_is_wanted_and_nobody_there(box):
    said(box.rolekey('add', 'custodian'), 4, 'access key', 'no terminal',
         '--env', '--stdin')
    said(box.rolekey('--no-prompt', 'add', 'custodian'), 4, 'access key',
         'forbidden', '--env', '--stdin')


def case_a_yes_is_wanted_and_nobody_there(box):
    box.add_quietly()
    said(box.rolekey('remove', 'custodian'), 4, 'must be confirmed',
         'no terminal', 'remove -f custodian')
    said(box.rolekey('--no-prompt', 'remove', 'custodian'), 4, 'forbidden',
         'remove -f custodian')
    check(box.rolekey('remove', 'custodian', '-f'))


def case_the_end_of_input_says_of_what(box):
    box.add_quietly()
    terminal = box.pty('export', 'testing')
    terminal.expect('MFA code')
    terminal.child.sendeof()
    check(terminal.finish(10), 4,
          stdout='rolekey: export testing: the MFA code for .*: end of input')


# -- the wrong name -----------------------------------------------------------


def case_nothing_is_stored_under_that_name(box):
    done = said(box.rolekey('remove', '-f', 'a b'), 3, 'for profile a b',
                'hint: `rolekey list --credentials`')
    need('rolekey add' not in done.stderr, str(done))


def case_there_is_no_config_file(box):
    os.unlink(box.config)
    for env in ({}, {'AWS_CONFIG_FILE': os.path.join(box.home, 'nowhere')}):
        path = env.get('AWS_CONFIG_FILE', box.config)
        for argv in (['explain'], ['export'], ['clear']):
            done = said(box.rolekey(*argv, 'testing', env=env), 3,
                        'no profile "testing"', path + ' is not there')
            need('list --profiles' not in done.stderr, str(done))


if __name__ == '__main__':
    run_cases(globals())
