#!/usr/bin/python3 -B
"""The way to AWS: TLS, endpoints, large and odd answers."""

import json
import os

from harness import (check_quiet, noticed, KEY_ID, SECRET, StandIn, check, gnome_keyring,
                     need, run_cases, same)
from peers import read_env, who_has_environment
from quick import trace
from tls import calls_of, https

SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')


def add_over(box, url, cert=None):
    env = dict(box.key_environment(), AWS_ENDPOINT_URL=url)
    if cert is not None:
        env['AWS_CA_BUNDLE'] = cert
    return box.rolekey('add', 'custodian', '--env', env=env)


def case_tls_with_a_certificate_that_is_trusted(box):
    with https(box) as (aws, cert):
        check(add_over(box, aws.url, cert))
        same(calls_of(aws), ['GetCallerIdentity', 'ListMFADevices'], 'calls')
        box.expect_actions()


def case_tls_with_a_certificate_that_nobody_knows(box):
    with https(box) as (aws, _):
        done = check(add_over(box, aws.url), 7, reason='tls', context='key-not-stored')
        same(calls_of(aws), [], 'calls')
        need(SECRET not in done.stderr, str(done))


def case_an_empty_bundle_is_none(box):
    with https(box) as (aws, _):
        check(add_over(box, aws.url, ''), 7, reason='tls', context='key-not-stored')
        same(calls_of(aws), [], 'calls')


def case_the_keys_of_tls_are_written_nowhere(box):
    """libcurl would, to a file that the environment names."""
    log = os.path.join(box.top, 'tls.keys')
    box.env['SSLKEYLOGFILE'] = log
    with https(box) as (aws, cert):
        check(add_over(box, aws.url, cert))
        done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--',
                                 'env', env={'AWS_ENDPOINT_URL': aws.url,
                                             'AWS_CA_BUNDLE': cert}))
    need(not os.path.exists(log), 'keys are there')
    same(read_env(done.stdout).get('SSLKEYLOGFILE'), log, "the child's own")


def case_tls_with_a_certificate_for_another_name(box):
    with https(box, 'elsewhere.example') as (aws, cert):
        check(add_over(box, aws.url, cert), 7, reason='tls', context='key-not-stored')
        same(calls_of(aws), [], 'calls')


def case_a_bundle_that_is_not_there(box):
    with https(box) as (aws, _):
        done = add_over(box, aws.url, '/nonexistent.pem')
        need(done.status in (3, 7), str(done))
        need('nonexistent.pem' in done.stderr or 'certificate' in done.stderr,
             str(done))


def case_each_service_may_have_its_endpoint(box):
    folder = os.path.join(box.top, 'iam')
    os.mkdir(folder)
    iam = StandIn(folder)
    try:
        check(box.add(env={'AWS_ENDPOINT_URL': 'http://127.0.0.1:1',
                           'AWS_ENDPOINT_URL_STS': box.aws.url,
                           'AWS_ENDPOINT_URL_IAM': iam.url}))
        box.expect_actions('GetCallerIdentity')
        same(iam.actions(), ['ListMFADevices'], 'calls to IAM')
        same(iam.calls()[0]['region'], 'us-east-1', 'region')
    finally:
        iam.stop()


def case_endpoints_from_the_files(box):
    env = {'AWS_ENDPOINT_URL': None}
    head = '[profile sam]\nregion = us-east-1\n'
    for text in (head + 'endpoint_url = %s\n' % box.aws.url,
                 head + 'services = here\n[services here]\nsts =\n  '
                 'endpoint_url = %s\n' % box.aws.url,
                 head + 'services = here\nendpoint_url = http://127.0.0.1:1\n'
                 '[services here]\nsts =\n  endpoint_url = %s\n'
                 % box.aws.url):
        box.write_config(text)
        box.add_quietly('sam', key=SAM)
        box.aws.mark()
        check(box.rolekey('export', 'sam', env=env))
        box.expect_actions('GetSessionToken')


def case_configured_endpoints_may_be_ignored(box):
    box.write_config('[profile sam]\nregion = us-east-1\n')
    plan = json.loads(check(box.rolekey('explain', '--json', 'sam', env={
        'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS': 'true'})).stdout)
    same(plan['steps'][-1]['endpoint'].rstrip('/'),
         'https://sts.us-east-1.amazonaws.com', 'endpoint')


def case_tokens_of_four_kib_on_every_keyring(box):
    box.aws.control('settings', token_size=4096, fraction=True)

    def through():
        check(box.add())
        env = read_env(check(box.rolekey(
            'exec', 'testing', '-t', box.code(), '--', 'env')).stdout)
        same(len(env['AWS_SESSION_TOKEN']), 4096, 'token')
        again = read_env(check(box.rolekey('exec', 'testing', '--',
                                           'env')).stdout)
        same(again['AWS_SESSION_TOKEN'], env['AWS_SESSION_TOKEN'], 'again')
        need(who_has_environment(box, again).endswith('/TestingAdmin/alex'),
             'who')
    through()
    box.forget_codes()
    with gnome_keyring(box):
        through()


def case_slow_answers_are_waited_for(box):
    box.aws.fault('slow', seconds=3)
    done = check(box.add())
    need(done.seconds >= 3, 'was not slow')


def case_aws_is_disabled_in_a_region(box):
    box.aws.fault('error', code='RegionDisabledException', status=403, count=9,
                  message='STS is not activated in this region for account:'
                          '111122223333.')
    check(box.add(), 5, stderr='^hint: .*region')


