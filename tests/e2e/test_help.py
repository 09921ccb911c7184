#!/usr/bin/python3 -B
"""What help shows, however it is asked for."""

import re

from harness import check, need, run_cases, same

COMMANDS = ['add', 'list', 'exec', 'export', 'credential-process', 'explain',
            'remove', 'clear', 'config dump']
WIDTH = 80


def case_help_fits_a_terminal(box):
    for argv in (['help'], *(['help', *name.split()] for name in COMMANDS)):
        for line in check(box.rolekey(*argv)).stdout.splitlines():
            need(len(line) <= WIDTH, '%s: %d columns: %s' % (
                argv, len(line), line))


def case_help_names_every_command(box):
    text = check(box.rolekey('help')).stdout
    same(re.findall(r'^  ([a-z]+(?:-[a-z]+| dump)?) {2,}\S', text, re.M),
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


if __name__ == '__main__':
    run_cases(globals())
