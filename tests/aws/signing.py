"""Is a request signed by the key that it names?

botocore's own signer signs what arrived once more, with the secret that we
know; a request is good only if both signatures are the same.
"""

import hashlib
import hmac
import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

import answers
from world import compact, from_compact

WINDOW = 15 * 60

AUTHORIZATION = re.compile(
    r'AWS4-HMAC-SHA256 Credential=([^/\s,]+)/([0-9]{8})/([^/\s,]+)/([^/\s,]+)'
    r'/aws4_request,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})')


class Claim:
    """The parts of the Authorization header."""

    def __init__(self, header):
        match = AUTHORIZATION.fullmatch(header.strip())
        if not match:
            raise answers.Refusal(
                'IncompleteSignature', 400,
                'Authorization header requires existence of Credential, '
                'SignedHeaders and Signature parameters.')
        (self.key_id, self.date, self.region, self.service, signed,
         self.signature) = match.groups()
        self.signed = signed.split(';')


class _Again(SigV4Auth):
    """botocore's signer, over exactly the headers that were signed."""

    def __init__(self, credentials, claim):
        super().__init__(credentials, claim.service, claim.region)
        self.names = claim.signed

    def headers_to_sign(self, request):
        kept = HTTPHeaders()
        for name, value in request.headers.items():
            if name.lower() in self.names:
                kept[name.lower()] = value  # adds to those of that name
        return kept


def _mismatch(message):
    return answers.Refusal('SignatureDoesNotMatch', 403, message)


def claim_of(headers):
    if 'Authorization' not in headers:
        raise answers.Refusal('MissingAuthenticationToken', 403,
                              'Request is missing Authentication Token')
    return Claim(headers['Authorization'])


def _check_scope(claim, service, regions):
    if claim.region not in regions:
        raise _mismatch('Credential should be scoped to a valid Region, '
                        "not '%s'. " % claim.region)
    if claim.service != service:
        raise _mismatch('Credential should be scoped to correct service: '
                        "'%s'. " % service)


def _check_date(claim, date, now):
    if not date:
        raise answers.Refusal(
            'IncompleteSignature', 400,
            "Authorization header requires existence of either a 'X-Amz-Date' "
            "or a 'Date' header.")
    if not re.fullmatch('[0-9]{8}T[0-9]{6}Z', date):
        raise answers.Refusal(
            'IncompleteSignature', 400,
            "Date must be in ISO-8601 'basic format'. Got '%s'." % date)
    if date[:8] != claim.date:
        raise _mismatch('Date in Credential scope does not match '
                        'YYYYMMDD from ISO-8601 version of date from HTTP')
    when = from_compact(date)
    if when < now - WINDOW:
        raise _mismatch(
            'Signature expired: %s is now earlier than %s (%s - 15 min.)'
            % (date, compact(now - WINDOW), compact(now)))
    if when > now + WINDOW:
        raise _mismatch(
            'Signature not yet current: %s is still later than %s '
            '(%s + 15 min.)' % (date, compact(now + WINDOW), compact(now)))


def _check_signed_names(claim, headers):
    needed = ['Host', 'X-Amz-Date']
    needed += [name for name in ('X-Amz-Security-Token', 'X-Amz-Target')
               if name in headers]
    for name in needed:
        if name.lower() not in claim.signed:
            raise _mismatch("'%s' must be a 'SignedHeader' in the AWS "
                            'Authorization.' % name)


def _check_payload(headers, body):
    sent = headers.get('X-Amz-Content-SHA256')
    if sent is not None and sent != hashlib.sha256(body).hexdigest():
        raise _mismatch("The provided 'x-amz-content-sha256' header does not "
                        'match what was computed.')


def _check_token(caller, headers):
    sent = headers.get('X-Amz-Security-Token')
    if (sent or None) != caller.token:
        raise answers.invalid_token()


def _signature(claim, secret, method, target, headers, body):
    request = AWSRequest(method=method, data=body,
                         url='http://%s%s' % (headers['Host'], target))
    for name, value in headers.items():
        request.headers[name] = value
    request.context['timestamp'] = headers['X-Amz-Date']
    signer = _Again(Credentials(claim.key_id, secret), claim)
    canonical = signer.canonical_request(request)
    return signer.signature(signer.string_to_sign(request, canonical), request)


def check(world, service, regions, method, target, headers, body):
    """The caller and the claim of a good request; else raises Refusal.

    headers is the message object of http.server: order and repetitions count.
    """
    claim = claim_of(headers)
    _check_scope(claim, service, regions)
    caller = world.find_caller(claim.key_id)
    if not caller:
        raise answers.invalid_token()
    _check_signed_names(claim, headers)
    _check_date(claim, headers.get('X-Amz-Date', ''), world.now())
    _check_payload(headers, body)
    _check_token(caller, headers)
    ours = _signature(claim, caller.secret, method, target, headers, body)
    if not hmac.compare_digest(ours, claim.signature):
        raise _mismatch(
            'The request signature we calculated does not match the signature '
            'you provided. Check your AWS Secret Access Key and signing '
            'method. Consult the service documentation for details.')
    if caller.expires is not None and world.now() >= caller.expires:
        raise answers.Refusal(
            'ExpiredToken', 403,
            'The security token included in the request is expired')
    return caller
