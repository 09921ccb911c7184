#!/usr/bin/python3 -B
"""config check: each problem in its own words, with file and line."""

import os

from harness import (CONFIG, CUSTODIAN, KEY_ID, SECRET, SERIAL, Skipped, check,
                     need, run_cases, same)

BASE = '[profile base]\nregion = eu-west-1\n'
ROLE = 'role_arn = arn:aws:iam::222233334444:role/Dev\n'
KEYS = 'aws_access_key_id = %s\naws_secret_access_key = %s\n' % (KEY_ID, SECRET)


def says(box, *lines, config='', credentials=None, sum_=None, **more):
    """The files have these problems and no others, in this order.

    A line is 'config:N: ...' or 'credentials:N: ...'; the paths are whole ones
    in what is printed.
    """
    box.write_config(config)
    if credentials is not None:
        box.write_credentials(credentials)
    elif os.path.lexists(box.credentials):
        os.unlink(box.credentials)
    done = box.rolekey('config', 'check', **more)
    paths = {'config': box.config, 'credentials': box.credentials}
    wanted = []
    for line in lines:
        name, rest = line.split(':', 1)
        wanted.append('%s:%s' % (paths[name], rest))
    same(done.stdout.splitlines(), wanted, 'problems')
    errors = sum(': error: ' in line for line in lines)
    same(done.status, 3 if errors else 0, 'status of %s' % done)
    if sum_ is None:
        counts = (('error', errors), ('warning', len(lines) - errors))
        sum_ = ', '.join('%d %s%s' % (n, word, '' if n == 1 else 's')
                         for word, n in counts if n) or 'no problems found'
    same(done.stderr, 'rolekey: config check: %s\n' % sum_, 'stderr')
    need(SECRET not in done.stdout + done.stderr, 'a secret')
    return done


# -- files ------------------------------------------------------------------


def case_files_without_a_problem(box):
    says(box, config=CONFIG)
    says(box, config=CONFIG, credentials='')
    os.unlink(box.config)
    done = check(box.rolekey('config', 'check'))
    same((done.stdout, done.stderr),
         ('', 'rolekey: config check: no problems found\n'), 'no files')
    box.expect_actions()


def case_nobody_is_asked_and_nothing_is_called(box):
    """Not even where the keyring could say more."""
    box.add_quietly()
    box.forget_kernel_keys()
    done = box.rolekey('config', 'check', env={'ROLEKEY_PASSPHRASE': None})
    same((done.status, done.stdout), (0, ''), str(done))
    need('assphrase' not in done.stderr, str(done))
    terminal = box.pty_run(['config', 'check'], [],
                           env={'ROLEKEY_PASSPHRASE': None})
    check(terminal, stdout='no problems found', without='assphrase')
    same(os.path.exists(box.keyring_path()), True, 'the keyring')
    box.expect_actions()


def case_nothing_is_written(box):
    before = box.files()
    says(box, 'config:3: warning: x: a key that no tool reads',
         config=BASE + 'x = y\n')
    same(box.files(), before, 'files')


def case_modes(box):
    long_lived = ('credentials:3: warning: aws_secret_access_key: a long-lived '
                  'key in plaintext: "rolekey import a" takes it into the '
                  'keyring, and out of this file')
    box.write_config(BASE)
    box.write_credentials('[a]\n' + KEYS)
    for mode, lines in (
            (0o600, []),
            (0o644, ['credentials:1: error: others can read this file (mode '
                     '0644), and it holds long-lived keys: chmod 600']),
            (0o602, ['credentials:1: error: others can write this file (mode '
                     '0602), and it can run programs as you: chmod go-w'])):
        os.chmod(box.credentials, mode)
        done = box.rolekey('config', 'check')
        same(done.stdout.splitlines(),
             [line.replace('credentials:', box.credentials + ':', 1)
              for line in lines + [long_lived]], oct(mode))
    os.unlink(box.credentials)
    os.chmod(box.config, 0o666)
    done = check(box.rolekey('config', 'check'), 3)
    same(done.stdout, box.config + ':1: error: others can write this file '
         '(mode 0666), and it can run programs as you: chmod go-w\n', 'config')
    os.chmod(box.config, 0o644)  # it holds no keys
    check(box.rolekey('config', 'check'), 0)


def case_a_folder_that_others_write(box):
    box.write_config(BASE)
    os.chmod(os.path.dirname(box.config), 0o777)
    done = check(box.rolekey('config', 'check'), 3)
    same(done.stdout, box.config + ':1: error: others can put another file in '
         'this one\'s place: look at owner and mode of its folder\n', 'folder')


