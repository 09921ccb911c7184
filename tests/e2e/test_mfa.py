#!/usr/bin/python3 -B
"""Seeds in the keyring, and devices that rolekey makes."""

import json
import os
import re
import subprocess
import time

import messages
from harness import (ASKS_FIRST_CODE, ASKS_NEXT_CODE, ASKS_REMOVAL, ASKS_SEED,
                     ASKS_SEEDS_CODE, AWS_CONFIG, CONFIG, CUSTODIAN, SERIAL,
                     SHOWS_SEED, check, code_now, need, noticed, refused,
                     run_cases, same, seed_of)

SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
LEE = ('AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')
SAMS = 'arn:aws:iam::%s:mfa/sam' % CUSTODIAN
TAKEN = ['GetSessionToken', 'AssumeRole']
MADE = ['GetCallerIdentity', 'ListMFADevices', 'CreateVirtualMFADevice',
        'EnableMFADevice']
SEED = seed_of(SERIAL)


def stored(box, *flags, **more):
    """The seed of the device, by stdin."""
    return check(box.rolekey('mfa', 'add', 'testing', '--stdin', '--no-verify',
                             *flags, stdin=SEED + '\n', **more))


def away_from_the_edge():
    left = 30 - time.time() % 30
    if left < 15:
        time.sleep(left + 0.1)


# -- add, code, list, remove ---------------------------------------------------


def case_a_seed_is_stored_and_gives_the_codes(box):
    check(box.add())
    pasted = ' '.join(SEED[i:i + 4] for i in range(0, len(SEED), 4)).lower()
    done = box.pty_run(['mfa', 'add', 'testing'], [
        (ASKS_SEED, pasted),
        (ASKS_SEEDS_CODE, code_now())])
    noticed(check(done, calls=[]), 'seed-stored', arn=SERIAL, other='file')
    need(pasted not in done.stdout and SEED not in done.stdout, 'it was shown')
    done = check(box.rolekey('exec', '--no-prompt', 'testing', '--', 'true'),
                 calls=TAKEN)
    same(done.stderr, '', 'stderr')
    same(check(box.rolekey('mfa', 'list')).stdout, SERIAL + '\n', 'list')
    same(json.loads(check(box.rolekey('mfa', 'list', '--json')).stdout),
         [SERIAL], 'list')


def case_a_code_of_another_device_is_refused(box):
    check(box.add())
    done = box.pty_run(['mfa', 'add', 'testing'], [
        (ASKS_SEED, 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'),
        (ASKS_SEEDS_CODE, code_now())])
    check(done, 4, reason='code-of-another-seed')
    same(check(box.rolekey('mfa', 'list')).stdout, '', 'list')


def case_seeds_as_people_have_them(box):
    check(box.add())
    uri = ('otpauth://totp/Amazon%20Web%20Services:alex@111122223333?secret='
           + SEED + '&issuer=Amazon&digits=6&period=30&algorithm=SHA1')
    for text in (SEED, SEED.lower(), SEED[:32] + ' ' + SEED[32:] + '====',
                 SEED.replace('A', 'A-'), uri):
        check(box.rolekey('mfa', 'add', 'testing', '--stdin', '--no-verify',
                          '-f', stdin=text + '\n'))
        same(check(box.rolekey('mfa', 'code', 'testing')).stdout,
             code_now() + '\n', 'code of ' + text)
    for text, reason, facts in (
            ('1189', 'not-base32', {}), ('MFRGG', 'too-short', {}),
            ('A' * 500, 'too-long', {}),
            ('otpauth://hotp/x?secret=' + SEED, 'not-totp', {}),
            ('otpauth://totp/x?issuer=x', 'without-secret', {}),
            (uri.replace('digits=6', 'digits=8'), 'unsupported',
             {'expected': '6 digits'}),
            (uri.replace('period=30', 'period=60'), 'unsupported',
             {'expected': '30 seconds'}),
            (uri.replace('SHA1', 'SHA256'), 'unsupported',
             {'expected': 'SHA-1'})):
        done = refused(box.rolekey('mfa', 'add', 'testing', '--stdin',
                                   '--no-verify', '-f', stdin=text + '\n'), 2,
                       reason='seed-' + reason, **facts)
        need(text not in done.stderr, done.stderr)


def case_the_code_alone_is_on_stdout(box):
    check(box.add())
    stored(box)
    away_from_the_edge()
    done = check(box.rolekey('mfa', 'code', 'testing'), calls=[])
    noticed(done, 'code-valid-for')
    same(done.stdout, code_now() + '\n', 'stdout')
    check(box.rolekey('mfa', 'code', '--serial', SERIAL, 'custodian'))
    check(box.rolekey('mfa', 'code', '--serial', SAMS, 'testing'), 3,
          reason='no-stored-seed', arn=SAMS)


def case_a_seed_is_no_key_and_no_session(box):
    check(box.add())
    stored(box)
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'keys')
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')
    check(box.rolekey('clear'))
    check(box.rolekey('remove', '-f', 'custodian'))
    same(check(box.rolekey('mfa', 'list')).stdout, SERIAL + '\n', 'list')


