#!/usr/bin/python3 -B
"""The newest boto3, with each way to get credentials from rolekey.

It is installed below the build folder from PyPI, where that can be reached.
"""

import os
import sys

from harness import BIN, BUILD, PYTHON, ROOT, Skipped, check, need, run_cases
from test_serve import FILE, Server

sys.path.insert(0, os.path.join(ROOT, 'tests', 'sdk'))

import clients  # noqa: E402
from servers import URI  # noqa: E402

ASSUMED = 'arn:aws:sts::222233334444:assumed-role/TestingAdmin/alex'
LIFETIME = 6  # seconds, of a session
SECONDS = 10  # of a client: it needs more than one session
MADE = []


def client(seconds):
    """The argv of a client that calls AWS for so many seconds."""
    if not MADE:
        os.environ.update(PIP_RETRIES='0', PIP_TIMEOUT='10',
                          PIP_DISABLE_PIP_VERSION_CHECK='1')
        MADE.append(clients.make('boto3', os.path.join(BUILD, 'sdk'), PYTHON))
    title, argv = MADE[0]
    if not title:
        raise Skipped('boto3 cannot be installed: ' + argv)
    print('  ' + title)
    return [*argv, str(seconds)]


def keys_seen(box, *argv, env=None):
    done = check(box.run(*argv, env=dict(
        env or {}, AWS_ENDPOINT_URL_STS=box.aws.url)))
    lines = [line.split() for line in done.stdout.splitlines()]
    need(lines and all(arn == ASSUMED for arn, _ in lines), str(done))
    return {key for _, key in lines}


def case_the_environment(box):
    argv = client(0)
    box.warm()
    keys_seen(box, BIN, 'exec', 'testing', '--', *argv)


def case_a_credential_process(box):
    argv = client(0)
    box.warm('staging')
    box.write_config(box.read_config() + '\n[profile sdk]\n'
                     'credential_process = %s credential-process testing\n'
                     'region = ap-northeast-1\n' % BIN)
    for _ in ('cold', 'warm'):
        keys_seen(box, *argv, env={'AWS_PROFILE': 'sdk'})


def case_the_container_endpoint(box):
    argv = client(SECONDS)
    box.warm('staging')
    box.aws.control('settings', lifetime=LIFETIME)
    keys = keys_seen(box, BIN, 'exec', '--server', 'testing', '--', *argv)
    need(len(keys) >= 2, 'never renewed')


def case_imds(box):
    """Once: boto3 uses sessions of an IMDS beyond an end that is near."""
    argv = client(0)
    box.warm()
    keys_seen(box, BIN, 'exec', '--ec2-server', 'testing', '--', *argv)


def case_serve_and_its_token_file(box):
    """It needs the two variables that serve prints, and no more."""
    argv = client(0)
    box.warm()
    with Server(box, 'testing') as server:
        keys_seen(box, *argv, env={
            URI: 'http://127.0.0.1:%d/testing' % server.port,
            FILE: server.profiles['/testing'],
            'AWS_DEFAULT_REGION': 'ap-northeast-1'})


run_cases(globals())
