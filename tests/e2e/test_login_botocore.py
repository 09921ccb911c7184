#!/usr/bin/python3 -B
"""botocore's own use of a session of `aws login`: the same file, and the same
stand-in.  Set ROLEKEY_BOTOCORE to a python that has the newest botocore[crt].
"""

import os

from harness import Skipped, check, run_cases, same
from sign_in import CONFIG, change, key_of, read, sign_in

REFRESH = ['CreateOAuth2Token']
BOTOCORE = '''
import sys
try:
    import awscrt
    from botocore.credentials import LoginProvider
    from botocore.session import Session
except ImportError as problem:
    sys.exit("skip: %s" % problem)
print(Session(profile="signed").get_credentials()
      .get_frozen_credentials().access_key)
'''


def case_botocore_and_rolekey_share_a_session(box):
    python = os.environ.get('ROLEKEY_BOTOCORE', '/usr/bin/python3')
    box.write_config(CONFIG)
    sign_in(box, note='kept')
    change(box, left=-5)
    box.aws.mark()
    done = box.run(python, '-c', BOTOCORE)
    if done.stderr.startswith('skip'):
        raise Skipped(done.stderr.strip())
    same(box.actions(), REFRESH, 'botocore refreshes at the stand-in')
    same(key_of(box), check(done).stdout.strip(), "botocore's")
    same(box.actions(), REFRESH, 'rolekey need not')
    check(box.rolekey('clear'))
    change(box, left=-5)
    box.aws.mark()
    key_id = key_of(box)
    same(box.actions(), REFRESH, 'rolekey refreshes')
    same(check(box.run(python, '-c', BOTOCORE)).stdout.strip(), key_id,
         "rolekey's")
    same(box.actions(), REFRESH, 'botocore need not')
    same(read(box)['note'], 'kept', 'a member of another tool')


if __name__ == '__main__':
    run_cases(globals())
