#!/usr/bin/python3
"""The Secret Service as a keyring, where KWallet is the service."""

import contextlib
import os
import subprocess

from secret_service import (FULL, NAME, QUICK, SECRET, gets, home, main, need,
                            passes_the_suite, put, refuses, run, scenario,
                            tool, wait_for)

SETTINGS = '''\
[Wallet]
First Use=false
Enabled=true
Default Wallet=kdewallet
Prompt on Open=false

[org.freedesktop.secrets]
apiEnabled=true
'''
# The hash that pam_kwallet makes of a password at login; any bytes will do.
HASH = '[byte %s]' % ', '.join(['0x07'] * 56)
DISPLAY = {'DISPLAY': ':99'}  # where it would ask, if it had to


def kwallet_call(method, *args):
    return run('gdbus', 'call', '--session', '--dest', 'org.kde.kwalletd5',
               '--object-path', '/modules/kwalletd5', '--method',
               'org.kde.KWallet.' + method, *args)


@contextlib.contextmanager
def kwallet():
    """It runs, without a screen."""
    with open(home('.config', 'kwalletrc'), 'w', encoding='utf-8') as file:
        file.write(SETTINGS)
    process = subprocess.Popen(
        ['setpriv', '--pdeathsig', 'TERM', 'kwalletd5'],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ, QT_QPA_PLATFORM='offscreen'))
    try:
        run('gdbus', 'wait', '--session', '--timeout', '30', NAME)
        yield
        need(process.poll() is None, 'KWallet died')
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def kwallet_with_a_wallet():
    """As after a login: the wallet is open, and nobody is asked."""
    folder = home('.local', 'share', 'kwalletd')
    wallet = os.path.join(folder, 'kdewallet.kwl')
    os.makedirs(folder)
    with open(os.path.join(folder, 'kdewallet.salt'), 'wb') as file:
        file.write(bytes(56))
    with kwallet():  # which makes it, and shows it the next time
        kwallet_call('pamOpen', 'kdewallet', HASH, '0')
        wait_for(lambda: os.path.exists(wallet), 'there is no wallet')
    with kwallet():
        kwallet_call('pamOpen', 'kdewallet', HASH, '0')
        yield


@scenario('empty-bus')
def it_passes_the_suite_of_every_keyring():
    with kwallet_with_a_wallet():
        put('a', b'x', env=DISPLAY)
        passes_the_suite()


@scenario('empty-bus')
def the_quick_reader_gets_what_was_stored():
    values = {'plain': SECRET.encode(), 'lines': b'a\nb\n', 'empty': b'',
              'nul': b'a\0b', 'not utf-8': b'\xff\xfe'}
    with kwallet_with_a_wallet():
        for name, value in values.items():
            put(name, value, env=DISPLAY)
            put(name, value + b'\xff', env=DISPLAY)
            put(name, value, env=DISPLAY)
        for name, value in values.items():
            gets(QUICK, name, value)
            gets(FULL, name, value)


@scenario('empty-bus')
def a_closed_wallet_is_locked():
    with kwallet_with_a_wallet():
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a'), 'keyring-locked|unlocking no-')
        refuses(tool(FULL, 'put', 'key', 'a', value=b'x'), 'keyring-locked|unlocking no-')


@scenario('empty-bus')
def no_wallet_is_no_collection():
    with kwallet():
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a'), 'no-collection')
        taken = tool('auto', 'why').out.decode()
        need('keyring-fallback' in taken, taken)


if __name__ == '__main__':
    main('dbus-run-session', 'kwalletd5', 'gdbus', 'setpriv')
