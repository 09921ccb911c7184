#!/usr/bin/python3 -B
"""The place of requests: it comes from the profile or from the user, never from
an outer rolekey or a variable of an earlier profile.
"""

import json
import shutil

from harness import (BIN, CONFIG, PYTHON, check, check_quiet, need, noticed,
                     run_cases, same)
from peers import read_env

PLACES = '''
[profile east]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
region = us-east-1

[profile west]
role_arn = arn:aws:iam::333344445555:role/StagingAdmin
source_profile = custodian
region = eu-central-1
%s

[profile nowhere]
role_arn = arn:aws:iam::444455556666:role/ops/ProductionAdmin
source_profile = custodian
'''
# Variables that a shell must not keep.
STALE = '''AWS_SECURITY_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY
AWS_SESSION_EXPIRATION AWS_CREDENTIAL_FILE AWS_PROFILE AWS_DEFAULT_PROFILE
AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_BEARER_TOKEN_BEDROCK
AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI
AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
'''.split()


def write(box, more):
    """The files, without a region in [default]; more is for west."""
    box.write_config(CONFIG.replace('[default]\nregion = ap-northeast-1\n', '')
                     + PLACES % more)


def places(box, more='', *profiles):
    """The files, and sessions of profiles."""
    write(box, more)
    box.warm(*(profiles or ('east', 'west', 'nowhere')))


def inside(box, *argv, **more):
    """The environment of the last command of argv."""
    return read_env(check(box.rolekey(*argv, '--', 'env', **more)).stdout)


def regions(env):
    return env.get('AWS_REGION'), env.get('AWS_DEFAULT_REGION')


# -- an outer rolekey --------------------------------------------------------


def case_the_region_of_an_outer_exec_is_no_override(box):
    places(box)
    for outer in (('exec', 'east'), ('exec', '--region', 'us-west-2', 'east')):
        if '--region' in outer:
            check(box.rolekey('exec', '--region', 'us-west-2', 'east', '--',
                              'true'))
        env = inside(box, *outer, '--', BIN, 'exec', 'west')
        same(regions(env), ('eu-central-1', 'eu-central-1'), 'west in east')
        env = inside(box, *outer, '--', BIN, 'exec', 'nowhere')
        same(regions(env), (None, None), 'nowhere in east')
        need(not [name for name in env if name.startswith('ROLEKEY_AWS_')],
             'marks: %s' % env)
    env = inside(box, 'exec', 'east', '--', BIN, 'exec', 'west', '--', BIN,
                 'exec', 'east')
    same(regions(env), ('us-east-1', 'us-east-1'), 'three deep')


def case_what_the_user_sets_inside_is_an_override(box):
    places(box)
    for name in ('AWS_REGION', 'AWS_DEFAULT_REGION'):
        done = check(box.rolekey(
            'exec', 'east', '--', 'sh', '-c',
            '%s=us-west-2; export %s; exec "$0" exec west -- env' % (
                name, name), BIN))
        same(regions(read_env(done.stdout)), ('us-west-2', 'us-west-2'),
             name)
    env = inside(box, 'exec', 'east', '--', BIN, 'exec', 'west',
                 env={'AWS_DEFAULT_REGION': 'us-west-2'})
    same(regions(env), ('us-west-2', 'us-west-2'), 'set outside')


def case_likewise_in_a_shell_that_export_changed(box):
    places(box)
    script = 'eval "$("$0" export east)"; %s'
    done = check(box.run('sh', '-c', script % '"$0" exec west -- env', BIN))
    same(regions(read_env(done.stdout)), ('eu-central-1', 'eu-central-1'),
         'exec after export')
    done = check(box.run('sh', '-c', script %
                         'eval "$("$0" export nowhere)"; env', BIN))
    env = read_env(done.stdout)
    same(regions(env), (None, None), 'export after export')
    need(not [name for name in env if name.startswith('ROLEKEY_AWS_')], env)
    done = check(box.run('sh', '-c', 'eval "$("$0" export nowhere)"; env', BIN,
                         env={'AWS_REGION': 'us-west-2'}))
    same(read_env(done.stdout)['AWS_REGION'], 'us-west-2', "the user's own")


