#!/usr/bin/python3 -B
"""Where a chain starts: all commands agree, because all ask the planner.

tests/unit/walk/test_walk_sources.c does the same with random configurations.
"""

import json

from harness import (KEY_ID, SECRET, SERIAL, check, need, noticed, refused,
                     run_cases, same)
from peers import read_env

ROLE = 'arn:aws:iam::222233334444:role/TestingAdmin'
KEYS = 'aws_access_key_id = %s\naws_secret_access_key = %s\n' % (KEY_ID, SECRET)


def stored(box):
    return check(box.rolekey('list', '--credentials')).stdout.split()


def content(box):
    with open(box.credentials, encoding='utf-8') as file:
        return file.read()


def steps(box, profile):
    plan = json.loads(check(box.rolekey('explain', profile, '--json')).stdout)
    return ['%s of %s' % (step['action'], step['profile'])
            for step in plan['steps']]


def key_in(box, profile):
    rows = json.loads(check(box.rolekey('list', '--json')).stdout)['profiles']
    row, = [row for row in rows if row['profile'] == profile]
    return row['key_in'], row['problem'] is not None


def names(done, profile):
    """The hint's command has this profile."""
    need('`rolekey add %s`' % profile in done.stderr, done)


def stays(box, name, reason, **facts):
    """import neither stores the key nor edits a file, one or all."""
    before = box.read_config(), content(box), stored(box)
    for names in [name], []:
        done = check(box.rolekey('import', '--yes', '--no-verify', *names), 3,
                     reason='keys-not-imported', changed=[])
        noticed(done, reason, profile=name, **facts)
    same((box.read_config(), content(box), stored(box)), before, 'all')


def case_a_value_that_is_no_key_is_named_by_its_line(box):
    box.write_config('[profile k]\nregion = eu-west-1\n')
    for line, part, keys in (
            (2, 'access key ID', 'aws_access_key_id = AKIA x\n'
             'aws_secret_access_key = %s\n' % SECRET),
            (3, 'secret access key', 'aws_access_key_id = %s\n'
             'aws_secret_access_key = a b\n' % KEY_ID),
            (4, 'session token', KEYS + 'aws_session_token = a b\n')):
        box.write_credentials('[k]\n' + keys)
        check(box.rolekey('export', 'k', '-n'), 3, reason='bad-credentials',
              profile='k', path=box.credentials, line=line, other=part)


# -- import ------------------------------------------------------------------


def case_a_key_in_the_middle_of_a_chain_stays(box):
    box.write_config('[profile base]\n[profile hub]\nrole_arn = %s\n'
                     'source_profile = base\n[profile spoke]\nrole_arn = %s\n'
                     'source_profile = hub\n' % (ROLE, ROLE))
    box.write_credentials('[hub]\n' + KEYS)
    box.add_quietly('base')
    before = steps(box, 'spoke')
    stays(box, 'hub', 'chains-would-change', other='spoke')
    same(steps(box, 'spoke'), before, 'steps')
    need('import' not in check(box.rolekey('config', 'check'), 0).stdout,
         'an import is suggested that is refused')


def case_a_key_beside_another_source_stays(box):
    for line in ('credential_process = other', 'login_session = x',
                 'source_profile = base'):
        box.write_config('[profile base]\n[profile p]\n%s\n' % line)
        box.write_credentials('[p]\n' + KEYS)
        stays(box, 'p', 'key-would-be-unused', key=line.split()[0])


def case_a_key_that_another_profile_includes_stays(box):
    box.write_config('[profile p]\n[profile q]\ninclude_profile = p\n')
    box.write_credentials('[p]\n' + KEYS)
    stays(box, 'p', 'chains-would-change', other='q')
    box.add_quietly('q', key=('AKIAI44QH8DHBEXAMPLE', SECRET))
    check(box.rolekey('import', '--yes', '--no-verify'))
    need(KEY_ID + " (in rolekey's" in content(box), content(box))


def case_a_key_for_a_role_without_a_source(box):
    box.write_config('[profile r]\nrole_arn = %s\nregion = eu-west-1\n' % ROLE)
    refused(box.rolekey('exec', 'r', 'true'), 125,
            reason='role-without-source', profile='r', key='role_arn', line=2)
    same(key_in(box, 'r'), ('nowhere', True), 'list')
    check(box.rolekey('config', 'check'), 3, stdout='role_arn')
    box.write_credentials('[r]\n' + KEYS)
    check(box.rolekey('import', '--yes', '--no-verify'))
    need(SECRET not in content(box), content(box))
    same(steps(box, 'r'), ['StoredKey of r', 'AssumeRole of r'], 'steps')
    same(key_in(box, 'r'), ('file', False), 'list')
    check(box.rolekey('config', 'check'), 0)
    done = check(box.rolekey('explain', 'r'))
    need('names no source' in done.stdout, done)


# -- add ---------------------------------------------------------------------


