#!/usr/bin/python3 -B
"""The main job: one key, one code a day, every role."""

import configparser
import json
import os
import re
import stat

from harness import (AWS_CONFIG, BIN, CONFIG, KEYRING, KEY_ID, LEDGER, SECRET,
                     SERIAL, USER, check, check_quiet, need, noticed, refused,
                     run_cases, same)
from peers import (read_env, who_has_environment, who_has_json)

TESTING = 'arn:aws:sts::222233334444:assumed-role/TestingAdmin/alex'
STAGING = 'arn:aws:sts::333344445555:assumed-role/StagingAdmin/alex'
TESTING_ROLE = 'arn:aws:iam::222233334444:role/TestingAdmin'
SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
LEE = ('AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')
SET = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']


def env_of(box, profile, *flags, **more):
    """The environment of a child of exec."""
    done = check(box.rolekey('exec', profile, *flags, '--', 'env', **more))
    return read_env(done.stdout)


def params(box, action):
    """The parameters of the one call of that action."""
    found = [call['params'] for call in box.aws.calls()
             if call['action'] == action]
    same(len(found), 1, 'calls of ' + action)
    return found[0]


# -- add --------------------------------------------------------------------


def case_add_asks_on_the_terminal_and_finds_the_device(box):
    box.write_config('# mine\n[default]\nregion = ap-northeast-1\n')
    done = box.pty_run(['add', 'custodian'],
                       [('key id', KEY_ID), ('secret', SECRET)])
    check(done, 0, changed=[AWS_CONFIG, KEYRING])
    need(KEY_ID in done.stdout, 'the key id is not shown: %s' % done)
    need(SECRET not in done.stdout, 'the secret is shown: %s' % done)
    box.expect_actions('GetCallerIdentity', 'ListMFADevices')
    same(box.aws.calls()[1]['scope'], 'iam', 'service')
    text = box.read_config()
    need(text.startswith('# mine\n[default]\nregion = ap-northeast-1\n'), text)
    need(re.search(r'^\[profile custodian\]\nmfa_serial *= *%s$'
                   % re.escape(SERIAL), text, re.M), text)
    keyring = box.keyring_path()
    same(stat.S_IMODE(os.stat(keyring).st_mode), 0o600, 'mode of the keyring')
    with open(keyring, 'rb') as file:
        sealed = file.read()
    for plain in (SECRET, KEY_ID, 'custodian'):
        need(plain.encode() not in sealed, plain + ' lies in the keyring')


def case_add_takes_the_key_from_the_environment(box):
    done = check(box.add(), calls=['GetCallerIdentity', 'ListMFADevices'],
                 changed=[KEYRING], without=SECRET)
    noticed(done, 'key-stored', value=KEY_ID, profile='custodian',
            other='file')
    need(box.keyring_path() in done.stderr, str(done))
    same(done.stdout, '', 'stdout')
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'stored keys')


def case_add_takes_the_key_from_stdin_in_three_forms(box):
    forms = {
        'json': json.dumps({'Version': 1, 'AccessKeyId': KEY_ID,
                            'SecretAccessKey': SECRET}),
        'csv': 'Access key ID,Secret access key\r\n%s,%s\r\n'
               % (KEY_ID, SECRET),
        'csv that begins with U+FEFF':
            '\ufeffAccess key ID,Secret access key\n%s,%s\n'
            % (KEY_ID, SECRET),
        'lines': '%s\n%s\n' % (KEY_ID, SECRET),
    }
    for name, text in forms.items():
        box.aws.mark()
        done = box.rolekey('add', 'custodian', '--stdin', stdin=text)
        same((name, done.status), (name, 0), str(done))
        same(box.aws.calls()[0]['verdict'], 'ok', name)


def case_add_without_verification_asks_aws_nothing(box):
    check(box.add('custodian', '--no-verify'), calls=[], changed=[KEYRING])
    same(box.read_config(), CONFIG, 'config')


