#!/usr/bin/python3 -B
"""rotate: a new key in, the old one out, and never without a working key."""

import json
import re
import time

from harness import (BIN, CONFIG, KEY_ID, KEYRING, LEDGER, PASSPHRASE, SECRET,
                     USER, check, gnome_keyring, need, noticed, refused,
                     run_cases, same)
from peers import read_env
from test_keyring_pass import gpg

SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
SAMS = 'arn:aws:iam::111122223333:user/sam'
OTHER = 'AKIAOTHEROTHEREXAMPL'
WALK = ['GetSessionToken', 'ListAccessKeys', 'CreateAccessKey',
        'GetCallerIdentity', 'GetCallerIdentity', 'GetCallerIdentity',
        'GetAccessKeyLastUsed', 'UpdateAccessKey', 'GetCallerIdentity',
        'DeleteAccessKey']
ASKS = r'Delete the key %s at AWS\? \(y/N\)'
DAY = 86400
SAMS_CONFIG = CONFIG + '\n[profile sam]\nregion = eu-west-1\n'


def ago(days):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ',
                         time.gmtime(time.time() - days * DAY))


def keys(box, user=USER):
    """The user's keys at AWS: id to status."""
    return {key['id']: key['status'] for key in box.aws.control('keys')
            if key['user'] == user}


def stored(box, profile='custodian'):
    env = read_env(check(box.rolekey('exec', '-n', profile, '--',
                                     'env')).stdout)
    return env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']


def works(box, profile='custodian', user=USER):
    """The stored key is one that AWS takes."""
    key_id, secret = stored(box, profile)
    [key] = [one for one in box.aws.control('keys') if one['id'] == key_id]
    same((key['secret'], key['status'], key['user']),
         (secret, 'Active', user), 'the key of %s' % profile)
    return key_id


def rotated(box, done, user=USER, old=KEY_ID, profile='custodian'):
    """It did all of its work."""
    new = check(done).stdout.strip()
    need(re.fullmatch('AKIA[A-Z0-9]{16}', new) and new != old, str(done))
    same(keys(box, user), {new: 'Active'}, 'keys at AWS after %s' % done)
    same(works(box, profile, user), new, 'the stored one')
    return new


def case_one_code_and_the_old_key_is_gone(box):
    check(box.add())
    done = box.rolekey('rotate', 'custodian', '-t', box.code())
    new = rotated(box, done)
    same(done.calls, WALK, 'calls')
    same(done.changed, [KEYRING, LEDGER], 'files')
    same(done.stdout, new + '\n', 'stdout')
    noticed(done, 'rotating', value=KEY_ID, arn=USER, other='custodian')
    noticed(done, 'new-key-created', value=new)
    noticed(done, 'key-switched', profile='custodian', value=new, number=1)
    noticed(done, 'key-never-used', value=KEY_ID)
    noticed(done, 'old-key-inactive', value=KEY_ID)
    noticed(done, 'old-key-deleted', value=KEY_ID)
    need(SECRET not in done.stderr, done.stderr)
    box.forget_codes()
    check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'),
          calls=['GetSessionToken', 'AssumeRole'])


def sams(function):
    """With a user who has no device: the key itself signs."""
    def case(box):
        box.write_config(SAMS_CONFIG)
        box.add_quietly('sam', key=SAM)
        function(box)
    return case


@sams
def case_without_a_device_the_key_signs(box):
    done = box.rolekey('rotate', 'sam')
    rotated(box, done, SAMS, SAM[0], 'sam')
    # The old key is inactive, so the new one deletes it.
    same(done.calls, ['GetCallerIdentity', *WALK[1:], 'DeleteAccessKey'],
         'calls')
    users = [call['params'].get('UserName') for call in box.aws.calls()
             if call['action'] in ('ListAccessKeys', 'UpdateAccessKey')]
    same(set(users), {'sam'}, 'names, which a session must send')


def case_by_the_profile_of_a_role(box):
    check(box.add())
    rotated(box, box.rolekey('rotate', 'testing', '-t', box.code()))


def case_a_session_with_mfa_saves_the_code(box):
    box.warm('testing')
    done = box.rolekey('rotate', '--no-prompt', 'testing')
    rotated(box, done)
    same(done.calls, WALK[1:], 'calls')
    noticed(done, 'key-switched', number=2)


