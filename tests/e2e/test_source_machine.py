#!/usr/bin/python3 -B
"""Profiles that start from a web identity, the environment or the machine."""

import base64
import json
import os
import time

from harness import (KEY_ID, SECRET, check, check_quiet, need, refused,
                     run_cases, same)
from peers import read_env

DEPLOYER = 'arn:aws:iam::222233334444:role/Deployer'
BEHIND = 'arn:aws:iam::222233334444:role/Behind'
CONTAINER = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
RELATIVE = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'
TOKEN = 'AWS_CONTAINER_AUTHORIZATION_TOKEN'
TOKEN_FILE = 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'
INSTANCE = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
ROLES = '/latest/meta-data/iam/security-credentials/'


def jwt(subject='repo:shop', ahead=600, issuer='https://idp.example/x'):
    def part(data):
        text = json.dumps(data).encode()
        return base64.urlsafe_b64encode(text).decode().rstrip('=')
    return '.'.join((part({'alg': 'RS256'}), part({
        'iss': issuer, 'sub': subject, 'exp': time.time() + ahead}), 'c2ln'))


def web(box, token, more=''):
    box.token = box.write('token', token)
    box.write_config('[profile w]\nrole_arn = %s\nregion = eu-west-1\n'
                     'web_identity_token_file = %s\n%s[profile r]\n'
                     'role_arn = %s\nsource_profile = w\n'
                     'region = eu-west-1\n' % (
                         DEPLOYER, box.token, more, BEHIND))


def elsewhere(box, source):
    box.write_config('[profile m]\nrole_arn = %s\nregion = eu-west-1\n'
                     'role_session_name = me\ncredential_source = %s\n'
                     % (BEHIND, source))


def session_of(done):
    return read_env(check_quiet(done).stdout)['AWS_SESSION_TOKEN']


# -- web identity --------------------------------------------------------------


def case_a_web_identity(box):
    web(box, jwt() + '\n')
    need(session_of(box.rolekey('exec', 'w', '--', 'env')), 'no session')
    call, = box.aws.calls()
    same((call['action'], call['key_id'], call['params']['RoleArn'],
          call['params']['WebIdentityToken'],
          call['params']['DurationSeconds']),
         ('AssumeRoleWithWebIdentity', None, DEPLOYER, '(given)', '3600'),
         'the call')
    need(call['params']['RoleSessionName'] != 'rolekey', call)
    check_quiet(box.rolekey('export', 'w'))
    same(len(box.aws.calls()), 1, 'calls')
    check_quiet(box.rolekey('exec', 'r', '--', 'true'))
    same(box.actions()[1:], ['AssumeRole'], 'a role on top')
    check_quiet(box.rolekey('export', 'w', '--read-only'))
    same(box.aws.calls()[-1]['params']['PolicyArns.member.1.arn'],
         'arn:aws:iam::aws:policy/ReadOnlyAccess', 'read-only')
    same(len(box.aws.calls()), 3, 'a session of its own')
    rows = json.loads(check(box.rolekey('list', '--json')).stdout)
    same(sorted(session['read_only'] for session in
                rows['profiles'][0]['sessions']), [False, True], 'list')
    box.write('token', jwt('repo:other'))
    check(box.rolekey('exec', 'w', '--refresh', '--', 'true'), 125,
          reason='aws-refused', context='starting-web-identity')


def case_a_web_identity_token_of_a_program(box):
    path = box.write('minter', '#!/bin/sh\nprintf %%s "%s"\n' % jwt(),
                     mode=0o700)
    box.write_config('[profile w]\nrole_arn = %s\nregion = eu-west-1\n'
                     'web_identity_token_process = %s\n' % (DEPLOYER, path))
    need(session_of(box.rolekey('exec', 'w', '--', 'env')), 'no session')


