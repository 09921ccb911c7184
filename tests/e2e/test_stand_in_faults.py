#!/usr/bin/python3 -B
"""The stand-in: faults on demand, log, TLS and exit."""

import os
import re
import socket
import subprocess
import time
import urllib.error

from botocore.exceptions import ConnectionClosedError

from asking import client, refused, role, send
from harness import (KEY_ID, PYTHON, SECRET, SERIAL, STAND_IN, USER, StandIn,
                     need, run_cases, same)
from peers import AWS


def case_refusals_on_demand(box):
    sts = client(box)
    box.aws.fault('throttle', action='AssumeRole')
    box.aws.fault('error', code='RegionDisabledException', status=403,
                  message='STS is not activated')
    refused(sts.get_caller_identity, 'RegionDisabledException', 403)
    sts.get_caller_identity()
    refused(role, 'Throttling', 400, 'Rate exceeded', box=box, sts=sts)
    role(box, sts)


def case_answers_that_are_none_on_demand(box):
    for kind in ('html503', 'empty503'):
        box.aws.fault(kind)
        same(send(box)[0], 503, kind)
    for kind, size in (('huge', 8 << 20), ('garbage', 10), ('empty', 0),
                       ('html200', 100)):
        box.aws.fault(kind)
        status, text = send(box)
        need(status == 200 and len(text) >= size and USER not in text, kind)
    box.aws.fault('redirect')
    try:
        send(box)
        need(False, 'it was not redirected')
    except urllib.error.URLError:
        pass  # to where nobody is
    same(send(box)[0], 200, 'afterwards')


def raw(box, length=4096):
    """The first bytes of a response, as they arrive: its head and its body."""
    with socket.create_connection(('127.0.0.1', box.aws.port), 30) as peer:
        peer.sendall(b'POST / HTTP/1.1\r\nHost: x\r\n'
                     b'Connection: close\r\nContent-Length: 3\r\n\r\nabc')
        got = b''
        while len(got) < length:
            more = peer.recv(65536)
            if not more:
                break
            got += more
    return got.split(b'\r\n\r\n', 1)


def case_bodies_that_are_wrong_on_demand(box):
    box.aws.fault('cut')
    head, body = raw(box)
    said = int(re.search(rb'Content-Length: (\d+)', head).group(1))
    need(0 < len(body) < said, '%d of %d bytes' % (len(body), said))
    box.aws.fault('mislabelled')
    status, text = send(box)
    need(status == 200 and USER in text, text)
    box.aws.fault('mislabelled')
    need(b'Content-Type: text/html' in raw(box)[0], 'the type')
    box.aws.fault('endless')
    head, body = raw(box, 4 << 20)
    need(b'Content-Length' not in head and len(body) > 2 << 20, 'it ended')


def case_slow_answers_on_demand(box):
    for kind, seconds in (('slow', 1), ('drip', 0.005)):
        box.aws.fault(kind, seconds=seconds)
        started = time.monotonic()
        client(box).get_caller_identity()
        need(time.monotonic() - started >= 1, 'was not slow: ' + kind)


def case_a_reset_before_the_request_was_read(box):
    box.aws.fault('unread')
    try:
        client(box).get_caller_identity()
        need(False, 'an answer came')
    except (ConnectionClosedError, ConnectionResetError):
        pass
    call = box.aws.calls()[-1]
    same((call['action'], call['verdict']), (None, '(not read)'), 'call')
    client(box).get_caller_identity()


def case_a_lost_answer_spends_the_code(box):
    code = box.code()
    params = {'SerialNumber': SERIAL, 'TokenCode': code}
    for kind, spent in (('reset', False), ('lost', True)):
        box.aws.fault(kind)
        try:
            client(box).get_session_token(**params)
            need(False, 'an answer came: ' + kind)
        except (ConnectionClosedError, ConnectionResetError):
            pass
        same(box.aws.calls()[-1]['verdict'],
             'ok' if spent else '(not performed)', kind)
    refused(client(box).get_session_token, 'AccessDenied', 403,
            'one time pass', **params)


def case_the_log_tells_the_call_and_no_secret(box):
    code = box.code()
    client(box).get_session_token(SerialNumber=SERIAL, TokenCode=code)
    call = box.aws.calls()[-1]
    same((call['action'], call['key_id'], call['caller'], call['region'],
          call['scope'], call['verdict'], call['status']),
         ('GetSessionToken', KEY_ID, USER, 'ap-northeast-1', 'sts', 'ok', 200),
         'log')
    same(call['params'], {'SerialNumber': SERIAL, 'TokenCode': '(given)'},
         'params')
    with open(box.aws.log_path, encoding='utf-8') as file:
        text = file.read()
    need(SECRET not in text, 'the secret is in the log')


def case_speaks_https(box):
    key, cert = box.top + '/key.pem', box.top + '/cert.pem'
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
         '2', '-subj', '/CN=127.0.0.1', '-addext',
         'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
        check=True, capture_output=True)
    os.mkdir(box.top + '/tls')
    tls = StandIn(box.top + '/tls', tls=(cert, key))
    try:
        env = dict(box.key_environment(), AWS_CA_BUNDLE=cert)
        done = box.run(AWS, 'sts', 'get-caller-identity', '--region',
                       'us-east-1', '--endpoint-url', tls.url, env=env)
        need(USER in done.stdout, str(done))
    finally:
        tls.stop()


def case_ends_with_its_parent(box):
    script = ('import subprocess, sys\n'
              'p = subprocess.Popen([sys.executable, "-B", %r, "--ready", %r])'
              '\nprint(p.pid)\nimport os, time\n'
              'while not os.path.exists(%r): time.sleep(0.05)\n')
    ready = box.top + '/orphan'
    done = box.run(PYTHON, '-B', '-c', script % (STAND_IN, ready, ready))
    pid = int(done.stdout)
    for _ in range(1200):
        try:
            with open('/proc/%d/stat' % pid, encoding='ascii') as file:
                if file.read().rsplit(') ', 1)[1][0] == 'Z':
                    return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    need(False, 'still there: %d' % pid)


if __name__ == '__main__':
    run_cases(globals(), program=False)