def case_a_dead_session_is_made_again(box):
    box.warm('testing')
    box.aws.control('forget-sessions')
    box.forget_codes()
    done = box.rolekey('rotate', 'testing', '-t', box.code())
    rotated(box, done)
    same(done.calls, ['ListAccessKeys', *WALK], 'calls')


@sams
def case_check_changes_nothing(box):
    created, used = ago(400), ago(100)
    box.aws.control('add-key', user=SAMS, id=OTHER, secret='x' * 40,
                    created=created, last_used={
                        'date': used, 'service': 's3',
                        'region': 'eu-west-1'})
    before = keys(box, SAMS)
    done = check(box.rolekey('rotate', '--check', 'sam'), changed=[], calls=[
        'GetCallerIdentity', 'ListAccessKeys', 'GetAccessKeyLastUsed',
        'GetAccessKeyLastUsed'])
    same(done.stdout, '', 'stdout')
    noticed(done, 'key-age', value=SAM[0], number=30)
    noticed(done, 'other-key', value=OTHER, other='active', expected=created)
    noticed(done, 'key-last-used', value=OTHER, expected=used, other='s3',
            detail='eu-west-1')
    noticed(done, 'rotation-possible', value=SAM[0], other=OTHER)
    same((keys(box, SAMS), works(box, 'sam', SAMS)), (before, SAM[0]), 'keys')


@sams
def case_two_keys_already(box):
    def add(**more):
        box.aws.control('add-key', user=SAMS, id=OTHER, secret='x' * 40,
                        created=ago(400), **more)
    add()
    asked = ['GetCallerIdentity', 'ListAccessKeys', 'GetAccessKeyLastUsed']
    done = check(box.rolekey('rotate', 'sam'), 4, reason='no-terminal',
                 context='deletion', calls=asked, changed=[])
    noticed(done, 'other-key', value=OTHER)
    noticed(done, 'key-never-used', value=OTHER)
    done = box.pty_run(['rotate', 'sam'], [(ASKS % OTHER, 'n')])
    check(done, 4, reason='two-access-keys', value=OTHER, changed=[])
    same(keys(box, SAMS), {SAM[0]: 'Active', OTHER: 'Active'}, 'keys')
    done = check(box.pty_run(['rotate', 'sam'], [(ASKS % OTHER, 'y')]))
    noticed(done, 'other-key-deleted', value=OTHER)
    [new] = keys(box, SAMS)
    same(works(box, 'sam', SAMS), new, 'the stored one')
    for more, deleted in (
            ({}, True), ({'last_used': 3}, False), ({'last_used': 120}, True),
            ({'last_used': 3, 'status': 'Inactive'}, True)):
        if 'last_used' in more:
            more['last_used'] = {'date': ago(more['last_used']),
                                 'service': 'ec2', 'region': 'us-east-1'}
        add(**more)
        done = box.rolekey('rotate', '--yes', 'sam')
        if deleted:
            new = rotated(box, done, SAMS, new, 'sam')
            continue
        check(done, 4, reason='other-key-in-use', value=OTHER, changed=[])
        same(works(box, 'sam', SAMS), new, 'the stored one')
        box.aws.control('user', user=SAMS, keys=[
            {name: value for name, value in key.items() if name != 'user'}
            for key in box.aws.control('keys')
            if key['user'] == SAMS and key['id'] != OTHER])


@sams
def case_what_the_policy_lacks_is_named(box):
    old = SAM[0]
    for action, journal in (
            ('ListAccessKeys', False), ('CreateAccessKey', False),
            ('UpdateAccessKey', True), ('DeleteAccessKey', True)):
        box.aws.control('user', user=SAMS, denied=[action])
        done = check(box.rolekey('rotate', 'sam'), 5, reason='aws-refused',
                     aws_code='AccessDenied')
        need('iam:' + action in done.stderr, done.stderr)
        need('policy must allow' in done.stderr, done.stderr)
        stays = works(box, 'sam', SAMS)
        same(stays != old, journal, 'the key after ' + action)
        box.aws.control('user', user=SAMS, denied=[])
        done = box.rolekey('rotate', 'sam')
        new = rotated(box, done, SAMS, old, 'sam')
        if journal:
            noticed(done, 'rotation-resumed', value=old)
            same(new, stays, 'it finishes, and makes no third key')
        old = new
    box.aws.control('user', user=SAMS, denied=['GetAccessKeyLastUsed'])
    done = box.rolekey('rotate', 'sam')
    rotated(box, done, SAMS, old, 'sam')
    need('iam:GetAccessKeyLastUsed' in done.stderr, done.stderr)