def case_likewise_for_a_credential_process(box):
    places(box, '', 'east')
    box.aws.mark()
    check(box.rolekey('exec', 'east', '--', BIN, 'credential-process', 'west'))
    same([call['region'] for call in box.aws.calls()], ['eu-central-1'],
         'signed for')


# -- the profile's own endpoint -----------------------------------------------


def with_endpoint(box, lines):
    box.env.pop('AWS_ENDPOINT_URL')
    write(box, lines.replace('URL', box.aws.url))
    box.add_quietly()
    check(box.rolekey('export', 'west', '-t', box.code()))
    return box.aws.url


def case_the_endpoint_of_the_profile_reaches_the_command(box):
    url = with_endpoint(box, 'endpoint_url = URL')
    env = inside(box, 'exec', 'west')
    same(env.get('AWS_ENDPOINT_URL'), url, 'exec')
    done = check(box.run('sh', '-c', 'eval "$("$0" export west)"; env', BIN))
    same(read_env(done.stdout).get('AWS_ENDPOINT_URL'), url, 'export')
    plan = json.loads(check(box.rolekey('explain', '--json', 'west')).stdout)
    need('AWS_ENDPOINT_URL' in plan['environment'], plan['environment'])


def case_the_endpoints_of_its_services_too(box):
    url = with_endpoint(
        box, 'services = s\n[services s]\nsts =\n  endpoint_url = URL\n'
        's3 =\n  endpoint_url = http://127.0.0.1:9/s3\n'
        'elastic_beanstalk =\n  endpoint_url = http://127.0.0.1:9/eb\n'
        'dynamodb =\n  other = x\n')
    env = inside(box, 'exec', 'west')
    ours = {name: value for name, value in env.items()
            if name.startswith('AWS_ENDPOINT_URL')}
    same(ours, {'AWS_ENDPOINT_URL_STS': url,
                'AWS_ENDPOINT_URL_S3': 'http://127.0.0.1:9/s3',
                'AWS_ENDPOINT_URL_ELASTIC_BEANSTALK':
                    'http://127.0.0.1:9/eb'}, 'endpoints')
    env = inside(box, 'exec', 'west',
                 env={'AWS_ENDPOINT_URL_S3': 'http://127.0.0.1:9/mine'})
    same(env['AWS_ENDPOINT_URL_S3'], 'http://127.0.0.1:9/mine', "the user's")


def case_an_endpoint_of_the_user_is_for_all_services(box):
    """For an SDK the variable of one service would win over it."""
    url = box.aws.url
    places(box, 'endpoint_url = http://127.0.0.1:9\nservices = s\n'
           '[services s]\ns3 =\n  endpoint_url = http://127.0.0.1:9/s3\n',
           'west')
    env = inside(box, 'exec', 'west')
    same({name: value for name, value in env.items()
          if 'ENDPOINT_URL' in name}, {'AWS_ENDPOINT_URL': url}, 'endpoints')


def case_the_endpoint_of_an_outer_exec_is_not_the_inner_ones(box):
    url = with_endpoint(box, 'endpoint_url = URL\nservices = s\n'
                        '[services s]\ns3 =\n  endpoint_url = URL/s3\n')
    box.write_config(box.read_config() + 'use_fips_endpoint = true\n')
    # The last section of the files is "nowhere": it has FIPS endpoints.
    done = check(box.rolekey('exec', 'west', '--', BIN, 'explain', '--json',
                             'nowhere'))
    same([step['endpoint'] for step in json.loads(done.stdout)['steps']][1:],
         ['https://sts-fips.us-east-1.amazonaws.com'] * 2, 'endpoints')
    done = check(box.rolekey('exec', 'west', '--', BIN, 'export', 'west'))
    need("AWS_ENDPOINT_URL='%s'" % url in done.stdout, done)


