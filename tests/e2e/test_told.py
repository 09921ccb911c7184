"""What a person reads when something is missing or wrong.

Each message must say what was wanted and why it failed, and the hint what to
do next: by that text alone, at night.
"""

import os
import shutil

from harness import (ASKS_IT_AGAIN, ASKS_NEW_PASSPHRASE, ASKS_PASSPHRASE,
                     BIN, SERIAL, check, check_quiet, need, refused, run_cases,
                     same)


def said(done, status, *texts):
    """The status, and each of texts on stderr; nothing on stdout."""
    check(done, status)
    same(done.stdout, '', 'stdout of %s' % done)
    for text in texts:
        need(text in done.stderr, 'no %r in %s' % (text, done))
    return done


# -- nobody to ask: what was it that is wanted? -------------------------------


def case_a_code_is_wanted_and_nobody_there(box):
    box.add_quietly()
    code = 'the MFA code for %s is needed: no terminal to ask on' % SERIAL
    said(box.rolekey('export', 'testing'), 4, code, 'hint: ', '-t')
    said(box.rolekey('exec', 'testing', '--', 'true'), 125, code, '-t')
    done = said(box.rolekey('credential-process', 'testing'), 4, code, '-t')
    same(done.stderr.count('\n'), 1, 'lines of %s' % done)
    said(box.rolekey('export', 'testing', '--no-prompt'), 4,
         'the MFA code for %s is needed: asking was forbidden' % SERIAL,
         '--no-prompt', '-t')


def case_a_key_is_wanted_and_nobody_there(box):
    said(box.rolekey('add', 'custodian'), 4, 'access key', 'no terminal',
         '--env', '--stdin')
    said(box.rolekey('--no-prompt', 'add', 'custodian'), 4, 'access key',
         'forbidden', '--env', '--stdin')


def case_a_yes_is_wanted_and_nobody_there(box):
    box.add_quietly()
    said(box.rolekey('remove', 'custodian'), 4, 'must be confirmed',
         'no terminal', 'remove -f custodian')
    said(box.rolekey('--no-prompt', 'remove', 'custodian'), 4, 'forbidden',
         'remove -f custodian')
    check(box.rolekey('remove', 'custodian', '-f'))


def case_the_end_of_input_says_of_what(box):
    box.add_quietly()
    terminal = box.pty('export', 'testing')
    terminal.expect('MFA code')
    terminal.child.sendeof()
    check(terminal.finish(10), 4,
          stdout='rolekey: export testing: the MFA code for .*: end of input')


def case_one_line_reads_as_a_sentence(box):
    box.add_quietly()
    done = said(box.rolekey('credential-process', 'testing', '-t', '000000'),
                5, 'pass code. hint: the code')
    same(done.stderr.count('\n'), 1, 'lines of %s' % done)


# -- the wrong name -----------------------------------------------------------


def case_nothing_is_stored_under_that_name(box):
    done = said(box.rolekey('remove', '-f', 'a b'), 3, 'for profile a b',
                'hint: `rolekey list --credentials`')
    need('rolekey add' not in done.stderr, str(done))


def case_the_profile_is_that_of_aws_profile(box):
    env = {'AWS_PROFILE': 'ghost'}
    for argv, status in ((['exec', '--', 'true'], 125), (['export'], 3)):
        refused(box.rolekey(*argv, env=env), status, reason='no-such-profile',
                profile='ghost', key='AWS_PROFILE')
    box.write_config('[profile a]\nsource_profile = b\n'
                     'role_arn = arn:aws:iam::222233334444:role/A\n')
    done = refused(box.rolekey('export', env={'AWS_PROFILE': 'a'}), 3,
                   reason='no-such-profile', profile='b',
                   key='source_profile', path=box.config, line=2)
    need('AWS_PROFILE' not in done.stderr, str(done))
    done = said(box.rolekey('export', 'ghost', env=env), 3)
    need('AWS_PROFILE' not in done.stderr, str(done))


def case_there_is_no_config_file(box):
    os.unlink(box.config)
    for env in ({}, {'AWS_CONFIG_FILE': os.path.join(box.home, 'nowhere')}):
        path = env.get('AWS_CONFIG_FILE', box.config)
        for argv in (['explain'], ['export'], ['clear']):
            refused(box.rolekey(*argv, 'testing', env=env), 3,
                    reason='no-config-file', profile='testing', path=path)


