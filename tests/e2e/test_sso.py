#!/usr/bin/python3 -B
"""IAM Identity Center: sso login, logout, status, and profiles that start
there.
"""

import hashlib
import json
import os
import re
import shutil
import time

from harness import (BIN, Pty, Skipped, check, check_quiet, need, noticed, refused,
                     run_cases, same)
from peers import read_env
from test_mfa import scanned

URL = 'https://corp.awsapps.com/start'
CONFIG = '''\
[sso-session corp]
sso_start_url = %s
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[profile admin]
sso_session = corp
sso_account_id = 222233334444
sso_role_name = Admin
region = eu-west-1
[profile other]
sso_session = corp
sso_account_id = 222233334444
sso_role_name = Nobody
[profile top]
role_arn = arn:aws:iam::222233334444:role/OfAdmin
source_profile = admin
region = eu-west-1
''' % URL
LEGACY = '''\
[profile old]
sso_start_url = %s
sso_region = eu-west-1
sso_account_id = 222233334444
sso_role_name = Admin
''' % URL
DEVICE = ['RegisterClient', 'StartDeviceAuthorization', 'CreateToken']
BROWSER = ['RegisterClient', 'Authorize', 'CreateToken']


def login(box, *argv):
    box.write_config(CONFIG)
    return check(box.rolekey('sso', 'login', '--device-code', *argv))


def browser(box):
    """A browser that follows redirects, and counts its tabs."""
    return box.write('browser', '''#!/usr/bin/python3
import os, sys, urllib.request
with open(os.path.join(os.environ['HOME'], 'tabs'), 'a') as tabs:
    tabs.write(sys.argv[1] + '\\n')
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
if os.fork() == 0:
    print(opener.open(sys.argv[1]).read())
''', mode=0o700)


def tabs(box):
    with open(os.path.join(box.home, 'tabs'), encoding='utf-8') as file:
        return file.read().splitlines()


def status(box):
    return json.loads(check_quiet(box.rolekey('sso', 'status', '--json')
                                  ).stdout)


def credentials(box, profile, **more):
    done = check_quiet(box.rolekey('exec', profile, '--', 'env', **more))
    return read_env(done.stdout)['AWS_ACCESS_KEY_ID']


def case_a_code_and_then_credentials(box):
    done = login(box)
    noticed(done, 'sso-code', value='ABCD-EFGH')
    noticed(done, 'sso-signed-in', other='corp')
    same(box.actions(), DEVICE, 'calls')
    row, = status(box)
    same((row['session'], row['start_url'], row['region'],
          row['refreshable'], row['where']),
         ('corp', URL, 'eu-west-1', True, 'file'), 'status')
    box.aws.mark()
    key = credentials(box, 'admin')
    same(credentials(box, 'admin'), key, 'the cached session')
    same(box.actions(), ['GetRoleCredentials'], 'calls')
    for argv in (['export', 'admin', '--format', 'json'],
                 ['credential-process', 'admin']):
        same(json.loads(check_quiet(box.rolekey(*argv)).stdout)[
            'AccessKeyId'], key, argv)
    credentials(box, 'top')
    same(box.actions()[1:], ['GetCallerIdentity', 'AssumeRole'], 'on top')
    call = box.aws.all_calls()[0]
    same((call['params']['clientType'], call['params']['scopes'],
          call['params']['issuerUrl']),
         ('public', ['sso:account:access'], URL), 'registration')


def case_a_code_for_a_phone(box):
    box.write_config(CONFIG)
    refused(box.rolekey('sso', 'login', '--qr'), 4, reason='no-terminal')
    terminal = box.pty('sso', 'login', '--qr')
    done = check(terminal.finish())
    if not shutil.which('zbarimg'):
        raise Skipped('no zbarimg')
    same(scanned(box, done.stdout),
         'https://device.sso.example.com/?user_code=ABCD-EFGH', 'the code')
    same(box.actions(), DEVICE, 'calls')


def case_a_console(box):
    login(box, 'corp')
    done = check(box.rolekey('login', 'admin', '--stdout'))
    need('Action=login' in done.stdout and 'SigninToken=' in done.stdout, done)
    same(done.calls, ['GetRoleCredentials', 'getSigninToken'], 'calls')
    refused(box.rolekey('login', 'admin', '--switch', '--stdout'), 3,
            reason='login-needs-role', profile='admin')


def case_a_code_is_polled_for(box):
    box.aws.control('sso', polls=3)
    done = login(box)
    same(box.actions(), DEVICE + ['CreateToken'] * 3, 'calls')
    need(done.seconds >= 3, done)
    box.aws.control('sso', polls=-1, device_life=3)
    check(box.rolekey('sso', 'login', '--device-code'), 4,
          reason='sso-late', context='sso-sign-in')


