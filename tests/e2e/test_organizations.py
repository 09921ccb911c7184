#!/usr/bin/python3 -B
"""Does the stand-in answer for AWS Organizations as AWS does?

Asked by Debian's aws, and by botocore where refusals count.
"""

import json

from asking import client, client_of, not_json_taken, refused, role, send
from harness import CUSTODIAN, need, run_cases, same
from peers import AWS

READER = 'arn:aws:iam::777788889999:role/OrganizationReader'
PARTNER = 'arn:aws:iam::666677778888:role/Partner'
NAMES = ['Management', 'Custodian', 'Testing', 'Staging',
         'Production: shop & co', 'Old tools']


def reader(box):
    return client_of(box, role(box, client(box), READER), 'organizations')


def aws(box, *words):
    """The output of aws for these words, as the role that may read."""
    given = role(box, client(box), READER)['Credentials']
    env = box.key_environment(given['AccessKeyId'], given['SecretAccessKey'])
    env['AWS_SESSION_TOKEN'] = given['SessionToken']
    done = box.run(AWS, 'organizations', *words, '--region', 'us-east-1',
                   '--output', 'json', '--endpoint-url', box.aws.url, env=env)
    same(done.status, 0, str(done))
    return json.loads(done.stdout)


def case_aws_lists_the_accounts(box):
    accounts = aws(box, 'list-accounts')['Accounts']
    same([one['Name'] for one in accounts], NAMES, 'names')
    same(accounts[0]['Id'], '777788889999', 'id')
    same(accounts[0]['Email'], 'aws+777788889999@example.com', 'e-mail')
    need(accounts[0]['Arn'].startswith('arn:aws:organizations::777788889999:'
                                       'account/o-exampleorgid/'), accounts)
    same([call['action'] for call in box.aws.calls()][-1], 'ListAccounts',
         'the last call')


def case_aws_reads_page_after_page(box):
    box.aws.control('settings', page_size=2, empty_pages=True)
    same([one['Name'] for one in aws(box, 'list-accounts')['Accounts']],
         NAMES, 'names')
    same(box.aws.actions().count('ListAccounts'), 4, 'pages')


def case_aws_walks_the_units(box):
    roots = aws(box, 'list-roots')['Roots']
    same([(one['Id'], one['Name']) for one in roots], [('r-exam', 'Root')],
         'roots')
    units = aws(box, 'list-organizational-units-for-parent', '--parent-id',
                'r-exam')['OrganizationalUnits']
    same([one['Name'] for one in units], ['Prod', 'Test'], 'units')
    accounts = aws(box, 'list-accounts-for-parent', '--parent-id',
                   'ou-exam-live0001')['Accounts']
    same([one['Id'] for one in accounts], ['444455556666'], 'accounts')
    tags = aws(box, 'list-tags-for-resource', '--resource-id',
               '444455556666')['Tags']
    same(tags, [{'Key': 'team', 'Value': 'shop'},
                {'Key': 'tier', 'Value': '1'}], 'tags')
    described = aws(box, 'describe-organization')['Organization']
    same((described['Id'], described['MasterAccountId']),
         ('o-exampleorgid', '777788889999'), 'organization')


def raw(box, action, body=b'{}', **more):
    """A request made by hand; the reader's credentials sign it."""
    given = role(box, client(box), READER)['Credentials']
    headers = {'Content-Type': 'application/x-amz-json-1.1',
               'X-Amz-Target': 'AWSOrganizationsV20161128.' + action,
               'X-Amz-Security-Token': given['SessionToken']}
    return send(box, body=body, service='organizations', more=headers,
                credentials=(given['AccessKeyId'], given['SecretAccessKey']),
                **more)


def case_says_state_and_path(box):
    status, text = raw(box, 'ListAccounts')
    accounts = json.loads(text)['Accounts']
    same((status, accounts[5]['State']), (200, 'SUSPENDED'), 'state')
    same(accounts[4]['Paths'], ['o-exampleorgid/r-exam/ou-exam-prod0001/'
                                'ou-exam-live0001/444455556666/'], 'paths')
    need('Status' not in accounts[0], accounts[0])
    box.aws.control('settings', old_accounts=True)
    old = json.loads(raw(box, 'ListAccounts')[1])['Accounts']
    need('State' not in old[0] and 'Paths' not in old[0]
         and old[0]['Status'] == 'ACTIVE', old[0])


def case_refuses_who_may_not(box):
    """A member, and an account that is in no organization."""
    member = client(box, service='organizations', region='us-east-1')
    refused(member.list_accounts, 'AccessDeniedException', 400,
            "You don't have permissions")
    member.describe_organization()
    sts = client(box)
    other = client_of(box, role(box, sts, PARTNER, ExternalId='partner-42'),
                      'organizations')
    refused(other.describe_organization, 'AWSOrganizationsNotInUseException',
            400)
    need(CUSTODIAN != '666677778888', 'two accounts')


def case_refuses_what_makes_no_sense(box):
    ours = reader(box)
    refused(ours.list_accounts, 'InvalidInputException', 400, '',
            MaxResults=21)
    refused(ours.list_accounts, 'InvalidInputException', 400, '',
            NextToken='!')
    refused(ours.list_organizational_units_for_parent,
            'ParentNotFoundException', 400, '', ParentId='ou-exam-none0000')
    refused(ours.list_accounts_for_parent, 'InvalidInputException', 400, '',
            ParentId='exam')
    refused(ours.list_tags_for_resource, 'TargetNotFoundException', 400, '',
            ResourceId='000000000000')
    not_json_taken(raw(box, 'Nothing'), 400, 'UnknownOperationException')
    not_json_taken(raw(box, 'ListAccounts', b'[]'), 400,
                   'SerializationException')


def case_refuses_a_bad_signature_in_json(box):
    not_json_taken(raw(box, 'ListAccounts', unsigned=('X-Amz-Target',)), 400,
                   'InvalidSignatureException')
    not_json_taken(raw(box, 'ListAccounts', region='eu-west-1'), 400,
                   'InvalidSignatureException')

    def other(sent):
        sent['headers']['X-Amz-Target'] = (
            'AWSOrganizationsV20161128.ListRoots')
    not_json_taken(raw(box, 'ListAccounts', change=other), 400,
                   'InvalidSignatureException')


def case_throttles_on_demand(box):
    ours = reader(box)
    box.aws.fault('throttle', action='ListAccounts')
    refused(ours.list_accounts, 'TooManyRequestsException', 400)
    ours.list_accounts()


run_cases(globals(), program=False)