def case_web_identities_that_are_refused(box):
    for token, code in ((jwt(ahead=-60), 'ExpiredTokenException'),
                        (jwt('repo:other'), 'AccessDenied'),
                        (jwt(issuer='https://else.example'),
                         'InvalidIdentityToken'),
                        ('abcdef', 'InvalidIdentityToken')):
        web(box, token)
        done = refused(box.rolekey('export', 'w'), 5, reason='aws-refused',
                       context='starting-web-identity', profile='w',
                       aws_code=code, calls=['AssumeRoleWithWebIdentity'])
        need(token not in done.stderr, done)
    for token, reason in (('', 'bad-token'), ('abc', 'bad-token'),
                          ('a' * 20001, 'bad-token'), ('a b c', 'bad-token'),
                          ('x' * 30000, 'file-too-long')):
        web(box, token)
        if reason == 'bad-token' and ' ' not in token:
            refused(box.rolekey('export', 'w'), 3, reason=reason,
                    context='starting-web-identity',
                    key='web_identity_token_file')
    os.unlink(box.token)
    refused(box.rolekey('export', 'w'), 3, reason='no-token-file',
            context='starting-web-identity', path=box.token)


def case_the_token_is_in_no_message(box):
    """AWS quotes a token in some of its messages."""
    token = jwt()
    web(box, token)
    box.aws.fault('error', code='InvalidIdentityToken', status=400,
                  message='bad token: ' + token)
    done = check(box.rolekey('--debug', 'export', 'w'), 5,
                 reason='aws-refused')
    need(token not in done.stderr, done)


# -- the environment -------------------------------------------------------------


def case_the_environment(box):
    elsewhere(box, 'Environment')
    box.write_config(box.read_config().replace(
        BEHIND, 'arn:aws:iam::555566667777:role/ToolsAdmin'))
    env = {'AWS_ACCESS_KEY_ID': KEY_ID, 'AWS_SECRET_ACCESS_KEY': SECRET}
    need(session_of(box.rolekey('exec', 'm', '--', 'env', env=env)), 'none')
    box.expect_actions('AssumeRole')
    check_quiet(box.rolekey('exec', 'm', '--', 'true', env=env))
    box.expect_actions('AssumeRole')
    other = dict(env, AWS_ACCESS_KEY_ID='AKIAI44QH8DHBEXAMPLE')
    check(box.rolekey('exec', 'm', '--', 'true', env=other), 125,
          reason='aws-refused')  # not the session of the other key
    refused(box.rolekey('export', 'm'), 3, reason='no-variable',
            context='starting-environment', key='AWS_ACCESS_KEY_ID')
    refused(box.rolekey('export', 'm', '--refresh', env=dict(
        env, AWS_CREDENTIAL_EXPIRATION='2020-01-01T00:00:00Z')), 7,
            reason='source-expired', context='starting-environment')


# -- a container -------------------------------------------------------------------


def case_a_container(box):
    elsewhere(box, 'EcsContainer')
    url = box.aws.url + '/v2/credentials/container'
    box.env['http_proxy'] = 'http://127.0.0.1:1'
    need(session_of(box.rolekey('exec', 'm', '--', 'env',
                                env={CONTAINER: url})), 'none')
    same(box.actions(), ['GET /v2/credentials/container', 'AssumeRole'],
         'calls')
    check_quiet(box.rolekey('exec', 'm', '--', 'true', env={CONTAINER: url}))
    same(len(box.actions()), 2, 'cached')
    box.aws.control('machine', container_token='let me in')
    check(box.rolekey('clear'))
    env = {CONTAINER: url}
    check(box.rolekey('exec', 'm', '--', 'true', env=env), 125,
          reason='aws-refused', context='starting-container',
          aws_code='AccessDenied')
    check_quiet(box.rolekey('exec', 'm', '--', 'true', env=dict(
        env, **{TOKEN: 'let me in'})))
    path = box.write('jwt', 'let me in')
    check(box.rolekey('clear'))
    check_quiet(box.rolekey('exec', 'm', '--', 'true', env=dict(
        env, **{TOKEN: 'wrong', TOKEN_FILE: path})))
    for env, reason in (
            ({}, 'no-container'),
            ({CONTAINER: 'http://example.com/x'}, 'container-host'),
            ({CONTAINER: 'http://127.0.0.1.example.com/x'},
             'container-host'),
            ({CONTAINER: '/x'}, 'bad-url'),
            ({CONTAINER: url, TOKEN_FILE: '/nowhere'}, 'no-token-file'),
            ({CONTAINER: url, TOKEN: 'a\nb'}, 'token-line-break')):
        refused(box.rolekey('export', 'm', env=env), 3, reason=reason,
                context='starting-container')


