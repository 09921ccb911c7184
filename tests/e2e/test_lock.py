#!/usr/bin/python3 -B
"""lock, unlock and another passphrase for the encrypted file."""

import re
import shutil

from harness import (ASKS_IT_AGAIN, ASKS_NEW_PASSPHRASE, ASKS_PASSPHRASE, BIN,
                     KEYRING, PASSPHRASE, Pty, Skipped, check, gnome_keyring,
                     need, noticed, refused, run_cases, same)

NEW = 'another passphrase, of six words'
ASKED = {'ROLEKEY_PASSPHRASE': None}
WRONG = {'ROLEKEY_PASSPHRASE': 'quite another one'}


def stored(box):
    check(box.add())
    if not box.kernel_keys():
        raise Skipped('no key can be left with the kernel')


def content(box):
    with open(box.keyring_path(), 'rb') as file:
        return file.read()


def case_what_is_locked_is_asked_for_again(box):
    stored(box)
    check(box.rolekey('list', '--credentials', env=ASKED), stdout='custodian')
    noticed(check(box.rolekey('lock', env=ASKED), calls=[], changed=[]),
            'locked', other='file')
    same(box.kernel_keys(), [], "the kernel's keys")
    check(box.rolekey('list', '--credentials', env=ASKED), 4,
          reason='no-terminal', context='passphrase-needed')
    check(box.rolekey('lock', env=ASKED))


def case_unlock_takes_it_in_once(box):
    stored(box)
    check(box.rolekey('lock'))
    done = box.pty_run(['unlock'], [(ASKS_PASSPHRASE, PASSPHRASE)], env=ASKED)
    noticed(check(done, calls=[], changed=[],
                  stdout=r'until \d{4}-\d\d-\d\dT'), 'unlocked', other='file')
    check(box.rolekey('list', '--credentials', env=ASKED), stdout='custodian')
    check(box.rolekey('unlock', env=ASKED))
    done = box.rolekey('unlock', env=dict(ASKED, ROLEKEY_UNLOCK_TIMEOUT='0'))
    noticed(check(done), 'unlocked')
    need('until' not in done.stderr, str(done))


def case_unlock_with_a_wrong_one(box):
    stored(box)
    check(box.rolekey('lock'))
    check(box.rolekey('unlock', env=WRONG), 6, changed=[],
          reason='wrong-passphrase-set', key='ROLEKEY_PASSPHRASE')
    done = box.pty_run(['unlock'], [(ASKS_PASSPHRASE, 'x')] * 3, env=ASKED)
    check(done, 4, changed=[], reason='wrong-passphrase')
    check(box.rolekey('unlock', '--no-prompt', env=ASKED), 4,
          reason='no-prompt', context='passphrase-needed')


def case_another_passphrase(box):
    stored(box)
    before = content(box)
    done = box.pty_run(['unlock', '--change'], [
        (ASKS_PASSPHRASE, PASSPHRASE), (ASKS_NEW_PASSPHRASE, NEW),
        (ASKS_IT_AGAIN, NEW)], env=ASKED)
    noticed(check(done, changed=[KEYRING]), 'passphrase-changed')
    need(before[:-40] != content(box)[:-40], 'the same bytes')
    need(before[20:36] != content(box)[20:36], 'the same salt')
    check(box.rolekey('list', '--credentials', env=ASKED), stdout='custodian')
    check(box.rolekey('lock'))
    check(box.rolekey('list', '--credentials'), 6,
          reason='wrong-passphrase-set', key='ROLEKEY_PASSPHRASE')
    check(box.rolekey('list', '--credentials', env={
        'ROLEKEY_PASSPHRASE': NEW}), stdout='custodian')
    same(len(box.kernel_keys()), 1, "the kernel's keys")


