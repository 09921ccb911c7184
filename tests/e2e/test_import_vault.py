#!/usr/bin/python3 -B
"""import from aws-vault's three places, made as aws-vault makes them, and from
a CSV; and nothing of aws-vault's is ever changed.
"""

import base64
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from harness import (ASKS_REPLACEMENT, ASKS_SHARING, ASKS_VAULT_PASSPHRASE,
                     KEY_ID, SAYS_IT_IS_WRONG, SECRET, Skipped, check,
                     gnome_keyring, need, noticed, refused, run_cases, same)
from peers import read_env

OTHER = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
PHRASE = 'a passphrase of aws-vault'
SESSION = 'sts.GetSessionToken,Y3VzdG9kaWFu,YXJu,1893456000'
ASK = {'AWS_VAULT_FILE_PASSPHRASE': None}


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=')


def item(name, key_id=KEY_ID, secret=SECRET, token=''):
    """The JSON of the keyring library around that of the AWS SDK."""
    inner = json.dumps({
        'AccessKeyID': key_id, 'SecretAccessKey': secret,
        'SessionToken': token, 'Source': '', 'CanExpire': False,
        'Expires': '0001-01-01T00:00:00Z'}).encode()
    return json.dumps({
        'Key': name, 'Data': base64.b64encode(inner).decode(),
        'Label': 'aws-vault (%s)' % name, 'Description': '',
        'KeychainNotTrustApplication': True,
        'KeychainNotSynchronizable': False}).encode()


def jwe(plain, passphrase=PHRASE):
    """By the RFCs, with Python's own PBKDF2 and OpenSSL's AES."""
    salt, key, iv = os.urandom(12), os.urandom(32), os.urandom(12)
    header = url64(json.dumps({
        'alg': 'PBES2-HS256+A128KW', 'created': 'Mon, 02 Jan 2006', 'enc':
        'A256GCM', 'p2c': 8192, 'p2s': url64(salt).decode()}).encode())
    kek = hashlib.pbkdf2_hmac('sha256', passphrase.encode(),
                              b'PBES2-HS256+A128KW\0' + salt, 8192, 16)
    sealed = AESGCM(key).encrypt(iv, plain, header)
    return b'.'.join([header, url64(aes_key_wrap(kek, key)), url64(iv),
                      url64(sealed[:-16]), url64(sealed[-16:])])


def files(box, items, folder='.awsvault/keys'):
    for name, data in items.items():
        box.write(os.path.join(folder, name.replace('%', '%25').replace(
            '/', '%2F')), data if isinstance(data, bytes) else jwe(item(
                name, *data)))
    box.env['AWS_VAULT_FILE_PASSPHRASE'] = PHRASE


def content(box, folder='.awsvault/keys'):
    found = {}
    for name in sorted(os.listdir(os.path.join(box.home, folder))):
        with open(os.path.join(box.home, folder, name), 'rb') as file:
            found[name] = file.read()
    return found


def stored(box):
    return check(box.rolekey('list', '--credentials')).stdout.split()


def key_of(box, profile):
    env = read_env(check(box.rolekey('exec', profile, '-n', '--', 'env')
                         ).stdout)
    return env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']


# -- files ------------------------------------------------------------------------


def case_keys_of_files_and_no_sessions(box):
    files(box, {'custodian': (), 'a/b': OTHER, SESSION: jwe(item(SESSION)),
                'oidc:https://x': jwe(item('oidc:https://x'))})
    before = content(box)
    done = check(box.rolekey('import', '--from', 'aws-vault:file'))
    noticed(done, 'vault-sessions-left', number=2, other='file')
    same(done.calls, ['GetCallerIdentity'] * 2, 'calls')
    same(stored(box), ['a/b', 'custodian'], 'keys')
    same(key_of(box, 'custodian'), (KEY_ID, SECRET), 'the key')
    same(content(box), before, "aws-vault's files")
    noticed(check(box.rolekey('import', '--from', 'aws-vault:file',
                              '--no-verify')),
            'key-already-stored', profile='custodian')


