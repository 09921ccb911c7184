"""Identity and Access Management: permissions, and a user's MFA devices."""

import base64
import re
import secrets

import answers
import iam_keys
import policies

CREATED = '2024-01-15T09:30:00Z'


EXEMPT = {'CreateVirtualMFADevice', 'EnableMFADevice', 'GetUser',
          'GetMFADevice', 'ListMFADevices', 'ListVirtualMFADevices',
          'ResyncMFADevice'}


def _explicit_deny(caller, action):
    return answers.access_denied(
        'User: %s is not authorized to perform: iam:%s on resource: %s with '
        'an explicit deny in an identity-based policy'
        % (caller.arn, action, caller.arn))


def _not_allowed(caller, action):
    return answers.access_denied(
        'User: %s is not authorized to perform: iam:%s on resource: %s '
        'because no identity-based policy allows the iam:%s action'
        % (caller.arn, action, caller.arn, action))


def _resource(caller, action, params):
    """What the action is about: a device that is made, else the user."""
    if action in ('CreateVirtualMFADevice', 'DeleteVirtualMFADevice'):
        return params.get('SerialNumber') or 'arn:aws:iam::%s:mfa/%s' % (
            caller.account, params.get('VirtualMFADeviceName'))
    return caller.arn


def allow(caller, action, params):
    """May this caller use IAM at all, and does a policy allow the action?"""
    if caller.kind == 'session' and not caller.mfa:
        # AWS's own words for a session that was made without MFA.
        raise answers.invalid_token()
    if caller.kind in ('role', 'federated') or not caller.user.get('iam', True):
        raise _not_allowed(caller, action)
    if caller.user.get('iam_with_mfa') and not caller.mfa:
        # The policy of AWS's page "MFA-authenticated IAM users ... on the My
        # security credentials page", which exempts those of a device.
        if action not in EXEMPT:
            raise _explicit_deny(caller, action)
    if action in caller.user.get('denied', ()):
        raise _explicit_deny(caller, action)
    own = caller.user.get('policies')
    if own is not None and not policies.allows(
            own, 'iam:' + action, _resource(caller, action, params),
            policies.context_of(caller)):
        raise _not_allowed(caller, action)


def _max_items(params):
    text = params.get('MaxItems', '100')
    if not re.fullmatch('[0-9]{1,4}', text) or not 1 <= int(text) <= 1000:
        raise answers.constraint(text, 'maxItems', 'Member must have value '
                                 'less than or equal to 1000')
    return int(text)


def list_mfa_devices(world, caller, params):
    name = caller.arn.rsplit('/', 1)[1]
    if params.get('UserName', name) != name:
        raise answers.Refusal(
            'NoSuchEntity', 404,
            'The user with name %s cannot be found.' % params['UserName'])
    marker = params.get('Marker', '0')
    if not re.fullmatch('[0-9]{1,4}', marker):
        raise answers.validation_error('Invalid Marker.')
    start = int(marker)
    size = min(_max_items(params), world.settings['page_size'])
    devices = caller.user.get('devices', [])
    result = [('MFADevices', [
        (('UserName', name), ('SerialNumber', device['serial']),
         ('EnableDate', CREATED))
        for device in devices[start:start + size]])]
    more = start + size < len(devices)
    result.append(('IsTruncated', 'true' if more else 'false'))
    if more:
        result.append(('Marker', str(start + size)))
    return tuple(result)


def create_virtual_mfa_device(world, caller, params):
    name = params.get('VirtualMFADeviceName', '')
    if not re.fullmatch(r'[\w+=,.@-]{1,226}', name):
        raise answers.constraint(name, 'virtualMFADeviceName', 'Member must '
                                 'satisfy regular expression pattern: '
                                 '[\\w+=,.@-]+')
    serial = 'arn:aws:iam::%s:mfa/%s' % (caller.account, name)
    if serial in world.virtual or any(
            world.device(user, serial) for user in world.users):
        raise answers.Refusal(
            'EntityAlreadyExists', 409, 'MFADevice entity at the same path '
            'and name already exists.')
    seed = (world.settings['seed']
            or base64.b32encode(secrets.token_bytes(40)).decode())
    world.virtual[serial] = seed
    return (('VirtualMFADevice', (
        ('SerialNumber', serial),
        ('Base32StringSeed', base64.b64encode(seed.encode()).decode()),
        ('QRCodePNG', base64.b64encode(b'\x89PNG and so on').decode()))),)


def _steps(world, seed, code):
    now = int(world.now()) // 30
    return [step for step in (now - 1, now, now + 1)
            if world.totp(seed, step) == code]


def enable_mfa_device(world, caller, params):
    name = caller.arn.rsplit('/', 1)[1]
    serial = params.get('SerialNumber', '')
    devices = caller.user.setdefault('devices', [])
    if params.get('UserName') != name:
        raise answers.access_denied('User: %s is not authorized to perform: '
                                    'iam:EnableMFADevice' % caller.arn)
    if world.device(caller.user, serial):
        raise answers.Refusal('EntityAlreadyExists', 409, 'MFA Device is '
                              'already in use.')
    if serial not in world.virtual:
        raise answers.Refusal('NoSuchEntity', 404, 'VirtualMFADevice with '
                              'serial number %s does not exist.' % serial)
    if len(devices) >= 8:
        raise answers.Refusal('LimitExceeded', 409, 'Cannot exceed quota for '
                              'MFADevicesPerUser: 8')
    seed = world.virtual[serial]
    firsts, seconds = (_steps(world, seed, params.get(
        'AuthenticationCode%d' % n)) for n in (1, 2))
    pairs = [step for step in firsts if step + 1 in seconds]
    if not pairs:
        raise answers.Refusal('InvalidAuthenticationCode', 403,
                              'Authentication code for device is not valid.')
    del world.virtual[serial]
    devices.append({'serial': serial, 'seed': seed})
    world.spent |= {(serial, pairs[0]), (serial, pairs[0] + 1)}
    return None  # these have no result


def delete_virtual_mfa_device(world, _caller, params):
    serial = params.get('SerialNumber', '')
    if any(world.device(user, serial) for user in world.users):
        raise answers.Refusal('DeleteConflict', 409, 'MFA VirtualDevice in '
                              'use. Must deactivate first.')
    if world.virtual.pop(serial, None) is None:
        raise answers.Refusal('NoSuchEntity', 404, 'VirtualMFADevice with '
                              'serial number %s does not exist.' % serial)
    return None  # these have no result


VERSION = '2010-05-08'
UNSIGNED = {}
ACTIONS = {
    'ListMFADevices': list_mfa_devices,
    'CreateVirtualMFADevice': create_virtual_mfa_device,
    'EnableMFADevice': enable_mfa_device,
    'DeleteVirtualMFADevice': delete_virtual_mfa_device,
    **iam_keys.ACTIONS,
}
