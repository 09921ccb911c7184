#!/usr/bin/python3 -B
"""Answers that are garbage, huge, endless, cut off, redirected or slow, to each
request of each source of credentials: a failure that is soon, says what is
wrong, and follows nothing.

ROLEKEY_SLOW=1 adds the answers for which the longer time-outs are waited out.
"""

import os
import time

from harness import check, need, run_cases, same
from sign_in import CONFIG, change, sign_in
from test_source_machine import CONTAINER, INSTANCE, ROLES, elsewhere, jwt, web
import test_sso

FOREIGN = {'garbage': 'not-aws', 'html200': 'not-aws', 'redirect': 'not-aws',
           'empty': 'incomplete-answer', 'huge': 'response-too-long',
           'endless': 'response-too-long', 'reset': 'connection-lost',
           'cut': 'connection-lost'}
LIMIT = 8  # seconds: three attempts of 2 seconds and the pauses between them


def web_identity(box):
    web(box, jwt())
    return 'w'


def container(box):
    elsewhere(box, 'EcsContainer')
    box.env[CONTAINER] = box.aws.url + '/v2/credentials/container'
    return 'm'


def instance(box):
    elsewhere(box, 'Ec2InstanceMetadata')
    box.env[INSTANCE] = box.aws.url
    del box.env['AWS_EC2_METADATA_DISABLED']
    return 'm'


def identity_center(box):
    test_sso.login(box)
    return 'admin'


def tokens(box):
    box.aws.control('sso', life=600)  # it is refreshed before it is used
    test_sso.login(box)
    box.aws.control('sso', tokens={})  # and it has to be
    return 'admin'


def aws_login(box):
    box.write_config(CONFIG)
    sign_in(box)
    change(box, left=-5)
    return 'signed'


def hostile(prepare, action, context, slow=False, **reasons):
    """Runs a case; reasons: where they differ from those of FOREIGN."""
    def case(box):
        profile = prepare(box)
        box.env['AWS_MAX_ATTEMPTS'] = '1'
        for kind, reason in {**FOREIGN, **reasons}.items():
            box.aws.control('clear-faults')
            box.aws.fault(kind, action=action, count=9)
            started = time.monotonic()
            done = check(box.rolekey('export', profile),
                         5 if reason == 'metadata-refused' else 7,
                         reason=reason, context=context)
            need(time.monotonic() - started < LIMIT, '%s: %s' % (kind, done))
            same(done.stdout, '', kind)
        if slow and os.environ.get('ROLEKEY_SLOW'):
            for kind in ('slow', 'drip'):
                box.aws.control('clear-faults')
                prepare(box)  # a token may be spent
                box.aws.fault(kind, action=action, seconds=20, count=9)
                check(box.rolekey('export', profile), 7)
    return case


JSON = {'garbage': 'bad-json', 'html200': 'bad-json', 'empty': 'bad-json',
        'redirect': 'metadata-refused'}
TEXT = {'garbage': 'bad-answer', 'html200': 'bad-answer',
        'empty': 'bad-answer', 'redirect': 'metadata-refused'}
case_web_identity = hostile(
    web_identity, 'AssumeRoleWithWebIdentity', 'starting-web-identity',
    slow=True, empty='not-aws')
case_container = hostile(
    container, 'GET /v2/credentials/container', 'starting-container', **JSON)
case_instance_token = hostile(
    instance, 'PUT /latest/api/token', 'starting-instance', **TEXT)
case_instance_role = hostile(
    instance, 'GET ' + ROLES, 'starting-instance', **TEXT)
case_instance_credentials = hostile(
    instance, 'GET ' + ROLES + 'Machine', 'starting-instance', **JSON)
case_portal = hostile(
    identity_center, 'GetRoleCredentials', 'starting-sso', slow=True)
case_tokens = hostile(tokens, 'CreateToken', 'starting-sso', slow=True)
case_aws_login = hostile(
    aws_login, 'CreateOAuth2Token', 'starting-login', slow=True)


if __name__ == '__main__':
    run_cases(globals())