def case_add_leaves_the_config_alone_if_told_to(box):
    box.write_config('')
    check(box.add('custodian', '--no-config'))
    same(box.read_config(), '', 'config')


def case_add_changes_one_line_and_no_other_byte(box):
    before = '\n; ours\n[profile custodian]\n\tregion=eu-west-1 # here\n\n' \
             '[profile other]\nrole_arn = x\n\n\n# end'
    box.write_config(before)
    os.chmod(box.config, 0o640)
    check(box.add())
    after = box.read_config()
    line = re.search(r'^\s*mfa_serial *= *%s\n' % re.escape(SERIAL), after,
                     re.M)
    need(line, after)
    same(after.replace(line.group(0), '', 1), before, 'the rest')
    same(stat.S_IMODE(os.stat(box.config).st_mode), 0o640, 'mode')


def case_add_keeps_a_symlink_of_the_config(box):
    target = box.write('dotfiles/aws-config', '[default]\n')
    os.unlink(box.config)
    os.symlink(target, box.config)
    check(box.add())
    need(os.path.islink(box.config), 'the symlink is gone')
    need(SERIAL in box.read_config(), box.read_config())


def case_add_of_a_user_without_a_device(box):
    box.write_config('[default]\nregion = ap-northeast-1\n')
    check(box.add('sam', key=SAM))
    need('[profile sam]' in box.read_config(), box.read_config())
    need('mfa_serial' not in box.read_config(), box.read_config())


def case_add_of_a_user_who_may_not_list_devices(box):
    box.write_config('')
    check(box.add('lee', key=LEE))
    need('mfa_serial' not in box.read_config(), box.read_config())
    same(check(box.rolekey('list', '--credentials')).stdout, 'lee\n', 'keys')


def case_add_reads_every_page_of_devices(box):
    box.aws.control('settings', page_size=1)
    box.write_config('')
    check(box.add('kim', key=KIM))
    need(box.actions().count('ListMFADevices') >= 1, box.actions())


# -- list and explain -------------------------------------------------------


def case_list_shows_profiles_keys_and_sessions(box):
    box.warm('testing')
    done = check(check_quiet(box.rolekey('list')), calls=[], changed=[])
    for word in ('testing', 'staging', '222233334444', 'TestingAdmin',
                 'custodian'):
        need(word in done.stdout, '%s: %s' % (word, done))
    names = check_quiet(box.rolekey('ls', '--profiles')).stdout.splitlines()
    need({'custodian', 'testing', 'staging', 'production',
          'chained'} <= set(names), names)
    same(check_quiet(box.rolekey('list', '--credentials')).stdout,
         'custodian\n', 'credentials')
    sessions = check_quiet(box.rolekey('list', '--sessions')).stdout
    same(len(sessions.splitlines()), 2, 'the MFA session and the role')
    box.expect_actions()


def case_list_names_the_line_of_a_missing_source(box):
    box.write_config('[profile lost]\nsource_profile = nowhere\n'
                     'role_arn = arn:aws:iam::222233334444:role/X\n')
    rows = json.loads(check(box.rolekey('list', '--json')).stdout)
    need(box.config + ':2: ' in json.dumps(rows), rows)


def case_list_as_json(box):
    box.warm('testing')
    text = check_quiet(box.rolekey('list', '--json')).stdout
    need('testing' in json.dumps(json.loads(text)), text)
    need('222233334444' in text, text)


def case_list_works_with_nothing_there(box):
    os.unlink(box.config)
    check(box.rolekey('list'))
    same(check(box.rolekey('list', '--credentials')).stdout, '', 'keys')
    same(json.loads(check(box.rolekey('list', '--json')).stdout) is not None,
         True, 'json')


def case_explain_tells_the_plan_and_does_nothing(box):
    done = check(check_quiet(box.rolekey('explain', 'testing')), calls=[],
                 changed=[])
    for word in ('GetSessionToken', 'AssumeRole', SERIAL, TESTING_ROLE,
                 'custodian'):
        need(word in done.stdout, '%s: %s' % (word, done))
    box.expect_actions()
    need(not os.path.exists(box.keyring_path()), 'a keyring was made')


