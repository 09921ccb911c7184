"""Identity and Access Management: the access keys of a user."""

import re
import secrets
import string
import time

import answers
from world import iso

KEYS_PER_USER = 2  # AWS's quota


def _user_name(caller, params, needed=False):
    """The user whose keys these are: nobody here may touch another's."""
    name = caller.arn.rsplit('/', 1)[1]
    if needed and caller.kind != 'user' and 'UserName' not in params:
        raise answers.validation_error(
            'Must specify userName when calling with non-User credentials')
    if params.get('UserName', name) != name:
        raise answers.Refusal(
            'NoSuchEntity', 404,
            'The user with name %s cannot be found.' % params['UserName'])
    return name


def _key(caller, params):
    key_id = params.get('AccessKeyId', '')
    if not re.fullmatch(r'\w{16,128}', key_id, re.ASCII):
        raise answers.constraint(key_id, 'accessKeyId', 'Member must satisfy '
                                 'regular expression pattern: [\\w]+')
    for key in caller.user['keys']:
        if key['id'] == key_id:
            return key
    raise answers.Refusal('NoSuchEntity', 404, 'The Access Key with id %s '
                          'cannot be found.' % key_id)


def _created(key):
    """When it was created; a month ago, if the world does not say."""
    return key.get('created') or iso(time.time() - 30 * 86400)


def list_access_keys(_world, caller, params):
    name = _user_name(caller, params, needed=True)
    return (('AccessKeyMetadata', [
        (('UserName', name), ('AccessKeyId', key['id']),
         ('Status', key.get('status', 'Active')),
         ('CreateDate', _created(key)))
        for key in caller.user['keys']]), ('IsTruncated', 'false'))


def create_access_key(world, caller, params):
    name = _user_name(caller, params)
    if len(caller.user['keys']) >= KEYS_PER_USER:
        raise answers.Refusal('LimitExceeded', 409, 'Cannot exceed quota for '
                              'AccessKeysPerUser: %d' % KEYS_PER_USER)
    alphabet = string.ascii_uppercase + '234567'
    key = {'id': 'AKIA' + ''.join(
        secrets.choice(alphabet) for _ in range(9)) + 'EXAMPLE',
           'secret': world.marked(secrets.token_urlsafe(30)),
           'status': 'Active', 'created': iso(world.now()),
           'known_from': world.now() + world.settings['key_delay'],
           'forgotten': world.settings['key_forgotten']}
    caller.user['keys'].append(key)
    return (('AccessKey', (
        ('UserName', name), ('AccessKeyId', key['id']),
        ('Status', 'Active'), ('SecretAccessKey', key['secret']),
        ('CreateDate', key['created']))),)


def update_access_key(_world, caller, params):
    _user_name(caller, params, needed=True)
    key = _key(caller, params)
    status = params.get('Status')
    if status not in ('Active', 'Inactive'):
        raise answers.constraint(status, 'status', 'Member must satisfy enum '
                                 'value set: [Active, Inactive]')
    key['status'] = status
    return None  # these have no result


def delete_access_key(_world, caller, params):
    _user_name(caller, params)
    caller.user['keys'].remove(_key(caller, params))
    return None  # these have no result


def get_access_key_last_used(_world, caller, params):
    name = _user_name(caller, {})
    used = _key(caller, params).get('last_used')
    date = (('LastUsedDate', used['date']),) if used else ()
    used = used or {'service': 'N/A', 'region': 'N/A'}
    return (('UserName', name), ('AccessKeyLastUsed', date + (
        ('ServiceName', used['service']), ('Region', used['region']))))


ACTIONS = {
    'ListAccessKeys': list_access_keys,
    'CreateAccessKey': create_access_key,
    'UpdateAccessKey': update_access_key,
    'DeleteAccessKey': delete_access_key,
    'GetAccessKeyLastUsed': get_access_key_last_used,
}
