#!/usr/bin/python3 -B
"""doctor: each finding where there is a reason for it, and only there."""

import json
import os
import re
import time

import messages
from harness import (BIN, KEY_ID, SECRET, Sandbox, Skipped, check,
                     gnome_keyring, need, run_cases, same)
from world import DEFAULT


def lines(result):
    """[(state, what, text, mend)]"""
    found = []
    for line in result.stdout.splitlines():
        match = re.fullmatch(r'(ok|note|warning|error) +([^:]+): (.*)', line)
        if match:
            found.append([*match.groups(), None])
        else:
            match = re.fullmatch(' +mend: (.*)', line)
            need(match and found and not found[-1][3], str(result))
            found[-1][3] = match.group(1)
    return [tuple(one) for one in found]


def doctor(box, status=0, *argv, **more):
    done = box.rolekey('doctor', *argv, **more)
    check(done, status, changed=[])
    bad = [one for one in lines(done) if one[0] in ('warning', 'error')]
    same(bool(bad), status == 1, 'something to mend: %s' % done)
    if status == 1:
        need(re.search(r'to mend$', done.stderr, re.M), str(done))
        for one in bad:
            need(one[3], 'nothing mends it: %s' % (one,))
    return done


def finds(box, state, what, text, mend=None, argv=(), **more):
    """That finding, and no other warning or error."""
    done = doctor(box, int(state in ('warning', 'error')), *argv, **more)
    wanted = [one for one in lines(done)
              if one[:2] == (state, what) and re.search(text, one[2])]
    need(len(wanted) == 1, 'no %s of %s with /%s/: %s' % (state, what, text,
                                                          done))
    need(not mend or re.search(mend, wanted[0][3] or ''), str(wanted))
    same([one for one in lines(done) if one[0] in ('warning', 'error') and
          one not in wanted], [], 'other findings')
    return wanted[0]


def fresh(box):
    """A key that was stored, and nothing that is wrong."""
    check(box.add())
    return box


# -- nothing wrong ----------------------------------------------------------------


def case_nothing_is_wrong(box):
    fresh(box)
    done = doctor(box)
    same([one[1] for one in lines(done)],
         ['keyring', 'kernel keyring', 'memory', 'config', 'files',
          'plaintext', 'caches', 'clock', 'key age'], 'what is looked at')
    same({one[0] for one in lines(done)}, {'ok'}, 'states')
    need('file: open, 1 key, in ' in done.stdout, str(done))
    need(KEY_ID + ' is 30 days old' in done.stdout, str(done))
    same(done.stderr, 'rolekey: nothing is wrong\n', 'stderr')
    need(SECRET not in done.stdout, 'the secret')


def case_offline_makes_no_request(box):
    fresh(box)
    done = doctor(box, 0, '--offline')
    same(done.calls, [], 'calls')
    same([one[1] for one in lines(done)][-1], 'caches', 'the last')


def case_json(box):
    fresh(box)
    os.chmod(box.config, 0o666)
    found = json.loads(check(box.rolekey('doctor', '--json', '--offline'), 1)
                       .stdout)
    [bad] = [one for one in found['checks'] if one['state'] == 'error' and
             one['what'] == 'files']
    same(bad['mend'], 'chmod go-w ' + box.config, 'mend')
    same({frozenset(one) for one in found['checks']},
         {frozenset(('state', 'what', 'text', 'mend'))}, 'keys')


def case_nobody_is_asked(box):
    """With a terminal, too: what is locked stays locked."""
    fresh(box)
    box.forget_kernel_keys()
    done = box.pty_run(['doctor'], [], env={'ROLEKEY_PASSPHRASE': None})
    check(done, 0, stdout=messages.pattern('keyring-locked'))
    finds(box, 'note', 'keyring', 'locked', '^rolekey unlock$',
          env={'ROLEKEY_PASSPHRASE': None})


# -- keyrings ---------------------------------------------------------------------


def case_a_keyring_that_is_not_there(box):
    finds(box, 'error', 'keyring', '', 'file', env={
        'ROLEKEY_BACKEND': 'secret-service',
        'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nowhere'})


def case_a_damaged_file(box):
    fresh(box)
    box.write(box.keyring_path(), b'')
    finds(box, 'error', 'keyring', 'damaged')


def case_a_wrong_passphrase(box):
    fresh(box)
    box.forget_kernel_keys()
    finds(box, 'error', 'keyring', 'wrong', 'ROLEKEY_PASSPHRASE',
          env={'ROLEKEY_PASSPHRASE': 'another'})


def case_sessions_apart(box):
    box.env['ROLEKEY_SESSION_BACKEND'] = 'kernel'
    fresh(box)
    finds(box, 'ok', 'sessions', 'kernel: open, 0 sessions')


def case_gnome_keyring(box):
    with gnome_keyring(box):
        fresh(box)
        finds(box, 'ok', 'keyring', 'secret-service: open, 1 key, in ')


