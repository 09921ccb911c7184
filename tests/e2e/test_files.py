#!/usr/bin/python3 -B
"""Files that are odd, wrong or full: configuration, settings, keyring."""

import os
import re
import resource
import signal

from harness import (AWS_CONFIG, CONFIG, KEYRING, LEDGER, SERIAL, check,
                     check_quiet, need, noticed, refused, run_cases, same)
from mounts import fill, small_disk, with_own_mounts
from other_user import as_person
from peers import read_env

BOM = '\ufeff'


# -- configuration ----------------------------------------------------------


def case_the_config_is_a_folder(box):
    os.unlink(box.config)
    os.mkdir(box.config)
    for argv, status in ((['export', 'testing'], 3),
                         (['exec', 'testing', 'true'], 125)):
        refused(box.rolekey(*argv), status, reason='system-call',
                path=box.config, line=1)


def case_a_file_that_may_not_be_read(box):
    """It is not an empty one: its content would be ignored."""
    box.write_credentials('[custodian]\nregion = eu-west-1\n')
    before, binary = as_person(box)
    for path in (box.config, box.credentials):
        os.chmod(path, 0)
        for argv, status in ((['export', 'testing'], 3),
                             (['exec', 'testing', 'true'], 125),
                             (['config', 'dump'], 3), (['list'], 3),
                             (['explain', 'testing'], 3)):
            refused(box.run(*before, binary, *argv), status,
                    reason='system-call', path=path, line=1,
                    detail='Permission denied')
        os.chmod(path, 0o600)
    check(box.run(*before, binary, 'explain', 'testing'))


def case_the_config_is_malformed(box):
    for text, line, reason in (
            ('[profile a]\nno equals sign\n', 2, 'not-a-key'),
            ('region = x\n', 1, 'key-outside-section'),
            ('[profile a\n', 1, 'section-not-closed'),
            ('[profile a]\n\n[profile b]\n = x\n', 4, 'key-without-name')):
        box.write_config(text)
        for argv, status in ((['config', 'dump'], 3),
                             (['export', 'testing'], 3),
                             (['exec', 'testing', 'true'], 125)):
            refused(box.rolekey(*argv), status, reason=reason,
                    path=box.config, line=line)
    box.write_config('[default]\n')
    box.write_credentials('[a]\nbroken\n')
    refused(box.rolekey('config', 'dump'), 3, reason='not-a-key',
            path=box.credentials, line=2)


def case_a_malformed_config_is_not_written_to(box):
    box.write_config('[profile custodian]\nbroken\n')
    refused(box.add(), 3, reason='not-a-key', path=box.config, line=2)
    same(box.read_config(), '[profile custodian]\nbroken\n', 'config')


def works(box):
    """The profiles are there, cold and warm, and one can be added to."""
    plan = check(box.rolekey('explain', '--json', 'testing'), calls=[],
                 changed=[]).stdout
    need('TestingAdmin"' in plan and '\\r' not in plan, plan)
    check(box.add('custodian', '--no-config'))
    code = box.code()
    for flags in (['-t', code], []):
        done = check(box.rolekey('exec', 'testing', *flags, '--', 'env'))
        env = read_env(done.stdout)
        same((env['AWS_REGION'], env['AWS_VAULT']),
             ('ap-northeast-1', 'testing'), 'environment')
    same(done.stderr, '', 'stderr of a cached call')


def case_a_config_of_one_line_of_two_mib(box):
    big = 'x' * (2 << 20)
    box.write_config(CONFIG + '\n[profile big]\ncomment = ' + big + '\n')
    works(box)
    need(big in check(box.rolekey('config', 'dump')).stdout, 'the whole line')


def case_a_config_with_crlf_and_a_byte_order_mark(box):
    box.write_config(BOM + CONFIG.replace('\n', '\r\n'))
    works(box)


def case_a_credentials_file_with_crlf_and_a_byte_order_mark(box):
    box.write_config(CONFIG.replace('[default]\nregion = ap-northeast-1\n',
                                    ''))
    box.write_credentials(BOM + '[default]\r\nregion = ap-northeast-1\r\n')
    works(box)


def read_bytes(path):
    with open(path, 'rb') as file:
        return file.read()


def case_what_is_added_to_such_a_config_leaves_its_bytes_alone(box):
    before = (BOM + '[default]\r\nregion = eu-west-1 # here\r\n\r\n'
              '[profile custodian]\r\n; mine\r\nregion = eu-west-1\r\n'
              ).encode()
    box.write_config(before)
    check(box.add(), changed=[AWS_CONFIG, KEYRING],
          calls=['GetCallerIdentity', 'ListMFADevices'])
    after = read_bytes(box.config)
    line = re.search(rb'mfa_serial *= *%s\r?\n' % re.escape(SERIAL.encode()),
                     after)
    need(line, after)
    same(after.replace(line.group(0), b'', 1), before, 'the rest')
    plan = check(box.rolekey('explain', '--json', 'custodian'), calls=[],
                 changed=[]).stdout
    need(SERIAL + '"' in plan, plan)