def case_ignored_endpoints_do_not_reach_the_command(box):
    places(box, 'endpoint_url = http://127.0.0.1:9\n', 'east')
    env = {'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS': 'true',
           'AWS_ENDPOINT_URL': None}
    plan = json.loads(check(box.rolekey('explain', '--json', 'west',
                                        env=env)).stdout)
    need('AWS_ENDPOINT_URL' not in plan['environment'], plan['environment'])


def case_other_settings_of_the_place_reach_the_command(box):
    bundle = '/etc/ssl/certs/ca-certificates.crt'
    places(box, 'ca_bundle = %s\nsts_regional_endpoints = legacy\n'
           'retry_mode = standard\nmax_attempts = 5\ndefaults_mode = standard\n'
           'request_checksum_calculation = when_required\n'
           's3 =\n  us_east_1_regional_endpoint = regional\n'
           '  use_arn_region = true\n  addressing_style = path\n' % bundle,
           'west')
    env = inside(box, 'exec', 'west')
    expected = {
        'AWS_CA_BUNDLE': bundle, 'AWS_STS_REGIONAL_ENDPOINTS': 'legacy',
        'AWS_RETRY_MODE': 'standard', 'AWS_MAX_ATTEMPTS': '5',
        'AWS_DEFAULTS_MODE': 'standard',
        'AWS_REQUEST_CHECKSUM_CALCULATION': 'when_required',
        'AWS_S3_US_EAST_1_REGIONAL_ENDPOINT': 'regional',
        'AWS_S3_USE_ARN_REGION': 'true'}
    same({name: env.get(name) for name in expected}, expected, 'set')
    env = inside(box, 'exec', 'west', env={'AWS_MAX_ATTEMPTS': '2'})
    same(env['AWS_MAX_ATTEMPTS'], '2', "the user's")


def case_an_endpoint_of_default_is_named(box):
    """The command no longer knows the profile, and SDKs read [default]."""
    url = with_endpoint(box, 'endpoint_url = URL')
    config = box.read_config()
    box.write_config('[default]\nendpoint_url = %s\n' % url + config)
    line = {'path': box.config, 'line': 2, 'key': 'endpoint_url',
            'profile': 'east'}
    env = {'AWS_ENDPOINT_URL_STS': url, 'AWS_ENDPOINT_URL_IAM': url}
    for command in (['exec', 'east', '--', 'true'], ['export', 'east']):
        noticed(check(box.rolekey(*command, env=env)), 'default-endpoint',
                **line)
    noticed(check(box.rolekey('exec', 'east', '--', 'true', env=env)),
            'default-endpoint', **line)  # from the cache as well
    check_quiet(box.rolekey('exec', 'west', '--', 'true', env=env))
    check_quiet(box.rolekey('credential-process', 'east', env=env))


# -- an earlier profile in a shell -------------------------------------------


def shells():
    """(name, its argv, the words that take rolekey's output)."""
    sh = 'eval "$("%s" export west)"; env'
    for name in ('sh', 'dash', 'bash', 'zsh', 'ksh'):
        if shutil.which(name):
            yield name, sh
    if shutil.which('fish'):
        yield 'fish', '"%s" export west --format fish | source; env'
    if shutil.which('pwsh'):
        yield 'pwsh', ('& "%s" export west --format powershell | Out-String | '
                       'Invoke-Expression; env')


def case_a_shell_keeps_nothing_that_an_sdk_prefers(box):
    places(box, '', 'west')
    old = {name: 'old' for name in STALE}
    old.update({'AWS_VAULT': 'old', 'ROLEKEY_PROFILE': 'old'})
    for shell, script in shells():
        done = check(box.run(shell, '-c', script % BIN, env=old))
        env = read_env(done.stdout)
        same([name for name in STALE if name in env], [], shell)
        same((env['AWS_VAULT'], env['ROLEKEY_PROFILE']), ('west', 'west'),
             shell)
    done = check(box.rolekey('export', 'west', '--format', 'powershell',
                             env=old))
    same([name for name in STALE
          if 'Remove-Item -ErrorAction Ignore Env:%s' % name not in
          done.stdout.splitlines()], [], 'PowerShell')


