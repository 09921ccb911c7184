#!/usr/bin/python3 -B
"""No MFA serial is configured: the device is found, and offered."""

import copy
import os
import re

from harness import (AWS_CONFIG, CUSTODIAN, DEFAULT, SERIAL, StandIn,
                     check, need, run_cases, same)

KIM = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
LEE = ('AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')
SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
PHONE, KEY = ('arn:aws:iam::%s:mfa/kim-%s' % (CUSTODIAN, name)
              for name in ('phone', 'key'))
OFFER = r'Add "mfa_serial = %s" to profile custodian in %s, and try again\?'
DENIED = ['AssumeRole', 'ListMFADevices']
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
    terminal.expect('AWS denied the role to a request without an MFA code')
    terminal.expect(offer_of(box, SERIAL))
    terminal.answer('y')
    terminal.expect('wrote mfa_serial of custodian to ' + re.escape(box.config))
    terminal.expect('MFA code for ' + SERIAL)
    terminal.answer(box.code())
    done = check(terminal.finish(), stdout='in testing', calls=DENIED + TAKEN)
    need(done.stdout.count('MFA code for') == 1, str(done))
    same(box.read_config(), with_line(SERIAL), 'config')
    check(box.rolekey('exec', 'testing', '--', 'true'), calls=[])
    check(box.rolekey('explain', 'testing'), stdout=re.escape(SERIAL))


def case_who_says_no_is_told_what_to_write(box):
    without_serial(box)
    done = box.pty_run(['export', 'testing'], [(offer_of(box, SERIAL), 'n')])
    check(done, 5, calls=DENIED, changed=[],
          stdout='no MFA code went with the request, though the key\'s user '
          'has %s: assume role .*AccessDenied' % SERIAL)
    need('hint: if the role asks for MFA, put "mfa_serial = %s" into the '
         'profile whose key it is' % SERIAL in done.stdout, str(done))


def case_nobody_is_there(box):
    without_serial(box)
    for command, status in (('export', 5), ('exec', 125),
                            ('credential-process', 5)):
        done = check(box.rolekey(command, 'testing'), status, calls=DENIED,
                     changed=[], stderr='put "mfa_serial = %s"' % SERIAL)
        same(done.stdout, '', 'stdout')
    same(done.stderr.count('\n'), 1, 'lines of credential-process')
    check(box.pty('export', 'testing', '--no-prompt').finish(), 5,
          calls=DENIED, changed=[], stdout='put "mfa_serial = ')


def case_ctrl_c_at_the_offer(box):
    without_serial(box)
    terminal = box.pty('export', 'testing')
    terminal.expect(offer_of(box, SERIAL))
    terminal.child.sendintr()
    check(terminal.finish(), 130, calls=DENIED, changed=[])


def case_of_several_the_person_picks(box):
    without_serial(box, KIM)
    terminal = box.pty('credential-process', 'testing')
    terminal.expect('1  %s' % PHONE)
    terminal.expect('2  %s' % KEY)
    terminal.expect(r'Which one shall give the codes\? \(1-2')
    terminal.answer('2')
    terminal.expect(offer_of(box, KEY))
    terminal.answer('yes')
    terminal.expect('MFA code for ' + KEY)
    terminal.answer(box.code(KEY))
    check(terminal.finish(), stdout='"Version":1', calls=DENIED + TAKEN)
    same(box.read_config(), with_line(KEY), 'config')


def case_of_several_none_is_picked(box):
    without_serial(box, KIM)
    for answer in ('', '0', '3', 'x'):
        check(box.pty_run(['export', 'testing'], [
            (r'Which one shall give the codes\?', answer)]), 5, calls=DENIED,
            changed=[], stdout='no MFA code went with the request')


