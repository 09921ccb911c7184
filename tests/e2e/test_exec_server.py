#!/usr/bin/python3 -B
"""exec --server: a command gets its credentials from an endpoint of ours."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

import messages
import servers
from harness import (BIN, PYTHON, SECRET, SERIAL, Failed, Skipped, check,
                     failed, need, refused, run_cases, same)
from servers import IMDS, TOKEN, URI, Served, keys_of, request, until

TESTING = 'arn:aws:iam::222233334444:role/TestingAdmin'
ASSUMED = 'arn:aws:sts::222233334444:assumed-role/TestingAdmin/alex'
FIELDS = ['AccessKeyId', 'SecretAccessKey', 'Token', 'Expiration', 'AccountId',
          'RoleArn']
METADATA = '/latest/meta-data/'


def case_the_command_gets_an_endpoint_and_no_key(box):
    box.warm()
    with Served(box, '--server', 'testing', env={
            'no_proxy': 'corp.example', 'AWS_PROFILE': 'x',
            'AWS_ACCESS_KEY_ID': 'AKIAOLD'}) as served:
        env = served.env
        need(re.fullmatch(r'http://127\.0\.0\.1:\d+/testing', env[URI]),
             env[URI])
        need(re.fullmatch('[0-9a-f]{64}', env[TOKEN]), 'token')
        for name in ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY',
                     'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'ROLEKEY_PASSPHRASE',
                     'AWS_CREDENTIAL_EXPIRATION'):
            need(name not in env, name)
        same(env['no_proxy'], 'corp.example,127.0.0.1,[::1]', 'no_proxy')
        same(env['NO_PROXY'], 'corp.example,127.0.0.1,[::1]', 'NO_PROXY')
        same((env['AWS_REGION'], env['ROLEKEY_PROFILE']),
             ('ap-northeast-1', 'testing'), 'region and profile')
        keys = keys_of(served.get())
        same(list(keys), FIELDS, 'members')
        same((keys['AccountId'], keys['RoleArn']),
             ('222233334444', TESTING), 'account and role')
        need(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ',
                          keys['Expiration']), keys['Expiration'])
        same(served.end(), 0, 'status')
        same(served.said(), '', 'stderr')


def case_only_a_correct_request_is_answered(box):
    box.warm()
    with Served(box, '-s', 'testing') as served:
        port = int(served.env[URI].split(':')[2].split('/')[0])
        token = served.env[TOKEN]
        for status, code, answer in (
                (403, 'WrongToken', served.get(Authorization=None)),
                (403, 'WrongToken', served.get(Authorization='')),
                (403, 'WrongToken', served.get(Authorization=token[:-1])),
                (403, 'WrongToken', served.get(Authorization=token + '0')),
                (403, 'WrongToken', served.get(Authorization=token * 2)),
                (405, 'MethodNotAllowed', served.get(method='POST')),
                (405, 'MethodNotAllowed', served.get(method='PUT')),
                (421, 'WrongHost', served.get(Host='rolekey.example')),
                (421, 'WrongHost', served.get(Host='127.0.0.1:1')),
                (421, 'WrongHost', served.get(Host='127.0.0.1.example')),
                (404, 'NotServed', served.get('/')),
                (404, 'NotServed', served.get('/testing/')),
                (404, 'NotServed', served.get('/staging'))):
            same((answer[0], json.loads(answer[1])['code']), (status, code),
                 'answer')
            need('Secret' not in answer[1], answer[1])
        for host in ('127.0.0.1', '127.0.0.1:%d' % port, 'localhost',
                     'localhost:%d' % port, '[::1]:%d' % port):
            keys_of(served.get(Host=host))
        keys_of(served.get('/testing?x=y'))


def case_its_status_is_ours(box):
    box.warm()
    for script, status in (('exit 0', 0), ('exit 42', 42),
                           ('kill -9 $$', 137), ('kill -TERM $$', 143)):
        check(box.rolekey('exec', '-s', 'testing', '--', 'sh', '-c', script),
              status, calls=[])
    refused(box.rolekey('exec', '-s', 'testing', '--', 'no-such-program'), 127,
            reason='command-not-found', value='no-such-program')


def case_stdin_is_the_commands(box):
    box.warm()
    done = box.rolekey('exec', '-s', 'testing', '--', 'cat', stdin='a\nb\n')
    same(check(done).stdout, 'a\nb\n', 'stdout')


def case_default_would_hide_the_server(box):
    box.warm()
    text = box.read_config().replace(
        '[default]\n', '[default]\ncredential_process = /bin/false\n')
    box.write_config(text)
    done = box.rolekey('exec', '-s', 'testing', '--', 'true')
    refused(done, 125, reason='default-hides-server',
            key='credential_process', path=box.config)
    with Served(box, '-s', '--hide-files', 'testing') as served:
        same((served.env['AWS_CONFIG_FILE'],
              served.env['AWS_SHARED_CREDENTIALS_FILE']),
             ('/dev/null', '/dev/null'), 'files')
    refused(box.rolekey('exec', '--hide-files', 'testing', '--', 'true'), 125,
            reason='option-needs-option', key='--hide-files')


def case_a_long_lived_key_is_not_served(box):
    check(box.add())
    done = box.rolekey('exec', '-s', '-n', 'custodian', '--', 'true')
    check(done, 125)
    failed(done, 'server-needs-session', profile='custodian')


def short(box, seconds):
    """No role's session is cached, and new ones last so many seconds."""
    box.warm('staging')
    box.aws.control('settings', lifetime=seconds)


