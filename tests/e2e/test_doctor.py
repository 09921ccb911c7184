#!/usr/bin/python3 -B
"""doctor: each finding where there is a reason for it, and only there."""

import json
import os
import re
import time

import messages

from harness import (BIN, KEY_ID, SECRET, Sandbox, Skipped, check,
                     gnome_keyring, need, noticed, run_cases, same)
from world import DEFAULT
import sign_in


def lines(result):
    """[(state, what, reason and facts, fix)]"""
    found = []
    for line in result.stdout.splitlines():
        match = re.fullmatch(r'(ok|note|warning|error) +([^:]+): (.*)', line)
        if match:
            state, what, text = match.groups()
            found.append([state, what, messages.read(text), ''])
        else:
            match = re.fullmatch(' +fix: (.*)', line)
            need(match and found and not found[-1][3], str(result))
            found[-1][3] = match.group(1)
    return [tuple(one) for one in found]


def doctor(box, status=0, *argv, **more):
    done = box.rolekey('doctor', *argv, **more)
    check(done, status, changed=[])
    errors, warnings = (sum(one[0] == state for one in lines(done))
                        for state in ('error', 'warning'))
    same(bool(errors or warnings), status == 1, 'problems: %s' % done)
    if errors and warnings:
        noticed(done, 'found-both', number=errors, of=warnings)
    elif errors:
        noticed(done, 'found-errors', number=errors)
    elif warnings:
        noticed(done, 'found-warnings', number=warnings)
    for one in lines(done):
        need(one[3] or one[0] in ('ok', 'note'), 'no fix: %s' % (one,))
    return done


def finds(box, state, what, reason, fix=None, argv=(), others=(), **facts):
    """That finding, and no other warning or error but others (their what)."""
    more = {'env': facts.pop('env', {})}
    done = doctor(box, int(state in ('warning', 'error')), *argv, **more)
    all_of_them = lines(done)
    expected = [one for one in all_of_them
              if one[:2] == (state, what) and
              (reason is None or one[2] and one[2].reason == reason)]
    need(len(expected) == 1, 'no %s of %s: %s: %s' % (state, what, reason, done))
    for name, value in facts.items():
        same(expected[0][2].facts.get(name), str(value), name)
    need(not fix or re.search(fix, expected[0][3]), str(expected))
    same([one for one in all_of_them if one[0] in ('warning', 'error') and
          one not in expected and one[1] not in others], [], 'other findings')
    return expected[0]


def fresh(box):
    """A key that was stored, and nothing that is wrong."""
    check(box.add())
    return box


# -- nothing wrong ----------------------------------------------------------------


def case_nothing_is_wrong(box):
    fresh(box)
    done = doctor(box)
    same([one[1] for one in lines(done)],
         ['settings', 'keyring', 'kernel keyring', 'memory', 'config', 'files',
          'plaintext', 'caches', 'clock', 'key age'], 'what is looked at')
    same({one[0] for one in lines(done)}, {'ok'}, 'states')
    by_what = {one[1]: one[2] for one in lines(done)}
    same(by_what['keyring'].reason, 'keyring-open', 'keyring')
    same((by_what['keyring'].facts['key'], by_what['keyring'].facts['number']),
         ('file', '1'), 'keyring')
    same((by_what['key age'].reason, by_what['key age'].facts['value'],
          by_what['key age'].facts['number']), ('key-age', KEY_ID, '30'), 'age')
    noticed(done, 'found-nothing')
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
    same((bad['reason'], bad['path'], bad['value'], bad['fix']),
         ('file-writable', box.config, '0666', 'chmod go-w ' + box.config),
         'the finding')
    for one in found['checks']:
        need({'state', 'what', 'reason', 'text', 'fix'} <= set(one), str(one))


def case_nobody_is_asked(box):
    """With a terminal, too: what is locked stays locked."""
    fresh(box)
    box.forget_kernel_keys()
    done = box.pty_run(['doctor'], [], env={'ROLEKEY_PASSPHRASE': None})
    check(done, 0, stdout=messages.pattern('file-is-locked', other='file'))
    finds(box, 'note', 'keyring', 'file-is-locked', '^rolekey unlock$',
          env={'ROLEKEY_PASSPHRASE': None})


