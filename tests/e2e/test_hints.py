#!/usr/bin/python3 -B
"""What is said of files, commands and networks that look right and are not."""

import re
import socket

import messages
from harness import (SERIAL, check, failed, need, noticed,
                     refused, run_cases, same)

BASE = '[profile custodian]\nregion = ap-northeast-1\n'
ROLE = ('role_arn = arn:aws:iam::222233334444:role/TestingAdmin\n'
        'source_profile = custodian\n')


def case_an_indented_section(box):
    box.write_config(BASE + '  [profile testing]\n  ' +
                     ROLE.replace('\nsource', '\n  source'))
    for argv in (['exec', 'testing', '--', 'true'], ['explain', 'testing'],
                 ['export', 'testing']):
        failed(box.rolekey(*argv), 'indented-profile', profile='testing',
               path=box.config, line=2, key='region')


def case_an_indented_section_that_a_chain_names(box):
    box.write_config('[profile testing]\n' + ROLE + 'region = eu-west-1\n'
                     '\t[profile custodian]\n')
    failed(box.rolekey('explain', 'testing'), 'indented-profile',
           profile='custodian', path=box.config, line=4, key='region')


def case_a_colon_for_the_equals_sign(box):
    for line in ('region: eu-west-1', 'mfa_serial:%s' % SERIAL):
        box.write_config(BASE + line + '\n')
        refused(box.rolekey('exec', 'custodian', '--', 'true'), 125,
                reason='key-with-colon', path=box.config, line=3)
        refused(box.rolekey('config', 'dump'), 3, reason='key-with-colon',
                path=box.config, line=3)
    box.write_config(BASE + 'nothing of the kind\n')
    failed(box.rolekey('list'), 'not-a-key', path=box.config, line=3)


def case_invisible_characters_in_a_name(box):
    for header, name in (('profile testing\u200b', 'testing'),
                         ('profile \ufefftesting', 'testing'),
                         ('profile testing\u00a0', 'testing'),
                         ('profile\u00a0testing', 'testing'),
                         ('profile "prod\u00a0admin"', 'prod admin')):
        box.write_config(BASE + '[%s]\n%s' % (header, ROLE))
        done = box.rolekey('exec', name, '--', 'true')
        failed(done, 'invisible-name', profile=name, path=box.config, line=3)
        need('\\u' in done.stderr, 'not visible: %s' % done)
        for char in '\u200b\u00a0\ufeff':
            need(char not in done.stderr, 'still invisible: %s' % done)
    box.write_config(BASE + '[profile testing]\n' + ROLE)
    failed(box.rolekey('exec', 'testin', '--', 'true'), 'no-such-profile')


def case_invisible_characters_in_a_value_and_a_key(box):
    box.write_config(BASE + '[profile testing]\n' + ROLE.replace(
        'custodian', 'custodian\u200b') + 'region\u00a0= eu-west-1\n')
    done = box.rolekey('explain', 'testing')
    failed(done, 'invisible-name', path=box.config, line=1, value='custodian')
    need('custodian\\u200b' in done.stderr, str(done))
    done = box.rolekey('config', 'check')
    need('region\\u00a0' in done.stdout, str(done))


def closed_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def case_a_dead_proxy_is_named(box):
    """And not AWS's host, which nobody tried to reach."""
    box.write_config(BASE + '[profile testing]\n' + ROLE)
    box.add_quietly()
    port = closed_port()
    aws = {'AWS_ENDPOINT_URL': 'http://sts.rolekey.invalid'}
    for variable in ('http_proxy', 'all_proxy', 'ALL_PROXY'):
        for address, proxy in (('http://127.0.0.1:%d', '127.0.0.1:%d'),
                               ('127.0.0.1:%d/', '127.0.0.1:%d'),
                               ('http://user:s3cret@127.0.0.1:%d',
                                '127.0.0.1:%d'),
                               ('socks5h://127.0.0.1:%d', '127.0.0.1:%d')):
            done = box.rolekey('export', '-n', 'testing', env=dict(
                aws, **{variable: address % port}))
            failed(done, 'no-proxy-connection', key=variable,
                   value=proxy % port, other='sts.rolekey.invalid:80')
            need('s3cret' not in done.stderr, str(done))
    done = box.rolekey('export', '-n', 'testing', env=dict(
        aws, http_proxy='http://proxy.rolekey.invalid:3128'))
    failed(done, 'proxy-not-found', key='http_proxy',
           value='proxy.rolekey.invalid:3128')


