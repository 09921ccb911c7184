#!/usr/bin/python3 -B
"""Profiles with names that are hard on parsers, shells and terminals."""

import json
import random
import re

from harness import (AWS_CONFIG, CONFIG, KEYRING, SERIAL, Skipped, check, need,
                     run_cases, same)
from harness import refused as no_more

SIGNS = 'ab\u00fc\u30c6 \t"\'\\!$&|*?(){}<>~^=,-_/.%@:+'

EXTRA = '''
[profile %s]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
'''


def with_profile(box, section):
    box.write_config(CONFIG + EXTRA % section)


def works(box, name, section=None):
    """A profile of that name can be explained, listed and run."""
    with_profile(box, section or name)
    box.add_quietly()
    done = check(box.rolekey('explain', '--json', name))
    same(json.loads(done.stdout)['profile'], name, 'name')
    names = check(box.rolekey('list', '--profiles')).stdout.splitlines()
    need(name in names, names)
    done = check(box.rolekey('exec', name, '-t', box.code(), '--', 'sh', '-c',
                             'echo $AWS_VAULT'))
    same(done.stdout, name + '\n', 'AWS_VAULT')


def refused(box, name, section, status=3):
    """It is not a profile, and the message does no harm."""
    with_profile(box, section)
    done = check(box.rolekey('explain', name), status, stderr='^rolekey: ')
    same(done.stdout, '', 'stdout')
    need('Sanitizer' not in done.stderr, str(done))
    return done


def case_every_sign_that_aws_allows(box):
    works(box, 'a.b-c_d/e%f@g:h+i')


def case_quoted_and_valid(box):
    works(box, 'quoted', '"quoted"')


def case_with_a_blank(box):
    """It must be one word, by the rules that botocore has."""
    works(box, 'a b', '"a b"')
    works(box, 'a b', "a\\ 'b'")
    with_profile(box, 'a b')
    line = 1 + box.read_config().splitlines().index('[profile a b]')
    for argv, status in ((['explain', 'a b'], 3), (['exec', 'a b', 'true'], 125),
                         (['credential-process', 'a b'], 3)):
        no_more(box.rolekey(*argv), status, reason='section-words',
                profile='a b', path=box.config, line=line, value='profile a b',
                other='profile "a b"')
    need('a b' not in check(box.rolekey('list', '--profiles')).stdout, 'list')
    no_more(box.add('a b', '--no-verify'), 3, reason='section-words',
            profile='a b', path=box.config, line=line)


def case_beyond_ascii(box):
    for name in ('\u00fc', '\u30c6\u30b9\u30c8', 'a!b'):
        works(box, name)
    box.write_credentials('[\u00fc]\nregion = eu-west-1\n')
    need('\u00fc\n' in check(box.rolekey('list', '--profiles')).stdout, 'list')


