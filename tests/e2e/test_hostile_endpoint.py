#!/usr/bin/python3 -B
"""An endpoint, or a proxy that opens TLS, that sends more than AWS does.

Values that AWS never sends are refused: they would reach files, variables and
caches.
"""

import json

from harness import (KEY_ID, check, need, refused, run_cases, same)
from peers import read_env

SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
EXTRA = '&#10;credential_process = sh -c "touch /tmp/never"'
LEDGER = ['home/.local/state/rolekey/ledger/*']
KEPT = LEDGER + ['home/.local/share/rolekey/keyring']


def changed(box, action, element, text):
    box.aws.fault('changed', action=action, element=element, text=text)


def case_a_serial_with_a_second_line_is_not_written(box):
    """CreateVirtualMFADevice: this was code execution by ~/.aws/config."""
    box.write_config('[profile custodian]\nregion = ap-northeast-1\n')
    env = box.key_environment(*SAM)
    check(box.rolekey('add', 'custodian', '--env', env=env))
    before = box.read_config()
    changed(box, 'CreateVirtualMFADevice', 'SerialNumber',
            'arn:aws:iam::111122223333:mfa/sam' + EXTRA)
    box.aws.mark()
    done = box.rolekey('mfa', 'enroll', 'custodian', '--store')
    refused(done, 7, reason='bad-serial-from-aws',
            action='CreateVirtualMFADevice',
            calls=['ListMFADevices', 'CreateVirtualMFADevice'])
    same(box.read_config(), before, 'the config')
    need('EnableMFADevice' not in box.aws.actions(), box.aws.actions())


def case_a_listed_serial_with_a_second_line_is_not_written(box):
    """ListMFADevices, which add asks for the device to write down."""
    box.write_config('[profile custodian]\nregion = ap-northeast-1\n')
    changed(box, 'ListMFADevices', 'SerialNumber',
            'arn:aws:iam::111122223333:mfa/alex' + EXTRA)
    box.rolekey('add', 'custodian', '--env', env=box.key_environment())
    need('credential_process' not in box.read_config(), box.read_config())


def case_a_key_id_with_a_second_line_is_refused(box):
    """It was a variable of its own with `export --format env`."""
    check(box.add())
    for text in (KEY_ID + '&#10;LD_PRELOAD=/tmp/evil.so', KEY_ID + ']',
                 'ASIA', 'asiaiosfodnn7example'):
        for form in ('env', 'ini'):
            changed(box, 'GetSessionToken', 'AccessKeyId', text)
            done = box.rolekey('export', 'testing', '--format', form, '-t',
                               box.code())
            refused(done, 7, reason='bad-credentials',
                    other='access key ID', action='GetSessionToken',
                    calls=['GetSessionToken'], changed=LEDGER)
            same(done.stdout, '', 'stdout')
            box.forget_codes()
    changed(box, 'AssumeRole', 'SecretAccessKey', 'x\u2019; calc; \u2018')
    done = box.rolekey('export', 'testing', '--format', 'powershell', '-t',
                       box.code())
    refused(done, 7, reason='bad-credentials', other='secret access key',
            action='AssumeRole',
            calls=['GetSessionToken', 'AssumeRole'], changed=KEPT)


def case_a_session_for_ever_is_refused(box):
    """It would be served from the cache until the year 9999."""
    check(box.add())
    changed(box, 'GetSessionToken', 'Expiration', '9999-12-31T23:59:59Z')
    done = box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true')
    refused(done, 125, reason='expiry-too-late', action='GetSessionToken',
            calls=['GetSessionToken'], changed=LEDGER)
    box.forget_codes()
    changed(box, 'AssumeRole', 'Expiration', '9999-12-31T23:59:59Z')
    done = box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true')
    refused(done, 125, reason='expiry-too-late', action='AssumeRole',
            calls=['GetSessionToken', 'AssumeRole'], changed=KEPT)
    # nothing of it was kept: the next call has a good one
    done = check(box.rolekey('export', 'testing', '--format', 'json'))
    need(not json.loads(done.stdout)['Expiration'].startswith('9'), done)


def case_a_key_of_the_files_is_checked(box):
    """Of a shared config: a continued line was a variable of its own."""
    box.write_config('[profile plain]\nregion = ap-northeast-1\n')
    for bad, part in (
            ('aws_access_key_id = %s\n  LD_PRELOAD=/x\n'
             'aws_secret_access_key = k\n' % KEY_ID, 'access key ID'),
            ('aws_access_key_id = %s\naws_secret_access_key = a b\n' % KEY_ID,
             'secret access key'),
            ('aws_access_key_id = %s\naws_secret_access_key = k\n'
             'aws_session_token = x\u2019; calc; \u2018\n' % KEY_ID,
             'session token')):
        box.write_credentials('[plain]\n' + bad)
        for form in ('env', 'powershell'):
            done = box.rolekey('export', '-n', 'plain', '--format', form)
            same(done.status, 3, str(done))
            need(part in done.stderr and 'not valid' in done.stderr, str(done))
            same(done.stdout, '', 'stdout')


def case_what_is_good_passes(box):
    check(box.add())
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'env'))
    given = read_env(done.stdout)
    need(given['AWS_ACCESS_KEY_ID'].startswith('ASIA'), given)


run_cases(globals())
