#!/usr/bin/python3 -B
"""config check: each problem with its facts, file and line."""

import json
import os
import re

import messages

from harness import (CONFIG, CUSTODIAN, KEY_ID, SECRET, SERIAL, Skipped, check,
                     failed, need, noticed, run_cases, same)

BASE = '[profile base]\nregion = eu-west-1\n'
ROLE = 'role_arn = arn:aws:iam::222233334444:role/Dev\n'
KEYS = 'aws_access_key_id = %s\naws_secret_access_key = %s\n' % (KEY_ID, SECRET)


ORDER = ('profile', 'path', 'key', 'value', 'expected', 'other', 'arn',
         'detail', 'line', 'number', 'of', 'span')


def facts(text):
    """A message as 'REASON FACT=VALUE ...'."""
    said = messages.read(text)
    need(said, 'unknown message: ' + text)
    return ' '.join([said.reason, *('%s=%s' % (name, said.facts[name])
                                    for name in ORDER if name in said.facts)])


def found(box, done):
    """The printed lines, with messages as facts and paths as file names."""
    lines = []
    for line in done.stdout.splitlines():
        place, severity, text = re.fullmatch(
            r'(.*?:\d+): (error|warning): (.*)', line).groups()
        for name, path in (('config', box.config),
                           ('credentials', box.credentials)):
            place = place.replace(path + ':', name + ':')
        lines.append('%s: %s: %s' % (place, severity, facts(text)))
    return lines


def sums_up(done, errors, warnings):
    if errors and warnings:
        noticed(done, 'found-both', number=errors, of=warnings)
    elif errors:
        noticed(done, 'found-errors', number=errors)
    elif warnings:
        noticed(done, 'found-warnings', number=warnings)
    else:
        noticed(done, 'found-nothing')
    same(len(done.stderr.splitlines()), 1, 'stderr')


def says(box, *lines, config='', credentials=None, **more):
    """The files have these problems and no others, in this order.

    A line is 'config:N: SEVERITY: REASON FACT=VALUE ...', or the same with
    'credentials'; facts are those that the message shows.
    """
    box.write_config(config)
    if credentials is not None:
        box.write_credentials(credentials)
    elif os.path.lexists(box.credentials):
        os.unlink(box.credentials)
    done = box.rolekey('config', 'check', **more)
    same(found(box, done), list(lines), 'problems')
    errors = sum(': error: ' in line for line in lines)
    same(done.status, 3 if errors else 0, 'status of %s' % done)
    sums_up(done, errors, len(lines) - errors)
    need(SECRET not in done.stdout + done.stderr, 'a secret')
    return done


# -- files ------------------------------------------------------------------


def case_files_without_a_problem(box):
    says(box, config=CONFIG)
    says(box, config=CONFIG, credentials='')
    os.unlink(box.config)
    done = check(box.rolekey('config', 'check'))
    same(done.stdout, '', 'no files')
    sums_up(done, 0, 0)
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
    check(terminal, stdout=messages.pattern('found-nothing'), without='assphrase')
    same(os.path.exists(box.keyring_path()), True, 'the keyring')
    box.expect_actions()


def case_json(box):
    """The same findings as objects."""
    box.write_config(BASE + 'x = y\nregion = eu-west-1\n[profile a]\n' + ROLE +
                     'source_profile = foo\n[foo]\n')
    listed = box.rolekey('config', 'check')
    done = check(box.rolekey('config', 'check', '--json'), 3)
    objects = json.loads(done.stdout)
    same(['%s:%d: %s: %s' % (one['file'], one['line'], one['severity'],
                             one['message']) for one in objects],
         listed.stdout.splitlines(), 'messages')
    same([(one['reason'], one.get('key'), one.get('other'), one.get('number'))
          for one in objects],
         [('unknown-key', 'x', None, None),
          ('key-repeated', 'region', None, 2),
          ('bare-section', 'source_profile', None, None),
          ('section-in-file', None, 'profile foo', None)], 'facts')
    box.write_config('')
    same(json.loads(check(box.rolekey('config', 'check', '--json')).stdout),
         [], 'nothing')


def case_nothing_is_written(box):
    before = box.files()
    says(box, 'config:3: warning: unknown-key key=x',
         config=BASE + 'x = y\n')
    same(box.files(), before, 'files')


def finds(box, *lines, **more):
    """config check prints these lines."""
    done = box.rolekey('config', 'check', **more)
    same(found(box, done), list(lines), 'problems')
    same(done.status, 3 if any(': error: ' in line for line in lines) else 0,
         'status of %s' % done)
    return done


