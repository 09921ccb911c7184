#!/usr/bin/python3 -B
"""org accounts and org sync with the accounts of IAM Identity Center."""

import json
import re
import subprocess

from harness import (AWS_CONFIG, BIN, check, check_quiet, need, noticed, refused,
                     run_cases, same)
from test_org import READER
from test_sso import CONFIG, browser, login

BEGIN = '# BEGIN rolekey sso corp\n'
END = '# END rolekey sso corp\n'
NAMES = {'222233334444': 'Testing', '333344445555': 'Shop & Co',
         '444455556666': 'Shop  Co'}
ROLES = ['333344445555:ReadOnly', '222233334444:Admin',
         '333344445555:Admin', '444455556666:Admin',
         '222233334444:Power.User']
ALL = ['shop-co-admin', 'shop-co-admin-444455556666', 'shop-co-readonly',
       'testing-admin', 'testing-power.user']
POWER = '''\
# Testing
[profile testing-power.user]
sso_session = corp
sso_account_id = 222233334444
sso_role_name = Power.User
region = eu-west-1
'''


def start(box, roles=tuple(ROLES), names=None):
    box.aws.control('sso', roles=list(roles), names=names or NAMES)
    login(box)
    box.aws.mark()


def accounts(box, *flags, **more):
    return check(box.rolekey('org', 'accounts', *flags, **more))


def sync(box, *flags, status=0, **more):
    return check(box.rolekey('org', 'sync', *flags, **more), status)


def block(box):
    text = box.read_config()
    need(text.count(BEGIN) == 1 and text.count(END) == 1, text)
    return text.split(BEGIN)[1].split(END)[0]


def profiles(box):
    return re.findall(r'^\[profile (.*)\]$', block(box), re.M)


def case_accounts(box):
    start(box)
    done = check_quiet(accounts(box, '--sso-session', 'corp', '--json'))
    same(json.loads(done.stdout), [
        {'id': '222233334444', 'name': 'Testing', 'state': '', 'ou': '',
         'email': 'aws+222233334444@example.com',
         'roles': ['Admin', 'Power.User']},
        {'id': '333344445555', 'name': 'Shop & Co', 'state': '', 'ou': '',
         'email': 'aws+333344445555@example.com',
         'roles': ['Admin', 'ReadOnly']},
        {'id': '444455556666', 'name': 'Shop  Co', 'state': '', 'ou': '',
         'email': 'aws+444455556666@example.com', 'roles': ['Admin']}],
         'accounts')
    same(done.calls, ['ListAccounts'] + ['ListAccountRoles'] * 3, 'calls')
    same(box.aws.calls()[0]['params'], {'max_result': '100'}, 'query')
    table = check_quiet(accounts(box, '--sso-session', 'corp')).stdout
    same(table.splitlines()[0].split(), ['ACCOUNT', 'NAME', 'ROLES', 'EMAIL'],
         'head')
    need(re.search(r'^333344445555  Shop & Co  Admin ReadOnly    aws\+', table,
                   re.M), table)
    done = accounts(box, '--sso-session', 'corp', '--json', '--where',
                    "name=shop* id=3* email='*'")
    same([one['id'] for one in json.loads(done.stdout)], ['333344445555'],
         'filter')
    same(done.calls.count('ListAccountRoles'), 1, 'only of accounts that match')


def case_pages(box):
    start(box)
    flags = ['--sso-session', 'corp', '--json']
    whole = accounts(box, *flags)
    box.aws.control('settings', page_size=1)
    done = accounts(box, *flags)
    same(done.stdout, whole.stdout, 'one a page')
    same((done.calls.count('ListAccounts'),
          done.calls.count('ListAccountRoles')), (3, 5), 'pages')


def case_many_accounts(box):
    numbers = ['%012d' % (100000000000 + i) for i in range(250)]
    start(box, [number + ':Admin' for number in reversed(numbers)],
          {number: 'Account ' + number for number in numbers})
    done = sync(box, '--sso-session', 'corp', '--role', 'Admin', '--yes')
    noticed(done, 'block-written', value='250 new, 0 changed, 0 removed')
    same(done.calls.count('ListAccounts'), 3, 'pages')
    same(profiles(box), ['account-' + number for number in numbers], 'names')


