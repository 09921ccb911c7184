"""Other programs that print a secret of the same kind.

Each door gives the command to measure, or None where there is no such program.
"""

import contextlib
import shutil
import subprocess

from harness import check


@contextlib.contextmanager
def password_store(box):
    """pass(1), with a key that has no passphrase and an agent that has it."""
    if not shutil.which('pass') or not shutil.which('gpg'):
        yield None
        return
    box.write('.gnupg/gpg.conf', '')
    box.env['GNUPGHOME'] = box.home + '/.gnupg'
    try:
        check(box.run('gpg', '--batch', '--quiet', '--passphrase', '',
                      '--quick-generate-key', 'bench', 'future-default'))
        check(box.run('pass', 'init', 'bench'))
        check(box.run('pass', 'insert', '-m', 'session', stdin='x' * 1000))
        yield ['pass', 'show', 'session']
    finally:
        subprocess.run(['gpgconf', '--kill', 'all'], env=box.env, check=False)


def aws_cli(box):
    """Debian's aws, which has static keys to print and calls nobody."""
    if not shutil.which('/usr/bin/aws'):
        return None
    argv = ['/usr/bin/aws', 'configure', 'export-credentials', '--profile',
            'plain']
    box.write_credentials('[plain]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n'
                          'aws_secret_access_key = x\naws_session_token = x\n')
    done = box.run(*argv)
    return argv if done.status == 0 else None


def aws_vault(box):
    """aws-vault, with a key in its encrypted files, and calls nobody."""
    if not shutil.which('aws-vault'):
        return None
    box.env.update(AWS_VAULT_BACKEND='file',
                   AWS_VAULT_FILE_PASSPHRASE='of a bench')
    check(box.run('aws-vault', 'add', '--env', '--no-add-config', 'custodian',
                  env=box.key_environment()))
    return ['aws-vault', 'export', '--no-session', '--format=json',
            'custodian']


def aws_vault_names():
    """What aws-vault's completion runs for the names of profiles."""
    return (['aws-vault', '--completion-bash', 'exec']
            if shutil.which('aws-vault') else None)


def granted_names(box):
    """The same of granted, which must not ask how it is to be set up."""
    if not shutil.which('assumego'):
        return None
    box.write('.granted/config', 'DefaultBrowser = "STDOUT"\n'
              'CustomBrowserPath = ""\nOrdering = ""\n')
    return ['assumego', '--generate-bash-completion']
