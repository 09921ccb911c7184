#!/usr/bin/python3 -B
"""org accounts and org sync: an organization's accounts become profiles."""

import copy
import json
import os
import re
import subprocess

from config_maker import Maker
from harness import (AWS_CONFIG, BIN, SERIAL, StandIn, check, check_quiet,
                     need, noticed, refused, run_cases, same)
from test_config_export import parser
from world import DEFAULT, MANAGEMENT

EACH = 8 << 10  # bytes of memory for each account
PEAK = '''
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
'''
READER = '''
[profile management]
role_arn = arn:aws:iam::%s:role/OrganizationReader
source_profile = custodian
''' % MANAGEMENT
BASE = ('[default]\nregion = ap-northeast-1\n\n'
        '[profile custodian]\nmfa_serial = %s\n' % SERIAL) + READER
BEGIN = '# BEGIN rolekey org o-exampleorgid\n'
END = '# END rolekey org o-exampleorgid\n'
TESTING = '''\
# Testing, Test
[profile testing]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
'''
ACCOUNTS = [
    ('111122223333', 'Custodian', 'ACTIVE', ''),
    ('222233334444', 'Testing', 'ACTIVE', 'Test'),
    ('333344445555', 'Staging', 'ACTIVE', 'Test'),
    ('444455556666', 'Production: shop & co', 'ACTIVE', 'Prod/Live'),
    ('555566667777', 'Old tools', 'SUSPENDED', 'Prod'),
    (MANAGEMENT, 'Management', 'ACTIVE', ''),
]


def start(box, config=BASE, world=None):
    """The key is stored, and the organization's reader has a session."""
    if world:
        box.aws.stop()
        os.remove(os.path.join(box.top, 'aws.port'))
        box.aws = StandIn(box.top, world)
        box.env['AWS_ENDPOINT_URL'] = box.aws.url
    box.write_config(config)
    box.add_quietly()
    check(box.rolekey('export', 'management', '-t', box.code()))


def sync(box, *flags, status=0, **more):
    return check(box.rolekey('org', 'sync', *flags, **more), status)


def block(box):
    text = box.read_config()
    need(text.count(BEGIN) == 1 and text.count(END) == 1, text)
    return text.split(BEGIN)[1].split(END)[0]


def names(box):
    return re.findall(r'^\[profile (.*)\]$', block(box), re.M)


def profiles(box):
    return json.loads(check(box.rolekey('config', 'dump')).stdout)['profiles']


def world_of(accounts, units=(), **settings):
    world = copy.deepcopy(DEFAULT)
    world['organization']['accounts'] = [
        {'id': MANAGEMENT, 'name': 'Management', 'parent': 'r-exam',
         'email': 'm@example.com'}] + list(accounts)
    world['organization']['units'] = list(units)
    world['settings'] = settings
    return world


def account(number, name, parent='r-exam', **more):
    return dict({'id': '%012d' % number, 'name': name, 'parent': parent,
                 'email': 'aws+%d@example.com' % number}, **more)


# -- org accounts -----------------------------------------------------------------


def case_accounts(box):
    start(box)
    done = check_quiet(box.rolekey('org', 'accounts', '--via', 'management',
                                   '--json'))
    same([(one['id'], one['name'], one['state'], one['ou'])
          for one in json.loads(done.stdout)], ACCOUNTS, 'accounts')
    same(sorted(json.loads(done.stdout)[0]),
         ['email', 'id', 'name', 'ou', 'state'], 'members')
    box.aws.control('settings', empty_pages=True, page_size=2,
                    old_accounts=True)
    again = check_quiet(box.rolekey('org', 'accounts', '--via', 'management',
                                    '--json'))
    same(again.stdout, done.stdout, 'without paths, on many pages')
    done = check_quiet(box.rolekey('org', 'accounts', '--via', 'management'))
    need(re.search(r'^444455556666  ACTIVE     Production: shop & co  '
                   r'Prod/Live  aws\+', done.stdout, re.M), done.stdout)