def case_remove_asks(box):
    check(box.add())
    stored(box)
    noticed(check(box.pty_run(['mfa', 'remove', 'testing'], [
        (ASKS_REMOVAL % 'seed of ' + SERIAL, 'n')])), 'nothing-changed')
    refused(box.rolekey('mfa', 'remove', 'testing'), 4, context='removal',
            reason='no-terminal')
    noticed(check(box.rolekey('mfa', 'remove', '-f', 'testing')),
            'seed-removed', arn=SERIAL)
    refused(box.rolekey('mfa', 'remove', '-f', 'testing'), 3,
            reason='no-stored-seed', arn=SERIAL)


def case_another_seed_is_asked_about(box):
    check(box.add())
    stored(box)
    check(box.rolekey('mfa', 'add', 'testing', '--stdin', '--no-verify',
                      stdin=SEED + '\n'), 4, context='removal',
          reason='no-terminal')
    stored(box, '-f')


def case_a_profile_without_a_device(box):
    box.write_config('[profile plain]\nregion = eu-west-1\n')
    check(box.rolekey('mfa', 'code', 'plain'), 3,
          reason='no-device-configured', profile='plain')


def case_a_serial_that_has_no_seed_is_refused(box):
    for serial in ('short', 'arn:aws:iam::1:mfa/a b', 'x' * 257):
        check(box.rolekey('mfa', 'add', 'custodian', '--stdin', '--no-verify',
                          '--serial', serial, stdin=SEED), 2,
              reason='bad-value', key='--serial', value=serial[:255],
              changed=[])
    token = 'arn:aws:iam::%s:u2f/user/alex/key-A' % CUSTODIAN
    box.write_config(CONFIG.replace(SERIAL, token))
    check(box.rolekey('mfa', 'add', 'custodian', '--stdin', '--no-verify',
                      stdin=SEED), 2, reason='fido-without-seed', arn=token,
          changed=[])


def case_a_code_that_went_out_is_said(box):
    check(box.add())
    check(box.rolekey('mfa', 'add', 'custodian', '--stdin', '--no-verify',
                      stdin=SEED))
    box.away_from_the_edge(20)
    done = check(box.rolekey('mfa', 'code', 'custodian'))
    need('warning' not in done.stderr, str(done))
    check(box.rolekey('export', 'testing'))
    noticed(check(box.rolekey('mfa', 'code', 'custodian'), changed=[]),
            'code-used')


# -- in a walk -----------------------------------------------------------------


