#!/usr/bin/python3 -B
"""The stand-in answers botocore and aws as AWS does."""

import re
import shutil
import subprocess
import time

from asking import (TOOLS, client, client_of, not_taken, refused, role, send,
                    session_token)
from harness import (CUSTODIAN, KEY_ID, SECRET, SERIAL, USER, Sandbox, Skipped,
                     need, run_cases, same, seed_of)
from peers import AWS

KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
LEE = ('AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')
MAX = ('AKIAMAXMAXMAXEXAMPLE', 'Max0Max1Max2/Max3+Max4Max5Max6EXAMPLEKEY')
SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
TESTING = 'arn:aws:iam::222233334444:role/TestingAdmin'
CHAINED = 'arn:aws:iam::222233334444:role/Chained'


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
    for status in ('Inactive', 'Deleted'):
        box.aws.control('key', id=KEY_ID, status=status)
        refused(client(box).get_caller_identity, 'InvalidClientTokenId', 403,
                'The security token included in the request is invalid.')
    box.aws.control('key', id=KEY_ID, status='Active')
    client(box).get_caller_identity()


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
        not_taken(send(box, **more), 403, 'SignatureDoesNotMatch', words)
    not_taken(send(
        box, body=b'Action=ListMFADevices&Version=2010-05-08', service='iam',
        region='eu-west-1'), 403, 'SignatureDoesNotMatch', 'valid Region')


def case_compares_the_payload_hash(box):
    not_taken(send(box, more={'X-Amz-Content-SHA256': '0' * 64}), 403,
              'SignatureDoesNotMatch')


def case_refuses_what_is_not_signed_or_not_known(box):
    not_taken(send(box, lambda sent: sent['headers'].pop('Authorization')),
              403, 'MissingAuthenticationToken')
    not_taken(send(box, lambda sent: sent['headers'].update(
        Authorization='AWS4-HMAC-SHA256 x')), 400, 'IncompleteSignature')
    not_taken(send(box, body=b'Action=Dance&Version=2011-06-15'), 400,
              'InvalidAction')
    not_taken(send(box, body=b'Action=GetCallerIdentity&Version=2010-05-08'),
              400, 'InvalidAction')
    not_taken(send(box, body=b'Action=GetCallerIdentity&Version=2011-06-15'
                             b'&Version=2011-06-15'),
              404, 'MalformedQueryString')
    not_taken(send(box, more={'Content-Type': 'text/plain'}), 400,
              'InvalidAction')


def case_some_headers_must_be_signed(box):
    """Though each signature here fits what was signed."""
    given = client(box).get_session_token()['Credentials']
    session = (given['AccessKeyId'], given['SecretAccessKey'],
               given['SessionToken'])
    same(send(box, credentials=session)[0], 200, 'all signed')
    same(send(box, unsigned=['x-amz-thing'])[0], 200, 'another unsigned')
    for name, credentials in (('Host', (KEY_ID, SECRET)),
                              ('X-Amz-Date', (KEY_ID, SECRET)),
                              ('X-Amz-Security-Token', session)):
        not_taken(send(box, credentials=credentials, unsigned=[name.lower()]),
                  403, 'SignatureDoesNotMatch',
                  "'%s' must be a 'SignedHeader' in the AWS Authorization."
                  % name)


def case_refuses_dates_over_fifteen_minutes_off(box):
    for skew, words in ((960, r'Signature expired: \w+ is now earlier than '
                              r'\w+ \(\w+ - 15 min\.\)'),
                        (-960, r'Signature not yet current: \w+ is still '
                               r'later than \w+ \(\w+ \+ 15 min\.\)')):
        box.aws.control('settings', skew=skew)
        status, text = send(box)
        need(status == 403 and re.search(words, text), text)
        need('<Code>SignatureDoesNotMatch</Code>' in text, text)
    for skew in (840, -840):
        box.aws.control('settings', skew=skew)
        same(send(box)[0], 200, '14 minutes off')