def case_a_file_of_another_user(box):
    if os.geteuid() != 0:
        raise Skipped('only root gives files away')
    box.write_config(BASE)
    os.chown(box.config, 54321, -1)
    done = check(box.rolekey('config', 'check'), 3)
    same(done.stdout, box.config + ':1: error: this file belongs to another '
         'user, whose programs it can run as you\n', 'owner')


def case_what_cannot_be_read(box):
    """The other file is looked at all the same."""
    os.unlink(box.config)
    os.mkdir(box.config, 0o700)
    box.write_credentials('[a]\noops\n')
    done = check(box.rolekey('config', 'check'), 3,
                 stderr='^rolekey: config check: 2 errors$')
    same(done.stdout,
         '%s:1: error: is a directory\n'
         '%s:2: error: neither a section nor KEY = VALUE\n'
         % (box.config, box.credentials), 'problems')


def case_a_file_that_a_variable_names_and_is_not_there(box):
    path = os.path.join(box.home, 'elsewhere')
    done = check(box.rolekey('config', 'check',
                             env={'AWS_CONFIG_FILE': path}))
    same(done.stdout, path + ':1: warning: there is no such file, and '
         'AWS_CONFIG_FILE names it\n', 'config')
    done = check(box.rolekey('config', 'check',
                             env={'AWS_SHARED_CREDENTIALS_FILE': path}))
    same(done.stdout, path + ':1: warning: there is no such file, and '
         'AWS_SHARED_CREDENTIALS_FILE names it\n', 'credentials')


def case_the_tools_own_settings(box):
    path = box.write('.config/rolekey/config', '[rolekey]\nbakend = file\n')
    done = check(box.rolekey('config', 'check'), 3)
    same(done.stdout, '', 'stdout')
    need('%s:2: ' % path in done.stderr, str(done))


# -- lines ------------------------------------------------------------------


def case_lines_that_cannot_be_read(box):
    says(box,
         'config:2: error: neither a section nor KEY = VALUE',
         'config:4: error: a section must end with \']\'',
         'config:7: error: no name before \'=\'',
         'credentials:1: error: a key before the first section',
         'credentials:5: error: a nested key must be KEY = VALUE',
         config='[default]\noops\n  of it\n[profile a\nlost = x\n'
                '[profile b]\n= x\n',
         credentials='x = y\nz = y\n[a]\ns3 =\n  x\n')


def case_bytes_that_are_no_text(box):
    says(box, 'config:2: error: not valid UTF-8',
         'credentials:2: error: contains a NUL byte',
         config=b'[default]\nregion = \xff\nx\n[profile a]\n',
         credentials=b'[a]\nregion = \0\nx\n')


def case_lines_are_counted_whatever_ends_them(box):
    text = ('[default]\n# ' + 'x' * 300000 + '\n\nregoin = eu-west-1\n'
            'role_arn = ' + 'y' * 100000 + '\noops')
    lines = ('config:4: warning: regoin: did you mean region?',
             'config:5: error: role_arn: the value is no ARN of a role',
             'config:5: error: role_arn: needs a source_profile or a '
             'credential_source',
             'config:6: error: neither a section nor KEY = VALUE')
    says(box, *lines, config=text)
    says(box, *lines, config='\ufeff' + text.replace('\n', '\r\n'))


def case_what_one_sdk_reads_and_another_does_not(box):
    says(box,
         'config:2: warning: region: the comment behind it is part of the '
         'value for the AWS CLI and botocore',
         'config:3: warning: output: the comment behind it is part of the '
         'value for the AWS CLI and botocore',
         config='[default]\nregion = eu-west-1 # home\noutput = json ;x\n')
    says(box,
         'config:2: warning: region: an indented key: some AWS SDKs take it '
         'as part of the value above, or refuse the file',
         'config:3: warning: [profile a]: the AWS CLI and botocore miss it '
         'for the white space before the name',
         'config:5: warning: an indented comment: some AWS SDKs take it as '
         'part of the value above',
         'config:6: warning: output: indented, so it is no key but part of '
         'the value above',
         'config:7: error: indented, so it is no section but part of the '
         'value above',
         config='[default]\n  region = eu-west-1\n[ profile a]\n'
                'credential_process = x\n  # c\n  output = text\n'
                '  [profile b]\n')
    says(box,
         'config:2: warning: region: eu-west-1: AWS\'s SDKs pass over a key '
         'of that name; the AWS CLI and botocore read \':\' as \'=\'',
         'config:3: warning: aws:x: the AWS CLI and botocore read \':\' as '
         '\'=\'',
         'config:4: warning: a b: AWS\'s SDKs pass over a key of that name',
         config='[default]\nregion: eu-west-1 = x\naws:x = y\na b = c\n')
    says(box,
         'config:2: warning: output: the quotes are part of the value; AWS\'s '
         'Go SDK alone takes them off',
         'config:3: error: region: the quotes are part of the value; AWS\'s '
         'Go SDK alone takes them off',
         'config:4: warning: [profile "q"]: only the AWS CLI, botocore and '
         'rolekey take the quotes off',
         config='[default]\noutput = "json"\nregion = \'eu-west-1\'\n'
                '[profile "q"]\n')