# -- keyrings ---------------------------------------------------------------------


def case_a_keyring_that_is_not_there(box):
    finds(box, 'error', 'keyring', None, 'file', env={
        'ROLEKEY_BACKEND': 'secret-service',
        'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nowhere'})


def case_a_damaged_file(box):
    fresh(box)
    box.write(box.keyring_path(), b'')
    finds(box, 'error', 'keyring', None)


def case_a_wrong_passphrase(box):
    fresh(box)
    box.forget_kernel_keys()
    finds(box, 'error', 'keyring', None, 'ROLEKEY_PASSPHRASE',
          env={'ROLEKEY_PASSPHRASE': 'another'})


def case_sessions_apart(box):
    box.env['ROLEKEY_SESSION_BACKEND'] = 'kernel'
    fresh(box)
    finds(box, 'ok', 'sessions', 'sessions-open', key='kernel', number=0)


def case_gnome_keyring(box):
    with gnome_keyring(box):
        fresh(box)
        finds(box, 'ok', 'keyring', 'keyring-open', key='secret-service',
              number=1)


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
    check(done, 1, stdout='^warning  kernel keyring: ' + messages.pattern(
        'kernel-loses-keys'))
    need('Operation not permitted' in done.stdout, str(done))
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
    check(done, 1, stdout='^warning  memory: ' + messages.pattern(
        'memory-not-locked'))


# -- files --------------------------------------------------------------------------


def case_the_config_has_errors(box):
    fresh(box)
    box.write_config(box.read_config() + '\n[profile broken]\n'
                     'role_arn = nonsense\nsource_profile = nobody\n')
    finds(box, 'error', 'config', 'config-errors', '^rolekey config check$',
          number=2)
    box.write_config('no section\n')
    one = finds(box, 'error', 'config', 'key-outside-section', '^rolekey config check$',
                others=['config'], path=box.config, line=1)
    need(one, 'the line')
    same([one[0] for one in lines(doctor(box, 1)) if one[1] == 'clock'], ['ok'],
         'the clock is checked all the same')


def case_the_settings_are_wrong(box):
    """Everything else is checked all the same."""
    fresh(box)
    path = box.write('.config/rolekey/config', '[rolekey]\nbakend = file\n')
    one = finds(box, 'error', 'settings', 'unknown-setting',
                '^man 5 rolekey.conf$', path=path, line=2, key='bakend')
    need(one, 'the line')
    same([one[1] for one in lines(doctor(box, 1))],
         ['settings', 'keyring', 'kernel keyring', 'memory', 'config', 'files',
          'plaintext', 'caches', 'clock', 'key age'], 'what is checked')
    os.unlink(path)
    finds(box, 'error', 'settings', 'bad-value', env={'ROLEKEY_MIN_TTL': 'x'})


def case_others_can_get_at_the_files(box):
    fresh(box)
    check(box.run('sh', '-c', 'umask 022; : >~/.aws/credentials'))
    one = finds(box, 'error', 'files', 'file-readable',
                'chmod 600 ' + box.credentials, path=box.credentials,
                value='0644')
    check(box.run('sh', '-c', one[3]))
    doctor(box)


def case_no_credentials_file(box):
    """/dev/null is everybody's, and no danger."""
    fresh(box)
    done = doctor(box, env={'AWS_SHARED_CREDENTIALS_FILE': '/dev/null'})
    same([one[0] for one in lines(done) if one[1] == 'files'], ['ok'], 'files')


def case_keys_in_plaintext(box):
    fresh(box)
    box.write_credentials('[old]\naws_access_key_id = %s\n'
                          'aws_secret_access_key = %s\n' % (KEY_ID, SECRET))
    finds(box, 'warning', 'plaintext', 'keys-in-files', '^rolekey import$',
          number=1, other='old')
    need(SECRET not in doctor(box, 1).stdout, 'the secret is shown')
    box.write_credentials('[saml]\naws_access_key_id = ASIAEXAMPLE\n'
                          'aws_secret_access_key = %s\n'
                          'aws_session_token = token\n' % SECRET)
    finds(box, 'warning', 'plaintext', 'sessions-in-files', number=1,
          other='saml')


