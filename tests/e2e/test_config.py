#!/usr/bin/python3 -B
"""The AWS files: where they are, what `config dump` says, chains explained."""

import json
import os
import pwd
import re
import shutil

from harness import (KEY_ID, SECRET, Skipped, check, need, refused, run_cases,
                     same)

ROLE = 'arn:aws:iam::%s:role/%s'
EMPTY = {'profiles': {}, 'sso_sessions': {}, 'services': {}}
CONFORMANCE = os.environ.get('ROLEKEY_CONFORMANCE', '')


def dump(box, config=None, credentials=None, **more):
    if config is not None:
        box.write_config(config)
    if credentials is not None:
        box.write_credentials(credentials)
    done = check(box.rolekey('config', 'dump', **more))
    same(done.stderr, '', 'stderr')
    return json.loads(done.stdout)


def refused_at(box, where, config=None, credentials=None, **more):
    """One line on stderr that begins with the place, and nothing else."""
    if config is not None:
        box.write_config(config)
    if credentials is not None:
        box.write_credentials(credentials)
    done = check(box.rolekey('config', 'dump', **more), 3)
    same(done.stdout, '', 'stdout')
    need(re.fullmatch('rolekey: config dump: %s: .+\n' % re.escape(where),
                      done.stderr), 'not at %s: %s' % (where, done))
    return done


def explained(box, profile, *flags, **more):
    return json.loads(check(box.rolekey('explain', '--json', profile, *flags,
                                        **more)).stdout)


# -- config dump --------------------------------------------------------------


def case_both_files_as_one_view(box):
    view = dump(box, '[default]\nRegion = eu-west-1\n'
                '[profile a]\nregion = x # comment\nrole_arn=y\n'
                '[sso-session s]\nsso_region = z\n'
                '[services v]\nsts =\n  endpoint_url = http://localhost\n'
                '[nothing]\nkey = value\n',
                '[a]\nregion = w\n[b]\nk = v\n  continued\n[profile c]\nk=v\n')
    same(view, {
        'profiles': {
            'default': {'region': 'eu-west-1'},
            'a': {'region': 'w', 'role_arn': 'y'},
            'b': {'k': 'v\ncontinued'}},
        'sso_sessions': {'s': {'sso_region': 'z'}},
        'services': {'v': {'sts': {'endpoint_url': 'http://localhost'}}},
    }, 'view')


def case_the_first_error_of_the_first_bad_file(box):
    bad = '[profile a]\nbroken\n[b\n'
    refused_at(box, box.config + ':2', bad, '[c\n')
    refused_at(box, box.credentials + ':1', '[profile a]\nk = v\n', '[c\nd\n')
    os.unlink(box.config)
    refused_at(box, box.credentials + ':1')


def case_an_error_in_a_section_that_means_nothing(box):
    for text, line in (('[foo]\nbroken\n', 2), ('[profile a b]\n= v\n', 2),
                       ('[foo]\nk =\n  no sign\n', 3),
                       ('[foo]\n  broken\n', 2),
                       ('[foo]\nk = \udcff\n', 2)):
        data = text.encode(errors='surrogateescape')
        refused_at(box, '%s:%d' % (box.config, line), data)
        refused_at(box, '%s:%d' % (box.credentials, line), '',
                data.replace(b'[foo]', b'[profile foo]'))
        os.unlink(box.credentials)


def case_a_key_that_comes_again_replaces_its_sub_properties(box):
    again = '[profile a]\ns3 =\n  x = 1\n  y = 2\n'
    for more, expected in (('S3 =\n  z = 3\n', {'z': '3'}), ('s3 =\n', ''),
                         ('s3 = v\n', 'v'),
                         ('[profile a]\ns3 =\n  x = 4\n', {'x': '4'})):
        view = dump(box, again + more)
        same(view['profiles']['a'], {'s3': expected}, 'after ' + more)
    view = dump(box, again, '[a]\ns3 =\n  z = 3\n')
    same(view['profiles']['a'], {'s3': {'z': '3'}}, 'of the credentials')