def case_filters(box):
    start(box)
    for where, expected in (
            ("ou=Prod/*", ['444455556666', '555566667777']),
            ("ou=Prod", ['555566667777']),
            ("state=ACTIVE ou=prod/*", ['444455556666']),
            ("tag:team=web", ['222233334444']),
            ("tag:tier=* tag:team=sh*", ['444455556666']),
            ("name='Production: *'", ['444455556666']),
            ("name=Old\\ tools", ['555566667777']),
            ("id=2* email=aws+*", ['222233334444']),
            ("ou=''", ['111122223333', MANAGEMENT])):
        done = check(box.rolekey('org', 'accounts', '--via', 'management',
                                 '--json', '--where', where))
        same([one['id'] for one in json.loads(done.stdout)], expected, where)
        same('ListTagsForResource' in done.calls, 'tag' in where, 'tags')
    for where in ('prod', 'color=x', 'tag:=x', "name='x", '=x', 'tag:x'):
        refused(box.rolekey('org', 'accounts', '--via', 'management',
                            '--where', where), 2, reason='bad-option-value',
                value=where)


def case_who_may_not(box):
    start(box)
    done = check(box.rolekey('org', 'accounts', '--via', 'custodian'), 5,
                 reason='aws-refused', aws_code='AccessDeniedException')
    need('--via' in done.stderr, str(done))
    box.write_config(BASE + '[profile partner]\nsource_profile = custodian\n'
                     'role_arn = arn:aws:iam::666677778888:role/Partner\n'
                     'external_id = partner-42\n')
    check(box.rolekey('org', 'sync', '--via', 'partner'), 5,
          reason='aws-refused', aws_code='AWSOrganizationsNotInUseException')
    refused(box.rolekey('org', 'accounts'), 2, reason='no-via')
    refused(box.rolekey('org', 'sync'), 2, reason='no-via')
    refused(box.rolekey('org', 'accounts', '--via', 'nobody'), 3,
            reason='no-such-profile')


def case_throttling_is_waited_out(box):
    start(box)
    box.aws.fault('throttle', action='ListAccounts', count=3)
    done = check(box.rolekey('org', 'accounts', '--via', 'management',
                             '--json'))
    same(len(json.loads(done.stdout)), 6, 'accounts')
    same(done.calls.count('ListAccounts'), 4, 'calls')


# -- org sync ---------------------------------------------------------------------


def case_the_block(box):
    start(box)
    before = box.read_config()
    done = sync(box, '--via', 'management', '--role', 'TestingAdmin', '--yes')
    noticed(done, 'block-written', value='3 new, 0 changed, 0 removed')
    text = box.read_config()
    need(text.startswith(before + '\n' + BEGIN), text)
    need(text.endswith(END), text)
    need(TESTING in block(box), text)
    need('+' + TESTING.replace('\n', '\n+').rstrip('+') in done.stdout,
         done.stdout)
    same(profiles(box)['production-shop-co']['role_arn'],
         'arn:aws:iam::444455556666:role/TestingAdmin', 'role')
    done = sync(box, '--yes')
    noticed(done, 'block-not-changed')
    same((done.stdout, done.changed), ('', []), 'a second time')
    same(done.calls[0], 'DescribeOrganization', 'calls')
    check(box.rolekey('config', 'check'))
    done = check_quiet(box.rolekey('org', 'accounts', '--json'))
    same(len(json.loads(done.stdout)), 6, 'accounts, by the remembered --via')


def case_names_outside_win(box):
    start(box)
    done = sync(box, '--via', 'management', '--role', 'X', '--yes')
    noticed(done, 'name-taken', profile='custodian', value='111122223333')
    noticed(done, 'name-taken', profile='management', value=MANAGEMENT)
    same(names(box), ['production-shop-co', 'staging', 'testing'], 'names')
    box.write_credentials('[staging]\nregion = eu-west-1\n')
    done = sync(box, '--yes')
    noticed(done, 'name-taken', profile='staging')
    same(names(box), ['production-shop-co', 'testing'], 'names')


