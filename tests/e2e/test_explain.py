#!/usr/bin/python3 -B
"""explain shows what exec does: the same calls, in the same order."""

import json
import os
import random
import re
import shutil

import messages
from harness import (CUSTODIAN, KEY_ID, SERIAL, Sandbox, check, code_now,
                     need, run_cases, same, seed_of)
from peers import read_env
from world import DEFAULT, REGIONS

ACCOUNTS = ['2222%08d' % number for number in range(6)]
ROUNDS = int(os.environ.get('ROLEKEY_EXPLAIN_ROUNDS', '200'))
CALLS = ('GetSessionToken', 'AssumeRole')


def world():
    """Roles that any account may take, with and without MFA."""
    return dict(DEFAULT, roles=[
        {'arn': 'arn:aws:iam::%s:role/%s' % (account, name),
         'max_session': 43200,
         'trust': {'principals': [CUSTODIAN] + ACCOUNTS, 'mfa': False,
                   'external_id': None}}
        for account in ACCOUNTS for name in ('Dev', 'ops/Admin')])


# -- configurations ------------------------------------------------------------


def maybe(dice, chance):
    return dice.random() < chance


def role_profile(dice, name, source):
    account = dice.choice(ACCOUNTS)
    role = dice.choice(('Dev', 'ops/Admin'))
    lines = ['[profile %s]' % name, 'source_profile = ' + source]
    if maybe(dice, 0.2):
        lines += ['aws_account_id = ' + account, 'role_name = ' + role]
    else:
        lines += ['role_arn = arn:aws:iam::%s:role/%s' % (account, role)]
    for chance, line in (
            (0.3, 'role_session_name = somebody@example'),
            (0.3, 'external_id = ext-%d' % dice.randrange(9)),
            (0.4, 'duration_seconds = %d' % dice.choice(
                (900, 1800, 3600, 7200, 43200))),
            (0.4, 'region = ' + dice.choice(REGIONS)),
            (0.2, 'mfa_serial = ' + SERIAL),
            (0.2, 'session_tags = team=core, cost=7'),
            (0.1, 'transitive_session_tags = team'),
            (0.1, 'source_identity = alex'),
            (0.2, 'rolekey_policy_arns = arn:aws:iam::aws:policy/ReadOnly'),
            (0.1, 'max_attempts = 2'),
            (0.1, 'sts_regional_endpoints = legacy')):
        if maybe(dice, chance):
            lines.append(line)
    return lines


def configuration(dice):
    """Its text, and the profile to ask for."""
    lines = []
    if maybe(dice, 0.7):
        lines += ['[default]', 'region = ' + dice.choice(REGIONS)]
    lines += ['[profile custodian]']
    if maybe(dice, 0.6):
        lines.append('mfa_serial = ' + SERIAL)
    if maybe(dice, 0.3):
        lines.append('region = ' + dice.choice(REGIONS))
    if maybe(dice, 0.1):
        return '\n'.join(lines) + '\n', 'custodian'
    if maybe(dice, 0.2):
        lines += ['[profile plain]', 'source_profile = custodian']
    source = 'custodian'
    for number in range(dice.choice((1, 1, 1, 2, 2, 3, 5))):
        name = 'p%d' % number
        lines += role_profile(dice, name, source)
        source = name
    if maybe(dice, 0.2):
        lines += ['[profile heir]', 'include_profile = ' + source]
        source = 'heir'
    return '\n'.join(lines) + '\n', source


def choice(dice):
    """Flags and variables that both commands get."""
    flags, env = [], {}
    for chance, some in ((0.2, ['-d', dice.choice(('900', '1h', '2h', '12h'))]),
                         (0.15, ['--no-session']),
                         (0.15, ['--region', dice.choice(REGIONS)])):
        if maybe(dice, chance):
            flags += some
    for chance, name, value in (
            (0.1, 'AWS_REGION', dice.choice(REGIONS)),
            (0.1, 'AWS_MFA_SERIAL', SERIAL),
            (0.1, 'AWS_ROLE_SESSION_NAME', 'from-the-environment'),
            (0.1, 'AWS_ASSUME_ROLE_TTL', '30m'),
            (0.1, 'AWS_SESSION_TOKEN_TTL', '2h'),
            (0.1, 'ROLEKEY_ROLE_DURATION', '45m'),
            (0.1, 'ROLEKEY_SESSION_DURATION', '20h')):
        if maybe(dice, chance):
            env[name] = value
    return flags, env