def case_refuses_dates_that_are_none(box):
    def date(text):
        return lambda sent: sent['headers'].update({'X-Amz-Date': text})
    not_taken(send(box, lambda sent: sent['headers'].pop('X-Amz-Date')), 400,
              'IncompleteSignature', "either a 'X-Amz-Date' or a 'Date'")
    not_taken(send(box, date('2024-01-01T00:00:00Z')), 400,
              'IncompleteSignature', "ISO-8601 'basic format'")
    not_taken(send(box, date('20240101T000000Z')), 403,
              'SignatureDoesNotMatch', 'Date in Credential scope does not '
              'match')


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
        box.away_from_the_edge()
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
    for name, value in (('TokenCode', '12345'), ('SerialNumber', 'short')):
        params = dict({'SerialNumber': SERIAL, 'TokenCode': '123456'},
                      **{name: value})
        refused(client(box).get_session_token, 'ValidationError', 400,
                "at '%s'" % (name[0].lower() + name[1:]), **params)


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


def case_codes_are_for_keys_and_not_for_sessions(box):
    """Though the code is good, and the device the user's."""
    session = client_of(box, session_token(box))
    testing = client_of(box, role(box, session, TESTING))
    for sts, arn in ((session, TESTING), (testing, CHAINED)):
        box.aws.control('forget-codes')
        refused(role, 'AccessDenied', 403, 'MultiFactorAuthentication failed, '
                'unable to validate MFA code.  Please verify your MFA serial '
                'number is valid and associated with this user.', box=box,
                sts=sts, arn=arn, SerialNumber=SERIAL,
                TokenCode=box.code(fresh=False))
    for more in ({'SerialNumber': SERIAL}, {'TokenCode': '123456'}):
        refused(client(box).get_session_token, 'AccessDenied', 403,
                'unable to validate', **more)


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


def case_what_a_session_takes_lasts_an_hour(box):
    session = client_of(box, session_token(box))
    testing = client_of(box, role(box, session, TESTING))
    chained = role(box, testing, CHAINED, DurationSeconds=3600)
    same(chained['AssumedRoleUser']['Arn'],
         'arn:aws:sts::222233334444:assumed-role/Chained/alex', 'role')
    for sts, arn in ((session, TESTING), (testing, CHAINED)):
        refused(role, 'ValidationError', 400, 'The requested DurationSeconds '
                'exceeds the 1 hour session limit for roles assumed by role '
                'chaining', box=box, sts=sts, arn=arn, DurationSeconds=3601)
    refused(testing.get_session_token, 'AccessDenied', 403, 'Cannot call')


def case_a_key_makes_a_federation_token(box):
    sts = client(box)
    allow = '{"Version":"2012-10-17","Statement":[]}'
    answer = sts.get_federation_token(Name='alex', Policy=allow,
                                      DurationSeconds=900)
    arn = 'arn:aws:sts::%s:federated-user/alex' % CUSTODIAN
    same(answer['FederatedUser'], {'FederatedUserId': CUSTODIAN + ':alex',
                                   'Arn': arn}, 'user')
    left = answer['Credentials']['Expiration'].timestamp() - time.time()
    need(800 < left <= 900, left)
    federated = client_of(box, answer)
    same(federated.get_caller_identity()['Arn'], arn, 'caller')
    refused(role, 'AccessDenied', 403, 'sts:AssumeRole', box=box,
            sts=federated, arn=TOOLS)
    for other in (federated, client_of(box, session_token(box)),
                  client_of(box, role(box, sts, TOOLS))):
        refused(other.get_federation_token, 'AccessDenied', 403, 'Cannot call '
                'GetFederationToken with session credentials', Name='alex')
    for more, place in (({'Name': 'a'}, "'name'"),
                        ({'Name': 'a' * 33}, "'name'"),
                        ({'Name': 'a b'}, "'name'"),
                        ({'DurationSeconds': 899}, "'durationSeconds'"),
                        ({'DurationSeconds': 129601}, "'durationSeconds'"),
                        ({'Policy': allow + ' ' * 2048}, "'policy'")):
        refused(sts.get_federation_token, 'ValidationError', 400, place,
                **dict({'Name': 'alex'}, **more))
    refused(client(box, MAX).get_federation_token, 'AccessDenied', 403,
            'sts:GetFederationToken', Name='max')