def case_a_user_without_a_device(box):
    without_serial(box, SAM)
    check(box.pty('export', 'testing').finish(), 5, calls=DENIED, changed=[],
          stdout='hint: the user lacks sts:AssumeRole, or the role does not '
          'trust it, asks for MFA')
    check(box.rolekey('--debug', 'export', 'testing'), 5,
          stderr='the key\'s user has no device that STS takes')


def case_a_user_who_may_not_list_devices(box):
    without_serial(box, LEE)
    check(box.pty('export', 'testing').finish(), 5, calls=DENIED, changed=[],
          stdout='AccessDenied(.|\n)*hint: .*asks for MFA \\(mfa_serial\\)')
    check(box.rolekey('--debug', 'export', 'testing'), 5,
          stderr='devices cannot be listed: AccessDenied')


def case_a_role_that_is_denied_with_a_code_is_not_offered_again(box):
    without_serial(box)
    terminal = box.pty('export', 'closed')
    terminal.expect(offer_of(box, SERIAL))
    terminal.answer('y')
    terminal.expect('MFA code for ' + SERIAL)
    terminal.answer(box.code())
    done = check(terminal.finish(), 5, calls=DENIED + TAKEN,
                 stdout='assume role .*Closed: AccessDenied')
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
                 calls=DENIED + TAKEN)
    need('MFA code for' not in done.stdout, str(done))


def case_a_config_that_changed_at_the_question_is_not_lost(box):
    without_serial(box)
    terminal = box.pty('export', 'testing')
    terminal.expect(offer_of(box, SERIAL))
    box.write_config(CONFIG + '[profile late]\n')
    terminal.answer('y')
    terminal.expect('MFA code for ' + SERIAL)
    terminal.answer(box.code())
    check(terminal.finish(), stdout='AWS_SESSION_TOKEN')
    same(box.read_config(), with_line(SERIAL) + '[profile late]\n', 'config')


def fido(box, devices):
    world = copy.deepcopy(DEFAULT)
    world['users'][0]['devices'] = [
        {'serial': serial, 'seed': DEFAULT['users'][0]['devices'][0]['seed']}
        for serial in devices]
    folder = os.path.join(box.top, 'fido')
    os.mkdir(folder)
    return StandIn(folder, world)


def case_a_fido_device_is_named_plainly(box):
    token = 'arn:aws:iam::%s:u2f/user/alex/yubikey-ABC' % CUSTODIAN
    without_serial(box)
    aws = fido(box, [token])
    try:
        check(box.rolekey('export', 'testing', env={
            'AWS_ENDPOINT_URL': aws.url}), 5, changed=[],
            stderr=re.escape(token) + ' is a FIDO device; AWS STS takes codes '
            'of TOTP devices only')
    finally:
        aws.stop()


def case_add_lets_the_person_pick(box):
    box.write_config(CONFIG)
    terminal = box.pty('add', 'custodian')
    terminal.expect('Access key id')
    terminal.answer(KIM[0])
    terminal.expect('Secret access key')
    terminal.answer(KIM[1])
    terminal.expect('2  %s' % KEY)
    terminal.expect('Which one')
    terminal.answer('1')
    check(terminal.finish(), stdout='wrote mfa_serial of custodian',
          calls=['GetCallerIdentity', 'ListMFADevices'])
    same(box.read_config(), with_line(PHONE), 'config')


def case_add_without_a_person_lists_them(box):
    box.write_config(CONFIG)
    done = check(box.add(key=KIM), stderr='the user has 2 MFA devices; put the '
                 'one to use')
    need(PHONE in done.stderr and KEY in done.stderr, str(done))
    need(AWS_CONFIG not in done.changed, str(done))
    same(box.read_config(), CONFIG, 'config')


def case_a_chain_whose_serial_is_known_lists_nothing(box):
    without_serial(box)
    check(box.rolekey('export', 'testing', '-t', box.code(),
                      env={'AWS_MFA_SERIAL': SERIAL}), calls=TAKEN)


if __name__ == '__main__':
    run_cases(globals())
