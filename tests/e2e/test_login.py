#!/usr/bin/python3 -B
"""login: the console in a browser, without a secret where others see it."""

import glob
import json
import os
import re
import subprocess
import time
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import urlopen

from harness import (BIN, PYTHON, SECRET, USER, Failed, Skipped, check, check_quiet,
                     need, noticed, refused, run_cases, same)

TESTING = 'arn:aws:iam::222233334444:role/TestingAdmin'
CONSOLE = 'https://ap-northeast-1.console.aws.amazon.com'

# A browser of a few lines: it notes what it was given, fetches the page and
# sends its form, as a browser does.  Steps before that come from $STEPS.
BROWSER = r'''
import html, json, os, re, subprocess, sys, urllib.error, urllib.parse
import urllib.request as web

out, steps = sys.argv[1], json.loads(sys.argv[2])
url = sys.argv[3]
seen = {'argv': sys.argv[3:], 'environment': dict(os.environ), 'before': []}

def fetch(*argv, **more):
    try:
        with web.urlopen(web.Request(*argv, **more), timeout=20) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode(), dict(problem.headers)

for step in steps:
    if step == 'path':
        done = fetch(url + 'x')
    elif step == 'host':
        done = fetch(url, headers={'Host': 'rolekey.example'})
    elif step == 'post':
        done = fetch(url, data=b'x')
    elif step == 'nobody':
        done = (int(subprocess.run(
            ['setpriv', '--reuid=65534', '--clear-groups', 'curl', '-s', '-o',
             '/dev/null', '-w', '%{http_code}', url], check=False,
            capture_output=True, text=True).stdout),)
    elif step == 'stop':
        sys.exit(int(steps[-1]))
    seen['before'].append(done[0])
seen['status'], page, seen['headers'] = fetch(url)
seen['page'] = page
form = re.search(r'<form method="post" action="([^"]*)">', page)
fields = {html.unescape(name): html.unescape(value) for name, value in
          re.findall(r'name="(\w+)" value="([^"]*)"', page)}
seen['action'] = html.unescape(form[1])
seen['fields'] = fields
seen['result'] = fetch(seen['action'], data=urllib.parse.urlencode(
    fields).encode())[1]
with open(out + '.new', 'w') as file:
    json.dump(seen, file)
os.rename(out + '.new', out)
'''


def add_to(box, profile, line):
    with open(box.config, encoding='utf-8') as file:
        text = file.read()
    head = '[profile %s]\n' % profile
    need(head in text, text)
    box.write_config(text.replace(head, head + line + '\n'))


def with_browser(box, *steps):
    """A browser for the box; its path."""
    program = box.write('browser.py', BROWSER)
    out = os.path.join(box.home, 'seen')
    path = box.write('browser', "#!/bin/sh\nexec %s %s %s '%s' \"$@\"\n" % (
        PYTHON, program, out, json.dumps(steps)))
    os.chmod(path, 0o755)
    box.env['DISPLAY'] = ':987654'
    return path


