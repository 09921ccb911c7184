#!/usr/bin/python3 -B
"""Two profiles with one key: they share its item where that is right; otherwise
each has its own, and a notice says so."""

from harness import (ASKS_KEY_ID, ASKS_SECRET_KEY, ASKS_SHARING, CONFIG,
                     KEY_ID, SECRET, check, need, noticed, run_cases, same)
from peers import read_env

OTHER_SECRET = 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY'


ASKS = ASKS_SHARING % ('again', 'custodian')


def copied(done, profile='again'):
    noticed(check(done), 'key-copied', profile=profile, other='custodian')


def shared(done):
    noticed(check(done), 'config-written', key='source_profile',
            profile='again')


def stored(box):
    return check(box.rolekey('list', '--credentials')).stdout.split()


def key_of(box, profile):
    env = read_env(check(box.rolekey('exec', profile, '-n', '--', 'env')
                         ).stdout)
    return env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']


def in_the_files(box, *profiles, secret=SECRET):
    box.write_credentials(''.join(
        '[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n' % (
            profile, KEY_ID, secret) for profile in profiles))


def credentials(box):
    with open(box.credentials, encoding='utf-8') as file:
        return file.read()


# -- add ---------------------------------------------------------------------------


def add(box, profile, *more, answer):
    return box.pty_run(['add', profile, *more], [
        (ASKS_KEY_ID, KEY_ID), (ASKS_SECRET_KEY, SECRET), answer])


def case_add_offers_to_share(box):
    check(box.add())
    shared(add(box, 'again', '--no-verify', answer=(ASKS, 'y')))
    same(stored(box), ['custodian'], 'keys')
    same(key_of(box, 'again'), (KEY_ID, SECRET), 'the key')


def case_add_makes_a_copy_where_that_is_wanted(box):
    check(box.add())
    copied(add(box, 'again', '--no-verify', answer=(ASKS, 'n')))
    same(stored(box), ['again', 'custodian'], 'keys')
    noticed(box.add_quietly('third'), 'key-copied', profile='third')
    same(stored(box), ['again', 'custodian', 'third'], 'keys')


# -- import ------------------------------------------------------------------------


def case_import_shares_and_takes_the_key_out(box):
    check(box.add())
    in_the_files(box, 'again')
    shared(box.rolekey('import', '--yes'))
    same(stored(box), ['custodian'], 'keys')
    need(SECRET not in credentials(box), 'it lies there still')
    same(key_of(box, 'again'), (KEY_ID, SECRET), 'the key')


def case_of_a_key_in_the_config_itself(box):
    """A new line would move those of the key: it is a copy."""
    check(box.add())
    box.write_config(box.read_config() + '\n[profile again]\n'
                     'aws_access_key_id = %s\naws_secret_access_key = %s\n' % (
                         KEY_ID, SECRET))
    copied(box.rolekey('import', '--yes'))
    need(SECRET not in box.read_config(), 'it lies there still')
    same(stored(box), ['again', 'custodian'], 'keys')
    same(key_of(box, 'again'), (KEY_ID, SECRET), 'the key')


def case_another_secret_is_another_key(box):
    """The stored key is wrong, and the file has the only right one."""
    check(box.add_quietly(key=(KEY_ID, OTHER_SECRET)))
    in_the_files(box, 'again')
    check(box.rolekey('import', '--yes'), without='source_profile')
    same(stored(box), ['again', 'custodian'], 'keys')
    same(key_of(box, 'again'), (KEY_ID, SECRET), 'the right one')


def case_no_loop_and_no_other_start_is_made(box):
    """The other profile, or this one, starts from elsewhere."""
    more = ('\n[profile again]\n%s\nregion = eu-west-1\n')
    for own, others in (('', 'source_profile = again'),
                        ('role_arn = arn:aws:iam::222233334444:role/'
                         'TestingAdmin', '')):
        box.write_config(CONFIG)
        check(box.add_quietly())
        box.write_config(CONFIG.replace(
            '[profile custodian]', '[profile custodian]\n' + others) +
            more % own)
        in_the_files(box, 'again')
        before = box.read_config()
        copied(box.rolekey('import', '--yes', '--no-verify', 'again'))
        same(box.read_config(), before, 'the config with %r, %r' % (
            own, others))
        for profile in stored(box):
            check(box.rolekey('remove', '-f', profile))


def case_a_profile_that_is_none_is_not_named(box):
    box.write_config('[profile again]\nregion = eu-west-1\n')
    check(box.add_quietly('custodian'))
    in_the_files(box, 'again')
    copied(box.rolekey('import', '--yes', '--no-verify'))
    same(key_of(box, 'again'), (KEY_ID, SECRET), 'the key')


def case_a_stored_key_is_not_left_unused(box):
    check(box.add())
    check(box.add_quietly('again', key=('AKIAI44QH8DHBEXAMPLE', OTHER_SECRET)))
    in_the_files(box, 'again')
    copied(box.rolekey('import', '--yes', '--no-verify', 'again'))
    same(key_of(box, 'again'), (KEY_ID, SECRET), 'the one that replaced it')


if __name__ == '__main__':
    run_cases(globals())