def case_root_takes_no_role(box):
    root = ('AKIAROOTROOTROOTROOT', 'Root' * 10)
    world = {'users': [{'arn': 'arn:aws:iam::%s:root' % CUSTODIAN,
                        'keys': [{'id': root[0], 'secret': root[1]}]}],
             'roles': [{'arn': TOOLS, 'max_session': 3600,
                        'trust': {'principals': [CUSTODIAN]}}]}
    with Sandbox(world=world) as other:
        refused(role, 'AccessDenied', 403, 'Roles may not be assumed by root '
                'accounts.', box=other, sts=client(other, root))


def case_durations_have_limits(box):
    sts = client(box)
    for call, low, high in ((role, 900, 43200),
                            (sts.get_session_token, 900, 129600)):
        more = {'box': box, 'sts': sts} if call is role else {}
        for duration, limit in ((low - 1, 'greater than or equal to %d' % low),
                                (high + 1, 'less than or equal to %d' % high)):
            refused(call, 'ValidationError', 400, "'%d' at 'durationSeconds' "
                    'failed to satisfy constraint: Member must have value %s'
                    % (duration, limit), DurationSeconds=duration, **more)
    refused(role, 'MalformedInput', 400, box=box, sts=sts,
            DurationSeconds='1h')
    box.aws.control('role', arn=TOOLS, max_session=7200)
    role(box, sts, DurationSeconds=7200)
    refused(role, 'ValidationError', 400, 'The requested DurationSeconds '
            'exceeds the MaxSessionDuration set for this role.', box=box,
            sts=sts, DurationSeconds=7201)


def case_names_have_limits(box):
    sts = client(box)
    for name, rule in (('a', 'length greater than or equal to 2'),
                       ('a' * 65, 'length less than or equal to 64'),
                       ('a b', 'regular expression pattern'),
                       ('\u00fc\u00fc', 'regular expression pattern')):
        refused(sts.assume_role, 'ValidationError', 400,
                "Value '%s' at 'roleSessionName' failed to satisfy "
                'constraint: Member must ' % name, RoleArn=TOOLS,
                RoleSessionName=name)
        refused(sts.assume_role, 'ValidationError', 400, rule, RoleArn=TOOLS,
                RoleSessionName=name)
    for missing, params in (('roleArn', {'RoleSessionName': 'alex'}),
                            ('roleSessionName', {'RoleArn': TOOLS})):
        refused(sts.assume_role, 'ValidationError', 400, "Value null at '%s'"
                % missing, **params)
    for name, value in (('RoleArn', 'arn:aws:iam::1'),
                        ('RoleArn', TOOLS + 'x' * 2048),
                        ('ExternalId', 'x'), ('ExternalId', 'a b'),
                        ('ExternalId', 'x' * 1225), ('SerialNumber', 'short'),
                        ('SerialNumber', 'x' * 257), ('TokenCode', '12345'),
                        ('TokenCode', '12345x'), ('SourceIdentity', 'x'),
                        ('SourceIdentity', 'a b'),
                        ('SourceIdentity', 'aws:x')):
        params = dict({'RoleArn': TOOLS, 'RoleSessionName': 'alex'},
                      **{name: value})
        refused(sts.assume_role, 'ValidationError', 400, "at '%s' failed to "
                'satisfy constraint' % (name[0].lower() + name[1:]), **params)
    answer = role(box, sts, SourceIdentity='alex@example.com')
    same(answer['SourceIdentity'], 'alex@example.com', 'source identity')


def tags(*pairs):
    return [{'Key': key, 'Value': value} for key, value in pairs]


