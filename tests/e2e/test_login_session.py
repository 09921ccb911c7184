#!/usr/bin/python3 -B
"""Profiles that start from a session of `aws login`."""

import calendar
import json
import os
import stat
import threading
import time

from harness import (check, check_quiet, need, noticed, refused, run_cases,
                     same)
from sign_in import (CONFIG, SESSION, cache_path, change, key_of, read,
                     sign_in, write)

REFRESH = ['CreateOAuth2Token']
NO_MEMBERS = ('accessToken', 'clientId', 'refreshToken', 'dpopKey')


def mode_of(box):
    return stat.S_IMODE(os.stat(cache_path(box)).st_mode)


def case_a_session_of_the_file_is_used(box):
    box.write_config(CONFIG)
    data, _ = sign_in(box)
    box.aws.mark()
    key_id = data['accessToken']['accessKeyId']
    same(key_of(box), key_id, 'key id')
    same(json.loads(check_quiet(box.rolekey(
        'credential-process', 'signed')).stdout),
         {'Version': 1, 'AccessKeyId': key_id,
          'SecretAccessKey': data['accessToken']['secretAccessKey'],
          'SessionToken': data['accessToken']['sessionToken'],
          'Expiration': data['accessToken']['expiresAt']}, 'JSON')
    same(box.actions(), [], 'calls')
    same(read(box), data, 'the file is not written')
    need(key_of(box, 'top') not in ('', key_id), 'a role on top')
    same(box.actions(), ['AssumeRole'], 'the session says who it is')
    call, = box.aws.calls()
    same(call['params']['RoleSessionName'], 'alex', 'name')
    plan = json.loads(check(box.rolekey('explain', 'signed', '--json')).stdout)
    same((plan['account'], plan['steps'][0]['action'],
          plan['steps'][0]['duration'],
          plan['steps'][0]['cached_until'] is not None),
         ('222233334444', 'Login', 900, True), 'explain')
    told = json.loads(check_quiet(box.rolekey('status', 'signed', '--json')
                                  ).stdout)
    same((told['profile'], told['expires']),
         ('signed', data['accessToken']['expiresAt']), 'status')
    os.unlink(cache_path(box))
    same(key_of(box), key_id, 'the cached session')


def case_nobody_has_signed_in(box):
    box.write_config(CONFIG)
    for profile in ('signed', 'top'):
        done = refused(box.rolekey('export', profile), 4,
                       reason='login-needed', context='starting-login',
                       profile='signed', other=SESSION, path=cache_path(box))
        need('`aws login --profile signed`' in done.stderr, done)


def case_it_is_refreshed_ahead_of_time(box):
    box.write_config(CONFIG)
    data, _ = sign_in(box, signInRegion='eu-west-1', added=[1, {'a': 'b'}],
                      odd='\u00e9"\\\n')
    for left, calls in ((330, []), (290, REFRESH), (-5, REFRESH)):
        before = change(box, left=left)
        os.chmod(cache_path(box), 0o644)
        box.aws.mark()
        check(box.rolekey('clear'))
        key_id = key_of(box)
        same(box.actions(), calls, left)
        after = read(box)
        same(after['accessToken']['accessKeyId'], key_id, 'written')
        if not calls:
            same(after, before, 'nothing is written')
            continue
        same(mode_of(box), 0o600, 'mode')
        need(after['refreshToken'] != before['refreshToken'], 'token')
        same(list(after), list(data), 'order')
        same({name: after[name] for name in after
              if name not in ('accessToken', 'refreshToken')},
             {name: data[name] for name in data
              if name not in ('accessToken', 'refreshToken')}, 'the rest')
        same(after['accessToken']['accountId'], '222233334444', 'account')
        need(abs(time.time() + 900 - _seconds(after)) < 30, after)
        same(key_of(box), key_id, 'cached')
        same(box.actions(), calls, left)
    call, = box.aws.calls()
    same(call['params'], {'clientId': data['clientId'],
                          'grantType': 'refresh_token',
                          'refreshToken': '(given)'}, 'parameters')