def case_what_aws_says_cannot_hurt_the_terminal(box):
    box.aws.fault('error', code='AccessDenied', status=403, count=9,
                  message='a\x9b31m \u202e b ' + 'c' * 5000)
    done = check(box.add(), 5)
    need('\x9b' not in done.stderr, str(done))
    need(len(done.stderr) < 3000, 'too much to read')


REMOTE = 'http://sts.invalid'


def case_no_proxy_of_the_environment_is_forgotten(box):
    """http_proxy is used, as the AWS CLI would, but not for this machine."""
    box.add_quietly()
    env = {'http_proxy': 'http://127.0.0.1:1'}
    done = box.rolekey('export', 'custodian', '-t', box.code(),
                       env=dict(env, AWS_ENDPOINT_URL=REMOTE))
    check(done, 7, reason='no-proxy-connection')
    noticed(done, 'unencrypted', other='sts.invalid:80')
    box.forget_codes()
    check_quiet(box.rolekey('export', 'custodian', '-t', box.code(), env=env))


def case_no_proxy_for_this_machine_however_it_is_named(box):
    """By any variable of a proxy, of an endpoint, or by the profile."""
    box.add_quietly()
    proxies = {name: 'http://127.0.0.1:1' for name in (
        'http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy',
        'ALL_PROXY')}
    config = box.read_config()
    url = box.aws.url
    for env, line in (
            ({'AWS_ENDPOINT_URL': url}, ''),
            ({'AWS_ENDPOINT_URL': url.replace('127.0.0.1', 'localhost')}, ''),
            ({'AWS_ENDPOINT_URL': None, 'AWS_ENDPOINT_URL_STS': url}, ''),
            ({'AWS_ENDPOINT_URL': None}, 'endpoint_url = %s\n' % url)):
        for no_proxy in ('', 'example.com'):
            box.write_config(config.replace(
                '[profile custodian]\n', '[profile custodian]\n' + line))
            box.forget_codes()
            check_quiet(box.rolekey(
                'export', 'custodian', '--refresh', '-t', box.code(),
                env=dict(proxies, **env, no_proxy=no_proxy)))


def case_exec_warns_of_plain_http_and_heeds_no_proxy(box):
    box.add_quietly()
    env = {'http_proxy': 'http://127.0.0.1:1', 'AWS_ENDPOINT_URL': None}
    box.write_config(box.read_config().replace(
        '[profile testing]\n',
        '[profile testing]\nendpoint_url = %s\n' % REMOTE))
    for more, reason in (({}, 'no-proxy-connection'),
                         ({'no_proxy': 'sts.invalid'}, 'host-not-found'),
                         ({'NO_PROXY': '.invalid'}, 'host-not-found')):
        done = check(box.rolekey('exec', 'testing', '-t', box.code(fresh=False),
                                 '--', 'true', env=dict(env, **more)), 125,
                     reason=reason)
        noticed(done, 'unencrypted', other='sts.invalid:80')


def case_a_proxys_password_is_never_shown(box):
    box.add_quietly()
    password = 's3cretpw'
    for address in ('ftp://user:%s@127.0.0.1:1', 'user:%s@[::1',
                    'http://user:%s@127.0.0.1:99999', 'http://user:%s @x:1',
                    'http://user:%s' + 'x' * 300 + '@[::1',
                    'http://user:%s@127.0.0.1:1',
                    'socks5://user:%s@nowhere.invalid:1'):
        done = box.rolekey('--debug', 'export', 'custodian', '-t', '123456',
                           env={'http_proxy': address % password,
                                'AWS_ENDPOINT_URL': REMOTE})
        same(done.status, 7, str(done))
        need(password not in done.stderr, str(done))
        need('proxy' in done.stderr, str(done))


def case_no_file_gets_the_keys_of_a_tls_connection(box):
    path = os.path.join(box.home, 'keys')
    with https(box) as (aws, cert):
        box.env['SSLKEYLOGFILE'] = path
        check(add_over(box, aws.url, cert))
        need(calls_of(aws), 'no call')
    need(not os.path.exists(path), 'they lie in SSLKEYLOGFILE')


def case_an_empty_bundle_is_none(box):
    with https(box) as (aws, _):
        check(add_over(box, aws.url, ''), 7, reason='tls')


def connections(box, *argv):
    """How often a call connects, without its question to a keyring."""
    lines = trace(box, *argv, calls='connect,execve')
    return len([line for line in lines if 'sin_addr' in line])


def case_a_chain_needs_one_connection(box):
    check(box.add())
    before = box.actions()
    for _ in range(2):
        same(connections(box, 'exec', 'testing', '--refresh', '-t',
                         box.code(), '--', 'true'), 1, 'connections')
    box.expect_actions(*before, 'GetSessionToken', 'AssumeRole',
                       'GetSessionToken', 'AssumeRole')


def case_static_keys_of_the_files_work_with_a_warning(box):
    box.write_credentials('[custodian]\naws_access_key_id = %s\n'
                          'aws_secret_access_key = %s\n' % (KEY_ID, SECRET))
    done = check(box.rolekey('export', 'testing', '-t', box.code()))
    need('import' in done.stderr or 'rolekey add' in done.stderr, str(done))
    need(SECRET not in done.stderr, str(done))


def case_a_stored_key_comes_before_static_ones(box):
    box.write_credentials('[custodian]\naws_access_key_id = AKIAOTHEROTHER000'
                          '000\naws_secret_access_key = x\n')
    check(box.add())
    check(box.rolekey('export', 'testing', '-t', box.code()))
    same({call['key_id'] for call in box.aws.calls()
          if call['action'] == 'GetSessionToken'}, {KEY_ID}, 'key')


if __name__ == '__main__':
    run_cases(globals())