# -- sections and keys ------------------------------------------------------


def case_sections_that_mean_nothing(box):
    refused = ('AWS\'s SDKs refuse the name: it may have letters, digits and '
               '_-/.%@:+ alone')
    says(box,
         'config:1: error: [foo]: must be [profile foo] in this file',
         'config:3: error: [profilefoo]: did you mean [profile foo]?',
         'config:4: error: [profil foo]: did you mean [profile foo]?',
         'config:5: error: [sso-session]: there is no name behind sso-session',
         'config:6: error: [services]: there is no name behind services',
         'config:7: error: [profile a b]: ' + refused,
         'config:8: error: [profile \u00fc]: ' + refused,
         'config:9: warning: [other thing]: no section that AWS\'s SDKs know',
         'config:10: error: a section without a name',
         'config:11: error: [Default]: did you mean [default]?',
         'credentials:1: error: [profile a]: must be [a] in this file',
         'credentials:2: error: [sso-session s]: stands in the config file '
         'alone',
         'credentials:3: error: [DEFAULT]: the AWS CLI and botocore lend its '
         'keys to every profile, and no other SDK does',
         config='[foo]\nregion = eu-west-1\n[profilefoo]\n[profil foo]\n'
                '[sso-session]\n[services]\n[profile a b]\n[profile \u00fc]\n'
                '[other thing]\n[]\n[Default]\n',
         credentials='[profile a]\n[sso-session s]\n[DEFAULT]\n')
    says(box,
         'config:1: warning: [default]: passed over, since [profile default] '
         'is in line 3',
         config='[default]\nregion = eu-west-1\n[profile default]\n'
                'region = eu-west-2\n')


def case_what_is_there_twice(box):
    says(box,
         'config:3: warning: region: said already, in line 2; the last one '
         'counts, and the AWS CLI and botocore refuse the file',
         'config:6: warning: [profile a]: is there already, in line 1; the '
         'AWS CLI and botocore refuse the file',
         'config:7: warning: region: said already, in line 2; the last one '
         'counts',
         config='[profile a]\nregion = eu-west-1\nregion = eu-west-2\n'
                '[profile b]\nregion = eu-west-1\n[profile a]\n'
                'region = eu-west-3\n',
         credentials='[a]\nregion = eu-west-1\n')


def case_keys_that_nobody_knows(box):
    says(box,
         'config:3: warning: mfa_serail: did you mean mfa_serial?',
         'config:4: warning: source-profile: did you mean source_profile?',
         'config:5: warning: flavour: a key that no tool reads',
         'config:6: error: rolekey_confrim: did you mean rolekey_confirm?',
         config=BASE + 'mfa_serail = %s\nsource-profile = x\nflavour = x\n'
                'rolekey_confrim = yes\n' % SERIAL)


# -- values -----------------------------------------------------------------


