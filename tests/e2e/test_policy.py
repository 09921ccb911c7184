#!/usr/bin/python3 -B
"""policy: what it prints is valid, and allows what its page says, no more."""

import json

from harness import (CUSTODIAN, USER, check, need, refused, run_cases, same)

import policies
from test_rotate import KEY_ID, SAM, SAMS, SAMS_CONFIG, keys, rotated

TESTING = 'arn:aws:iam::222233334444:role/TestingAdmin'
STAGING = 'arn:aws:iam::333344445555:role/StagingAdmin'
PRODUCTION = 'arn:aws:iam::444455556666:role/ops/ProductionAdmin'
ME = {'aws:username': 'alex'}
WITH_MFA = dict(ME, **{'aws:MultiFactorAuthPresent': 'true'})
WITHOUT = (ME, dict(ME, **{'aws:MultiFactorAuthPresent': 'false'}))
KEYS = ['CreateAccessKey', 'DeleteAccessKey', 'GetAccessKeyLastUsed',
        'ListAccessKeys', 'UpdateAccessKey']
DEVICES = ['CreateVirtualMFADevice', 'DeleteVirtualMFADevice']
OWN_DEVICE = ['EnableMFADevice', 'ListMFADevices']
NEVER = ['DeactivateMFADevice', 'CreateUser', 'AttachUserPolicy', 'GetUser',
         'UpdateLoginProfile', 'CreateLoginProfile', 'PutUserPolicy']
OTHERS = 'arn:aws:iam::%s:user/kim' % CUSTODIAN
DEVICE = 'arn:aws:iam::%s:mfa/alex' % CUSTODIAN


def printed(box, *argv, trust=False):
    done = check(box.rolekey('policy', *argv), calls=[], changed=[])
    same(done.stderr, '', 'stderr')
    policy = json.loads(done.stdout)
    same(done.stdout, json.dumps(policy, indent=2, sort_keys=True) + '\n',
         'its form')
    policies.check(policy, trust)
    return policy


def resources(policy):
    [one] = policy['Statement']
    return one['Resource']


def case_require_mfa(box):
    policy = printed(box, 'require-mfa', '--role', TESTING, '--role',
                     '444455556666:ops/ProductionAdmin', '--role', TESTING)
    same(resources(policy), [TESTING, PRODUCTION], 'roles, each once')

    def allows(role, context, action='sts:AssumeRole'):
        return policies.allows([policy], action, role, context)
    for role in (TESTING, PRODUCTION):
        need(allows(role, WITH_MFA), role)
        for context in WITHOUT:
            need(not allows(role, context), role)
        need(not allows(role, WITH_MFA, 'sts:TagSession'), 'tags')
    for other in (STAGING, TESTING + '2', TESTING.replace('2222', '2229'),
                  'arn:aws:s3:::bucket'):
        need(not allows(other, WITH_MFA), other)


def case_the_names_of_roles(box):
    for name, arn in (
            ('TestingAdmin', 'arn:aws:iam::*:role/TestingAdmin'),
            ('222233334444', 'arn:aws:iam::222233334444:role/*'),
            ('222233334444:TestingAdmin', TESTING), (TESTING, TESTING),
            ('arn:aws-cn:iam::222233334444:role/X',
             'arn:aws-cn:iam::222233334444:role/X')):
        same(resources(printed(box, 'require-mfa', '--role', name)), arn, name)
    same(resources(printed(box, 'require-mfa', '--role=b', '--role', 'a')),
         ['arn:aws:iam::*:role/a', 'arn:aws:iam::*:role/b'], 'sorted')
    for name in ('', 'a b', 'x"y', '1234:Role', 'arn:aws:iam::1:user/x',
                 '222233334444:', '/x', 'x\ny', 'x' * 700, '${aws:username}',
                 'arn:aws:iam::222233334444:role/x"y'):
        refused(box.rolekey('policy', 'require-mfa', '--role', name), 2,
                reason='bad-option-value', key='role')


def case_trust(box):
    policy = printed(box, 'trust', '--account', CUSTODIAN, trust=True)
    with_mfa = {'aws:MultiFactorAuthPresent': 'true'}
    need(policies.trusts(policy, USER, with_mfa), 'with MFA')
    for context in ({}, {'aws:MultiFactorAuthPresent': 'false'}):
        need(not policies.trusts(policy, USER, context), context)
    need(not policies.trusts(policy, USER.replace(CUSTODIAN, '9' * 12),
                             with_mfa), 'another account')
    both = printed(box, 'trust', '--account', '2' * 12, '--account', '1' * 12,
                   trust=True)
    same(both['Statement'][0]['Principal']['AWS'],
         ['arn:aws:iam::%s:root' % (digit * 12) for digit in '12'], 'both')
    for account in ('', '1', 'x' * 12, '1' * 13, '*'):
        refused(box.rolekey('policy', 'trust', '--account', account), 2,
                reason='bad-option-value', key='account')


def case_self_manage(box):
    policy = printed(box, 'self-manage')

    def allows(action, resource, context):
        return policies.allows([policy], 'iam:' + action, resource, context)
    for action in KEYS:
        need(allows(action, USER, WITH_MFA), action)
        need(not allows(action, OTHERS, WITH_MFA), action + " of another's")
        for context in WITHOUT:
            need(not allows(action, USER, context), action)
    for context in (WITH_MFA, *WITHOUT):  # the first device is made without
        for action in DEVICES:
            need(allows(action, DEVICE, context), action)
        for action in OWN_DEVICE:
            need(allows(action, USER, context), action)
            need(not allows(action, OTHERS, context), action)
        for action in NEVER:
            need(not allows(action, USER, context), action)
        need(not policies.allows([policy], 'sts:AssumeRole', TESTING, context),
             'a role')


def case_wrong_usage(box):
    for argv, reason in (
            ([], 'no-word-given'), (['nothing'], 'bad-value'),
            (['require-mfa'], 'missing-option'), (['trust'], 'missing-option'),
            (['self-manage', '--role', 'x'], 'option-not-taken'),
            (['trust', '--role', 'x'], 'option-not-taken'),
            (['require-mfa', '--account', '1' * 12], 'option-not-taken')):
        refused(box.rolekey('policy', *argv), 2, reason=reason)


def case_rolekey_works_under_all_three(box):
    """The stand-in evaluates them; nothing else is allowed to this user."""
    box.aws.control('user', user=USER, policies=[
        printed(box, 'require-mfa', '--role', TESTING),
        printed(box, 'self-manage')])
    for role in (TESTING, STAGING):
        box.aws.control('role', arn=role, policy=printed(
            box, 'trust', '--account', CUSTODIAN, trust=True))
    check(box.add())
    check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'))
    check(box.rolekey('exec', 'staging', '--', 'true'), 125,
          reason='aws-refused', aws_code='AccessDenied')
    rotated(box, box.rolekey('rotate', '--no-prompt', 'testing'), USER, KEY_ID)


def case_without_a_device_one_is_enrolled_and_no_key_is_made(box):
    box.write_config(SAMS_CONFIG)
    box.add_quietly('sam', key=SAM)
    box.aws.control('user', user=SAMS, policies=[printed(box, 'self-manage')])
    check(box.rolekey('rotate', 'sam'), 5, reason='aws-refused')
    same(list(keys(box, SAMS)), [SAM[0]], 'keys')
    check(box.rolekey('mfa', 'enroll', 'sam', '--store'))
    box.forget_codes()
    rotated(box, box.rolekey('rotate', 'sam'), SAMS, SAM[0], 'sam')


if __name__ == '__main__':
    run_cases(globals())
