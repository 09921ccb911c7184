#!/usr/bin/python3 -B
"""Where a secret is in memory while rolekey waits.

At each question and in each call of AWS the whole memory of the process is
read, as root may, and more than a core file has: also pages that are left out
of one, which its map tells.  Elsewhere than there a secret may lie only where
rolekey-security(7) says that a library keeps it meanwhile.
"""

import base64
import contextlib
import json
import os
import re
import ssl
import time
import urllib.request

from harness import (ASKS_IT_AGAIN, ASKS_NEW_PASSPHRASE, ASKS_PASSPHRASE, BIN, KEY_ID, PASSPHRASE, ROOT, SECRET, SERIAL, Pty,
                     Skipped, check, code_now, gnome_keyring, need,
                     run_cases, same, seed_of)
import login
import sign_in
from tls import https
from world import DEFAULT

MARK = 'Mark0of1a2Secret'
SEED = seed_of(SERIAL)
NEW_SEED = 'MARK234567' * 6 + 'SEED'
NEW = 'another passphrase, of six words'
SECRETS = [('key', SECRET), ('passphrase', PASSPHRASE),
           ('new passphrase', NEW), ('session', MARK), ('seed', SEED),
           ('new seed', NEW_SEED),
           ('code', 'TokenCode='), ('codes', 'AuthenticationCode1=')]
SECRETS = [(name, secret.encode()) for name, secret in SECRETS] + [
    ('seed', base64.b32decode(SEED)), ('new seed', base64.b32decode(NEW_SEED))]
