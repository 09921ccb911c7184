#!/usr/bin/python3 -B
"""No MFA serial is configured: the device is found, and offered."""

import copy
import json
import os
import re
import tempfile

import messages
from harness import (ASKS_CODE, ASKS_DEVICE, ASKS_KEY_ID, ASKS_SECRET_KEY,
                     AWS_CONFIG, CUSTODIAN, DEFAULT, KEY_ID, KEYRING, SECRET, SERIAL,
                     StandIn, check, code_now, need, noticed, run_cases, same)

KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
LEE = ('AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')
SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
PHONE, KEY = ('arn:aws:iam::%s:mfa/kim-%s' % (CUSTODIAN, name)
              for name in ('phone', 'key'))
OFFER = r'Add "mfa_serial = %s" to profile custodian in %s, and try again\?'
ASKED = ['AssumeRole', 'ListMFADevices']
ASKED_THERE = ['GetCallerIdentity'] + ASKED  # at another endpoint
DENIED = {'reason': 'aws-refused', 'aws_code': 'AccessDenied'}
TAKEN = ['GetSessionToken', 'AssumeRole']
CONFIG = '''\
# kept
[default]
region = ap-northeast-1

[profile custodian]
  output = json

[profile testing]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian

[profile closed]
role_arn = arn:aws:iam::444455556666:role/Closed
source_profile = custodian
'''


def without_serial(box, key=None):
    """The key is stored, and nobody knows of a device; the caller is known."""
    box.write_config(CONFIG)
    check(box.add('custodian', '--no-config', **({'key': key} if key else {})))
    box.aws.mark()


def offer_of(box, serial):
    return OFFER % (re.escape(serial), re.escape(box.config))


def with_line(serial):
    return CONFIG.replace('[profile custodian]\n',
                          '[profile custodian]\n  mfa_serial = %s\n' % serial)


def case_one_device_is_offered_written_and_used(box):
    without_serial(box)
    terminal = box.pty('exec', 'testing', '--', 'sh', '-c', 'echo in $AWS_VAULT')
    terminal.expect(offer_of(box, SERIAL))
    terminal.answer('y')
    terminal.expect(messages.pattern('config-written', key='mfa_serial',
                                     profile='custodian', path=box.config))
    terminal.expect(ASKS_CODE + SERIAL)
    terminal.answer(box.code())
    done = check(terminal.finish(), stdout='in testing', calls=ASKED + TAKEN)
    need(done.stdout.count(ASKS_CODE) == 1, str(done))
    same(box.read_config(), with_line(SERIAL), 'config')
    check(box.rolekey('exec', 'testing', '--', 'true'), calls=[])
    check(box.rolekey('explain', 'testing'), stdout=re.escape(SERIAL))
    # The plan is the one that is made where the line stood there before.
    check(box.rolekey('export', 'closed'), 5, calls=['AssumeRole'], changed=[])


def case_who_says_no_is_told_what_to_write(box):
    without_serial(box)
    done = box.pty_run(['export', 'testing'], [(offer_of(box, SERIAL), 'n')])
    check(done, 5, calls=ASKED, changed=[], context='device-not-set',
          value=SERIAL, other='custodian', **DENIED)
    need('mfa_serial = ' + SERIAL in done.stdout.split('hint: ')[1], str(done))


def case_nobody_is_there(box):
    without_serial(box)
    for command, status in (('export', 5), ('exec', 125),
                            ('credential-process', 5)):
        done = check(box.rolekey(command, 'testing'), status, calls=ASKED,
                     changed=[], context='device-not-set', value=SERIAL,
                     other='custodian', **DENIED)
        need('mfa_serial = ' + SERIAL in done.stderr, str(done))
        same(done.stdout, '', 'stdout')
    same(done.stderr.count('\n'), 1, 'lines of credential-process')
    check(box.pty('export', 'testing', '--no-prompt').finish(), 5,
          calls=ASKED, changed=[], context='device-not-set', **DENIED)


def case_ctrl_c_at_the_offer(box):
    without_serial(box)
    terminal = box.pty('export', 'testing')
    terminal.expect(offer_of(box, SERIAL))
    terminal.child.sendintr()
    check(terminal.finish(), 130, calls=ASKED, changed=[])


