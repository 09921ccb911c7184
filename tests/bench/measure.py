"""How long programs take, how much memory and how many instructions.

What is compared is run in turn, again and again, so that what else a machine
does meets all of it alike.
"""

import json
import os
import shlex
import statistics

from harness import check
from quick import instructions

ROUNDS, RUNS = 40, 5


class Sample:
    """The time of one thing: its fastest run, and the median of each round.

    The fastest run is the best guess of what it costs, since what else a
    machine does can only add to it.
    """

    def __init__(self, fastest, rounds):
        self.fastest = fastest
        self.rounds = rounds
        self.median = statistics.median(rounds)

    def spread(self):
        """Of ten rounds, eight are within."""
        if len(self.rounds) < 2:
            return self.median, self.median
        tenths = statistics.quantiles(self.rounds, n=10, method='inclusive')
        return tenths[0], tenths[-1]

    def _with(self, other, join):
        return Sample(join(self.fastest, other.fastest),
                      [join(a, b) for a, b in zip(self.rounds, other.rounds)])

    def __sub__(self, other):
        return self._with(other, lambda a, b: a - b)

    def __truediv__(self, other):
        return self._with(other, lambda a, b: a / b)


def _rounds(box, commands, rounds, fails=False):
    """hyperfine's results of each round, a list by command; seconds."""
    out = os.path.join(box.top, 'times.json')
    for _ in range(rounds):
        check(box.run('hyperfine', '-N', '--warmup', '1', '--runs', RUNS,
                      '--export-json', out, *(['-i'] if fails else []),
                      *map(shlex.join, commands), timeout=600))
        with open(out, encoding='utf-8') as file:
            yield json.load(file)['results']


def _sample(values_of_rounds):
    """In ms, of seconds."""
    return Sample(min(map(min, values_of_rounds)) * 1000,
                  [statistics.median(values) * 1000
                   for values in values_of_rounds])


def times(box, *commands, rounds=ROUNDS, fails=False):
    """A Sample of each command, in ms from its start to its end."""
    found = list(_rounds(box, commands, rounds, fails))
    return [_sample([results[at]['times'] for results in found])
            for at in range(len(commands))]


def whole_and_own(box, *commands, rounds=ROUNDS):
    """Of each command, in ms: (from start to end, the processor's time)."""
    found = list(_rounds(box, commands, rounds))
    return [(_sample([results[at]['times'] for results in found]),
             _sample([[results[at]['user'] + results[at]['system']]
                      for results in found]))
            for at in range(len(commands))]


def peak(box, argv, env=None):
    """Peak resident memory in MiB.

    By time(1), which is small: what forks is counted until the exec.
    """
    done = check(box.run('time', '-f', '%M', *argv, env=env))
    return int(done.stderr.split()[-1]) / 1024


def used(box, argv, env):
    """(processor seconds, MiB at the peak) of the cheapest of three runs."""
    runs = []
    for _ in range(3):
        done = check(box.run('time', '-f', '%U %S %M', *argv, env=env,
                             timeout=120))
        user, system, kib = done.stderr.split()[-3:]
        runs.append((float(user) + float(system), int(kib) / 1024))
    return min(runs)


def millions(box, argv, env=None):
    """Of instructions."""
    return instructions(box, argv, env) / 1e6


def hundred(argv, end):
    """A hundred calls by a shell: end is ';', or '&' for all at once."""
    return ['/bin/sh', '-c', 'i=0; while [ $i -lt 100 ]; do "$@" >/dev/null ' +
            end + ' i=$((i + 1)); done; wait', 'sh'] + argv
