"""The table of tests/sdk.sh."""

import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'e2e'))

import clients  # noqa: E402
from harness import BIN, Sandbox, check  # noqa: E402

SECONDS = 30   # a client's time
LIFETIME = 12  # of a session: several refreshes in a client's time
ASSUMED = 'arn:aws:sts::222233334444:assumed-role/TestingAdmin/alex'


def run(box, argv, seconds=SECONDS, before=(), env=None):
    """A cell: how many keys were seen, and in how many calls; or why not."""
    environment = dict(box.env, AWS_ENDPOINT_URL_STS=box.aws.url,
                       **(env or {}))
    started = time.monotonic()
    done = subprocess.run([*before, *argv, str(seconds)], env=environment,
                          cwd=box.home, capture_output=True, text=True,
                          timeout=seconds + 120, check=False)
    lines = [line.split() for line in done.stdout.splitlines()]
    if done.returncode != 0 or not lines or any(
            line[0] != ASSUMED for line in lines):
        last = (done.stderr.strip().splitlines() or ['?'])[-1]
        if '--ec2-server' in before and 'ExpiredToken' in done.stderr:
            return ('%d keys; then it used one beyond its end: this SDK '
                    'lengthens those of an IMDS' % len(
                        {key for _, key in lines}))
        return 'FAILED after %d s: %s' % (time.monotonic() - started,
                                          last[:70])
    return '%d keys, %d calls' % (len({key for _, key in lines}), len(lines))


def fresh(lifetime=None):
    """A home with a session that has MFA; roles last so many seconds."""
    box = Sandbox()
    box.warm('staging')
    box.aws.control('settings', lifetime=lifetime)
    return box


def by_environment(argv):
    with fresh() as box:
        return run(box, argv, 0, [BIN, 'exec', 'testing', '--'])


def by_process(argv, warm):
    with fresh() as box:
        box.write_config(box.read_config() + '\n[profile sdk]\n'
                         'credential_process = %s credential-process testing\n'
                         'region = ap-northeast-1\n' % BIN)
        if warm:
            check(box.rolekey('exec', 'testing', '--', 'true'))
        return run(box, argv, 0, env={'AWS_PROFILE': 'sdk'})


def by_server(argv, flag):
    with fresh(LIFETIME) as box:
        return run(box, argv, SECONDS, [BIN, 'exec', flag, 'testing', '--'])


COLUMNS = (('environment', by_environment),
           ('process, cold', lambda argv: by_process(argv, False)),
           ('process, warm', lambda argv: by_process(argv, True)),
           ('container endpoint', lambda argv: by_server(argv, '--server')),
           ('IMDS', lambda argv: by_server(argv, '--ec2-server')))


def main():
    if not os.access(BIN, os.X_OK):
        sys.exit('there is no ' + BIN)
    folder = os.path.join(ROOT, 'build', 'sdk')
    failed = 0
    print('sessions of %d s for the servers, which are used for %d s\n' % (
        LIFETIME, SECONDS))
    for name in sys.argv[1:] or clients.CLIENTS:
        title, argv = clients.make(name, folder)
        if title is None:
            print('skipped: %s: %s' % (name, argv), flush=True)
            continue
        for column, cell in COLUMNS:
            text = cell(argv)
            failed += text.startswith('FAILED')
            print('%-20s %-20s %s' % (title, column, text), flush=True)
    shutil.rmtree(os.path.join(folder, 'tmp'), ignore_errors=True)
    sys.exit(failed > 0)


main()