def case_a_broken_container_endpoint(box):
    elsewhere(box, 'EcsContainer')
    env = {CONTAINER: box.aws.url + '/v2/credentials/container'}
    action = 'GET /v2/credentials/container'
    box.aws.fault('empty503', count=2)
    check_quiet(box.rolekey('exec', 'm', '--', 'true', env=env))
    same(box.actions(), [action] * 3 + ['AssumeRole'], 'three tries')
    for kind, reason, status, tries in (
            ('garbage', 'bad-json', 7, 1), ('html200', 'bad-json', 7, 1),
            ('huge', 'response-too-long', 7, 1),
            ('endless', 'response-too-long', 7, 1),
            ('redirect', 'metadata-refused', 5, 1),
            ('html503', 'metadata-refused', 7, 3)):
        check(box.rolekey('clear'))
        box.aws.fault(kind, count=tries)
        refused(box.rolekey('export', 'm', env=env), status, reason=reason,
                context='starting-container', calls=[action] * tries)


# -- an instance --------------------------------------------------------------------


def case_an_instance(box):
    del box.env['AWS_EC2_METADATA_DISABLED']
    elsewhere(box, 'Ec2InstanceMetadata')
    env = {INSTANCE: box.aws.url, 'http_proxy': 'http://127.0.0.1:1'}
    need(session_of(box.rolekey('exec', 'm', '--', 'env', env=env)), 'none')
    same(box.actions(), ['PUT /latest/api/token', 'GET ' + ROLES,
                         'GET ' + ROLES + 'Machine', 'AssumeRole'], 'calls')
    box.write_config(box.read_config() +
                     'ec2_metadata_service_endpoint = %s/\n' % box.aws.url)
    check_quiet(box.rolekey('exec', 'm', '--', 'true'))
    box.aws.fault('empty503', action='GET ' + ROLES)
    check_quiet(box.rolekey('exec', 'm', '--refresh', '--', 'true'))
    refused(box.rolekey('export', 'm', '--refresh', env={
        'AWS_EC2_METADATA_DISABLED': 'True', **env}), 3,
            reason='metadata-disabled', context='starting-instance')
    box.aws.control('machine', role='')
    refused(box.rolekey('export', 'm', '--refresh'), 5,
            reason='no-instance-role', context='starting-instance',
            calls=['PUT /latest/api/token', 'GET ' + ROLES])
    box.aws.fault('empty', action='PUT /latest/api/token')
    refused(box.rolekey('export', 'm', '--refresh'), 7, reason='bad-answer',
            context='starting-instance', calls=['PUT /latest/api/token'])
    box.aws.fault('error', action='PUT /latest/api/token', status=403)
    refused(box.rolekey('export', 'm', '--refresh'), 5,
            reason='metadata-refused', context='starting-instance',
            number=403, calls=['PUT /latest/api/token'])


def case_an_instance_that_is_none(box):
    """Nothing waits for longer than a second."""
    del box.env['AWS_EC2_METADATA_DISABLED']
    elsewhere(box, 'Ec2InstanceMetadata')
    box.aws.fault('slow', seconds=3, action='PUT /latest/api/token')
    done = check(box.rolekey('export', 'm', env={INSTANCE: box.aws.url}), 7,
                 reason='response-late', number=1)
    need(done.seconds < 3, done)
    for mode in ('IPv7', 'x'):
        refused(box.rolekey('export', 'm', env={
            'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE': mode}), 3,
                reason='bad-value', context='starting-instance', value=mode)


if __name__ == '__main__':
    run_cases(globals())