# -- the command line ---------------------------------------------------------


def case_a_command_of_two_words_is_found_by_its_first(box):
    for argv in (['config'], ['help', 'config'], ['config', 'dumb']):
        said(box.rolekey(*argv), 2, 'config dump', 'config check')


def case_only_a_near_name_is_suggested(box):
    said(box.rolekey('exprot', 'testing'), 2, 'did you mean "export"?')
    said(box.rolekey('lits'), 2, 'did you mean "list"?')
    said(box.rolekey('list', '--porfiles'), 2, 'did you mean --profiles?')
    done = said(box.rolekey('export', 'testing', '--mfa-tokn=123456'), 2,
                '--mfa-tokn; did you mean --mfa-token?')
    need('123456' not in done.stderr, 'a code: %s' % done)
    said(box.rolekey('export', 'testing', '-=1'), 2, 'no such option: -')
    said(box.rolekey('export', 'testing', '--=1'), 2, 'no such option: --')
    for word in ('serve', 'status', 'login', 'rotate', 'x', ''):
        done = said(box.rolekey(word), 2, 'no such command: "%s"' % word)
        need('did you mean' not in done.stderr, str(done))


def case_no_profile_is_given(box):
    said(box.rolekey('exec', '--', 'ls'), 125, 'AWS_PROFILE',
         'rolekey exec PROFILE')
    said(box.rolekey('exec'), 125, 'AWS_PROFILE', 'rolekey exec PROFILE')
    said(box.rolekey('export'), 2, 'AWS_PROFILE', 'rolekey export PROFILE')
    done = said(box.rolekey('add'), 2, 'rolekey add PROFILE')
    need('AWS_PROFILE' not in done.stderr, 'add takes none: %s' % done)


def case_what_is_empty_is_seen(box):
    box.warm()
    said(box.rolekey('exec', 'testing', ''), 127, 'testing: "": ')
    said(box.rolekey('export', 'testing', '--format', ''), 2, '""')
    said(box.rolekey('export', 'testing', '-d', ''), 2, '""')


def case_a_duration_out_of_range_is_said_as_it_was_given(box):
    for given in ('43201', '899'):
        refused(box.rolekey('export', 'testing', '-d', given), 2,
                reason='out-of-range', key='-d', value=given,
                expected='AWS allows 15m to 12h')


def case_the_letter_of_a_duration_may_have_an_equals_sign(box):
    for flag in ('-d=2h', '-d2h', '--duration=2h', '-nd2h', '-nd=2h'):
        done = check_quiet(box.rolekey('explain', 'testing', flag))
        need('lasts        2h (-d)' in done.stdout, str(done))


def case_a_script_without_its_interpreter(box):
    box.warm()
    script = box.write('script', '#!/nonexistent/sh\n', 0o755)
    said(box.rolekey('exec', 'testing', script), 127, script, 'interpreter')


def case_a_mistyped_key_id_is_said_before_the_secret_is_asked_for(box):
    for answer in ('AKIA-no-id', ''):
        terminal = box.pty('add', 'custodian')
        terminal.expect('Access key id')
        terminal.answer(answer)
        done = check(terminal.finish(10), 2, stdout='no access key id')
        need('Secret' not in done.stdout, str(done))


# -- files and keyrings -------------------------------------------------------


def case_a_bad_file_is_named_by_its_whole_path(box):
    for name in ('bad', './bad', '../home/bad'):
        whole = os.path.join(box.home, name.replace('./bad', 'bad', 1)
                             if name == './bad' else name)
        box.write('bad', '[open\n')
        for env in ({'AWS_CONFIG_FILE': name},
                    {'AWS_SHARED_CREDENTIALS_FILE': name}):
            said(box.rolekey('config', 'dump', env=env), 3,
                 'rolekey: config dump: %s:1: ' % whole)


def case_a_lost_passphrase(box):
    box.add_quietly()
    box.forget_kernel_keys()
    terminal = box.pty('list', env={'ROLEKEY_PASSPHRASE': None})
    for _ in range(3):
        terminal.expect(ASKS_PASSPHRASE)
        terminal.answer('wrong')
    done = check(terminal.finish(), 4, reason='wrong-passphrase')
    need('hint: ' in done.stdout and 'lost' in done.stdout, str(done))


