"""Disks of a few kilobytes, in a process that has mounts of its own.

They end with that process, however it ends, and nobody else sees them.  Who is
not root gets them in a user namespace.
"""

import contextlib
import ctypes
import functools
import os
import pickle
import sys
import traceback
import unittest

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


class NoMounts(unittest.SkipTest):
    """It cannot be done here; the text says why."""


def _call(name, *args):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*args) != 0:
        raise NoMounts('%s: %s' % (name, os.strerror(ctypes.get_errno())))


def _write(path, text):
    with open(path, 'w', encoding='ascii') as file:
        file.write(text)


def own_mounts():
    """From now on, what this process mounts is its own."""
    user, group = os.geteuid(), os.getegid()
    _call('unshare', CLONE_NEWNS | (CLONE_NEWUSER if user != 0 else 0))
    if user != 0:
        _write('/proc/self/setgroups', 'deny')
        _write('/proc/self/uid_map', '%d %d 1' % (user, user))
        _write('/proc/self/gid_map', '%d %d 1' % (group, group))
    _call('mount', b'none', b'/', None, MS_REC | MS_PRIVATE, None)


def _in_child(case, args, writer):
    try:
        own_mounts()
        case(*args)
        problem = None
    except BaseException as raised:  # whatever it is, the parent raises it
        problem = raised
        text = traceback.format_exc()
    try:
        data = pickle.dumps(problem)
        pickle.loads(data)
    except Exception:
        data = pickle.dumps(RuntimeError(text))
    with os.fdopen(writer, 'wb') as file:
        file.write(data)


def with_own_mounts(case):
    """The case, in a child of ours; what it raises is raised here."""
    @functools.wraps(case)
    def run(*args):
        reader, writer = os.pipe()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.close(reader)
            try:
                _in_child(case, args, writer)
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, 'rb') as file:
            data = file.read()
        os.waitpid(child, 0)
        problem = pickle.loads(data) if data else RuntimeError('it died')
        if problem:
            raise problem
    return run


@contextlib.contextmanager
def small_disk(folder, size):
    """The folder is a disk of that size; for a process with own mounts."""
    _call('mount', b'tmpfs', folder.encode(), b'tmpfs', 0,
          b'size=%s,mode=700' % size.encode())
    try:
        yield
    finally:
        _call('umount', folder.encode())


def put_over(path, other):
    """Another file appears at the path; for a process with own mounts."""
    _call('mount', other.encode(), path.encode(), None, MS_BIND, None)


def fill(folder):
    """Until not a byte more fits."""
    with open(os.path.join(folder, 'filler'), 'wb', buffering=0) as file:
        with contextlib.suppress(OSError):
            while file.write(b'x' * 4096):
                pass