def case_add_asks_the_planner(box):
    for lines in ('source_profile = p\nrole_arn = %s' % ROLE,
                  'source_profile = p', 'role_arn = %s' % ROLE,
                  'credential_process = rolekey credential-process p',
                  'credential_process = aws-vault exec p --json', ''):
        box.write_config('[profile p]\n%s\n' % lines)
        box.add_quietly('p')
        same(steps(box, 'p')[0], 'StoredKey of p', lines)
        same(key_in(box, 'p'), ('file', False), lines)
    box.write_config('[profile base]\n[profile p]\nsource_profile = base\n')
    names(refused(box.add('p', '--no-verify'), 3, profile='p', line=3,
                  reason='key-would-be-unused', key='source_profile'), 'base')
    for line in ('credential_process = other', 'sso_account_id = 1',
                 'credential_source = Environment', 'login_session = x'):
        box.write_config('[profile p]\n%s\nsso_role_name = r\n'
                         'sso_region = eu-west-1\nsso_start_url = x\n' % line
                         if 'sso' in line else '[profile p]\n%s\n' % line)
        refused(box.add('p', '--no-verify'), 3, reason='key-would-be-unused',
                profile='p', key=line.split()[0], line=2)


def case_a_stored_key_that_is_not_used_is_named(box):
    box.add_quietly('p')
    box.write_config('[profile p]\ncredential_process = other\n')
    done = box.rolekey('doctor', '--offline', '--json')
    found = [one for one in json.loads(done.stdout)['checks']
             if one['reason'] == 'key-unused']
    same([(one['profile'], one['key'], one['line']) for one in found],
         [('p', 'credential_process', 2)], 'unused keys')
    same(key_in(box, 'p'), ('Process', False), 'list')
    check(box.rolekey('list'), stdout='^p .*stored, not used')


# -- a process that asks itself ----------------------------------------------


def case_a_process_that_asks_itself_counts_as_none(box):
    for program, command in (
            ('rolekey', 'rolekey credential-process foo'),
            ('aws-vault', 'aws-vault export --format=json foo')):
        box.write_config('[profile foo]\ncredential_process = %s\n'
                         'mfa_serial = %s\n[profile testing]\nrole_arn = %s\n'
                         'source_profile = foo\n' % (command, SERIAL, ROLE))
        for profile in ('foo', 'testing'):
            refused(box.rolekey('exec', profile, 'true'), 125,
                    reason='process-is-itself', profile='foo', line=2,
                    other=program)
        check(box.rolekey('config', 'check'), 3, stdout='credential_process')
        same(key_in(box, 'foo'), ('nowhere', True), 'list')
        box.add_quietly('foo')
        check(box.rolekey('config', 'check'), 0)
        env = read_env(check(box.rolekey('exec', 'foo', '-n', '--', 'env')
                             ).stdout)
        same(env['AWS_ACCESS_KEY_ID'], KEY_ID, 'the key')
        same(steps(box, 'testing'), ['StoredKey of foo',
                                     'GetSessionToken of foo',
                                     'AssumeRole of testing'], 'steps')
        same(key_in(box, 'testing'), ('file', False), 'list')
        check(box.rolekey('remove', 'foo', '--force'))


# -- hints -------------------------------------------------------------------


def case_a_session_in_the_files_is_not_to_be_imported(box):
    box.write_config('[profile saml]\n')
    box.write_credentials(
        '[saml]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\n'
        'aws_secret_access_key = %s\naws_session_token = x\n' % SECRET)
    same(check(box.rolekey('exec', 'saml', 'true')).stderr, '', 'stderr')
    box.write_credentials('[saml]\n' + KEYS)
    noticed(check(box.rolekey('exec', 'saml', '-n', 'true')), 'plaintext-key',
            profile='saml', other='saml')
    box.write_config('[profile saml]\n[profile q]\ninclude_profile = saml\n')
    done = check(box.rolekey('exec', 'q', '-n', 'true'))
    noticed(done, 'plaintext-key', profile='q')
    need('import' not in done.stderr, done)


def case_the_hint_of_a_dead_key_names_its_profile(box):
    check(box.add())
    box.aws.control('key', id=KEY_ID, status='Inactive')
    names(refused(box.rolekey('exec', 'testing', '-t', box.code(), 'true'),
                  125, reason='aws-refused', profile='custodian',
                  aws_code='InvalidClientTokenId', calls=['GetSessionToken'],
                  changed=['home/.local/state/rolekey/ledger/*']), 'custodian')
    box.write_config('[profile custodian]\n[profile testing]\nrole_arn = %s\n'
                     'source_profile = custodian\nregion = eu-west-1\n' % ROLE)
    names(refused(box.rolekey('exec', 'testing', 'true'), 125,
                  reason='aws-refused', aws_code='InvalidClientTokenId',
                  calls=['AssumeRole']), 'custodian')


if __name__ == '__main__':
    run_cases(globals())
