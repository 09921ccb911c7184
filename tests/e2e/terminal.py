"""A terminal: what a user sees and types, and the state it is left in."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

PATIENCE = 60  # seconds; a loaded machine is slow


class Terminal:
    """A pseudo-terminal, and programs that have it as their own."""

    def __init__(self):
        self.person, self.line = pty.openpty()
        self.seen = ""
        self.children = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            child.stdout.close()
        self.hang_up()
        if self.line >= 0:
            os.close(self.line)
            self.line = -1

    def start(self, *argv, shell=False, ignore=(), env=None):
        """Run argv as the session's first; stdout is ours, or the terminal."""

        def settle():
            os.setsid()
            fcntl.ioctl(self.line, termios.TIOCSCTTY, 0)
            for sig in (signal.SIGTTIN, signal.SIGTTOU, signal.SIGTSTP,
                        signal.SIGPIPE):
                signal.signal(sig, signal.SIG_DFL)
            for sig in ignore:
                signal.signal(sig, signal.SIG_IGN)

        ends = self.line if shell else subprocess.DEVNULL
        child = subprocess.Popen(
            argv, stdin=ends, stdout=ends if shell else subprocess.PIPE,
            stderr=ends if shell else subprocess.STDOUT, preexec_fn=settle,
            text=True, env=env)
        if shell:
            child.stdout = open(os.devnull)
        self.children.append(child)
        return child

    def read_some(self, seconds):
        ready, _, _ = select.select([self.person], [], [], seconds)
        if not ready:
            return False
        try:
            self.seen += os.read(self.person, 4096).decode(errors="replace")
        except OSError:
            return False
        return True

    def expect(self, text):
        """Wait for text, and forget what was seen up to its end."""
        end = time.monotonic() + PATIENCE
        while text not in self.seen:
            left = end - time.monotonic()
            assert left > 0, f"no {text!r} in {self.seen!r}"
            self.read_some(left)
        before, self.seen = self.seen.split(text, 1)
        return before

    def rest(self, seconds=0.1):
        while self.read_some(seconds):
            pass
        text, self.seen = self.seen, ""
        return text

    def type(self, text):
        os.write(self.person, text.encode())

    def left(self):
        """Input that nobody has read: the shell would get it."""
        was, raw = self.settings(), self.settings()
        raw[3] &= ~(termios.ICANON | termios.ECHO)
        self.set(raw)
        count = int.from_bytes(
            fcntl.ioctl(self.line, termios.FIONREAD, bytes(4)), sys.byteorder)
        text = os.read(self.line, count) if count else b""
        self.set(was)
        return text.decode(errors="replace")

    def settings(self):
        return termios.tcgetattr(self.line)

    def set(self, settings):
        termios.tcsetattr(self.line, termios.TCSANOW, settings)

    def flag(self, flag):
        return bool(self.settings()[3] & flag)

    def echoes(self):
        return self.flag(termios.ECHO)

    def hang_up(self):
        if self.person >= 0:
            os.close(self.person)
            self.person = -1


def wait_until(what, true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def state(pid):
    """'S' asleep, 'T' stopped, 'Z' dead; '' if there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except FileNotFoundError:
        return []
