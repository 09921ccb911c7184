#!/usr/bin/python3 -B
"""The recording of the README: recording.py [--write].

A shell on a terminal of its own is given the commands below, as a person types
them, against the stand-in for AWS and with the encrypted file as keyring; what
the terminal shows is docs/session.txt, with a home that is called ~.
"""

import os
import re
import sys

import pexpect

from harness import BIN, KEY_ID, PASSPHRASE, ROOT, SECRET, Sandbox

PLACE = os.path.join(ROOT, 'docs', 'session.txt')
PROMPT = '$ '
CONFIG = '''\
[profile custodian]
region = eu-west-1

[profile testing]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
region = eu-west-1

[profile staging]
role_arn = arn:aws:iam::333344445555:role/StagingAdmin
source_profile = custodian
region = eu-west-1
'''
CODE = object()  # the device's, at that moment

# What is typed, and what is asked and answered meanwhile.
SESSION = (
    ('cat ~/.aws/config', ()),
    ('rolekey add custodian', (('key id.*: $', KEY_ID),
                               ('ecret.*: $', SECRET),
                               ('passphrase.*: $', PASSPHRASE),
                               ('gain.*: $', PASSPHRASE))),
    ('tail -n +1 ~/.aws/config | head -4', ()),
    ('rolekey explain testing', ()),
    ('rolekey exec testing -- aws sts get-caller-identity --output text',
     (('MFA code.*: $', CODE),)),
    ('rolekey exec staging -- aws sts get-caller-identity --output text', ()),
    ('rolekey list', ()),
    ('eval "$(rolekey export staging)"; echo $AWS_ACCESS_KEY_ID', ()),
    ('exit', ()),
)


def record():
    """The session's text."""
    with Sandbox() as box:
        box.write_config(CONFIG)
        # Debian's aws does not read AWS_ENDPOINT_URL: it is told.
        aws = box.write('bin/aws', '#!/bin/sh\nexec /usr/bin/aws '
                        '--endpoint-url %s "$@"\n' % box.aws.url, 0o755)
        env = dict(box.env, PS1=PROMPT, PATH='%s:%s:%s' % (
            os.path.dirname(BIN), os.path.dirname(aws), box.env['PATH']))
        env.pop('ROLEKEY_PASSPHRASE')
        env.pop('AWS_EC2_METADATA_DISABLED')
        shell = pexpect.spawn('/bin/dash', ['-i'], env=env, cwd=box.home,
                              encoding='utf-8', timeout=60,
                              dimensions=(50, 100))
        shell.delaybeforesend = 0.1
        text = ''
        for command, dialogue in SESSION:
            shell.expect_exact(PROMPT)
            text += shell.before + shell.after
            shell.sendline(command)
            for asked, answer in dialogue:
                shell.expect('(?i)' + asked)
                text += shell.before + shell.after
                shell.sendline(box.code() if answer is CODE else answer)
        shell.expect(pexpect.EOF)
        text += shell.before
        shell.close()
        box.forget_kernel_keys()
        return tidy(text, box.home)


def tidy(text, home):
    text = text.replace('\r\n', '\n').replace('\r', '')
    text = re.sub(r'\x1b\[[0-9;?]*[a-zA-Z]', '', text).replace(home, '~')
    return re.sub(r'http://127\.0\.0\.1:\d+/?',
                  'https://sts.eu-west-1.amazonaws.com', text)


def alike(text):
    """Without what differs from one recording to the next."""
    for pattern, word in ((r'\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', 'TIME'),
                          (r'\b(ASIA|AROA)[A-Z0-9]{16}\b', 'ID'),
                          (r'\b(\d+[hms])+\b', 'SPAN'),
                          (r'(?<=: )\d{6}$', 'CODE'),
                          (r' +', ' ')):
        text = re.sub(pattern, word, text, flags=re.M)
    return text


if __name__ == '__main__':
    made = record()
    if sys.argv[1:] == ['--write']:
        os.makedirs(os.path.dirname(PLACE), exist_ok=True)
        with open(PLACE, 'w', encoding='utf-8') as file:
            file.write(made)
    else:
        print(made, end='')
