#!/usr/bin/python3 -B
"""rolekey-keyring(5) against the program: what the page says is read and
written by keyring_page.py, which shares nothing with rolekey but the file.
"""

import json
import os
import re
import subprocess
import time

import keyring_page as page
import messages
from harness import (KEY_ID, PASSPHRASE, SECRET, SERIAL, USER, Skipped, check,
                     check_quiet, need, run_cases, same,
                     seed_of)
from peers import read_env, who_has_environment

ROLE = 'arn:aws:iam::222233334444:role/TestingAdmin'
RECORD = page.write_record('key', access_key_id=KEY_ID, secret_key=SECRET,
                           user_arn=USER)
ITEM = {'kind': 'key', 'name': 'custodian',
        'label': 'rolekey: access key of custodian', 'origin': 'custodian',
        'value': RECORD}


def load(box):
    with open(box.keyring_path(), 'rb') as file:
        return file.read()


def put(box, data):
    """A keyring that was never rolekey's."""
    box.forget_kernel_keys()  # of the one that is there
    box.write(box.keyring_path(), data)


def of_kind(items, kind):
    return [item for item in items if item['kind'] == kind]


# -- the primitives and the vectors -------------------------------------------


def case_the_reader_itself_is_right(_box):
    """draft-irtf-cfrg-xchacha-03, 2.2.1."""
    same(page.hchacha20(
        bytes(range(32)),
        bytes.fromhex('000000090000004a0000000031415927')).hex(),
         '82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc',
         'HChaCha20')


def case_the_test_vectors_of_the_page(_box):
    first, second, third, old = page.vectors()
    same(page.read(first, PASSPHRASE), [
        {'kind': 'key', 'name': 'custodian', 'label': '', 'origin': '',
         'value': b'EXAMPLE', 'expires': 0},
        {'kind': 'session', 'name': '7f3a', 'label': 'testing',
         'origin': 'custodian', 'value': b'', 'expires': 1700000000}],
         'the first')
    same(page.read(second, PASSPHRASE), [dict(ITEM, expires=0)], 'the second')
    same(page.read(old, PASSPHRASE), page.read(first, PASSPHRASE),
         'that of version 1')
    same(page.read(third, PASSPHRASE), page.read(first, PASSPHRASE),
         'that of version 3')
    same([page.version_of(data) for data in (first, second, third, old)],
         [4, 4, 3, 1], 'versions')
    keys = re.findall(r'^([0-9a-f]{32})\\:([0-9a-f]{32})\.$', page.page(), re.M)
    same([''.join(key) for key in keys],
         [page.derive(PASSPHRASE, data[:104]).hex()
          for data in (first, second)], 'derived keys')
    same(first[20:36], old[20:36], 'the salt, so that the key is the same')
    need('\n' + RECORD.decode() + '.Ed' in page.page(), 'the record')


