#!/usr/bin/python3 -B
"""Failures, their messages and their exit statuses."""

import contextlib
import os
import signal
import socket
import subprocess
import time

from harness import (AT_ONCE, BIN, CONFIG, KEY_ID, KEYRING, LEDGER, PASSPHRASE,
                     SECRET, SERIAL, Pty, check, check_quiet, gnome_keyring, need,
                     refused, run_cases, same)

SAM = ('AKIASAMSAMSAMEXAMPLE', 'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY')
SAM_CONFIG = '''\
[profile sam]
region = us-east-1
[profile tools]
region = us-east-1
source_profile = sam
role_arn = arn:aws:iam::555566667777:role/ToolsAdmin
'''


def begins(done, words):
    """The line names the command and its profile."""
    need(done.stderr.startswith('rolekey: %s: ' % words), str(done))


# -- keys -------------------------------------------------------------------


def case_a_wrong_secret_is_not_stored(box):
    done = box.add(key=(KEY_ID, SECRET[:-1]))
    refused(done, 5, reason='aws-refused', aws_code='SignatureDoesNotMatch',
            value=KEY_ID, calls=['GetCallerIdentity'])
    same(check(box.rolekey('list', '--credentials')).stdout, '', 'keys')
    same(box.read_config(), CONFIG, 'config')


def case_a_wrong_secret_that_was_stored_unseen(box):
    box.add_quietly(key=(KEY_ID, SECRET[:-1]))
    for argv, status in ((['export', 'testing', '-t', '123456'], 5),
                         (['exec', 'testing', '-t', '123456', 'true'], 125)):
        refused(box.rolekey(*argv), status, reason='aws-refused',
                aws_code='SignatureDoesNotMatch', profile='custodian',
                calls=['GetCallerIdentity'])


def case_an_unknown_key_is_not_stored(box):
    refused(box.add(key=('AKIAUNKNOWNUNKNOWN00', SECRET)), 5,
            reason='aws-refused', aws_code='InvalidClientTokenId',
            value='AKIAUNKNOWNUNKNOWN00', calls=['GetCallerIdentity'])
    same(check(box.rolekey('list', '--credentials')).stdout, '', 'keys')


def case_what_is_no_key_is_refused_before_aws_is_asked(box):
    for text in ('', 'nonsense\n', 'AKIAIOSFODNN7EXAMPLE\n', '{"Version": 1}',
                 '\x00\x01\x02\n\x03\n'):
        done = box.rolekey('add', 'custodian', '--stdin', stdin=text)
        need(done.status in (1, 2, 3), str(done))
    done = box.rolekey('add', 'custodian', '--env')
    need(done.status in (2, 3), str(done))
    need('AWS_ACCESS_KEY_ID' in done.stderr, str(done))
    box.expect_actions()


def case_no_key_is_stored(box):
    for command in ('exec', 'export'):
        status = 125 if command == 'exec' else 3
        refused(box.rolekey(command, 'testing'), status, reason='no-key',
                profile='custodian')
    box.expect_actions()


# -- profiles ---------------------------------------------------------------


def case_no_such_profile_names_the_nearest(box):
    facts = {'profile': 'tseting', 'other': '"testing"'}
    done = refused(box.rolekey('export', 'tseting'), 3,
                   reason='no-such-profile', **facts)
    begins(done, 'export tseting')
    refused(box.rolekey('exec', 'tseting', '--', 'true'), 125,
            reason='no-such-profile', **facts)
    box.expect_actions()


def case_loops_are_named(box):
    box.write_config(
        '[profile a]\nrole_arn = arn:aws:iam::222233334444:role/A\n'
        'source_profile = b\n'
        '[profile b]\nrole_arn = arn:aws:iam::222233334444:role/B\n'
        'source_profile = a\n[profile c]\ninclude_profile = d\n'
        '[profile d]\ninclude_profile = c\n')
    facts = {'key': 'source_profile', 'detail': 'a -> b -> a', 'line': 6}
    refused(box.rolekey('export', 'a'), 3, reason='profile-loop', **facts)
    refused(box.rolekey('exec', 'a', 'true'), 125, reason='profile-loop',
            **facts)
    refused(box.rolekey('export', 'c'), 3, reason='profile-loop',
            key='include_profile', detail='c -> d -> c', line=10)