def case_the_browser(box):
    box.write_config(CONFIG)
    path = browser(box)
    done = check(box.rolekey('sso', 'login', 'corp', '--browser', path))
    noticed(done, 'sso-signed-in', other='corp')
    same(box.actions(), BROWSER, 'calls')
    url, = tabs(box)
    need('code_challenge_method=S256' in url and '&scopes=sso%3A' in url and
         'redirect_uri=http%3A%2F%2F127.0.0.1%3A' in url, url)
    need(credentials(box, 'admin'), 'none')
    box.aws.control('sso', denies=True)
    check(box.rolekey('sso', 'login', '--browser', path), 5,
          reason='sso-refused', context='sso-sign-in',
          aws_code='access_denied')
    same(box.actions()[-1], 'Authorize', 'the client is used again')
    check(box.rolekey('sso', 'login', '--browser', '/nowhere/at/all'), 4)


def case_a_callback_of_somebody_else_does_not_count(box):
    """Wrong state, path and method change nothing; the right one still works."""
    box.write_config(CONFIG)
    path = box.write('browser', '''#!/usr/bin/python3
import os, re, sys, urllib.parse, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
url = sys.argv[1]
query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
base = query['redirect_uri']
def get(address, method='GET', host=None):
    try:
        request = urllib.request.Request(address, method=method)
        if host:
            request.add_header('Host', host)
        return opener.open(request).status
    except urllib.error.HTTPError as problem:
        return problem.code
if os.fork() == 0:
    state = query['state']
    seen = [get(base + '?code=evil&state=wrong'), get(base + '?code=evil'),
            get(base + '?state=' + state),
            get(base.replace('callback', 'other') + '?code=x&state=' + state),
            get(base + '?code=evil&state=' + state, 'POST'),
            get(base + '?code=evil&state=' + state, host='evil.example'),
            get(url)]
    with open(os.path.join(os.environ['HOME'], 'seen'), 'w') as file:
        file.write(repr(seen))
''', mode=0o700)
    check(box.rolekey('sso', 'login', 'corp', '--browser', path))
    for _ in range(100):
        if os.path.exists(os.path.join(box.home, 'seen')):
            break
        time.sleep(0.05)
    time.sleep(0.1)
    with open(os.path.join(box.home, 'seen'), encoding='ascii') as file:
        same(file.read(), '[404, 404, 404, 404, 405, 421, 200]', 'statuses')


def case_many_processes_open_one_tab(box):
    box.write_config(CONFIG)
    path = browser(box)
    box.env['ROLEKEY_BROWSER'] = path
    box.env['DISPLAY'] = ':9'
    done = box.pty_run(['exec', 'admin', '--', 'true'], [])
    check(done)
    same(len(tabs(box)), 1, 'tabs')
    check(box.rolekey('sso', 'logout'))
    script = ('for p in admin other top admin other top; do "%s" exec $p -- '
              'true & done; wait' % BIN)
    terminal = Pty(['/bin/sh', '-c', script], box.env, box.home)
    terminal.finish()
    same(len(tabs(box)), 2, 'tabs')


def case_nobody_can_be_asked(box):
    box.write_config(CONFIG)
    refused(box.rolekey('exec', 'admin', '--', 'true'), 125,
            reason='sso-login-needed', context='starting-sso', profile='admin',
            other='corp')
    for argv in (['export', 'admin'], ['credential-process', 'admin']):
        done = refused(box.rolekey(*argv), 4, reason='sso-login-needed',
                       context='starting-sso')
        need('rolekey sso login corp' in done.stderr, done)


def case_tokens_are_refreshed(box):
    box.aws.control('sso', life=600)  # less than 15 minutes
    login(box)
    box.aws.mark()
    need(credentials(box, 'admin'), 'none')
    same(box.actions(), ['CreateToken', 'GetRoleCredentials'], 'calls')
    same(box.aws.calls()[0]['params']['grantType'], 'refresh_token', 'grant')
    box.aws.control('sso', refresh_tokens=[])
    box.aws.mark()
    check_quiet(box.rolekey('exec', 'admin', '--refresh', '--', 'true'))
    same(box.actions(), ['CreateToken', 'GetRoleCredentials'],
         'a token that is valid is used')
    box.aws.control('sso', tokens={})
    box.aws.mark()
    done = box.rolekey('exec', 'admin', '--refresh', '--', 'true')
    check(done, 125, reason='sso-login-needed', context='starting-sso')
    noticed(done, 'sso-token-refused', other='corp')


