#!/usr/bin/python3 -B
"""Does the stand-in for AWS say what AWS says?  Asked by botocore and aws."""

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ConnectionClosedError

from harness import (CUSTODIAN, KEY_ID, PYTHON, SECRET, SERIAL, STAND_IN, USER,
                     Skipped, StandIn, need, run_cases, same, seed_of)

AWS = '/usr/bin/aws'
KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
LEE = ('AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')
SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
TESTING = 'arn:aws:iam::222233334444:role/TestingAdmin'
CHAINED = 'arn:aws:iam::222233334444:role/Chained'
TOOLS = 'arn:aws:iam::555566667777:role/ToolsAdmin'


def client(box, key=(KEY_ID, SECRET), token=None, service='sts',
           region=None):
    region = region or ('us-east-1' if service == 'iam' else 'ap-northeast-1')
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


def case_says_who_the_caller_is(box):
    answer = client(box).get_caller_identity()
    same((answer['Arn'], answer['Account']), (USER, CUSTODIAN), 'caller')
    need(answer['UserId'].startswith('AIDA'), answer['UserId'])
    headers = answer['ResponseMetadata']['HTTPHeaders']
    need('x-amzn-requestid' in headers and 'date' in headers, headers)
    same(headers['content-type'], 'text/xml', 'content type')


def case_refuses_a_wrong_secret_and_unknown_keys(box):
    refused(client(box, (KEY_ID, SECRET[:-1])).get_caller_identity,
            'SignatureDoesNotMatch', 403, 'The request signature we')
    refused(client(box, ('AKIAUNKNOWNUNKNOWN00', SECRET)).get_caller_identity,
            'InvalidClientTokenId', 403)
    refused(client(box, token='abc').get_caller_identity,
            'InvalidClientTokenId', 403)
    box.aws.control('key', id=KEY_ID, status='Inactive')
    refused(client(box).get_caller_identity, 'InvalidClientTokenId', 403)


def case_aws_cli_agrees(box):
    def call(secret):
        env = box.key_environment(secret=secret)
        return box.run(AWS, 'sts', 'get-caller-identity', '--region',
                       'us-east-1', '--endpoint-url', box.aws.url, env=env)
    good = call(SECRET)
    same(good.status, 0, str(good))
    need(USER in good.stdout, str(good))
    bad = call(SECRET.replace('w', 'W'))
    same(bad.status, 254, str(bad))
    need('SignatureDoesNotMatch' in bad.stderr, str(bad))


def case_curl_agrees(box):
    if not shutil.which('curl'):
        raise Skipped('no curl here')
    done = box.run('curl', '-sS', '--aws-sigv4', 'aws:amz:us-east-1:sts',
                   '-u', KEY_ID + ':' + SECRET, '-d',
                   'Action=GetCallerIdentity&Version=2011-06-15', box.aws.url)
    need(USER in done.stdout, str(done))