def case_explain_as_json_without_a_key(box):
    plan = json.loads(check(box.rolekey('explain', 'testing',
                                        '--json')).stdout)
    same((plan['profile'], plan['account'], plan['region'],
          plan['mfa_serial']),
         ('testing', '222233334444', 'ap-northeast-1', SERIAL), 'plan')
    need(plan['mfa_from'], 'mfa_from')
    steps = plan['steps']
    same([step['action'] for step in steps],
         ['StoredKey', 'GetSessionToken', 'AssumeRole'], 'steps')
    for step in steps:
        same(sorted(step), sorted([
            'action', 'profile', 'source', 'role_arn', 'session_name', 'mfa',
            'duration', 'why', 'region', 'endpoint', 'signing_region',
            'cached_until']), 'members of a step')
    same(steps[2]['role_arn'], TESTING_ROLE, 'role')
    same((steps[1]['duration'], steps[2]['duration']), (43200, 3600),
         'durations')
    same(steps[2]['endpoint'], box.aws.url, 'endpoint')
    same(steps[2]['signing_region'], 'ap-northeast-1', 'signing region')
    same(steps[2]['cached_until'], None, 'cached')
    need(set(SET) <= set(plan['environment']), plan['environment'])
    box.expect_actions()


def case_explain_tells_what_is_cached(box):
    box.warm('testing')
    plan = json.loads(check(box.rolekey('explain', 'testing',
                                        '--json')).stdout)
    for step in plan['steps'][1:]:
        need(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ',
                          step['cached_until']), step)
    box.expect_actions()


# -- exec -------------------------------------------------------------------


def case_one_code_at_the_terminal_serves_every_role(box):
    check(box.add())
    box.aws.mark()
    code = box.code()
    done = check(box.pty_run(['exec', 'testing', '--', 'env'],
                             [('code', code)]),
                 calls=['GetSessionToken', 'AssumeRole'],
                 changed=[KEYRING, LEDGER])
    env = read_env(done.stdout)
    same(who_has_environment(box, env), TESTING, 'who')
    assume = params(box, 'AssumeRole')
    same(assume, {'RoleArn': TESTING_ROLE, 'RoleSessionName': 'alex',
                  'DurationSeconds': '3600'}, 'AssumeRole')
    token = params(box, 'GetSessionToken')
    same(token, {'SerialNumber': SERIAL, 'TokenCode': '(given)',
                 'DurationSeconds': '43200'}, 'GetSessionToken')
    same({call['region'] for call in box.aws.calls()}, {'ap-northeast-1'},
         'region')
    box.aws.mark()
    done = check(check_quiet(box.rolekey('exec', 'testing', '--', 'env')),
                 calls=[], changed=[])
    again = read_env(done.stdout)
    same([again[name] for name in SET], [env[name] for name in SET], 'again')
    third = env_of(box, 'staging')
    box.expect_actions('AssumeRole')
    same(who_has_environment(box, third), STAGING, 'who')


def case_the_session_name_is_the_users_though_nobody_looked(box):
    box.add_quietly()
    check(box.rolekey('export', 'testing', '-t', box.code()))
    same(params(box, 'AssumeRole')['RoleSessionName'], 'alex', 'session name')
    same(box.actions().count('GetCallerIdentity'), 1, 'looks')
    check(box.rolekey('clear'))
    box.forget_codes()
    box.aws.mark()
    check(box.rolekey('export', 'testing', '-t', box.code()))
    box.expect_actions('GetSessionToken', 'AssumeRole')


