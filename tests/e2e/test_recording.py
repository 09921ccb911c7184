#!/usr/bin/python3 -B
"""The session in rolekey-tour(7) is what a terminal shows."""

import shutil

import recording
from harness import Skipped, need, run_cases, same


def case_the_page_shows_what_a_terminal_shows(box):
    if not shutil.which('aws'):
        raise Skipped('no aws')
    box.add_quietly()
    if not box.kernel_keys():
        raise Skipped('no key can be left with the kernel')
    kept = recording.kept()
    made = recording.record()
    same(len(kept), len(made), 'blocks marked "recorded"')
    wrong = [pair for block, text in zip(kept, made) for pair in differences(
        recording.alike(block), recording.alike(text))]
    need(not wrong, 'if this is right, run tests/e2e/recording.py --write:\n%s'
         % '\n'.join('-%s\n+%s' % pair for pair in wrong))


def differences(kept, made):
    """Pairs of lines that differ; the shorter text ends with empty lines."""
    if kept == made:
        return []
    kept, made = kept.split('\n'), made.split('\n')
    rows = max(len(kept), len(made))
    return [pair for pair in zip(kept + [''] * (rows - len(kept)),
                                 made + [''] * (rows - len(made)))
            if pair[0] != pair[1]]


if __name__ == '__main__':
    run_cases(globals())