def case_a_shell_gets_no_name_that_it_had_not(box):
    places(box, '', 'west')
    for form in ('sh', 'env', 'fish', 'powershell'):
        done = check(box.rolekey('export', 'west', '--format', form))
        need('AWS_VAULT' not in done.stdout and 'ROLEKEY_PROFILE' not in
             done.stdout, done)


def case_a_strange_name_in_the_environment_is_not_printed(box):
    places(box, '', 'west')
    strange = {'AWS_BEARER_TOKEN_$(echo x)': '1', 'ROLEKEY_AWS_a;b': 'c'}
    done = check(box.rolekey('export', 'west', env=strange))
    need('echo' not in done.stdout and ';' not in done.stdout, done)


# -- a section for the AWS files ----------------------------------------------

ASK = '''
import botocore.session
session = botocore.session.Session(profile=%r)
print(session.get_credentials().get_frozen_credentials().access_key)
'''


def case_a_section_that_sdks_use(box):
    places(box, '', 'west')
    done = check(box.rolekey('export', 'west', '--format', 'ini'))
    noticed(done, 'other-section', profile='west', value='west-session')
    name, *lines = done.stdout.splitlines()
    same(name, '[west-session]', 'section')
    need('region=eu-central-1' in lines, lines)
    box.write_credentials(done.stdout)
    key = [line.split('=')[1] for line in lines
           if line.startswith('aws_access_key_id')]
    got = check(box.run(PYTHON, '-B', '-c', ASK % name[1:-1]))
    same(got.stdout.split(), key, 'what botocore uses')
    done = check(box.rolekey('export', 'custodian', '-n', '--format', 'ini'))
    need(done.stdout.startswith('[custodian]\n'), done)


def case_the_section_has_the_place_too(box):
    url = with_endpoint(box, 'endpoint_url = URL')
    done = check(box.rolekey('export', 'west', '--format', 'ini'))
    need('endpoint_url=%s' % url in done.stdout.splitlines(), done)


# -- a session in the files -----------------------------------------------------


def case_both_names_of_a_session_token_are_read(box):
    """The older one first, as botocore does; old saml2aws writes only that."""
    places(box, '', 'west')
    given = json.loads(check(box.rolekey('export', 'west', '--format',
                                         'json')).stdout)
    lines = ('[saml]\naws_access_key_id = %(AccessKeyId)s\n'
             'aws_secret_access_key = %(SecretAccessKey)s\n' % given)
    for tokens in ('aws_security_token = %(SessionToken)s\n',
                   'aws_session_token = old\n'
                   'aws_security_token = %(SessionToken)s\n',
                   'aws_session_token = %(SessionToken)s\n'):
        box.write_credentials(lines + tokens % given)
        plan = json.loads(check(box.rolekey('explain', '--json',
                                            'saml')).stdout)
        same([step['action'] for step in plan['steps']], ['StaticKey'], tokens)
        env = inside(box, 'exec', 'saml')
        same(env['AWS_SESSION_TOKEN'], given['SessionToken'], tokens)
        check(box.run(PYTHON, '-B', '-c', ASK % 'saml'),
              stdout=given['AccessKeyId'])


# -- whom requests trust -------------------------------------------------------


def case_explain_names_the_ca_bundle(box):
    bundle = '/etc/ssl/certs/ca-certificates.crt'
    places(box, 'ca_bundle = %s\n' % bundle, 'east')
    for env, path, setter in (
            ({}, bundle, 'profile west'),
            ({'AWS_CA_BUNDLE': '/x.pem'}, '/x.pem', 'AWS_CA_BUNDLE')):
        plan = json.loads(check(box.rolekey('explain', '--json', 'west',
                                            env=env)).stdout)
        same((plan['ca_bundle'], plan['ca_bundle_from']), (path, setter),
             'trust')
        check(box.rolekey('explain', 'west', env=env),
              stdout=r'^  trusts +%s \(%s\)$' % (path, setter))
    plan = json.loads(check(box.rolekey('explain', '--json', 'east')).stdout)
    same((plan['ca_bundle'], plan['ca_bundle_from']), (None, None), 'trust')


if __name__ == '__main__':
    run_cases(globals())