def case_throttling_is_waited_out(box):
    start(box)
    for action in ('ListAccounts', 'ListAccountRoles'):
        box.aws.fault('throttle', action=action, count=3)
        done = accounts(box, '--sso-session', 'corp', '--json')
        same(len(json.loads(done.stdout)), 3, 'accounts')
        same((done.calls.count('ListAccounts'),
              done.calls.count('ListAccountRoles')),
             (4, 3) if action == 'ListAccounts' else (1, 6), 'calls')


def case_the_block(box):
    start(box)
    before = box.read_config()
    done = sync(box, '--sso-session', 'corp', '--region', 'eu-west-1', '--yes')
    noticed(done, 'block-written', value='5 new, 0 changed, 0 removed')
    text = box.read_config()
    need(text.startswith(before) and text.endswith(END), text)
    same(profiles(box), ALL, 'names')
    need(block(box).startswith('# rolekey org sync --sso-session corp '
                               '--region eu-west-1\n'), text)
    need(POWER in block(box), text)
    need('+' + POWER.replace('\n', '\n+').rstrip('+') in done.stdout,
         done.stdout)
    done = sync(box, '--yes')
    noticed(done, 'block-not-changed')
    same((done.stdout, done.changed), ('', []), 'a second time')
    check(box.rolekey('config', 'check'))
    same(len(json.loads(check_quiet(accounts(box, '--json')).stdout)), 3,
         'accounts, by the remembered --sso-session')
    rows = json.loads(check(box.rolekey('list', '--json')).stdout)['profiles']
    same({row['profile']: row['description'] for row in rows}[
        'testing-power.user'], 'Testing', 'description')
    done = check(box.rolekey('exec', 'testing-power.user', '--', 'echo',
                             'fine'), stdout='fine')
    same(done.calls, ['GetRoleCredentials'], 'calls')


def case_roles_are_selected(box):
    start(box)
    sync(box, '--sso-session', 'corp', '--role', 'Admin', '--color', 'ff0000',
         '--yes')
    same(profiles(box), ['shop-co', 'shop-co-444455556666', 'testing'],
         'one role')
    need('color = ff0000\n' in block(box), block(box))
    done = sync(box, '--role', 'Admin', '--role', 'Power.User', '--yes')
    noticed(done, 'block-written', value='1 new, 3 changed, 0 removed')
    same(profiles(box), ['shop-co-admin', 'shop-co-admin-444455556666',
                         'testing-admin', 'testing-power.user'], 'two roles')
    sync(box, '--name', 'x-{role}.{id}', '--where', 'id=2*', '--prune',
         '--yes')
    same(profiles(box), ['x-admin.222233334444', 'x-power.user.222233334444'],
         'template and filter')
    same(sync(box, '--check').changed, [], 'remembered')


def case_a_role_that_no_account_has(box):
    start(box)
    done = sync(box, '--sso-session', 'corp', '--role', 'Admin', '--role',
                'ReadOnyl', '--dry-run')
    noticed(done, 'role-in-no-account', value='ReadOnyl', other='corp')
    need('Admin: corp' not in done.stderr, done)
    done = sync(box, '--sso-session', 'corp', '--role', 'ReadOnly', '--where',
                'id=2*', '--yes')
    noticed(done, 'role-in-no-account', value='ReadOnly', other='corp')