def case_templates_and_roles(box):
    start(box)
    sync(box, '--via', 'management', '--role', 'Admin', '--role',
         'ops/ReadOnly', '--name', '{ou}-{account}-{role}', '--region',
         'eu-west-1', '--color', 'Prod/*=ff0000', '--color', '00ff00',
         '--yes')
    same(names(box), ['custodian-admin', 'custodian-readonly',
                      'management-admin', 'management-readonly',
                      'prod/live-production-shop-co-admin',
                      'prod/live-production-shop-co-readonly',
                      'test-staging-admin', 'test-staging-readonly',
                      'test-testing-admin', 'test-testing-readonly'], 'names')
    same(profiles(box)['prod/live-production-shop-co-readonly'],
         {'role_arn': 'arn:aws:iam::444455556666:role/ops/ReadOnly',
          'source_profile': 'custodian', 'region': 'eu-west-1',
          'color': 'ff0000'}, 'profile')
    same(profiles(box)['test-testing-admin']['color'], '00ff00', 'color')
    done = sync(box, '--yes')
    noticed(done, 'block-not-changed')
    done = sync(box, '--name', '{account}.{role}', '--yes')
    noticed(done, 'block-written', value='0 new, 10 changed, 0 removed')
    need('testing.admin' in names(box), names(box))
    for flags, reason in ((['--role', 'a b'], 'bad-role-name'),
                          (['--color', 'red'], 'bad-color'),
                          (['--color', 'x\n=ff0000'], 'bad-color'),
                          (['--name', '{x}'], 'bad-option-value'),
                          (['--region', 'x]'], 'bad-option-value'),
                          (['--where', 'x'], 'bad-option-value')):
        done = check(box.rolekey('org', 'sync', '--yes', *flags), 2,
                     reason=reason)
        same(done.changed, [], 'files')
    check(box.rolekey('org', 'sync', '--yes', '--source', 'nobody'), 3,
          reason='no-such-profile')


def case_the_created_role_is_the_default(box):
    start(box)
    sync(box, '--via', 'management', '--name', 'x-{account}', '--yes')
    same(names(box), ['x-custodian', 'x-production-shop-co', 'x-staging',
                      'x-testing'], 'names')  # not in the management account
    need('role/OrganizationAccountAccessRole' in block(box), block(box))


def case_collisions_never_flap(box):
    world = world_of([account(30, 'Shop'), account(20, 'SHOP '),
                      account(40, 'shop'), account(50, 'Default')])
    start(box, world=world)
    sync(box, '--via', 'management', '--role', 'A', '--yes')
    expected = ['default-000000000050', 'shop', 'shop-000000000030',
                'shop-000000000040']
    same(names(box), expected, 'names')
    same(profiles(box)['shop']['role_arn'],
         'arn:aws:iam::000000000020:role/A', 'the lowest id')
    # a newcomer with a lower id, a renamed account, and one that is gone
    world = world_of([account(30, 'Shop'), account(20, 'Store'),
                      account(10, 'Shop'), account(50, 'Default')])
    start(box, box.read_config(), world)
    done = sync(box, '--yes')
    noticed(done, 'account-gone', profile='shop-000000000040')
    same(names(box), sorted(expected + ['shop-000000000010']), 'names')
    same(profiles(box)['shop']['role_arn'],
         'arn:aws:iam::000000000020:role/A', 'it stays with its account')
    need('# Store\n[profile shop]\n' in block(box), block(box))
    done = sync(box, '--prune', '--yes')
    noticed(done, 'block-written', value='0 new, 0 changed, 1 removed')
    need('-[profile shop-000000000040]\n' in done.stdout, done.stdout)
    same(names(box), ['default-000000000050', 'shop', 'shop-000000000010',
                      'shop-000000000030'], 'names')


def case_dry_run_and_check(box):
    start(box)
    flags = ['--via', 'management', '--role', 'A']
    done = sync(box, *flags, '--dry-run')
    need('+[profile testing]\n' in done.stdout, done.stdout)
    same(done.changed, [], 'files')
    done = check(box.rolekey('org', 'sync', *flags, '--check'), 1,
                 reason='block-would-change',
                 value='3 new, 0 changed, 0 removed')
    same(done.changed, [], 'files')
    sync(box, *flags, '--yes')
    same(sync(box, '--check').changed, [], 'files')


def case_it_asks(box):
    start(box)
    words = ['org', 'sync', '--via', 'management', '--role', 'A']
    done = check(box.rolekey(*words), 4, reason='no-terminal',
                 context='confirmation')
    same(done.changed, [], 'files')
    question = r'Change .*/config \(3 new, 0 changed, 0 removed\)\? \(y/N\) '
    done = check(box.pty_run(words, [(question, 'n')]))
    same(done.changed, [], 'files')
    noticed(done, 'block-declined')
    done = check(box.pty_run(words, [(question, 'yes')]))
    same(done.changed, [AWS_CONFIG], 'files')
    need('+[profile testing]' in done.stdout, done.stdout)


