"""How a test program begins and ends.

It begins with plain signals, also under nohup or behind a shell's `&`, since
what is ignored here would be ignored by every program that it starts.

It ends with its counts, and with a status that ctest understands.

What was skipped inside of a program is a line "skipped: NAME: WHY", and the
program as a whole counts as skipped then: so that nobody takes it for passed.
"""

import signal
import sys
import unittest

SKIPPED = 77  # of ctest: SKIP_RETURN_CODE

for sig in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
    signal.signal(sig, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)


def skipped(name, why):
    why = ' '.join(str(why).split())
    print('skipped: %s: %s' % (name, why), flush=True)


def end(n_passed, n_failed, n_skipped):
    """Says the counts and ends the process."""
    print('%d passed, %d failed%s' % (
        n_passed, n_failed,
        ', %d skipped' % n_skipped if n_skipped else ''), flush=True)
    if n_failed or not n_passed + n_skipped:
        sys.exit(1)
    sys.exit(SKIPPED if n_skipped else 0)


def end_skipped(why):
    """Nothing of it can be tried here."""
    skipped('all', why)
    sys.exit(SKIPPED)


def run_unittests():
    """unittest.main(), ended as above."""
    result = unittest.main(exit=False).result
    for case, why in result.skipped:
        skipped(case.id().replace('__main__.', ''), why)
    n_failed = (len(result.failures) + len(result.errors)
                + len(result.unexpectedSuccesses))
    n_skipped = len(result.skipped)
    end(result.testsRun - n_failed - n_skipped, n_failed, n_skipped)