def case_a_source_that_is_not_there(box):
    box.write_config('[profile a]\nrole_arn = arn:aws:iam::222233334444:role/A'
                     '\nsource_profile = gone\n')
    refused(box.rolekey('export', 'a'), 3, reason='no-such-profile',
            profile='gone', key='source_profile', path=box.config, line=3)


def case_a_role_arn_that_is_none(box):
    box.write_config('[profile a]\nrole_arn = not-an-arn\n'
                     'source_profile = b\n[profile b]\n')
    refused(box.rolekey('export', 'a'), 3, reason='bad-value', key='role_arn',
            value='not-an-arn', line=2)


def case_a_custom_endpoint_with_fips(box):
    refused(box.rolekey('export', 'testing',
                        env={'AWS_USE_FIPS_ENDPOINT': 'true'}), 3,
            reason='endpoint-conflict', value=box.aws.url, other='FIPS')


# -- persons ----------------------------------------------------------------


def case_nobody_can_be_asked(box):
    box.add_quietly()
    done = refused(box.rolekey('export', 'testing'), 4,
                   context='code-needed', reason='no-terminal', arn=SERIAL)
    need(done.seconds < AT_ONCE, 'slow: %s' % done)
    refused(box.rolekey('exec', 'testing', '--', 'true'), 125,
            context='code-needed', reason='no-terminal', arn=SERIAL)


def case_nobody_may_be_asked(box):
    box.add_quietly()
    for argv, env in ((['--no-prompt'], {}),
                      ([], {'ROLEKEY_NO_PROMPT': '1'})):
        terminal = box.pty('export', 'testing', *argv, env=env)
        check(terminal.finish(10), 4, context='code-needed',
              reason='no-prompt', arn=SERIAL)


def case_add_without_a_terminal(box):
    done = box.rolekey('add', 'custodian')
    refused(done, 4, context='key-needed', reason='no-terminal')
    need(done.seconds < AT_ONCE, 'slow: %s' % done)


def case_a_wrong_code_from_the_command_line(box):
    box.add_quietly()
    refused(box.rolekey('export', 'testing', '-t', '000000'), 5,
            reason='aws-refused', aws_code='AccessDenied',
            context='getting-session',
            calls=['GetCallerIdentity', 'GetSessionToken'],
            changed=[KEYRING, LEDGER])


def case_a_code_that_is_none(box):
    box.add_quietly()
    for code in ('12345', '1234567', 'abcdef', ''):
        done = box.rolekey('export', 'testing', '-t', code)
        need(done.status == 2, str(done))
    need('GetSessionToken' not in box.actions(), box.actions())


def case_three_wrong_codes_at_the_terminal(box):
    box.add_quietly()
    wrong = [('code for', '00000%d' % number) for number in range(3)]
    started = time.monotonic()
    done = check(box.pty_run(['export', 'testing'], wrong), 4)
    same(box.actions().count('GetSessionToken'), 3, 'tries %s' % done)
    need(time.monotonic() - started < 100, 'slow')


def case_a_mistyped_code_may_be_typed_anew(box):
    box.add_quietly()
    check(box.pty_run(['export', 'testing'],
                      [('code for', 'abc'), ('code for', box.code())]))
    same(box.actions().count('GetSessionToken'), 1, 'tries')


def case_ctrl_c_at_the_prompt(box):
    box.add_quietly()
    terminal = box.pty('export', 'testing')
    terminal.expect('code')
    time.sleep(0.3)
    terminal.child.sendintr()
    time.sleep(0.1)
    done = terminal.finish(10)
    same(done.status, 130, str(done))
    need('GetSessionToken' not in box.actions(), box.actions())


RESTORE = '''
trap : INT
before=$(stty -g)
"$0" "$@"
echo "status=$?"
[ "$before" = "$(stty -g)" ] && echo restored
'''


def case_the_terminal_is_restored(box):
    for kind, word in (('code', 'export'), ('secret', 'add')):
        if word == 'export':
            box.add_quietly()
        terminal = Pty(['/bin/sh', '-c', RESTORE, BIN, word,
                        'testing' if word == 'export' else 'other'],
                       box.env, box.home)
        if word == 'add':
            terminal.expect('key id')
            terminal.answer(KEY_ID)
        terminal.expect(kind)
        time.sleep(0.3)
        terminal.child.sendintr()
        terminal.expect('status=130')
        terminal.expect('restored')
        terminal.close()