def case_one_profile(box):
    files(box, {'custodian': (), 'other': OTHER})
    check(box.rolekey('import', '--from', 'aws-vault', 'other'))
    same(stored(box), ['other'], 'keys')
    refused(box.rolekey('import', '--from', 'aws-vault:file', 'nobody'), 3,
            reason='no-aws-vault-key', profile='nobody')


def case_the_passphrase_is_asked_for_once(box):
    files(box, {'custodian': (), 'other': OTHER})
    done = box.pty_run(['import', '--from', 'aws-vault:file', '--no-verify'], [
        (ASKS_VAULT_PASSPHRASE, 'not it'),
        (SAYS_IT_IS_WRONG + r'[\s\S]*' + ASKS_VAULT_PASSPHRASE, PHRASE)],
        env=ASK)
    noticed(check(done, without=PHRASE), 'key-stored', value=OTHER[0],
            profile='other')
    same(stored(box), ['custodian', 'other'], 'keys')
    done = box.pty_run(['import', '--from', 'aws-vault:file'], [
        (ASKS_VAULT_PASSPHRASE, 'no')] * 3, env=ASK)
    check(done, 4, reason='wrong-passphrase')
    refused(box.rolekey('import', '--from', 'aws-vault:file', env=ASK), 4,
            reason='no-terminal', context='vault-passphrase-needed')
    refused(box.rolekey('import', '--from', 'aws-vault:file', env={
        'AWS_VAULT_FILE_PASSPHRASE': 'not it'}), 6,
            reason='wrong-passphrase-set', key='AWS_VAULT_FILE_PASSPHRASE')


def case_another_folder(box):
    files(box, {'custodian': ()}, 'elsewhere')
    check(box.rolekey('import', '--from', 'aws-vault:file', env={
        'AWS_VAULT_FILE_DIR': '~/elsewhere'}))
    same(stored(box), ['custodian'], 'keys')
    done = check(box.rolekey('import', '--from', 'aws-vault:file'))
    noticed(done, 'no-keys-to-import', other='aws-vault:file')
    same(done.calls, [], 'calls')


def case_what_is_no_key_is_said_and_the_rest_is_taken(box):
    good = jwe(item('damaged'))
    files(box, {'custodian': (), 'other': b'no jwe', 'third': jwe(b'{}'),
                'damaged': good[:-3] + b'AAA', 'temporary': (
                    'ASIAEXAMPLEEXAMPLE00', SECRET, 'token')})
    done = check(box.rolekey('import', '--from', 'aws-vault:file'), 3,
                 reason='keys-not-imported', number=4, of=5)
    for name, reason in (('other', 'not-a-vault-file'),
                         ('third', 'not-an-aws-vault-key'),
                         ('damaged', 'not-a-vault-file'),
                         ('temporary', 'import-session')):
        noticed(done, reason, profile=name)
    need(SECRET not in done.stderr, 'a secret')
    same(stored(box), ['custodian'], 'keys')


def case_another_stored_key_is_asked_about(box):
    files(box, {'custodian': OTHER})
    box.add_quietly()
    done = box.pty_run(['import', '--from', 'aws-vault:file'], [
        (ASKS_REPLACEMENT % (KEY_ID, 'custodian', OTHER[0]), 'n')])
    need(done.status != 0, str(done))
    same(key_of(box, 'custodian'), (KEY_ID, SECRET), 'the key')
    check(box.rolekey('import', '--from', 'aws-vault:file', '--yes'))
    same(key_of(box, 'custodian'), OTHER, 'the key')