def case_a_chain_goes_through_every_role(box):
    check(box.add())
    box.aws.mark()
    env = env_of(box, 'chained', '-t', box.code())
    same(who_has_environment(box, env),
         'arn:aws:sts::222233334444:assumed-role/Chained/alex', 'who')
    same(box.actions()[:3], ['GetSessionToken', 'AssumeRole', 'AssumeRole'],
         'calls')
    box.aws.mark()
    env_of(box, 'testing')  # a step of the chain, hence cached
    box.expect_actions()


def case_exec_takes_a_command_without_dashes(box):
    box.warm()
    done = check_quiet(box.rolekey('exec', 'testing', 'printf', '%s.',
                                   '-t', '--help', '-n'))
    same(done.stdout, '-t.--help.-n.', 'argv')
    done = check_quiet(box.rolekey('exec', '--', 'printf', 'x',
                                   env={'AWS_PROFILE': 'testing'}))
    same(done.stdout, 'x', 'profile from the environment')


def case_exec_without_a_command_runs_the_shell(box):
    box.warm()
    done = check(box.rolekey('exec', 'testing', stdin='echo $AWS_VAULT\n'))
    same(done.stdout, 'testing\n', 'output of the shell')


def case_exec_of_a_profile_without_a_role(box):
    box.add_quietly()
    env = env_of(box, 'custodian', '-t', box.code())
    need(env['AWS_ACCESS_KEY_ID'].startswith('ASIA'), env['AWS_ACCESS_KEY_ID'])
    same(who_has_environment(box, env), USER, 'who')


def case_the_code_is_taken_from_stdin_also_where_none_is_needed(box):
    """The child's stdin must not depend on what is cached."""
    box.warm()
    for _ in range(2):
        done = check_quiet(box.rolekey('exec', 'testing', '-t', '-', '--',
                                       'cat', stdin='123456\nthe rest\n'))
        same(done.stdout, 'the rest\n', 'what the child reads')


def case_the_code_comes_from_stdin(box):
    box.add_quietly()
    done = check(box.rolekey('exec', 'testing', '-t', '-', '--', 'sh', '-c',
                             'echo $AWS_VAULT; cat', stdin=box.code() + '\n'))
    need(done.stdout.startswith('testing\n'), str(done))


# -- export -----------------------------------------------------------------


def values(text, pattern):
    return dict(re.findall(pattern, text, re.M))


def case_export_in_every_format(box):
    box.warm()
    env = env_of(box, 'testing')
    patterns = {
        'sh': r"^export (\w+)='([^']*)'$",
        'fish': r"^set -gx (\w+) '([^']*)';?$",
        'powershell': r"^\$Env:(\w+) ?= ?'([^']*)';?$",
        'env': r'^(\w+)=(.*)$',
    }
    for name, pattern in patterns.items():
        done = check_quiet(box.rolekey('export', 'testing', '--format', name))
        found = values(done.stdout, pattern)
        drops = re.findall('^(?:unset |set -eg |Remove-Item -ErrorAction '
                           r'Ignore Env:)\w+$', done.stdout, re.M)
        same(len(found) + len(drops), len(done.stdout.splitlines()),
             name + ' lines')
        same([found.get(key) for key in SET], [env[key] for key in SET], name)
    same(check_quiet(box.rolekey('export', 'testing')).stdout,
         check_quiet(box.rolekey('export', 'testing', '--format',
                                 'sh')).stdout, 'the default')
    box.expect_actions()


def case_export_of_a_value_with_quotes(box):
    """AWS's secrets have none; values in a file may have them."""
    secret = r"a'b\c''"
    box.write_credentials('[odd]\naws_access_key_id = %s\n'
                          'aws_secret_access_key = %s\n' % (KEY_ID, secret))
    expected = {'sh': r"export AWS_SECRET_ACCESS_KEY='a'\''b\c'\'''\'''",
              'fish': r"set -gx AWS_SECRET_ACCESS_KEY 'a\'b\\c\'\''",
              'powershell': r"$Env:AWS_SECRET_ACCESS_KEY='a''b\c'''''"}
    for name, line in expected.items():
        done = check(box.rolekey('export', 'odd', '-n', '--format', name))
        need(line in done.stdout.splitlines(), '%s: %s' % (name, done))
    said = check(box.rolekey('export', 'odd', '-n')).stdout
    same(check(box.run('/bin/sh', '-c', said + 'printf %s '
                       '"$AWS_SECRET_ACCESS_KEY"')).stdout, secret, 'sh')