def case_a_policy_that_wants_mfa(box):
    box.aws.control('user', user=USER, iam_with_mfa=True)
    check(box.add())
    old = rotated(box, box.rolekey('rotate', 'custodian', '-t', box.code()))
    # AWS may end the sessions of an inactive key: then the new key, which has
    # no session yet, may not delete it.
    box.aws.control('settings', sessions_die=True)
    box.forget_codes()
    done = check(box.rolekey('rotate', 'custodian', '-t', box.code()))
    noticed(done, 'old-key-left', value=old)
    new = done.stdout.strip()
    same(keys(box), {old: 'Inactive', new: 'Active'}, 'keys')
    same(works(box), new, 'the stored one')
    box.forget_codes()
    done = box.rolekey('rotate', 'custodian', '-t', box.code())
    noticed(done, 'rotation-resumed', value=old)
    same(rotated(box, done, old=old), new, 'the new key stays')


@sams
def case_a_policy_that_wants_mfa_of_a_user_without(box):
    box.aws.control('user', user=SAMS, iam_with_mfa=True)
    done = check(box.rolekey('rotate', 'sam'), 5, reason='aws-refused',
                 changed=[])
    need('iam:ListAccessKeys' in done.stderr, done.stderr)
    need('mfa_serial' in done.stderr, done.stderr)


@sams
def case_iam_knows_a_new_key_late_and_forgets_it_once(box):
    box.aws.control('settings', key_delay=3, key_forgotten=1)
    done = box.rolekey('rotate', 'sam')
    new = rotated(box, done, SAMS, SAM[0], 'sam')
    noticed(done, 'key-not-known', value=new)
    tried = [call['verdict'] for call in box.aws.calls()
             if call['key_id'] == new]
    need(tried.index('ok') < len(tried) - 1 - tried[::-1].index(
        'InvalidClientTokenId'), 'it was not forgotten: %s' % tried)
    need(done.seconds > 3, done.seconds)


@sams
def case_killed_while_it_waits(box):
    box.aws.control('settings', key_delay=5)
    done = box.run('timeout', '-s', 'KILL', '3', BIN, 'rotate', 'sam')
    need(done.status in (137, -9), str(done))
    same(works(box, 'sam', SAMS), SAM[0], 'the old key')
    done = box.rolekey('rotate', '--check', 'sam')
    noticed(done, 'rotation-to-finish', value=SAM[0])
    done = box.rolekey('rotate', 'sam')
    noticed(done, 'rotation-resumed', value=SAM[0])
    rotated(box, done, SAMS, SAM[0], 'sam')
    same(done.calls.count('CreateAccessKey'), 0, 'a third key')


@sams
def case_the_old_key_is_kept(box):
    done = check(box.rolekey('rotate', '--keep-old', 'sam'))
    new = done.stdout.strip()
    noticed(done, 'old-key-kept', value=SAM[0])
    same(keys(box, SAMS), {SAM[0]: 'Inactive', new: 'Active'}, 'keys')
    same(works(box, 'sam', SAMS), new, 'the stored one')
    need('DeleteAccessKey' not in done.calls, done.calls)


@sams
def case_another_machine_still_uses_it(box):
    """Which nobody can know better than AWS, so it is shown before."""
    box.aws.control('user', user=SAMS, keys=[
        {'id': SAM[0], 'secret': SAM[1], 'last_used': {
            'date': (used := ago(1)), 'service': 'dynamodb',
            'region': 'eu-west-3'}}])
    done = box.rolekey('rotate', 'sam')
    rotated(box, done, SAMS, SAM[0], 'sam')
    noticed(done, 'key-last-used', value=SAM[0], expected=used,
            other='dynamodb', detail='eu-west-3')
    need(done.stderr.index('dynamodb') < done.stderr.index('inactive'),
         done.stderr)


