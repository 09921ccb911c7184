"""Several processes that ask on one terminal: one at a time, never shown.

ROLEKEY_ROUNDS is the number of rounds, each with other kills: 200 for a
release, 12 by default.
"""

import os
import random
import re
import signal
import sys
import tempfile
import termios
import unittest

from terminal import Terminal, state, wait_until
from verdict import run_unittests

TOOL = os.path.join(os.environ["ROLEKEY_BUILD"], "tests", "edge_tool")
ROUNDS = int(os.environ.get("ROLEKEY_ROUNDS", "12"))
PROCESSES = 5

# The session's first: starts tools, whose answers go to files, and waits.
CROWD = """
import os, subprocess, sys
folder, *names = sys.argv[2:]
tools = []
for name in names:
    with open(os.path.join(folder, name), "w") as out:
        tools.append(subprocess.Popen([sys.argv[1], "secret", name], stdout=out))
print(*(tool.pid for tool in tools), flush=True)
print(*(tool.wait() for tool in tools), flush=True)
"""


class Round:
    """One round: who asks, who was killed, what was typed."""

    def __init__(self, tty, folder, chance):
        self.tty, self.folder, self.chance = tty, folder, chance
        self.names = ["Q%d" % n for n in range(PROCESSES)]
        self.crowd = tty.start("/usr/bin/python3", "-c", CROWD, TOOL, folder,
                               *self.names)
        pids = self.crowd.stdout.readline().split()
        self.pids = dict(zip(self.names, map(int, pids)))
        self.waiting = set(self.names)
        self.secrets = {}
        self.shown = ""
        self.unrestored = False  # the asker was killed with SIGKILL

    def kill(self, name, sig):
        os.kill(self.pids[name], sig)
        wait_until("it ends", lambda: state(self.pids[name]) in ("Z", ""))
        self.waiting.discard(name)

    def asker(self):
        """The question that is shown next."""
        self.shown += self.tty.expect(": ")
        return re.search(r"Q\d$", self.shown).group()

    def disturb(self, asker):
        others = sorted(self.waiting - {asker})
        if others and self.chance.random() < 0.4:
            self.kill(self.chance.choice(others), self.chance.choice(
                (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)))
        if self.chance.random() < 0.2:  # a program that is not rolekey
            mode = self.tty.settings()
            mode[3] |= termios.ECHO | termios.ICANON
            self.tty.set(mode)
            wait_until("no echo", lambda: not self.tty.echoes())

    def ask(self):
        asker = self.asker()
        assert not self.tty.echoes(), "%s asks and it echoes" % asker
        self.disturb(asker)
        if self.chance.random() < 0.3:
            sig = self.chance.choice((signal.SIGKILL, signal.SIGTERM,
                                      signal.SIGUSR1, signal.SIGHUP))
            self.unrestored |= sig == signal.SIGKILL
            self.kill(asker, sig)
            return
        self.secrets[asker] = "secret-%06d" % self.chance.randrange(10**6)
        self.tty.type(self.secrets[asker] + "\n")
        self.waiting.discard(asker)

    def run(self):
        while self.waiting:
            self.ask()
        self.crowd.wait(60)
        self.shown += self.tty.rest()


class OneTerminal(unittest.TestCase):
    def test_a_secret_is_never_shown_whoever_is_killed(self):
        seed = int(os.environ.get("ROLEKEY_SEED", random.randrange(10**9)))
        chance = random.Random(seed)
        answered = 0
        for n in range(ROUNDS):
            with Terminal() as tty, tempfile.TemporaryDirectory() as folder:
                before = tty.settings()
                played = Round(tty, folder, chance)
                where = "round %d of seed %d" % (n, seed)
                played.run()
                for name, secret in played.secrets.items():
                    self.assertNotIn(secret, played.shown, where)
                    with open(os.path.join(folder, name),
                              encoding="ascii") as file:
                        self.assertEqual(file.read(), f"answer {secret}\n",
                                         where)
                    answered += 1
                if not played.unrestored:
                    self.assertEqual(tty.settings(), before, where)
        print("%d rounds, %d secrets" % (ROUNDS, answered), file=sys.stderr)


if __name__ == "__main__":
    run_unittests()