def case_a_kernel_that_keeps_no_keys(box):
    fresh(box)
    def run(**env):
        return box.run('strace', '-f', '-qq', '-o', '/dev/null', '-e',
                       'trace=add_key', '-e', 'inject=add_key:error=EPERM',
                       BIN, 'doctor', '--offline',
                       env=dict(env, ASAN_OPTIONS='detect_leaks=0'))
    done = run()
    if 'strace' in done.stderr:
        raise Skipped('strace cannot be used')
    check(done, 1, stdout='^warning  kernel keyring: %s: the passphrase '
          'is needed at every call' % messages.pattern(
              'kernel-keyring', detail='Operation not permitted'))
    done = check(run(ROLEKEY_BACKEND='secret-service',
                     DBUS_SESSION_BUS_ADDRESS='unix:path=/nowhere'), 1)
    need('note     kernel keyring' in done.stdout, str(done))


def case_memory_that_cannot_be_locked(box):
    fresh(box)
    with open(BIN, 'rb') as file:
        if b'libasan' in file.read():
            raise Skipped('AddressSanitizer locks no page')
    done = box.run('setpriv', '--bounding-set=-ipc_lock', 'sh', '-c',
                   'ulimit -l 64; exec "$0" doctor --offline', BIN)
    if 'setpriv' in done.stderr:
        raise Skipped('no right to give up a right')
    check(done, 1, stdout='^warning  memory: the limit of locked memory is too '
          'low')


# -- files --------------------------------------------------------------------------


def case_the_config_has_errors(box):
    fresh(box)
    box.write_config(box.read_config() + '\n[profile broken]\n'
                     'role_arn = nonsense\nsource_profile = nobody\n')
    finds(box, 'error', 'config', r'[1-9]\d* errors?', '^rolekey config check$')
    box.write_config('no section\n')
    done = doctor(box, 1)
    need(re.search(r'^error +config: .*config:1: ', done.stdout, re.M),
         str(done))


def case_others_can_get_at_the_files(box):
    fresh(box)
    check(box.run('sh', '-c', 'umask 022; : >~/.aws/credentials'))
    finds(box, 'error', 'files', 'credentials can be read by others',
          'chmod 600 ' + box.credentials)
    check(box.run('sh', '-c', finds(
        box, 'error', 'files', 'read by others')[3]))
    doctor(box)


def case_keys_in_plaintext(box):
    fresh(box)
    box.write_credentials('[old]\naws_access_key_id = %s\n'
                          'aws_secret_access_key = %s\n' % (KEY_ID, SECRET))
    one = finds(box, 'warning', 'plaintext', '1 long-lived key .*: old',
                '^rolekey import$')
    need(SECRET not in one[2], 'the secret is shown')
    box.write_credentials('[saml]\naws_access_key_id = ASIAEXAMPLE\n'
                          'aws_secret_access_key = %s\n'
                          'aws_session_token = token\n' % SECRET)
    finds(box, 'warning', 'plaintext', '1 session .*: saml')


def case_sessions_of_other_tools(box):
    fresh(box)
    for folder, name in (('.aws/cli/cache', 'x.json'),
                         ('.awsume/cache', 'awsume-x'),
                         ('.aws/boto/cache', 'x.json'),
                         ('.aws/sso/cache', 'x.json')):
        path = box.write(os.path.join(folder, name), '{}')
        one = finds(box, 'warning', 'caches', 'plaintext',
                    '^rm -r .*' + folder)
        check(box.run('sh', '-c', one[3]))
        need(not os.path.exists(path), 'it is still there')
        doctor(box)


# -- AWS ------------------------------------------------------------------------------


def case_the_clock_is_off(box):
    for skew, state, words in ((20, 'ok', 'that of AWS'),
                               (70, 'warning', 'behind .*: codes are'),
                               (-3600, 'error', 'ahead of .*: codes and sig')):
        box.aws.control('settings', skew=skew)
        finds(box, state, 'clock', words,
              'timedatectl' if state != 'ok' else None)


def case_aws_cannot_be_reached(box):
    finds(box, 'error', 'network', '', env={
        'AWS_ENDPOINT_URL': 'http://127.0.0.1:9'})


def case_an_old_key(box):
    world = json.loads(json.dumps(DEFAULT))
    key = world['users'][0]['keys'][0]
    key['created'] = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(
        time.time() - 100 * 86400))
    with Sandbox(world=world) as other:
        fresh(other)
        finds(other, 'warning', 'key age', KEY_ID + ' is 100 days old',
              'rolekey add custodian')


def case_a_key_that_aws_refuses(box):
    fresh(box)
    box.aws.control('key', id=KEY_ID, status='Inactive')
    finds(box, 'error', 'key custodian', 'InvalidClientTokenId', 'rolekey add')


def case_an_age_that_aws_does_not_tell(box):
    """Of a user who may not ask."""
    check(box.add('custodian', '--no-config', key=(
        'AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')))
    finds(box, 'note', 'key age', 'custodian: not known: AccessDenied')


if __name__ == '__main__':
    run_cases(globals())