def case_rolekey_uses_the_second_vector(box):
    put(box, page.vectors()[1])
    same(check_quiet(box.rolekey('list', '--credentials')).stdout,
         'custodian\n', 'keys')
    env = read_env(check(box.rolekey('exec', 'custodian', '-n', '--',
                                     'env')).stdout)
    same((env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']),
         (KEY_ID, SECRET), 'key')


# -- what rolekey writes, read from the page ----------------------------------


def case_a_stored_key_is_read(box):
    check(box.add())
    data = load(box)
    same((page.number(data, slice(12, 16)), page.number(data, slice(16, 20))),
         (3, 65536), 'cost of a new file')
    stored = RECORD + b'user_arn_from %s\n' % box.aws.url.encode()
    same(page.read(data, PASSPHRASE), [dict(ITEM, expires=0, value=stored)],
         'items')
    kind, values = page.read_record(page.read(data, PASSPHRASE)[0]['value'])
    same((kind, list(values)), ('key', page.names_of('key')), 'the record')
    check(box.add_quietly('x', key=(KEY_ID, SECRET)))
    new = [item for item in page.read(load(box), PASSPHRASE)
           if item['name'] == 'x']
    same(list(page.read_record(new[0]['value'])[1]),
         [name for name in page.names_of('key')
          if not name.startswith('user_arn')],
         'without a look at AWS')


def case_sessions_are_read(box):
    box.warm('testing')
    items = of_kind(page.read(load(box), PASSPHRASE), 'session')
    listed = {item['name']: item for item in json.loads(check(
        box.rolekey('list', '--json')).stdout)['sessions']}
    same([item['name'] for item in items], sorted(listed), 'names')
    same(sorted(item['label'] for item in items), sorted([
        'rolekey: session of ' + ROLE,
        'rolekey: session of custodian with ' + SERIAL]), 'labels')
    for item in items:
        need(re.fullmatch('[0-9a-f]{40}', item['name']), item['name'])
        same(item['origin'], 'custodian', 'origin')
        kind, values = page.read_record(item['value'])
        same((kind, list(values)), ('session', [
            name for name in page.names_of('session')
            if name not in ('ends', 'key_store') and
            (name != 'session_name' or ROLE in item['label'])]),
             'the record')
        same(values.get('session_name'),
             'alex' if ROLE in item['label'] else None, 'session name')
        same((values['user_arn'], values['key_id'], values['expires']),
             (USER, KEY_ID, time.strftime('%Y-%m-%dT%H:%M:%SZ',
                                  time.gmtime(item['expires']))), 'values')
        same(listed[item['name']]['expires'], values['expires'], 'expiry')
        same(values['key_stamp'], load(box)[76:84].hex(), 'stamp')
        same(who_has_environment(box, {
            'AWS_ACCESS_KEY_ID': values['access_key_id'],
            'AWS_SECRET_ACCESS_KEY': values['secret_key'],
            'AWS_SESSION_TOKEN': values['session_token']}).split(':')[2] in (
                'iam', 'sts'), True, 'who')


def case_a_seed_is_read(box):
    box.add_quietly()
    check(box.rolekey('mfa', 'add', 'testing', '--stdin', '--no-verify',
                      stdin=seed_of(SERIAL).lower()))
    [item] = of_kind(page.read(load(box), PASSPHRASE), 'seed')
    same((item['name'], item['label'], item['origin'], item['expires']),
         (SERIAL, 'rolekey: MFA seed of ' + SERIAL, SERIAL, 0), 'item')
    same(page.read_record(item['value']),
         ('seed', {'seed': seed_of(SERIAL)}), 'the record')
    same(page.names_of('seed'), ['seed'], 'names')


def case_the_kernel_keeps_the_derived_key(box):
    box.add_quietly()
    if not box.kernel_keys():
        raise Skipped('no key can be left with the kernel')
    head = load(box)[:104]
    name = 'rolekey:' + head[page.header_table()['salt']].hex()
    found = subprocess.run(['keyctl', 'search', '@u', 'user', name],
                           check=True, capture_output=True,
                           text=True).stdout.strip()
    kept = subprocess.run(['keyctl', 'pipe', found], check=True,
                          capture_output=True).stdout
    same(kept, page.derive(PASSPHRASE, head), 'payload')


# -- what the page says, read by rolekey --------------------------------------


def case_another_program_can_write_a_key(box):
    for passes, memory in ((1, 8), (16, 8), (2, 4096)):
        put(box, page.write([ITEM], PASSPHRASE, passes, memory))
        env = read_env(check(box.rolekey('exec', 'custodian', '-n', '--',
                                         'env')).stdout)
        same((env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']),
             (KEY_ID, SECRET), 'key')


def case_another_program_can_write_a_session(box):
    box.warm('testing')
    items = page.read(load(box), PASSPHRASE)
    role = [item for item in items if item['label'].endswith(ROLE)][0]
    now = int(time.time())
    issued, ends, expires = (time.strftime(
        '%Y-%m-%dT%H:%M:%SZ', time.gmtime(now + more))
        for more in (-5, 3595, 3600))
    role['expires'] = now + 3595

    def stamped(stamp):
        role['value'] = page.write_record(
            'session', access_key_id='ASIAEXAMPLEEXAMPLE00',
            secret_key='s3c+ret/s3c+ret/s3c+ret/s3c+ret', session_token='token==', expires=expires,
            issued=issued, ends=ends, key_id=KEY_ID, key_stamp=stamp, new='x')
        return page.write(items, PASSPHRASE, salt=bytes(16),
                          nonces=(bytes(24), bytes(range(24))))
    put(box, stamped(stamped('x')[76:84].hex()))
    given = json.loads(check_quiet(box.rolekey('credential-process',
                                               'testing')).stdout)
    same(given, {'Version': 1, 'AccessKeyId': 'ASIAEXAMPLEEXAMPLE00',
                 'SecretAccessKey': 's3c+ret/s3c+ret/s3c+ret/s3c+ret', 'SessionToken': 'token==',
                 'Expiration': expires}, 'session')
    put(box, stamped('x'))  # by key_id, once
    same(json.loads(check_quiet(box.rolekey('credential-process', 'testing')
                                ).stdout), given, 'with another stamp')
    same(page.read_record(of_kind(page.read(load(box), PASSPHRASE), 'session')[
        [item['value'] for item in items if item['kind'] == 'session'].index(
            role['value'])]['value'])[1]['key_stamp'],
         load(box)[76:84].hex(), 'the stamp that was stored')


def case_what_another_program_chose_is_kept(box):
    stale = dict(ITEM, kind='session', name='0', expires=1)
    other = dict(ITEM, kind='note', name='of another program', value=b'\0\xff')
    before = page.write([ITEM, other, stale], PASSPHRASE, 2, 16)
    put(box, before)
    check(box.add_quietly('x', key=(KEY_ID, SECRET)))
    after = load(box)
    same(after[:68], before[:68], 'passes, memory, salt and mark')
    size, lengths = page.check_header(after)
    need(after[size:size + 24] != before[size:size + 24], 'the same nonce')
    need(after[-lengths[1]:] != before[-lengths[1]:],
         'the box of sessions is bound to other keys')
    same(names(after), [('key', 'custodian'), ('key', 'x'),
                        ('note', 'of another program'), ('session', '0')],
         'items')
    check(box.rolekey('export', 'custodian', '-t', box.code()))
    last = load(box)
    need(last[size:size + lengths[0]] == after[size:size + lengths[0]],
         'another box of keys, though a session was written')
    need(('session', '0') not in names(last), 'what has expired is not dropped')


def names(data):
    return [(item['kind'], item['name'])
            for item in page.read(data, PASSPHRASE)]


def case_an_older_file_is_read_and_becomes_one_of_version_4(box):
    for version in (1, 2, 3):
        becomes_current(box, version)


def becomes_current(box, version):
    session = dict(ITEM, kind='session', name='7f3a', expires=4102444800)
    note = dict(ITEM, kind='note', name='of another program', value=b'\0\xff')
    seed = dict(ITEM, kind='seed', name=SERIAL, value=b'x')
    before = page.write([ITEM, note, seed, session], PASSPHRASE, 2, 16,
                        version=version)
    put(box, before)
    same(check_quiet(box.rolekey('list', '--credentials')).stdout,
         'custodian\n', 'keys')
    same(check_quiet(box.rolekey('list', '--sessions')).stdout, '7f3a\n',
         'sessions')
    same(load(box), before, 'the file, which was read')
    env = {'ROLEKEY_PASSPHRASE': 'another'}
    box.forget_kernel_keys()
    check(box.rolekey('list', env=env), 6, reason='wrong-passphrase-set')
    for what in ((['add', 'x', '--env', '--no-verify', '--no-config'],
                  [('key', 'custodian'), ('key', 'x'), note, seed, session]),
                 (['clear'], [('key', 'custodian'), note, seed])):
        argv, wanted = what
        put(box, before)
        check(box.rolekey(*argv, env=box.key_environment()))
        after = load(box)
        same(page.version_of(after), 4, 'version')
        same(after[12:36], before[12:36], 'passes, memory and salt')
        same(names(after), [one if isinstance(one, tuple) else
                            (one['kind'], one['name']) for one in wanted],
             'items')
        check_quiet(box.rolekey('list', '--credentials'))


def case_the_bounds_of_an_item(box):
    widest = dict(ITEM, kind='k' * 1024, name='n' * 1024, label='l' * 1024,
                  origin='o' * 1024, value=b'v' * 65536)
    # bytes are unsigned, and a text comes before those that begin with it
    order = [dict(ITEM, kind='key', name=name)
             for name in ('a', 'a b', 'aa', 'b', '\u00fc')]
    put(box, page.write([*order, widest], PASSPHRASE))
    same(check(box.rolekey('list', '--credentials')).stdout.split('\n'),
         ['a', 'a b', 'aa', 'b', '\u00fc', ''], 'order')
    many = [dict(ITEM, name='%04d' % i, value=b'') for i in range(4096)]
    put(box, page.write(many, PASSPHRASE))
    same(len(check(box.rolekey('list', '--credentials')).stdout.split()), 4096,
         'items')
    put(box, page.write([], PASSPHRASE))
    same(check(box.rolekey('list', '--credentials')).stdout, '', 'none')


# -- what the page calls damaged ----------------------------------------------


def broken():
    """(what is wrong, a file)"""
    good = page.write([ITEM], PASSPHRASE)
    yield 'cut in the header', good[:171]
    yield 'cut in the box', good[:-1]
    yield 'longer', good + b'\0'
    yield 'another text', b'rolekez' + good[7:]
    yield 'version 5', page.write([ITEM], PASSPHRASE, version=5)
    for passes, memory in ((0, 8), (17, 8), (1, 7), (1, 1048577)):
        yield 'cost', page.write([ITEM], PASSPHRASE, passes, memory,
                                 key=bytes(32))
    yield 'another length', page.write([ITEM], PASSPHRASE, more=1)
    yield 'another tag', good[:-1] + bytes([good[-1] ^ 1])
    yield 'another byte in the first box', good[:200] + bytes(
        [good[200] ^ 1]) + good[201:]
    yield 'version 1, cut', page.write([ITEM], PASSPHRASE, version=1)[:-1]
    old = page.write([ITEM], PASSPHRASE, version=1)
    yield 'version 1, another tag', old[:-1] + bytes([old[-1] ^ 1])


def case_a_box_of_an_older_copy_is_damage(box):
    """Without the key, nobody can combine older keys with newer sessions, or
    newer keys with older sessions.
    """
    def named(name):
        return [dict(ITEM, name=name), dict(ITEM, kind='session', name=name)]
    salt = os.urandom(16)
    new, old = (page.write(named(name), PASSPHRASE, salt=salt)
                for name in 'ab')
    put(box, new)
    check(box.rolekey('list'))
    for keys, sessions in ((new, old), (old, new)):
        mixed = page.mix(keys, sessions)
        put(box, mixed)
        stays(box, 'mixed', mixed, 'list')
        stays(box, 'mixed', mixed, 'clear')
        stays(box, 'mixed', mixed, 'add', 'new', '--env', '--no-verify',
              '--no-config')


def case_a_damaged_session_stops_no_cached_call_with_another(box):
    """But it is damage for every command that reads the whole file."""
    box.warm('testing')
    good = load(box)
    first, second = of_kind(page.read(good, PASSPHRASE), 'session')
    given = check_quiet(box.rolekey('credential-process', 'testing')).stdout
    used = first['label'].endswith(ROLE)
    for last in (True, False):  # the records are the end of the file
        at = len(good) - 20 if last else len(good) - 20 - len(
            page.write_items([second])) - 40
        bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1:]
        put(box, bad)
        if used == last:
            same(check_quiet(box.rolekey('credential-process', 'testing')
                             ).stdout, given, 'session')
        else:
            check(box.rolekey('credential-process', 'testing'), 6,
                  reason='keyring-damaged')
        same(load(box) == bad, True, 'unchanged')
        for argv in (('list',), ('clear',), ('add', 'new', '--env',
                                             '--no-verify', '--no-config')):
            stays(box, 'a record', bad, *argv)


def disordered():
    """Pairs (what is wrong, a file): the boxes open, but are not valid."""
    other = dict(ITEM, name='z')
    items = page.write_items([ITEM])
    for name, list_ in {
            'out of order': [other, ITEM], 'twice': [ITEM, ITEM],
            'no kind': [dict(ITEM, kind='')],
            'no name': [dict(ITEM, name='')],
            'a NUL': [dict(ITEM, label='a\0b')],
            'a long text': [dict(ITEM, origin='o' * 1025)],
            'a long value': [dict(ITEM, value=b'v' * 65537)],
            'too many': [dict(ITEM, name='%04d' % i) for i in range(4097)],
            'bytes behind': items + b'\0', 'half an item': items[:-1],
    }.items():
        yield name, page.write(list_, PASSPHRASE)


def stays(box, what, data, *argv):
    done = box.rolekey(*argv, env=box.key_environment())
    same((what, argv, done.status), (what, argv, 6), str(done))
    *_, last = [line for line in done.stderr.splitlines()
                if not line.startswith('hint: ')]
    need(messages.read_line(last).reason in (
        'keyring-damaged', 'keyring-format'), str(done))
    same((what, load(box) == data), (what, True), 'unchanged')


def case_what_is_damaged_is_refused_and_left_alone(box):
    """By any command, whichever of the boxes it needs."""
    for what, data in broken():
        put(box, data)
        stays(box, what, data, 'list')
        stays(box, what, data, 'clear')
    for what, data in disordered():
        put(box, data)
        stays(box, what, data, 'list')
        stays(box, what, data, 'add', 'new', '--env', '--no-verify',
              '--no-config')


def case_a_wrong_passphrase_is_told_from_damage(box):
    data = page.write([ITEM], 'another')
    put(box, data)
    done = check(box.rolekey('list'), 6, reason='wrong-passphrase-set',
                 without='damaged')
    same(load(box), data, str(done))
    try:
        page.read(data, PASSPHRASE)
    except page.WrongPassphrase:
        return
    need(False, 'the reader takes any passphrase')


def case_a_record_that_is_none_is_no_key(box):
    for value in (b'', b'EXAMPLE', RECORD[:-1], RECORD + RECORD.split(
            b'\n')[1] + b'\n', RECORD.replace(b' 1\n', b' 2\n', 1),
                  RECORD.replace(b'secret_key', b'Secret_key'),
                  RECORD + b''.join(b'%s x\n' % (b'n' * i)
                                    for i in range(1, 30))):
        put(box, page.write([dict(ITEM, value=value)], PASSPHRASE))
        done = box.rolekey('exec', 'custodian', '-n', '--', 'env')
        same((value[-20:], done.status), (value[-20:], 125), str(done))
        need(SECRET not in done.stderr, str(done))
    more = RECORD + b''.join(b'%s x\n' % (b'n' * i) for i in range(1, 29))
    put(box, page.write([dict(ITEM, value=more)], PASSPHRASE))
    check(box.rolekey('exec', 'custodian', '-n', '--', 'true'))


# -- the passphrase -----------------------------------------------------------


def case_the_passphrase_of_a_command(box):
    put(box, page.write([ITEM], 'x' * 4094))

    def by(command):
        box.forget_kernel_keys()
        return box.rolekey('list', '--credentials', env={
            'ROLEKEY_PASSPHRASE': None,
            'ROLEKEY_PASSPHRASE_COMMAND': command})
    check(by('printf %04094d 0 | tr 0 x; echo'))
    check(by('printf %04094d 0 | tr 0 x'))
    check(by('printf %04095d 0 | tr 0 x; echo'), 6, reason='helper-too-long')
    check(by('true'), 6, reason='helper-silent')
    check(by('echo'), 6, reason='helper-silent')
    check(by('echo x; exit 1'), 6, reason='helper-status', number=1)
    put(box, page.write([ITEM], 'x\n'))
    check(by('echo x; echo'))
    check(by("env | grep ROLEKEY_PASS; printf 'x\\n\\n'"))


def case_the_folder_counts_where_something_is_written(box):
    box.add_quietly()
    folder = os.path.dirname(box.keyring_path())
    os.chmod(folder, 0o770)
    check(box.rolekey('list'))
    check(box.add('x', '--no-verify'), 6, reason='unsafe-file',
          key='mode', expected='0700')


if __name__ == '__main__':
    run_cases(globals())