# -- keyrings ---------------------------------------------------------------


def case_a_wrong_passphrase_from_the_environment(box):
    box.add_quietly()
    box.forget_kernel_keys()
    refused(box.rolekey('export', 'testing',
                        env={'ROLEKEY_PASSPHRASE': 'wrong'}), 6,
            reason='wrong-passphrase-set', key='ROLEKEY_PASSPHRASE')


def case_no_passphrase_and_nobody_to_ask(box):
    box.add_quietly()
    box.forget_kernel_keys()
    done = refused(box.rolekey('export', 'testing',
                               env={'ROLEKEY_PASSPHRASE': None}), 4,
                   context='passphrase-needed', reason='no-terminal')
    need(done.seconds < AT_ONCE, 'slow')


def case_a_passphrase_at_the_terminal(box):
    box.add_quietly()
    box.forget_kernel_keys()
    env = {'ROLEKEY_PASSPHRASE': None}
    done = check(box.pty_run(['list', '--credentials'],
                             [('passphrase', PASSPHRASE)], env=env))
    need('custodian' in done.stdout, str(done))
    need(PASSPHRASE not in done.stdout, 'the passphrase is shown')
    box.forget_kernel_keys()
    done = box.pty_run(['list', '--credentials'],
                       [('passphrase', 'wrong')] * 3, env=env)
    check(done, 4, stdout='passphrase')


def case_a_passphrase_from_a_command(box):
    box.add_quietly()
    box.forget_kernel_keys()
    env = {'ROLEKEY_PASSPHRASE': None,
           'ROLEKEY_PASSPHRASE_COMMAND': "echo '%s'" % PASSPHRASE}
    same(check(box.rolekey('list', '--credentials', env=env)).stdout,
         'custodian\n', 'keys')
    box.forget_kernel_keys()
    env['ROLEKEY_PASSPHRASE_COMMAND'] = 'exit 3'
    done = box.rolekey('list', '--credentials', env=env)
    need(done.status in (4, 6), str(done))


