#!/usr/bin/python3 -B
"""config import: text of AWS Extend Switch Roles becomes profiles."""

import json

from harness import (check, check_quiet, need, noticed, refused, run_cases,
                     same)

AESR = '''\
; a comment
[custodian]
aws_account_id = 111122223333
target_role_name = Reader   # of all targets
target_region = eu-west-1

[profile testing]
role_arn = arn:aws:iam::222233334444:role/ops/TestingAdmin
source_profile = custodian
color = 1f8f4e
image = "https://example.com/a.png?x=1"
unknown = is ignored

[staging]
aws_account_id = 333344445555
source_profile = custodian
region = us-east-1
'''
ADDED = '''\
[profile custodian]

[profile testing]
role_arn = arn:aws:iam::222233334444:role/ops/TestingAdmin
source_profile = custodian
region = eu-west-1
color = 1f8f4e
image = "https://example.com/a.png?x

[profile staging]
role_arn = arn:aws:iam::333344445555:role/Reader
source_profile = custodian
region = us-east-1
'''
OLD = '''\
# mine
[default]
region = ap-northeast-1\r
'''


def put(box, text, *flags, name='-'):
    return box.rolekey('config', 'import', *flags, name,
                       stdin=text if name == '-' else '')


def case_profiles_are_added(box):
    box.write_config('')
    done = check(put(box, AESR, '--yes'), changed=['home/.aws/config'])
    noticed(done, 'aesr-imported', number=3)
    same(box.read_config(), ADDED, 'the file')
    same(done.stdout.replace('+', ''), ADDED.replace('\n\n', '\n'), 'diff')
    done = check(put(box, AESR, '--yes'), changed=[])
    noticed(done, 'aesr-nothing-new')
    same(done.stdout, '', 'stdout')


def case_every_other_byte_stays(box):
    with open(box.config, 'w', encoding='utf-8', newline='') as file:
        file.write(OLD.replace('\n', '\r\n').replace('\r\r', '\r') + '# end')
    path = box.write('aesr.ini', AESR)
    check(put(box, '', '--yes', name=path))
    with open(box.config, encoding='utf-8', newline='') as file:
        text = file.read()
    need(text.startswith('# mine\r\n[default]\r\nregion = ap-northeast-1\r\n'
                         '# end\r\n\r\n[profile custodian]\r\n'), repr(text))
    need('\n' not in text.replace('\r\n', ''), repr(text))


def case_a_yes_is_needed(box):
    box.write_config(OLD)
    path = box.write('aesr.ini', AESR)
    done = check(box.rolekey('config', 'import', path), 4,
                 reason='no-terminal', context='confirmation')
    need('+[profile testing]' in done.stdout, str(done))
    same(box.read_config(), OLD.replace('\r', ''), 'the file')
    asked = r'Add 3 profiles to .*\? \(y/N\) '
    check(box.pty_run(['config', 'import', path], [(asked, 'n')]), 1)
    same(box.read_config(), OLD.replace('\r', ''), 'the file')
    check(box.pty_run(['config', 'import', path], [(asked, 'y')]))
    need('[profile testing]' in box.read_config(), 'nothing was added')


def case_nothing_is_overwritten(box):
    box.write_config('[profile testing]\nrole_arn = '
                     'arn:aws:iam::222233334444:role/Other\n'
                     'source_profile = custodian\n'
                     '[profile staging]\naws_account_id = 333344445555\n'
                     'role_name = Reader\nsource_profile = custodian\n'
                     '[profile custodian]\n')
    before = box.read_config()
    done = check(put(box, AESR, '--yes'), changed=[])
    noticed(done, 'aesr-conflict', profile='testing', key='role_arn',
            other='arn:aws:iam::222233334444:role/ops/TestingAdmin')
    need('staging' not in done.stderr, str(done))
    same(box.read_config(), before, 'the file')


def case_what_is_exported_is_imported_again(box):
    config = '''\
[profile custodian]
mfa_serial = arn:aws:iam::111122223333:mfa/alex

[profile testing]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
color = ffaaee
region = eu-west-1

[profile "prod & co"]
role_arn = arn:aws:iam::444455556666:role/ops/ProductionAdmin
source_profile = custodian
region = eu-west-1

[profile china]
role_arn = arn:aws-cn:iam::222233334444:role/Admin
source_profile = chinese
region = cn-north-1

[profile chinese]
mfa_serial = arn:aws-cn:iam::999900001111:mfa/kim
'''
    box.write_config(config)
    export = ['config', 'export', '--format', 'aesr']
    text = check_quiet(box.rolekey(*export)).stdout
    plans = [json.loads(check(box.rolekey('explain', '--json', name)).stdout)
             for name in ('testing', 'prod & co', 'china')]
    noticed(check(put(box, text)), 'aesr-nothing-new')
    box.write_config('')
    check(put(box, text, '--yes'))
    for plan in plans:
        again = json.loads(check(box.rolekey('explain', '--json',
                                             plan['profile'])).stdout)
        for key in ('profile', 'account', 'region'):
            same(again[key], plan[key], key)
        same((again['steps'][-1]['role_arn'], again['steps'][0]['profile']),
             (plan['steps'][-1]['role_arn'], plan['steps'][0]['profile']),
             'role and key')
    box.write_config(config)
    same(check_quiet(box.rolekey(*export, 'testing')).stdout.count('[testing]'),
         1, 'one profile')
    need('china' not in check_quiet(box.rolekey(*export, 'testing')).stdout,
         'profiles that were not asked for')
    refused(box.rolekey(*export, 'testing', 'nobody'), 3,
            reason='no-such-profile', profile='nobody')


def case_text_that_aesr_refuses(box):
    box.write_config(OLD)
    role = '[a]\nrole_arn = arn:aws:iam::222233334444:role/R\n'
    for text, reason, line in (
            ('[a]\nregion = x\n', 'aesr-no-account', 1),
            (role + 'color = #ffaaee\n', 'not-a-key', 3),
            (role + 'color\n', 'not-a-key', 3),
            (role + 'color = 1\ncolor = 2\n', 'aesr-key-twice', 4),
            ('color = 1\n' + role, 'key-outside-section', 1),
            (role + 'source_profile = b\n', 'aesr-no-base', 1),
            (role + 'role_name = R\n', 'aesr-two-roles', 1),
            ('[a]\nrole_arn = x\n', 'bad-value', 1),
            ('[default]\nregion = eu-west-1\n', 'aesr-no-account', 1)):
        refused(put(box, text, '--yes'), 3, reason=reason,
                path='/dev/stdin',
                line=line)
    alias = role + '[b]\naws_account_id = our-alias\nrole_name = R\n'
    done = check(put(box, alias, '--yes'))
    noticed(done, 'aesr-alias', profile='b', value='our-alias')
    need('[profile b]' not in box.read_config(), box.read_config())
    refused(box.rolekey('config', 'import'), 2, reason='no-file-given')
    refused(box.rolekey('config', 'import', 'a', 'b'), 2,
            reason='unexpected-argument', value='b')
    refused(box.rolekey('config', 'import', '/no/such'), 1,
            reason='system-call', path='/no/such')


if __name__ == '__main__':
    run_cases(globals())
