#!/usr/bin/python3 -B
"""Commands in which an allocation fails, of ours or of a library.

Afterwards nothing is lost or shown, and the command can be run again. A sample
is tried; see test_failing_calls.py for its seed, and for the whole.
"""

import os
import shutil
import subprocess

from failing import Trials, try_each
from harness import ROOT, Skipped, need, run_cases

SOURCE = os.path.join(ROOT, 'tests', 'preload', 'failing.c')


def built(box):
    """The environment in which one can be made to fail."""
    library = os.path.join(box.top, 'failing.so')
    if not shutil.which('cc'):
        raise Skipped('no cc')
    subprocess.run(['cc', '-O2', '-D_GNU_SOURCE', '-shared', '-fPIC', '-o',
                    library, SOURCE], check=True)
    done = box.rolekey('--version', env={'LD_PRELOAD': library})
    if done.status != 0 or done.stderr:
        raise Skipped('nothing can be preloaded: a build with sanitizers?')
    return {'LD_PRELOAD': library}


def allocations(path):
    """(program, number) of each; of a program that ran twice the most."""
    most = {}
    with open(path, encoding='utf-8') as file:
        for line in file:
            program, count = line.split()
            if program.startswith('rolekey'):
                most[program] = max(most.get(program, 0), int(count))
    return [(program, number) for program, count in sorted(most.items())
            for number in range(1, count + 1)]


def try_allocations(command, runs, pick):
    preload = built(command.box)
    counts = os.path.join(command.box.top, 'allocations')
    trials = Trials(command)
    trials.clean(env=dict(preload, FAILING_TO=counts))
    found = allocations(counts)
    need(found, 'no allocations')
    for program, number in pick.sample(found, min(runs, len(found))):
        trials.one('allocation %d of %s' % (number, program),
                   env=dict(preload, FAILING_IN=program,
                            FAILING_AT=str(number)))
    trials.end(len(found))


def case_every_allocation(box):
    built(box)
    try_each(try_allocations)


if __name__ == '__main__':
    run_cases(globals())
