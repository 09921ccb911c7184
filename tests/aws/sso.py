"""IAM Identity Center: its OIDC service and its portal.

The user and the roles are in world.DEFAULT['sso'].  `/authorize` is the page at
which the user signs in: here it sends the browser back at once.  A device code
is confirmed after as many polls as `polls` says; -1: never.
"""

import base64
import hashlib
import json
import re
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
PORTAL = ('/federation/credentials', '/assignment/accounts',
          '/assignment/roles', '/logout')
OIDC = ('/client/register', '/device_authorization', '/token', '/authorize')
ACTIONS = {
    '/client/register': 'RegisterClient', '/token': 'CreateToken',
    '/device_authorization': 'StartDeviceAuthorization',
    '/authorize': 'Authorize', '/federation/credentials': 'GetRoleCredentials',
    '/assignment/accounts': 'ListAccounts',
    '/assignment/roles': 'ListAccountRoles', '/logout': 'Logout'}
NAMES = {'grantType', 'clientName', 'clientType', 'startUrl', 'scopes',
         'grantTypes', 'redirectUris', 'issuerUrl', 'account_id', 'role_name',
         'max_result', 'next_token',
         'redirectUri', 'redirect_uri', 'response_type',
         'code_challenge_method'}
CORAL = ':http://internal.amazon.com/coral/com.amazonaws.sso.oidc/'
LIFE = 90 * 86400


class Refusal(Exception):
    def __init__(self, status, name, error, text):
        super().__init__(name)
        self.status, self.name, self.error, self.text = (
            status, name, error, text)


def handles(path):
    return path in OIDC or path in PORTAL


def action_of(_method, path):
    return ACTIONS[path]


def _invalid(text='Invalid request'):
    return Refusal(400, 'InvalidRequestException', 'invalid_request', text)


def _params(request, path):
    query = dict(parse_qsl(urlsplit(request.path).query))
    if path in PORTAL or path == '/authorize':
        return query
    try:
        return dict(json.loads(request.body))
    except (TypeError, ValueError):
        raise _invalid() from None


# -- OIDC -------------------------------------------------------------------------


def _register(world, sso, params):
    if not params.get('clientName') or params.get('clientType') != 'public':
        raise Refusal(400, 'InvalidClientMetadataException',
                      'invalid_client_metadata', 'Invalid client metadata')
    for uri in params.get('redirectUris', ()):
        if uri != 'http://127.0.0.1/oauth/callback':
            raise Refusal(400, 'InvalidRedirectUriException',
                          'invalid_redirect_uri', 'Invalid redirect uri')
    client = secrets.token_urlsafe(16)
    sso['clients'][client] = dict(
        params, secret=world.marked('eyJraWQi' + secrets.token_urlsafe(300)),
        expires=world.now() + LIFE)
    return {'clientId': client,
            'clientSecret': sso['clients'][client]['secret'],
            'clientIdIssuedAt': int(world.now()),
            'clientSecretExpiresAt': int(world.now() + LIFE)}


def _client(world, sso, params):
    client = sso['clients'].get(params.get('clientId'))
    if (not client or client['secret'] != params.get('clientSecret')
            or client['expires'] < world.now()):
        raise Refusal(401, 'InvalidClientException', 'invalid_client',
                      'Client authentication failed')
    return client


def _start(world, sso, params):
    _client(world, sso, params)
    if params.get('startUrl') != sso['start_url']:
        raise _invalid()
    code = secrets.token_urlsafe(40)
    sso['devices'][code] = {'polls': sso['polls'],
                            'expires': world.now() + sso['device_life']}
    user = 'ABCD-EFGH'
    return {'deviceCode': code, 'userCode': user,
            'verificationUri': 'https://device.sso.example.com/',
            'verificationUriComplete':
                'https://device.sso.example.com/?user_code=' + user,
            'expiresIn': sso['device_life'], 'interval': 1}


def _authorize(sso, params):
    client = sso['clients'].get(params.get('client_id'), {})
    uri = urlsplit(params.get('redirect_uri', ''))
    if (params.get('response_type') != 'code' or not client
            or params.get('code_challenge_method') != 'S256'
            or (uri.hostname, uri.path) != ('127.0.0.1', '/oauth/callback')
            or 'authorization_code' not in client.get('grantTypes', ())
            or sorted(params.get('scopes', '').replace(',', ' ').split())
            != sorted(client.get('scopes', ()))):
        raise _invalid()
    back = {'state': params['state']}
    if sso['denies']:
        back.update(error='access_denied')
    else:
        back['code'] = secrets.token_urlsafe(30)
        sso['codes'][back['code']] = dict(params)
    return 302, 'text/plain', b'', {
        'Location': params['redirect_uri'] + '?' + urlencode(back)}


def _by_device(world, sso, params):
    device = sso['devices'].get(params.get('deviceCode'))
    if not device:
        raise Refusal(400, 'InvalidGrantException', 'invalid_grant',
                      'Invalid device code provided')
    if device['expires'] < world.now():
        raise Refusal(400, 'ExpiredTokenException', 'expired_token',
                      'Invalid device code provided')
    if device['polls'] != 0:
        device['polls'] -= 1
        raise Refusal(400, 'AuthorizationPendingException',
                      'authorization_pending',
                      'Authorization is still pending')
    del sso['devices'][params['deviceCode']]


