#!/usr/bin/python3 -B
"""A cached session is bound to the key, the trust, the endpoint and the time
that it was made with.
"""

import json
import os
import re
import subprocess
import time

import keyring_page as page
from harness import (BIN, CUSTODIAN, KEY_ID, PASSPHRASE, SECRET, SERIAL, USER,
                     Skipped, StandIn, check, failed, need, noticed,
                     run_cases, same)
from peers import read_env, who_has_environment
from test_keyring_pass import gpg

KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
ALEX = (KEY_ID, SECRET)
KIM_ARN = 'arn:aws:iam::%s:user/kim' % CUSTODIAN
CONFIG = '''\
[default]
region = eu-west-1
[profile custodian]
[profile tools]
role_arn = arn:aws:iam::555566667777:role/ToolsAdmin
source_profile = custodian
'''


def plain(box):
    """A profile whose session takes no code."""
    box.write_config(CONFIG)
    box.env['ROLEKEY_SESSION_BACKEND'] = 'kernel'
    box.add_quietly(key=ALEX)
    if not box.kernel_keys():
        raise Skipped('no key can be left with the kernel')


def got(box, profile='custodian', env=None, *flags):
    """The owner of the credentials of rolekey, and the calls to AWS."""
    done = check(box.rolekey('exec', profile, *flags, '--', 'env', env=env))
    return who_has_environment(box, read_env(done.stdout)), done.calls


def key_file(folder):
    return {'XDG_DATA_HOME': folder}


def json_of(box, *argv, env=None):
    return json.loads(check(box.rolekey(*argv, env=env)).stdout)


# -- a: another store ---------------------------------------------------------


def case_another_store_has_other_sessions(box):
    plain(box)
    there = key_file(os.path.join(box.home, 'client-b'))
    box.add_quietly(key=KIM, env=there)
    same(got(box), (USER, ['GetSessionToken']), 'A')
    same(got(box, env=there), (KIM_ARN, ['GetSessionToken']), 'B')
    same(got(box), (USER, []), 'A, from the cache')
    same(got(box, env=there), (KIM_ARN, []), 'B, from the cache')
    check(box.rolekey('remove', '-f', 'custodian', env=there))
    same(got(box), (USER, []), 'A, after B was removed')
    failed(check(box.rolekey('exec', 'custodian', '--', 'true', env=there),
                 125), 'no-key', profile='custodian')


# -- b: migrate -f ------------------------------------------------------------


def case_migrate_drops_the_sessions_of_what_it_replaces(box):
    with gpg(box, ''):
        migrate(box)


def migrate(box):
    box.write_config(CONFIG)
    box.add_quietly(key=ALEX)
    same(got(box), (USER, ['GetSessionToken']), 'before')
    box.add_quietly(key=KIM, env={'ROLEKEY_BACKEND': 'pass'})
    check(box.rolekey('migrate', '--from', 'pass', '--to', 'file', '-f',
                      'custodian'))
    same(json_of(box, 'list', '--json')['profiles'][0].get('sessions', []),
         [], 'sessions')
    same(got(box), (KIM_ARN, ['GetSessionToken']), 'after')


# -- c: while a request is under way -------------------------------------------


def load(box):
    with open(box.keyring_path(), 'rb') as file:
        return file.read()


def meanwhile(box, *argv, **more):
    """Runs exec while that changes the keyring before AWS answers, within a
    second.
    """
    before = load(box)
    check(box.rolekey(*argv, **more))
    new = box.write('new', load(box))
    box.write(box.keyring_path(), before)
    box.aws.mark()
    box.aws.fault('drip', action='GetSessionToken', seconds=0.0003)
    while time.time() % 1 > 0.1:
        time.sleep(0.01)
    walking = subprocess.Popen(
        [BIN, 'exec', 'custodian', '--', 'true'], env=box.env,
        stderr=subprocess.PIPE, encoding='utf-8')
    while 'GetSessionToken' not in box.actions():
        time.sleep(0.005)
    os.replace(new, box.keyring_path())
    said = walking.communicate(timeout=60)[1]
    same(walking.returncode, 0, said)
    noticed(None, 'key-changed', said, profile='custodian')


def case_a_key_that_is_replaced_meanwhile(box):
    for backend in ('file', 'kernel'):
        plain(box)
        box.env['ROLEKEY_SESSION_BACKEND'] = backend
        meanwhile(box, 'add', 'custodian', '--env', '--no-verify',
                  '--no-config', env=box.key_environment(*KIM))
        same(got(box)[0], KIM_ARN, 'who, with %s' % backend)