def case_modes(box):
    plaintext = ('credentials:3: warning: key-in-file profile=a '
                 'key=aws_secret_access_key')
    box.write_config(BASE)
    box.write_credentials('[a]\n' + KEYS)
    for mode, lines in (
            (0o600, []),
            (0o644, ['credentials:1: error: keys-readable value=0644']),
            (0o602, ['credentials:1: error: file-writable value=0602'])):
        os.chmod(box.credentials, mode)
        finds(box, *lines, plaintext)
    os.unlink(box.credentials)
    os.chmod(box.config, 0o666)
    finds(box, 'config:1: error: file-writable value=0666')
    os.chmod(box.config, 0o644)  # it contains no keys
    finds(box)


def case_a_folder_that_others_write(box):
    box.write_config(BASE)
    os.chmod(os.path.dirname(box.config), 0o777)
    finds(box, 'config:1: error: file-replaceable')


def case_a_file_of_another_user(box):
    if os.geteuid() != 0:
        raise Skipped('only root gives files away')
    box.write_config(BASE)
    os.chown(box.config, 54321, -1)
    finds(box, 'config:1: error: file-foreign')


def case_what_cannot_be_read(box):
    """The other file is checked all the same."""
    os.unlink(box.config)
    os.mkdir(box.config, 0o700)
    box.write_credentials('[a]\noops\n')
    sums_up(finds(box, 'config:1: error: system-call detail=Is a directory',
                  'credentials:2: error: not-a-key'), 2, 0)


def case_a_file_that_a_variable_names_and_is_not_there(box):
    path = os.path.join(box.home, 'elsewhere')
    for name in ('AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'):
        done = check(box.rolekey('config', 'check', env={name: path}))
        same(found(box, done), [path + ':1: warning: no-such-file key=' + name],
             name)


def case_the_tools_own_settings(box):
    path = box.write('.config/rolekey/config', '[rolekey]\nbakend = file\n')
    done = check(box.rolekey('config', 'check'), 3)
    same(done.stdout, '', 'stdout')
    need('%s:2: ' % path in done.stderr, str(done))


# -- lines ------------------------------------------------------------------


def case_lines_that_cannot_be_read(box):
    says(box,
         'config:2: error: not-a-key',
         'config:4: error: section-not-closed',
         'config:7: error: key-without-name',
         'credentials:1: error: key-outside-section',
         'credentials:5: error: not-a-subkey',
         config='[default]\noops\n  of it\n[profile a\nlost = x\n'
                '[profile b]\n= x\n',
         credentials='x = y\nz = y\n[a]\ns3 =\n  x\n')


def case_bytes_that_are_no_text(box):
    says(box, 'config:2: error: not-utf8',
         'credentials:2: error: nul-byte',
         config=b'[default]\nregion = \xff\nx\n[profile a]\n',
         credentials=b'[a]\nregion = \0\nx\n')


def case_lines_are_counted_whatever_ends_them(box):
    text = ('[default]\n# ' + 'x' * 300000 + '\n\nregoin = eu-west-1\n'
            'role_arn = ' + 'y' * 100000 + '\noops')
    lines = ('config:4: warning: key-meant key=regoin other=region',
             'config:5: error: bad-value key=role_arn '
             'expected=a valid role ARN',
             'config:6: error: not-a-key')
    says(box, *lines, config=text)
    says(box, 'config:1: warning: byte-order-mark', *lines,
         config='\ufeff' + text.replace('\n', '\r\n'))


def case_what_one_sdk_reads_and_another_does_not(box):
    says(box,
         'config:2: warning: comment-in-value key=region',
         'config:3: warning: comment-in-value key=output',
         config='[default]\nregion = eu-west-1 # home\noutput = json ;x\n')
    says(box,
         'config:2: warning: indented-key key=region',
         'config:3: warning: spaced-section value=profile a',
         'config:5: warning: indented-comment',
         'config:6: warning: continued-key key=output',
         'config:7: error: continued-section',
         config='[default]\n  region = eu-west-1\n[ profile a]\n'
                'credential_process = x\n  # c\n  output = text\n'
                '  [profile b]\n')
    says(box,
         'config:2: warning: colon-for-equals value=region: eu-west-1',
         'config:3: warning: colon-in-key value=aws:x',
         'config:4: warning: key-name value=a b',
         config='[default]\nregion: eu-west-1 = x\naws:x = y\na b = c\n')
    says(box,
         'config:2: warning: value-quoted key=output',
         'config:3: error: value-quoted key=region',
         'config:4: warning: section-skipped value=profile "q"',
         config='[default]\noutput = "json"\nregion = \'eu-west-1\'\n'
                '[profile "q"]\n')