def seen(box):
    """What the browser saw, once it has ended."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with open(os.path.join(box.home, 'seen'),
                      encoding='utf-8') as file:
                return json.load(file)
        except FileNotFoundError:
            time.sleep(0.05)
    raise Failed('the browser saw nothing')


def sign_ins(box):
    return [call for call in box.aws.calls()
            if call.get('service') == 'signin']


def case_the_console_opens(box):
    box.warm()
    box.env['BROWSER'] = with_browser(box)
    done = check(box.rolekey('login', 'testing'))
    same(done.stdout, '', 'stdout')
    noticed(done, 'signing-in', profile='testing', value='222233334444')
    got = seen(box)
    need(re.fullmatch(r'http://127\.0\.0\.1:\d+/[0-9a-f]{32}', got['argv'][0]),
         str(got['argv']))
    same(len(got['argv']), 1, 'arguments')
    need('assumed-role/TestingAdmin/' in got['result'], got['result'])
    same(got['fields']['Destination'],
         CONSOLE + '/console/home?region=ap-northeast-1', 'page')
    calls = sign_ins(box)
    same([(call['action'], call['method'], call['in_url']) for call in calls],
         [('getSigninToken', 'POST', []), ('login', 'POST', [])], 'requests')
    need('SessionDuration' not in calls[0]['params'], str(calls[0]))
    for name in got['environment']:
        need(not name.startswith(('AWS_SECRET', 'AWS_SESSION')), name)


def case_the_page_is_closed_to_others(box):
    box.warm()
    steps = ['path', 'host', 'post'] + (['nobody'] if os.geteuid() == 0 else [])
    box.env['BROWSER'] = with_browser(box, *steps)
    check(box.rolekey('console', 'testing'))
    got = seen(box)
    same(got['before'], [404, 421, 405, 404][:len(steps)], 'statuses')
    same(got['status'], 200, 'status')
    headers = {name.lower(): value for name, value in got['headers'].items()}
    same(headers['cache-control'], 'no-store', 'cache')
    same(headers['referrer-policy'], 'no-referrer', 'referrer')
    need("default-src 'none'" in headers['content-security-policy'],
         str(headers))
    token = got['fields']['SigninToken']
    need(token not in got['argv'][0], 'the token is in the address')
    try:
        urlopen(got['argv'][0], timeout=5)
        raise Failed('the page is still there')
    except OSError:
        pass


def case_no_secret_is_in_an_argument_or_a_file(box):
    box.warm()
    box.env['BROWSER'] = with_browser(box)
    process = subprocess.Popen(
        ['strace', '-f', '-qq', '-s', '4000', '-e', 'trace=execve,openat',
         '-o', os.path.join(box.top, 'trace'), BIN, 'login', 'testing'],
        env=dict(box.env, ASAN_OPTIONS='detect_leaks=0'), cwd=box.home,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    lines = set()
    while process.poll() is None:
        for name in glob.glob('/proc/[0-9]*/cmdline'):
            try:
                with open(name, encoding='utf-8', errors='replace') as file:
                    lines.add(file.read())
            except OSError:
                pass
    same(process.wait(), 0, 'status: %s' % process.stderr.read())
    got = seen(box)
    secrets = [SECRET, got['fields']['SigninToken']]
    with open(os.path.join(box.top, 'trace'), encoding='utf-8',
              errors='replace') as file:
        trace = file.read()
    need('/browser' in trace and any('login' in line for line in lines),
         'nothing was seen')
    for secret in secrets:
        need(secret not in trace, 'a secret in a call: ' + secret)
        need(not any(secret in line for line in lines), 'a secret in argv')
        done = subprocess.run(['grep', '-rlF', '--exclude=seen', secret,
                               box.home, box.top], check=False,
                              capture_output=True, text=True)
        same(done.stdout, '', 'files with a secret')


def case_the_address_can_be_printed(box):
    box.warm()
    done = check(box.rolekey('login', 'testing', '--stdout', '--service',
                             's3'))
    noticed(done, 'login-url-is-secret', profile='testing')
    same(done.stdout.count('\n'), 1, 'lines')
    url = done.stdout.strip()
    query = {name: value[0] for name, value in
             parse_qs(urlsplit(url).query).items()}
    same(query['Action'], 'login', 'action')
    same(query['Destination'], CONSOLE + '/s3/home?region=ap-northeast-1', 'page')
    with urlopen(url, timeout=10) as answer:
        need('assumed-role/TestingAdmin/' in answer.read().decode(), url)


def case_the_link_to_switch_needs_nothing(box):
    add_to(box, 'testing', 'color = ff0000')
    done = check_quiet(box.rolekey('login', 'testing', '--switch',
                                   '--stdout'))
    same(done.stdout, 'https://signin.aws.amazon.com/switchrole?account='
         '222233334444&roleName=TestingAdmin&displayName=testing'
         '&color=f2b0a9&redirect_uri=' + quote(
             CONSOLE + '/console/home?region=ap-northeast-1', safe='') + '\n',
         'link')
    box.expect_actions()
    box.env['BROWSER'] = box.write(
        'browser', '#!/bin/sh\necho "$@" >"$HOME/seen"\n')
    os.chmod(box.env['BROWSER'], 0o755)
    box.env['DISPLAY'] = ':987654'
    check_quiet(box.rolekey('login', 'testing', '--switch'))
    with open(os.path.join(box.home, 'seen'), encoding='utf-8') as file:
        same(file.read(), done.stdout, 'link')


def case_pages_of_the_console(box):
    box.warm()
    for flags, wanted in (
            (['--path', '/ec2/home#Instances:'],
             '/ec2/home?region=ap-northeast-1#Instances:'),
            (['--path', '/x?region=us-east-1'], '/x?region=us-east-1'),
            (['--service', 'EC2'], '/ec2/home?region=ap-northeast-1'),
            (['--service', 'logs'],
             '/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups')):
        url = check(box.rolekey('login', 'testing', '--stdout', *flags)).stdout
        same(parse_qs(urlsplit(url.strip()).query)['Destination'],
             [CONSOLE + wanted], 'page')
    before = box.actions()
    refused(box.rolekey('login', 'testing', '--service', 'none'), 2,
            reason='no-console-page', value='none')
    refused(box.rolekey('login', 'testing', '--path', 'x'), 2,
            reason='bad-value', key='--path')
    refused(box.rolekey('login', 'testing', '--path', '/x', '--service',
                        's3'), 2, reason='options-exclude')
    box.expect_actions(*before)


def case_without_a_display_nothing_is_asked(box):
    check(box.add())
    before = box.actions()
    refused(box.rolekey('login', 'testing', '-t', box.code()), 4,
            reason='no-browser-display')
    refused(box.rolekey('login', 'testing', '--browser', '/no/such'), 4,
            reason='browser-not-found', value='/no/such')
    box.expect_actions(*before)


def case_only_a_role_signs_in(box):
    check(box.add())
    before = box.actions()
    done = refused(box.rolekey('login', 'custodian', '--stdout'), 3,
                   reason='login-needs-role', profile='custodian')
    need('https://111122223333.signin.aws.amazon.com/console' in done.stderr,
         str(done))
    box.expect_actions(*before)


def federated(box, *flags):
    """What a console that was made with --federate is given."""
    url = check(box.rolekey('login', 'custodian', '--federate', '--stdout',
                            *flags)).stdout.strip()
    with urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def case_a_user_signs_in_with_a_federation_token(box):
    check(box.add())
    box.aws.mark()
    box.env['BROWSER'] = with_browser(box)
    done = check(box.rolekey('login', 'custodian', '--federate'))
    noticed(done, 'federated-console', profile='custodian', span='1h')
    noticed(done, 'signing-in', profile='custodian', value='111122223333')
    need('arn:aws:sts::111122223333:federated-user/alex' in
         seen(box)['result'], seen(box)['result'])
    box.expect_actions('GetCallerIdentity', 'GetFederationToken',
                       'getSigninToken', 'login')
    call = [call for call in box.aws.calls()
            if call['action'] == 'GetFederationToken'][0]
    same(call['caller'], USER, 'the key signs')
    same(sorted(call['params']), ['DurationSeconds', 'Name', 'Policy'],
         'parameters')
    same(call['params']['DurationSeconds'], '3600', 'duration')
    same(json.loads(call['params']['Policy'])['Statement'],
         [{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}], 'policy')
    need('SessionDuration' not in sign_ins(box)[0]['params'], 'its own end')


def case_a_federation_token_has_a_duration(box):
    check(box.add())
    need('federated-user/alex' in federated(box, '-d', '36h'), 'signed in')
    ends = sign_ins(box)[-1]['console_ends']
    need(129500 < ends - time.time() <= 129600, str(ends))
    need('federated-user/alex' in federated(box, '-n'), 'signed in')
    box.env['AWS_FEDERATION_TOKEN_TTL'] = '2h'
    federated(box)
    ends = sign_ins(box)[-1]['console_ends']
    need(7100 < ends - time.time() <= 7200, str(ends))
    federated(box, '-d', '36h')
    need(sign_ins(box)[-1]['console_ends'] - ends > 100000, '-d comes first')
    before = box.actions()
    for value, reason in (('2x', 'bad-value'), ('37h', 'out-of-range')):
        refused(box.rolekey('login', 'custodian', '--federate', '--stdout',
                            env={'AWS_FEDERATION_TOKEN_TTL': value}), 3,
                reason=reason, key='AWS_FEDERATION_TOKEN_TTL')
    for flags in (['-d', '10m'], ['-d', '37h'], ['-n', '-d', '10m']):
        refused(box.rolekey('login', 'custodian', '--federate', '--stdout',
                            *flags), 2, reason='out-of-range', key='-d')
    box.expect_actions(*before)


def case_what_makes_no_federation_token(box):
    box.warm()
    before = box.actions()
    refused(box.rolekey('login', 'testing', '--federate', '--stdout'), 3,
            reason='federation-needs-key', arn=TESTING)
    for flags, other in ((['--switch'], '--switch'),
                         (['-t', '123456'], '--mfa-token')):
        refused(box.rolekey('login', 'custodian', '--federate', *flags), 2,
                reason='options-exclude', other=other)
    box.write_config(box.read_config() + '[profile temporary]\n'
                     'aws_access_key_id = ASIAIOSFODNN7EXAMPLE\n'
                     'aws_secret_access_key = secret\n'
                     'aws_session_token = token\n')
    refused(box.rolekey('login', 'temporary', '--federate', '--stdout'), 3,
            reason='federation-needs-key', profile='temporary')
    box.expect_actions(*before)
    box.aws.control('user', user=USER, only_with_mfa=True)
    refused(box.rolekey('login', 'custodian', '--federate', '--stdout'), 5,
            reason='aws-refused', context='sign-in', aws_code='AccessDenied',
            calls=['GetCallerIdentity', 'GetFederationToken'])


def case_a_browser_that_fails(box):
    box.warm()
    path = with_browser(box, 'stop', '7')
    check(box.rolekey('login', 'testing', '--browser', path), 1,
          reason='browser-failed', value=path)


def case_a_browser_that_never_fetches(box):
    box.warm()
    path = with_browser(box, 'stop', '0')
    started = time.monotonic()
    check(box.rolekey('login', 'testing', '--browser', path, timeout=90), 1,
          reason='page-not-fetched')
    need(59 <= time.monotonic() - started <= 75, 'it waited for long')


def case_what_sign_in_refuses(box):
    box.warm()
    box.aws.control('expire-sessions')
    done = refused(box.rolekey('login', 'testing', '--stdout'), 5,
                   reason='aws-refused', context='sign-in',
                   calls=['getSigninToken'], aws_code='HTTP 400')
    need('<' not in done.stderr, str(done))


def case_a_long_console(box):
    """Only a role that the key itself assumed has a duration of its own."""
    check(box.add())
    done = check(box.rolekey('login', 'testing', '--stdout', '-d', '12h',
                             '-t', box.code()))
    same(sign_ins(box)[-1]['params'].get('SessionDuration'), '43200',
         'duration')
    box.forget_codes()
    done = check(box.rolekey('login', 'chained', '--stdout', '-d', '2h', '-t',
                             box.code()))
    need('SessionDuration' not in sign_ins(box)[-1]['params'], str(done))


def case_a_guarded_profile_is_confirmed(box):
    add_to(box, 'testing', 'rolekey_confirm = true')
    box.warm()
    refused(box.rolekey('login', 'testing', '--stdout'), 4,
            reason='no-terminal', context='confirmation')
    check(box.rolekey('login', 'testing', '--stdout', '--yes'))


def case_a_real_browser(box):
    """Chromium sends the form by itself, and the console's page is there."""
    chromium = '/usr/bin/chromium'
    if not os.path.exists(chromium):
        raise Skipped('no chromium here')
    box.warm()
    path = box.write('chromium', '#!/bin/sh\nexec %s --headless=new '
                     '--no-sandbox --disable-gpu --user-data-dir="$HOME/data" '
                     '--virtual-time-budget=20000 --timeout=30000 '
                     '--dump-dom "$1" >"$HOME/dom" 2>/dev/null\n' % chromium)
    os.chmod(path, 0o755)
    check(box.rolekey('login', 'testing', '--browser', path, timeout=90))
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if [call for call in sign_ins(box) if call['action'] == 'login']:
            break
        time.sleep(0.2)
    same([(call['action'], call['verdict']) for call in sign_ins(box)],
         [('getSigninToken', 'ok'), ('login', 'ok')], 'requests')


if __name__ == '__main__':
    run_cases(globals())