def case_of_several_the_person_picks(box):
    without_serial(box, KIM)
    terminal = box.pty('credential-process', 'testing')
    terminal.expect('1  %s' % PHONE)
    terminal.expect('2  %s' % KEY)
    terminal.expect(ASKS_DEVICE + r'\? \(1-2')
    terminal.answer('2')
    terminal.expect(offer_of(box, KEY))
    terminal.answer('yes')
    terminal.expect(ASKS_CODE + KEY)
    terminal.answer(box.code(KEY))
    check(terminal.finish(), stdout='"Version":1', calls=ASKED + TAKEN)
    same(box.read_config(), with_line(KEY), 'config')


def case_of_several_none_is_picked(box):
    without_serial(box, KIM)
    for answer in ('', '0', '3', 'x'):
        check(box.pty_run(['export', 'testing'], [
            (ASKS_DEVICE, answer)]), 5, calls=ASKED, changed=[],
            context='devices-not-set', **DENIED)


def case_of_several_nobody_picks(box):
    without_serial(box, KIM)
    check(box.rolekey('export', 'testing'), 5, calls=ASKED, changed=[],
          context='devices-not-set', expected='%s and %s' % (PHONE, KEY),
          other='custodian', **DENIED)


def case_a_user_without_a_device(box):
    without_serial(box, SAM)
    check(box.pty('export', 'testing').finish(), 5, calls=ASKED, changed=[],
          **DENIED)
    check(box.rolekey('--debug', 'export', 'testing'), 5,
          stderr='the key\'s user has no device')


def case_a_user_who_may_not_list_devices(box):
    without_serial(box, LEE)
    check(box.pty('export', 'testing').finish(), 5, calls=ASKED, changed=[],
          context='devices-unknown', other='custodian', **DENIED)
    done = check(box.rolekey('--debug', 'export', 'testing'), 5)
    starts, debug = 'rolekey: debug: ', []
    for line in done.stderr.splitlines():
        if line.startswith(starts + 'list '):
            debug.append(messages.read(line.removeprefix(starts)))
    same([(said.contexts, said.reason, said.facts['aws_code'])
          for said in debug if said],
         [(['listing-devices'], 'aws-refused', 'AccessDenied')], str(done))


def case_a_role_that_is_denied_with_a_code_is_not_offered_again(box):
    without_serial(box)
    terminal = box.pty('export', 'closed')
    terminal.expect(offer_of(box, SERIAL))
    terminal.answer('y')
    terminal.expect(ASKS_CODE + SERIAL)
    terminal.answer(box.code())
    done = check(terminal.finish(), 5, calls=ASKED + TAKEN, **DENIED)
    need(done.stdout.count('Add "mfa_serial') == 1, str(done))
    check(box.rolekey('export', 'closed'), 5, calls=['AssumeRole'],
          changed=[])


def case_a_code_that_was_given_is_used(box):
    """-t, and the device was not known: it is not asked for again."""
    without_serial(box)
    terminal = box.pty('export', 'testing', '-t', box.code())
    terminal.expect(offer_of(box, SERIAL))
    terminal.answer('y')
    done = check(terminal.finish(), stdout='AWS_SESSION_TOKEN',
                 calls=ASKED + TAKEN)
    need(ASKS_CODE not in done.stdout, str(done))


def case_a_config_that_changed_at_the_question_is_not_lost(box):
    without_serial(box)
    terminal = box.pty('export', 'testing')
    terminal.expect(offer_of(box, SERIAL))
    box.write_config(CONFIG + '[profile late]\n')
    terminal.answer('y')
    terminal.expect(ASKS_CODE + SERIAL)
    terminal.answer(box.code())
    check(terminal.finish(), stdout='AWS_SESSION_TOKEN')
    same(box.read_config(), with_line(SERIAL) + '[profile late]\n', 'config')


def with_devices(box, devices):
    world = copy.deepcopy(DEFAULT)
    world['users'][0]['devices'] = [
        {'serial': serial, 'seed': DEFAULT['users'][0]['devices'][0]['seed']}
        for serial in devices]
    folder = tempfile.mkdtemp(dir=box.top)
    box.aws.stop()
    box.aws = StandIn(folder, world)
    box.env['AWS_ENDPOINT_URL'] = box.aws.url


def case_a_fido_device_is_named_plainly(box):
    token = 'arn:aws:iam::%s:u2f/user/alex/yubikey-ABC' % CUSTODIAN
    without_serial(box)
    with_devices(box, [token])
    done = check(box.rolekey('export', 'testing'), 5, changed=[KEYRING],
                 calls=ASKED_THERE, context='only-fido-devices', expected=token, **DENIED)
    noticed(done, 'fido-device', arn=token)
    done = check(box.rolekey('credential-process', 'testing'), 5, changed=[],
                 context='only-fido-devices', expected=token, **DENIED)
    same(done.stderr.count('\n'), 1, 'lines of credential-process')
    # Beside another it is not offered.
    with_devices(box, [token, SERIAL])
    done = box.pty_run(['export', 'testing'], [(offer_of(box, SERIAL), 'n')])
    check(done, 5, calls=ASKED_THERE, changed=[KEYRING],
          context='device-not-set', value=SERIAL, **DENIED)
    noticed(done, 'fido-device', arn=token)


