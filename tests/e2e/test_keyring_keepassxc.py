#!/usr/bin/python3
"""The Secret Service as a keyring, where KeePassXC is the service."""

import contextlib
import os
import subprocess

from secret_service import (FULL, NAME, PATIENCE, QUICK, SECRET, gets, home,
                            main, need, passes_the_suite, put, refuses, run,
                            scenario, service_call, tool, wait_for)

PASSWORD = b'of the database'
COLLECTION = '/collection/rolekey'
# Settings of a database, which a user makes in KeePassXC by hand.
DATABASE = '''\
<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile>
  <Meta>
    <Generator>rolekey's tests</Generator>
    <DatabaseName>throw-away</DatabaseName>
    <CustomData>%s</CustomData>
  </Meta>
  <Root>
    <Group><UUID>AAECAwQFBgcICQoLDA0ODw==</UUID><Name>Root</Name></Group>
  </Root>
</KeePassFile>
'''
EXPOSED = ('<Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key>'
           '<Value>{00010203-0405-0607-0809-0a0b0c0d0e0f}</Value></Item>')
# KeePassXC 2.7.4 saves in a thread of its own, and dies of an item that changes
# meanwhile; so items that the suite stores faster than a user are not saved.
SETTINGS = '''\
[General]
ConfigVersion=2
UpdateCheckMessageShown=true
AutoSaveAfterEveryChange=false
AutoSaveOnExit=false

[GUI]
CheckForUpdates=false
%s

[FdoSecrets]
Enabled=true
ConfirmAccessItem=false
ConfirmDeleteItem=false
ShowNotification=false
'''
# 2.7.10 crashes when it shows its window with a database that --pw-stdin opens,
# and 2.7.4 does not lock one from the tray.
IN_TRAY = '''\
MinimizeOnStartup=true
MinimizeToTray=true
ShowTrayIcon=true'''


def settings():
    said = subprocess.run(['keepassxc-cli', '--version'], check=True,
                          capture_output=True, text=True).stdout
    version = tuple(int(part) for part in said.split()[-1].split('.'))
    return SETTINGS % (IN_TRAY if version >= (2, 7, 10) else '')


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def without_screen():
    # An instance serves all who find its socket in TMPDIR.
    return dict(os.environ, QT_QPA_PLATFORM='offscreen', TMPDIR=home())


def is_open():
    """It owns its name before it has read the password."""
    try:
        return 'false' in service_call(
            COLLECTION, 'DBus.Properties.Get',
            'org.freedesktop.Secret.Collection', 'Locked')
    except subprocess.CalledProcessError:
        return False


@contextlib.contextmanager
def keepassxc(exposed=True):
    """It runs, without a screen, and its database is open."""
    database = home('rolekey.kdbx')
    source = write(home('new.xml'), DATABASE % (EXPOSED if exposed else ''))
    subprocess.run(['keepassxc-cli', 'import', '-p', '-t', '100', source,
                    database], input=(PASSWORD + b'\n') * 2, check=True,
                   timeout=PATIENCE, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    process = subprocess.Popen(
        ['setpriv', '--pdeathsig', 'TERM', 'keepassxc', '--pw-stdin',
         '--config', write(home('settings'), settings()), '--localconfig',
         home('local'), database], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=without_screen())
    try:
        process.stdin.write(PASSWORD + b'\n')
        process.stdin.close()
        run('gdbus', 'wait', '--session', '--timeout', '30', NAME)
        if exposed:
            wait_for(is_open, 'the database does not open')
        yield process
        need(process.poll() is None, 'KeePassXC died')
    finally:
        process.kill()
        process.wait()


@scenario('empty-bus')
def it_passes_the_suite_of_every_keyring():
    with keepassxc():
        passes_the_suite()


@scenario('empty-bus')
def the_quick_reader_gets_what_was_stored():
    values = {'plain': SECRET.encode(), 'lines': b'a\nb\n', 'empty': b'',
              'braces': b'{TITLE} and {"AccessKeyId": "x"}',
              'returns': b'a\r\nb', 'nul': b'a\0b', 'not utf-8': b'\xff'}
    with keepassxc():
        for name, value in values.items():
            put(name, value)
            put(name, value + b'{NOTES}')  # from one type to the other
            put(name, value)
        for name, value in values.items():
            gets(QUICK, name, value)
            gets(FULL, name, value)


@scenario('empty-bus')
def a_locked_database_is_no_missing_item():
    with keepassxc():
        subprocess.run(['keepassxc', '--lock'], env=without_screen(),
                       check=True, timeout=PATIENCE,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: not is_open(), 'the database stays open')
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a'), 'keyring-locked|unlocking no-')
        refuses(tool(FULL, 'put', 'key', 'a', value=b'x'), 'keyring-locked|unlocking no-')
        refuses(tool(FULL, 'list', 'key'), 'keyring-locked|unlocking no-')
        refuses(tool(FULL, 'remove', 'key', 'a'), 'keyring-locked|unlocking no-')


@scenario('empty-bus')
def a_database_without_an_exposed_group_is_no_collection():
    with keepassxc(exposed=False):
        # Nor does it say so before the database is open.
        wait_for(lambda: b'no-collection' in
                 tool('auto', 'why').out, 'there is a collection')
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a'), 'no-collection')
        taken = tool('auto', 'why').out.decode()
        need('keyring-fallback' in taken, taken)


if __name__ == '__main__':
    main('dbus-run-session', 'keepassxc', 'keepassxc-cli', 'gdbus', 'setpriv')