def case_a_proxy_that_is_not_used_is_not_blamed(box):
    box.write_config(BASE + '[profile testing]\n' + ROLE)
    box.add_quietly()
    port = closed_port()
    done = box.rolekey('export', '-n', 'testing', env={
        'AWS_ENDPOINT_URL': 'http://127.0.0.1:%d' % port,
        'http_proxy': 'http://proxy.rolekey.invalid:3128'})
    failed(done, 'no-connection', other='127.0.0.1:%d' % port)
    done = box.rolekey('export', '-n', 'testing', env={
        'AWS_ENDPOINT_URL': 'http://sts.rolekey.invalid',
        'http_proxy': 'http://127.0.0.1:%d' % port, 'no_proxy': '*'})
    failed(done, 'host-not-found', other='sts.rolekey.invalid:80')


def case_a_command_and_its_arguments_as_one_word(box):
    for word in ('aws s3 ls', 'VAR=1 aws', 'true '):
        done = box.rolekey('exec', 'testing', '--', word)
        refused(done, 127, reason='command-is-line', value=word)
        need("sh -c '%s'" % word in done.stderr, str(done))


def case_an_alias_of_the_shell(box):
    for shell, name in (('/usr/bin/zsh', 'zsh'), ('/bin/bash', 'bash'),
                        ('', 'sh')):
        done = box.rolekey('exec', 'testing', '--', 'll', env={'SHELL': shell})
        refused(done, 127, reason='command-not-found', value='ll')
        need('`rolekey exec testing -- %s -ic ll`' % name in done.stderr,
             str(done))
    done = box.rolekey('exec', 'testing', '--', './none')
    refused(done, 127, reason='command-not-found', value='./none')
    need('hint' not in done.stderr, str(done))


def case_an_empty_serial_means_no_code(box):
    """In the role's profile: its source has a device."""
    box.write_config(BASE + 'mfa_serial = %s\n[profile testing]\n%s'
                     'mfa_serial =\n[profile staging]\n'
                     'include_profile = testing\n'
                     'role_arn = arn:aws:iam::555566667777:role/ToolsAdmin\n'
                     % (SERIAL, ROLE))
    box.add_quietly()
    for name in ('testing', 'staging'):
        done = check(box.rolekey('explain', '--json', name))
        need('"mfa_serial":null' in done.stdout, str(done))
        need('GetSessionToken' not in done.stdout, str(done))
        done = box.rolekey('exec', name, '--', 'true')
        same([call for call in done.calls if call != 'GetCallerIdentity'],
             ['AssumeRole'], 'calls')
    done = check(box.rolekey('explain', 'custodian'))
    need(SERIAL in done.stdout, str(done))
    done = check(box.rolekey('explain', 'testing', env={
        'AWS_MFA_SERIAL': SERIAL}))
    need('GetSessionToken' in done.stdout, str(done))
    noted = check(box.rolekey('explain', 'testing'))
    need(re.search(messages.pattern('no-code-wanted', key='mfa_serial',
                                    profile='testing', arn=SERIAL),
                   noted.stdout), str(noted))


def case_add_with_an_empty_serial(box):
    """It stays empty, and add says which device there is."""
    box.write_config(BASE + 'mfa_serial =\n')
    done = check(box.add())
    noticed(done, 'other-device', path=box.config, line=3, arn=SERIAL)
    same(box.read_config(), BASE + 'mfa_serial =\n', 'the config')


if __name__ == '__main__':
    run_cases(globals())
