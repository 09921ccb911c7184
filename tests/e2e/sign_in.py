"""`aws login` for tests: signs in at the stand-in, and writes the cache file."""

import base64
import hashlib
import json
import os
import secrets
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

from harness import check_quiet, same
import login
import p256
from peers import read_env

SESSION = 'arn:aws:sts::222233334444:assumed-role/Admin/alex'
CLIENT = 'arn:aws:signin:::devtools/same-device'
REDIRECT = 'http://127.0.0.1:1/oauth/callback'
CONFIG = '''\
[profile signed]
login_session = %s
region = eu-west-1
[profile top]
role_arn = arn:aws:iam::222233334444:role/OfAdmin
source_profile = signed
region = eu-west-1
''' % SESSION


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def _open(request):
    # The stand-in on loopback may have a self-signed certificate.
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), _NoRedirect,
        urllib.request.HTTPSHandler(
            context=ssl._create_unverified_context()))
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.headers, problem.read()


def post(url, body, proof):
    """The status and the JSON of a call of the token service."""
    headers = {'Content-Type': 'application/json'}
    if proof:
        headers['DPoP'] = proof
    status, _, text = _open(urllib.request.Request(
        url + '/v1/token', json.dumps(body).encode(), headers))
    return status, json.loads(text)


def authorize(url, verifier, **changes):
    """The status, and the code that the browser is sent back with."""
    challenge = login.encode(hashlib.sha256(verifier.encode()).digest())
    query = urllib.parse.urlencode(dict({
        'response_type': 'code', 'client_id': CLIENT, 'state': 'x',
        'code_challenge_method': 'SHA-256', 'scope': 'openid',
        'redirect_uri': REDIRECT, 'code_challenge': challenge}, **changes))
    status, headers, _ = _open(urllib.request.Request(
        url + '/v1/authorize?' + query))
    back = urllib.parse.urlsplit(headers.get('Location') or '')
    return status, dict(urllib.parse.parse_qsl(back.query)).get('code')


def first_token(url, key, **changes):
    verifier = secrets.token_urlsafe(48)
    code = authorize(url, verifier)[1]
    return post(url, dict({
        'clientId': CLIENT, 'grantType': 'authorization_code', 'code': code,
        'redirectUri': REDIRECT, 'codeVerifier': verifier}, **changes),
        login.proof(key, url + '/v1/token', time.time()))


def cache_path(box, session=SESSION):
    return os.path.join(box.home, '.aws', 'login', 'cache',
                        hashlib.sha256(session.encode()).hexdigest() + '.json')


def iso(when):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(when))


def read(box):
    with open(cache_path(box), encoding='utf-8') as file:
        return json.load(file)


def write(box, data, mode=0o600):
    """Also a text that is not JSON, as it is."""
    text = data if isinstance(data, str) else json.dumps(data)
    box.write(cache_path(box), text, mode)


def change(box, left=None, **members):
    """Sets members of the file, and the seconds until its credentials end."""
    data = dict(read(box), **members)
    if left is not None:
        data['accessToken']['expiresAt'] = iso(time.time() + left)
    write(box, data)
    return data


def sign_in(box, aws_url=None, key=None, **members):
    """The content of the cache file, and the key."""
    url = aws_url or box.aws.url
    key = key or p256.new_key()
    status, given = first_token(url, key)
    same(status, 200, given)
    data = {'accessToken': dict(
        given['accessToken'], accountId=SESSION.split(':')[4],
        expiresAt=iso(time.time() + given['expiresIn'])),
        'tokenType': given['tokenType'], 'clientId': CLIENT,
        'refreshToken': given['refreshToken'], 'idToken': given['idToken'],
        'dpopKey': p256.pem(key), **members}
    write(box, data)
    return data, key


def key_of(box, profile='signed', *argv):
    """The access key id that rolekey gives to a command."""
    done = check_quiet(box.rolekey('exec', profile, *argv, '--', 'env'))
    return read_env(done.stdout)['AWS_ACCESS_KEY_ID']


def forms_of(key):
    """A private key as it may be in memory: PEM, DER, and the number."""
    pem = p256.pem(key).splitlines()
    number = key.to_bytes(32, 'big')
    return pem[1].encode(), base64.b64decode(pem[1]), number, number[::-1]