def case_every_byte_outside_stays(box):
    """Random files of both dialects, with LF and CRLF, around the block."""
    start(box)
    done = 0
    for seed in range(40):
        maker = Maker(seed)
        if maker.bad or not maker.texts[0]:
            continue
        text = maker.texts[0].decode()
        end = '\r\n' if seed % 2 else '\n'
        if end == '\r\n':
            text = text.replace('\r\n', '\n').replace('\n', '\r\n')
        head = (BASE.replace('\n', end) + text).encode()
        tail = ('[profile last-%d]%sregion = eu-west-1' % (seed, end)).encode()
        box.write_config(head)
        flags = ['--via', 'management', '--role', 'A', '--yes']
        sync(box, *flags)
        with open(box.config, 'rb') as file:
            first = file.read()
        need(first.startswith(head), seed)
        inside = first[len(head):]
        same(inside.count(b'\n'), inside.count(b'\r\n') if end == '\r\n'
             else inside.count(b'\n'), 'line ends')
        with open(box.config, 'ab') as file:
            file.write(tail)
        sync(box, '--color', 'ff%04x' % seed, '--yes')
        with open(box.config, 'rb') as file:
            second = file.read()
        mark = (BEGIN.replace('\n', end)).encode()
        close = (END.replace('\n', end)).encode()
        same(second.split(mark)[0], first.split(mark)[0], 'before the block')
        same(second.split(close)[1], tail, 'after the block')
        need(b'color = ff%04x' % seed in second, seed)
        done += 1
    need(done > 20, done)


def case_a_damaged_block_is_not_touched(box):
    start(box)
    for text in (BEGIN, END, BEGIN + BEGIN + END, BEGIN + END.replace(
            'exampleorgid', 'other'), BEGIN + END + BEGIN + END):
        box.write_config(BASE + text)
        done = check(box.rolekey('org', 'sync', '--via', 'management',
                                 '--yes'), 3, reason='damaged-block')
        same(done.changed, [], 'files')


def case_two_at_once(box):
    start(box)
    flags = ['--via', 'management', '--role', 'A', '--yes']
    both = [subprocess.Popen([BIN, 'org', 'sync', *flags], env=box.env,
                             stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)]
    for one in both:
        _, err = one.communicate(timeout=60)
        same(one.returncode, 0, err)
    same(names(box), ['production-shop-co', 'staging', 'testing'], 'names')


def case_two_at_once_while_one_asks(box):
    """Who is asked decides on what was shown: nothing else is written."""
    start(box)
    flags = ['--via', 'management', '--role', 'A']
    terminal = box.pty('org', 'sync', *flags)
    terminal.expect('Change .*3 new, 0 changed, 0 removed')
    sync(box, '--via', 'management', '--role', 'B', '--yes')
    written = box.read_config()
    terminal.answer('y')
    check(terminal.finish(), 3, reason='file-changed')
    same(box.read_config(), written, 'what the other wrote')


def case_real_peers_read_it(box):
    start(box)
    sync(box, '--via', 'management', '--role', 'TestingAdmin', '--role',
         'ops/X', '--color', 'Prod/*=ff0000', '--yes')
    expected = sorted(names(box) + ['default', 'custodian', 'management'])
    done = check(box.run('/usr/bin/aws', 'configure', 'list-profiles'))
    same(sorted(done.stdout.split()), expected, 'aws')
    script = ('import botocore.session, json; s = botocore.session.Session();'
              'print(json.dumps(s.full_config["profiles"]))')
    done = check(box.run('/usr/bin/python3', '-c', script))
    read = json.loads(done.stdout)
    same(sorted(read), expected, 'botocore')
    same(read['testing-x'],
         {'role_arn': 'arn:aws:iam::222233334444:role/ops/X',
          'source_profile': 'custodian'}, 'botocore')
    done = check(box.rolekey('exec', 'testing-testingadmin', '--', 'echo',
                             'fine'), stdout='fine')
    same(done.calls, ['AssumeRole'], 'calls')


def case_the_extension_reads_it(box):
    program = parser()
    start(box)
    sync(box, '--via', 'management', '--role', 'ops/X', '--color',
         'Prod/*=ff0000', '--yes')
    text = ('[custodian]\naws_account_id = 111122223333\n' + BEGIN +
            block(box) + END)
    done = subprocess.run([program], input=text, check=False, timeout=60,
                          capture_output=True, text=True)
    same((done.returncode, done.stderr), (0, ''), 'parser')
    targets = {one['name']: one for one in json.loads(done.stdout)[
        'complexes'][0]['targets']}
    same(sorted(targets), names(box), 'targets')
    same((targets['production-shop-co']['aws_account_id'],
          targets['production-shop-co']['role_name'],
          targets['production-shop-co']['color']),
         ('444455556666', 'ops/X', 'ff0000'), 'target')