def case_values_that_cannot_be(box):
    says(box,
         'config:2: warning: region: "eu-wst1" looks like no region of AWS',
         'config:3: error: use_fips_endpoint: "maybe" is neither true nor '
         'false',
         'config:4: warning: use_dualstack_endpoint: "yes" is not what AWS\'s '
         'SDKs know: say true or false',
         'config:5: error: sts_regional_endpoints: "global" is none of: '
         'regional legacy',
         'config:6: warning: retry_mode: "fast" is none of: standard adaptive '
         'legacy',
         'config:7: error: max_attempts: "0" is no whole number from 1 to '
         '100',
         'config:9: error: endpoint_url: "sts.example.com" is not a valid endpoint URL '
         '(http or https, without query or fragment)',
         'config:11: warning: endpoint_url: plain http to sts.example.com: '
         'all but the signature can be read and changed on the way',
         'config:15: error: rolekey_expect_account: "1234" is no account: it '
         'has 12 digits',
         config='[profile a]\nregion = eu-wst1\nuse_fips_endpoint = maybe\n'
                'use_dualstack_endpoint = yes\n'
                'sts_regional_endpoints = global\nretry_mode = fast\n'
                'max_attempts = 0\n'
                '[profile b]\nendpoint_url = sts.example.com\n'
                '[profile c]\nendpoint_url = http://sts.example.com\n'
                '[profile d]\nendpoint_url = http://localhost:4566\n'
                '[profile e]\nrolekey_expect_account = 1234\n')


def case_durations(box):
    role = ROLE + 'source_profile = base\nduration_seconds = '
    says(box,
         'config:6: error: duration_seconds: 60 is not from 15m to 12h, '
         'AWS\'s limits',
         'config:10: error: duration_seconds: "soon" is no duration',
         'config:14: warning: duration_seconds: AWS\'s SDKs want a number of '
         'seconds: 7200',
         'config:18: warning: duration_seconds: cut to 1h, AWS\'s limit for a '
         'role that is taken with a session\'s credentials',
         'config:20: warning: session_ttl: 48h is not from 15m to 36h, AWS\'s '
         'limits',
         config=BASE + '[profile a]\n' + role + '60\n'
                '[profile b]\n' + role + 'soon\n'
                '[profile c]\n' + role + '2h\n'
                '[profile d]\n' + ROLE + 'source_profile = c\n'
                'duration_seconds = 7200\n[profile f]\nsession_ttl = 48h\n')


# -- chains -----------------------------------------------------------------


def case_what_is_named_and_is_not_there(box):
    says(box,
         'config:5: error: source_profile: no profile "bsae"; did you mean '
         '"base"?',
         'config:7: error: include_profile: no profile "nothing"',
         'config:9: error: sso_session: no [sso-session s]',
         'config:11: error: services: no [services v]',
         config=BASE + '[profile a]\n' + ROLE + 'source_profile = bsae\n'
                '[profile b]\ninclude_profile = nothing\n'
                '[profile c]\nsso_session = s\n'
                '[profile d]\nservices = v\n')


def case_circles(box):
    says(box,
         'config:3: error: source_profile: goes in a loop: a -> b -> c -> a',
         'config:11: error: include_profile: goes in a loop: x -> y -> x',
         config='[profile a]\n' + ROLE + 'source_profile = b\n'
                '[profile b]\n' + ROLE + 'source_profile = c\n'
                '[profile c]\n' + ROLE + 'source_profile = a\n'
                '[profile x]\ninclude_profile = y\n'
                '[profile y]\ninclude_profile = x\n')


def case_roles(box):
    says(box,
         'config:2: error: role_arn: needs a source_profile or a '
         'credential_source',
         'config:6: error: credential_source: excludes source_profile, in '
         'line 5',
         'config:8: error: role_arn: "arn:aws:iam::222233334444:user/Dev" is '
         'no ARN of a role',
         'config:12: error: credential_source: "environment" is not '
         'Environment, Ec2InstanceMetadata or EcsContainer',
         config='[profile a]\n' + ROLE + '[profile b]\n' + ROLE +
                'source_profile = base\ncredential_source = Environment\n'
                '[profile c]\n'
                'role_arn = arn:aws:iam::222233334444:user/Dev\n'
                'source_profile = base\n'
                '[profile d]\n' + ROLE + 'credential_source = environment\n' +
                BASE)


def case_static_keys(box):
    says(box,
         'credentials:2: error: aws_access_key_id: there is no '
         'aws_secret_access_key',
         'credentials:4: error: aws_secret_access_key: there is no '
         'aws_access_key_id',
         'credentials:6: error: aws_access_key_id: a temporary key without '
         'its aws_session_token',
         'credentials:10: warning: aws_secret_access_key: a long-lived key in '
         'plaintext: "rolekey import d" takes it into the keyring, and out '
         'of this file',
         credentials='[a]\naws_access_key_id = %s\n'
                     '[b]\naws_secret_access_key = %s\n'
                     '[c]\naws_access_key_id = ASIA%s\n'
                     'aws_secret_access_key = %s\n[d]\n%s'
                     % (KEY_ID, SECRET, KEY_ID[4:], SECRET, KEYS))