def case_what_a_passphrase_costs_can_be_set(box):
    """When it is chosen: the file says it then, whatever is set later."""
    def cost():
        return [int.from_bytes(content(box)[at:at + 4], 'little')
                for at in (12, 16)]
    dear = {'ROLEKEY_ARGON2_PASSES': '2', 'ROLEKEY_ARGON2_MEMORY': '16'}
    check(box.add(env=dear))
    same(cost(), [2, 16 * 1024], 'cost of a file that was made')
    check(box.add_quietly('x'))
    same(cost(), [2, 16 * 1024], 'cost of a file that was written')
    box.forget_kernel_keys()
    box.write('.config/rolekey/config', '[rolekey]\nargon2_passes = 4\n')
    done = box.pty_run(['unlock', '--change'], [
        (ASKS_PASSPHRASE, PASSPHRASE), (ASKS_NEW_PASSPHRASE, NEW),
        (ASKS_IT_AGAIN, NEW)], env=ASKED)
    noticed(check(done), 'passphrase-changed')
    same(cost(), [4, 64 * 1024], 'cost of another passphrase')
    refused(box.rolekey('list', env={'ROLEKEY_ARGON2_MEMORY': '2048'}), 3,
            reason='bad-value', key='ROLEKEY_ARGON2_MEMORY', value='2048',
            expected='a number from 16 to 1024')


def case_the_old_one_must_be_known(box):
    """Even if it is unlocked: anyone who finds the terminal open may not."""
    stored(box)
    before = content(box)
    done = box.pty_run(['unlock', '--change'],
                       [(ASKS_PASSPHRASE, 'x')] * 3, env=ASKED)
    check(done, 4, reason='wrong-passphrase', changed=[])
    done = box.pty_run(['unlock', '--change'], [
        (ASKS_PASSPHRASE, PASSPHRASE), (ASKS_NEW_PASSPHRASE, NEW),
        (ASKS_IT_AGAIN, 'x'), (ASKS_NEW_PASSPHRASE, ''), (ASKS_NEW_PASSPHRASE, NEW),
        (ASKS_IT_AGAIN, 'y')], env=ASKED)
    check(done, 4, reason='no-new-passphrase', changed=[])
    same(content(box), before, 'keyring')
    check(box.rolekey('list', '--credentials', env=ASKED), stdout='custodian')
    check(box.rolekey('unlock', '--change', env=ASKED), 4, changed=[])


def case_a_change_that_cannot_be_written(box):
    """The old passphrase holds: the file, and the key in the kernel."""
    if not shutil.which('strace'):
        raise Skipped('no strace')
    stored(box)
    before = content(box)
    terminal = Pty(['strace', '-qq', '-o', '/dev/null', '-e',
                    'inject=rename:error=ENOSPC', BIN, 'unlock', '--change'],
                   dict(box._environment(ASKED),
                        ASAN_OPTIONS='detect_leaks=0'), box.home)
    for question, answer in ((ASKS_PASSPHRASE, PASSPHRASE),
                             (ASKS_NEW_PASSPHRASE, NEW), (ASKS_IT_AGAIN, NEW)):
        terminal.expect(question)
        terminal.answer(answer)
    check(terminal.finish(), 6, reason='system-call',
          detail='No space left on device')
    same(content(box), before, 'keyring')
    check(box.rolekey('list', '--credentials', env=ASKED), stdout='custodian')
    check(box.rolekey('lock'))
    check(box.rolekey('list', '--credentials'), stdout='custodian')


def case_there_is_none_yet(box):
    check(box.rolekey('lock'), changed=[])
    check(box.rolekey('unlock', env=ASKED), changed=[])
    check(box.rolekey('unlock', '--change'), 6, changed=[],
          reason='keyring-missing', path=box.keyring_path())


def case_the_secret_service_has_none(box):
    with gnome_keyring(box):
        for argv in (['lock'], ['unlock'], ['unlock', '--change']):
            refused(box.rolekey(*argv), 3, reason='no-passphrase',
                    other='secret-service')


if __name__ == '__main__':
    run_cases(globals())
