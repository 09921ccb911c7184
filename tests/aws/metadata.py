"""The container endpoint and EC2's instance metadata, version 2.

Their tokens and roles are in world.DEFAULT['machine'].  As on a real machine
nothing is signed.
"""

import json
import secrets

from world import iso

CONTAINER = '/v2/credentials/container'
TOKEN = '/latest/api/token'
ROLES = '/latest/meta-data/iam/security-credentials/'
LIFE = 21600
PLAIN = 'text/plain'
TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'


def handles(path):
    return path == CONTAINER or path.startswith('/latest/')


def action_of(method, path):
    return '%s %s' % (method, path)


def _credentials(world, arn):
    name = arn.rsplit('/', 1)[1]
    key_id, issued = world.issue(
        'role', 'arn:aws:sts::%s:assumed-role/%s/machine' % (
            arn.split(':')[4], name),
        '%s:machine' % world.role_id(arn), LIFE, role_arn=arn)
    return {'AccessKeyId': key_id, 'SecretAccessKey': issued.secret,
            'Token': issued.token, 'Expiration': iso(issued.expires)}


def _json(status, data):
    return status, 'application/json', json.dumps(data).encode()


def _container(world, request):
    machine = world.machine
    token = request.headers.get('Authorization')
    if machine['container_token'] not in (None, token):
        return _json(401, {'code': 'AccessDenied',
                           'message': 'The token is not valid'})
    return _json(200, dict(_credentials(world, machine['role']),
                           RoleArn=machine['role']))


def _instance(world, request, path):
    machine = world.machine
    if path == TOKEN:
        if request.command != 'PUT':
            return 405, PLAIN, b''
        life = request.headers.get(TTL_HEADER, '')
        if not life.isdigit() or not 1 <= int(life) <= LIFE:
            return 400, PLAIN, b''
        machine['tokens'].append(secrets.token_urlsafe(40) + '==')
        return 200, PLAIN, machine['tokens'][-1].encode()
    if request.headers.get('x-aws-ec2-metadata-token') not in machine['tokens']:
        return 401, PLAIN, b''
    name = (machine['role'] or '').rsplit('/', 1)[-1]
    if not name or path not in (ROLES, ROLES + name):
        return 404, PLAIN, b''
    if path == ROLES:
        return 200, PLAIN, name.encode()
    return 200, PLAIN, json.dumps(dict(
        _credentials(world, machine['role']), Code='Success',
        LastUpdated=iso(world.now()), Type='AWS-HMAC')).encode()


def answer(world, request, path, _entry):
    """Status, content type and body."""
    if path == CONTAINER:
        return _container(world, request)
    return _instance(world, request, path)