def botocore(box, flag):
    """Sessions of 12 s, for 40 s: it never gets one that has ended."""
    short(box, 12)
    done = check(box.rolekey('exec', flag, 'testing', '--', PYTHON, '-c',
                             servers.CALLER, '40', '0.5'))
    lines = [line.split() for line in done.stdout.splitlines()]
    need(all(arn == ASSUMED for arn, _ in lines), done.stdout)
    need(len({key for _, key in lines}) >= 3, 'never refreshed: %s' % done)


def case_debians_botocore_uses_the_endpoint(box):
    botocore(box, '--server')


def case_debians_botocore_uses_imds(box):
    box.warm()
    done = check(box.rolekey('exec', '--ec2-server', 'testing', '--', PYTHON,
                             '-c', servers.CALLER, '0', '0'), calls=None)
    same(done.stdout.split()[0], ASSUMED, 'caller')


def case_aws_uses_it(box):
    if not shutil.which('aws'):
        raise Skipped('no aws')
    box.warm()
    for flag in ('--server', '--ec2-server'):
        done = check(box.rolekey(
            'exec', flag, 'testing', '--', 'aws', '--endpoint-url', box.aws.url,
            'sts', 'get-caller-identity'))
        same(json.loads(done.stdout)['Arn'], ASSUMED, 'caller')


def calls_of(box):
    return [action for action in box.actions() if action == 'AssumeRole']


def case_one_refresh_for_many_clients(box):
    """Sessions of 8 s, ten clients: an AssumeRole in 4 s."""
    short(box, 8)
    with Served(box, '-s', 'testing') as served:
        box.aws.mark()
        started = time.monotonic()
        seen = set()
        slowest = 0
        while time.monotonic() < started + 12:
            for _ in range(10):
                before = time.monotonic()
                keys = keys_of(served.get())
                slowest = max(slowest, time.monotonic() - before)
                seen.add(keys['AccessKeyId'])
            time.sleep(0.2)
        need(slowest < 0.5, 'an answer took %.2f s' % slowest)
        need(len(seen) >= 2, 'never renewed')
        need(len(calls_of(box)) <= 12 / 4 + 1, str(box.actions()))


