#!/usr/bin/python3 -B
"""Other programs that use rolekey: aws, botocore, gnome-keyring, a shell."""

import json
import os
import subprocess

from harness import (BIN, CONFIG, PASSPHRASE, PYTHON, SERIAL, Skipped, check,
                     check_quiet, gnome_keyring, need, run_cases, same)
from peers import AWS, read_env, who_has_environment, who_has_json

TESTING = 'arn:aws:sts::222233334444:assumed-role/TestingAdmin/alex'

BOTOCORE = '''
import sys, botocore.session
session = botocore.session.Session(profile='sdk')
sts = session.create_client('sts', region_name='ap-northeast-1',
                            endpoint_url=sys.argv[1])
print(sts.get_caller_identity()['Arn'])
'''


BOTO3 = '''
import sys, boto3
session = boto3.Session(profile_name='sdk')
sts = session.client('sts', region_name='ap-northeast-1',
                     endpoint_url=sys.argv[1])
print(sts.get_caller_identity()['Arn'])
'''


def identity(box, *before, profile=None, env=None):
    """Runs aws sts get-caller-identity, possibly after other words."""
    more = ['--profile', profile] if profile else []
    done = box.run(*before, AWS, 'sts', 'get-caller-identity',
                   '--endpoint-url', box.aws.url, '--output', 'json', *more,
                   env=env)
    return done


def sdk_config(box, words='credential-process testing'):
    box.write_config(CONFIG + '\n[profile sdk]\nregion = ap-northeast-1\n'
                     'credential_process = "%s" %s\n' % (BIN, words))


def case_aws_runs_in_exec(box):
    box.warm()
    done = check(identity(box, BIN, 'exec', 'testing', '--'))
    same(json.loads(done.stdout)['Arn'], TESTING, 'who')
    call = box.aws.calls()[-1]
    same((call['region'], call['verdict']), ('ap-northeast-1', 'ok'), 'call')
    box.expect_actions('GetCallerIdentity')


def case_aws_in_exec_does_not_read_the_profiles(box):
    box.warm()
    done = identity(box, BIN, 'exec', 'testing', '--',
                    env={'AWS_PROFILE': 'production'})
    same(json.loads(check(done).stdout)['Arn'], TESTING, 'who')


def case_aws_reads_credential_process(box):
    sdk_config(box)
    box.warm()
    done = check(identity(box, profile='sdk'))
    same(json.loads(done.stdout)['Arn'], TESTING, 'who')
    box.expect_actions('GetCallerIdentity')


def case_botocore_reads_credential_process(box):
    sdk_config(box)
    box.warm()
    done = check(box.run(PYTHON, '-B', '-c', BOTOCORE, box.aws.url))
    same(done.stdout.strip(), TESTING, 'who')


def case_boto3_reads_credential_process(box):
    sdk_config(box)
    box.warm()
    done = check(box.run(PYTHON, '-B', '-c', BOTO3, box.aws.url))
    same(done.stdout.strip(), TESTING, 'who')


def case_a_profile_may_be_its_own_credential_process(box):
    box.write_config(CONFIG.replace(
        '[profile staging]', 'credential_process = "%s" credential-process '
        'testing\n\n[profile staging]' % BIN))
    box.warm()
    done = box.rolekey('credential-process', 'testing', timeout=20)
    same(who_has_json(box, json.loads(check(done).stdout)), TESTING, 'who')


def case_sdks_show_our_one_line_of_stderr(box):
    sdk_config(box, 'credential-process testing --no-prompt')
    box.add_quietly()
    ours = check(box.rolekey('credential-process', 'testing', '--no-prompt'),
                 4)
    same((ours.stdout, ours.stderr.count('\n')), ('', 1), str(ours))
    done = identity(box, profile='sdk')
    need(done.status != 0, str(done))
    need(ours.stderr.strip()[:40] in done.stderr, str(done))


def case_nested_exec_finds_the_same_keyring(box):
    box.warm('testing', 'staging')
    done = check(box.rolekey('exec', 'testing', '--', BIN, 'exec', 'staging',
                             '--', 'env'))
    env = read_env(done.stdout)
    same(env['AWS_VAULT'], 'staging', 'profile')
    need(who_has_environment(box, env).startswith(
        'arn:aws:sts::333344445555:'), 'who')


