"""The Security Token Service: three of its actions."""

import re

import answers
from world import iso

SESSION_NAME = r'[\w+=,.@-]*'
EXTERNAL_ID = r'[\w+=,.@:\/-]*'
SERIAL = r'[\w+=/:,.@-]*'


def _check_text(params, name, low, high, pattern):
    """One text's limits, as the service's model has them."""
    value = params.get(name)
    at = name[0].lower() + name[1:]
    if value is None:
        return
    if len(value) < low:
        raise answers.constraint(value, at, 'Member must have length greater '
                                 'than or equal to %d' % low)
    if len(value) > high:
        raise answers.constraint(value, at, 'Member must have length less '
                                 'than or equal to %d' % high)
    if not re.fullmatch(pattern, value, re.ASCII):
        raise answers.constraint(value, at, 'Member must satisfy regular '
                                 'expression pattern: ' + pattern)


def _duration(params, default, high):
    text = params.get('DurationSeconds', str(default))
    if not re.fullmatch('-?[0-9]{1,9}', text):
        raise answers.Refusal('MalformedInput', 400,
                              'Invalid value for DurationSeconds')
    value = int(text)
    if value < 900:
        raise answers.constraint(value, 'durationSeconds', 'Member must have '
                                 'value greater than or equal to 900')
    if value > high:
        raise answers.constraint(value, 'durationSeconds', 'Member must have '
                                 'value less than or equal to %d' % high)
    return value


def _require(params, name):
    if name not in params:
        at = name[0].lower() + name[1:]
        raise answers.validation_error(
            "1 validation error detected: Value null at '%s' failed to "
            'satisfy constraint: Member must not be null' % at)


def _check_mfa_params(params):
    _check_text(params, 'SerialNumber', 9, 256, SERIAL)
    _check_text(params, 'TokenCode', 6, 6, r'[\d]*')


def _mfa_was_given(world, caller, params):
    """Checks and spends the code, if there is one."""
    serial, code = params.get('SerialNumber'), params.get('TokenCode')
    if serial is None and code is None:
        return False
    device = None
    if caller.kind == 'user' and serial is not None and code is not None:
        device = world.device(caller.user, serial)
    if not device:
        raise answers.access_denied(
            'MultiFactorAuthentication failed, unable to validate MFA code.  '
            'Please verify your MFA serial number is valid and associated '
            'with this user.')
    if not world.spend(device, code):
        raise answers.access_denied(
            'MultiFactorAuthentication failed with invalid MFA one time pass '
            'code. ')
    return True


def _credentials(world, key_id, issued):
    when = iso(issued.expires, world.settings['fraction'])
    return (('AccessKeyId', key_id), ('SecretAccessKey', issued.secret),
            ('SessionToken', issued.token), ('Expiration', when))


def get_caller_identity(_world, caller, _params):
    return (('Arn', caller.arn), ('UserId', caller.user_id),
            ('Account', caller.account))


def get_session_token(world, caller, params):
    duration = _duration(params, 43200, 129600)
    _check_mfa_params(params)
    if caller.kind != 'user':
        raise answers.access_denied(
            'Cannot call GetSessionToken with session credentials')
    mfa = _mfa_was_given(world, caller, params)
    key_id, issued = world.issue('session', caller.arn, caller.user_id,
                                 duration, user=caller.user, mfa=mfa)
    return (('Credentials', _credentials(world, key_id, issued)),)


def _check_assume_role(params):
    for name in ('RoleArn', 'RoleSessionName'):
        _require(params, name)
    _check_text(params, 'RoleArn', 20, 2048, '.*')
    _check_text(params, 'RoleSessionName', 2, 64, SESSION_NAME)
    _check_text(params, 'ExternalId', 2, 1224, EXTERNAL_ID)
    _check_mfa_params(params)


def _check_trust(world, caller, role, params, mfa):
    trust = role['trust'] if role else {}
    if (not role or not world.trusts(role, caller)
            or (trust.get('mfa') and not mfa)
            or (trust.get('external_id')
                and trust['external_id'] != params.get('ExternalId'))):
        raise answers.access_denied(
            'User: %s is not authorized to perform: sts:AssumeRole on '
            'resource: %s' % (caller.arn, params['RoleArn']))


def _check_duration_of_role(caller, role, duration):
    if caller.kind == 'role' and duration > 3600:
        raise answers.validation_error(
            'The requested DurationSeconds exceeds the 1 hour session limit '
            'for roles assumed by role chaining')
    if duration > role['max_session']:
        raise answers.validation_error(
            'The requested DurationSeconds exceeds the MaxSessionDuration '
            'set for this role.')


def assume_role(world, caller, params):
    _check_assume_role(params)
    duration = _duration(params, 3600, 43200)
    if caller.arn.endswith(':root'):
        raise answers.access_denied('Roles may not be assumed by root '
                                    'accounts.')
    mfa = _mfa_was_given(world, caller, params) or caller.mfa
    role = world.roles.get(params['RoleArn'])
    _check_trust(world, caller, role, params, mfa)
    _check_duration_of_role(caller, role, duration)
    account = params['RoleArn'].split(':')[4]
    name = params['RoleArn'].rsplit('/', 1)[1]
    session = params['RoleSessionName']
    arn = 'arn:aws:sts::%s:assumed-role/%s/%s' % (account, name, session)
    user_id = '%s:%s' % (world.role_id(params['RoleArn']), session)
    # A role's session counts as one without MFA, however it was taken.
    key_id, issued = world.issue('role', arn, user_id, duration,
                                 role_arn=params['RoleArn'])
    return (('AssumedRoleUser', (('AssumedRoleId', user_id), ('Arn', arn))),
            ('Credentials', _credentials(world, key_id, issued)))


VERSION = '2011-06-15'
ACTIONS = {
    'GetCallerIdentity': get_caller_identity,
    'GetSessionToken': get_session_token,
    'AssumeRole': assume_role,
}