def case_two_profiles_with_one_key_share_it(box):
    files(box, {'custodian': ()})
    check(box.rolekey('import', '--from', 'aws-vault:file'))
    files(box, {'again': ()})
    asked = ASKS_SHARING % ('again', 'custodian')
    done = box.pty_run(['import', '--from', 'aws-vault:file', 'again'],
                       [(asked, 'n')])
    noticed(check(done), 'key-copied', profile='again', other='custodian')
    same(stored(box), ['again', 'custodian'], 'keys')
    check(box.rolekey('remove', '-f', 'again'))
    done = box.pty_run(['import', '--from', 'aws-vault:file', 'again'],
                       [(asked, 'y')])
    noticed(check(done), 'config-written', key='source_profile',
            profile='again')
    same(stored(box), ['custodian'], 'keys')
    same(key_of(box, 'again'), (KEY_ID, SECRET), 'of the profile that shares')
    noticed(check(box.rolekey('import', '--from', 'aws-vault:file', '--yes',
                              'again')),
            'key-already-stored', profile='custodian')
    same(stored(box), ['custodian'], 'a source that is there is kept')


def case_two_at_once_share_it_with_yes(box):
    files(box, {'custodian': (), 'again': ()})
    noticed(check(box.rolekey('import', '--from', 'aws-vault:file', '--yes')),
            'config-written', key='source_profile')
    same(len(stored(box)), 1, 'keys')
    for profile in ('custodian', 'again'):
        same(key_of(box, profile), (KEY_ID, SECRET), profile)


def case_without_anybody_there_are_two(box):
    files(box, {'custodian': (), 'again': ()})
    noticed(check(box.rolekey('import', '--from', 'aws-vault:file')),
            'key-copied')
    same(stored(box), ['again', 'custodian'], 'keys')


# -- the Secret Service ---------------------------------------------------------------


@contextlib.contextmanager
def collection(box, items, locked=False):
    """As the keyring library makes it, by the D-Bus API."""
    passphrase = box.env['ROLEKEY_PASSPHRASE']
    with gnome_keyring(box):
        made = box.run('/usr/bin/python3', '-B', '-c', MAKE, json.dumps({
            name: data.decode() for name, data in items.items()}),
            'locked' if locked else '')
        check(made)
        box.env.update(ROLEKEY_BACKEND='file', ROLEKEY_PASSPHRASE=passphrase)
        yield


MAKE = r'''
import json, sys
import gi
gi.require_version('Secret', '1')
from gi.repository import Secret
service = Secret.Service.get_sync(Secret.ServiceFlags.OPEN_SESSION |
                                  Secret.ServiceFlags.LOAD_COLLECTIONS)
import dbus
bus = dbus.SessionBus()
root = bus.get_object('org.freedesktop.secrets', '/org/freedesktop/secrets')
internal = dbus.Interface(root, 'org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface')
s = dbus.Interface(root, 'org.freedesktop.Secret.Service')
_, session = s.OpenSession('plain', dbus.String('', variant_level=1))
path = internal.CreateWithMasterPassword(
    {'org.freedesktop.Secret.Collection.Label': dbus.String('awsvault', variant_level=1)},
    dbus.Struct((session, b'', b'pass of it', 'text/plain'), signature='oayays'))
c = dbus.Interface(bus.get_object('org.freedesktop.secrets', path),
                   'org.freedesktop.Secret.Collection')
for name, data in json.loads(sys.argv[1]).items():
    c.CreateItem({
        'org.freedesktop.Secret.Item.Label': dbus.String(name, variant_level=1),
        'org.freedesktop.Secret.Item.Attributes': dbus.Dictionary(
            {'profile': name}, signature='ss', variant_level=1)},
        dbus.Struct((session, b'', data.encode(), 'application/json'),
                    signature='oayays'), True)
if sys.argv[2]:
    s.Lock([path])
print(path)
'''