def case_a_damaged_keyring_is_never_written_to(box):
    box.warm()
    path = box.keyring_path()
    with open(path, 'rb') as file:
        whole = file.read()
    for name, data in (
            ('empty', b''), ('cut', whole[:len(whole) // 2]),
            ('one bit', whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]),
            ('long', whole + b'x'), ('zeros', b'\0' * len(whole)),
            ('text', b'hello\n')):
        with open(path, 'wb') as file:
            file.write(data)
        for argv in (['export', 'testing', '-t', '123456'],
                     ['add', 'custodian', '--env', '--no-verify'],
                     ['remove', '-f', 'custodian'], ['clear']):
            done = box.rolekey(*argv, env=box.key_environment())
            # A cached call reads no other record than its own.
            may = (0, 6) if (name, argv[0]) == ('one bit', 'export') else (6,)
            need(done.status in may, name + str(done))
            with open(path, 'rb') as file:
                same(file.read() == data, True, name + ' was written to')
    with open(path, 'wb') as file:
        file.write(whole)  # for the sandbox to know its kernel key by


def case_a_keyring_that_others_may_write(box):
    box.warm()
    os.chmod(box.keyring_path(), 0o666)
    refused(box.rolekey('list', '--credentials'), 6, reason='unsafe-file',
            path=box.keyring_path(), key='mode', value='0666')


def case_no_secret_service(box):
    done = box.rolekey('list', '--credentials',
                       env={'ROLEKEY_BACKEND': 'secret-service'})
    refused(done, 6, reason='no-session-bus',
            value=os.path.join(box.runtime, 'bus'))
    need(done.seconds < AT_ONCE, 'slow: %s' % done)


def case_the_gnome_keyring_is_locked(box):
    with gnome_keyring(box):
        box.add_quietly()
        subprocess.run(
            ['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets',
             '--object-path', '/org/freedesktop/secrets', '--method',
             'org.freedesktop.Secret.Service.Lock',
             "['/org/freedesktop/secrets/collection/login']"],
            env=box.env, check=True, capture_output=True)
        done = box.rolekey('export', 'testing', '--no-prompt')
        need(done.status in (4, 6), str(done))
        need('lock' in done.stderr, str(done))
        need(done.seconds < AT_ONCE, 'slow: %s' % done)


# -- AWS --------------------------------------------------------------------


def case_aws_cannot_be_reached(box):
    box.add_quietly()
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        url = 'http://127.0.0.1:%d' % taken.getsockname()[1]
        for argv, status in ((['export', 'testing'], 7),
                             (['exec', 'testing', 'true'], 125)):
            argv[2:2] = ['-t', box.code(fresh=False)]
            refused(box.rolekey(*argv, env={'AWS_ENDPOINT_URL': url}), status,
                    reason='no-connection', other=url[7:])


def case_a_name_that_nobody_knows(box):
    box.add_quietly()
    refused(box.rolekey('export', 'testing', '-t', box.code(),
                        env={'AWS_ENDPOINT_URL': 'https://aws.invalid'}), 7,
            reason='host-not-found', other='aws.invalid:443')


@contextlib.contextmanager
def deaf_port():
    """Where a connection is neither taken nor refused: nobody accepts, and
    the queue is full.
    """
    with contextlib.ExitStack() as stack:
        deaf = stack.enter_context(socket.socket())
        deaf.bind(('127.0.0.1', 0))
        deaf.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        yield deaf.getsockname()[1]


def case_aws_does_not_answer_the_door(box):
    box.add_quietly()
    with deaf_port() as port:
        done = refused(box.rolekey(
            'export', 'testing', '-t', box.code(),
            env={'AWS_ENDPOINT_URL': 'http://127.0.0.1:%d' % port}), 7,
            reason='connection-late', other='127.0.0.1:%d' % port)
    need(4 <= done.seconds < 30, 'not after 5 s: %s' % done)


# Requests that may succeed later are repeated as often as by the AWS SDKs.
NONSENSE = {'html503': (3, 'not-aws'), 'empty503': (3, 'not-aws'),
            'reset': (3, 'connection-lost'), 'unread': (3, 'connection-lost'),
            'cut': (3, 'connection-lost'), 'html200': (1, 'not-aws'),
            'garbage': (1, 'not-aws'), 'empty': (1, 'not-aws'),
            'huge': (1, 'response-too-long'),
            'endless': (1, 'response-too-long'), 'redirect': (1, 'not-aws')}


def case_aws_answers_nonsense(box):
    box.write_config(SAM_CONFIG)
    check(box.add('sam', key=SAM))
    for kind, (tries, reason) in NONSENSE.items():
        box.aws.fault(kind, count=99)
        call = None if kind == 'unread' else 'AssumeRole'
        done = refused(box.rolekey('export', 'tools'), 7, reason=reason,
                       context='assuming-role', calls=[call] * tries)
        begins(done, 'export tools')
        need('<' not in done.stderr, 'markup: %s' % done)
        box.aws.control('clear-faults')
    check(box.rolekey('export', 'tools'), calls=['AssumeRole'],
          changed=[KEYRING])


def case_a_second_try_mends_it(box):
    box.write_config(SAM_CONFIG)
    check(box.add('sam', key=SAM))
    for kind in ('html503', 'reset', 'throttle'):
        box.aws.fault(kind)
        check_quiet(check(box.rolekey('export', 'tools', '--refresh'),
                          calls=['AssumeRole'] * 2, changed=[KEYRING]))


def case_an_answer_counts_by_what_it_says(box):
    """And not by its content type: a proxy may send any."""
    box.write_config(SAM_CONFIG)
    check(box.add('sam', key=SAM))
    box.aws.fault('mislabelled')
    check(box.rolekey('export', 'tools'), stdout='AWS_SESSION_TOKEN')


def case_an_answer_that_drips_is_given_up(box):
    """After 15 s; and since it carried a code, it is not sent again."""
    check(box.add())
    box.aws.fault('drip', seconds=0.5, action='GetSessionToken')
    done = refused(box.rolekey('export', 'testing', '-t', box.code()), 7,
                   reason='response-late', number=15, calls=['GetSessionToken'], changed=[LEDGER])
    need(14 <= done.seconds < 45, 'not after 15 s: %s' % done)


def case_a_request_with_a_code_is_never_sent_again(box):
    check(box.add())
    for kind, reason in (('reset', 'connection-lost'),
                         ('lost', 'connection-lost'),
                         ('html503', 'not-aws')):
        box.forget_codes()
        box.aws.fault(kind, action='GetSessionToken')
        refused(box.rolekey('export', 'testing', '-t', box.code()), 7,
                reason=reason, context='getting-session',
                calls=['GetSessionToken'], changed=[LEDGER])


def case_access_denied_has_a_hint(box):
    box.write_config(CONFIG + '\n[profile closed]\nsource_profile = custodian'
                     '\nrole_arn = arn:aws:iam::444455556666:role/Closed\n')
    box.add_quietly()
    refused(box.rolekey('export', 'closed', '-t', box.code()), 5,
            context='assuming-role', reason='aws-refused',
            arn='arn:aws:iam::444455556666:role/Closed',
            aws_code='AccessDenied', changed=[KEYRING, LEDGER],
            calls=['GetCallerIdentity', 'GetSessionToken', 'AssumeRole'])


def case_without_a_device_the_hint_names_it(box):
    box.write_config(CONFIG.replace('mfa_serial', 'unknown_key'))
    box.add_quietly()
    refused(box.rolekey('export', 'testing'), 5, context='device-not-set',
            reason='aws-refused', aws_code='AccessDenied', value=SERIAL,
            calls=['GetCallerIdentity', 'AssumeRole', 'ListMFADevices'],
            changed=[KEYRING])


def case_a_wrong_external_id(box):
    box.write_config(SAM_CONFIG.replace('555566667777:role/ToolsAdmin',
                                        '666677778888:role/Partner'))
    check(box.add('sam', key=SAM))
    refused(box.rolekey('export', 'tools'), 5, context='assuming-role',
            reason='aws-refused', aws_code='AccessDenied',
            calls=['AssumeRole', 'ListMFADevices'])
    box.write_config(box.read_config() + 'external_id = partner-42\n')
    check(box.rolekey('export', 'tools'))


def case_wrong_usage(box):
    for argv in (['--debug'], ['dance'], ['--dance'],
                 ['export', '--format', 'x', 'a'], ['export', 'a', 'b'], ['export', '-d', 'x', 'testing'],
                 ['export', '-d'], ['export'], ['add'], ['lock', 'x'],
                 ['explain', '-f', 'testing'], ['config'], ['exec', '--dance'],
                 ['credential-process']):
        done = box.rolekey(*argv)
        status = 125 if argv[:1] == ['exec'] else 2
        same((argv, done.status), (argv, status), str(done))
        same((argv, done.stdout), (argv, ''), 'stdout')
    done = box.rolekey('exprot', 'testing')
    need('export' in done.stderr, 'nearest: %s' % done)


def case_help_and_version(box):
    for argv in ([], ['--help'], ['help'], ['exec', '--help'], ['help', 'exec'],
                 ['--version']):
        done = check(box.rolekey(*argv))
        need('rolekey' in done.stdout and not done.stderr, str(done))


def case_exec_answers_like_env(box):
    box.warm()
    not_run = box.write('not-run', '#!/bin/sh\n', 0o644)
    no_program = box.write('no-program', '\x7fELF', 0o755)
    same(box.run('env', no_program).status,
         box.rolekey('exec', 'testing', no_program).status, 'no program')
    for argv, status in (
            (['true'], 0), (['sh', '-c', 'exit 42'], 42),
            (['no-such-command-here'], 127), ([not_run], 126),
            (['/nonexistent/x'], 127), ([box.home], 126),
            (['sh', '-c', 'kill -TERM $$'], -signal.SIGTERM)):
        done = box.rolekey('exec', 'testing', '--', *argv)
        same((argv, done.status), (argv, status), str(done))
    through = box.run('sh', '-c', '"$0" exec testing -- sh -c "kill -9 \\$\\$"'
                      '; echo $?', BIN)
    same(through.stdout, '137\n', str(through))


def case_the_command_is_looked_up_before_a_code_is_asked_for(box):
    box.add_quietly()
    terminal = box.pty('exec', 'testing', '--', 'no-such-command-here')
    done = check(terminal.finish(10), 127, stdout='no-such-command-here')
    need('code for' not in done.stdout.lower(), str(done))
    box.expect_actions()


def case_stdout_is_full_or_closed(box):
    box.warm()
    for target in ('>/dev/full', '>&-'):
        done = box.run('sh', '-c', 'exec "$@" ' + target, 'sh', BIN, 'export',
                       'testing')
        same((target, done.status), (target, 1), str(done))
        need(done.stderr.startswith('rolekey: '), str(done))


if __name__ == '__main__':
    run_cases(globals())
