#!/usr/bin/python3 -B
"""Programs that refresh: what they get while a session nears its end."""

import json
import os
import time
from datetime import datetime, timezone

import keyring_page as page
from harness import (BIN, PASSPHRASE, PYTHON, SERIAL, check, check_quiet, need,
                     noticed, refused, run_cases, same)

ASK = '''
import sys
import botocore.session
session = botocore.session.Session(profile='sdk')
creds = session.get_credentials()
for _ in range(3):
    print(creds.get_frozen_credentials().access_key)
'''


def short(box, seconds):
    """The role of testing ends in so many seconds; no code is at hand."""
    box.aws.control('settings', lifetime=seconds)
    box.warm()
    box.aws.control('settings', lifetime=None)
    with open(box.keyring_path(), 'rb') as file:
        items = page.read(file.read(), PASSPHRASE)
    box.forget_codes()
    box.write(box.keyring_path(), page.write(
        [item for item in items
         if not (item['kind'] == 'session' and SERIAL in item['label'])],
        PASSPHRASE))


def key_of(done):
    return json.loads(check(done).stdout)['AccessKeyId']


def case_botocore_goes_on_while_the_role_is_valid(box):
    """It refreshes 15 minutes before the end, and fails from 10 on."""
    short(box, 480)
    box.write_config(box.read_config() + '\n[profile sdk]\n'
                     'credential_process = %s credential-process testing\n'
                     % BIN)
    key = key_of(check_quiet(box.rolekey('credential-process', 'testing')))
    done = check(box.run(PYTHON, '-B', '-c', ASK))
    same(done.stdout.split(), [key] * 3, 'keys')


def case_exec_uses_the_rest_and_says_so(box):
    short(box, 200)
    for command in (['exec', 'testing', '--', 'true'], ['export', 'testing']):
        done = check(box.rolekey(*command), calls=[])
        noticed(done, 'no-terminal', arn=SERIAL)


def case_also_while_aws_cannot_be_reached(box):
    box.aws.control('settings', lifetime=480)
    box.warm()
    box.aws.stop()
    key_of(check_quiet(box.rolekey('credential-process', 'testing')))


def case_not_against_the_users_word(box):
    short(box, 480)
    for flags, env in ((['--min-ttl', '15m'], {}), (['--refresh'], {}),
                       ([], {'AWS_MIN_TTL': '15m'})):
        refused(box.rolekey('credential-process', 'testing', *flags, env=env),
                4, reason='no-terminal', context='code-needed', arn=SERIAL)


def case_a_dead_session_is_no_rest(box):
    short(box, 10)
    refused(box.rolekey('credential-process', 'testing'), 4,
            reason='no-terminal', context='code-needed')


def case_it_is_renewed_when_botocore_asks(box):
    """botocore asks with 899.9 s left; 900 s must not be enough then."""
    box.aws.control('settings', lifetime=902)
    box.warm()
    box.aws.control('settings', lifetime=None)
    given = json.loads(check(box.rolekey('export', 'testing', '--format',
                                         'json')).stdout)
    ends = datetime.fromisoformat(given['Expiration'].replace(
        'Z', '+00:00')).astimezone(timezone.utc).timestamp()
    time.sleep(max(0, ends - 899.95 - time.time()))
    done = check(box.rolekey('credential-process', 'testing'),
                 calls=['AssumeRole'])
    need(key_of(done) != given['AccessKeyId'], 'the old key')


WATCH = '''
import time
import botocore.session
session = botocore.session.Session(profile='sdk')
creds = session.get_credentials()
keys = [creds.get_frozen_credentials().access_key]
time.sleep(max(0, creds._expiry_time.timestamp() - 899.95 - time.time()))
for _ in range(5):
    keys.append(creds.get_frozen_credentials().access_key)
print(*keys)
'''


def case_botocore_runs_rolekey_once_to_renew(box):
    """Not at each call: that was 6 of 17 runs for nothing."""
    box.aws.control('settings', lifetime=902)
    box.warm()
    box.aws.control('settings', lifetime=None)
    log = os.path.join(box.top, 'runs')
    program = box.write('counted', '#!/bin/sh\necho x >>%s\nexec %s "$@"\n' % (
        log, BIN), 0o700)
    box.write_config(box.read_config() + '\n[profile sdk]\n'
                     'credential_process = %s credential-process testing\n'
                     % program)
    done = check(box.run(PYTHON, '-B', '-c', WATCH), calls=['AssumeRole'])
    first, *others = done.stdout.split()
    same((len(set(others)), first in others), (1, False), 'keys')
    with open(log, encoding='ascii') as file:
        same(len(file.readlines()), 2, 'runs')


if __name__ == '__main__':
    run_cases(globals())