def case_what_some_sdks_refuse(box):
    says(box,
         'config:1: warning: byte-order-mark',
         'config:2: warning: key-capitals key=region',
         'config:3: warning: glued-comment value=profile a',
         'config:4: warning: value-not-nested key=s3',
         'config:5: warning: process-without-shell '
         'key=credential_process value=~',
         'config:6: warning: section-blanks value=profile  b',
         'config:9: warning: sources-conflict key=credential_process '
         'other=source_profile (line 8)',
         config='\ufeff[default]\nREGION = eu-west-1\n[profile a];x\n'
                's3 = signature_version = s3v4\n'
                'credential_process = ~/bin/x\n[profile  b]\n' + ROLE +
                'source_profile = a\ncredential_process = x\n')
    says(box,
         'credentials:2: warning: pair-in-two-files '
         'key=aws_secret_access_key other=aws_access_key_id (%s:2)'
         % box.config,
         config='[profile a]\naws_access_key_id = minioadmin\n',
         credentials='[a]\naws_secret_access_key = %s\n' % SECRET)


def case_ca_bundle(box):
    """exec refuses what check refuses, and names the line."""
    there = box.write('ca.pem', 'x')
    box.write_credentials('')
    says(box,
         'config:2: error: path-missing path=/gone.pem key=ca_bundle',
         'config:4: error: bad-value key=ca_bundle value=~/ca.pem '
         'expected=an absolute path',
         'config:6: error: bad-value key=ca_bundle value=ca.pem '
         'expected=an absolute path',
         config='[profile a]\nca_bundle = /gone.pem\n'
                '[profile b]\nca_bundle = ~/ca.pem\n'
                '[profile c]\nca_bundle = ca.pem\n'
                '[profile d]\nca_bundle = %s\n' % there, credentials='')
    for profile, line in (('b', 4), ('c', 6)):
        done = box.rolekey('explain', profile)
        check(done, 3, changed=[])
        failed(done, 'bad-value', path=box.config, line=line,
               expected='an absolute path')
    check(box.rolekey('explain', 'd', env={'AWS_ENDPOINT_URL': None}))


def case_no_false_alarms(box):
    """/dev/null, the keys of other tools, and rolekey's own."""
    box.write_config(BASE)
    for name in ('AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE'):
        same(check(box.rolekey('config', 'check', env={name: '/dev/null'})
                   ).stdout, '', name)
    says(box, config=BASE + 'mfa_serial = %s\nparent_profile = x\n'
                '[profile near]\n' % SERIAL + ROLE +
                'source_profile = base\nduration_seconds = 43200\n'
                '[profile far]\n' + ROLE + 'source_profile = near\n',
         credentials='[mfa]\n%sassume_role = arn:aws:iam::222233334444:role/R\n'
                     'aws_credential_expiration = 2030-01-01T00:00:00Z\n'
                     % TEMPORARY)


def case_accounts_of_eleven_digits(box):
    bad = 'value=11112222333 expected=a valid account (12 digits)'
    says(box,
         'config:2: error: bad-value key=role_arn ' + bad,
         'config:6: error: bad-value key=mfa_serial ' + bad,
         'config:8: error: bad-value key=aws_account_id ' + bad,
         config='[profile a]\nrole_arn = arn:aws:iam::11112222333:role/R\n'
                'source_profile = b\n[profile b]\nregion = eu-west-1\n'
                'mfa_serial = arn:aws:iam::11112222333:mfa/alex\n'
                '[profile c]\naws_account_id = 11112222333\n')


def case_a_bad_region_beside_an_endpoint(box):
    """The line of the region is named, not that of the URL."""
    box.write_config('[profile a]\nregion = not a region\n'
                     'endpoint_url = https://sts.example.com\n')
    done = box.rolekey('explain', 'a', env={'AWS_ENDPOINT_URL': None})
    check(done, 3, changed=[])
    failed(done, 'bad-value', path=box.config, line=2, key='region')
    done = box.rolekey('explain', 'a')
    failed(done, 'bad-value', path=box.config, line=2, key='region')


# -- sections and keys ------------------------------------------------------