def case_codes_of_oathtool_are_taken(box):
    box.add_quietly()
    shown = box.code()
    check(box.rolekey('export', 'testing', '-t', shown))
    same([call['verdict'] for call in box.aws.calls()
          if call['action'] == 'GetSessionToken'], ['ok'], 'verdict')


def main_job(box):
    """All of it once, on whatever keyring box.env names."""
    check(box.add())
    box.aws.mark()
    code = box.code()
    shown = check(box.pty_run(['exec', 'testing', '--', 'env'],
                              [('code', code)]))
    same(who_has_environment(box, read_env(shown.stdout)), TESTING, 'who')
    box.expect_actions('GetSessionToken', 'AssumeRole', 'GetCallerIdentity')
    box.aws.mark()
    check_quiet(box.rolekey('exec', 'testing', '--', 'true'))
    given = json.loads(check_quiet(box.rolekey('credential-process',
                                               'testing')).stdout)
    box.expect_actions()
    same(who_has_json(box, given), TESTING, 'who')
    box.aws.mark()
    check_quiet(box.rolekey('export', 'staging'))
    box.expect_actions('AssumeRole')
    same(check(box.rolekey('list', '--credentials')).stdout, 'custodian\n',
         'keys')
    names = check(box.rolekey('list', '--sessions')).stdout.splitlines()
    same(len(names), 3, 'sessions %s' % names)
    check(box.rolekey('remove', '-f', 'custodian'))
    same(check(box.rolekey('list', '--credentials')).stdout, '', 'keys')
    same(check(box.rolekey('list', '--sessions')).stdout, '', 'sessions')


def case_the_main_job_on_the_file_keyring(box):
    main_job(box)


def case_the_main_job_on_gnome_keyring(box):
    with gnome_keyring(box):
        main_job(box)
        need(not os.path.exists(box.keyring_path()), 'a keyring file was made')


def case_the_automatic_choice_takes_gnome_keyring_and_says_so(box):
    with gnome_keyring(box):
        done = check(box.add('custodian', '--no-verify', env={
            'ROLEKEY_BACKEND': 'auto'}))
        need('secret' in done.stderr.lower(), str(done))
        same(check(box.rolekey('list', '--credentials')).stdout,
             'custodian\n', 'keys')


def case_the_automatic_choice_falls_back_to_the_file(box):
    done = check(box.add('custodian', '--no-verify',
                         env={'ROLEKEY_BACKEND': 'auto'}))
    need('file' in done.stderr.lower(), str(done))
    need(os.path.exists(box.keyring_path()), 'no keyring file')


def case_another_shell_needs_no_passphrase_for_a_while(box):
    """The derived key is kept in the kernel, as keyctl shows."""
    box.warm()
    listed = subprocess.run(['keyctl', 'list', '@u'], check=False,
                            capture_output=True, text=True)
    if listed.returncode != 0:
        raise Skipped('no keyring in the kernel')
    need('rolekey:' in listed.stdout, listed.stdout)
    need(PASSPHRASE not in listed.stdout, 'the passphrase is shown')
    check_quiet(box.rolekey('export', 'testing',
                            env={'ROLEKEY_PASSPHRASE': None}))


def case_the_console_of_a_terminal_may_be_redirected(box):
    """eval "$(rolekey export testing)" asks though stdout is a pipe."""
    box.add_quietly()
    out = os.path.join(box.top, 'out')
    terminal = box.pty('export', 'testing', stdout=out)
    terminal.expect('code.*' + SERIAL.rsplit('/', 1)[1])
    terminal.answer(box.code())
    check(terminal.finish())
    with open(out, encoding='utf-8') as file:
        text = file.read()
    need(all(line.startswith(('export ', 'unset ')) for line in
             text.splitlines()) and 'export AWS_SESSION_TOKEN=' in text,
         text[:60])


if __name__ == '__main__':
    run_cases(globals())