def case_a_key_that_is_removed_meanwhile(box):
    plain(box)
    box.env['ROLEKEY_SESSION_BACKEND'] = 'file'
    meanwhile(box, 'remove', '-f', 'custodian')
    failed(check(box.rolekey('exec', 'custodian', '--', 'true'), 125),
           'no-key', profile='custodian')
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')


# -- d: the key of the files ---------------------------------------------------


def case_the_key_of_the_files_has_its_own_sessions(box):
    plain(box)
    box.write_credentials('[custodian]\naws_access_key_id = %s\n'
                          'aws_secret_access_key = %s\n' % KIM)
    same(got(box), (USER, ['GetSessionToken']), 'stored')
    os.chmod(box.keyring_path(), 0o644)
    failed(check(box.rolekey('exec', 'custodian', '--', 'true'), 125),
           'unsafe-file', context='keyring-first', profile='custodian',
           path=box.keyring_path())
    os.chmod(box.keyring_path(), 0o600)
    same(got(box), (USER, []), 'usable again')
    check(box.rolekey('remove', '-f', 'custodian'))
    same(got(box)[0], KIM_ARN, 'removed')
    same(got(box), (KIM_ARN, []), 'removed, from the cache')
    box.add_quietly(key=ALEX)
    same(got(box)[0], USER, 'stored again')


# -- changes by others ---------------------------------------------------------


def case_a_key_that_another_program_changes(box):
    """In a file whose sessions are elsewhere: a backup, a sync."""
    plain(box)
    same(got(box), (USER, ['GetSessionToken']), 'before')
    before = load(box)
    box.add_quietly(key=KIM)
    same(got(box), (KIM_ARN, ['GetSessionToken']), 'replaced')
    box.write(box.keyring_path(), before)
    same(got(box)[0], USER, 'restored')


def case_another_key_costs_no_code(box):
    box.write_config(CONFIG.replace(
        '[profile custodian]', '[profile custodian]\nmfa_serial = ' + SERIAL))
    for backend in ('file', 'kernel'):
        box.env['ROLEKEY_SESSION_BACKEND'] = backend
        box.forget_codes()
        box.add_quietly(key=ALEX)
        same(got(box, 'custodian', None, '-t', box.code())[1],
             ['GetSessionToken'], 'first')
        box.add_quietly('other', key=KIM)
        same(got(box), (USER, []), 'with %s' % backend)
        same(got(box), (USER, []), 'again with %s' % backend)


def case_a_file_whose_boxes_are_mixed_is_damage(box):
    box.write_config(CONFIG)
    box.add_quietly(key=ALEX)
    same(got(box)[0], USER, 'alex')
    old = load(box)
    box.add_quietly(key=KIM)
    same(got(box)[0], KIM_ARN, 'kim')
    new = load(box)
    box.write(box.keyring_path(), page.mix(old, new))
    check(box.rolekey('exec', 'custodian', '--', 'true'), 125,
          stderr='damaged')


# -- trust and endpoint --------------------------------------------------------


def case_other_certificates_have_other_sessions(box):
    plain(box)
    bundle = box.write('ca.pem', '# one\n')
    env = {'AWS_CA_BUNDLE': bundle}
    same(got(box)[1], ['GetSessionToken'], 'without')
    same(got(box, env=env)[1], ['GetSessionToken'], 'with')
    same(got(box, env=env)[1], [], 'with, from the cache')
    box.write('ca.pem', '# another one\n')
    same(got(box, env=env)[1], ['GetSessionToken'], 'with others in it')
    same(got(box)[1], [], 'without, from the cache')
    box.write_config(CONFIG.replace('[profile custodian]',
                                    '[profile custodian]\nca_bundle = ' +
                                    bundle))
    same(got(box)[1], [], 'named in the config')