# -- what was planned, and what was done ---------------------------------------


def of_plan(step):
    expected = {'action': step['action'], 'endpoint': step['endpoint'],
              'region': step['signing_region'],
              'DurationSeconds': str(step['duration']),
              'SerialNumber': step['mfa']}
    if step['action'] == 'AssumeRole':
        expected.update(RoleArn=step['role_arn'],
                      RoleSessionName=step['session_name'] or 'alex')
    return expected


def of_call(box, call):
    names = ('DurationSeconds', 'SerialNumber')
    if call['action'] == 'AssumeRole':
        names += ('RoleArn', 'RoleSessionName')
    done = {name: call['params'].get(name) for name in names}
    done.update(action=call['action'], region=call['region'],
                endpoint=box.aws.url)
    return done


def compare(box, profile, flags, env):
    plan = json.loads(check(box.rolekey(
        'explain', '--json', *flags, profile, env=env)).stdout)
    box.expect_actions()
    code = ['-t', code_now()] if plan['mfa_serial'] else []
    done = check(box.rolekey('exec', *flags, *code, profile, '--', 'env',
                             env=env))
    calls = box.aws.calls()
    steps = [step for step in plan['steps'] if step['action'] in CALLS]
    same([of_call(box, call) for call in calls],
         [of_plan(step) for step in steps], 'calls')
    same(calls[0]['key_id'] if calls else KEY_ID, KEY_ID, 'who signs first')
    need(all(call['verdict'] == 'ok' for call in calls), str(calls))
    child = read_env(done.stdout)
    before = set(box.env) | set(env)
    new = {name for name in child if name not in before or
           child[name] != dict(box.env, **env).get(name)}
    same(new - {'_', 'PWD', 'SHLVL', 'OLDPWD'},
         {name for name in plan['environment']
          if child.get(name) != dict(box.env, **env).get(name)},
         'variables')
    need(set(plan['environment']) <= set(child), str(plan['environment']))
    same(child.get('AWS_REGION'), plan['region'], 'region')


# -- for the user ---------------------------------------------------------------

CHAINED = '''\
  profile      chained
  account      222233334444
  region       ap-northeast-1 ([default])
  path         key of custodian -> GetSessionToken -> AssumeRole of testing
               -> AssumeRole of chained

  start        StoredKey of custodian, in the keyring (file)

  then         GetSessionToken for profile custodian, by the key of custodian
  MFA device   arn:aws:iam::111122223333:mfa/alex (profile custodian)
  lasts        12h (default)
  endpoint     URL, signed for ap-northeast-1
  cached       no

  then         AssumeRole for profile testing, by the session of custodian
  role         arn:aws:iam::222233334444:role/TestingAdmin
  session name the IAM user's name
  lasts        1h (default)
  endpoint     URL, signed for ap-northeast-1
  cached       no

  then         AssumeRole for profile chained, by the role of testing
  role         arn:aws:iam::222233334444:role/Chained
  session name the IAM user's name
  lasts        1h (default)
  endpoint     URL, signed for ap-northeast-1
  cached       no

  exec sets    AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
               AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION AWS_REGION
               AWS_DEFAULT_REGION ROLEKEY_PROFILE AWS_VAULT
'''
NOTES = ['default-region', 'inherited-key']
ROLE = 'role_arn = arn:aws:iam::222233334444:role/TestingAdmin\n'
OTHERS = '''
[profile rich]
source_profile = custodian
duration_seconds = 4h
external_id = the-id
source_identity = alex
session_tags = team=blue
transitive_session_tags = team
rolekey_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess
%s
[profile static]
[profile kept]
source_profile = static
%s
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[profile behind]
source_profile = sso
%s
[profile process]
credential_process = /bin/false
''' % (ROLE, ROLE, ROLE)


def told(box, *argv):
    return check(box.rolekey('explain', *argv), calls=[]).stdout.replace(
        box.aws.url, 'URL')


def has(text, *lines):
    for line in lines:
        need('  %s\n' % line in text, 'no %r in\n%s' % (line, text))