def case_a_second_need_waits_without_a_person(box):
    check(box.add())
    stored(box)
    away_from_the_edge()
    check(box.rolekey('export', 'testing'), calls=TAKEN)
    begun = time.time() // 30
    check(box.rolekey('export', '--refresh', 'testing'), calls=TAKEN)
    need(time.time() // 30 > begun, 'no step was waited for')


def case_a_lost_answer_costs_the_next_code(box):
    check(box.add())
    stored(box)
    box.aws.fault('reset', action='GetSessionToken', count=1)
    check(box.rolekey('export', 'testing'), calls=['GetSessionToken'] + TAKEN)


def case_a_wrong_clock_is_put_right(box):
    """AWS's Date tells, and the second code is of its time."""
    check(box.add())
    stored(box)
    box.aws.control('settings', skew=120)
    check(box.rolekey('export', 'testing'), calls=['GetSessionToken'] + TAKEN)


def case_a_seed_of_another_device_is_told(box):
    check(box.add())
    check(box.rolekey('mfa', 'add', 'testing', '--stdin', '--no-verify',
                      stdin='JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n'))
    check(box.rolekey('export', 'testing'), 5,
          calls=['GetSessionToken'] * 2,
          context='no-valid-code', reason='aws-refused',
          aws_code='AccessDenied')


# -- enroll --------------------------------------------------------------------


def bare(box, key=SAM):
    box.write_config('[profile custodian]\nregion = ap-northeast-1\n')
    check(box.add('custodian', '--no-verify', '--no-config', key=key))


def code_of(seed, ahead=0):
    now = time.strftime('%Y-%m-%d %H:%M:%S UTC', time.gmtime(
        time.time() + ahead))
    return subprocess.run(['oathtool', '--totp', '-b', '--now', now, seed],
                          check=True, capture_output=True,
                          text=True).stdout.strip()


QR = re.compile('\033\\[38;5;16;48;5;231m([ \u2580\u2584\u2588]+)\033\\[0m')


def scanned(box, shown):
    """Reads it as a camera does: the modules as a picture, read by zbar."""
    rows = []
    for line in QR.findall(shown):
        rows.append([c in '\u2580\u2588' for c in line])
        rows.append([c in '\u2584\u2588' for c in line])
    same({len(row) for row in rows}, {len(rows[0])}, 'widths')
    size = 4
    picture = ['P1', '%d %d' % (len(rows[0]) * size, len(rows) * size)]
    for row in rows:
        line = ' '.join(' '.join(['01'[dark]] * size) for dark in row)
        picture += [line] * size
    path = box.write('qr.pbm', '\n'.join(picture) + '\n')
    done = check(box.run('zbarimg', '--quiet', '--raw', path))
    os.unlink(path)
    return done.stdout.strip()


def case_a_device_is_made_scanned_and_enabled(box):
    bare(box)
    terminal = box.pty('mfa', 'enroll', 'custodian')
    terminal.expect(messages.pattern('device-created', arn=SAMS))
    terminal.expect(SHOWS_SEED + '\r\n')
    seed = terminal.child.match.group(1).replace(' ', '')
    same(scanned(box, terminal.said), 'otpauth://totp/'
         'Amazon%%20Web%%20Services:sam@%s?secret=%s&issuer=Amazon%%20Web%%20Services' % (
             CUSTODIAN, seed), 'what a camera reads')
    terminal.expect(ASKS_FIRST_CODE)
    terminal.answer(code_of(seed))
    terminal.expect(ASKS_NEXT_CODE)
    terminal.answer(code_of(seed, 30))
    noticed(check(terminal.finish(), calls=MADE), 'device-enabled', arn=SAMS,
            value='arn:aws:iam::%s:user/sam' % CUSTODIAN)
    need('mfa_serial = ' + SAMS in box.read_config(), box.read_config())
    same(check(box.rolekey('mfa', 'list')).stdout, '', 'seeds')
    # And it gives good codes, of the next half minute but one.
    time.sleep(max(0, 60 - time.time() % 30))
    check(box.rolekey('export', 'custodian', '-t', code_of(seed)),
          calls=['GetSessionToken'])


def case_a_device_whose_seed_is_kept(box):
    bare(box)
    done = check(box.rolekey('mfa', 'enroll', '--store', '--name', 'sam-cli',
                             'custodian'), calls=MADE)
    noticed(done, 'device-enabled', other='file')
    serial = SAMS + '-cli'
    same(check(box.rolekey('mfa', 'list')).stdout, serial + '\n', 'seeds')
    need('mfa_serial = ' + serial in box.read_config(), str(done))
    check(box.rolekey('export', '--no-prompt', 'custodian'),
          calls=['GetSessionToken'])


def case_wrong_codes_are_asked_for_again_and_then_it_is_undone(box):
    bare(box)
    terminal = box.pty('mfa', 'enroll', 'custodian')
    for _ in range(3):
        terminal.expect(ASKS_FIRST_CODE)
        terminal.answer('000000')
        terminal.expect(ASKS_NEXT_CODE)
        terminal.answer('000001')
        terminal.expect('AWS refused these codes')
    done = check(terminal.finish(), 5, calls=MADE[:3] +
                 ['EnableMFADevice'] * 3 + ['DeleteVirtualMFADevice'])
    noticed(done, 'device-removed', arn=SAMS)
    need(AWS_CONFIG not in done.changed, str(done))


def case_ctrl_c_leaves_nothing(box):
    bare(box)
    terminal = box.pty('mfa', 'enroll', 'custodian')
    terminal.expect(ASKS_FIRST_CODE)
    terminal.child.sendintr()
    done = check(terminal.finish(), 130,
                 calls=MADE[:3] + ['DeleteVirtualMFADevice'])
    noticed(done, 'device-removed', arn=SAMS)
    need(AWS_CONFIG not in done.changed, str(done))


def case_what_cannot_be_undone_is_said(box):
    bare(box)
    box.aws.fault('reset', action='EnableMFADevice', count=9)
    box.aws.fault('html503', action='DeleteVirtualMFADevice', count=9)
    done = check(box.rolekey('mfa', 'enroll', '--store', 'custodian'), 7)
    need(any(said and 'device-and-seed-left' in said.contexts and
             said.facts['arn'] == SAMS for said in map(
                 messages.read_line, done.stderr.splitlines())), str(done))
    same(check(box.rolekey('mfa', 'list')).stdout, SAMS + '\n', 'seeds')


def case_a_request_that_was_lost_is_undone(box):
    bare(box)
    box.aws.fault('reset', action='EnableMFADevice')
    noticed(check(box.rolekey('mfa', 'enroll', '--store', 'custodian'), 7,
                  calls=MADE + ['ListMFADevices', 'DeleteVirtualMFADevice']),
            'device-removed', arn=SAMS)
    same(check(box.rolekey('mfa', 'list')).stdout, '', 'seeds')


def case_an_answer_that_was_lost_is_looked_up(box):
    bare(box)
    box.aws.fault('lost', action='EnableMFADevice')
    noticed(check(box.rolekey('mfa', 'enroll', '--store', 'custodian'),
                  calls=MADE + ['ListMFADevices']), 'device-enabled', arn=SAMS)
    need('mfa_serial = ' + SAMS in box.read_config(), box.read_config())


def case_a_device_that_may_be_enabled_is_left_with_its_seed(box):
    bare(box)
    box.aws.fault('lost', action='EnableMFADevice')
    box.aws.fault('error', action='ListMFADevices', code='AccessDenied',
                  status=403, count=9)
    done = check(box.rolekey('mfa', 'enroll', '--store', 'custodian'), 7,
                 calls=MADE + ['ListMFADevices'])
    need(re.search(messages.pattern('device-state-unknown', arn=SAMS),
                   done.stderr), str(done))
    need('removed' not in done.stderr, str(done))
    same(check(box.rolekey('mfa', 'list')).stdout, SAMS + '\n', 'seeds')


def case_a_name_that_is_taken(box):
    check(box.add())
    check(box.rolekey('mfa', 'enroll', '--store', 'custodian'), 5,
          calls=['ListMFADevices', 'CreateVirtualMFADevice'],
          reason='aws-refused', aws_code='EntityAlreadyExists')
    done = check(box.rolekey('mfa', 'enroll', '--store', '--name', 'second',
                             'custodian'))
    noticed(done, 'device-exists', arn=SERIAL)
    noticed(done, 'other-device', value=SERIAL)
    same(box.read_config(), CONFIG, 'config')


def case_a_user_who_may_not(box):
    bare(box, LEE)
    check(box.rolekey('mfa', 'enroll', '--store', 'custodian'), 5,
          reason='aws-refused', aws_code='AccessDenied')


def case_nobody_to_type_the_codes(box):
    bare(box)
    refused(box.rolekey('mfa', 'enroll', 'custodian'), 4,
            reason='no-terminal-for-seed')
    need(not os.path.exists(os.path.join(box.home, '.local/state/rolekey/'
                                         'ledger')), 'a note')


if __name__ == '__main__':
    run_cases(globals())