def case_sessions_of_other_tools(box):
    fresh(box)
    for folder, name in (('.aws/cli/cache', 'x.json'),
                         ('.awsume/cache', 'awsume-x'),
                         ('.aws/boto/cache', 'x.json'),
                         ('.aws/sso/cache', 'x.json')):
        path = box.write(os.path.join(folder, name), '{}')
        one = finds(box, 'warning', 'caches', 'cache-found',
                    '^rm -r .*' + folder)
        check(box.run('sh', '-c', one[3]))
        need(not os.path.exists(path), 'it is still there')
        doctor(box)


# -- AWS ------------------------------------------------------------------------------


def case_the_clock_is_off(box):
    for skew, state, reason, other in (
            (20, 'ok', 'clock-right', None),
            (70, 'warning', 'clock-behind', 'codes'),
            (-3600, 'error', 'clock-ahead', 'codes and signatures')):
        box.aws.control('settings', skew=skew)
        one = finds(box, state, 'clock', reason,
                    'timedatectl' if state != 'ok' else None)
        same(one[2].facts.get('other'), other, 'what is rejected')


def case_aws_cannot_be_reached(box):
    finds(box, 'error', 'network', None, env={
        'AWS_ENDPOINT_URL': 'http://127.0.0.1:9'})


def case_an_old_key(box):
    world = json.loads(json.dumps(DEFAULT))
    key = world['users'][0]['keys'][0]
    key['created'] = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(
        time.time() - 100 * 86400))
    with Sandbox(world=world) as other:
        fresh(other)
        finds(other, 'warning', 'key age', 'key-old', 'rolekey rotate custodian',
              value=KEY_ID, number=100)


def case_a_key_that_aws_refuses(box):
    fresh(box)
    box.aws.control('key', id=KEY_ID, status='Inactive')
    finds(box, 'error', 'key custodian', None, 'rolekey add custodian')


def case_an_age_that_aws_does_not_tell(box):
    """Of a user who may not ask."""
    check(box.add('custodian', '--no-config', key=(
        'AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')))
    done = doctor(box)
    need(messages.pattern('key-age-unknown', profile='custodian') and
         re.search('^note +key age: ' + messages.pattern(
             'key-age-unknown', profile='custodian') + ': .*AccessDenied',
             done.stdout, re.M), str(done))


# -- sign-ins ---------------------------------------------------------------------


SSO = '''\
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = %s
'''


def case_who_is_signed_in_to_identity_center(box):
    fresh(box)
    config = box.read_config()
    box.write_config(config + SSO % 'sso:account:access')
    finds(box, 'note', 'sso', 'sso-token-needed', '^rolekey sso login corp$',
          argv=('--offline',), other='corp')
    check(box.rolekey('sso', 'login', '--device-code'))
    finds(box, 'ok', 'sso', 'sso-token-valid', argv=('--offline',),
          other='corp')
    box.write_config(config + SSO % 'other')
    check(box.rolekey('sso', 'logout'))
    check(box.rolekey('sso', 'login', '--device-code'))
    finds(box, 'note', 'sso', 'sso-token-ends', '^rolekey sso login corp$',
          argv=('--offline',), other='corp')


def case_who_is_signed_in_with_aws_login(box):
    fresh(box)
    box.write_config(box.read_config() + sign_in.CONFIG +
                     '[profile same]\nlogin_session = %s\n' % sign_in.SESSION)
    path = sign_in.cache_path(box)
    finds(box, 'note', 'login', 'login-needed',
          '^run `aws login --profile signed`$', argv=('--offline',),
          other=sign_in.SESSION, path=path)
    sign_in.sign_in(box)
    finds(box, 'ok', 'login', 'login-present', argv=('--offline',),
          profile='signed', path=path)
    os.chmod(path, 0o644)
    finds(box, 'error', 'login', 'file-readable', argv=('--offline',),
          path=path, value='0644')


if __name__ == '__main__':
    run_cases(globals())
