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


# -- the command line ---------------------------------------------------------


def case_a_command_of_two_words_is_found_by_its_first(box):
    for argv in (['config'], ['help', 'config'], ['config', 'dumb']):
        said(box.rolekey(*argv), 2, 'config dump')


def case_only_a_near_name_is_suggested(box):
    said(box.rolekey('exprot', 'testing'), 2, 'did you mean "export"?')
    said(box.rolekey('lits'), 2, 'did you mean "list"?')
    said(box.rolekey('list', '--porfiles'), 2, 'did you mean --profiles?')
    done = said(box.rolekey('export', 'testing', '--mfa-tokn=123456'), 2,
                '--mfa-tokn; did you mean --mfa-token?')
    need('123456' not in done.stderr, 'a code: %s' % done)
    said(box.rolekey('export', 'testing', '-=1'), 2, 'no such option: -')
    said(box.rolekey('export', 'testing', '--=1'), 2, 'no such option: --')
    for word in ('serve', 'status', 'login', 'lock', 'x', ''):
        done = said(box.rolekey(word), 2, 'no such command: "%s"' % word)
        need('did you mean' not in done.stderr, str(done))


def case_no_profile_is_given(box):
    said(box.rolekey('exec', '--', 'ls'), 125, 'AWS_PROFILE',
         'rolekey exec PROFILE')
    said(box.rolekey('exec'), 125, 'AWS_PROFILE', 'rolekey exec PROFILE')
    said(box.rolekey('export'), 2, 'AWS_PROFILE', 'rolekey export PROFILE')
    done = said(box.rolekey('add'), 2, 'rolekey add PROFILE')
    need('AWS_PROFILE' not in done.stderr, 'add takes none: %s' % done)


def case_what_is_empty_is_seen(box):
    box.warm()
    said(box.rolekey('exec', 'testing', ''), 127, 'testing: "": ')
    said(box.rolekey('export', 'testing', '--format', ''), 2, '""')
    said(box.rolekey('export', 'testing', '-d', ''), 2, '""')


def case_a_duration_out_of_range_is_said_as_it_was_given(box):
    for given, exact in (('43201', '43201 s'), ('899', '899 s')):
        said(box.rolekey('export', 'testing', '-d', given), 2, exact,
             'from 15m to 12h')


def case_the_letter_of_a_duration_may_have_an_equals_sign(box):
    for flag in ('-d=2h', '-d2h', '--duration=2h', '-nd2h', '-nd=2h'):
        done = check_quiet(box.rolekey('explain', 'testing', flag))
        need('lasts        2h (-d)' in done.stdout, str(done))


def case_a_script_without_its_interpreter(box):
    box.warm()
    script = box.write('script', '#!/nonexistent/sh\n', 0o755)
    said(box.rolekey('exec', 'testing', script), 127, script, 'interpreter')


def case_a_mistyped_key_id_is_said_before_the_secret_is_asked_for(box):
    for answer in ('AKIA-no-id', ''):
        terminal = box.pty('add', 'custodian')
        terminal.expect('Access key id')
        terminal.answer(answer)
        done = check(terminal.finish(10), 2, stdout='no access key id')
        need('Secret' not in done.stdout, str(done))


if __name__ == '__main__':
    run_cases(globals())