def _seconds(data):
    return calendar.timegm(time.strptime(data['accessToken']['expiresAt'],
                                         '%Y-%m-%dT%H:%M:%SZ'))


def case_refresh_gets_new_ones(box):
    box.write_config(CONFIG)
    data, _ = sign_in(box)
    box.aws.mark()
    need(key_of(box, 'signed', '--refresh')
         != data['accessToken']['accessKeyId'], 'the old one')
    same(box.actions(), REFRESH, 'calls')


def case_processes_refresh_once(box):
    box.write_config(CONFIG)
    sign_in(box)
    change(box, left=10)
    box.aws.mark()
    got = []
    threads = [threading.Thread(target=lambda: got.append(key_of(box)))
               for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same((len(got), len(set(got))), (6, 1), got)
    same(box.actions(), REFRESH, 'calls')


def case_what_aws_refuses(box):
    box.write_config(CONFIG)
    sign_in(box)
    for code, hint in (('TOKEN_EXPIRED', '`aws login --profile signed`'),
                       ('USER_CREDENTIALS_CHANGED',
                        '`aws login --profile signed`'),
                       ('INSUFFICIENT_PERMISSIONS',
                        'signin:CreateOAuth2Token')):
        change(box, left=-5)
        box.aws.control('login', refuses=code)
        done = refused(box.rolekey('export', 'signed'), 5,
                       reason='aws-refused', context='starting-login',
                       aws_code=code, calls=REFRESH)
        need(hint in done.stderr, done)
        change(box, left=200)
        done = check(box.rolekey('export', 'signed', '--format', 'json'))
        noticed(done, 'aws-refused')
    box.aws.control('login', refuses=None)
    change(box, left=-5, refreshToken='another')
    done = refused(box.rolekey('export', 'signed'), 5, reason='aws-refused',
                   aws_code='INVALID_REQUEST', calls=REFRESH)
    need('aws login' in done.stderr, done)


def case_clocks_that_differ(box):
    """A proof that AWS finds old is made once more, with AWS's time."""
    box.write_config(CONFIG)
    sign_in(box)
    box.aws.control('settings', skew=3600)
    change(box, left=-5)
    box.aws.mark()
    done = check(box.rolekey('exec', 'signed', '--', 'true'))
    noticed(done, 'clock-skew')
    same(box.actions(), REFRESH * 2, 'calls')
    need(abs(time.time() + 900 - _seconds(read(box))) < 30, read(box))
    same(key_of(box), read(box)['accessToken']['accessKeyId'], 'cached')


def case_files_that_are_not_right(box):
    box.write_config(CONFIG)
    data, _ = sign_in(box)
    for name in NO_MEMBERS:
        less = {key: value for key, value in data.items() if key != name}
        write(box, less)
        refused(box.rolekey('export', 'signed'), 3, reason='no-member',
                context='starting-login', key=name, path=cache_path(box))
    for name in ('accessKeyId', 'secretAccessKey', 'sessionToken',
                 'expiresAt'):
        token = {key: value for key, value in data['accessToken'].items()
                 if key != name}
        write(box, dict(data, accessToken=token))
        refused(box.rolekey('export', 'signed'), 3, reason='no-member',
                context='starting-login', key=name, path=cache_path(box))
    for text in ('', '[]', '{"accessToken"', json.dumps(data)[:-40], 'null',
                 json.dumps(dict(data, accessToken='x'))):
        write(box, text)
        done = check(box.rolekey('export', 'signed'), 3)
        need(done.stdout == '' and cache_path(box) in done.stderr, done)
    write(box, json.dumps(dict(data, big='x' * 70000)))
    refused(box.rolekey('export', 'signed'), 3, reason='file-too-large',
            context='starting-login', path=cache_path(box))
    write(box, data, 0o666)
    refused(box.rolekey('export', 'signed'), 3, reason='login-unsafe',
            context='starting-login', path=cache_path(box))
    write(box, data)
    for pem in ('x', data['dpopKey'].replace('EC PRIVATE', 'RSA PRIVATE'),
                data['dpopKey'][:60]):
        change(box, left=-5, dpopKey=pem)
        refused(box.rolekey('export', 'signed'), 3, reason='bad-ec-key',
                context='starting-login', key='dpopKey', path=cache_path(box))
    change(box, left=-5, dpopKey=data['dpopKey'], signInRegion='a b')
    del box.env['AWS_ENDPOINT_URL']
    refused(box.rolekey('export', 'signed'), 3, reason='bad-value',
            context='starting-login', key='signInRegion', value='a b')


def case_links_and_another_place(box):
    box.write_config(CONFIG)
    data, _ = sign_in(box)
    target = box.write('elsewhere.json', json.dumps(data))
    os.unlink(cache_path(box))
    os.symlink(target, cache_path(box))
    change(box, left=-5)
    key_id = key_of(box)
    need(os.path.islink(cache_path(box)), 'the link is kept')
    same(read(box)['accessToken']['accessKeyId'], key_id, 'its target')
    os.unlink(cache_path(box))
    for place in ('~/logins', box.home + '/logins'):
        box.env['AWS_LOGIN_CACHE_DIRECTORY'] = place
        done = refused(box.rolekey('export', 'signed'), 4,
                       reason='login-needed', context='starting-login')
        path = os.path.join(box.home, 'logins', os.path.basename(
            cache_path(box)))
        need(path in done.stderr, done)
    box.write(path, json.dumps(data))
    same(key_of(box), data['accessToken']['accessKeyId'], 'there')


def case_a_file_that_is_written_just_now(box):
    """Another tool is not done: it is read once more."""
    box.write_config(CONFIG)
    data, _ = sign_in(box)
    write(box, json.dumps(data)[:300])
    timer = threading.Timer(0.05, lambda: write(box, data))
    timer.start()
    done = box.rolekey('export', 'signed', '--format', 'json')
    timer.join()
    need(done.status in (0, 3), done)


def case_a_file_that_cannot_be_written(box):
    box.write_config(CONFIG)
    sign_in(box)
    change(box, left=-5)
    os.chmod(cache_path(box), 0o400)
    if os.access(cache_path(box), os.W_OK):
        return  # root writes it
    done = check(box.rolekey('exec', 'signed', '--', 'true'))
    noticed(done, 'system-call')


def case_the_account_is_compared(box):
    box.write_config(CONFIG.replace(
        'login_session', 'rolekey_expect_account = 222233334444\n'
        'login_session', 1))
    sign_in(box)
    need(key_of(box), 'none')
    box.write_config(CONFIG.replace(
        'login_session', 'rolekey_expect_account = 111122223333\n'
        'login_session', 1))
    check(box.rolekey('export', 'signed'), 3, reason='wrong-account')


def case_broken_answers(box):
    box.write_config(CONFIG)
    sign_in(box)
    change(box, left=-5)
    for kind, reason in (
            ('garbage', 'not-aws'), ('html200', 'not-aws'),
            ('huge', 'response-too-long'), ('endless', 'response-too-long'),
            ('redirect', 'not-aws'), ('empty', 'incomplete-answer')):
        box.aws.fault(kind)
        refused(box.rolekey('export', 'signed'), 7, reason=reason,
                context='starting-login', calls=REFRESH)
    good = {'accessToken': {'accessKeyId': 'ASIAIOSFODNN7EXAMPLE',
                            'secretAccessKey': 'x', 'sessionToken': 'y'},
            'expiresIn': 900, 'refreshToken': 'z'}
    for changed in ({'expiresIn': 0}, {'expiresIn': '900'},
                    {'expiresIn': 1 << 40}, {'refreshToken': 'a b'},
                    {'refreshToken': 1}, {'accessToken': {}},
                    {'accessToken': 'x'}, {'accessToken': dict(
                        good['accessToken'], sessionToken='a\nb')}):
        box.aws.fault('error', status=200, body=dict(good, **changed))
        refused(box.rolekey('export', 'signed'), 7,
                reason='incomplete-answer', context='starting-login',
                other=list(changed)[0], calls=REFRESH)
    change(box, left=200)
    box.aws.fault('garbage')
    done = check(box.rolekey('exec', 'signed', '--', 'true'))
    noticed(done, 'not-aws')


if __name__ == '__main__':
    run_cases(globals())
