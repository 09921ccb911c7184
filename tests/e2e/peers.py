"""Other programs that read what rolekey gives: Debian's aws and botocore."""

import botocore.session
from botocore.config import Config

AWS = '/usr/bin/aws'


def who_has(box, key_id, secret, token):
    """Returns the owner of the credentials, as the stand-in tells botocore."""
    session = botocore.session.Session()
    sts = session.create_client(
        'sts', region_name='ap-northeast-1', endpoint_url=box.aws.url,
        aws_access_key_id=key_id, aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={'total_max_attempts': 1}))
    return sts.get_caller_identity()['Arn']


def who_has_environment(box, env):
    return who_has(box, env['AWS_ACCESS_KEY_ID'],
                   env['AWS_SECRET_ACCESS_KEY'],
                   env.get('AWS_SESSION_TOKEN'))


def who_has_json(box, given):
    return who_has(box, given['AccessKeyId'], given['SecretAccessKey'],
                   given.get('SessionToken'))


def read_env(text):
    """The output of env(1), as a dict."""
    return dict(line.split('=', 1) for line in text.splitlines()
                if '=' in line)