def case_keys_of_the_secret_service(box):
    with collection(box, {'custodian': item('custodian'),
                          'other': item('other', *OTHER),
                          SESSION: item(SESSION, 'ASIAX')}):
        done = check(box.rolekey('import', '--from',
                                 'aws-vault:secret-service'))
        noticed(done, 'vault-sessions-left', number=1, other='secret-service')
        same(stored(box), ['custodian', 'other'], 'keys')
        same(key_of(box, 'custodian'), (KEY_ID, SECRET), 'the key')
        need(SECRET not in done.stderr, 'a secret')
        noticed(check(box.rolekey('import', '--from', 'aws-vault',
                                  '--no-verify')),
                'key-already-stored', profile='custodian')


def case_a_locked_collection_is_said(box):
    with collection(box, {'custodian': item('custodian')}, locked=True):
        done = box.rolekey('--no-prompt', 'import', '--from',
                           'aws-vault:secret-service')
        need(done.status in (4, 6) and 'locked' in done.stderr, str(done))
        same(stored(box), [], 'keys')


def case_without_a_service_the_other_places_count(box):
    files(box, {'custodian': ()})
    done = check(box.rolekey('import', '--from', 'aws-vault', env={
        'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nowhere'}))
    noticed(done, 'no-session-bus', other='secret-service')
    same(stored(box), ['custodian'], 'keys')
    refused(box.rolekey('import', '--from', 'aws-vault:secret-service',
                        env={'DBUS_SESSION_BUS_ADDRESS':
                             'unix:path=/nowhere'}), 6,
            reason='no-session-bus')


# -- pass -------------------------------------------------------------------------------


@contextlib.contextmanager
def password_store(box, items):
    for program in ('pass', 'gpg', 'gpgconf'):
        if not shutil.which(program):
            raise Skipped('no ' + program)
    home = tempfile.mkdtemp(prefix='rk')
    box.env['GNUPGHOME'] = home
    try:
        check(box.run('gpg', '--batch', '--passphrase', '', '--quick-gen-key',
                      'rolekey-test', 'default', 'default', 'never'))
        check(box.run('pass', 'init', 'rolekey-test'))
        for name, data in items.items():
            check(box.run('pass', 'insert', '-m', '-f', name, stdin=data))
        yield
    finally:
        subprocess.run(['gpgconf', '--homedir', home, '--kill', 'all'],
                       check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def case_keys_of_pass(box):
    """And no password that is none of the config's profiles."""
    with password_store(box, {'custodian': item('custodian'),
                              'bank': b'a password\n'}):
        done = check(box.rolekey('import', '--from', 'aws-vault:pass'))
        need('bank' not in done.stderr, str(done))
        same(stored(box), ['custodian'], 'keys')


def case_keys_of_pass_with_a_prefix(box):
    with password_store(box, {'vault/other': item('other', *OTHER),
                              'custodian': b'a password\n'}):
        check(box.rolekey('import', '--from', 'aws-vault:pass', env={
            'AWS_VAULT_PASS_PREFIX': 'vault'}))
        same(stored(box), ['other'], 'keys')


# -- a CSV, and wrong words ---------------------------------------------------------------


def case_a_csv(box):
    for text in ('\ufeffAccess key ID,Secret access key\r\n%s,%s\r\n' % (
            KEY_ID, SECRET), 'User name,Access key ID,Secret access key\n'
            'alex,%s,%s\n' % (KEY_ID, SECRET)):
        check(box.rolekey('import', '--from', 'csv', 'custodian', stdin=text))
        same(key_of(box, 'custodian'), (KEY_ID, SECRET), 'the key')
        check(box.rolekey('remove', '-f', 'custodian'))
    refused(box.rolekey('import', '--from', 'csv', stdin='x'), 2,
            reason='no-profile-given')
    refused(box.rolekey('import', '--from', 'csv', 'x', stdin='nonsense\n'), 2,
            reason='stdin-without-key')


def case_wrong_words(box):
    refused(box.rolekey('import', '--from', 'granted'), 2, reason='bad-value',
            key='--from', value='granted')
    refused(box.rolekey('import', '--from', 'aws-vault:keychain'), 2,
            reason='bad-value', value='keychain')


if __name__ == '__main__':
    run_cases(globals())