def case_a_hardware_device_has_no_arn(box):
    without_serial(box)
    with_devices(box, ['GAHT12345678'])
    check(box.rolekey('export', 'testing'), 5, changed=[KEYRING],
          calls=ASKED_THERE, context='device-not-set', value='GAHT12345678',
          **DENIED)
    done = check(box.pty_run(['export', 'testing'], [
        (offer_of(box, 'GAHT12345678'), 'y'),
        (ASKS_CODE + 'GAHT12345678', code_now())]), calls=ASKED + TAKEN)
    same(box.read_config(), with_line('GAHT12345678'), 'config')


def case_a_serial_that_is_none_is_never_written(box):
    without_serial(box)
    with_devices(box, ['arn:aws:iam::1:mfa/x\nrole_arn = y'])
    check(box.pty('export', 'testing').finish(), 5, calls=ASKED_THERE,
          changed=[KEYRING], **DENIED)
    same(box.read_config(), CONFIG, 'config')


def case_an_empty_serial_means_no_device(box):
    """The user says so: no device is looked for, and none is offered."""
    without_serial(box)
    box.write_credentials('[custodian]\nmfa_serial =\n')
    done = check(box.pty('export', 'testing').finish(), 5, changed=[])
    same(done.stdout.count('try again?'), 0, 'offers')
    need('ListMFADevices' not in box.actions(), str(box.actions()))


def case_a_session_in_the_files_has_no_device(box):
    """Temporary credentials cannot have a code, so no device is offered."""
    box.write_config(CONFIG)
    check(box.add('custodian', '--no-config'))
    key = json.loads(check(box.rolekey('export', '--format', 'json',
                                       'custodian')).stdout)
    box.rolekey('remove', '-f', 'custodian')
    box.write_credentials(
        '[custodian]\naws_access_key_id = %s\naws_secret_access_key = %s\n'
        'aws_session_token = %s\n' % (
            key['AccessKeyId'], key['SecretAccessKey'], key['SessionToken']))
    check(box.pty('export', 'testing').finish(), 5, changed=[],
          calls=['GetCallerIdentity', 'AssumeRole'], stdout='AccessDenied')


def case_a_key_in_the_files_is_warned_of_once_a_try(box):
    box.write_config(CONFIG)
    box.write_credentials('[custodian]\naws_access_key_id = %s\n'
                          'aws_secret_access_key = %s\n' % (KEY_ID, SECRET))
    done = check(box.pty_run(['export', 'testing'], [
        (offer_of(box, SERIAL), 'n')]), 5, changed=[])
    said = map(messages.read_line, done.stdout.splitlines())
    same([line.reason for line in said if line].count('plaintext-key'), 1,
         'warnings')


def case_add_lets_the_person_pick(box):
    box.write_config(CONFIG)
    terminal = box.pty('add', 'custodian')
    terminal.expect(ASKS_KEY_ID)
    terminal.answer(KIM[0])
    terminal.expect(ASKS_SECRET_KEY)
    terminal.answer(KIM[1])
    terminal.expect('2  %s' % KEY)
    terminal.expect(ASKS_DEVICE)
    terminal.answer('1')
    noticed(check(terminal.finish(),
                  calls=['GetCallerIdentity', 'ListMFADevices']),
            'config-written', key='mfa_serial', profile='custodian')
    same(box.read_config(), with_line(PHONE), 'config')


def case_add_without_a_person_lists_them(box):
    box.write_config(CONFIG)
    done = noticed(check(box.add(key=KIM)), 'several-devices', number=2)
    for serial in (PHONE, KEY):
        noticed(done, 'device-listed', arn=serial)
    need(AWS_CONFIG not in done.changed, str(done))
    same(box.read_config(), CONFIG, 'config')


def case_a_chain_whose_serial_is_known_lists_nothing(box):
    without_serial(box)
    check(box.rolekey('export', 'testing', '-t', box.code(),
                      env={'AWS_MFA_SERIAL': SERIAL}), calls=TAKEN)


if __name__ == '__main__':
    run_cases(globals())
