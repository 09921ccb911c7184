#!/usr/bin/python3 -B
"""Keys of the AWS files go into the keyring, and out of the files."""

import os

from harness import (AWS_CONFIG, KEY_ID, SECRET, SERIAL, check, need, refused,
                     run_cases, same)

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
        (r'Take the key of custodian out of .* \(lines 3 and 4\)\?', 'y'),
        (r'Take the key of kim out of .* \(lines 13 and 14\)\?', 'y')])
    check(done, calls=['GetCallerIdentity'] * 2,
          stdout='stored the key %s for custodian in the file' % KEY_ID)
    need(SECRET not in done.stdout and KIM[1] not in done.stdout, 'a secret')
    same(content(box), AFTER, 'credentials')
    same(os.stat(box.credentials).st_mode & 0o777, 0o640, 'mode')
    check(box.rolekey('list', '--credentials'), stdout='^custodian\nkim$')
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'))
    same(done.stderr, '', 'stderr')
    check(box.rolekey('import'), calls=[], changed=[],
          stderr='the AWS files have no long-lived keys')


def case_without_a_person_the_file_stays(box):
    files(box)
    done = check(box.rolekey('import', 'custodian'))
    need(CREDENTIALS not in done.changed, str(done))
    need('the key of custodian lies in plaintext in' in done.stderr, str(done))
    same(content(box), FILE, 'credentials')
    done = check(box.rolekey('import', '--yes', 'custodian'), calls=[],
                 stderr='is stored for custodian already')
    need(KEY_ID + " (in rolekey's keyring)" in content(box), content(box))
    need(KIM[1] in content(box), 'another key went')


def case_a_no_leaves_the_file(box):
    files(box)
    check(box.pty_run(['import', 'kim'], [('Take the key of kim', 'n')]),
          stdout='lies in plaintext in .* still')
    same(content(box), FILE, 'credentials')


def case_a_key_that_aws_refuses_is_not_stored(box):
    files(box)
    box.aws.control('key', id=KIM[0], status='Inactive')
    done = box.rolekey('import', '--yes')
    check(done, 5, stderr='1 of 2 keys were not taken over: .*'
          'InvalidClientTokenId')
    need(KIM[1] in content(box) and SECRET not in content(box), content(box))
    check(box.rolekey('list', '--credentials'), stdout='^custodian$')
    check(box.rolekey('import', '--yes', '--no-verify'), calls=[])
    same(content(box), AFTER, 'credentials')


def case_another_key_is_stored_under_that_name(box):
    files(box)
    check(box.add('custodian', '--no-config', key=KIM))
    check(box.rolekey('import', 'custodian', '--no-verify'), 4, calls=[],
          changed=[], stderr='the stored key %s was left as it is' % KIM[0])
    check(box.pty_run(['import', 'custodian'], [
        ('The key %s is stored for custodian. Replace it by %s' % (
            KIM[0], KEY_ID), 'y'), ('Take the key of custodian', 'n')]))
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
    check(box.rolekey('import', '--yes', '--no-verify', 'a'), 3,
          stderr='credentials:3: the aws_secret_access_key is none: it has '
          'blanks')
    same(content(box), before, 'credentials')


def case_a_profile_without_a_key(box):
    files(box)
    for name in ('testing', 'session', 'nowhere'):
        refused(box.rolekey('import', name), 3,
                'profile %s has no long-lived key in the AWS files' % name)


if __name__ == '__main__':
    run_cases(globals())
