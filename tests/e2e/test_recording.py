#!/usr/bin/python3 -B
"""docs/session.txt is what a terminal shows."""

import shutil

import recording
from harness import Skipped, need, run_cases


def case_the_recording_is_what_is_seen(box):
    if not shutil.which('aws'):
        raise Skipped('no aws')
    box.add_quietly()
    if not box.kernel_keys():
        raise Skipped('no key can be left with the kernel')
    with open(recording.PLACE, encoding='utf-8') as file:
        kept = file.read()
    made = recording.record()
    wanted, got = recording.alike(kept), recording.alike(made)
    need(wanted == got, 'tests/e2e/recording.py --write, if this is right:\n%s'
         % '\n'.join('-%s\n+%s' % pair for pair in zip(
             wanted.split('\n'), got.split('\n')) if pair[0] != pair[1]))


if __name__ == '__main__':
    run_cases(globals())
