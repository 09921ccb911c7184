#!/usr/bin/python3 -B
"""A role of more than one hour, and a policy that denies it to the key."""

import re

import messages
from harness import CUSTODIAN, check, need, noticed, run_cases, same

MAX = ('AKIAMAXMAXMAXEXAMPLE', 'Max0Max1Max2/Max3+Max4Max5Max6EXAMPLEKEY')
SERIAL = 'arn:aws:iam::%s:mfa/max' % CUSTODIAN
TAKEN = ['GetSessionToken', 'AssumeRole']
DENIED = 'with an explicit deny in an identity-based policy'
ROLE = 'arn:aws:iam::222233334444:role/TestingAdmin'
CONFIG = '''\
[profile custodian]
region = ap-northeast-1
mfa_serial = %s

[profile testing]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
duration_seconds = 4h

[profile staging]
role_arn = arn:aws:iam::333344445555:role/StagingAdmin
source_profile = custodian
''' % SERIAL
AUTO = {'ROLEKEY_ROLE_DURATION': 'auto'}


def stored(box):
    box.write_config(CONFIG)
    check(box.add('custodian', '--no-config', key=MAX))


def code(box):
    return box.code(SERIAL)


def case_it_is_explained(box):
    stored(box)
    check(box.rolekey('export', 'testing', '-t', code(box)), 5,
          calls=['AssumeRole'], stderr=DENIED, context='long-role',
          reason='aws-refused', aws_code='AccessDenied', arn=ROLE)


def case_the_hour_is_taken_where_the_person_said_auto(box):
    stored(box)
    terminal = box.pty('export', 'testing', env=AUTO)
    terminal.expect('MFA code for ' + SERIAL)
    terminal.answer(code(box))
    terminal.expect('warning: ' + messages.pattern('one-hour-instead',
                                                   arn=ROLE))
    terminal.expect(r'for the next one\D*\d+ s')
    terminal.expect('MFA code for ' + SERIAL, timeout=40)
    terminal.answer(code(box))
    done = check(terminal.finish(), stdout='AWS_SESSION_TOKEN',
                 calls=['AssumeRole'] + TAKEN)
    # From then on without a word, a code or a request.
    done = check(box.rolekey('export', 'testing', env=AUTO), calls=[])
    same(done.stderr, '', 'stderr')
    check(box.rolekey('explain', 'testing', env=AUTO), calls=[],
          stdout=r'lasts +1h \(role_duration = auto: more was denied\)')
    # The session serves the others as well.
    check(box.rolekey('export', 'staging', env=AUTO), calls=['AssumeRole'])
    # And --refresh tries again.
    check(box.rolekey('export', 'testing', '--refresh', '-t', code(box),
                      env=AUTO), 4, calls=['AssumeRole'],
          reason='code-used-before', arn=SERIAL)


def case_a_session_that_is_there_needs_no_other_code(box):
    stored(box)
    check(box.rolekey('export', 'staging', '-t', code(box), env=AUTO))
    done = check(box.rolekey('export', 'testing', '-t', code(box), env=AUTO),
                 calls=['AssumeRole', 'AssumeRole'])
    noticed(done, 'one-hour-instead', arn=ROLE)


def case_whoever_may_gets_more(box):
    check(box.add())
    done = check(box.rolekey('export', 'testing', '-d', '4h', '-t', box.code(),
                             env=AUTO), calls=['AssumeRole'])
    need(not re.search(messages.pattern('one-hour-instead'), done.stderr),
         str(done))


if __name__ == '__main__':
    run_cases(globals())