def case_sections_that_mean_nothing(box):
    refused = ('AWS\'s SDKs refuse the name: it may have letters, digits and '
               '_-/.%@:+ alone')
    says(box,
         'config:1: error: section-in-file value=foo other=profile foo',
         'config:3: error: section-meant value=profilefoo other=profile foo',
         'config:4: error: section-meant value=profil foo other=profile foo',
         'config:5: error: section-without-name value=sso-session '
         'other=sso-session',
         'config:6: error: section-without-name value=services other=services',
         'config:7: error: section-words value=profile a b '
         'other=profile "a b"',
         'config:8: warning: section-skipped value=profile ü',
         'config:9: warning: unknown-section value=other thing',
         'config:10: error: section-without-name',
         'config:11: error: section-meant value=Default other=default',
         'credentials:1: error: section-in-file value=profile a other=a',
         'credentials:2: error: section-of-config value=sso-session s',
         'credentials:3: error: python-default',
         config='[foo]\nregion = eu-west-1\n[profilefoo]\n[profil foo]\n'
                '[sso-session]\n[services]\n[profile a b]\n[profile \u00fc]\n'
                '[other thing]\n[]\n[Default]\n',
         credentials='[profile a]\n[sso-session s]\n[DEFAULT]\n')
    says(box,
         'config:1: warning: default-ignored number=3',
         config='[default]\nregion = eu-west-1\n[profile default]\n'
                'region = eu-west-2\n')


def case_what_is_there_twice(box):
    says(box,
         'config:3: warning: key-repeated key=region number=2',
         'config:6: warning: section-repeated value=profile a number=1',
         'config:7: warning: key-overridden key=region number=2',
         config='[profile a]\nregion = eu-west-1\nregion = eu-west-2\n'
                '[profile b]\nregion = eu-west-1\n[profile a]\n'
                'region = eu-west-3\n',
         credentials='[a]\nregion = eu-west-1\n')


def case_keys_that_nobody_knows(box):
    says(box,
         'config:3: warning: key-meant key=mfa_serail other=mfa_serial',
         'config:4: warning: key-meant key=source-profile other=source_profile',
         'config:5: warning: unknown-key key=flavour',
         'config:6: error: key-meant key=rolekey_confrim other=rolekey_confirm',
         config=BASE + 'mfa_serail = %s\nsource-profile = x\nflavour = x\n'
                'rolekey_confrim = yes\n' % SERIAL)


# -- values -----------------------------------------------------------------


def case_values_that_cannot_be(box):
    says(box,
         'config:2: warning: unknown-region key=region value=eu-wst1',
         'config:3: error: bad-value key=use_fips_endpoint '
         'value=maybe expected=true or false',
         'config:4: warning: not-sdk-bool key=use_dualstack_endpoint value=yes',
         'config:5: error: bad-value key=sts_regional_endpoints '
         'value=global expected=one of: regional legacy',
         'config:6: warning: bad-value key=retry_mode value=fast '
         'expected=one of: standard adaptive legacy',
         'config:7: error: bad-value key=max_attempts value=0 '
         'expected=a whole number from 1 to 100',
         'config:9: error: bad-url key=endpoint_url value=sts.example.com',
         'config:11: warning: plain-http key=endpoint_url '
         'value=sts.example.com',
         'config:15: error: bad-value key=rolekey_expect_account '
         'value=1234 expected=a valid account (12 digits)',
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
         'config:6: error: out-of-range key=duration_seconds value=60 '
         'expected=15m to 12h',
         'config:10: error: bad-value key=duration_seconds value=soon '
         'expected=a valid duration (900, 90m, 1h30m, 12h)',
         'config:14: warning: not-seconds key=duration_seconds number=7200',
         'config:18: warning: duration-cut profile=d key=duration_seconds '
         'span=2h',
         'config:20: warning: out-of-range key=session_ttl value=48h '
         'expected=15m to 36h',
         config=BASE + '[profile a]\n' + role + '60\n'
                '[profile b]\n' + role + 'soon\n'
                '[profile c]\n' + role + '2h\n'
                '[profile d]\n' + ROLE + 'source_profile = c\n'
                'duration_seconds = 7200\n[profile f]\nsession_ttl = 48h\n')


# -- chains -----------------------------------------------------------------


def case_what_is_named_and_is_not_there(box):
    says(box,
         'config:5: error: no-such-profile profile=bsae '
         'key=source_profile other="base"',
         'config:7: error: no-such-profile profile=nothing key=include_profile',
         'config:9: error: no-such-section key=sso_session value=s '
         'other=sso-session',
         'config:11: error: no-such-section key=services value=v '
         'other=services',
         config=BASE + '[profile a]\n' + ROLE + 'source_profile = bsae\n'
                '[profile b]\ninclude_profile = nothing\n'
                '[profile c]\nsso_session = s\n'
                '[profile d]\nservices = v\n')


