#!/usr/bin/python3 -B
"""rolekey-aws-vault(7): its statements about rolekey are true."""

import json
import os
import re

from harness import (KEY_ID, ROOT, SECRET, SERIAL, check, check_quiet, need,
                     refused, run_cases, same)
from peers import read_env

PAGE = os.path.join(ROOT, 'man', 'rolekey-aws-vault.7')
TESTING = 'arn:aws:iam::222233334444:role/TestingAdmin'


def table(name):
    """[(term of aws-vault, its paragraph)] of a marked list."""
    with open(PAGE, encoding='utf-8') as file:
        text = file.read()
    marked = re.search(r'^\.\\" %s\n(.*?)^\.El$' % name, text, re.M | re.S)
    parts = re.split(r'^\.It (.*)$', marked.group(1), flags=re.M)
    return [(word, said) for words, said in zip(parts[1::2], parts[2::2])
            for word in words.split(' , ')]


def explained(box, *argv, **more):
    return json.loads(check(box.rolekey('explain', '--json', *argv,
                                        **more)).stdout)


def case_a_command_without_a_counterpart_on_the_page_is_unknown(box):
    rows = table('commands')
    need({'add', 'exec', 'export', 'login', 'rotate', 'clear'} <=
         {word for word, _ in rows}, str(rows))
    for word, said in rows:
        named = re.search(r'^\.Nm rolekey Cm ([a-z-]+)', said, re.M)
        if named:
            check_quiet(box.rolekey(named.group(1), '--help'))
            for option in re.findall(r'^\.Fl (-?[a-z-]+)', said, re.M):
                need(re.search(r'(^|[ ,])-%s\b' % option, box.rolekey(
                    named.group(1), '--help').stdout, re.M),
                     '%s has no -%s' % (named.group(1), option))
        elif ' --' in word:
            command, option = word.split(' ')
            check(box.rolekey(command, option, 'testing', '--', 'true'),
                  125, reason='no-such-option', value=option)
        else:
            refused(box.rolekey(word), 2, reason='no-such-command', value=word)


def case_its_variables_are_read(box):
    rows = dict(table('variables'))
    box.warm()
    for name in ('AWS_VAULT', 'ROLEKEY_PROFILE'):
        env = read_env(check(box.rolekey('exec', 'testing', '--', 'env'))
                       .stdout)
        same(env[name], 'testing', name)
    nested = check(box.rolekey('exec', 'testing', '--', os.environ.get(
        'ROLEKEY_BIN', 'rolekey'), 'exec', 'testing', '--', 'env'))
    same(read_env(nested.stdout)['AWS_VAULT'], 'testing', 'nested')
    def steps(**env):
        return explained(box, 'testing', env=env)['steps']
    need('AWS_ASSUME_ROLE_TTL' in rows and 'AWS_SESSION_TOKEN_TTL' in rows,
         str(rows))
    same(steps(AWS_ASSUME_ROLE_TTL='30m')[-1]['duration'], 1800, 'role')
    same(steps(AWS_SESSION_TOKEN_TTL='4h')[1]['duration'], 14400, 'session')
    same(steps(AWS_CHAINED_SESSION_TOKEN_TTL='4h')[1]['duration'], 43200,
         'session of what is not read')
    same(steps(AWS_ROLE_SESSION_NAME='name-x')[-1]['session_name'], 'name-x',
         'session name')
    same(explained(box, 'testing', env={'AWS_MFA_SERIAL': SERIAL + 'x'})
         ['mfa_serial'], SERIAL + 'x', 'device')
    same([step['duration'] for step in steps(
        ROLEKEY_ROLE_DURATION='20m', ROLEKEY_SESSION_DURATION='3h')],
         [None, 10800, 1200], "rolekey's own")


def case_nothing_comes_from_default_but_the_region(box):
    box.write_config('''\
[default]
region = eu-west-1
role_arn = %s
source_profile = custodian
mfa_serial = %s

[profile plain]

[profile common]
mfa_serial = %s
region = us-east-1

[profile child]
include_profile = common

[profile child.dot]

[profile loop]
source_profile = loop2
role_arn = %s

[profile loop2]
source_profile = loop
role_arn = %s
''' % (TESTING, SERIAL, SERIAL + '2', TESTING, TESTING))
    plan = explained(box, 'plain')
    same((plan['region'], plan['mfa_serial'],
          [step['role_arn'] for step in plan['steps'] if step['role_arn']]),
         ('eu-west-1', None, []), 'plain')
    plan = explained(box, 'child')
    same((plan['region'], plan['mfa_serial']), ('us-east-1', SERIAL + '2'),
         'with include_profile')
    same(explained(box, 'child.dot')['mfa_serial'], None, 'a name with a dot')
    refused(box.rolekey('explain', 'loop'), 3, reason='profile-loop')


def case_a_device_is_inherited_from_the_source_profile(box):
    same(explained(box, 'testing')['mfa_serial'], SERIAL, 'device')


def case_a_key_that_aws_vault_exports_is_stored(box):
    text = json.dumps({'Version': 1, 'AccessKeyId': KEY_ID,
                       'SecretAccessKey': SECRET}, indent=2) + '\n'
    check(box.rolekey('add', 'custodian', '--stdin', stdin=text))
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'keys')


def case_its_ways_to_export(box):
    box.warm()
    for name, expected in (('env', r'^AWS_ACCESS_KEY_ID=ASIA'),
                         ('sh', r"^export AWS_ACCESS_KEY_ID='ASIA"),
                         ('fish', r"^set -gx AWS_ACCESS_KEY_ID 'ASIA"),
                         ('powershell', r"^\$Env:AWS_ACCESS_KEY_ID='ASIA")):
        check(box.rolekey('export', '--format=' + name, 'testing'),
              stdout=expected)
    check(box.rolekey('export', 'testing'), stdout="^export AWS_")
    check(box.rolekey('exec', 'testing', '-d', '900', '-t', box.code(), '--',
                      'true'))
    check(box.rolekey('exec', 'testing', 'no-such-program-here'), 127)


if __name__ == '__main__':
    run_cases(globals())