def case_the_old_answer_while_aws_is_away(box):
    short(box, 16)
    with Served(box, '-s', 'testing') as served:
        first = keys_of(served.get())['AccessKeyId']
        box.aws.stop()
        time.sleep(10)
        started = time.monotonic()
        same(keys_of(served.get())['AccessKeyId'], first, 'key')
        need(time.monotonic() - started < 0.5, 'slow')
        status, body, _ = until(
            lambda: (lambda got: got if got[0] != 200 else None)(served.get()),
            'the end of the session')
        same(status, 503, 'status')
        need(json.loads(body)['code'] in ('NoConnection', 'RequestFailed',
                                          'ConnectionLost'), body)
        need('not renewed' in served.said(), served.said())


def case_the_network_is_gone_for_a_while(box):
    """AWS is silent: the old answer, at once, while it is valid; a new one as
    soon as AWS answers. By hand ROLEKEY_OFFLINE=120: for so many seconds."""
    seconds = int(os.environ.get('ROLEKEY_OFFLINE', 8))
    short(box, seconds * 5 // 4 + 4)
    with Served(box, '-s', 'testing') as served:
        first = keys_of(served.get())['AccessKeyId']
        os.kill(box.aws.process.pid, signal.SIGSTOP)
        try:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                started = time.monotonic()
                same(keys_of(served.get())['AccessKeyId'], first, 'key')
                need(time.monotonic() - started < 0.5, 'slow')
                time.sleep(0.2)
        finally:
            os.kill(box.aws.process.pid, signal.SIGCONT)
        back = time.monotonic()
        until(lambda: keys_of(served.get())['AccessKeyId'] != first, 'a new one')
        print('  a new session %.1f s after AWS was back' % (
            time.monotonic() - back))


def case_a_code_that_nobody_gives(box):
    """The message says what to run; it works after that was run elsewhere."""
    box.warm()
    with Served(box, '-s', '--lazy', 'testing') as served:
        check(box.rolekey('clear'))
        box.forget_codes()
        status, body, _ = until(
            lambda: (lambda got: got if got[0] == 403 else None)(served.get()),
            'a refusal')
        same(status, 403, 'status')
        answer = json.loads(body)
        same(answer['code'], 'NoTerminal', 'code')
        need(SERIAL in answer['message'] and
             'rolekey exec testing -- true' in answer['message'], body)
        need(SERIAL in served.said(), served.said())
        check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true'))
        until(lambda: served.get()[0] == 200, 'credentials')


def case_lazy_fetches_nothing_before_a_request(box):
    box.warm()
    check(box.rolekey('clear', 'testing'))
    check(box.rolekey('exec', 'staging', '-t', box.code(), '--', 'true'))
    box.aws.mark()
    for flag in ('-s', '--ec2-server'):
        check(box.rolekey('exec', flag, '--lazy', 'testing', '--', 'true'),
              calls=[])
    for flag in ('-s', '--ec2-server'):
        done = check(box.rolekey('exec', flag, '--lazy', 'testing', '--',
                                 PYTHON, '-c', servers.CALLER, '0', '0'))
        same(done.stdout.split()[0], ASSUMED, 'caller')


def case_a_role_of_the_same_base(box):
    box.warm()
    staging = 'arn:aws:iam::333344445555:role/StagingAdmin'
    with Served(box, '-s', 'custodian') as served:
        for path in ('/role-arn/' + staging, '/custodian/role-arn/' + staging):
            keys = until(
                lambda path=path: (lambda got: keys_of(got) if got[0] == 200
                                   else None)(served.get(path)), 'the role')
            same((keys['RoleArn'], keys['AccountId']),
                 (staging, '333344445555'), 'role')
        for arn, code in (('arn:aws:iam::999999999999:role/x',
                           'RoleNotConfigured'), ('x', 'BadValue')):
            status, body, _ = served.get('/role-arn/' + arn)
            same((status, json.loads(body)['code']), (404, code), 'answer')
    same(box.actions().count('AssumeRole'), 1, 'requests')
    with Served(box, '-s', '--any-role', 'custodian') as served:
        status, body, _ = until(
            lambda: (lambda got: got if got[0] == 403 else None)(
                served.get('/role-arn/arn:aws:iam::999999999999:role/x')),
            'a refusal')
        same(json.loads(body)['code'], 'AccessDenied', 'code')


# -- processes ----------------------------------------------------------------

COUNTER = r'''
import os, signal, sys, time
seen = {}
def note(number, frame):
    seen[number] = seen.get(number, 0) + 1
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
    signal.signal(number, note)
print('ready', os.getpid(), os.getppid(), flush=True)
end = time.monotonic() + 10
while time.monotonic() < end and not os.path.exists('done'):
    time.sleep(0.05)
time.sleep(0.3)
print('seen', sorted(seen.items()), flush=True)
'''


def finish_counter(box, terminal):
    time.sleep(0.5)
    box.write('done', '')
    return terminal.finish()


def case_ctrl_c_arrives_once(box):
    box.warm()
    terminal = box.pty('exec', '-s', 'testing', '--', PYTHON, '-c', COUNTER)
    terminal.expect(r'ready \d+ \d+')
    terminal.child.sendintr()
    same(check(finish_counter(box, terminal)).stdout.split('seen ')[1].strip(),
         '[(2, 1)]', 'signals')


def case_a_signal_to_rolekey_arrives_once(box):
    box.warm()
    terminal = box.pty('exec', '-s', 'testing', '--', PYTHON, '-c', COUNTER)
    terminal.expect(r'ready \d+ \d+')
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP):
        os.kill(terminal.child.pid, number)
    same(check(finish_counter(box, terminal)).stdout.split('seen ')[1].strip(),
         '[(1, 1), (10, 1), (15, 1)]', 'signals')