def case_tags_have_limits(box):
    sts = client(box)
    role(box, sts, Tags=tags(('team', 'caf\u00e9 1'), ('empty', '')),
         TransitiveTagKeys=['team'])
    for given, place in (
            (tags(('', 'x')), "'tags.1.member.key'"),
            (tags(('a' * 129, 'x')), "'tags.1.member.key'"),
            (tags(('a', 'x'), ('b', 'x' * 257)), "'tags.2.member.value'"),
            (tags(('a*', 'x')), "'tags.1.member.key'"),
            (tags(('a', 'x,y')), "'tags.1.member.value'"),
            ([{'Key': 'a'}], "Value null at 'tags.1.member.value'"),
            (tags(*((str(n), '') for n in range(51))), "'tags'")):
        refused(role, 'ValidationError', 400, place, box=box, sts=sts,
                Tags=given)
    for given, place in ((['a*'], "'transitiveTagKeys.1.member'"),
                         ([str(n) for n in range(51)], "'transitiveTagKeys'")):
        refused(role, 'ValidationError', 400, place, box=box, sts=sts,
                TransitiveTagKeys=given)
    refused(role, 'InvalidParameterValue', 400, 'Duplicate tag keys found. '
            'Please note that Tag keys are case insensitive.', box=box,
            sts=sts, Tags=tags(('Team', 'x'), ('team', 'y')))
    refused(role, 'PackedPolicyTooLarge', 400, 'Packed size of session tags '
            'consumes 498% of allotted space.', box=box, sts=sts,
            Tags=tags(*(('T%d' % n, 'a' * 250) for n in range(9))))


def case_policies_have_limits(box):
    sts = client(box)
    arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    role(box, sts, Policy='{"Version": "2012-10-17"}',
         PolicyArns=[{'arn': arn}] * 10)
    for more, place in (({'PolicyArns': [{'arn': arn}] * 11}, "'policyArns'"),
                        ({'PolicyArns': [{'arn': 'x'}]},
                         "'policyArns.1.member.arn'"),
                        ({'Policy': '{}' + ' ' * 2047}, "'policy'"),
                        ({'Policy': '{"\u20ac": 1}'}, "'policy'")):
        refused(role, 'ValidationError', 400, place, box=box, sts=sts, **more)
    refused(role, 'PackedPolicyTooLarge', 400, 'allotted space', box=box,
            sts=sts, Policy='{}' + ' ' * 2000,
            PolicyArns=[{'arn': arn}] * 2)
    for policy in ('{', '[]', 'text'):
        refused(role, 'MalformedPolicyDocument', 400, box=box, sts=sts,
                Policy=policy)


def case_the_external_id_counts(box):
    partner = 'arn:aws:iam::666677778888:role/Partner'
    sts = client(box)
    role(box, sts, partner, ExternalId='partner-42')
    for more in ({}, {'ExternalId': 'partner-43'}):
        refused(role, 'AccessDenied', 403, 'User: %s is not authorized to '
                'perform: sts:AssumeRole on resource: %s' % (USER, partner),
                box=box, sts=sts, arn=partner, **more)


def case_sessions_end(box):
    box.aws.control('settings', lifetime=300)
    sts = client_of(box, client(box).get_session_token())
    sts.get_caller_identity()
    box.aws.control('settings', skew=600)  # ten minutes later
    refused(sts.get_caller_identity, 'ExpiredToken', 403, 'is expired')
    box.aws.control('settings', lifetime=None, skew=0)
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
    for name, value in (('MaxItems', '1001'), ('MaxItems', 'x'),
                        ('Marker', 'x')):
        refused(iam.list_mfa_devices, 'ValidationError', 400,
                name[0].lower() + name[1:] if name == 'MaxItems' else name,
                **{name: value})
    same(client(box, SAM, service='iam').list_mfa_devices()['MFADevices'], [],
         'devices of who has none')


def case_iam_wants_rights_and_mfa(box):
    refused(client(box, LEE, service='iam').list_mfa_devices, 'AccessDenied',
            403, 'not authorized to perform: iam:ListMFADevices')
    without = client(box).get_session_token()
    refused(client_of(box, without, 'iam').list_mfa_devices,
            'InvalidClientTokenId', 403)
    session = session_token(box)
    client_of(box, session, 'iam').list_mfa_devices()
    testing = role(box, client_of(box, session), TESTING)
    refused(client_of(box, testing, 'iam').list_mfa_devices, 'AccessDenied',
            403, 'not authorized to perform: iam:ListMFADevices')
    refused(client(box, service='iam').list_mfa_devices, 'NoSuchEntity', 404,
            'The user with name kim cannot be found.', UserName='kim')


def case_tokens_of_four_kib(box):
    box.aws.control('settings', token_size=4096, fraction=True)
    answer = client(box).get_session_token()
    same(len(answer['Credentials']['SessionToken']), 4096, 'token')
    client_of(box, answer).get_caller_identity()


if __name__ == '__main__':
    run_cases(globals(), program=False)