def case_export_as_json_and_ini(box):
    box.warm()
    env = env_of(box, 'testing')
    given = json.loads(check_quiet(box.rolekey(
        'export', 'testing', '--format', 'json')).stdout)
    same((given['Version'], given['AccessKeyId'], given['SecretAccessKey'],
          given['SessionToken'], given['Expiration']),
         (1, *[env[name] for name in SET], env['AWS_CREDENTIAL_EXPIRATION']),
         'json')
    ini = configparser.RawConfigParser()
    ini.read_string(noticed(check(box.rolekey(
        'export', 'testing', '--format', 'ini')), 'other-section').stdout)
    section = ini[ini.sections()[0]]
    same([section[name.lower()] for name in SET], [env[name] for name in SET],
         'ini')


def case_export_is_evaluated_by_a_shell(box):
    box.warm()
    env = env_of(box, 'testing')
    done = check(box.run(
        'sh', '-c', 'eval "$("$0" export testing)"; env', BIN))
    found = read_env(done.stdout)
    same([found[name] for name in SET], [env[name] for name in SET], 'eval')


def case_export_of_a_lasting_key_takes_the_old_token_away(box):
    """An older session's token would make AWS refuse the key."""
    box.add_quietly()
    old = {'AWS_SESSION_TOKEN': 'old', 'AWS_CREDENTIAL_EXPIRATION': 'old'}
    shown = 'echo "$AWS_ACCESS_KEY_ID${AWS_SESSION_TOKEN-}"' \
            '"${AWS_CREDENTIAL_EXPIRATION-}"'
    for shell in ('sh', 'bash', 'dash'):
        done = check(box.run(
            shell, '-uec', 'eval "$("$0" export custodian -n)"; ' + shown,
            BIN, env=old))
        same(done.stdout, KEY_ID + '\n', shell)
    for form, line in (('fish', 'set -eg AWS_SESSION_TOKEN'),
                       ('powershell', 'Remove-Item -ErrorAction Ignore '
                                      'Env:AWS_SESSION_TOKEN')):
        done = check(box.rolekey('export', 'custodian', '-n', '--format',
                                 form))
        need(line in done.stdout.splitlines(), str(done))
    for form in ('env', 'ini', 'json'):
        done = check(box.rolekey('export', 'custodian', '-n', '--format',
                                 form))
        need('TOKEN' not in done.stdout.upper(), str(done))


def case_credential_process_prints_only_json(box):
    box.warm()
    done = check(check_quiet(box.rolekey('credential-process', 'testing')),
                 calls=[], changed=[])
    need(done.stdout.count('\n') <= 1, str(done))
    given = json.loads(done.stdout)
    same(given['Version'], 1, 'version')
    same(who_has_json(box, given), TESTING, 'who')


# -- flags ------------------------------------------------------------------


def case_refresh_ignores_the_cache(box):
    box.warm()
    first = env_of(box, 'testing')
    box.forget_codes()
    second = env_of(box, 'testing', '--refresh', '-t', box.code())
    need('AssumeRole' in box.actions(), box.actions())
    need(first['AWS_ACCESS_KEY_ID'] != second['AWS_ACCESS_KEY_ID'], 'same key')


def case_min_ttl_says_what_is_too_little(box):
    box.add_quietly()
    box.aws.control('settings', lifetime=600)
    env_of(box, 'testing', '-t', box.code())
    box.aws.mark()
    env_of(box, 'testing')
    box.expect_actions()
    check(box.rolekey('credential-process', 'testing', '--min-ttl', '5m'))
    box.expect_actions()
    box.aws.control('settings', lifetime=None)
    check(box.rolekey('credential-process', 'testing', '--no-prompt'))
    box.expect_actions('AssumeRole')


