#!/usr/bin/python3 -B
"""Text of files, of keyrings and of AWS that a terminal would obey.

Escapes, C1 controls (U+009B begins a sequence like ESC [) and the controls of
the bidirectional algorithm, wherever a name or a value can have them: none
reaches a terminal, a pipe or JSON as it is.
"""

import base64
import json
import os
import re
import subprocess
import time

from harness import (ASKS_FIRST_CODE, CUSTODIAN, SERIAL,
                     SHOWS_SEED, Failed, check, gnome_keyring, need, run_cases,
                     same)

CONTROLS = ''.join(map(chr, (0x1b, 0x7f, 0x9b, 0x9d, 0x61c, 0x200e, 0x200f,
                             0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069)))
IN_NAME = CONTROLS.replace('\x1b', '').replace('\x7f', '')
UNSAFE = re.compile('[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e'
                    '\u2066-\u206f\ufff9-\ufffb]')
ROLE = 'arn:aws:iam::222233334444:role/TestingAdmin'
KEYS = ('region', 'external_id', 'role_session_name', 'mfa_serial',
        'duration_seconds', 'endpoint_url', 'ca_bundle', 'source_identity',
        'session_tags', 'transitive_session_tags', 'rolekey_policy_arns',
        'rolekey_expect_account', 'rolekey_confirm', 'credential_source',
        'sso_session', 'include_profile', 'source_profile', 'services',
        'credential_process', 'web_identity_token_file', 'unknown_key')


def hostile_config():
    """A profile for each key with a hostile value, and for hostile names."""
    parts = ['[profile custodian]\nmfa_serial = %s\n' % SERIAL,
             '[profile a%sb]\nrole_arn = %s\nsource_profile = custodian\n' % (
                 IN_NAME, ROLE),
             '[profile "q%sq"]\naws_account_id = x%s\n' % (IN_NAME, CONTROLS),
             '[profile of-it]\nrole_arn = %s\nsource_profile = a%sb\n' % (
                 ROLE, IN_NAME),
             '[sso-session %s]\nk%s = v\n' % (IN_NAME, CONTROLS),
             '[%s]\nx = y\n' % CONTROLS]
    for key in KEYS:
        lines = {'role_arn': ROLE, 'source_profile': 'custodian'}
        lines[key] = 'v%sv' % CONTROLS
        parts.append('[profile with-%s]\n%s' % (key, ''.join(
            '%s = %s\n' % pair for pair in lines.items())))
    parts.append('[profile arn]\nrole_arn = %s%s\nsource_profile = custodian\n'
                 % (ROLE, CONTROLS))
    return '\n'.join(parts)


def clean(result, terminal=False):
    for text in (result.stdout, result.stderr):
        if terminal:
            text = text.replace('\r', '').replace('\x1b[K', '')
        found = UNSAFE.search(text)
        if found:
            raise Failed('%r is shown: %s' % (found.group(), result))
    return result


def names(config):
    return re.findall(r'^\[profile ("?[^\]]*)\]$', config, re.M)


def case_a_config_of_it(box):
    config = hostile_config()
    box.write_config(config)
    for argv in (['list'], ['list', '--profiles'], ['config', 'check'],
                 ['doctor', '--offline'], ['exec', 'a', '--', 'true'],
                 ['list', '--json'], ['config', 'check', '--json'],
                 ['doctor', '--offline', '--json'], ['config', 'dump'],
                 ['import', '--yes'], ['clear', 'of-it'], ['clear', '--json']):
        clean(box.rolekey(*argv))
        clean(box.pty_run(argv, ()), terminal=True)
    for name in names(config):
        name = name.strip('"')
        for argv in (['explain', name], ['explain', '--json', name],
                     ['export', '--no-prompt', name], ['add', name],
                     ['export', '--no-prompt', '--json', name],
                     ['export', '--no-prompt', '--debug', name],
                     ['mfa', 'code', name], ['remove', '-f', name]):
            clean(box.rolekey(*argv))


