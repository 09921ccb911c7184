#!/usr/bin/python3 -B
"""One profile with keys in two keyrings: who looks from either names both."""

import json

from harness import (Failed, check, gnome_keyring, need, noticed, run_cases,
                     same)
from test_keyring_pass import gpg


def findings(box, **env):
    done = box.rolekey('doctor', '--offline', '--json', env=env)
    return [(exam['profile'], exam['other'])
            for exam in json.loads(done.stdout)['checks']
            if exam['reason'] == 'second-key']


def not_noticed(done):
    try:
        noticed(done, 'second-key')
    except Failed:
        return
    raise Failed('a second key: %s' % done)


def case_add_and_doctor_name_the_other_keyring(box):
    passphrase = box.env['ROLEKEY_PASSPHRASE']
    file = {'ROLEKEY_BACKEND': 'file', 'ROLEKEY_PASSPHRASE': passphrase}
    with gnome_keyring(box):
        not_noticed(box.add_quietly())
        same(findings(box), [], 'one key')
        noticed(box.add_quietly(env=file), 'second-key', profile='custodian',
                other='secret-service')
        same(findings(box, **file), [('custodian', 'secret-service')],
             'from the file')
        same(findings(box), [('custodian', 'file')], 'from the service')
        box.forget_kernel_keys()
        same(findings(box), [], 'the file is locked')
        check(box.rolekey('--backend', 'secret-service', 'remove', '-f',
                          'custodian'))
        same(findings(box, **file), [], 'one is removed')


def case_the_password_store_too(box):
    with gpg(box, ''):
        noticed_in_pass(box)


def noticed_in_pass(box):
    store = {'ROLEKEY_BACKEND': 'pass'}
    check(box.add('custodian', '--no-verify', '--no-config', env=store))
    noticed(box.add_quietly(), 'second-key', profile='custodian', other='pass')
    same(findings(box), [('custodian', 'pass')], 'from the file')
    same(findings(box, **store), [('custodian', 'file')], 'from the store')
    check(box.rolekey('--backend', 'pass', 'remove', '-f', 'custodian'))
    need(not findings(box), 'one is removed')


if __name__ == '__main__':
    run_cases(globals())