def case_a_session_that_ends_too_soon_is_said(box):
    check(box.add())
    done = check(box.rolekey('exec', 'testing', '--min-ttl', '2h', '-t',
                             box.code(), '--', 'true'))
    noticed(done, 'short-session', span_of='2h')
    done = check(box.rolekey('exec', 'testing', '--', 'true'))
    same(done.stderr, '', 'stderr')


def case_a_duration_is_the_last_roles(box):
    check(box.add())
    box.aws.mark()
    env_of(box, 'testing', '-d', '15m', '-t', box.code())
    same(params(box, 'AssumeRole')['DurationSeconds'], '900', 'duration')
    same(params(box, 'GetSessionToken')['DurationSeconds'], '43200', 'session')


def case_one_role_for_long_goes_straight_from_the_key(box):
    check(box.add())
    box.aws.mark()
    done = check(box.rolekey('export', 'testing', '-d', '2h', '-t',
                             box.code()))
    box.expect_actions('AssumeRole')
    same(params(box, 'AssumeRole'), {
        'RoleArn': TESTING_ROLE, 'RoleSessionName': 'alex',
        'DurationSeconds': '7200', 'SerialNumber': SERIAL,
        'TokenCode': '(given)'}, 'AssumeRole')
    need(done.stderr.count('\n') >= 1, 'the reason was not said')


def case_a_chain_is_cut_to_an_hour_and_says_so(box):
    box.add_quietly()
    done = check(box.rolekey('export', 'chained', '-d', '2h', '-t',
                             box.code()))
    same([call['params']['DurationSeconds'] for call in box.aws.calls()
          if call['action'] == 'AssumeRole'], ['3600', '3600'], 'durations')
    need(re.search('hour|1h|3600', done.stderr, re.I), str(done))


def case_over_the_roles_maximum_is_tried_with_an_hour(box):
    role = 'arn:aws:iam::555566667777:role/ToolsAdmin'
    box.write_config('[profile sam]\nregion = us-east-1\n[profile tools]\n'
                     'source_profile = sam\nregion = us-east-1\nrole_arn = '
                     + role + '\n')
    box.aws.control('role', arn=role, max_session=3600)
    check(box.add('sam', key=SAM))
    box.aws.mark()
    done = check(box.rolekey('export', 'tools', '-d', '2h'))
    same([call['params']['DurationSeconds'] for call in box.aws.calls()],
         ['7200', '3600'], 'durations')
    need(re.search('max', done.stderr, re.I), str(done))


def case_no_session_goes_straight_from_the_key(box):
    check(box.add())
    box.aws.mark()
    env = env_of(box, 'testing', '-n', '-t', box.code())
    box.expect_actions('AssumeRole')
    same(params(box, 'AssumeRole')['SerialNumber'], SERIAL, 'device')
    same(who_has_environment(box, env), TESTING, 'who')


def case_no_session_without_a_role_gives_the_key_and_warns(box):
    box.add_quietly()
    done = check(box.rolekey('exec', 'custodian', '-n', '--', 'env'),
                 calls=[], changed=[])
    noticed(done, 'long-lived-key', profile='custodian')
    env = read_env(done.stdout)
    same(env['AWS_ACCESS_KEY_ID'], KEY_ID, 'key')
    need('AWS_SESSION_TOKEN' not in env, 'a session token')


def case_region_flag_wins(box):
    box.add_quietly()
    env = env_of(box, 'testing', '--region', 'eu-west-1', '-t', box.code())
    same((env['AWS_REGION'], env['AWS_DEFAULT_REGION']),
         ('eu-west-1', 'eu-west-1'), 'region')
    same({call['region'] for call in box.aws.calls()}, {'eu-west-1'}, 'signed')