def case_json_says_it_exactly(box):
    name = 'a%sb' % IN_NAME
    box.write_config('[profile %s]\nregion = r%s\n' % (name, CONTROLS))
    dumped = json.loads(clean(check(box.rolekey('config', 'dump'))).stdout)
    same(dumped['profiles'], {name: {'region': 'r' + CONTROLS}}, 'config dump')
    listed = json.loads(clean(check(box.rolekey('list', '--json'))).stdout)
    same([row['profile'] for row in listed['profiles']], [name], 'list')


def case_a_line_that_no_reader_takes(box):
    for text in ('[profile x]\nregion\x9b = y\nno key%s\n' % CONTROLS,
                 '[profile x%s\n' % CONTROLS, '%s[profile x]\n' % CONTROLS,
                 '[profile x]\n\u202e = y\n = %s\n' % CONTROLS):
        box.write_config(text)
        for argv in (['list'], ['config', 'check'], ['exec', 'x'],
                     ['config', 'dump'], ['doctor', '--offline']):
            clean(box.rolekey(*argv))
            clean(box.rolekey(*argv, '--json'))
    box.write(os.path.join(box.env['XDG_CONFIG_HOME'], 'rolekey', 'config'),
              '[rolekey]\nbackend = %s\n' % CONTROLS[2:])
    for argv in (['list'], ['doctor', '--offline'],
                 ['doctor', '--offline', '--json']):
        clean(box.rolekey(*argv, env={'ROLEKEY_BACKEND': None}))


def case_arguments_and_variables_of_it(box):
    text = 'x' + CONTROLS
    for argv in ([text], ['exec', text], ['exec', 'custodian', text],
                 ['list', '--' + text], ['export', '-d', text, 'testing'],
                 ['export', '--format', text, 'testing'],
                 ['exec', 'testing', '--', text], ['mfa', 'add', '--serial',
                                                   text],
                 ['--backend', text, 'list'], ['completion', text],
                 ['help', text], ['migrate', '--from', text, '--to', 'pass']):
        clean(box.rolekey(*argv))
        clean(box.rolekey(*argv, '--json'))
    for name in ('AWS_PROFILE', 'AWS_REGION', 'AWS_CONFIG_FILE', 'AWS_CA_BUNDLE',
                 'AWS_ENDPOINT_URL', 'ROLEKEY_BACKEND', 'ROLEKEY_MIN_TTL',
                 'AWS_MFA_SERIAL', 'AWS_ROLE_SESSION_NAME', 'SHELL',
                 'PASSWORD_STORE_DIR', 'XDG_DATA_HOME'):
        for argv in (['list'], ['explain', 'testing'],
                     ['explain', '--json', 'testing'],
                     ['exec', '--no-prompt', 'testing'],
                     ['doctor', '--offline']):
            clean(box.rolekey(*argv, env={name: text}))


def plant(kind, name, label, env, **more):
    """An item that another program of the user puts beside rolekey's own."""
    attributes = dict(rolekey='1', kind=kind, name=name, **more)
    subprocess.run(['secret-tool', 'store', '--label=' + label,
                    *[word for pair in attributes.items() for word in pair]],
                   input=b'x', env=env, check=True)


def case_items_of_a_secret_service(box):
    """Every program of the user can plant one there."""
    with gnome_keyring(box):
        box.add_quietly()
        for kind in ('key', 'session', 'seed'):
            plant(kind, 'planted%s\nsecond line' % CONTROLS,
                  'label%s\nsecond line' % CONTROLS, box.env,
                  origin='origin' + CONTROLS,
                  expires=str(int(time.time()) + 3600))
        for argv in (['list'], ['list', '--credentials'],
                     ['list', '--sessions'], ['list', '--json'],
                     ['mfa', 'list'], ['mfa', 'list', '--json'],
                     ['doctor', '--offline'], ['doctor', '--offline', '--json'],
                     ['explain', 'testing'],
                     ['migrate', '--from', 'secret-service', '--to', 'file',
                      '--debug']):
            done = clean(box.rolekey(*argv))
            need('planted' in done.stdout or argv[0] != 'list' or
                 argv == ['list'], str(done))
            if argv[0] != 'migrate':
                clean(box.pty_run(argv, ()), terminal=True)
        for argv in (['list', '--credentials'], ['list', '--sessions'],
                     ['mfa', 'list']):
            lines = check(box.rolekey(*argv)).stdout.splitlines()
            need('second line' not in lines, lines)
        listed = json.loads(box.rolekey('list', '--json').stdout)
        need('planted%s\nsecond line' % CONTROLS in listed['credentials'],
             listed)
        clean(box.pty_run(['clear'], ()), terminal=True)