def case_an_indented_header_is_no_section(box):
    view = dump(box, '[profile a]\nk = v\n  [profile b]\nl = w\n')
    same(view['profiles'], {'a': {'k': 'v\n[profile b]', 'l': 'w'}}, 'view')
    refused_at(box, box.config + ':2', '[profile a]\n  [profile b]\nl = w\n')
    refused_at(box, box.config + ':1', ' [profile b]\nl = w\n')
    refused_at(box, box.config + ':3', '[profile a]\n k = v\n [profile b]\n')


# -- where the files are --------------------------------------------------------


def case_files_that_are_not_there_are_empty(box):
    os.unlink(box.config)
    same(dump(box), EMPTY, 'view')
    same(dump(box, env={'AWS_CONFIG_FILE': '/nowhere/config',
                        'AWS_SHARED_CREDENTIALS_FILE': '/nowhere/x'}),
         EMPTY, 'view')
    same(dump(box, env={'AWS_CONFIG_FILE': '/dev/null'}), EMPTY, 'view')


def case_messages_name_the_whole_path(box):
    for named, path in (('bad', box.home + '/bad'), ('~/bad', box.home + '/bad'),
                        ('./x/bad', box.home + '/x/bad')):
        box.write(path, 'broken\n')
        for variable in ('AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'):
            box.write_config('')
            refused_at(box, path + ':1', env={variable: named})


def case_the_tilde_is_the_home_as_a_whole_part_alone(box):
    box.write_config('')
    refused_at(box, box.home + ':1', env={'AWS_CONFIG_FILE': '~'})
    box.write('~root/bad', 'broken\n')
    box.write('a/~/bad', 'broken\n')
    refused_at(box, box.home + '/~root/bad:1', env={'AWS_CONFIG_FILE': '~root/bad'})
    refused_at(box, box.home + '/a/~/bad:1', env={'AWS_CONFIG_FILE': 'a/~/bad'})


def case_a_file_that_cannot_be_read(box):
    folder = os.path.join(box.home, 'folder')
    os.mkdir(folder)
    box.write_config('')
    refused_at(box, folder + ':1', env={'AWS_CONFIG_FILE': folder})
    refused_at(box, folder + ':1', env={'AWS_SHARED_CREDENTIALS_FILE': folder})
    refused_at(box, box.config + ':1', '[profile a\n',
            env={'AWS_SHARED_CREDENTIALS_FILE': folder})
    os.symlink('round', os.path.join(box.home, 'round'))
    refused_at(box, box.home + '/round:1', env={'AWS_CONFIG_FILE': '~/round'})
    if os.geteuid() != 0:
        box.write_config('')
        os.chmod(box.config, 0)
        refused_at(box, box.config + ':1')


def opened(box, env):
    """The .aws files that the program looks for, in turn."""
    if not shutil.which('strace'):
        raise Skipped('no strace')
    log = os.path.join(box.top, 'log')
    expected = {name: None for name in box.env
                if name.startswith(('HOME', 'AWS'))}
    expected.update(env, ASAN_OPTIONS='detect_leaks=0')
    done = box.run('strace', '-f', '-qq', '-e', 'trace=open,openat', '-o', log,
                   os.environ.get('ROLEKEY_BIN', 'rolekey'), 'config', 'dump',
                   env=expected)
    check(done)
    with open(log, encoding='utf-8') as file:
        return re.findall(r'"([^"]*/(?:config|credentials))", O_RDONLY',
                          file.read().replace('/rolekey/config', ''))


def case_the_files_lie_where_the_environment_says(box):
    home = pwd.getpwuid(os.geteuid()).pw_dir
    for env, config, credentials in (
            ({'HOME': '/h/u'}, '/h/u/.aws/config', '/h/u/.aws/credentials'),
            ({}, home + '/.aws/config', home + '/.aws/credentials'),
            ({'HOME': ''}, home + '/.aws/config', home + '/.aws/credentials'),
            ({'HOME': '/h/u', 'AWS_CONFIG_FILE': '/o/config'},
             '/o/config', '/h/u/.aws/credentials'),
            ({'HOME': '/h/u', 'AWS_SHARED_CREDENTIALS_FILE': '~/credentials',
              'AWS_CONFIG_FILE': ''},
             '/h/u/.aws/config', '/h/u/credentials')):
        if os.path.exists(config) or os.path.exists(credentials):
            continue  # a real user's
        same(opened(box, env), [config, credentials], 'files for %r' % env)


