#!/usr/bin/python3 -B
"""Keys of the AWS files go into the keyring, and out of the files."""

import os

from harness import (ASKS_REMOVAL, ASKS_REPLACEMENT, AWS_CONFIG, KEY_ID,
                     SECRET, SERIAL, check, need, noticed, refused, run_cases,
                     same)

CREDENTIALS = 'home/.aws/credentials'
KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
FILE = '''\
# my keys
[custodian]
aws_access_key_id = %s\r
AWS_Secret_Access_Key=%s
region = eu-west-1

[session]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = abc
aws_session_token = def

[kim]
aws_access_key_id = %s
aws_secret_access_key = %s''' % (KEY_ID, SECRET, *KIM)
AFTER = '''\
# my keys
[custodian]
# aws_access_key_id = %s (in rolekey's keyring)\r
# aws_secret_access_key is in rolekey's keyring
region = eu-west-1

[session]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = abc
aws_session_token = def

[kim]
# aws_access_key_id = %s (in rolekey's keyring)
# aws_secret_access_key is in rolekey's keyring''' % (KEY_ID, KIM[0])
ROLES = '''\
[profile testing]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
mfa_serial = %s
''' % SERIAL


def files(box):
    box.write_config(ROLES)
    box.write_credentials(FILE)
    os.chmod(box.credentials, 0o640)


def content(box):
    with open(box.credentials, newline='', encoding='utf-8') as file:
        return file.read()


def case_all_keys_on_a_yes_to_each(box):
    files(box)
    done = box.pty_run(['import'], [
        (ASKS_REMOVAL % r'key of custodian from .* \(lines 3 and 4\)\?', 'y'),
        (ASKS_REMOVAL % r'key of kim from .* \(lines 13 and 14\)\?', 'y')])
    noticed(check(done, calls=['GetCallerIdentity'] * 2), 'key-stored',
            value=KEY_ID, profile='custodian', other='file')
    need(SECRET not in done.stdout and KIM[1] not in done.stdout, 'a secret')
    same(content(box), AFTER, 'credentials')
    same(os.stat(box.credentials).st_mode & 0o777, 0o640, 'mode')
    check(box.rolekey('list', '--credentials'), stdout='^custodian\nkim$')
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'))
    same(done.stderr, '', 'stderr')
    noticed(check(box.rolekey('import'), calls=[], changed=[]),
            'no-keys-to-import')


def case_without_a_person_the_file_stays(box):
    files(box)
    done = check(box.rolekey('import', 'custodian'))
    need(CREDENTIALS not in done.changed, str(done))
    noticed(done, 'key-left-in-file', profile='custodian')
    same(content(box), FILE, 'credentials')
    done = check(box.rolekey('import', '--yes', 'custodian'), calls=[])
    noticed(done, 'key-already-stored', value=KEY_ID, profile='custodian')
    need(KEY_ID + " (in rolekey's keyring)" in content(box), content(box))
    need(KIM[1] in content(box), 'another key went')


def case_a_no_leaves_the_file(box):
    files(box)
    noticed(check(box.pty_run(['import', 'kim'], [
        (ASKS_REMOVAL % 'key of kim', 'n')])), 'key-left-in-file', profile='kim')
    same(content(box), FILE, 'credentials')


def case_a_key_that_aws_refuses_is_not_stored(box):
    files(box)
    box.aws.control('key', id=KIM[0], status='Inactive')
    done = box.rolekey('import', '--yes')
    check(done, 5, reason='keys-not-imported', number=1, of=2)
    noticed(done, 'aws-refused', profile='kim',
            aws_code='InvalidClientTokenId')
    need(KIM[1] in content(box) and SECRET not in content(box), content(box))
    check(box.rolekey('list', '--credentials'), stdout='^custodian$')
    check(box.rolekey('import', '--yes', '--no-verify'), calls=[])
    same(content(box), AFTER, 'credentials')


def case_another_key_is_stored_under_that_name(box):
    files(box)
    check(box.add('custodian', '--no-config', key=KIM))
    check(box.rolekey('import', 'custodian', '--no-verify'), 4, calls=[],
          changed=[], reason='key-not-replaced', value=KIM[0])
    check(box.pty_run(['import', 'custodian'], [
        (ASKS_REPLACEMENT % (KIM[0], 'custodian', KEY_ID), 'y'),
        (ASKS_REMOVAL % 'key of custodian', 'n')]))
    check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'))


def case_a_config_that_has_the_key(box):
    box.write_config('[profile own]\naws_access_key_id = %s\n'
                     'aws_secret_access_key = %s\n' % (KEY_ID, SECRET) + ROLES)
    done = check(box.rolekey('import', '--yes', 'own'))
    need(AWS_CONFIG in done.changed, str(done))
    need(SECRET not in box.read_config(), box.read_config())
    need(box.read_config().endswith(ROLES), box.read_config())


def case_lines_that_are_not_to_be_touched(box):
    box.write_credentials('[a]\naws_access_key_id = %s\naws_secret_access_key '
                          '= %s\n  more\n' % (KEY_ID, SECRET))
    before = content(box)
    done = box.rolekey('import', '--yes', '--no-verify', 'a')
    check(done, 3, reason='keys-not-imported')
    noticed(done, 'bad-file-key', profile='a', path=box.credentials, line=3,
            key='aws_secret_access_key')
    same(content(box), before, 'credentials')


def case_a_profile_without_a_key(box):
    files(box)
    for name in ('testing', 'session', 'nowhere'):
        refused(box.rolekey('import', name), 3, reason='no-file-key',
                profile=name)


if __name__ == '__main__':
    run_cases(globals())