def case_questions_with_names_of_it(box):
    name = 'a%sb' % IN_NAME
    box.write_config('[profile custodian]\nmfa_serial = %s\n\n[profile %s]\n'
                     'role_arn = %s\nsource_profile = custodian\n'
                     'rolekey_confirm = yes\n' % (SERIAL, name, ROLE))
    box.add_quietly()
    terminal = box.pty('exec', name, '--', 'true')
    terminal.expect(r'Type "a\?*b" to use account \d+: ')
    terminal.answer('')
    clean(check(terminal.finish(), 125), terminal=True)


NOTES_ITS_TEXT = '''#!/bin/sh
printf "%s\\n" "$@" >"$HOME/asked"
[ "${0##*/}" = pinentry ] || exit 1
echo OK
while read -r line; do
	echo "$line" >>"$HOME/asked"
	case $line in
	GETPIN*) echo "ERR 83886179 cancelled" ;;
	*) echo OK ;;
	esac
done
'''


def case_windows_with_names_of_it(box):
    """Each program gets its text cleaned: pinentry-curses is a terminal, too."""
    name = 'a%sb' % IN_NAME
    box.write_config('[profile custodian]\nmfa_serial = %s\n\n[profile %s]\n'
                     'role_arn = %s\nsource_profile = custodian\n'
                     'rolekey_confirm = yes\n' % (SERIAL, name, ROLE))
    box.add_quietly()
    for program in ('zenity', 'kdialog', 'pinentry'):
        path = box.write('bin/' + program, NOTES_ITS_TEXT, mode=0o700)
        clean(check(box.rolekey(
            '--prompt', program, 'exec', name, '--', 'true',
            env={'PATH': os.path.dirname(path) + ':' + box.env['PATH'],
                 'DISPLAY': ':9'}), 125))
        with open(box.home + '/asked', encoding='utf-8') as file:
            text = file.read()
        need('to use account' in text, text)
        need(not UNSAFE.search(text), '%s gets %r' % (program, text))


def case_a_seed_of_aws_that_is_a_uri(box):
    """The seed is shown, and nothing else of what an endpoint answers."""
    box.write_config('[profile custodian]\nregion = ap-northeast-1\n')
    check(box.add())
    seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    uri = 'otpauth://totp/\x1b]0;T\x07\x1b[2J%s?secret=%s' % (CONTROLS, seed)
    box.aws.fault('changed', action='CreateVirtualMFADevice',
                  element='Base32StringSeed',
                  text=base64.b64encode(uri.encode()).decode())
    terminal = box.pty('mfa', 'enroll', '--name', 'other', 'custodian')
    terminal.expect(SHOWS_SEED + '\r\n')
    same(terminal.child.match.group(1).replace(' ', ''), seed, 'the seed')
    terminal.expect(ASKS_FIRST_CODE)
    terminal.child.sendintr()
    done = terminal.finish()
    shown = re.sub('\x1b\\[[0-9;]*m', '', done.stdout)  # colours of the QR code
    done.stdout = shown
    clean(done, terminal=True)


def case_answers_of_aws(box):
    box.add_quietly()
    text = '\x9b31m\u202e\u2066x'
    for more in ({'code': 'A' + text}, {'code': 'AccessDenied'}):
        for argv in ([], ['--json'], ['--debug']):
            box.aws.fault('error', action='GetSessionToken', status=403,
                          message=text, **more)
            clean(box.rolekey('export', 'testing', '-t', box.code(), *argv))
            box.forget_codes()
    box.aws.fault('changed', action='GetCallerIdentity', element='Arn',
                  text='arn:aws:iam::%s:user/&#x9b;&#x202e;' % CUSTODIAN)
    clean(box.rolekey('add', 'testing2', '--env', '-f',
                      env=box.key_environment()))


if __name__ == '__main__':
    run_cases(globals())