def case_what_botocore_reads(box, count=300, seed=1):
    """Generated names, in both files: the same profiles as botocore's."""
    try:
        from botocore import configloader
    except ImportError as error:
        raise Skipped('there is no botocore') from error
    chance = random.Random(seed)
    for _ in range(count // 100):
        names = {''.join(chance.choice(SIGNS) for _ in range(chance.randint(
            1, 6))) for _ in range(100)}
        box.write_config('\n'.join('[profile %s]\nregion = x' % name
                                   for name in sorted(names)))
        bare = {name for name in names if not set(name) & set(' \t')}
        box.write_credentials('\n'.join('[%s]\nregion = x' % name
                                        for name in sorted(bare)))
        expected = set(configloader.build_profile_map(
            configloader.raw_config_parse(box.config))['profiles'])
        expected |= set(configloader.raw_config_parse(box.credentials, False))
        dump = check(box.rolekey('config', 'dump')).stdout
        got = set(json.loads(dump)['profiles'])
        same(sorted(got), sorted(expected - {''}), 'profiles')


def case_that_begins_like_an_option(box):
    with_profile(box, '--x')
    for done, status in ((box.rolekey('explain', '--x'), 2),
                         (box.rolekey('exec', '--x', 'true'), 125),
                         (box.add('--x', '--no-verify'), 2)):
        no_more(done, status, reason='no-such-option', value='--x')
    box.add_quietly()
    named = {'AWS_PROFILE': '--x'}
    for argv, env in ((['--json'], named), (['--json', '--', '--x'], {})):
        done = check(box.rolekey('explain', *argv, env=env), calls=[],
                     changed=[])
        same(json.loads(done.stdout)['profile'], '--x', 'name')
    need('--x\n' in check(box.rolekey('list', '--profiles')).stdout, 'list')
    done = check(box.rolekey('exec', '-t', box.code(), '--', 'sh', '-c',
                             'echo $AWS_VAULT', env=named))
    same(done.stdout, '--x\n', 'AWS_VAULT')
    done = check(box.rolekey('export', '--', '--x'), calls=[])
    need('AWS_SESSION_TOKEN' in done.stdout, str(done))


def case_a_key_of_that_name(box):
    check(box.rolekey('add', '--env', '--no-verify', '--', '--x',
                      env=box.key_environment()), changed=[AWS_CONFIG,
                                                           KEYRING])
    same(check(box.rolekey('list', '--credentials')).stdout, '--x\n', 'keys')
    check(box.rolekey('remove', '-f', '--', '--x'))
    same(check(box.rolekey('list', '--credentials')).stdout, '', 'keys')


# Names that botocore reads, and the section that add writes for each.
WRITTEN = (('\u30c6\u30b9\u30c8', '\u30c6\u30b9\u30c8'),
           ('prod admin', '"prod admin"'), ("it's", '"it\'s"'),
           ('say "a"', r'"say \"a\""'), ('back\\slash', r'"back\\slash"'),
           ('a!b$(x)', 'a!b$(x)'), ('\u00fc/b', '\u00fc/b'))


def case_add_writes_a_name_that_botocore_reads(box):
    try:
        from botocore import configloader
    except ImportError as error:
        raise Skipped('there is no botocore') from error
    for name, section in WRITTEN:
        box.write_config('[default]\nregion = eu-west-1\n')
        check(box.add(name))
        same(box.read_config(), '[default]\nregion = eu-west-1\n\n'
             '[profile %s]\nmfa_serial = %s\n' % (section, SERIAL), 'config')
        read = configloader.load_config(box.config)['profiles']
        same(read.get(name), {'mfa_serial': SERIAL}, 'botocore of ' + name)
        need(name + '\n' in check(box.rolekey('list', '--profiles')).stdout,
             name)
        check(box.rolekey('add', name, '--env', '--no-verify', '--no-config',
                          env=box.key_environment()))
        check(box.rolekey('exec', name, '-n', '--', 'true'))
        check(box.rolekey('remove', '-f', name))


def case_add_finds_a_section_however_it_is_quoted(box):
    for section in ('"prod admin"', "'prod admin'", 'prod\\ admin',
                    'prod" "admin', "prod' admin'"):
        box.write_config('[profile %s]\nregion = eu-west-1\n' % section)
        check(box.add('prod admin'))
        same(box.read_config(), '[profile %s]\nmfa_serial = %s\n'
             'region = eu-west-1\n' % (section, SERIAL), 'config')
        check(box.rolekey('remove', '-f', 'prod admin'))


def case_add_refuses_what_no_section_can_be_called(box):
    for name in ('a]b', 'a#b', 'a;b', 'a[b', 'a\x1bb', 'a\u202eb', 'a\nb',
                 'a\tb'):
        no_more(box.add(name, '--no-verify'), 2, reason='bad-value')


def case_a_hint_quotes_a_name_for_the_shell(box):
    box.write_config('[profile "prod admin"]\nregion = eu-west-1\n'
                     "[profile \"it's\"]\nregion = eu-west-1\n")
    for name, word in (('prod admin', "'prod admin'"),
                       ("it's", "'it'\\''s'")):
        done = box.rolekey('exec', name, '-n', '--', 'true')
        need('`rolekey add %s`' % word in done.stderr, str(done))


def case_a_table_is_aligned_by_width(box):
    """Two columns for an East Asian character, none for a combining one."""
    names = ('ascii', '\u30c6\u30b9\u30c8', 'e\u0301te\u0301', '\U0001f600x')
    box.write_config(''.join('[profile %s]\naws_account_id = 111122223333\n'
                             'role_name = R\nsource_profile = ascii\n' % name
                             for name in names[1:]) +
                     '[profile ascii]\nregion = eu-west-1\n')
    lines = check(box.rolekey('list')).stdout.splitlines()
    widths = {'ascii': 5, names[1]: 6, names[2]: 3, names[3]: 3}
    rows = {line.split()[0]: line for line in lines[1:]}
    column = lines[0].index('ACCOUNT')
    for name in names:
        spaces = column - widths[name]
        need(re.match(re.escape(name) + ' {%d}[^ ]' % spaces, rows[name]),
             '%r in %s' % (name, lines))


def case_upper_and_lower_case_differ(box):
    with_profile(box, 'Testing')
    box.write_config(box.read_config().replace(
        '[profile Testing]\nrole_arn = arn:aws:iam::222233334444:role/'
        'TestingAdmin', '[profile Testing]\nrole_arn = arn:aws:iam::'
        '333344445555:role/StagingAdmin'))
    for name, account in (('testing', '222233334444'),
                          ('Testing', '333344445555')):
        done = check(box.rolekey('explain', '--json', name))
        same(json.loads(done.stdout)['account'], account, name)


def case_control_characters_do_not_reach_the_terminal(box):
    done = check(box.rolekey('explain', 'a\x1b]0;b\x07\nc'), 3)
    need(not any(sign in done.stderr for sign in '\x1b\x07'), str(done))
    need('\nc' not in done.stderr, str(done))


def case_bytes_that_are_no_utf_8_do_not_either(box):
    done = check(box.rolekey(b'explain'.decode(), '\udcff\udcfe'), 3)
    need('Sanitizer' not in done.stderr, str(done))


def case_very_long(box):
    works(box, 'n' * 400)


def case_longer_than_is_sensible(box):
    done = box.rolekey('explain', 'n' * 100000)
    need(done.status in (2, 3), str(done.status))
    need(len(done.stderr) < 4000, 'too much to read')


def case_empty_is_a_usage_error(box):
    check(box.rolekey('explain', ''), 2)
    check(box.rolekey('explain', env={'AWS_PROFILE': ''}), 2)


def case_quoting_survives_export(box):
    """Nothing in a name may run in the shell that evaluates an export."""
    name = "x'$(touch${IFS}hurt)"
    check(box.rolekey('export', name), 3)
    with_profile(box, 'a@b')
    box.write_config(box.read_config().replace('[default]\nregion = '
                     'ap-northeast-1', "[default]\nregion = x'$(touch hurt)"))
    done = box.rolekey('explain', 'a@b')
    need(done.status in (0, 3), str(done))
    need(SERIAL in done.stdout or done.status == 3, str(done))


if __name__ == '__main__':
    run_cases(globals())