LOGIN_KEY = int.from_bytes(b'a key for tests only, of a login', 'big')
# malloc's links overwrite the first 16 bytes of a freed block: the second half
# of a secret is left.  HMAC works on the seed XORed with two pads (RFC 2104).
SECRETS += [(name, secret[len(secret) // 2:]) for name, secret in SECRETS
            if len(secret) >= 28]
SECRETS += [('login key', form) for form in sign_in.forms_of(LOGIN_KEY)]
SECRETS += [('seed', bytes(byte ^ pad for byte in base64.b32decode(SEED)))
            for pad in (0x36, 0x5c)]
PATIENCE = 120  # a device's second code is half a minute away
# rolekey-security(7): during a call libcurl and OpenSSL hold what is sent.
SENT = {'GetSessionToken': {'code'}, 'AssumeRole': {'token'},
        'EnableMFADevice': {'codes'},
        'StartDeviceAuthorization': {'client secret'},
        'CreateToken': {'client secret', 'sso refresh'},
        'GetRoleCredentials': {'sso token'},
        'CreateOAuth2Token': {'login refresh'}}
TOKENS = {b'IQoJ': 'token', b'aoaAAAAAG': 'sso token',
          b'aorAAAAAG': 'sso refresh', b'eyJraWQi': 'client secret',
          login.REFRESH.encode(): 'login refresh'}


def release():
    """The program without AddressSanitizer, which keeps what was freed."""
    for tree in (os.path.dirname(os.path.dirname(BIN)),
                 os.path.join(ROOT, 'build', 'release', 'tree')):
        program = os.path.join(tree, 'bin', 'rolekey')
        with contextlib.suppress(OSError), open(program, 'rb') as file:
            if b'libasan.so' not in file.read():
                return program
    raise Skipped('no build without AddressSanitizer')


def mappings(pid):
    """(start, end, what it is, its flags) of each."""
    with open('/proc/%d/smaps' % pid, encoding='ascii') as file:
        text = file.read()
    for start, end, name, flags in re.findall(
            r'^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+ *(.*)\n(?:[A-Z].*\n)*?'
            r'VmFlags: (.*)\n', text, re.M):
        yield int(start, 16), int(end, 16), name or 'anonymous', flags.split()


def kinds_in(data):
    """The names of the secrets in it; a token is known by its beginning."""
    for name, secret in SECRETS:
        if name != 'session':
            if secret in data:
                yield name
            continue
        for place in re.finditer(MARK.encode(), data):
            before = data[max(place.start() - 60, 0):place.start()]
            yield next((kind for begin, kind in TOKENS.items()
                        if begin in before), 'session')


def memory_of(pid):
    """The secrets that a core would hold, and those that it would not."""
    shown, left_out = set(), set()
    with open('/proc/%d/mem' % pid, 'rb', buffering=0) as memory:
        for start, end, name, flags in mappings(pid):
            if 'rd' in flags and name not in ('[vvar]', '[vsyscall]'):
                memory.seek(start)
                with contextlib.suppress(OSError):  # after the end of a file
                    (left_out if 'dd' in flags else shown).update(
                        kinds_in(memory.read(end - start)))
    return shown, left_out


class Watched:
    """rolekey on a terminal, looked into at each stop."""

    def __init__(self, box, *argv):
        self.what = ' '.join(argv)
        self.aws = box.there
        self.terminal = Pty([box.program, *argv], box.env, box.home)

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        self.terminal.close()

    def look(self, where, holds, allowed=()):
        shown, left_out = memory_of(self.terminal.child.pid)
        where = '%s, %s' % (self.what, where)
        need(shown <= set(allowed), 'lies about at %s: %s' % (
            where, sorted(shown - set(allowed))))
        need(set(holds) <= left_out, 'what is read at all? %s: %s' % (
            where, left_out))

    def asked(self, question, answer, *holds):
        self.terminal.expect(question)
        self.look(question, holds)
        if answer is not None:
            self.terminal.answer(answer)

    def calls(self, action, *holds):
        """While the answer comes, byte by byte."""
        end = time.monotonic() + PATIENCE
        while action not in [call['action'] for call in self.aws.calls()]:
            need(time.monotonic() < end, 'never called: ' + action)
            time.sleep(0.02)
        self.look(action, holds, SENT.get(action, ()))


def control(aws, name, **data):
    """As StandIn.control, which speaks no TLS."""
    request = urllib.request.Request(aws.url + '/stand-in/' + name,
                                     json.dumps(data).encode())
    # The stand-in on loopback, with a self-signed certificate.
    with urllib.request.urlopen(
            request, timeout=10,
            context=ssl._create_unverified_context()) as answer:
        same(answer.status, 200, 'status of the control')


def anew(box, action=None):
    """No code is used up, and the response to the action comes slowly."""
    box.forget_codes()
    control(box.there, 'forget-codes')
    control(box.there, 'clear-faults')
    if action:
        control(box.there, 'fault', kind='drip', action=action, seconds=1)
    box.there.mark()


@contextlib.contextmanager
def prepared(box):
    """AWS by TLS, a program to be looked into, and who may."""
    if os.geteuid() != 0:
        raise Skipped('only root may read the memory of what is not dumpable')
    box.program = release()
    world = dict(DEFAULT, settings={'mark': MARK, 'seed': NEW_SEED})
    with https(box, world=world) as (box.there, cert):
        box.env.update(AWS_ENDPOINT_URL=box.there.url, AWS_CA_BUNDLE=cert)
        yield


def add(box):
    check(box.add('custodian', '--no-verify', '--no-config'))


def case_a_key_is_stored(box):
    with prepared(box):
        del box.env['ROLEKEY_PASSPHRASE']
        for action in ('GetCallerIdentity', 'ListMFADevices'):
            anew(box, action)
            box.forget_kernel_keys()
            with Watched(box, 'add', 'custodian') as it:
                it.asked('access key id', KEY_ID)
                it.asked('secret', SECRET)
                it.calls(action, 'key')
        anew(box)
        with Watched(box, 'add', 'custodian', '--no-verify') as it:
            it.asked('access key id', KEY_ID)
            it.asked('secret', SECRET)
            it.asked(ASKS_NEW_PASSPHRASE, PASSPHRASE, 'key')
            it.asked(ASKS_IT_AGAIN, PASSPHRASE, 'key', 'passphrase')
            check(it.terminal.finish())


def sessions(box, *before):
    for action, *holds in (('GetSessionToken', 'key', 'code'),
                           ('AssumeRole', 'session')):
        anew(box, action)
        box.forget_kernel_keys()
        with Watched(box, 'export', 'testing') as it:
            for question in before:
                it.asked(*question)
            it.asked('MFA code', box.code(), 'key')
            it.calls(action, *holds)


def case_a_session_is_made(box):
    with prepared(box):
        add(box)
        del box.env['ROLEKEY_PASSPHRASE']
        sessions(box, ('passphrase', PASSPHRASE))


def case_a_session_is_made_with_a_key_of_the_secret_service(box):
    with prepared(box), gnome_keyring(box):
        add(box)
        sessions(box)


def case_another_passphrase(box):
    with prepared(box):
        add(box)
        del box.env['ROLEKEY_PASSPHRASE']
        with Watched(box, 'unlock', '--change') as it:
            it.asked(ASKS_PASSPHRASE, PASSPHRASE)
            it.asked(ASKS_NEW_PASSPHRASE, NEW)
            it.asked(ASKS_IT_AGAIN, NEW, 'new passphrase')
            check(it.terminal.finish())


def case_a_seed_is_stored_and_gives_a_code(box):
    with prepared(box):
        add(box)
        del box.env['ROLEKEY_PASSPHRASE']
        with Watched(box, 'mfa', 'add', 'custodian') as it:
            it.asked('seed', SEED)
            it.asked('shows now', code_now(), 'seed')
            check(it.terminal.finish())
        anew(box, 'GetSessionToken')
        with Watched(box, 'export', 'testing') as it:
            it.calls('GetSessionToken', 'key', 'code')
        with Watched(box, 'mfa', 'remove', 'custodian') as it:
            it.asked('remove', 'y')
            check(it.terminal.finish())


def case_a_device_is_made(box):
    with prepared(box):
        add(box)
        del box.env['ROLEKEY_PASSPHRASE']
        argv = ['mfa', 'enroll', 'custodian', '--name']
        anew(box, 'CreateVirtualMFADevice')
        with Watched(box, *argv, 'a') as it:
            it.calls('CreateVirtualMFADevice', 'key')
        anew(box)
        with Watched(box, *argv, 'b') as it:
            it.asked('shows', None, 'key', 'new seed')
        anew(box, 'EnableMFADevice')
        with Watched(box, *argv, 'c', '--store', '--no-config') as it:
            it.calls('EnableMFADevice', 'key', 'new seed', 'codes')


def case_a_session_of_aws_login_is_refreshed(box):
    with prepared(box):
        add(box)
        del box.env['ROLEKEY_PASSPHRASE']
        box.write_config(sign_in.CONFIG)
        sign_in.sign_in(box, box.there.url, LOGIN_KEY)
        sign_in.change(box, left=-5)
        anew(box, 'CreateOAuth2Token')
        with Watched(box, 'export', 'signed') as it:
            it.calls('CreateOAuth2Token', 'login key', 'login refresh')
        anew(box)
        with Watched(box, 'login', 'signed', '--stdout') as it:
            check(it.terminal.finish())


IDENTITY_CENTER = '''\
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[profile admin]
sso_session = corp
sso_account_id = 222233334444
sso_role_name = Admin
region = eu-west-1
'''


def case_a_user_signs_in_to_identity_center(box):
    with prepared(box):
        add(box)
        del box.env['ROLEKEY_PASSPHRASE']
        box.write_config(IDENTITY_CENTER)
        for action, *holds in (
                ('StartDeviceAuthorization', 'client secret'),
                ('CreateToken', 'client secret')):
            anew(box, action)
            with Watched(box, 'sso', 'login', '--device-code') as it:
                it.calls(action, *holds)
        anew(box)
        control(box.there, 'sso', life=600)
        with Watched(box, 'sso', 'login', '--device-code') as it:
            check(it.terminal.finish())
        anew(box, 'CreateToken')
        with Watched(box, 'export', 'admin') as it:
            it.calls('CreateToken', 'client secret', 'sso refresh')
        anew(box, 'GetRoleCredentials')
        with Watched(box, 'export', 'admin') as it:
            it.calls('GetRoleCredentials', 'sso token')


if __name__ == '__main__':
    run_cases(globals())