def case_the_command_outlives_a_killed_rolekey(box):
    box.warm()
    terminal = box.pty('exec', '-s', 'testing', '--', PYTHON, '-c', COUNTER)
    terminal.expect(r'ready (\d+) \d+')
    child = int(terminal.child.match.group(1))
    os.kill(terminal.child.pid, signal.SIGKILL)
    time.sleep(0.5)
    os.kill(child, 0)
    box.write('done', '')
    until(lambda: not os.path.exists('/proc/%d' % child), 'its end')
    terminal.close()


def case_the_server_ends_with_the_command(box):
    box.warm()
    with Served(box, '-s', '--ec2-server', 'testing') as served:
        ports = [int(re.search(r':(\d+)', served.env[name])[1])
                 for name in (URI, IMDS)]
        same(served.end(), 0, 'status')
    for port in ports:
        with socket.socket() as sock:
            need(sock.connect_ex(('127.0.0.1', port)) != 0, 'it listens')


def case_the_shell_stops_and_continues_it(box):
    box.warm()
    env = dict(box.env, PS1='$ ')
    import pexpect
    shell = pexpect.spawn('/bin/bash', ['--norc', '--noprofile', '-i'], env=env,
                          cwd=box.home, encoding='utf-8', timeout=20)
    try:
        shell.sendline('%s exec -s testing -- %s -c "%s"' % (
            BIN, PYTHON, 'import time; print(6*7); time.sleep(3); print(7*8)'))
        shell.expect(r'\b42\b')
        shell.sendcontrol('z')
        shell.expect('Stopped')
        shell.sendline('jobs; echo mark$((1+1))')
        shell.expect('mark2')
        shell.sendline('fg')
        shell.expect(r'\b56\b')
        shell.sendline('echo status=$?')
        shell.expect('status=0')
    except pexpect.TIMEOUT:
        raise Failed('the shell showed %r' % shell.before) from None
    finally:
        shell.close(force=True)


# -- IMDS ---------------------------------------------------------------------


def token_of(port, ttl='21600'):
    status, token, headers = request(
        port, 'PUT', '/latest/api/token',
        {'X-aws-ec2-metadata-token-ttl-seconds': ttl, 'Content-Length': '0'})
    same(status, 200, 'status of the token')
    same({name.lower(): value for name, value in headers.items()}[
        'x-aws-ec2-metadata-token-ttl-seconds'], ttl, 'ttl')
    return token