def case_a_passphrase_command_that_fails(box):
    box.add_quietly()
    box.forget_kernel_keys()
    env = {'ROLEKEY_PASSPHRASE': None, 'ROLEKEY_PASSPHRASE_COMMAND': 'false'}
    done = said(box.rolekey('list', env=env), 6, 'ended with status 1',
                'hint: run what')
    need('desktop' not in done.stderr, str(done))


def case_a_new_keyring_says_what_the_passphrase_is_for(box):
    terminal = box.pty('add', 'custodian', '--env', '--no-verify',
                       env=dict(box.key_environment(),
                                ROLEKEY_PASSPHRASE=None))
    terminal.expect(box.keyring_path() + '.*encrypted')
    for question in (ASKS_NEW_PASSPHRASE, ASKS_IT_AGAIN):
        terminal.expect(question)
        terminal.answer('some passphrase')
    check(terminal.finish(), 0, stdout='stored the key')


def case_a_key_that_aws_refuses_is_said_to_be_left_out(box):
    said(box.add(key=('AKIAIOSFODNN7EXAMPLE', 'x' * 40)), 5, 'not stored',
         'SignatureDoesNotMatch')
    said(box.add(env={'AWS_ENDPOINT_URL': 'http://127.0.0.1:1'}), 7,
         'not stored', '--no-verify')


def case_why_the_automatic_choice_is_the_file(box):
    folder = box.runtime + '/' + 'long' * 20
    os.mkdir(folder, 0o700)
    done = check(box.add('custodian', '--no-verify', '--no-config',
                         env={'ROLEKEY_BACKEND': 'auto',
                              'XDG_RUNTIME_DIR': folder}))
    need('/bus is not there)), so the encrypted file' in done.stderr,
         'cut: %s' % done)


def case_half_an_installation_says_so(box):
    os.mkdir(os.path.join(box.home, 'bin'))
    alone = shutil.copy(BIN, os.path.join(box.home, 'bin', 'rolekey'))
    for argv, status in ((['list'], 1), (['--version'], 1),
                         (['export', 'a'], 1),
                         (['exec', 'testing', '--', 'true'], 125)):
        said(box.run(alone, *argv), status, 'libexec/rolekey/rolekey-full: No '
             'such file or directory', 'hint: ', 'both')


def case_the_line_that_could_not_be_written_is_said(box):
    os.unlink(box.config)
    os.rmdir(os.path.dirname(box.config))
    box.write('.aws', 'a file where the folder should be')
    said(box.add(), 3, 'the key is stored', '"mfa_serial = %s"' % SERIAL,
         'Not a directory')


# -- explain ------------------------------------------------------------------


def case_explain_names_the_keyring_that_has_the_key(box):
    box.add_quietly()
    check(box.rolekey('explain', 'testing', env={'ROLEKEY_BACKEND': 'auto'}),
          stdout='^  start +StoredKey of custodian, in the keyring '
          r'\(file\)$')


def case_explain_says_that_exec_refuses(box):
    role = 'role_arn = arn:aws:iam::222233334444:role/TestingAdmin\n'
    box.write_config(
        '[profile process]\ncredential_process = /bin/false\n'
        '[profile web]\n' + role + 'web_identity_token_file = /nowhere\n'
        '[profile elsewhere]\n' + role + 'source_profile = custodian\n'
        'rolekey_expect_account = 999988887777\n[profile custodian]\n')
    box.add_quietly()
    for profile, reason in (('process', 'which rolekey cannot use yet'),
                            ('web', 'which rolekey cannot use yet'),
                            ('elsewhere', 'expects account 999988887777')):
        told = check_quiet(box.rolekey('explain', profile)).stdout
        need('exec refuses' in told and reason in told, told)
        need('key of' not in told or profile == 'elsewhere', told)
        said(box.rolekey('exec', profile, '--', 'true'), 125, reason)
    need('exec refuses' not in box.rolekey('explain', 'custodian').stdout,
         'custodian is not refused')


def case_explain_says_that_exec_asks_first(box):
    box.write_config(box.read_config() + '[profile guarded]\n'
                     'role_arn = arn:aws:iam::222233334444:role/TestingAdmin\n'
                     'source_profile = custodian\nrolekey_confirm = yes\n')
    check_quiet(box.rolekey('explain', 'guarded'))
    check(box.rolekey('explain', 'guarded'), stdout='note .*rolekey_confirm')


if __name__ == '__main__':
    run_cases(globals())
