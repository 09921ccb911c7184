#!/usr/bin/python3 -B
"""serve: a credential server without a command."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import threading
import time

import servers
from harness import (BIN, BUILD, PYTHON, ROOT, Failed, Skipped, check, need, refused,
                     run_cases, same)
from manual_pages import marked, page
from quick import is_sanitized
from servers import TOKEN, URI, keys_of, request, until

FILE = 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'
ASSUMED = 'arn:aws:sts::222233334444:assumed-role/TestingAdmin/alex'


class Server:
    """rolekey serve, until the end of the block."""

    def __init__(self, box, *argv, env=None, **more):
        environment = dict(box.env)
        environment.update(env or {})
        self.log = os.path.join(box.top, 'serve.log')
        with open(self.log, 'w', encoding='utf-8') as log:
            self.process = subprocess.Popen(
                more.pop('before', []) + [BIN, 'serve', *argv],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                env=environment, cwd=box.home, start_new_session=True,
                text=True, **more)
        self.profiles = {}
        while True:
            uri = self.process.stdout.readline()
            file = self.process.stdout.readline()
            if not file:
                self.process.wait(20)
                raise Failed('serve: ' + self.said())
            same((uri.split('=')[0], file.split('=')[0]), (URI, FILE), 'lines')
            address, path = uri.strip().split('=', 1)[1].rsplit('/', 1)
            self.port = int(address.rsplit(':', 1)[1])
            self.profiles['/' + path] = file.strip().split('=', 1)[1]
            wanted = [word for word in argv if not word.startswith('-')]
            if len(self.profiles) >= max(1, len([
                    word for word in wanted if word in (
                        'testing', 'staging', 'custodian')])):
                break

    def said(self):
        with open(self.log, encoding='utf-8') as log:
            return log.read()

    def resident(self):
        return servers.resident(self.process.pid)

    def token(self):
        with open(next(iter(self.profiles.values())), encoding='ascii') as f:
            return f.read()

    def get(self, path, **headers):
        return request(self.port, 'GET', path,
                       {'Authorization': self.token(), **headers})

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
        self.process.stdout.close()


def case_several_profiles_have_a_path_each(box):
    box.warm('testing', 'staging')
    with Server(box, 'testing', 'staging') as server:
        same(sorted(server.profiles), ['/staging', '/testing'], 'paths')
        for path, account in (('/testing', '222233334444'),
                              ('/staging', '333344445555')):
            same(keys_of(server.get(path))['AccountId'], account, 'account')
        same(server.get('/production')[0], 404, 'status')
        same(server.get('/testing', Host='rolekey.example')[0], 421, 'status')
        same(request(server.port, 'GET', '/testing', {})[0], 403, 'status')
        for number in (signal.SIGTERM,):
            same(server.end(number), 0, 'status')
    same(box.actions(), [], 'requests')
    with Server(box, env={'AWS_PROFILE': 'testing'}) as server:
        keys_of(server.get('/testing'))
        same(server.end(signal.SIGINT), 0, 'status')
    refused(box.rolekey('serve'), 2, reason='no-profile-at-all')
    refused(box.rolekey('serve', 'testing', 'nobody'), 3,
            reason='no-such-profile', profile='nobody')


def case_the_token_file(box):
    box.warm()
    path = os.path.join(box.home, 'token')
    seen = set()
    for _ in range(2):
        with Server(box, '--token-file', path, 'testing') as server:
            same(server.profiles['/testing'], path, 'file')
            need(re.fullmatch('[0-9a-f]{64}', server.token()), 'its content')
            same(stat.S_IMODE(os.stat(path).st_mode), 0o600, 'mode')
            seen.add(server.token())
            keys_of(server.get('/testing'))
    same(len(seen), 2, 'tokens')
    os.chmod(path, 0o644)
    refused(box.rolekey('serve', '--token-file', path, 'testing'), 3,
            reason='token-file-readable', path=path)
    refused(box.rolekey('serve', 'testing', env={'XDG_RUNTIME_DIR': None}), 2,
            reason='no-place-for-token')


def case_only_loopback(box):
    box.warm()
    for address in ('0.0.0.0:0', '[::]:0', '192.0.2.1:80'):
        refused(box.rolekey('serve', '--listen', address, 'testing'), 2,
                reason='not-loopback',
                value=address.rsplit(':', 1)[0].strip('[]'))
    for address in ('x', '127.0.0.1', '127.0.0.1:x', ':70000'):
        refused(box.rolekey('serve', '--listen', address, 'testing'), 2,
                reason='bad-option-value', value=address)
    with Server(box, '--listen', '0.0.0.0:0', '--i-know', 'testing') as server:
        keys_of(server.get('/testing'))
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        sock.listen()
        refused(box.rolekey('serve', '--listen', '127.0.0.1:%d'
                            % sock.getsockname()[1], 'testing'), 1,
                reason='system-call')


def case_ipv6(box):
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(('::1', 0))
    except OSError:
        raise Skipped('no IPv6') from None
    box.warm()
    with Server(box, '--listen', '[::1]:0', 'testing') as server:
        done = box.run('curl', '-sg', '-H', 'Authorization: ' + server.token(),
                       'http://[::1]:%d/testing' % server.port)
        same(json.loads(done.stdout)['AccountId'], '222233334444', 'account')


def client(box, server, path='/testing', before=()):
    return box.run(*before, PYTHON, '-c', servers.CALLER, '0', '0', env={
        URI: 'http://127.0.0.1:%d%s' % (server.port, path),
        TOKEN: server.token(), 'AWS_DEFAULT_REGION': 'ap-northeast-1'})


def case_botocore_uses_it(box):
    box.warm('testing', 'staging')
    with Server(box, 'testing', 'staging') as server:
        same(check(client(box, server)).stdout.split()[0], ASSUMED, 'caller')


def case_the_service_manager(box):
    """A socket that it passes, and READY=1 once that is served."""
    box.warm()
    path = os.path.join(box.runtime, 'notify')
    with socket.socket() as listening, socket.socket(
            socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        listening.bind(('127.0.0.1', 0))
        listening.listen()
        told.bind(path)
        told.settimeout(20)
        start = ['sh', '-c', 'export LISTEN_PID=$$; exec "$@"', 'sh']

        def pass_socket():
            os.dup2(listening.fileno(), 3)
        with Server(box, '--lazy', 'testing', before=start, env={
                'LISTEN_FDS': '1', 'NOTIFY_SOCKET': path},
                    preexec_fn=pass_socket, pass_fds=(3,)) as server:
            same(told.recv(100), b'READY=1', 'state')
            same(server.port, listening.getsockname()[1], 'port')
            keys_of(until(lambda: (lambda got: got if got[0] == 200 else None)(
                server.get('/testing')), 'credentials'))
            same(server.end(), 0, 'status')
            same(told.recv(100), b'STOPPING=1', 'state')
    refused(box.run(*start, BIN, 'serve', 'testing', env={'LISTEN_FDS': '2'}),
            3, reason='bad-value', key='LISTEN_FDS')


def case_the_units(box):
    with open(os.path.join(ROOT, 'src/package/systemd/rolekey-serve.socket'),
              encoding='utf-8') as file:
        need('ListenStream=127.0.0.1:9911' in file.read(), 'the socket')
    if not shutil.which('systemd-analyze'):
        raise Skipped('no systemd-analyze')
    folder = os.path.join(box.top, 'units')
    os.mkdir(folder)
    with open(os.path.join(BUILD, 'rolekey-serve.service'), encoding='utf-8') as file:
        unit = re.sub(r'=/\S*/rolekey ', '=%s ' % BIN, file.read())
    box.write(os.path.join(folder, 'rolekey-serve.service'), unit)
    shutil.copy(os.path.join(ROOT, 'src/package/systemd/'
                             'rolekey-serve.socket'), folder)
    done = subprocess.run(
        ['systemd-analyze', 'verify', '--user', '--man=no',
         os.path.join(folder, 'rolekey-serve.service')],
        env=box.env, check=False, capture_output=True, text=True)
    if 'Failed to initialize manager' in done.stderr:
        raise Skipped('systemd-analyze: ' + done.stderr.strip())
    same((done.returncode, done.stderr), (0, ''), 'verdict')


# The page's recipe in a network namespace of its own, as if that were the
# machine.  Argv: a program that prints what a client of the SDK gets.
APART = ('unshare', '-rmn', '--pid', '--fork', '--mount-proc')
RECIPE = """
mount -t tmpfs tmpfs /run
ip link set lo up
PATH=$(dirname "$rolekey"):$PATH
%s
inside() { # NAMESPACE COMMAND...
	ip netns exec "$@"
}
ask() { # NAMESPACE PORT FILE-OF-TOKEN
	inside $1 curl -s -o /dev/null -w '%%{http_code}\n' \
		-H "Authorization: $(cat $3)" http://127.0.0.1:$2/testing ||
		true
}
for job in one:9911 two:9912; do
	name=${job%%:*} tries=0
	until [ -s $name.env ] && inside $name \\
			curl -s -m 5 http://127.0.0.1:${job#*:} >/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 300 ]
		sleep 0.1
	done
	inside $name env $(cat $name.env) \\
		AWS_CONTAINER_AUTHORIZATION_TOKEN=$(cat $name.token) "$@"