def case_circles(box):
    says(box,
         'config:3: error: profile-loop key=source_profile detail=a '
         '-> b -> c -> a',
         'config:11: error: profile-loop key=include_profile detail=x '
         '-> y -> x',
         config='[profile a]\n' + ROLE + 'source_profile = b\n'
                '[profile b]\n' + ROLE + 'source_profile = c\n'
                '[profile c]\n' + ROLE + 'source_profile = a\n'
                '[profile x]\ninclude_profile = y\n'
                '[profile y]\ninclude_profile = x\n')


def case_roles(box):
    says(box,
         'config:2: error: role-without-source profile=a key=role_arn',
         'config:6: error: two-sources profile=b key=credential_source',
         'config:8: error: bad-value key=role_arn '
         'value=arn:aws:iam::222233334444:user/Dev expected=a valid '
         'role ARN',
         'config:12: error: bad-value key=credential_source '
         'value=environment expected=Environment, Ec2InstanceMetadata '
         'or EcsContainer',
         config='[profile a]\n' + ROLE + '[profile b]\n' + ROLE +
                'source_profile = base\ncredential_source = Environment\n'
                '[profile c]\n'
                'role_arn = arn:aws:iam::222233334444:user/Dev\n'
                'source_profile = base\n'
                '[profile d]\n' + ROLE + 'credential_source = environment\n' +
                BASE)


def case_static_keys(box):
    says(box,
         'credentials:2: error: missing-key profile=a '
         'key=aws_secret_access_key',
         'credentials:4: error: missing-key profile=b key=aws_access_key_id',
         'credentials:6: error: key-without-token key=aws_access_key_id',
         'credentials:10: warning: key-in-file profile=d '
         'key=aws_secret_access_key',
         credentials='[a]\naws_access_key_id = %s\n'
                     '[b]\naws_secret_access_key = %s\n'
                     '[c]\naws_access_key_id = ASIA%s\n'
                     'aws_secret_access_key = %s\n[d]\n%s'
                     % (KEY_ID, SECRET, KEY_ID[4:], SECRET, KEYS))


# -- accounts and devices ---------------------------------------------------


def case_accounts_that_differ(box):
    says(box,
         'config:4: error: account-conflict '
         'key=rolekey_expect_account value=111122223333 '
         'expected=222233334444 other=role_arn (line 5)',
         'config:8: error: account-conflict key=aws_account_id '
         'value=111122223333 expected=222233334444 other=role_arn '
         '(line 9)',
         config=BASE + '[profile a]\nrolekey_expect_account = 111122223333\n'
                + ROLE + 'source_profile = base\n'
                '[profile b]\naws_account_id = 111122223333\n' + ROLE +
                'source_profile = base\n')


def case_what_is_no_device(box):
    device = 'the ARN of an MFA device (arn:aws:iam::ACCOUNT:mfa/NAME)'
    user = 'arn:aws:iam::111122223333:user/alex'
    fido = 'arn:aws:iam::111122223333:u2f/user/alex/k'
    for text, why in (
            (KEY_ID, 'serial-is-key-id key=mfa_serial'),
            (user, 'bad-value key=mfa_serial value=%s expected=%s'
             % (user, device)),
            (fido, 'serial-is-fido key=mfa_serial arn=' + fido)):
        says(box, 'config:3: error: ' + why,
             config=BASE + 'mfa_serial = %s\n' % text)


OTHER = 'arn:aws:iam::222233334444:mfa/alex'


def case_devices_of_one_key(box):
    says(box,
         'config:7: error: devices-conflict profile=base '
         'key=mfa_serial value=222233334444 expected=111122223333 '
         'other=mfa_serial (line 3)',
         config=BASE + 'mfa_serial = %s\n[profile a]\n' % SERIAL + ROLE +
                'source_profile = base\nmfa_serial = %s\n' % OTHER)


def case_the_device_of_another_account_than_the_stored_keys(box):
    check(box.add())  # AWS names the user, whose ARN is stored with the key
    box.aws.mark()
    config = CONFIG.replace(SERIAL, OTHER)
    says(box, 'config:5: error: device-of-other-user profile=custodian '
         'key=mfa_serial value=222233334444 expected=111122223333', config=config)
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
ca_bundle = /etc/ssl/certs/ca-certificates.crt
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