@sams
def case_several_profiles_with_the_key(box):
    box.write_config(SAMS_CONFIG + '[profile twin]\nregion = eu-west-2\n')
    box.add_quietly('twin', key=SAM)
    box.add_quietly('custodian')
    done = box.rolekey('rotate', 'sam')
    new = rotated(box, done, SAMS, SAM[0], 'sam')
    same(works(box, 'twin', SAMS), new, 'the twin')
    same(stored(box), (KEY_ID, SECRET), "another user's")
    noticed(done, 'rotating', other='sam, twin')
    noticed(done, 'key-switched', profile='twin')


@sams
def case_a_key_that_is_in_the_files_too(box):
    path = box.write_credentials(
        '[old]\naws_access_key_id = %s\naws_secret_access_key = %s\n' % SAM)
    refused(box.rolekey('rotate', 'sam'), 3, reason='key-also-in-file',
            path=path, line=2, profile='old', value=SAM[0])
    noticed(check(box.rolekey('rotate', '--check', 'sam'), changed=[]),
            'key-also-in-file', path=path, line=2)


@sams
def case_keys_that_are_not_stored(box):
    box.write_credentials(
        '[plain]\naws_access_key_id = %s\naws_secret_access_key = %s\n'
        % (KEY_ID, SECRET))
    box.write_config(box.read_config() + '\n[profile program]\n'
                     'credential_process = /bin/false\n\n[profile empty]\n'
                     'region = eu-west-1\n')
    refused(box.rolekey('rotate', 'plain'), 3, reason='no-key')
    refused(box.rolekey('rotate', 'program'), 3, reason='no-key-to-rotate',
            other='Process', profile='program')
    refused(box.rolekey('rotate', 'empty'), 3, reason='no-key',
            profile='empty')
    refused(box.rolekey('rotate', 'nobody'), 3, reason='no-such-profile')


@sams
def case_a_lost_answer_leaves_a_key_that_nobody_has(box):
    box.aws.fault('lost', action='CreateAccessKey')
    done = check(box.rolekey('rotate', 'sam'), 7, context='creation-unknown',
                 reason='connection-lost')
    same(done.calls.count('CreateAccessKey'), 1, 'it was sent again')
    same(works(box, 'sam', SAMS), SAM[0], 'the old key')
    [orphan] = set(keys(box, SAMS)) - {SAM[0]}
    done = check(box.rolekey('rotate', 'sam'), 4, context='deletion',
                 reason='no-terminal')
    noticed(done, 'orphan-key', value=orphan, other='active')
    done = box.rolekey('rotate', '--yes', 'sam')
    new = rotated(box, done, SAMS, SAM[0], 'sam')
    noticed(done, 'other-key-deleted', value=orphan)
    need(new != orphan, 'nobody has its secret')


@sams
def case_a_key_that_somebody_else_made_is_not_taken_for_it(box):
    box.aws.fault('reset', action='CreateAccessKey')
    check(box.rolekey('rotate', 'sam'), 7, context='creation-unknown')
    box.aws.control('add-key', user=SAMS, id=OTHER, secret='x' * 40,
                    created=ago(400), last_used={
                        'date': ago(1), 'service': 's3',
                        'region': 'eu-west-1'})
    done = check(box.rolekey('rotate', '--yes', 'sam'), 4,
                 reason='other-key-in-use', value=OTHER)
    noticed(done, 'rotation-undone')
    same(keys(box, SAMS), {SAM[0]: 'Active', OTHER: 'Active'}, 'keys')


@sams
def case_the_new_key_was_deleted_meanwhile(box):
    """The interrupted one comes to nothing, and a new one begins."""
    box.aws.fault('error', code='AccessDenied', status=403, count=1,
                  action='UpdateAccessKey')
    box.aws.control('settings', key_delay=30)
    done = box.run('timeout', '-s', 'KILL', '2', BIN, 'rotate', 'sam')
    need(done.status in (137, -9), str(done))
    [made] = set(keys(box, SAMS)) - {SAM[0]}
    box.aws.control('clear-faults')
    box.aws.control('settings', key_delay=0, skew=120)
    box.aws.control('user', user=SAMS, keys=[
        {'id': SAM[0], 'secret': SAM[1]}])
    done = box.rolekey('rotate', 'sam')
    noticed(done, 'new-key-gone', value=made)
    rotated(box, done, SAMS, SAM[0], 'sam')