done
ask one 9911 one.token
ask one 9911 two.token
ask one 9912 two.token
ask two 9911 one.token
"""
CLIENT = '''
import botocore.session
print(botocore.session.Session().get_credentials().access_key)
'''


def case_two_namespaces_by_the_recipe(box):
    """Each has a server; the other's is out of its reach."""
    if not shutil.which('socat') or not shutil.which('ip') or subprocess.run(
            [*APART, 'sh', '-c', 'mount -t tmpfs tmpfs /run && '
             'ip link set lo up && ip netns add x && ip netns exec x true'],
            check=False, capture_output=True).returncode != 0:
        raise Skipped('no socat, no ip, or no network namespaces')
    box.warm('testing', 'staging')
    keys = [re.search('AWS_ACCESS_KEY_ID=(\\w+)', check(box.rolekey(
        'export', '--format', 'env', profile)).stdout)[1]
            for profile in ('testing', 'staging')]
    [(_, recipe)] = marked(page('rolekey-serve.1'), 'recipe')
    done = box.run(*APART, 'sh', '-ec', RECIPE % recipe, 'sh',
                   PYTHON, '-c', CLIENT, env={'rolekey': BIN})
    same(done.stdout.split(), [*keys, '200', '403', '000', '000'],
         'credentials and answers: %s' % done)


