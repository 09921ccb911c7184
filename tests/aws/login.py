"""AWS sign-in's tokens of `aws login`: CreateOAuth2Token.

The page of `/v1/authorize` sends the browser back at once.  Refresh tokens are
bound to the key of the first proof; the same one gives the same answer until
the credentials of the answer end.  `refuses` of world.DEFAULT['login'] is an
error that a refresh gets.
"""

import base64
import hashlib
import json
import secrets
import ssl
from urllib.parse import parse_qsl, urlencode, urlsplit

import p256

ACTIONS = {'/v1/authorize': 'Authorize', '/v1/token': 'CreateOAuth2Token'}
CLIENTS = ('arn:aws:signin:::devtools/same-device',
           'arn:aws:signin:::devtools/cross-device')
NAMES = {'clientId', 'client_id', 'grantType', 'redirectUri', 'redirect_uri',
         'response_type', 'scope', 'code_challenge_method'}
REFRESH = 'aorLOGIN'  # what a refresh token begins with
PROOF_AGE = 300  # seconds
DENIED = ('TOKEN_EXPIRED', 'USER_CREDENTIALS_CHANGED', 'AUTHCODE_EXPIRED',
          'INSUFFICIENT_PERMISSIONS')
GRANT = ('The provided authorization grant is invalid, expired, revoked, or '
         'malformed')


class Refusal(Exception):
    def __init__(self, error, text):
        super().__init__(error)
        denied = error in DENIED
        self.status = 403 if denied else 400
        self.name = 'AccessDeniedException' if denied else 'ValidationException'
        self.error, self.text = error, text


def handles(path):
    return path in ACTIONS


def action_of(_method, path):
    return ACTIONS[path]