def case_check_and_prune(box):
    start(box)
    done = sync(box, '--sso-session', 'corp', '--check', status=1)
    same(done.changed, [], 'files')
    same(sync(box, '--sso-session', 'corp', '--dry-run').changed, [], 'files')
    sync(box, '--sso-session', 'corp', '--yes')
    same(sync(box, '--check').changed, [], 'files')
    box.aws.control('sso', roles=[role for role in ROLES
                                  if role != '222233334444:Power.User'])
    done = sync(box, '--check')
    noticed(done, 'account-gone', profile='testing-power.user',
            value='222233334444')
    done = check(box.rolekey('org', 'sync', '--check', '--prune'), 1,
                 reason='block-would-change',
                 value='0 new, 0 changed, 1 removed')
    same(done.changed, [], 'files')
    need('-sso_role_name = Power.User\n' in done.stdout, done.stdout)
    sync(box, '--prune', '--yes')
    same(profiles(box), ALL[:-1], 'names')


def case_names_never_flap(box):
    start(box)
    sync(box, '--sso-session', 'corp', '--yes')
    names = {'222233334444': 'Shop-Co', '333344445555': 'Renamed',
             '444455556666': 'Shop  Co'}
    box.aws.control('sso', names=names)
    done = sync(box, '--yes')
    noticed(done, 'block-written', value='0 new, 4 changed, 0 removed')
    same(profiles(box), ALL, 'names')
    box.write_config(CONFIG + '[profile testing-admin]\nregion = x\n')
    done = sync(box, '--sso-session', 'corp', '--name',
                'testing-{role}', '--where', 'id=2*', '--yes')
    noticed(done, 'name-taken', profile='testing-admin', value='222233334444')
    same(profiles(box), ['testing-power.user'], 'a name outside wins')


def case_a_401_signs_in_once(box):
    start(box)
    flags = ['org', 'sync', '--sso-session', 'corp', '--yes']
    box.aws.control('sso', tokens={})
    done = check(box.rolekey(*flags))  # it is refreshed
    noticed(done, 'sso-token-refused', other='corp')
    same(done.calls[:4], ['ListAccounts', 'CreateToken', 'ListAccounts',
                          'ListAccountRoles'], 'calls')
    box.aws.control('sso', tokens={}, refresh_tokens=[])
    done = check(box.rolekey(*flags), 4, reason='sso-login-needed',
                 other='corp')
    same(done.calls, ['ListAccounts', 'CreateToken'], 'nobody can be asked')
    box.env['ROLEKEY_BROWSER'] = browser(box)
    box.env['DISPLAY'] = ':9'
    box.aws.mark()
    check(box.pty_run(flags, []))
    same([call for call in box.actions() if call != 'RegisterClient'],
         ['ListAccounts', 'CreateToken', 'Authorize', 'CreateToken',
          'ListAccounts'] + ['ListAccountRoles'] * 3, 'the user signs in')
    box.aws.fault('error', action='ListAccountRoles', count=9, status=401,
                  body={'__type': 'UnauthorizedException', 'message': 'No'})
    done = check(box.rolekey(*flags), 5, reason='aws-refused',
                 aws_code='UnauthorizedException')
    same(done.calls, ['ListAccounts', 'ListAccountRoles', 'CreateToken',
                      'ListAccountRoles'], 'once')


def case_it_asks(box):
    start(box)
    words = ['org', 'sync', '--sso-session', 'corp']
    question = r'Change .*/config \(5 new, 0 changed, 0 removed\)\? \(y/N\) '
    done = check(box.pty_run(words, [(question, 'n')]))
    same(done.changed, [], 'files')
    done = check(box.pty_run(words, [(question, 'yes')]))
    same(done.changed, [AWS_CONFIG], 'files')


def case_usage(box):
    start(box)
    for command in ('sync', 'accounts'):
        refused(box.rolekey('org', command, '--via', 'admin', '--sso-session',
                            'corp'), 2, reason='exclusive-options',
                other='--via and --sso-session')
        check(box.rolekey('org', command, '--sso-session', 'nobody'), 3,
              reason='no-such-section', value='nobody')
        for where in ('ou=x', 'tag:a=b', 'state=ACTIVE'):
            check(box.rolekey('org', command, '--sso-session', 'corp',
                              '--where', where), 2, reason='bad-option-value',
                  value=where)
    for flags, reason in ((['--source', 'admin'], 'exclusive-options'),
                          (['--color', 'Prod=ff0000'], 'bad-option-value'),
                          (['--name', '{ou}-{account}'], 'bad-option-value'),
                          (['--name', '{x}'], 'bad-option-value'),
                          (['--role', 'a b'], 'bad-role-name')):
        done = check(box.rolekey('org', 'sync', '--sso-session', 'corp',
                                 '--yes', *flags), 2, reason=reason)
        same(done.changed, [], 'files')