def case_the_files_lie_where_the_sdks_look(box):
    if not os.path.isdir(CONFORMANCE):
        raise Skipped('no folder ROLEKEY_CONFORMANCE')
    path = 'file-location/smithy-rs-file-location-tests.json'
    with open(os.path.join(CONFORMANCE, path), encoding='utf-8') as file:
        tests = json.load(file)['tests']
    tests = [test for test in tests if test['platform'] != 'windows']
    need(len(tests) > 3, 'cases')
    for test in tests:
        same(opened(box, test['environment']),
             [test['configLocation'], test['credentialsLocation']],
             test['name'])


# -- chains -----------------------------------------------------------------------

def case_static_keys_of_the_files(box):
    box.write_config('[profile r]\nrole_arn = %s\nsource_profile = k\n'
                     % (ROLE % ('222233334444', 'TestingAdmin')))
    box.write_credentials('[k]\naws_access_key_id = %s\n'
                          'aws_secret_access_key = %s\n' % (KEY_ID, SECRET))
    steps = explained(box, 'r')['steps']
    same([step['action'] for step in steps], ['StaticKey', 'AssumeRole'],
         'steps')
    box.write_credentials('[k]\naws_access_key_id = %s\n' % KEY_ID)
    refused(box.rolekey('export', 'r'), 3, reason='missing-key', profile='k',
            key='aws_secret_access_key', path=box.credentials, line=2)
    box.write_credentials('[k]\naws_access_key_id =\n')
    check(box.rolekey('export', 'r'), 3, reason='no-key', profile='k')


def case_a_target_of_aws_extend_switch_roles(box):
    box.write_config('[profile base]\naws_account_id = 111122223333\n'
                     'target_role_name = team/Dev\n'
                     '[profile t]\naws_account_id = 222233334444\n'
                     'source_profile = base\ncolor = ff0000\n')
    plan = explained(box, 't')
    same(plan['account'], '222233334444', 'account')
    same(plan['steps'][-1]['role_arn'], ROLE % ('222233334444', 'team/Dev'),
         'role')


def case_endpoints_are_explained_for_each_step(box):
    box.write_config(
        '[profile k]\nendpoint_url = http://not.this.one\n'
        '[profile r]\nrole_arn = %s\nsource_profile = k\nservices = s\n'
        'region = eu-west-1\n[services s]\nsts =\n'
        '  endpoint_url = http://localhost:1\n'
        'iam =\n  endpoint_url = http://localhost:2\n'
        '[profile f]\ninclude_profile = r\nservices =\n'
        'use_fips_endpoint = true\nuse_dualstack_endpoint = true\n'
        % (ROLE % ('222233334444', 'R')))
    none = {name: None for name in box.env if name.startswith('AWS_')}

    def last(profile, *flags, **env):
        step = explained(box, profile, *flags, env=dict(none, **env))['steps']
        same((step[0]['endpoint'], step[0]['signing_region']), (None, None),
             'of the key')
        return step[-1]['endpoint'], step[-1]['signing_region']

    same(last('r'), ('http://localhost:1', 'eu-west-1'), 'services')
    same(last('r', AWS_ENDPOINT_URL='http://all:3'),
         ('http://all:3', 'eu-west-1'), 'variable')
    same(last('r', AWS_ENDPOINT_URL='http://all:3',
              AWS_ENDPOINT_URL_STS='http://sts:4'),
         ('http://sts:4', 'eu-west-1'), "the service's variable")
    same(last('r', AWS_ENDPOINT_URL='http://all:3',
              AWS_IGNORE_CONFIGURED_ENDPOINT_URLS='true'),
         ('https://sts.eu-west-1.amazonaws.com', 'eu-west-1'), 'ignored')
    same(last('f'), ('https://sts-fips.eu-west-1.api.aws', 'eu-west-1'),
         'FIPS and dual-stack')
    same(last('f', '--region', 'us-gov-west-1'),
         ('https://sts-fips.us-gov-west-1.api.aws', 'us-gov-west-1'),
         'another partition')
    check(box.rolekey('explain', 'f', env=dict(
        none, AWS_ENDPOINT_URL='http://all:3')), 3,
          reason='endpoint-conflict', value='http://all:3')


run_cases(globals())