def case_what_one_endpoint_says_is_not_used_at_another(box):
    """The user's name goes into the RoleSessionName, and so to CloudTrail."""
    box.write_config(CONFIG)
    box.add_quietly(key=ALEX)
    check(box.rolekey('exec', 'tools', '--', 'true'))
    evil = dict(page_world(), settings={})
    evil['users'][0]['arn'] = 'arn:aws:iam::%s:user/Break-Glass' % CUSTODIAN
    other = StandIn(os.path.join(box.top, 'run'), evil)
    try:
        env = {'AWS_ENDPOINT_URL': other.url}
        check(box.rolekey('exec', 'tools', '--refresh', '--', 'true', env=env))
        check(box.rolekey('exec', 'tools', '--refresh', '--', 'true'))
        same([call['action'] for call in other.all_calls()],
             ['GetCallerIdentity', 'AssumeRole'], 'calls there')
        names = [call['params']['RoleSessionName'] for call in
                 box.aws.all_calls() if call['action'] == 'AssumeRole']
        same(set(names), {'alex'}, 'names here')
    finally:
        other.stop()


def page_world():
    from world import DEFAULT
    return json.loads(json.dumps(DEFAULT))


# -- time ----------------------------------------------------------------------


def faked(box, offset):
    """A clock that is off, and steady: FAKETIME."""
    library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
    if not os.path.exists(library):
        raise Skipped('no libfaketime')
    linked = subprocess.run(['readelf', '-d', BIN], check=True,
                            capture_output=True, text=True).stdout
    if 'libasan' in linked:
        library = '%s:%s' % (subprocess.run(
            ['gcc', '-print-file-name=libasan.so'], check=True,
            capture_output=True, text=True).stdout.strip(), library)
    env = {'LD_PRELOAD': library, 'FAKETIME': offset,
           'FAKETIME_DONT_FAKE_MONOTONIC': '1',
           'ASAN_OPTIONS': 'detect_leaks=0'}
    try:
        subprocess.run([BIN, '--version'], env={**box.env, **env}, check=True,
                       capture_output=True, timeout=30)
    except subprocess.TimeoutExpired:
        raise Skipped('AddressSanitizer and libfaketime of this Debian '
                      'wait for each other') from None
    return env


def expiration(box, env=None):
    done = check(box.rolekey('credential-process', 'tools', env=env))
    return json.loads(done.stdout)['Expiration'], done.calls


def case_a_clock_that_is_set_right_serves_nothing_dead(box):
    box.write_config(CONFIG)
    box.env.pop('ROLEKEY_SESSION_BACKEND', None)
    box.add_quietly(key=ALEX)
    off = faked(box, '+9h')
    first, calls = expiration(box, off)
    same(calls[-1], 'AssumeRole', 'the first call')
    need(first <= time.strftime('%Y-%m-%dT%H:%M:%SZ',
                                time.gmtime(time.time() + 3660)),
         'AWS\'s own time is handed out, not %s' % first)
    same(expiration(box, off), (first, []), 'a steady clock costs nothing')
    same(expiration(box)[1][-1], 'AssumeRole', 'the clock was set right')
    late = faked(box, '+61m')
    same(expiration(box, late)[1][-1], 'AssumeRole', 'an hour later')


def case_a_clock_that_was_set_back(box):
    box.write_config(CONFIG)
    box.add_quietly(key=ALEX)
    expiration(box)
    same(expiration(box, faked(box, '-53h'))[1][-1], 'AssumeRole', 'set back')


def case_no_session_is_kept_for_longer_than_was_asked_for(box):
    box.write_config(CONFIG)
    box.add_quietly(key=ALEX)
    box.aws.control('settings', lifetime=400 * 86400)
    done = box.rolekey('exec', 'tools', '--', 'true')
    box.aws.control('settings', lifetime=None)
    if done.status == 0:  # api/ may take it; the cache must not
        same(check(box.rolekey('exec', 'tools', '--', 'true')).calls[-1:],
             ['AssumeRole'], 'calls')
    same([item['expires'] < time.time() + 3700
          for item in page.read(load(box), PASSPHRASE)
          if item['kind'] == 'session' and 'Tools' in item['label']],
         [True] * (done.status == 0), 'kept')


def case_an_older_record_is_passed_over(box):
    box.write_config(CONFIG)
    box.add_quietly(key=ALEX)
    same(got(box)[1], ['GetSessionToken'], 'first')
    items = page.read(load(box), PASSPHRASE)
    for item in items:
        if item['kind'] == 'session':
            item['value'] = re.sub(rb' 2\n', b' 1\n', item['value'], count=1)
    box.write(box.keyring_path(), page.write(items, PASSPHRASE))
    done = check(box.rolekey('exec', 'custodian', '--', 'true'))
    same(done.calls, ['GetSessionToken'], 'calls')
    need('record' not in done.stderr, str(done))


if __name__ == '__main__':
    run_cases(globals())