# -- accounts and devices ---------------------------------------------------


def case_accounts_that_differ(box):
    says(box,
         'config:4: error: rolekey_expect_account: 111122223333 is not the '
         'account of role_arn in line 5, 222233334444',
         'config:8: error: aws_account_id: 111122223333 is not the account of '
         'role_arn in line 9, 222233334444',
         config=BASE + '[profile a]\nrolekey_expect_account = 111122223333\n'
                + ROLE + 'source_profile = base\n'
                '[profile b]\naws_account_id = 111122223333\n' + ROLE +
                'source_profile = base\n')


def case_what_is_no_device(box):
    for text, why in (
            (KEY_ID, 'an access key\'s id is no MFA device'),
            ('arn:aws:iam::111122223333:user/alex',
             '"arn:aws:iam::111122223333:user/alex" is no MFA device: one is '
             'arn:aws:iam::ACCOUNT:mfa/NAME'),
            ('arn:aws:iam::111122223333:u2f/user/alex/k',
             '"arn:aws:iam::111122223333:u2f/user/alex/k" is a security key, '
             'which gives no codes: STS takes only those of an '
             'authenticator')):
        says(box, 'config:3: error: mfa_serial: ' + why,
             config=BASE + 'mfa_serial = %s\n' % text)


OTHER = 'arn:aws:iam::222233334444:mfa/alex'


def case_devices_of_one_key(box):
    says(box,
         'config:7: error: mfa_serial: a device of account 222233334444, and '
         'the one in line 3, for the same key of profile base, is of account '
         + CUSTODIAN,
         config=BASE + 'mfa_serial = %s\n[profile a]\n' % SERIAL + ROLE +
                'source_profile = base\nmfa_serial = %s\n' % OTHER)


def case_the_device_of_another_account_than_the_stored_keys(box):
    check(box.add())  # AWS says whose it is, and that is kept with the key
    box.aws.mark()
    config = CONFIG.replace(SERIAL, OTHER)
    line = ('config:5: error: mfa_serial: a device of account 222233334444, '
            'and the key of profile custodian is of account ' + CUSTODIAN)
    says(box, line, config=config)
    box.expect_actions()
    box.forget_kernel_keys()  # without a passphrase it cannot be known
    done = box.rolekey('config', 'check', env={'ROLEKEY_PASSPHRASE': None})
    same((done.status, done.stdout), (0, ''), str(done))


# -- the other tools --------------------------------------------------------

AWS_CLI = '''\
[default]
region = us-east-1
output = yaml-stream
cli_pager =
cli_auto_prompt = on-partial
cli_history = enabled
cli_timestamp_format = iso8601
cli_binary_format = raw-in-base64-out
cli_follow_urlparam = false
retry_mode = adaptive
max_attempts = 5
s3 =
  max_concurrent_requests = 20
  max_queue_size = 10000
  addressing_style = path
api_versions =
  ec2 = 2015-03-01
ca_bundle = /etc/ssl/corporate.pem
tcp_keepalive = true
parameter_validation = false
defaults_mode = in-region
request_checksum_calculation = when_required
response_checksum_validation = when_supported
account_id_endpoint_mode = preferred
sigv4a_signing_region_set = us-west-2, us-east-1
ec2_metadata_service_endpoint_mode = IPv6
sts_regional_endpoints = regional
use_fips_endpoint = false

[plugins]
cli_legacy_plugin_path = /usr/local/lib/python3.11/site-packages
endpoint = awscli_plugin_endpoint

[preview]
cloudsearch = true

[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start#/
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 222233334444
sso_role_name = Developer
region = eu-west-1

[profile login]
login_session = arn:aws:iam::222233334444:user/alex
region = eu-west-1

[profile local]
services = local
region = us-east-1

[services local]
s3 =
  endpoint_url = http://localhost:9000
sts =
  endpoint_url = http://127.0.0.1:4566
'''

AWS_VAULT = '''\
[default]
region = eu-central-1

[profile home]
mfa_serial = arn:aws:iam::111122223333:mfa/jonsmith
mfa_process = ykman oath code --single arn:aws:iam::111122223333:mfa/jonsmith

[profile common]
region = eu-west-1
source_profile = home
role_session_name = jonsmith

[profile admin]
include_profile = common
role_arn = arn:aws:iam::222233334444:role/Admin
duration_seconds = 3600
session_tags = team=web,project=x
transitive_session_tags = team
source_identity = jonsmith

[profile web]
role_arn = arn:aws:iam::222233334444:role/Web
web_identity_token_process = oidccli raw
'''