def case_a_config_with_bytes_that_are_no_text(box):
    for text, reason in (
            (b'[profile a]\nregion = \xff\xfe\n', 'not-utf8'),
            (b'[profile a]\nregion = x\x00y\n', 'nul-byte')):
        box.write_config(text)
        refused(box.rolekey('export', 'a'), 3, reason=reason,
                path=box.config, line=2)


def case_settings_that_are_wrong(box):
    path = box.write('.config/rolekey/config',
                     '[rolekey]\nbackend = file\nbakend = file\n')
    for argv, status in ((['list'], 3), (['exec', 'testing', 'true'], 125),
                         (['export', 'testing'], 3)):
        refused(box.rolekey(*argv), status, reason='unknown-setting',
                path=path, line=3, key='bakend')
    os.unlink(path)
    refused(box.rolekey('list', env={'ROLEKEY_BACKEND': 'nonsense'}), 3,
            reason='bad-value', key='ROLEKEY_BACKEND', value='nonsense')
    refused(box.rolekey('--backend', 'nonsense', 'list'), 2,
            reason='bad-value', key='--backend', value='nonsense')


# -- full disks --------------------------------------------------------------


def add_other(box):
    return box.add('other', '--no-verify', '--no-config')


@with_own_mounts
def case_the_disk_of_the_keyring_is_full(box):
    folder = os.path.dirname(box.keyring_path())
    os.makedirs(folder, 0o700)
    with small_disk(folder, '32k'):
        box.add_quietly()
        before = read_bytes(box.keyring_path())
        fill(folder)
        check(add_other(box), 6, stdout='^$', changed=[],
              reason='system-call', detail='No space left on device')
        same(sorted(os.listdir(folder)), ['filler', 'keyring',
                                          'keyring.lock'], 'files')
        # The code that was typed is not lost, and neither is the key.
        done = box.rolekey('export', 'testing', '-t', box.code())
        check(done, 0, stdout='AWS_SESSION_TOKEN', changed=[LEDGER],
              calls=['GetCallerIdentity', 'GetSessionToken', 'AssumeRole'])
        noticed(done, 'system-call', detail='No space left on device')
        refused(box.rolekey('remove', '-f', 'custodian'), 6,
                reason='system-call', detail='No space left on device')
        same(read_bytes(box.keyring_path()) == before, True, 'as it was')
        os.unlink(os.path.join(folder, 'filler'))
        check(box.rolekey('clear'))
        check(add_other(box), changed=[KEYRING])
        same(check(box.rolekey('list', '--credentials')).stdout,
             'custodian\nother\n', 'keys')
        box.forget_kernel_keys()


@with_own_mounts
def case_the_disk_of_a_new_keyring_is_full(box):
    folder = os.path.dirname(box.keyring_path())
    os.makedirs(folder, 0o700)
    with small_disk(folder, '4k'):
        fill(folder)
        check(add_other(box), 6, stdout='^$', changed=[],
              reason='system-call', detail='No space left on device')
        same(sorted(os.listdir(folder)), ['filler', 'keyring.lock'], 'files')


@with_own_mounts
def case_the_disk_of_the_config_is_full(box):
    """The key is stored nevertheless, and the line to add is printed."""
    folder = os.path.dirname(box.config)
    with small_disk(folder, '8k'):
        box.write_config('[default]\nregion = ap-northeast-1\n')
        fill(folder)
        check(box.add(), 1, changed=[KEYRING], reason='system-call',
              context='config-not-written', key='mfa_serial', arn=SERIAL,
              path=box.config, detail='No space left on device')
        same((box.read_config(), sorted(os.listdir(folder))),
             ('[default]\nregion = ap-northeast-1\n', ['config', 'filler']),
             'the config')
        same(check(box.rolekey('list', '--credentials')).stdout,
             'custodian\n', 'keys')
        box.forget_kernel_keys()


@with_own_mounts
def case_the_disk_of_the_locks_is_full(box):
    """Without locks a request too many is made, at worst."""
    with small_disk(box.runtime, '4k,nr_inodes=1'):
        box.add_quietly()
        code = box.code()
        check(box.rolekey('export', 'testing', '-t', code),
              stdout='AWS_SESSION_TOKEN', stderr='warning: ')
        check_quiet(box.rolekey('export', 'testing'))
        box.forget_kernel_keys()


def case_a_session_that_cannot_be_kept_is_a_warning(box):
    """The code that was just typed is not lost."""
    box.add_quietly()

    def small():
        size = os.path.getsize(box.keyring_path()) + 64
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    done = box.rolekey('export', 'testing', '-t', box.code(),
                       preexec_fn=small, restore_signals=False)
    check(done, 0, stdout='AWS_SESSION_TOKEN', stderr='cache|kept|stored|writ')


if __name__ == '__main__':
    run_cases(globals())
