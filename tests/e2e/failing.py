"""Runs of commands with one fault each: for the scenarios of failures."""

import collections
import os
import random
import re
import signal
import sys

import verdict
from failing_commands import COMMANDS, MAY_HAVE_IT, SECRETS
from harness import BIN, LOCK, Failed, Sandbox, Skipped, check, need, same

EDIT = re.compile(r'\.rolekey-\w{6}$')  # the new file of an edit
SAMPLE = 5  # runs of each command
# Killed by the fault; and what libsodium does without random bytes, and GLib
# without memory.
SIGNALS = (-signal.SIGKILL, -signal.SIGABRT, -signal.SIGTRAP)


class Trials:
    """Runs of a command with one fault each."""

    def __init__(self, command, program=BIN):
        self.box = command.box
        self.command = command
        self.program = program
        self.count = collections.Counter()
        self.problems = []
        command.keep()

    def clean(self, *before, **more):
        """A run without a fault: its result is what all must end in."""
        self.command.restore()
        done = check(self.command.run(*before, program=self.program, **more))
        self.command.ended(done)
        self.files = self.named()
        self.warnings = done.stderr.count('warning: ')
        return done

    def named(self):
        """The names of all files but locks and notes about codes, which are
        small and few."""
        return {os.path.relpath(path, self.box.top)
                for path in self.box.files()
                if not LOCK.search(path) and '/ledger/' not in path}

    def age(self):
        """A killed process's new files are removed once they are old."""
        for path in self.box.files():
            if EDIT.search(path):
                os.utime(path, (0, 0))

    def one(self, what, *before, **more):
        self.command.restore()
        done = self.command.run(*before, program=self.program, **more)
        self.count['runs'] += 1
        self.count['failed'] += done.status != 0
        try:
            self.judge(done)
        except Failed as problem:
            self.problems.append('%s: %s: %s\n  %s' % (
                self.command.title, what, problem, done))
            print('  ' + self.problems[-1], flush=True)

    def judge(self, done):
        need(0 <= done.status < 128 or done.status in SIGNALS, 'it crashed')
        need(not re.search('Sanitizer|runtime error', done.stderr),
             'a sanitizer reports')
        self.no_secret(done)
        self.command.old_or_new()
        if done.status < 0:
            self.age()
        if done.status != 0 or self.warns(done):
            done = check(self.command.run(program=self.program))
            self.no_secret(done)
        self.command.ended(done)
        left = self.named() - self.files
        if not self.command.edits_again:
            left = {path for path in left if not EDIT.search(path)}
        need(not left, 'left over: %s' % left)

    def warns(self, done):
        """It warns more than the clean run: something was left undone."""
        return done.stderr.count('warning: ') > self.warnings

    def no_secret(self, done):
        for secret in SECRETS:
            need(secret not in done.stdout + done.stderr, 'a secret is shown')
        for path in self.box.files():
            if path.endswith(MAY_HAVE_IT) or not os.path.isfile(path):
                continue
            with open(path, 'rb') as file:
                data = file.read()
            need(not any(secret.encode() in data for secret in SECRETS),
                 'a secret is in ' + path)

    def end(self, of):
        print('  %s: %d runs of %d, %d failed, %d wrong' % (
            self.command.title, self.count['runs'], of, self.count['failed'],
            len(self.problems)), flush=True)
        need(not self.problems, '%d of %d runs: %s' % (
            len(self.problems), self.count['runs'],
            '\n'.join(self.problems[:3])))


def chosen():
    """The commands to try, and how many runs of each; 0 is a small sample."""
    asked = os.environ.get('ROLEKEY_FAILING')
    if not asked:
        return list(COMMANDS), 0
    return (list(COMMANDS) if asked == 'all' else asked.split(','),
            int(os.environ.get('ROLEKEY_RUNS', sys.maxsize)))


def seed():
    value = int(os.environ.get('ROLEKEY_SEED') or random.randrange(10 ** 6))
    print('  ROLEKEY_SEED=%d' % value, flush=True)
    return random.Random(value)


def try_each(function):
    """function(command, runs, pick) for each command, in a box of its own."""
    pick = seed()
    names, runs = chosen()
    wrong = []
    for name in names:
        with Sandbox() as box:
            command = COMMANDS[name](box)
            command.title = name
            try:
                with command.beside():
                    function(command, runs or (1 if command.slow else SAMPLE),
                             pick)
            except Skipped as reason:
                verdict.skipped(name, str(reason))
            except Failed as problem:
                wrong.append('%s: %s' % (name, problem))
    same(wrong, [], 'commands')