@sams
def case_two_at_once(box):
    """The second waits, and rotates what the first left."""
    box.aws.control('settings', key_delay=1)
    first = box.pty('rotate', 'sam')
    second = box.pty('rotate', 'sam')
    ends = [check(first.finish()), check(second.finish())]
    [new] = keys(box, SAMS)
    same(works(box, 'sam', SAMS), new, 'the stored one')
    need(sum(new in done.stdout for done in ends) == 1, '%s %s' % tuple(ends))


@sams
def case_removed_with_its_journal(box):
    box.aws.control('user', user=SAMS, denied=['UpdateAccessKey'])
    check(box.rolekey('rotate', 'sam'), 5, reason='aws-refused')
    noticed(box.rolekey('rotate', '--check', 'sam'), 'rotation-to-finish')
    check(box.rolekey('remove', '-f', 'sam'))
    [new] = set(keys(box, SAMS)) - {SAM[0]}
    box.add_quietly('sam', key=SAM)
    box.aws.control('user', user=SAMS, denied=[])
    noticed(box.rolekey('rotate', '--check', 'sam'), 'rotation-possible',
            other=new)


def every_keyring(box, **env):
    box.env.update(env)
    box.write_config(SAMS_CONFIG)
    check(box.add())
    box.add_quietly('sam', key=SAM)
    check(box.rolekey('export', 'testing', '-t', box.code()))
    done = box.rolekey('rotate', '--no-prompt', 'testing')
    new = rotated(box, done)
    box.aws.fault('error', code='AccessDenied', status=403,
                  action='UpdateAccessKey')
    check(box.rolekey('rotate', 'sam'), 5, reason='aws-refused')
    done = box.rolekey('rotate', 'sam')
    noticed(done, 'rotation-resumed', value=SAM[0])
    rotated(box, done, SAMS, SAM[0], 'sam')
    same(works(box), new, "the other user's")


def case_in_a_secret_service(box):
    with gnome_keyring(box):
        every_keyring(box)


def case_migrated_with_its_journal(box):
    """The new key may be in the journal alone."""
    with gnome_keyring(box):
        box.env['ROLEKEY_PASSPHRASE'] = PASSPHRASE
        box.write_config(SAMS_CONFIG)
        box.add_quietly('sam', key=SAM)
        box.aws.control('settings', key_delay=4)
        done = box.run('timeout', '-s', 'KILL', '2', BIN, 'rotate', 'sam')
        need(done.status in (137, -9), str(done))
        done = check(box.rolekey('migrate', '--from', 'secret-service', '--to',
                                 'file', '--delete', '-f', 'sam'))
        noticed(done, 'migrated', key='rotation', profile='sam')
        box.env['ROLEKEY_BACKEND'] = 'file'
        done = box.rolekey('rotate', 'sam')
        noticed(done, 'rotation-resumed', value=SAM[0])
        rotated(box, done, SAMS, SAM[0], 'sam')


def case_in_a_password_store(box):
    with gpg(box, ''):
        every_keyring(box, ROLEKEY_BACKEND='pass')


def case_with_sessions_in_the_kernel(box):
    every_keyring(box, ROLEKEY_SESSION_BACKEND='kernel')


@sams
def case_doctor_names_old_keys_and_the_command(box):
    box.aws.control('user', user=SAMS, keys=[
        {'id': SAM[0], 'secret': SAM[1], 'created': ago(95)}])
    found = json.loads(box.rolekey('doctor', '--json').stdout)['checks']
    [old] = [one for one in found if one.get('reason') == 'key-old']
    same((old['value'], old['number'], old['fix']),
         (SAM[0], 95, 'rolekey rotate sam'), 'finding')
    box.write('.config/rolekey/config', '[rolekey]\nrotate_after = 100d\n')
    found = box.rolekey('doctor', '--json').stdout
    need('key-old' not in found, found)
    rotated(box, box.rolekey('rotate', 'sam'), SAMS, SAM[0], 'sam')


if __name__ == '__main__':
    run_cases(globals())