def case_a_401_signs_in_once(box):
    login(box)
    box.aws.control('sso', tokens={})
    box.aws.mark()
    check(box.rolekey('exec', 'admin', '--', 'true'))  # it is refreshed
    same(box.actions(), ['GetRoleCredentials', 'CreateToken',
                         'GetRoleCredentials'], 'calls')
    box.aws.control('sso', tokens={}, refresh_tokens=[])
    box.aws.mark()
    box.env['ROLEKEY_BROWSER'] = browser(box)
    box.env['DISPLAY'] = ':9'
    check(box.pty_run(['exec', 'admin', '--refresh', '--', 'true'], []))
    same(box.actions(), ['GetRoleCredentials', 'CreateToken', 'Authorize',
                         'CreateToken', 'GetRoleCredentials'], 'calls')


def case_no_access_names_account_and_role(box):
    login(box)
    refused(box.rolekey('exec', 'other', '--', 'true'), 125,
            reason='aws-refused', context='sso-no-access',
            value='222233334444', expected='Nobody',
            aws_code='ForbiddenException', calls=['GetRoleCredentials'])


def case_a_new_sign_in_ends_the_old_sessions(box):
    """Another user may have signed in."""
    login(box)
    keys = [credentials(box, profile) for profile in ('admin', 'top')]
    check(box.rolekey('sso', 'login', '--device-code'))
    for profile, key in zip(('admin', 'top'), keys):
        assert credentials(box, profile) != key, profile


def case_logout(box):
    login(box)
    credentials(box, 'admin')
    box.aws.mark()
    noticed(check(box.rolekey('sso', 'logout', 'admin')), 'sso-signed-out',
            other='corp')
    same(box.actions(), ['Logout'], 'calls')
    same([(row['expires'], row['where']) for row in status(box)],
         [(None, None)], 'status')
    check(box.rolekey('exec', 'admin', '--', 'true'), 125,
          reason='sso-login-needed')
    noticed(check(box.rolekey('sso', 'logout')), 'sso-not-signed-in')


def cli_file(box, name='corp'):
    digest = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
    return os.path.join(box.home, '.aws', 'sso', 'cache', digest + '.json')


def case_a_token_of_the_aws_cli_is_used(box):
    box.write_config(CONFIG)
    box.env['ROLEKEY_SSO_CACHE'] = 'shared'
    check(box.rolekey('sso', 'login', '--device-code'))
    with open(cli_file(box), encoding='utf-8') as file:
        data = json.load(file)
    same(sorted(data), ['accessToken', 'clientId', 'clientSecret', 'expiresAt',
                        'refreshToken', 'region', 'registrationExpiresAt',
                        'startUrl'], 'members')
    same(os.stat(cli_file(box)).st_mode & 0o777, 0o600, 'mode')
    del box.env['ROLEKEY_SSO_CACHE']
    os.unlink(box.keyring_path())
    box.aws.mark()
    need(credentials(box, 'admin'), 'none')
    same(box.actions(), ['GetRoleCredentials'], 'calls')
    same([row['where'] for row in status(box)], ['aws-cli'], 'status')
    check(box.rolekey('clear'))
    for text, mode in (('{"accessToken"', 0o600), ('[]', 0o600), ('', 0o600),
                       (json.dumps(dict(data, startUrl='https://x')), 0o600),
                       (json.dumps(dict(data, expiresAt='soon')), 0o600),
                       (json.dumps(dict(data, expiresAt='2020-01-01T00:00:00Z'
                                        )), 0o600),
                       (json.dumps(dict(data, accessToken='a b')), 0o600),
                       (json.dumps(data), 0o666)):
        box.write(cli_file(box), text, mode)
        check(box.rolekey('exec', 'admin', '--', 'true'), 125,
              reason='sso-login-needed')
    os.chmod(cli_file(box), 0o600)
    box.write(cli_file(box), json.dumps(dict(data, expiresAt=data[
        'expiresAt'].replace('Z', 'UTC'))))
    need(credentials(box, 'admin'), 'the form of old versions')


def case_a_shared_token_is_refreshed_for_both(box):
    box.aws.control('sso', life=600)
    box.write_config(CONFIG)
    box.env['ROLEKEY_SSO_CACHE'] = 'shared'
    check(box.rolekey('sso', 'login', '--device-code'))
    os.unlink(box.keyring_path())
    with open(cli_file(box), encoding='utf-8') as file:
        before = json.load(file)
    box.aws.mark()
    need(credentials(box, 'admin'), 'none')
    same(box.actions(), ['CreateToken', 'GetRoleCredentials'], 'calls')
    with open(cli_file(box), encoding='utf-8') as file:
        after = json.load(file)
    need(after['refreshToken'] != before['refreshToken'] and
         after['accessToken'] != before['accessToken'], 'not written')