def case_list_searches(box):
    start(box)
    sync(box, '--via', 'management', '--role', 'A', '--role', 'ops/ReadOnly',
         '--region', 'eu-west-1', '--yes')

    def found(*words):
        return check_quiet(box.rolekey('list', '--profiles', *words)
                           ).stdout.split()

    same(found('shop & co', 'readonly'), ['production-shop-co-readonly'],
         'description and role')
    same(found('LIVE', 'ops/'), ['production-shop-co-readonly'], 'unit')
    same(found('44445555', 'g-a'), ['staging-a'], 'account and name')
    same(found('nothing'), [], 'nothing')
    done = check_quiet(box.rolekey('list', 'staging-a'))
    same([line.split()[0] for line in done.stdout.splitlines()],
         ['PROFILE', 'staging-a'], 'table')
    done = check_quiet(box.rolekey('list', '--json', 'staging'))
    rows = json.loads(done.stdout)['profiles']
    same([(row['profile'], row['description'], row['ou']) for row in rows],
         [('staging-a', 'Staging', 'Test'),
          ('staging-readonly', 'Staging', 'Test')], 'json')
    rows = json.loads(check(box.rolekey('list', '--json')).stdout)['profiles']
    same({row['profile']: row['ou'] for row in rows}['custodian'], None,
         'of no block')
    same({row['profile']: row['ou'] for row in rows}['custodian-a'], '',
         'at the root')
    refused(box.rolekey('list', '--sessions', 'x'), 2,
            reason='exclusive-options')


def case_across_selects_by_unit(box):
    start(box)
    sync(box, '--via', 'management', '--role', 'TestingAdmin', '--role',
         'ops/X', '--yes')

    def selected(*words):
        done = check_quiet(box.rolekey('across', '--dry-run', *words))
        return [line.split()[0] for line in done.stdout.splitlines()]

    same(selected('--org-where', 'ou=Test', 'testingadmin'),
         ['staging-testingadmin', 'testing-testingadmin'], 'unit and role')
    same(selected('--org-where', 'ou=prod/*'),
         ['production-shop-co-testingadmin', 'production-shop-co-x'], 'unit')
    same(selected('Live', 'co-x'), ['production-shop-co-x'], 'words')
    same(selected('--org-where', 'id=2222*', 'testing-x'), ['testing-x'],
         'a name and a filter')
    for where in ('tag:team=web', 'state=ACTIVE', 'email=x', 'x'):
        refused(box.rolekey('across', '--dry-run', '--org-where', where), 2,
                reason='bad-option-value', value=where)
    done = check(box.rolekey('across', '--org-where', 'ou=Test',
                             'testing-testingadmin', '--', 'echo', 'fine'))
    same(done.stdout, 'testing-testingadmin: fine\n', 'stdout')


def case_5000_accounts(box):
    units = [{'id': 'ou-exam-%08d' % i, 'name': 'Unit %d' % i,
              'parent': 'r-exam'} for i in range(20)]
    accounts = [account(100000000000 + i, 'Account %d' % (i // 2),
                        units[i % 20]['id']) for i in range(5000)]
    start(box, world=world_of(accounts, units))
    done = sync(box, '--via', 'management', '--role', 'A', '--yes',
                timeout=300)
    noticed(done, 'block-written', value='5000 new, 0 changed, 0 removed')
    same(done.calls.count('ListAccounts'), 251, 'pages')
    print('    %.1f s for %d calls' % (done.seconds, len(done.calls)))
    need(len(set(names(box))) == 5000, 'names')
    done = sync(box, '--check', timeout=300)
    print('    %.1f s the second time' % done.seconds)
    many = peak(box)
    box.write_config(BASE)
    sync(box, '--via', 'management', '--role', 'A', '--yes', '--where',
         'id=100000000*', timeout=300)
    need(len(names(box)) == 1000, 'names')
    few = peak(box)
    each = (many - few) * 1024 / 4000
    print('    %d MiB, %.1f KiB an account' % (many >> 10, each / 1024))
    need(each < EACH, '%d KiB for 5,000, %d for 1,000' % (many, few))


def peak(box):
    """The most memory that org sync had, in KiB."""
    done = box.run('/usr/bin/python3', '-c', PEAK, BIN, 'org', 'sync',
                   '--check', timeout=300, env={
                       'ASAN_OPTIONS': 'detect_leaks=0:quarantine_size_mb=1'})
    return int(check(done).stdout.splitlines()[-1])


if __name__ == '__main__':
    run_cases(globals())
