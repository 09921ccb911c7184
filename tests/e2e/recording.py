#!/usr/bin/python3 -B
"""The recorded session of rolekey-tour(7): recording.py [--write].

Types the commands below into a shell on a terminal of its own, as a user would,
against the stand-in for AWS and with the encrypted file as keyring.  The home
directory is shown as ~.  Without --write it prints the session; with --write it
puts the session into the page's blocks marked "recorded".
"""

import os
import re
import sys

import pexpect

from harness import BIN, KEY_ID, PASSPHRASE, SECRET, Sandbox
from manual_pages import MAN, marked, page

PAGE = 'rolekey-tour.7'
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
CODE = object()  # the device's current code

# A row for each block of the page: what is typed, and the questions with their
# answers.
SESSION = (
    ('cat ~/.aws/config', ()),
    ('rolekey add custodian', (('key id.*: $', KEY_ID),
                               ('ecret.*: $', SECRET),
                               ('passphrase.*: $', PASSPHRASE),
                               ('(again|repeat).*: $', PASSPHRASE))),
    ('head -n 3 ~/.aws/config', ()),
    ('rolekey explain testing', ()),
    ('rolekey exec testing -- aws sts get-caller-identity --output text',
     (('MFA code.*: $', CODE),)),
    ('rolekey exec staging -- aws sts get-caller-identity --output text', ()),
    ('rolekey list', ()),
    ('eval "$(rolekey export staging)"; echo $AWS_ACCESS_KEY_ID', ()),
)


def record():
    """The text on the terminal for each row of SESSION."""
    with Sandbox() as box:
        box.write_config(CONFIG)
        # Debian's aws does not read AWS_ENDPOINT_URL.
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
        shell.expect_exact(PROMPT)
        shown = [tidy(type_in(box, shell, *row), box.home) for row in SESSION]
        shell.close()
        box.forget_kernel_keys()
        return shown


def type_in(box, shell, command, dialogue):
    shell.sendline(command)
    text = PROMPT
    for asked, answer in dialogue:
        shell.expect('(?i)' + asked)
        text += shell.before + shell.after
        shell.sendline(box.code() if answer is CODE else answer)
    shell.expect_exact(PROMPT)
    return text + shell.before


def tidy(text, home):
    text = text.replace('\r\n', '\n').replace('\r', '')
    text = re.sub(r'\x1b\[[0-9;?]*[a-zA-Z]', '', text).replace(home, '~')
    text = re.sub(r' +$', '', text, flags=re.M)
    return re.sub(r'http://127\.0\.0\.1:\d+/?',
                  'https://sts.eu-west-1.amazonaws.com', text).strip('\n')


def alike(text):
    """Without what differs from one recording to the next."""
    for pattern, word in ((r'\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', 'TIME'),
                          (r'\b(ASIA|AROA)[A-Z0-9]{16}\b', 'ID'),
                          (r'\b(\d+[hms])+\b', 'SPAN'),
                          (r'(?<=: )\d{6}$', 'CODE'),
                          (r' +', ' ')):
        text = re.sub(pattern, word, text, flags=re.M)
    return text


def kept():
    """The recorded blocks of the page."""
    return [block for _, block in marked(page(PAGE), 'recorded')]


def write(shown):
    """Puts the texts into the recorded blocks of the page that have changed."""
    texts = iter(text if alike(text) != alike(block) else block
                 for block, text in zip(kept(), shown))
    text = re.sub(r'(?ms)^(\.\\" recorded\n\.Bd -literal\n).*?^(\.Ed)$',
                  lambda block: block[1] + literal(next(texts)) + block[2],
                  page(PAGE))
    with open(os.path.join(MAN, PAGE), 'w', encoding='utf-8') as file:
        file.write(text)


def literal(text):
    """The lines of a .Bd -literal block that shows the text."""
    text = text.replace('\\', '\\e')
    return re.sub(r"^(?=[.'])", r'\\&', text, flags=re.M) + '\n'


if __name__ == '__main__':
    made = record()
    if sys.argv[1:] == ['--write']:
        write(made)
    else:
        print('\n'.join(made))