def case_200_clients(box):
    """At once, for sessions of 8 s: one AssumeRole a refresh, which is after
    half of the time. By hand ROLEKEY_LOAD=3600: for so many seconds."""
    seconds, lifetime = 13, 8
    if 'ROLEKEY_LOAD' in os.environ:
        seconds, lifetime = int(os.environ['ROLEKEY_LOAD']), 20
    box.warm('staging')
    box.aws.control('settings', lifetime=lifetime)
    with Server(box, 'testing') as server:
        token, port = server.token(), server.port
        box.aws.mark()
        failures, slow = [], []
        end = time.monotonic() + seconds

        def ask():
            while time.monotonic() < end:
                before = time.monotonic()
                try:
                    answer = request(port, 'GET', '/testing',
                                     {'Authorization': token}, 10)
                    if answer[0] != 200:
                        failures.append(answer)
                except OSError as problem:
                    failures.append(problem)
                slow.append(time.monotonic() - before)
                time.sleep(1)
        threads = [threading.Thread(target=ask) for _ in range(200)]
        for thread in threads:
            thread.start()
        time.sleep(seconds / 2)
        half = server.resident()
        for thread in threads:
            thread.join()
        grown = server.resident() - half
        slow.sort()
        asked = box.actions().count('AssumeRole')
        print('  %d answers, of which 99 %% within %.3f s, the slowest in '
              '%.3f s; %d failed; %d AssumeRole; %d KiB more in the second '
              'half' % (len(slow), slow[len(slow) * 99 // 100], slow[-1],
                        len(failures), asked, grown))
        need(not failures, 'failed: %r' % failures[:3])
        need(len(slow) > 30 * seconds, 'only %d answers' % len(slow))
        need(asked <= 2 * seconds // lifetime + 2, str(box.actions()))
        if not is_sanitized():  # a sanitizer keeps what was freed
            need(grown < 1024, 'it grew by %d KiB' % grown)


if __name__ == '__main__':
    run_cases(globals())