BOTOCORE = '''
import json, sys
try:
    import awscli.clidriver
    from awscli.botocore.session import Session
    from awscli.botocore.utils import SSOTokenFetcher
except ImportError as problem:
    sys.exit("skip: %s" % problem)
endpoint, start_url = sys.argv[1:]
session = Session()
shown = []
def client(service, **more):
    return session.create_client(service, endpoint_url=endpoint,
                                 region_name='eu-west-1', **more)
import inspect, types
more = {} # version 2.23 wants the options of the command line
if 'parsed_globals' in inspect.signature(SSOTokenFetcher).parameters:
    more['parsed_globals'] = types.SimpleNamespace(
        verify_ssl=True, ca_bundle=None, read_timeout=None,
        connect_timeout=None)
fetcher = SSOTokenFetcher('eu-west-1', client, cache={},
    on_pending_authorization=lambda **given: shown.append(given['userCode']),
    **more)
token = fetcher.fetch_token(start_url)['accessToken']
from awscli.botocore import UNSIGNED
from awscli.botocore.config import Config
portal = client('sso', config=Config(signature_version=UNSIGNED))
def get(role):
    try:
        return portal.get_role_credentials(
            roleName=role, accountId='222233334444',
            accessToken=token)['roleCredentials']['accessKeyId']
    except Exception as problem:
        return str(problem)
print(json.dumps([shown, get('Admin'), get('Nobody'), token]))
'''


def case_the_aws_cli_gets_what_rolekey_gets(box):
    """The stand-in answers the AWS CLI's own client of Identity Center."""
    box.write_config(CONFIG)
    box.aws.control('sso', polls=1)
    done = box.run('/usr/bin/python3', '-c', BOTOCORE, box.aws.url, URL)
    if done.stderr.startswith('skip'):
        raise Skipped(done.stderr.strip())
    shown, key_id, problem, token = json.loads(check(done).stdout)
    same(shown, ['ABCD-EFGH'], 'shown')
    need(key_id.startswith('ASIA'), key_id)
    need('ForbiddenException' in problem and 'No access' in problem, problem)
    box.write(cli_file(box), json.dumps({
        'startUrl': URL, 'region': 'eu-west-1', 'accessToken': token,
        'expiresAt': '2099-01-01T00:00:00Z'}))
    need(credentials(box, 'admin'), "the AWS CLI's token")


def case_which_start_url(box):
    box.write_config(CONFIG + LEGACY + '[profile key]\n')
    refused(box.rolekey('sso', 'login', '--device-code'), 2,
            reason='sso-which', number=2)
    refused(box.rolekey('sso', 'login', 'key'), 3, reason='not-sso',
            profile='key')
    refused(box.rolekey('sso', 'login', 'nobody'), 3,
            reason='no-such-profile')
    check(box.rolekey('sso', 'login', 'top', '--device-code'))
    check(box.rolekey('sso', 'login', 'old', '--device-code'))
    same([(row['session'], row['refreshable']) for row in status(box)],
         [('corp', True), (None, True)], 'status')
    need(credentials(box, 'old'), 'none')
    done = check(box.rolekey('sso', 'status', 'old'))
    need(re.match(URL + '  .* left, refreshable\n', done.stdout), done)


def case_an_edited_section_is_another_token(box):
    login(box)
    box.write_config(CONFIG.replace('eu-west-1', 'eu-central-1'))
    check(box.rolekey('exec', 'admin', '--', 'true'), 125,
          reason='sso-login-needed')


def case_broken_answers(box):
    login(box)
    for kind, reason, status_ in (
            ('garbage', 'not-aws', 7), ('html200', 'not-aws', 7),
            ('huge', 'response-too-long', 7),
            ('endless', 'response-too-long', 7), ('redirect', 'not-aws', 7),
            ('empty', 'incomplete-answer', 7)):
        box.aws.fault(kind)
        refused(box.rolekey('export', 'admin'), status_, reason=reason,
                context='starting-sso', calls=['GetRoleCredentials'])
    for body in ({}, {'roleCredentials': {}}, {'roleCredentials': [1]},
                 {'roleCredentials': {'expiration': 'soon'}}):
        box.aws.fault('error', status=200, body=body)
        refused(box.rolekey('export', 'admin'), 7, reason='incomplete-answer',
                context='starting-sso', calls=['GetRoleCredentials'])
    box.aws.fault('error', status=200, body={
        'message': 'Internal error', '__type': 'x#NullPointerException'})
    refused(box.rolekey('export', 'admin'), 5, reason='aws-refused',
            context='starting-sso', aws_code='NullPointerException',
            calls=['GetRoleCredentials'])
    for action in ('RegisterClient', 'StartDeviceAuthorization',
                   'CreateToken'):
        check(box.rolekey('sso', 'logout'))
        box.aws.fault('error', status=200, body={'expiresIn': 'x'},
                      action=action)
        check(box.rolekey('sso', 'login', '--device-code'), 7,
              reason='incomplete-answer', action=action)


if __name__ == '__main__':
    run_cases(globals())