def case_one_code_serves_the_roles_of_every_region(box):
    box.write_config(CONFIG.replace(
        'role/StagingAdmin\n', 'role/StagingAdmin\nregion = eu-west-1\n'))
    box.warm('testing')
    check_quiet(box.rolekey('export', 'staging'))
    check_quiet(box.rolekey('export', 'production', '--region', 'us-west-2'))
    check_quiet(box.rolekey('export', 'testing',
                            env={'AWS_REGION': 'us-east-1'}))
    box.expect_actions('AssumeRole', 'AssumeRole', 'AssumeRole')
    same([call['region'] for call in box.aws.calls()[-3:]],
         ['eu-west-1', 'us-west-2', 'us-east-1'], 'signed for')
    check(box.rolekey('explain', 'testing', '--region', 'eu-central-1'),
          stdout='cached +until .*\\n(.*\\n)+.*cached +no')
    check(box.rolekey('list'), stdout='staging.*AssumeRole.*GetSessionToken')
    noticed(check(box.rolekey('clear', 'staging')), 'sessions-cleared',
            number=2)


def case_a_session_of_one_endpoint_is_not_anothers(box):
    box.warm('testing')
    box.forget_codes()
    other = box.aws.url.replace('127.0.0.1', 'localhost')
    done = check(box.rolekey('export', 'testing',
                             env={'AWS_ENDPOINT_URL': other}), 4)
    need('MFA code' in done.stderr, str(done))


def case_an_edit_of_the_config_never_serves_yesterdays_role(box):
    box.warm('testing')
    box.write_config(CONFIG.replace('role/TestingAdmin', 'role/Chained'))
    done = box.rolekey('export', 'testing', '--no-prompt')
    need(done.status == 5 or 'AssumeRole' in box.actions(), str(done))


# -- remove and clear -------------------------------------------------------


def case_remove_takes_the_key_and_what_came_of_it(box):
    box.warm()
    check(box.rolekey('remove', 'custodian', '-f'), calls=[],
          changed=[KEYRING])
    for names in ('--credentials', '--sessions'):
        same(check(box.rolekey('list', names)).stdout, '', names)
    done = check(box.rolekey('export', 'testing'), 3,
                 reason='no-key', profile='custodian')
    same(done.stdout, '', 'stdout')
    box.expect_actions()


def case_remove_asks_first(box):
    box.warm()
    refused(box.rolekey('rm', 'custodian'), 4, context='removal',
            reason='no-terminal')
    box.pty_run(['rm', 'custodian'], [('custodian', 'n')])
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'after no')
    check(box.pty_run(['rm', 'custodian'], [('custodian', 'y')]))
    same(check(box.rolekey('list', '--credentials')).stdout, '', 'after yes')


def case_remove_of_sessions_only(box):
    box.warm()
    check(box.rolekey('remove', 'custodian', '-f', '--sessions-only'),
          calls=[], changed=[KEYRING])
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'keys')
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')


def case_clear_forgets_sessions_and_no_key(box):
    box.warm('testing', 'staging')
    check(box.rolekey('clear', 'testing'), calls=[], changed=[KEYRING])
    box.forget_codes()
    refused(box.rolekey('export', 'testing', '--no-prompt'), 4,
            context='code-needed', reason='no-prompt')
    check(box.rolekey('clear'), calls=[], changed=[KEYRING])
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'keys')
    box.expect_actions()


def case_add_anew_drops_what_came_of_the_old_key(box):
    box.warm()
    box.add_quietly()
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')


def case_expired_sessions_are_made_anew(box):
    box.warm()
    box.aws.control('expire-sessions')
    box.aws.mark()
    box.forget_codes()
    env = env_of(box, 'staging', '-t', box.code())  # by the expired session
    same(who_has_environment(box, env), STAGING, 'who')
    same(box.actions()[:3], ['AssumeRole', 'GetSessionToken', 'AssumeRole'],
         'calls')


if __name__ == '__main__':
    run_cases(globals())
