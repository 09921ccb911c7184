"""A user without privileges, for what root may do and a user may not."""

import os
import shutil
import subprocess

from harness import BIN, Skipped

NOBODY = 65534
AS_NOBODY = ['setpriv', '--reuid', str(NOBODY), '--regid', str(NOBODY),
             '--clear-groups', '--']


def as_person(box):
    """The home becomes that of a user who is not root: (what his programs
    are run by, the program where he can reach it).
    """
    if os.geteuid() != 0:
        return [], BIN
    if not shutil.which('setpriv'):
        raise Skipped('no setpriv')
    binary = reachable_binary(box)
    give(box.home, NOBODY)
    give(box.runtime, NOBODY)
    box.person = AS_NOBODY
    return AS_NOBODY, binary


def give(path, uid):
    for folder, _, names in os.walk(path):
        os.chown(folder, uid, uid)
        for name in names:
            os.lchown(os.path.join(folder, name), uid, uid)


def reachable_binary(box):
    """The program where a user without rights can run it, too."""
    probe = subprocess.run(AS_NOBODY + ['test', '-x', BIN], check=False)
    if probe.returncode == 0:
        return BIN
    tree = os.path.dirname(os.path.dirname(BIN))
    copy = os.path.join(box.top, 'tree')
    shutil.copytree(tree, copy)
    return os.path.join(copy, 'bin', 'rolekey')