def decode(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip('=')


def proof(key, url, now, jti=None, **claims):
    """A DPoP proof, as a client makes it."""
    x, y = p256.public(key)
    head = {'typ': 'dpop+jwt', 'alg': 'ES256', 'jwk': {
        'kty': 'EC', 'crv': 'P-256', 'x': encode(x.to_bytes(32, 'big')),
        'y': encode(y.to_bytes(32, 'big'))}}
    body = dict({'htm': 'POST', 'htu': url, 'iat': int(now),
                 'jti': jti or secrets.token_hex(16)}, **claims)
    text = '.'.join(encode(json.dumps(part).encode()) for part in (head, body))
    return text + '.' + encode(p256.sign(key, text.encode()))


def _bad(text):
    return Refusal('INVALID_REQUEST', text)


def _check_proof(world, request):
    """The point of the key that the proof is signed with."""
    text = request.headers.get_all('DPoP') or ['']
    parts = text[0].split('.')
    try:
        head, claims = (json.loads(decode(part)) for part in parts[:2])
        point = tuple(int.from_bytes(decode(head['jwk'][name]), 'big')
                      for name in 'xy')
        good = (len(text) == 1 and len(parts) == 3
                and p256.verify(point, '.'.join(parts[:2]).encode(),
                                decode(parts[2])))
    except (KeyError, TypeError, ValueError):
        raise _bad('Invalid DPoP header') from None
    if (not good or head.get('typ') != 'dpop+jwt' or head.get('alg') != 'ES256'
            or head['jwk'].get('kty') != 'EC'
            or head['jwk'].get('crv') != 'P-256' or 'd' in head['jwk']):
        raise _bad('Invalid DPoP header')
    tls = isinstance(request.connection, ssl.SSLSocket)
    url = '%s://%s/v1/token' % ('https' if tls else 'http',
                                request.headers.get('Host'))
    if claims.get('htm') != 'POST' or claims.get('htu') != url:
        raise _bad('DPoP proof is for another request')
    if abs(claims.get('iat', 0) - world.now()) > PROOF_AGE:
        raise _bad('DPoP proof is not current')
    if not claims.get('jti') or claims['jti'] in world.login['proofs']:
        raise _bad('DPoP proof was used before')
    world.login['proofs'].append(claims['jti'])
    return list(point)


def _authorize(world, params):
    uri = urlsplit(params.get('redirect_uri', ''))
    if (params.get('response_type') != 'code'
            or params.get('client_id') not in CLIENTS
            or params.get('code_challenge_method') != 'SHA-256'
            or params.get('scope') != 'openid'
            or (uri.hostname, uri.path) != ('127.0.0.1', '/oauth/callback')):
        raise _bad('Invalid request')
    code = secrets.token_urlsafe(30)
    world.login['codes'][code] = dict(params)
    return 302, 'text/plain', b'', {
        'Location': params['redirect_uri'] + '?' + urlencode({
            'state': params.get('state', ''), 'code': code})}


def _by_code(world, params, point):
    asked = world.login['codes'].pop(params.get('code'), None)
    digest = hashlib.sha256(params.get('codeVerifier', '').encode()).digest()
    if (not asked or asked['client_id'] != params['clientId']
            or asked['redirect_uri'] != params.get('redirectUri')
            or asked['code_challenge'] != encode(digest)):
        raise _bad(GRANT)
    return {'client': params['clientId'], 'key': point,
            'session': world.login['session']}


def _by_refresh(world, params, point):
    if world.login['refuses']:
        raise Refusal(world.login['refuses'], 'The refresh token has expired.')
    grant = world.login['grants'].get(params.get('refreshToken'))
    if (not grant or grant['key'] != point
            or grant['client'] != params['clientId']):
        raise _bad(GRANT)
    if grant['ends'] <= world.now():
        raise Refusal('TOKEN_EXPIRED', 'The refresh token has expired.')
    return grant


def _issue(world, session):
    kind = 'role' if ':assumed-role/' in session else 'session'
    account, name = session.split(':')[4], session.split('/')[1]
    role = 'arn:aws:iam::%s:role/%s' % (account, name)
    key_id, issued = world.issue(
        kind, session, 'AROALOGIN:' + session.rsplit('/', 1)[1],
        world.login['life'], role_arn=role if kind == 'role' else None)
    return {'accessKeyId': key_id, 'secretAccessKey': issued.secret,
            'sessionToken': issued.token}, issued.expires


def _token(world, request, params):
    point = _check_proof(world, request)
    if params.get('clientId') not in CLIENTS:
        raise _bad('Invalid client')
    if params.get('grantType') == 'authorization_code':
        grant = _by_code(world, params, point)
    elif params.get('grantType') == 'refresh_token':
        grant = _by_refresh(world, params, point)
    else:
        raise _bad('Invalid grant type')
    given = grant.get('given')
    if given and given[1] > world.now():
        return dict(given[0], expiresIn=int(given[1] - world.now()) or 1)
    credentials, expires = _issue(world, grant['session'])
    refresh = world.marked(REFRESH + secrets.token_urlsafe(300))
    world.login['grants'][refresh] = {
        'client': grant['client'], 'key': point, 'session': grant['session'],
        'ends': grant.get('ends', world.now() + world.login['longest'])}
    answer = {'accessToken': credentials, 'tokenType': 'aws_sigv4',
              'expiresIn': world.login['life'], 'refreshToken': refresh}
    grant['given'] = (answer, expires)
    if params['grantType'] == 'authorization_code':
        answer = dict(answer, idToken='.'.join(encode(part) for part in (
            b'{}', json.dumps({'sub': grant['session']}).encode(), b'sig')))
    return answer


def _answer(world, request, path, entry):
    if path == '/v1/authorize':
        params = dict(parse_qsl(urlsplit(request.path).query))
    else:
        try:
            params = dict(json.loads(request.body))
        except (TypeError, ValueError):
            raise _bad('Invalid request') from None
    entry['params'] = {name: value if name in NAMES else '(given)'
                       for name, value in params.items()}
    if path == '/v1/authorize':
        return _authorize(world, params)
    if request.command != 'POST':
        raise _bad('Invalid method')
    return _token(world, request, params)


def answer(world, request, path, entry):
    """Status, content type and body, and perhaps headers."""
    try:
        given = _answer(world, request, path, entry)
    except Refusal as refusal:
        entry['code'] = refusal.error
        return refusal.status, 'application/json', json.dumps({
            'error': refusal.error, 'message': refusal.text}).encode(), {
                'x-amzn-ErrorType': refusal.name}
    if isinstance(given, dict):
        return 200, 'application/json', json.dumps(given).encode()
    return given
