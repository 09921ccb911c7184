"""The Security Token Service: five of its actions."""

import base64
import json

import answers
import limits
import policies
from world import iso


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
    duration = limits.duration(params, 43200, 129600)
    limits.mfa(params)
    if caller.kind != 'user':
        raise answers.access_denied(
            'Cannot call GetSessionToken with session credentials')
    mfa = _mfa_was_given(world, caller, params)
    key_id, issued = world.issue('session', caller.arn, caller.user_id,
                                 duration, user=caller.user, mfa=mfa,
                                 key_id=caller.key_id)
    return (('Credentials', _credentials(world, key_id, issued)),)


def _allow_federation(caller, resource):
    """A federation token has no MFA, so a policy that demands it denies."""
    denied = ('User: %s is not authorized to perform: sts:GetFederationToken '
              'on resource: %s' % (caller.arn, resource))
    user = caller.user
    if user.get('only_with_mfa'):
        raise answers.access_denied(
            denied + ' with an explicit deny in an identity-based policy')
    own = user.get('policies')
    if own is not None and not policies.allows(
            own, 'sts:GetFederationToken', resource,
            policies.context_of(caller)):
        raise answers.access_denied(
            denied + ' because no identity-based policy allows the '
            'sts:GetFederationToken action')


def get_federation_token(world, caller, params):
    limits.require(params, 'Name')
    limits.check_text(params, 'Name', 2, 32, limits.SESSION_NAME)
    limits.policies(params)
    limits.tags(params)
    duration = limits.duration(params, 43200, 129600)
    if caller.kind != 'user':
        raise answers.access_denied(
            'Cannot call GetFederationToken with session credentials')
    arn = 'arn:aws:sts::%s:federated-user/%s' % (caller.account,
                                                 params['Name'])
    _allow_federation(caller, arn)
    if caller.arn.endswith(':root'):
        duration = min(duration, 3600)
    user_id = '%s:%s' % (caller.account, params['Name'])
    key_id, issued = world.issue('federated', arn, user_id, duration,
                                 key_id=caller.key_id)
    return (('Credentials', _credentials(world, key_id, issued)),
            ('FederatedUser', (('FederatedUserId', user_id), ('Arn', arn))))


def _check_assume_role(params):
    for name in ('RoleArn', 'RoleSessionName'):
        limits.require(params, name)
    limits.check_text(params, 'RoleArn', 20, 2048)
    limits.check_text(params, 'RoleSessionName', 2, 64, limits.SESSION_NAME)
    limits.check_text(params, 'ExternalId', 2, 1224, limits.EXTERNAL_ID)
    limits.mfa(params)
    limits.check_text(params, 'SourceIdentity', 2, 64, limits.SESSION_NAME)
    limits.transitive_tags(params)
    limits.policies(params)
    limits.tags(params)


def _is_trusted(role, caller, mfa):
    """By the role's policy, if it has one; a code with the request counts."""
    policy = role.get('policy')
    return not policy or policies.trusts(policy, caller.arn, {
        'aws:MultiFactorAuthPresent': str(mfa).lower()})


def _check_trust(world, caller, role, params, mfa):
    trust = role['trust'] if role else {}
    if (not role or not world.trusts(role, caller)
            or (trust.get('mfa') and not mfa)
            or not _is_trusted(role, caller, mfa)
            or (trust.get('external_id')
                and trust['external_id'] != params.get('ExternalId'))):
        raise answers.access_denied(
            'User: %s is not authorized to perform: sts:AssumeRole on '
            'resource: %s' % (caller.arn, params['RoleArn']))


def _check_policy(caller, params):
    """A code with the request is for the role's trust, and not for this."""
    user = caller.user or {}
    if user.get('only_with_mfa') and not caller.mfa:
        raise answers.access_denied(
            'User: %s is not authorized to perform: sts:AssumeRole on '
            'resource: %s with an explicit deny in an identity-based policy'
            % (caller.arn, params['RoleArn']))
    own = user.get('policies')
    if own is not None and not policies.allows(
            own, 'sts:AssumeRole', params['RoleArn'],
            policies.context_of(caller)):
        raise answers.access_denied(
            'User: %s is not authorized to perform: sts:AssumeRole on '
            'resource: %s because no identity-based policy allows the '
            'sts:AssumeRole action' % (caller.arn, params['RoleArn']))


def _check_duration_of_role(caller, role, duration):
    if caller.kind != 'user' and duration > 3600:
        raise answers.validation_error(
            'The requested DurationSeconds exceeds the 1 hour session limit '
            'for roles assumed by role chaining')
    if duration > role['max_session']:
        raise answers.validation_error(
            'The requested DurationSeconds exceeds the MaxSessionDuration '
            'set for this role.')