def case_imds_version_2(box):
    box.warm()
    with Served(box, '--ec2-server', 'testing') as served:
        need(URI not in served.env, 'a container endpoint')
        need('AWS_EC2_METADATA_DISABLED' not in served.env, 'it is disabled')
        port = served.imds_port()
        token = {'X-aws-ec2-metadata-token': token_of(port)}

        def get(path, headers=None):
            return request(port, 'GET', path, token if headers is None
                           else headers)
        for path in (servers.ROLE_PATH, servers.ROLE_PATH.rstrip('/')):
            same(get(path)[:2], (200, 'TestingAdmin'), 'role')
        keys = keys_of(get(servers.ROLE_PATH + 'TestingAdmin'))
        same(list(keys), ['Code', 'LastUpdated', 'Type', 'AccessKeyId',
                          'SecretAccessKey', 'Token', 'Expiration'], 'members')
        same((keys['Code'], keys['Type']), ('Success', 'AWS-HMAC'), 'code')
        same(get(METADATA + 'placement/region')[1], 'ap-northeast-1', 'region')
        same(get(METADATA + 'placement/availability-zone')[1],
             'ap-northeast-1a', 'zone')
        same(json.loads(get('/latest/dynamic/instance-identity/document')[1])[
            'region'], 'ap-northeast-1', 'region')
        same(get(METADATA + 'x')[0], 404, 'status')
        same(get(servers.ROLE_PATH + 'Other')[0], 404, 'status')
        for headers in ({}, {'X-aws-ec2-metadata-token': 'x'},
                        {'X-aws-ec2-metadata-token': 'x' * 96},
                        {'X-aws-ec2-metadata-token':
                         token['X-aws-ec2-metadata-token'][:-1] + 'z'}):
            same(get(servers.ROLE_PATH, headers)[0], 401, 'status')
        same(get(servers.ROLE_PATH, dict(token, X_Forwarded_For='x'))[0], 200,
             'status')
        same(get(servers.ROLE_PATH, dict(token, **{
            'X-Forwarded-For': 'x'}))[0], 403, 'status')
        same(get(servers.ROLE_PATH, dict(token, Host='rolekey.example'))[0],
             421, 'status')
        same(request(port, 'POST', servers.ROLE_PATH, token)[0], 405, 'status')
        for ttl in ('0', '21601', 'x', ''):
            same(request(port, 'PUT', '/latest/api/token', {
                'X-aws-ec2-metadata-token-ttl-seconds': ttl})[0], 400, ttl)
        same(request(port, 'PUT', '/latest/api/token', {})[0], 400, 'status')
        brief = {'X-aws-ec2-metadata-token': token_of(port, '1')}
        same(get(servers.ROLE_PATH, brief)[0], 200, 'status')
        time.sleep(1.2)
        same(get(servers.ROLE_PATH, brief)[0], 401, 'status of an old token')
    with Served(box, '--ec2-server', '--imds-v1', 'testing') as served:
        same(request(served.imds_port(), 'GET', servers.ROLE_PATH, {})[:2],
             (200, 'TestingAdmin'), 'version 1')


def case_imds_is_for_this_user_alone(box):
    if os.geteuid() != 0 or not shutil.which('setpriv'):
        raise Skipped('not root, or no setpriv')
    box.warm()
    with Served(box, '--ec2-server', 'testing') as served:
        for user, address, status in (('65534', '127.0.0.1', '403'),
                                      ('65534', '127.0.0.2', '403'),
                                      ('0', '127.0.0.2', '200')):
            done = subprocess.run(
                ['setpriv', '--reuid=' + user, '--clear-groups', 'curl', '-s',
                 '--interface', address, '-o', '/dev/null', '-w',
                 '%{http_code}', '-X', 'PUT', '-H',
                 'X-aws-ec2-metadata-token-ttl-seconds: 60',
                 served.env[IMDS].rstrip('/') + '/latest/api/token'],
                check=False, capture_output=True, text=True)
            same(done.stdout, status, 'status for %s from %s' % (user, address))