def _by_code(sso, params):
    asked = sso['codes'].pop(params.get('code'), None)
    digest = hashlib.sha256(params.get('codeVerifier', '').encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip('=')
    if (not asked or asked['redirect_uri'] != params.get('redirectUri')
            or asked['code_challenge'] != challenge
            or asked['client_id'] != params['clientId']):
        raise Refusal(400, 'InvalidGrantException', 'invalid_grant',
                      'Invalid grant provided')


def _by_refresh(sso, params):
    if params.get('refreshToken') not in sso['refresh_tokens']:
        raise Refusal(400, 'InvalidGrantException', 'invalid_grant',
                      'Invalid refresh token provided')
    sso['refresh_tokens'].remove(params['refreshToken'])


def _token(world, sso, params):
    client = _client(world, sso, params)
    grant = params.get('grantType')
    if grant == DEVICE:
        _by_device(world, sso, params)
    elif grant == 'authorization_code':
        _by_code(sso, params)
    elif grant == 'refresh_token':
        _by_refresh(sso, params)
    else:
        raise Refusal(400, 'UnsupportedGrantTypeException',
                      'unsupported_grant_type', 'Grant type is not supported')
    token = world.marked('aoaAAAAAG' + secrets.token_urlsafe(600))
    sso['tokens'][token] = world.now() + sso['life']
    answer = {'accessToken': token, 'tokenType': 'Bearer',
              'expiresIn': sso['life']}
    if 'sso:account:access' in client.get('scopes', ()):
        refresh = world.marked('aorAAAAAG' + secrets.token_urlsafe(600))
        sso['refresh_tokens'].append(refresh)
        answer['refreshToken'] = refresh
    return answer


# -- the portal ----------------------------------------------------------------------


def _portal_error(status, name, text):
    return status, 'application/json', json.dumps({
        'message': text, '__type': 'com.amazonaws.switchboard.portal#'
        + name}).encode(), {'x-amzn-ErrorType': name}


def _credentials(world, sso, params):
    arn = 'arn:aws:sts::%s:assumed-role/AWSReservedSSO_%s_0/alex' % (
        params.get('account_id'), params.get('role_name'))
    role = '%s:%s' % (params.get('account_id'), params.get('role_name'))
    if role not in sso['roles']:
        return _portal_error(403, 'ForbiddenException', 'No access')
    key_id, issued = world.issue('role', arn, 'AROASSO:alex', 3600,
                                 role_arn='arn:aws:iam::%s:role/%s' % tuple(
                                     role.split(':')))
    return {'roleCredentials': {
        'accessKeyId': key_id, 'secretAccessKey': issued.secret,
        'sessionToken': issued.token,
        'expiration': int(issued.expires * 1000)}}


def _page(world, member, items, params):
    """A page of a list, of at most the `page_size` of the settings."""
    size = int(params.get('max_result', 100))
    begin = params.get('next_token', 'page-0')
    if not 1 <= size <= 100 or not re.fullmatch('page-[0-9]+', begin):
        return _portal_error(400, 'InvalidRequestException',
                             'Invalid request')
    begin = int(begin[5:])
    end = begin + min(size, world.settings.get('page_size', 100))
    page = {member: items[begin:end], 'nextToken': None}
    if end < len(items):
        page['nextToken'] = 'page-%d' % end
    return page


def _assignments(world, sso, path, params):
    """The accounts and roles of the user, in no order of theirs."""
    pairs = [role.split(':') for role in sso['roles']]
    if path == '/assignment/roles':
        account = params.get('account_id', '')
        if not re.fullmatch('[0-9]{12}', account):
            return _portal_error(400, 'InvalidRequestException',
                                 'Invalid request')
        return _page(world, 'roleList', [
            {'roleName': role, 'accountId': number}
            for number, role in pairs if number == account], params)
    return _page(world, 'accountList', [
        {'accountId': number,
         'accountName': sso.get('names', {}).get(number,
                                                 'Account ' + number),
         'emailAddress': 'aws+%s@example.com' % number}
        for number in dict.fromkeys(number for number, _ in pairs)], params)


def _portal(world, sso, request, path, params):
    if (request.command == 'POST') != (path == '/logout'):
        return _portal_error(405, 'MethodNotAllowedException',
                             'Method Not Allowed')
    token = request.headers.get('x-amz-sso_bearer_token')
    if sso['tokens'].get(token, 0) <= world.now():
        return _portal_error(401, 'UnauthorizedException',
                             'Session token not found or invalid')
    if path == '/logout':
        del sso['tokens'][token]
        return 200, 'application/json', b''
    if path == '/federation/credentials':
        return _credentials(world, sso, params)
    return _assignments(world, sso, path, params)


def _answer(world, request, path, entry):
    sso = world.sso
    params = _params(request, path)
    entry['params'] = {name: value if name in NAMES else '(given)'
                       for name, value in params.items()}
    if path in PORTAL:
        return _portal(world, sso, request, path, params)
    if path == '/authorize':
        return _authorize(sso, params)
    if path == '/token':
        return _token(world, sso, params)
    return (_register if path == '/client/register' else _start)(
        world, sso, params)


def answer(world, request, path, entry):
    """Status, content type and body, and perhaps headers."""
    try:
        given = _answer(world, request, path, entry)
    except Refusal as refusal:
        entry['code'] = refusal.error
        return refusal.status, 'application/json', json.dumps({
            'error': refusal.error,
            'error_description': refusal.text}).encode(), {
                'x-amzn-ErrorType': refusal.name + CORAL}
    if isinstance(given, dict):
        return 200, 'application/json', json.dumps(given).encode()
    return given
