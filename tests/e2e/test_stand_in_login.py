#!/usr/bin/python3 -B
"""What the stand-in's token service of `aws login` refuses."""

import secrets
import time

from harness import need, run_cases, same
import login
import p256
import sign_in


def refresh(box, key, token, proof=None, **changes):
    url = box.aws.url
    return sign_in.post(url, dict({
        'clientId': sign_in.CLIENT, 'grantType': 'refresh_token',
        'refreshToken': token}, **changes),
        proof or login.proof(key, url + '/v1/token', time.time()))


def is_refused(given, error='INVALID_REQUEST', status=400):
    same((given[0], given[1]['error'], sorted(given[1])),
         (status, error, ['error', 'message']), given)


def begin(box):
    key = p256.new_key()
    status, given = sign_in.first_token(box.aws.url, key)
    same(status, 200, given)
    return key, given['refreshToken'], given


def case_tokens(box):
    key, token, first = begin(box)
    same((sorted(first), first['tokenType'], first['expiresIn']),
         (['accessToken', 'expiresIn', 'idToken', 'refreshToken',
           'tokenType'], 'aws_sigv4', 900), 'first')
    status, given = refresh(box, key, token)
    same((status, 'idToken' in given), (200, False), given)
    need(given['refreshToken'] != token, given)
    again = refresh(box, key, token)[1]
    same(again['accessToken'], given['accessToken'], 'the same one again')
    need(refresh(box, key, given['refreshToken'])[0] == 200, 'the next one')


def case_proofs(box):
    key, token, _ = begin(box)
    url = box.aws.url + '/v1/token'
    now = time.time()
    good = login.proof(key, url, now)
    head, claims, signature = good.split('.')
    other = login.proof(p256.new_key(), url, now)
    for bad in ('', 'x', head + '.' + claims,
                head + '.' + claims + '.' + signature[:-4] + 'AAAA',
                head + '.' + other.split('.')[1] + '.' + signature,
                other, login.proof(key, url, now - 400),
                login.proof(key, url, now + 400),
                login.proof(key, url, now, htm='GET'),
                login.proof(key, url + 's', now),
                login.proof(key, url.replace('127.0.0.1', 'localhost'), now)):
        is_refused(refresh(box, key, token, bad or 'none'))
    jti = secrets.token_hex(16)
    need(refresh(box, key, token, login.proof(key, url, now, jti))[0] == 200,
         'good')
    is_refused(refresh(box, key, token, login.proof(key, url, now, jti)))


def case_grants(box):
    key, token, _ = begin(box)
    is_refused(refresh(box, key, token[:-1]))
    is_refused(refresh(box, key, token, grantType='password'))
    is_refused(refresh(box, key, token, clientId='x'))
    is_refused(refresh(box, key, token,
                       clientId='arn:aws:signin:::devtools/cross-device'))
    for code in login.DENIED:
        box.aws.control('login', refuses=code)
        is_refused(refresh(box, key, token), code, 403)
    box.aws.control('login', refuses=None)
    box.aws.control('login', longest=-1)
    key, token, _ = begin(box)
    is_refused(refresh(box, key, token), 'TOKEN_EXPIRED', 403)


def case_codes(box):
    url = box.aws.url
    key = p256.new_key()
    is_refused(sign_in.first_token(url, key, codeVerifier='x' * 64))
    is_refused(sign_in.first_token(url, key, redirectUri='http://x/'))
    verifier = secrets.token_urlsafe(48)
    for changed in ({'code_challenge_method': 'S256'}, {'scope': 'x'},
                    {'client_id': 'x'}, {'response_type': 'token'},
                    {'redirect_uri': 'http://example.com/oauth/callback'}):
        same(sign_in.authorize(url, verifier, **changed), (400, None), changed)
    code = sign_in.authorize(url, verifier)[1]
    for count in range(2):
        given = sign_in.first_token(url, key, code=code,
                                    codeVerifier=verifier)
        if count == 0:
            same(given[0], 200, given)
        else:
            is_refused(given)


if __name__ == '__main__':
    run_cases(globals())
