"""One rotation after the other, each broken somewhere: for two scenarios.

Afterwards the keyring has a key that AWS takes, and the next rotate leaves one
key at AWS, stored, and no journal.
"""

import contextlib
import os

from harness import (BIN, SERIAL, USER, Failed, check, code_now, gnome_keyring,
                     need, noticed, same)
from test_keyring_pass import gpg
from test_rotate import SAM, SAMS, SAMS_CONFIG, keys, works

# Every step instead of some, where a case takes some: minutes.
ALL = 'ROLEKEY_TORTURE' in os.environ


def some(numbers, first, step):
    """Each step-th of them from the first; all of them with ROLEKEY_TORTURE."""
    return numbers if ALL else numbers[first::step]


class Torture:
    def __init__(self, box, profile, user, old):
        self.box = box
        self.profile = profile
        self.user = user
        self.now = old
        self.runs = 0
        self.failed = 0

    def rotate(self, *before, flag='--yes', **more):
        """One rotation, with a code of its own if there is a device."""
        argv = [BIN, 'rotate', flag, self.profile]
        if self.user == USER:
            self.box.forget_codes()
            check(self.box.rolekey('clear'))
            self.box.away_from_the_edge()
            argv += ['-t', code_now(SERIAL)]
        return self.box.run(*before, *argv, **more)

    def check(self, done, at):
        """There is a working key, and the next rotation ends it all."""
        self.runs += 1
        try:
            kept = works(self.box, self.profile, self.user)
            if done.status == 0:
                self.ended(done)
            else:
                self.failed += 1
                left = keys(self.box, self.user)
                again = check(self.rotate())
                self.ended(again)
                if kept != self.now and self.now in left:
                    same(again.stdout.strip(), kept, 'the new key stays')
                    noticed(again, 'rotation-resumed', value=self.now)
            self.now = works(self.box, self.profile, self.user)
        except Failed as problem:
            raise Failed('%s\n%s\n%s' % (at, done, problem)) from None

    def ended(self, done):
        new = done.stdout.strip()
        same(keys(self.box, self.user), {new: 'Active'}, 'keys at AWS')
        same(works(self.box, self.profile, self.user), new, 'the stored one')

    def end(self, failed):
        noticed(check(self.rotate(flag='--check')), 'rotation-possible',
                value=self.now)
        need(self.failed >= failed, 'only %d of %d runs failed' % (
            self.failed, self.runs))
        print('  %d runs, %d of them failed' % (self.runs, self.failed))


def of_sam(box):
    box.write_config(SAMS_CONFIG)
    box.add_quietly('sam', key=SAM)
    return Torture(box, 'sam', SAMS, SAM[0])


def of_alex(box):
    check(box.add())
    return Torture(box, 'custodian', USER, 'AKIAIOSFODNN7EXAMPLE')


@contextlib.contextmanager
def in_pass(box):
    with gpg(box, ''):
        box.env['ROLEKEY_BACKEND'] = 'pass'
        del box.env['ROLEKEY_PASSPHRASE']
        yield


KEYRINGS = {'pass': in_pass, 'secret-service': gnome_keyring}
