#!/usr/bin/python3 -B
"""Messages when an answer is needed, and help."""

import json
import re

from harness import SERIAL, check, need, refused, run_cases, same
from manual_pages import page, section

COMMANDS = [name for name in re.findall(r'^\.It Cm (.+)$', section(
    page('rolekey.1'), 'Commands'), re.M) if name != 'help']
BOTH = 'config check" or "config dump" or "config export" or "config import'
WIDTH = 80


def said(result, *patterns):
    for pattern in patterns:
        need(re.search(pattern, result.stderr, re.M),
             'no /%s/ in %s' % (pattern, result))


# -- an answer is needed ------------------------------------------------------


def case_without_a_terminal_it_is_said_what_would_be_asked(box):
    check(box.add())
    done = check(box.rolekey('export', 'testing'), 4)
    said(done, 'MFA code for %s' % re.escape(SERIAL), 'no terminal',
         r'^hint: .* -t')
    done = check(box.rolekey('credential-process', 'testing'), 4)
    said(done, 'MFA code for %s' % re.escape(SERIAL), 'hint: .* -t')
    same(done.stderr.count('\n'), 1, 'lines for an SDK')
    done = check(box.rolekey('export', 'testing', '--no-prompt'), 4)
    said(done, 'MFA code for %s' % re.escape(SERIAL),
         r'^hint: .*--no-prompt')


def case_add_says_how_to_do_without_a_terminal(box):
    done = check(box.rolekey('add', 'custodian'), 4)
    said(done, 'access key id', r'^hint: .*--env.*--stdin')


def case_remove_says_how_to_do_without_a_terminal(box):
    box.add_quietly()
    done = check(box.rolekey('remove', 'custodian'), 4)
    said(done, 'remov', r'^hint: .*-f\b')


def case_a_guard_that_cannot_ask_says_so(box):
    box.write_config(box.read_config() + '[profile guarded]\n'
                     'include_profile = testing\nrolekey_confirm = true\n')
    box.warm()
    done = check(box.rolekey('exec', 'guarded', 'true'), 125)
    said(done, 'rolekey_confirm', 'no terminal')


def case_a_passphrase_command_that_fails_is_what_the_hint_is_about(box):
    box.add_quietly()
    box.forget_kernel_keys()
    for command in ('exit 3', 'true'):
        done = check(box.rolekey('list', env={
            'ROLEKEY_PASSPHRASE': None,
            'ROLEKEY_PASSPHRASE_COMMAND': command}), 6)
        said(done, r'^hint: .*ROLEKEY_PASSPHRASE_COMMAND')
        need('desktop' not in done.stderr, str(done))


# -- errors as JSON -----------------------------------------------------------


def case_json_is_one_line_of_facts(box):
    done = check(box.rolekey('explain', 'nowhere', '--json'), 3)
    same(done.stdout, '', 'stdout')
    same(done.stderr.count('\n'), 1, 'lines')
    error = json.loads(done.stderr)['error']
    same((error['reason'], error['profile'], error['command'],
          error['status']), ('no-such-profile', 'nowhere', 'explain', 3),
         'facts')
    need(error['message'] and error['hint'], str(done))
    refused(done, 3, reason='no-such-profile', profile='nowhere')
    text = check(box.rolekey('explain', 'nowhere'), 3).stderr
    need(error['message'] in text and error['hint'] in text, text)


# -- help ---------------------------------------------------------------------


def case_help_fits_a_terminal(box):
    for argv in (['help'], *(['help', *name.split()] for name in COMMANDS)):
        for line in check(box.rolekey(*argv)).stdout.splitlines():
            need(len(line) <= WIDTH, '%s: %d columns: %s' % (
                argv, len(line), line))


def case_help_names_every_command(box):
    text = check(box.rolekey('help')).stdout
    same(re.findall(r'^  ([a-z]+(?:[- ][a-z]+)?) {2,}\S', text, re.M),
         COMMANDS, 'commands')


def case_help_has_an_example_of_each_command(box):
    for name in COMMANDS:
        text = check(box.rolekey('help', *name.split())).stdout
        need(re.search(r'^  .*rolekey %s' % name, text, re.M),
             'no example: ' + text)


def case_help_is_the_same_however_it_is_asked_for(box):
    for name in COMMANDS:
        words = name.split()
        text = check(box.rolekey('help', *words)).stdout
        for argv in ([*words, '--help'], ['--help', *words], ['-h', *words],
                     [*words, '-h']):
            same(check(box.rolekey(*argv)).stdout, text, argv)


def case_the_nearest_is_named(box):
    for argv, near in ((['exprot'], 'export'), (['config'], BOTH),
                       (['help', 'config'], BOTH),
                       (['list', '--jsno'], '--json'),
                       (['list', '--jso'], '--json'),
                       (['export', '--formt=fish'], '--format'),
                       (['exec', '--hlp'], '--help')):
        done = box.rolekey(*argv)
        need(done.status in (2, 125), str(done))
        said(done, 'did you mean "?%s"?\\?' % near)


def case_a_mistyped_option_does_not_show_its_value(box):
    done = check(box.rolekey('export', '--mfa-tokn=271828', 'testing'), 2)
    said(done, 'did you mean --mfa-token')
    need('271828' not in done.stderr, str(done))


if __name__ == '__main__':
    run_cases(globals())
