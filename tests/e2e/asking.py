"""Requests to the stand-in, by botocore's clients and made by hand."""

import os
import urllib.error
import urllib.request

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from harness import KEY_ID, SECRET, SERIAL, need, same

TOOLS = 'arn:aws:iam::555566667777:role/ToolsAdmin'


def client(box, key=(KEY_ID, SECRET), token=None, service='sts',
           region=None):
    region = region or ('ap-northeast-1' if service == 'sts' else 'us-east-1')
    for name in ('AWS_PROFILE', 'AWS_DEFAULT_PROFILE'):
        os.environ.pop(name, None)
    session = botocore.session.Session()
    return session.create_client(
        service, region_name=region, endpoint_url=box.aws.url,
        aws_access_key_id=key[0], aws_secret_access_key=key[1],
        aws_session_token=token,
        config=Config(retries={'total_max_attempts': 1}, read_timeout=20,
                      parameter_validation=False))


def client_of(box, answer, service='sts'):
    given = answer['Credentials']
    return client(box, (given['AccessKeyId'], given['SecretAccessKey']),
                  given['SessionToken'], service)


def refused(call, code, status, text='', **params):
    try:
        call(**params)
    except ClientError as error:
        answer = error.response
        same((answer['Error']['Code'],
              answer['ResponseMetadata']['HTTPStatusCode']),
             (code, status), 'refusal of %s' % params)
        need(text in answer['Error']['Message'],
             '%r is not in %r' % (text, answer['Error']['Message']))
        return
    need(False, 'was not refused: %s' % params)


def session_token(box, **more):
    return client(box).get_session_token(SerialNumber=SERIAL,
                                         TokenCode=box.code(), **more)


def role(box, sts, arn=TOOLS, **more):
    return sts.assume_role(RoleArn=arn, RoleSessionName='alex', **more)


class Signer(SigV4Auth):
    """botocore's signer, which can leave a header unsigned."""

    unsigned = ()

    def headers_to_sign(self, request):
        headers = super().headers_to_sign(request)
        for name in self.unsigned:
            del headers[name]
        return headers


def send(box, change=None, body=b'Action=GetCallerIdentity&Version=2011-06-15',
         service='sts', region='us-east-1', more=None,
         credentials=(KEY_ID, SECRET), unsigned=()):
    """A request signed by botocore and then changed: status and text."""
    url = box.aws.url + '/'
    request = AWSRequest('POST', url, data=body, headers=dict({
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Amz-Thing': 'one'}, **(more or {})))
    signer = Signer(Credentials(*credentials), service, region)
    signer.unsigned = unsigned
    signer.add_auth(request)
    sent = {'url': url, 'body': body, 'headers': dict(request.headers.items())}
    if change:
        change(sent)
    try:
        request = urllib.request.Request(sent['url'], sent['body'],
                                         sent['headers'])
        with urllib.request.urlopen(request, timeout=30) as got:
            return got.status, got.read().decode('utf-8', 'replace')
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def not_taken(answer, status, code, words=''):
    """A refusal of a request made by hand."""
    need(answer[0] == status and '<Code>%s</Code>' % code in answer[1]
         and words in answer[1], '%d %s, and %s %r was expected: %s' % (
             answer[0], status, code, words, answer[1]))


def not_json_taken(answer, status, code):
    """The same of a JSON service's."""
    need(answer[0] == status and '"__type": "%s"' % code in answer[1],
         '%d %s, and %s was expected: %s' % (answer[0], status, code, answer[1]))