def send(box, change=None, body=b'Action=GetCallerIdentity&Version=2011-06-15',
         service='sts', region='us-east-1', date=None, more=None):
    """A request signed by botocore and then changed: status and text."""
    url = box.aws.url + '/'
    request = AWSRequest('POST', url, data=body, headers=dict({
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Amz-Thing': 'one'}, **(more or {})))
    signer = SigV4Auth(Credentials(KEY_ID, SECRET), service, region)
    signer.add_auth(request)
    sent = {'url': url, 'body': body, 'headers': dict(request.headers.items())}
    if change:
        change(sent)
    try:
        request = urllib.request.Request(sent['url'], sent['body'],
                                         sent['headers'])
        with urllib.request.urlopen(request, timeout=10) as got:
            return got.status, got.read().decode('utf-8', 'replace')
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def case_refuses_what_was_changed_on_the_way(box):
    same(send(box)[0], 200, 'unchanged')

    def header(name, value):
        return lambda sent: sent['headers'].update({name: value})

    def target(sent):
        sent['url'] += '?x=1'

    def body(sent):
        sent['body'] += b'&RoleArn=x'

    def scope(old, new):
        def change(sent):
            signed = sent['headers']['Authorization']
            sent['headers']['Authorization'] = signed.replace(old, new)
        return change

    for name, change in (
            ('a signed header', header('X-Amz-Thing', 'two')),
            ('the date', header('X-Amz-Date', time.strftime(
                '%Y%m%dT%H%M%SZ', time.gmtime(time.time() - 60)))),
            ('the query', target), ('the body', body),
            ('the region', scope('/us-east-1/', '/us-west-2/')),
            ('the service', scope('/sts/', '/iam/')),
            ('the key', scope(KEY_ID, KIM[0])),
            ('the signature', scope('Signature=', 'Signature=0'))):
        status, text = send(box, change)
        need(status in (400, 403), '%s: %d %s' % (name, status, text))
    status, text = send(box, header('User-Agent', 'another'))
    same(status, 200, 'an unsigned header: ' + text)


def case_refuses_a_wrong_scope(box):
    for more, words in (({'region': 'mars-north-1'}, 'valid Region'),
                        ({'service': 'iam'}, "correct service: 'sts'")):
        status, text = send(box, **more)
        same(status, 403, text)
        need('SignatureDoesNotMatch' in text and words in text, text)
    status, text = send(
        box, body=b'Action=ListMFADevices&Version=2010-05-08', service='iam',
        region='eu-west-1')
    need(status == 403 and 'valid Region' in text, text)


def case_compares_the_payload_hash(box):
    status, text = send(box, more={'X-Amz-Content-SHA256': '0' * 64})
    need(status == 403 and 'SignatureDoesNotMatch' in text, text)


def case_refuses_what_is_not_signed_or_not_known(box):
    status, text = send(box, lambda sent: sent['headers'].pop('Authorization'))
    need(status == 403 and '<Code>MissingAuthenticationToken<' in text, text)
    status, text = send(box, lambda sent: sent['headers'].update(
        Authorization='AWS4-HMAC-SHA256 x'))
    need(status == 400 and '<Code>IncompleteSignature<' in text, text)
    status, text = send(box, body=b'Action=Dance&Version=2011-06-15')
    need(status == 400 and '<Code>InvalidAction<' in text, text)


def case_refuses_dates_over_fifteen_minutes_off(box):
    for skew, words in ((1200, r'Signature expired: \w+ is now earlier than '
                               r'\w+ \(\w+ - 15 min\.\)'),
                        (-1200, 'Signature not yet current')):
        box.aws.control('settings', skew=skew)
        status, text = send(box)
        need(status == 403 and re.search(words, text), text)
    box.aws.control('settings', skew=600)
    same(send(box)[0], 200, 'ten minutes off')


def case_a_code_is_good_once(box):
    sts = client(box)
    code = box.code()
    sts.get_session_token(SerialNumber=SERIAL, TokenCode=code)
    refused(sts.get_session_token, 'AccessDenied', 403,
            'invalid MFA one time pass code. ', SerialNumber=SERIAL,
            TokenCode=code)
    refused(role, 'AccessDenied', 403, 'one time pass', box=box, sts=sts,
            arn=TESTING, SerialNumber=SERIAL, TokenCode=code)
    box.aws.control('forget-codes')
    sts.get_session_token(SerialNumber=SERIAL, TokenCode=code)


def case_codes_of_one_step_aside_are_good(box):
    for offset, good in ((-30, True), (30, True), (-90, False), (90, False)):
        box.aws.control('forget-codes')
        now = time.strftime('%Y-%m-%d %H:%M:%S UTC',
                            time.gmtime(time.time() + offset))
        code = subprocess.run(
            ['oathtool', '--totp', '-b', seed_of(SERIAL), '--now', now],
            check=True, capture_output=True, text=True).stdout.strip()
        params = {'SerialNumber': SERIAL, 'TokenCode': code}
        if good:
            client(box).get_session_token(**params)
        else:
            refused(client(box).get_session_token, 'AccessDenied', 403,
                    'one time pass', **params)


def case_a_device_of_somebody_else_is_refused(box):
    refused(client(box, KIM).get_session_token, 'AccessDenied', 403,
            'unable to validate MFA code.  Please', SerialNumber=SERIAL,
            TokenCode='123456')
    refused(client(box).get_session_token, 'ValidationError', 400,
            "'tokenCode'", SerialNumber=SERIAL, TokenCode='12345')


def case_a_session_with_mfa_takes_roles(box):
    answer = session_token(box)
    given = answer['Credentials']
    need(given['AccessKeyId'].startswith('ASIA'), given['AccessKeyId'])
    need(350 <= len(given['SessionToken']) <= 1200, len(given['SessionToken']))
    left = given['Expiration'].timestamp() - time.time()
    need(43100 < left <= 43200, left)
    sts = client_of(box, answer)
    same(sts.get_caller_identity()['Arn'], USER, 'caller')
    testing = client_of(box, role(box, sts, TESTING))
    same(testing.get_caller_identity()['Arn'],
         'arn:aws:sts::222233334444:assumed-role/TestingAdmin/alex', 'caller')
    refused(sts.get_session_token, 'AccessDenied', 403,
            'Cannot call GetSessionToken with session credentials')
    refused(role, 'AccessDenied', 403, 'unable to validate', box=box, sts=sts,
            SerialNumber=SERIAL, TokenCode='123456')


def case_a_wrong_or_missing_session_token_is_refused(box):
    given = client(box).get_session_token()['Credentials']
    key = (given['AccessKeyId'], given['SecretAccessKey'])
    refused(client(box, key).get_caller_identity, 'InvalidClientTokenId', 403)
    refused(client(box, key, given['SessionToken'] + 'x').get_caller_identity,
            'InvalidClientTokenId', 403)


def case_trust_wants_mfa(box):
    text = ('User: %s is not authorized to perform: sts:AssumeRole on '
            'resource: %s' % (USER, TESTING))
    sts = client(box)
    refused(role, 'AccessDenied', 403, text, box=box, sts=sts, arn=TESTING)
    without = client_of(box, sts.get_session_token())
    refused(role, 'AccessDenied', 403, text, box=box, sts=without, arn=TESTING)
    role(box, sts, TESTING, SerialNumber=SERIAL, TokenCode=box.code(),
         DurationSeconds=43200)
    for arn in ('arn:aws:iam::444455556666:role/Closed',
                'arn:aws:iam::444455556666:role/NotThere', CHAINED):
        refused(role, 'AccessDenied', 403, 'sts:AssumeRole', box=box, sts=sts,
                arn=arn)


def case_chained_roles_last_an_hour(box):
    testing = client_of(box, role(box, client_of(box, session_token(box)),
                                  TESTING))
    chained = role(box, testing, CHAINED)
    same(chained['AssumedRoleUser']['Arn'],
         'arn:aws:sts::222233334444:assumed-role/Chained/alex', 'role')
    refused(role, 'ValidationError', 400, '1 hour session limit', box=box,
            sts=testing, arn=CHAINED, DurationSeconds=3601)
    refused(testing.get_session_token, 'AccessDenied', 403, 'Cannot call')


def case_durations_and_names_have_limits(box):
    sts = client(box)
    for arn, duration, code, text in (
            (TOOLS, 899, 'ValidationError', "'durationSeconds'"),
            (TOOLS, 43201, 'ValidationError', "'durationSeconds'")):
        refused(role, code, 400, text, box=box, sts=sts, arn=arn,
                DurationSeconds=duration)
    box.aws.control('role', arn=TOOLS, max_session=3600)
    refused(role, 'ValidationError', 400, 'exceeds the MaxSessionDuration',
            box=box, sts=sts, DurationSeconds=3601)
    refused(sts.get_session_token, 'ValidationError', 400, '129600',
            DurationSeconds=129601)
    refused(sts.assume_role, 'ValidationError', 400, "'roleSessionName'",
            RoleArn=TOOLS, RoleSessionName='a b')


def case_the_external_id_counts(box):
    partner = 'arn:aws:iam::666677778888:role/Partner'
    sts = client(box)
    role(box, sts, partner, ExternalId='partner-42')
    for more in ({}, {'ExternalId': 'partner-43'}):
        refused(role, 'AccessDenied', 403, 'sts:AssumeRole', box=box, sts=sts,
                arn=partner, **more)


def case_sessions_end(box):
    box.aws.control('settings', lifetime=2)
    sts = client_of(box, client(box).get_session_token())
    sts.get_caller_identity()
    time.sleep(2.1)
    refused(sts.get_caller_identity, 'ExpiredToken', 403, 'is expired')
    box.aws.control('settings', lifetime=None)
    sts = client_of(box, client(box).get_session_token())
    box.aws.control('expire-sessions')
    refused(sts.get_caller_identity, 'ExpiredToken', 403)
    box.aws.control('forget-sessions')
    refused(sts.get_caller_identity, 'InvalidClientTokenId', 403)


def case_lists_devices_page_by_page(box):
    box.aws.control('settings', page_size=1)
    iam = client(box, KIM, service='iam')
    first = iam.list_mfa_devices()
    same((len(first['MFADevices']), first['IsTruncated']), (1, True), 'page')
    pages = iam.get_paginator('list_mfa_devices').paginate()
    names = [device['SerialNumber'].rsplit('/', 1)[1]
             for page in pages for device in page['MFADevices']]
    same(names, ['kim-phone', 'kim-key'], 'devices')
    same(client(box, SAM, service='iam').list_mfa_devices()['MFADevices'], [],
         'devices of who has none')


def case_iam_wants_rights_and_mfa(box):
    refused(client(box, LEE, service='iam').list_mfa_devices, 'AccessDenied',
            403, 'not authorized to perform: iam:ListMFADevices')
    without = client(box).get_session_token()
    refused(client_of(box, without, 'iam').list_mfa_devices,
            'InvalidClientTokenId', 403)
    client_of(box, session_token(box), 'iam').list_mfa_devices()


def case_tokens_of_four_kib(box):
    box.aws.control('settings', token_size=4096, fraction=True)
    answer = client(box).get_session_token()
    same(len(answer['Credentials']['SessionToken']), 4096, 'token')
    client_of(box, answer).get_caller_identity()


def case_faults_come_and_go(box):
    sts = client(box)
    box.aws.fault('throttle', action='AssumeRole')
    box.aws.fault('error', code='RegionDisabledException', status=403,
                  message='STS is not activated')
    refused(sts.get_caller_identity, 'RegionDisabledException', 403)
    sts.get_caller_identity()
    refused(role, 'Throttling', 400, 'Rate exceeded', box=box, sts=sts)
    role(box, sts)
    for kind in ('html503', 'empty503'):
        box.aws.fault(kind)
        same(send(box)[0], 503, kind)
    for kind, size in (('huge', 8 << 20), ('garbage', 10), ('empty', 0)):
        box.aws.fault(kind)
        status, text = send(box)
        need(status == 200 and len(text) >= size, kind)
    started = time.monotonic()
    box.aws.fault('slow', seconds=1)
    sts.get_caller_identity()
    need(time.monotonic() - started >= 1, 'was not slow')


def case_a_lost_answer_spends_the_code(box):
    code = box.code()
    params = {'SerialNumber': SERIAL, 'TokenCode': code}
    for kind, spent in (('reset', False), ('lost', True)):
        box.aws.fault(kind)
        try:
            client(box).get_session_token(**params)
            need(False, 'an answer came: ' + kind)
        except (ConnectionClosedError, ConnectionResetError):
            pass
        same(box.aws.calls()[-1]['verdict'],
             'ok' if spent else '(not performed)', kind)
    refused(client(box).get_session_token, 'AccessDenied', 403,
            'one time pass', **params)


def case_the_log_tells_the_call_and_no_secret(box):
    code = box.code()
    client(box).get_session_token(SerialNumber=SERIAL, TokenCode=code)
    call = box.aws.calls()[-1]
    same((call['action'], call['key_id'], call['caller'], call['region'],
          call['scope'], call['verdict'], call['status']),
         ('GetSessionToken', KEY_ID, USER, 'ap-northeast-1', 'sts', 'ok', 200),
         'log')
    same(call['params'], {'SerialNumber': SERIAL, 'TokenCode': '(given)'},
         'params')
    with open(box.aws.log_path, encoding='utf-8') as file:
        text = file.read()
    need(SECRET not in text, 'the secret is in the log')


def case_speaks_https(box):
    key, cert = box.top + '/key.pem', box.top + '/cert.pem'
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
         '2', '-subj', '/CN=127.0.0.1', '-addext',
         'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
        check=True, capture_output=True)
    os.mkdir(box.top + '/tls')
    tls = StandIn(box.top + '/tls', tls=(cert, key))
    try:
        env = dict(box.key_environment(), AWS_CA_BUNDLE=cert)
        done = box.run(AWS, 'sts', 'get-caller-identity', '--region',
                       'us-east-1', '--endpoint-url', tls.url, env=env)
        need(USER in done.stdout, str(done))
    finally:
        tls.stop()


def case_ends_with_its_parent(box):
    script = ('import subprocess, sys\n'
              'p = subprocess.Popen([sys.executable, "-B", %r, "--ready", %r])'
              '\nprint(p.pid)\nimport os, time\n'
              'while not os.path.exists(%r): time.sleep(0.05)\n')
    ready = box.top + '/orphan'
    done = box.run(PYTHON, '-B', '-c', script % (STAND_IN, ready, ready))
    pid = int(done.stdout)
    for _ in range(100):
        try:
            with open('/proc/%d/stat' % pid, encoding='ascii') as file:
                if file.read().rsplit(') ', 1)[1][0] == 'Z':
                    return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    need(False, 'still there: %d' % pid)


if __name__ == '__main__':
    run_cases(globals(), program=False)
