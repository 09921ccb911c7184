"""AWS's own documents: what STS and IAM answer, and how they refuse."""

import json
import uuid
from xml.sax.saxutils import escape

NAMESPACE = {
    'sts': 'https://sts.amazonaws.com/doc/2011-06-15/',
    'iam': 'https://iam.amazonaws.com/doc/2010-05-08/',
}


class Refusal(Exception):
    """An error answer: AWS's code, HTTP status and text."""

    def __init__(self, code, status, message, more=None):
        super().__init__(code)
        self.code = code
        self.status = status
        self.message = message
        self.more = more or {}  # members of a JSON answer


# The names of JSON services for the errors that query services name otherwise.
JSON_CODES = {
    'SignatureDoesNotMatch': 'InvalidSignatureException',
    'InvalidClientTokenId': 'UnrecognizedClientException',
    'ExpiredToken': 'ExpiredTokenException',
    'MissingAuthenticationToken': 'MissingAuthenticationTokenException',
    'IncompleteSignature': 'IncompleteSignatureException',
    'Throttling': 'TooManyRequestsException',
    'InvalidAction': 'UnknownOperationException',
}


def access_denied(message):
    return Refusal('AccessDenied', 403, message)


def invalid_token():
    return Refusal('InvalidClientTokenId', 403,
                   'The security token included in the request is invalid.')


def validation_error(message):
    return Refusal('ValidationError', 400, message)


def constraint(value, name, rule):
    """The text of one broken constraint of the service's model."""
    return validation_error(
        "1 validation error detected: Value '%s' at '%s' failed to satisfy "
        'constraint: %s' % (value, name, rule))


def element(name, content):
    """content: text, a list of members, or (name, content) pairs."""
    if isinstance(content, list):
        inner = ''.join(element('member', item) for item in content)
    elif isinstance(content, tuple):
        inner = ''.join(element(key, value) for key, value in content)
    else:
        inner = escape(str(content))
    return '<%s>%s</%s>' % (name, inner, name)


def success(service, action, result, request_id):
    body = '' if result is None else element(action + 'Result', result)
    body += element('ResponseMetadata', (('RequestId', request_id),))
    return '<%sResponse xmlns="%s">\n%s\n</%sResponse>\n' % (
        action, NAMESPACE[service], body, action)


def failure(service, refusal, request_id):
    side = 'Receiver' if refusal.status >= 500 else 'Sender'
    body = element('Error', (('Type', side), ('Code', refusal.code),
                             ('Message', refusal.message)))
    body += element('RequestId', request_id)
    return '<ErrorResponse xmlns="%s">\n%s\n</ErrorResponse>\n' % (
        NAMESPACE.get(service, NAMESPACE['sts']), body)


def json_success(result):
    return json.dumps(result)


def json_failure(refusal):
    code = JSON_CODES.get(refusal.code, refusal.code)
    return json.dumps({'__type': code, 'Message': refusal.message,
                       **refusal.more})


def json_status(refusal):
    """A JSON service answers 400 where a query service says 403 or 404."""
    return 400 if 400 < refusal.status < 500 else refusal.status


def new_request_id():
    return str(uuid.uuid4())
