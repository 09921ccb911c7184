"""An X server without a screen, and somebody who types into its windows."""

import contextlib
import os
import shutil
import subprocess
import time

from harness import Failed, Skipped

PATIENCE = 180


@contextlib.contextmanager
def display():
    """The name of a display that is ours, such as ":99"."""
    if not shutil.which('Xvfb') or not shutil.which('xdotool'):
        raise Skipped('no Xvfb, or no xdotool')
    here, there = os.pipe()
    server = subprocess.Popen(
        ['Xvfb', '-displayfd', str(there), '-screen', '0', '640x480x24',
         '-nolisten', 'tcp'], pass_fds=[there], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(there)
    try:
        with os.fdopen(here, encoding='ascii') as number:
            line = number.readline().strip()
        if not line:
            raise Skipped('Xvfb does not start')
        yield ':' + line
    finally:
        server.terminate()
        server.wait(20)


def xdotool(name, *argv):
    done = subprocess.run(['xdotool', *argv], capture_output=True, text=True,
                          check=False, timeout=PATIENCE,
                          env=dict(os.environ, DISPLAY=name))
    return done.stdout.split() if done.returncode == 0 else []


def shown(name, title):
    """(window, its process): a window's number alone may come again."""
    return [(which, xdotool(name, 'getwindowpid', which)) for which in
            xdotool(name, 'search', '--onlyvisible', '--name', title)]


def window(name, title):
    """Waits for a window of that title to be shown."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = shown(name, title)
        if found:
            return found[-1]
        time.sleep(0.1)
    raise Failed('no window called ' + title)


def typed(name, title, keys, process):
    """Types into the window, until it is gone."""
    which = window(name, title)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        xdotool(name, 'windowfocus', '--sync', which[0])
        for key in keys:
            xdotool(name, *key)
        for _ in range(20):
            if process.poll() is not None or which not in shown(name, title):
                return
            time.sleep(0.1)
        # Keys that come too early are lost.
        xdotool(name, 'key', 'ctrl+a', 'key', 'Delete')
    raise Failed('the window stays: ' + title)