def assume_role(world, caller, params):
    _check_assume_role(params)
    duration = limits.duration(params, 3600, 43200)
    if caller.kind == 'federated':
        raise answers.access_denied(
            'User: %s is not authorized to perform: sts:AssumeRole on '
            'resource: %s' % (caller.arn, params['RoleArn']))
    if caller.arn.endswith(':root'):
        raise answers.access_denied('Roles may not be assumed by root '
                                    'accounts.')
    mfa = _mfa_was_given(world, caller, params) or caller.mfa
    _check_policy(caller, params)
    role = world.roles.get(params['RoleArn'])
    _check_trust(world, caller, role, params, mfa)
    _check_duration_of_role(caller, role, duration)
    account = role.get('answers_as') or params['RoleArn'].split(':')[4]
    name = params['RoleArn'].rsplit('/', 1)[1]
    session = params['RoleSessionName']
    arn = 'arn:aws:sts::%s:assumed-role/%s/%s' % (account, name, session)
    user_id = '%s:%s' % (world.role_id(params['RoleArn']), session)
    # A role's session counts as one without MFA, however it was taken.
    key_id, issued = world.issue('role', arn, user_id, duration,
                                 role_arn=params['RoleArn'],
                                 by_key=caller.kind == 'user')
    given = (('AssumedRoleUser', (('AssumedRoleId', user_id), ('Arn', arn))),
             ('Credentials', _credentials(world, key_id, issued)))
    if 'SourceIdentity' in params:
        given += (('SourceIdentity', params['SourceIdentity']),)
    return given


def _claims(token):
    """What a JWT says, which is all that we check of it."""
    try:
        claims = token.split('.')[1]
        return json.loads(base64.urlsafe_b64decode(claims + '=='))
    except (IndexError, ValueError):
        raise answers.Refusal(
            'InvalidIdentityToken', 400,
            'The ID Token provided is not a valid JWT. (You may see this '
            'error if you sent an Access Token)') from None


def _check_provider(world, role, claims):
    """The identity provider, and the role's trust in it."""
    if claims.get('exp', 0) <= world.now():
        raise answers.Refusal(
            'ExpiredTokenException', 400,
            'Token expired: current date/time %d must be before the '
            'expiration date/time %s' % (world.now(), claims.get('exp')))
    if not claims.get('iss', '').startswith('https://idp.example'):
        raise answers.Refusal(
            'InvalidIdentityToken', 400,
            'No OpenIDConnect provider found in your account for %s'
            % claims.get('iss'))
    if not role or claims.get('sub') not in role['trust'].get('subjects', ()):
        raise answers.access_denied('Not authorized to perform '
                                    'sts:AssumeRoleWithWebIdentity')


def assume_role_with_web_identity(world, params):
    for name in ('RoleArn', 'RoleSessionName', 'WebIdentityToken'):
        limits.require(params, name)
    limits.check_text(params, 'RoleArn', 20, 2048)
    limits.check_text(params, 'RoleSessionName', 2, 64, limits.SESSION_NAME)
    limits.check_text(params, 'WebIdentityToken', 4, 20000)
    limits.policies(params)
    duration = limits.duration(params, 3600, 43200)
    role = world.roles.get(params['RoleArn'])
    claims = _claims(params['WebIdentityToken'])
    _check_provider(world, role, claims)
    if duration > role['max_session']:
        raise answers.validation_error(
            'The requested DurationSeconds exceeds the MaxSessionDuration '
            'set for this role.')
    _, _, _, _, account, path = params['RoleArn'].split(':')
    arn = 'arn:aws:sts::%s:assumed-role/%s/%s' % (
        account, path.rsplit('/', 1)[1], params['RoleSessionName'])
    user_id = '%s:%s' % (world.role_id(params['RoleArn']),
                         params['RoleSessionName'])
    key_id, issued = world.issue('role', arn, user_id, duration,
                                 role_arn=params['RoleArn'])
    return (('SubjectFromWebIdentityToken', claims['sub']),
            ('Audience', 'sts.amazonaws.com'), ('Provider', claims['iss']),
            ('AssumedRoleUser', (('AssumedRoleId', user_id), ('Arn', arn))),
            ('Credentials', _credentials(world, key_id, issued)))


VERSION = '2011-06-15'
UNSIGNED = {'AssumeRoleWithWebIdentity': assume_role_with_web_identity}
ACTIONS = {
    'GetCallerIdentity': get_caller_identity,
    'GetSessionToken': get_session_token,
    'GetFederationToken': get_federation_token,
    'AssumeRole': assume_role,
}
