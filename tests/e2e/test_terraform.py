#!/usr/bin/python3 -B
"""Terraform, where it is installed: its S3 backend asks STS who it is, with
what credential-process or exec gives it."""

import os
import shutil

from harness import BIN, CONFIG, Skipped, need, run_cases, same

BACKEND = '''\
terraform {
  backend "s3" {
    bucket     = "a-bucket"
    key        = "state"
    region     = "ap-northeast-1"
    endpoints  = {
      s3  = "%(url)s"
      sts = "%(url)s"
    }
    max_retries = 0
    skip_metadata_api_check = true
    %(profile)s
  }
}
'''


def ask(box, profile, *before):
    """No S3 is there, so it fails; but before that STS was asked."""
    if not shutil.which('terraform'):
        raise Skipped('no terraform')
    folder = os.path.join(box.home, 'terraform')
    os.makedirs(folder, exist_ok=True)
    box.write('terraform/main.tf', BACKEND % {
        'url': box.aws.url,
        'profile': 'profile = "%s"' % profile if profile else ''})
    done = box.run(*before, 'terraform', 'init', '-input=false', '-no-color',
                   cwd=folder, env={'CHECKPOINT_DISABLE': '1',
                                    'TF_CLI_CONFIG_FILE': None,
                                    'ROLEKEY_TEST': '1'})
    calls = [call for call in box.aws.calls()
             if call['action'] == 'GetCallerIdentity']
    need(calls, str(done))
    same({call['caller'] for call in calls}, {
        'arn:aws:sts::222233334444:assumed-role/TestingAdmin/alex'},
        'who asked')


def case_terraform_reads_credential_process(box):
    box.write_config(CONFIG + '\n[profile sdk]\nregion = ap-northeast-1\n'
                     'credential_process = "%s" credential-process testing\n'
                     % BIN)
    box.warm()
    ask(box, 'sdk')


def case_terraform_runs_in_exec(box):
    box.warm()
    ask(box, None, BIN, 'exec', 'testing', '--')


if __name__ == '__main__':
    run_cases(globals())