GRANTED = '''\
[granted_registry_start company/profiles]

[profile cf-prod]
granted_sso_start_url = https://example.awsapps.com/start
granted_sso_region = ap-southeast-2
granted_sso_account_id = 222233334444
granted_sso_role_name = AdminAccess
granted_sso_registration_scopes = sso:account:access
granted_color = red
granted_icon = fingerprint
granted_description = Production; mind the gap
common_fate_generated_from = aws-sso
credential_process = granted credential-process --profile cf-prod
region = ap-southeast-2

[granted_registry_end company/profiles]
'''

SWITCH_ROLES = '''\
[profile org-base]
aws_account_id = 111122223333
aws_account_alias = our-company
target_role_name = Developer
target_region = eu-west-1

[profile org-web]
role_arn = arn:aws:iam::222233334444:role/path/to/Web
source_profile = org-base
color = 00aa22
image = "https://example.com/web.png"

[profile org-data]
aws_account_id = 333344445555
role_name = Data
source_profile = org-base
region = ap-northeast-1
color = ffaaee
group = data

[profile console-only]
aws_account_id = 444455556666
role_name = ReadOnly
'''

SSO_TOOLS = '''\
[profile util.Admin]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-central-1
sso_account_name = util
sso_account_id = 222233334444
sso_role_name = Admin
region = eu-central-1
credential_process = aws-sso-util credential-process --profile util.Admin
sso_auto_populated = true

# BEGIN_AWS_SSO_CLI
[profile 222233334444:Admin]
credential_process = /usr/bin/aws-sso -S "Default" process --arn arn:aws:iam::222233334444:role/Admin
# END_AWS_SSO_CLI

[okta]
aws_saml_url = home/amazon_aws/0abc/272
[profile okta-dev]
role_arn = arn:aws:iam::222233334444:role/Dev
source_profile = okta-base
assume_role_ttl = 1h
session_ttl = 12h
mfa_provider = OKTA
mfa_factor_type = push
okta_session_cookie_key = okta-session
[profile okta-base]
region = eu-west-1
[profile azure]
azure_tenant_id = 00000000-0000-0000-0000-000000000000
azure_app_id_uri = https://signin.aws.amazon.com/saml
azure_default_duration_hours = 12
'''

TEMPORARY = ('aws_access_key_id = ASIA%s\naws_secret_access_key = %s\n'
             'aws_session_token = IQoJb3JpZ2luX2VjEXAMPLE==\n'
             % (KEY_ID[4:], SECRET))

TOOLS_CREDENTIALS = '''\
[saml]
%(keys)saws_security_token = IQoJb3JpZ2luX2VjEXAMPLE==
x_principal_arn = arn:aws:sts::222233334444:assumed-role/Dev/alex
x_security_token_expires = 2030-01-02T00:47:31+02:00

[autoawsume-dev]
%(keys)smanager = awsume
autoawsume = true
expiration = 2030-07-06 20:36:25
source_expiration = 2030-07-06 21:29:43
awsumepy_command = dev -a
region = eu-west-2

[work]
%(keys)sassumed_role = False
aws_security_token = IQoJb3JpZ2luX2VjEXAMPLE==
expiration = 2030-07-06 21:29:43

[vs]
%(keys)stoolkit_artifact_guid = 00000000-0000-0000-0000-000000000000

[minio]
aws_access_key_id = minioadmin
aws_secret_access_key = minioadmin
''' % {'keys': TEMPORARY}


def case_files_of_the_other_tools_are_clean(box):
    for config in (AWS_CLI, AWS_VAULT, GRANTED, SWITCH_ROLES, SSO_TOOLS):
        says(box, config=config)
    says(box, config='', credentials=TOOLS_CREDENTIALS)
    says(box, config=GRANTED + SWITCH_ROLES + SSO_TOOLS,
         credentials=TOOLS_CREDENTIALS)


def case_a_file_without_errors_can_be_explained(box):
    """And one with an error in a profile cannot: the two agree."""
    for config in (AWS_CLI, AWS_VAULT, GRANTED, SSO_TOOLS):
        box.write_config(config)
        for name in check(box.rolekey(
                'list', '--profiles')).stdout.splitlines():
            check(box.rolekey('explain', '--json', name,
                              env={'AWS_ENDPOINT_URL': None}))


if __name__ == '__main__':
    run_cases(globals())