LINK_LOCAL = r'''
ip link set lo up
show() { ip -4 addr show lo | grep -c 169.254.169.254; }
serve() { exec "$rolekey" exec --ec2-server --link-local testing "$@"; }
rolekey=$1
export rolekey
(serve bash "$2")
show
serve sleep 30 >/dev/null 2>&1 &
until show >/dev/null; do sleep 0.1; done
kill -9 $!
ip -4 addr show lo | grep -A1 169.254 | grep -o 'valid_lft [0-9]*'
'''

BESIDE = r'''
echo "$AWS_EC2_METADATA_SERVICE_ENDPOINT"
curl -s -o /dev/null -w '%{http_code}\n' http://169.254.169.254/latest/
"$rolekey" exec --ec2-server --link-local testing true 2>&1 | head -1
ip -4 addr show lo | grep -c 169.254.169.254
'''


def case_imds_on_the_address_of_ec2(box):
    """It is given back at the end, and by the kernel after kill -9."""
    if not shutil.which('ip') or subprocess.run(
            ['unshare', '-rn', 'ip', 'link', 'set', 'lo', 'up'], check=False,
            capture_output=True).returncode != 0:
        raise Skipped('no ip, or no network namespaces')
    box.warm()
    done = box.run('unshare', '-rn', 'sh', '-c', LINK_LOCAL, 'sh', BIN,
                   box.write('beside', BESIDE))
    lines = done.stdout.splitlines()
    same((lines[0].split(':')[2], lines[1]), ('80/', '401'), 'answers')
    same(messages.read_line(lines[2]).reason, 'address-not-added', 'reason')
    same(lines[3:5], ['1', '0'], 'addresses: %s' % done)
    need(re.fullmatch('valid_lft ([1-9]|[1-6][0-9])', lines[-1]), str(done))


# -- attacks ------------------------------------------------------------------


def case_clients_that_misbehave_stop_nobody(box):
    box.warm()
    with Served(box, '-s', '--ec2-server', 'testing') as served:
        port = int(re.search(r':(\d+)', served.env[URI])[1])
        socks = []
        for i in range(1000):
            sock = socket.create_connection(('127.0.0.1', port), timeout=5)
            if i % 3 == 1:
                sock.sendall(b'GET /testing HT')
            if i % 3 == 2:
                sock.sendall(b'GET /testing HTTP/1.1\r\nHost: 127.0.0.1\r\n'
                             b'Authorization: %s\r\n\r\n'
                             % served.env[TOKEN].encode() * 5)
            socks.append(sock)
        started = time.monotonic()
        for _ in range(20):
            keys_of(served.get())
        need(time.monotonic() - started < 20 * 0.5, 'slow')
        with socket.create_connection(('127.0.0.1', port), timeout=5) as sock:
            with_header = b'GET / HTTP/1.1\r\nX: '
            try:
                sock.sendall(with_header)
                for _ in range(160):
                    sock.sendall(b'x' * 65536)
            except OSError:
                pass  # it was cut off
        keys_of(served.get())
        for sock in socks:
            sock.close()
        keys_of(served.get())


def case_it_goes_on_after_a_stop(box):
    """SIGSTOP past the end of the session: the next answer is a new one."""
    short(box, 6)
    with Served(box, '-s', 'testing') as served:
        first = keys_of(served.get())['AccessKeyId']
        os.kill(served.process.pid, signal.SIGSTOP)
        time.sleep(8)
        os.kill(served.process.pid, signal.SIGCONT)
        keys = until(lambda: (lambda got: keys_of(got) if got[0] == 200
                              else None)(served.get()), 'credentials')
        need(keys['AccessKeyId'] != first, 'an old answer')


def case_no_secret_is_said(box):
    box.warm()
    with Served(box, '--debug', '-s', 'testing') as served:
        keys = keys_of(served.get())
        served.get(Authorization='wrong')
        for secret in (SECRET, keys['SecretAccessKey'], keys['Token'],
                       served.env[TOKEN]):
            need(secret not in served.said(), 'a secret is in the log')
        with open('/proc/%d/cmdline' % served.process.pid, 'rb') as file:
            need(served.env[TOKEN].encode() not in file.read(), 'argv')


run_cases(globals())