def case_a_chain_on_one_screen(box):
    check(box.add())
    text, *notes = told(box, 'chained').split('  note         ')
    same(text, CHAINED, 'explain')
    same([messages.read(note.strip()).reason for note in notes], NOTES, 'notes')
    for profile in ('testing', 'chained'):
        text = told(box, profile)
        need(all(len(line) <= 80 for line in text.splitlines()), text)


def case_what_is_cached_and_until_when(box):
    check(box.add())
    check(box.rolekey('export', 'testing', '-t', box.code()))
    need(re.search('GetSessionToken(.*\n){4}  cached       until 20.*Z, 1[12]h',
                   told(box, 'chained')), 'the session')
    need(re.search('cached +until 20.*Z, (59m|1h).* left', told(
        box, 'testing')), 'the role')


def case_a_role_of_more_than_an_hour(box):
    box.write_config(box.read_config() + OTHERS)
    check(box.add())
    text = told(box, 'rich')
    has(text, 'path         key of custodian -> AssumeRole of rich',
        'then         AssumeRole for profile rich, by the key of custodian',
        'MFA device   %s (profile custodian)' % SERIAL,
        'lasts        4h (duration_seconds of profile rich)',
        'external id  the-id', 'identity     alex', 'tags         team=blue',
        'transitive   team',
        'policies     arn:aws:iam::aws:policy/ReadOnlyAccess')
    need('GetSessionToken for' not in text, text)


def case_who_gives_the_code(box):
    check(box.add())
    need('code from' not in told(box, 'testing'), 'a person')
    has(check(box.rolekey('--prompt', 'ykman', 'explain', 'testing')).stdout,
        'code from    ykman')
    check(box.rolekey('mfa', 'add', 'testing', '--stdin', '--no-verify',
                      stdin=seed_of(SERIAL) + '\n'))
    has(told(box, 'testing'), 'code from    the stored seed')
    box.write_config(box.read_config().replace(
        '[profile testing]\n', '[profile testing]\nmfa_process = true\n'))
    has(told(box, 'testing'), 'code from    mfa_process')


def case_where_a_key_lies(box):
    box.write_config(box.read_config() + OTHERS)
    text = told(box, 'testing')
    has(text, 'start        StoredKey of custodian, nowhere yet: rolekey add '
        'custodian')
    need(re.search('^  warning +exec refuses: %s$' % messages.pattern(
        'no-key', profile='custodian'), text, re.M), text)
    box.write_credentials('[static]\naws_access_key_id = %s\n'
                          'aws_secret_access_key = x\n' % KEY_ID)
    has(told(box, 'kept'), 'start        StaticKey of static, in plaintext in ' +
        box.credentials)
    check(box.add())
    check(box.rolekey('export', 'testing', '-t', box.code()))
    check(box.rolekey('remove', '-f', 'custodian'))
    need('exec refuses' in told(box, 'testing'), 'nothing is left')


def case_what_does_not_begin_at_a_key(box):
    box.write_config(box.read_config() + OTHERS)
    text = told(box, 'sso')
    has(text, 'account      111122223333', 'start        SSO of sso')
    need(re.search('^  role +Admin, ', text, re.M), text)
    has(told(box, 'behind'), 'path         SSO of sso -> AssumeRole of behind',
        'then         AssumeRole for profile behind, by the credentials of sso',
        'session name the caller\'s name')
    has(told(box, 'process'), 'account      not known before',
        'start        Process of process')


def case_the_calls_of_exec_are_those_of_explain(_box):
    seed = int(os.environ.get('ROLEKEY_EXPLAIN_SEED', '7'))
    with Sandbox(world()) as box:
        check(box.add())
        keyring = box.keyring_path()
        shutil.copyfile(keyring, keyring + '.fresh')
        for number in range(ROUNDS):
            dice = random.Random('%d %d' % (seed, number))
            text, profile = configuration(dice)
            flags, env = choice(dice)
            box.write_config(text)
            shutil.copyfile(keyring + '.fresh', keyring)
            box.forget_codes()
            box.aws.mark()
            try:
                compare(box, profile, flags, env)
            except Exception:
                print('round %d of seed %d: explain %s %s with %s, and\n%s' % (
                    number, seed, ' '.join(flags), profile, env, text))
                raise


if __name__ == '__main__':
    run_cases(globals())
