#!/usr/bin/python3 -B
"""A code is used once, a request is repeated as often as it may be, and a wrong
clock does no harm."""

import calendar
import re
import subprocess
import time

import messages
from harness import (BIN, SAYS_IT_WAITS, SERIAL, check, code_now, failed,
                     need, noticed, refused, run_cases, same)
from peers import read_env

NEXT = r'for the next one\D*\d+ s'


def away_from_the_edge():
    """At least 20 s of this step are left."""
    left = 30 - time.time() % 30
    if left < 20:
        time.sleep(left + 0.1)


# -- the ledger ----------------------------------------------------------------


def case_a_second_need_in_a_step_waits_for_the_next(box):
    check(box.add())
    away_from_the_edge()
    check(box.rolekey('export', 'testing', '-t', box.code()))
    terminal = box.pty('export', '--refresh', 'testing')
    terminal.expect(NEXT)
    begun = time.time() // 30
    terminal.expect('MFA code for', timeout=40)
    same(time.time() // 30, begun + 1, 'step')
    terminal.answer(code_now())
    check(terminal.finish(), stdout='AWS_SESSION_TOKEN')
    same(box.actions().count('GetSessionToken'), 2, 'codes')


def case_a_second_need_that_cannot_wait_ends_at_once(box):
    check(box.add())
    away_from_the_edge()
    check(box.rolekey('export', 'testing', '-t', box.code()))
    box.aws.mark()
    for flags in (['-t', '123456'], [], ['--no-prompt']):
        done = box.rolekey('export', '--refresh', 'testing', *flags)
        check(done, 4, reason='code-used-before', arn=SERIAL)
        need(done.seconds < 5, str(done))
    box.expect_actions()


def case_another_device_does_not_wait(box):
    lee = ('AKIALEELEELEEEXAMPLE', 'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY')
    check(box.add())
    box.write_config(box.read_config() + '\n[profile lee]\nmfa_serial = arn:aws'
                     ':iam::111122223333:mfa/lee\n')
    check(box.add('lee', '--no-config', key=lee))
    away_from_the_edge()
    check(box.rolekey('export', 'testing', '-t', code_now()))
    done = check(box.rolekey('export', 'lee', '-t', code_now(
        'arn:aws:iam::111122223333:mfa/lee')))
    need(done.seconds < 10, str(done))


def case_a_ledger_that_cannot_be_written_is_a_warning(box):
    check(box.add())
    box.write('.local/state/rolekey', 'a file in its place')
    done = box.rolekey('export', 'testing', '-t', box.code(),
                       env={'XDG_RUNTIME_DIR': box.runtime})
    check(done, 0, stdout='AWS_SESSION_TOKEN')
    need(any(said and 'ledger' in said.contexts for said in map(
        messages.read_line, done.stderr.splitlines())), str(done))


def case_a_refused_code_is_not_sent_again(box):
    check(box.add())
    wrong = '%06d' % ((int(code_now()) + 7) % 1000000)
    terminal = box.pty('export', 'testing')
    terminal.expect('MFA code for')
    terminal.answer(wrong)
    terminal.expect('AWS refused that code .*mistyped')
    terminal.expect(NEXT)
    terminal.expect('MFA code for', timeout=40)
    terminal.answer(wrong)
    terminal.expect('already used')
    terminal.expect('MFA code for')
    terminal.answer(code_now())
    check(terminal.finish(), stdout='AWS_SESSION_TOKEN')
    same(box.actions().count('GetSessionToken'), 2, 'codes')


def case_a_lost_code_is_followed_by_another(box):
    check(box.add())
    box.aws.mark()
    box.aws.fault('lost', action='GetSessionToken')
    terminal = box.pty('export', 'testing')
    terminal.expect('MFA code for')
    terminal.answer(code_now())
    terminal.expect('AWS did not answer, and the code was sent')
    terminal.expect('MFA code for', timeout=40)
    terminal.answer(code_now())
    check(terminal.finish(), stdout='AWS_SESSION_TOKEN')
    box.expect_actions('GetSessionToken', 'GetSessionToken', 'AssumeRole')


def case_a_wrong_serial_is_not_asked_about_again(box):
    check(box.add())
    box.write_config(box.read_config().replace('mfa/alex', 'mfa/nobody'))
    terminal = box.pty('export', 'testing')
    terminal.expect('MFA code for')
    terminal.answer('123456')
    check(terminal.finish(), 5, stdout='unable to validate MFA code',
          context='getting-session', reason='aws-refused',
          aws_code='AccessDenied')


# -- giving up -----------------------------------------------------------------


def waiters(box, count):
    return [subprocess.Popen(
        [BIN, 'credential-process', 'testing'], env=box.env, cwd=box.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True)
        for _ in range(count)]


def case_who_waits_fails_when_the_person_gives_up(box):
    check(box.add())
    holder = box.pty('exec', 'testing', '--', 'true')
    holder.expect('MFA code for')
    waiting = waiters(box, 5)
    second = box.pty('export', 'testing')
    second.expect(SAYS_IT_WAITS)
    time.sleep(1)
    same([process.poll() for process in waiting], [None] * 5, 'who waits')
    holder.child.sendintr()
    check(holder.finish(), 130)
    for process in waiting:
        out, err = process.communicate(timeout=30)
        same((process.returncode, out), (4, b''), err.decode())
        same(err.count(b'\n'), 1, 'lines of %r' % err)
        same(messages.read_line(err.decode().split('; hint: ')[0]).reason,
             'given-up', err)
    done = check(second.finish(), 4, reason='given-up')
    need('MFA code for' not in done.stdout, 'asked in turn: %s' % done)
    third = box.pty('export', 'testing')  # who comes later is asked
    third.expect('MFA code for')
    third.close()


def case_a_wait_for_another_is_bounded(box):
    check(box.add())
    holder = box.pty('exec', 'testing', '--', 'true')
    holder.expect('MFA code for')
    done = check(box.rolekey('export', 'testing', env={
        'ROLEKEY_PROMPT_TIMEOUT': '2'}), 4, reason='lock-timeout', number=2)
    need(2 <= done.seconds < 10, str(done))
    holder.close()


# -- the network ---------------------------------------------------------------


def case_what_passes_is_tried_again(box):
    for kind in ('reset', 'html503', 'empty503', 'throttle', 'cut'):
        box.aws.mark()
        box.aws.fault(kind, action='GetCallerIdentity', count=2)
        check(box.add())
        same((kind, box.actions().count('GetCallerIdentity')), (kind, 3),
             'calls')


def case_three_attempts_or_as_many_as_was_said(box):
    box.aws.fault('html503', action='GetCallerIdentity', count=99)
    for env, count in (({}, 3), ({'AWS_MAX_ATTEMPTS': '1'}, 1),
                       ({'AWS_MAX_ATTEMPTS': '2'}, 2)):
        box.aws.mark()
        check(box.add(env=env), 7)
        box.expect_actions(*['GetCallerIdentity'] * count)
    box.write_config('[profile custodian]\nmax_attempts = 1\n')
    box.aws.mark()
    check(box.add(), 7)
    box.expect_actions('GetCallerIdentity')
    refused(box.add(env={'AWS_MAX_ATTEMPTS': 'many'}), 3, reason='bad-value',
            key='AWS_MAX_ATTEMPTS', value='many',
            expected='a number from 1 to 100')


# -- the clock -----------------------------------------------------------------


def case_a_clock_that_is_off_is_corrected(box):
    for skew in (3600, -7200):
        box.aws.control('settings', skew=skew)
        other = 'ahead of' if skew < 0 else 'behind'
        done = noticed(check(box.add()), 'clock-skew', other=other)
        same(len(re.findall(messages.pattern('clock-skew'), done.stderr)), 1,
             str(done))
        box.aws.mark()
        done = check(box.rolekey('exec', 'testing', '--refresh', '-t',
                                 code_now(ahead=skew), '--', 'env'))
        noticed(done, 'clock-skew', other=other)
        box.forget_codes()
        same([call['verdict'] for call in box.aws.calls()],
             ['SignatureDoesNotMatch', 'ok', 'ok'], 'calls')
        expires = calendar.timegm(time.strptime(
            read_env(done.stdout)['AWS_CREDENTIAL_EXPIRATION'],
            '%Y-%m-%dT%H:%M:%SZ'))
        left = expires - skew - time.time()
        need(3500 < left <= 3605, 'by AWS\'s clock %d s are left' % left)
        box.aws.mark()
        check(box.rolekey('exec', 'testing', '--', 'true'))
        box.expect_actions()


def case_a_small_error_of_the_clock_is_not_worth_a_word(box):
    box.aws.control('settings', skew=100)
    done = check(box.add())
    need('clock' not in done.stderr, str(done))


def case_a_wrong_secret_is_not_taken_for_a_wrong_clock(box):
    box.aws.control('settings', skew=3600)
    done = box.add(key=('AKIAIOSFODNN7EXAMPLE', 'x' * 40))
    failed(done, 'aws-refused', aws_code='SignatureDoesNotMatch')
    same(done.status, 5, str(done))
    same(len(box.aws.calls()), 2, 'calls')


if __name__ == '__main__':
    run_cases(globals())