def case_two_blocks(box):
    start(box)
    text = CONFIG + '[sso-session other]\n' + CONFIG.split('\n', 1)[1].split(
        '[profile', 1)[0]
    box.write_config(text)
    sync(box, '--sso-session', 'corp', '--yes')
    check(box.rolekey('sso', 'login', 'other', '--device-code'))
    sync(box, '--sso-session', 'other', '--name', 'o/{account}-{role}',
         '--yes')
    same(box.read_config().count('# BEGIN rolekey sso '), 2, 'blocks')
    refused(box.rolekey('org', 'sync'), 2, reason='several-blocks')
    refused(box.rolekey('org', 'accounts'), 2, reason='several-blocks')
    noticed(sync(box, '--sso-session', 'other', '--yes'), 'block-not-changed')
    need('o/testing-admin' in box.read_config(), box.read_config())


def case_two_blocks_at_once(box):
    """Each waits for the other: no block is lost."""
    start(box)
    box.write_config(CONFIG + READER + '[profile custodian]\n')
    box.add_quietly()
    check(box.rolekey('export', 'management', '-t', box.code()))
    calls = (['--via', 'management', '--role', 'Admin'],
             ['--sso-session', 'corp', '--name', 's/{account}-{role}'])
    for flags in calls:
        sync(box, *flags, '--yes')
    both = block(box), box.read_config().count('[profile ')
    box.write_config(CONFIG + READER + '[profile custodian]\n')
    running = [subprocess.Popen([BIN, 'org', 'sync', *flags, '--yes'],
                                env=box.env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, text=True,
                                stderr=subprocess.PIPE) for flags in calls]
    for one in running:
        _, err = one.communicate(timeout=60)
        same(one.returncode, 0, err)
    same((block(box), box.read_config().count('[profile ')), both, 'blocks')


def case_odd_answers(box):
    start(box)
    for roles in (['222233334444:a]\n[x'], ['22223333444:Admin'],
                  ['222233334444:' + 'a' * 65], ['222233334444:']):
        box.aws.control('sso', roles=roles)
        done = check(box.rolekey('org', 'sync', '--sso-session', 'corp',
                                 '--yes'), 7, reason='bad-answer')
        same(done.changed, [], 'files')
    box.aws.control('sso', roles=['222233334444:Admin'] * 3, names={
        '222233334444': 'A\n[profile evil]\x1b[1m'})
    sync(box, '--sso-session', 'corp', '--yes')
    need('\x1b' not in block(box), block(box))
    same(len(profiles(box)), 1, 'profiles')
    box.aws.control('sso', roles=[])
    done = check_quiet(accounts(box, '--json'))
    same(done.stdout, '[]\n', 'no accounts')


def case_botocore_reads_it(box):
    start(box)
    sync(box, '--sso-session', 'corp', '--region', 'eu-west-1', '--yes')
    script = ('import botocore.session, json; s = botocore.session.Session();'
              'print(json.dumps(s.full_config["profiles"]));'
              'print(json.dumps(botocore.session.Session('
              'profile="testing-power.user").get_scoped_config()))')
    done = check(box.run('/usr/bin/python3', '-c', script))
    everything, one = map(json.loads, done.stdout.splitlines())
    same(sorted(everything), sorted(ALL + ['admin', 'other', 'top']),
         'profiles')
    same(one, {'sso_session': 'corp', 'sso_account_id': '222233334444',
               'sso_role_name': 'Power.User', 'region': 'eu-west-1'},
         'botocore')


if __name__ == '__main__':
    run_cases(globals())
