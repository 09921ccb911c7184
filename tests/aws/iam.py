"""Identity and Access Management: the list of a user's MFA devices."""

import re

import answers

CREATED = '2024-01-15T09:30:00Z'


def allow(caller, action):
    """May this caller use IAM at all?"""
    if caller.kind == 'session' and not caller.mfa:
        # AWS's own words for a session that was made without MFA.
        raise answers.invalid_token()
    if caller.kind == 'role' or not caller.user.get('iam', True):
        raise answers.access_denied(
            'User: %s is not authorized to perform: iam:%s on resource: %s '
            'because no identity-based policy allows the iam:%s action'
            % (caller.arn, action, caller.arn, action))


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


VERSION = '2010-05-08'
ACTIONS = {
    'ListMFADevices': list_mfa_devices,
}
