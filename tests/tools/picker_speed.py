#!/usr/bin/python3 -B
"""Measures the picker with 10,000 profiles: from start to list, and from a key
to the screen.  Prints milliseconds; no test depends on them.

Usage: picker_speed.py [ROLEKEY]     a release, better than a sanitized build
"""

import os
import pty
import select
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ROLEKEY = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
    ROOT, 'build', 'release', 'tree', 'bin', 'rolekey')
PROFILES = 10000
KEYS = [*b'r3 099', 0x7f, 0x7f, 0x7f, *b'12', 0x0e, 0x0e, 0x15]


def start(home):
    """rolekey on a terminal: (its process, our end)."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(ROLEKEY, ['rolekey', 'explain'], {
            'HOME': home, 'TERM': 'xterm-256color', 'LC_ALL': 'C.UTF-8',
            'PATH': os.environ['PATH'], 'ROLEKEY_BACKEND': 'file',
            'AWS_EC2_METADATA_DISABLED': 'true'})
    return process, terminal


def first_and_last(terminal, quiet=0.3):
    """When the first and the last byte of an answer came."""
    first = last = None
    while select.select([terminal], [], [], 10 if first is None else quiet)[0]:
        os.read(terminal, 65536)
        last = time.monotonic()
        first = first or last
    return first, last


def main():
    with tempfile.TemporaryDirectory() as home:
        os.mkdir(os.path.join(home, '.aws'))
        with open(os.path.join(home, '.aws', 'config'), 'w',
                  encoding='utf-8') as file:
            file.write('[profile custodian]\n')
            for i in range(PROFILES):
                file.write('[profile p%05d]\nrole_arn = arn:aws:iam::%012d:'
                           'role/R%d\nsource_profile = custodian\n' % (
                               i, i, i % 7))
        began = time.monotonic()
        process, terminal = start(home)
        _, last = first_and_last(terminal, 1)
        print('start to list: %.0f ms' % ((last - began) * 1000))
        spent = []
        for key in KEYS:
            began = time.monotonic()
            os.write(terminal, bytes([key]))
            _, last = first_and_last(terminal)
            spent.append((last - began) * 1000)
        print('key to screen: %.1f ms at most, %.1f ms in the middle' % (
            max(spent), sorted(spent)[len(spent) // 2]))
        os.write(terminal, b'\x1b')
        os.waitpid(process, 0)


main()
