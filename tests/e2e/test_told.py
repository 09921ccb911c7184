"""The messages that a user reads when something is missing or wrong.

Each message must say what failed and why, and the hint what to do next,
without any other help.
"""

import os
import re
import shutil

import messages
from harness import (ASKS_CODE, ASKS_IT_AGAIN, ASKS_KEY_ID,
                     ASKS_NEW_PASSPHRASE, ASKS_PASSPHRASE, ASKS_SECRET_KEY,
                     BIN, SERIAL, check, check_quiet, need, noticed, refused,
                     run_cases, same)


def said(done, status, *texts):
    """The status, and each of texts on stderr; nothing on stdout."""
    check(done, status)
    same(done.stdout, '', 'stdout of %s' % done)
    for text in texts:
        need(text in done.stderr, 'no %r in %s' % (text, done))
    return done


# -- nobody to ask: what is needed? --------------------------------------------


def case_a_code_is_wanted_and_nobody_there(box):
    box.add_quietly()
    code = {'context': 'code-needed', 'arn': SERIAL}
    for argv, status in ((['export', 'testing'], 4),
                         (['exec', 'testing', '--', 'true'], 125)):
        refused(box.rolekey(*argv), status, reason='no-terminal', **code)
    done = refused(box.rolekey('credential-process', 'testing'), 4,
                   reason='no-terminal', **code)
    need('hint: ' in done.stderr and '-t' in done.stderr, str(done))
    same(done.stderr.count('\n'), 1, 'lines of %s' % done)
    refused(box.rolekey('export', 'testing', '--no-prompt'), 4,
            reason='no-prompt', **code)


def case_a_key_is_wanted_and_nobody_there(box):
    for flags, reason in (([], 'no-terminal'), (['--no-prompt'], 'no-prompt')):
        done = refused(box.rolekey(*flags, 'add', 'custodian'), 4,
                       context='key-needed', reason=reason)
        need('--env' in done.stderr and '--stdin' in done.stderr, str(done))


def case_a_yes_is_wanted_and_nobody_there(box):
    box.add_quietly()
    for flags, reason in (([], 'no-terminal'), (['--no-prompt'], 'no-prompt')):
        done = refused(box.rolekey(*flags, 'remove', 'custodian'), 4,
                       context='removal', reason=reason)
        need(' -f' in done.stderr, str(done))
    check(box.rolekey('remove', 'custodian', '-f'))


def case_the_end_of_input_says_of_what(box):
    box.add_quietly()
    terminal = box.pty('export', 'testing')
    terminal.expect(ASKS_CODE)
    terminal.child.sendeof()
    check(terminal.finish(10), 4, context='code-needed', arn=SERIAL,
          reason='end-of-input')


def case_one_line_reads_as_a_sentence(box):
    box.add_quietly()
    done = said(box.rolekey('credential-process', 'testing', '-t', '000000'),
                5, 'pass code. hint: the code')
    same(done.stderr.count('\n'), 1, 'lines of %s' % done)


# -- the wrong name -----------------------------------------------------------


def case_nothing_is_stored_under_that_name(box):
    done = refused(box.rolekey('remove', '-f', 'a b'), 3,
                   reason='no-stored-key', profile='a b')
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
    refused(box.rolekey('exprot', 'testing'), 2, reason='no-such-command',
            value='exprot', other='"export"')
    refused(box.rolekey('lits'), 2, reason='no-such-command', other='"list"')
    refused(box.rolekey('list', '--porfiles'), 2, reason='no-such-option',
            other='profiles')
    done = refused(box.rolekey('export', 'testing', '--mfa-tokn=123456'), 2,
                   reason='no-such-option', value='--mfa-tokn',
                   other='mfa-token')
    need('123456' not in done.stderr, 'a code: %s' % done)
    for flag in ('-', '--'):
        refused(box.rolekey('export', 'testing', flag + '=1'), 2,
                reason='no-such-option', value=flag)
    for word in ('sepolia', 'statistics', 'x', ''):
        done = refused(box.rolekey(word), 2, reason='no-such-command')
        facts = messages.read_line(done.stderr.splitlines()[0]).facts
        same(facts, {'value': word} if word else {}, 'facts')


def case_no_profile_is_given(box):
    for argv, status in ((['exec', '--', 'ls'], 125), (['exec'], 125),
                         (['export'], 2)):
        refused(box.rolekey(*argv), status, reason='no-profile-at-all')
    done = refused(box.rolekey('add'), 2, reason='no-profile-given')
    need('AWS_PROFILE' not in done.stderr, 'add takes none: %s' % done)


def case_what_is_empty_is_seen(box):
    box.warm()
    refused(box.rolekey('exec', 'testing', ''), 127,
            reason='command-not-found')
    for flag, reason, key in (('--format', 'bad-option-value', 'format'),
                              ('-d', 'bad-option-value', 'duration')):
        done = refused(box.rolekey('export', 'testing', flag, ''), 2,
                       reason=reason, key=key)
        facts = messages.read_line(done.stderr.splitlines()[0]).facts
        need('value' not in facts, str(facts))


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
    refused(box.rolekey('exec', 'testing', script), 127,
            reason='no-interpreter', value=script)


def case_a_mistyped_key_id_is_said_before_the_secret_is_asked_for(box):
    for answer in ('AKIA-no-id', ''):
        terminal = box.pty('add', 'custodian')
        terminal.expect(ASKS_KEY_ID)
        terminal.answer(answer)
        done = check(terminal.finish(10), 2, reason='bad-key-id')
        need(ASKS_SECRET_KEY not in done.stdout, str(done))


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


def case_a_passphrase_command_that_fails(box):
    box.add_quietly()
    box.forget_kernel_keys()
    env = {'ROLEKEY_PASSPHRASE': None, 'ROLEKEY_PASSPHRASE_COMMAND': 'false'}
    refused(box.rolekey('list', env=env), 6, context='passphrase-needed',
            reason='helper-status', number=1)


def case_a_new_keyring_says_what_the_passphrase_is_for(box):
    terminal = box.pty('add', 'custodian', '--env', '--no-verify',
                       env=dict(box.key_environment(),
                                ROLEKEY_PASSPHRASE=None))
    terminal.expect(box.keyring_path())
    for question in (ASKS_NEW_PASSPHRASE, ASKS_IT_AGAIN):
        terminal.expect(question)
        terminal.answer('some passphrase')
    noticed(check(terminal.finish()), 'key-stored', profile='custodian')


def case_a_key_that_aws_refuses_is_said_to_be_left_out(box):
    check(box.add(key=('AKIAIOSFODNN7EXAMPLE', 'x' * 40)), 5,
          context='key-not-stored', reason='aws-refused',
          aws_code='SignatureDoesNotMatch')
    done = check(box.add(env={'AWS_ENDPOINT_URL': 'http://127.0.0.1:1'}), 7,
                 context='key-not-stored', reason='no-connection')
    need('--no-verify' in done.stderr, str(done))


def case_why_the_automatic_choice_is_the_file(box):
    folder = box.runtime + '/' + 'long' * 20
    os.mkdir(folder, 0o700)
    done = check(box.add('custodian', '--no-verify', '--no-config',
                         env={'ROLEKEY_BACKEND': 'auto',
                              'XDG_RUNTIME_DIR': folder}))
    noticed(done, 'key-stored', other='file')
    need(folder + '/bus' in done.stderr, 'cut: %s' % done)


def case_half_an_installation_says_so(box):
    os.mkdir(os.path.join(box.home, 'bin'))
    alone = shutil.copy(BIN, os.path.join(box.home, 'bin', 'rolekey'))
    for argv, status in ((['list'], 1), (['--version'], 1),
                         (['export', 'a'], 1),
                         (['exec', 'testing', '--', 'true'], 125)):
        done = refused(box.run(alone, *argv), status, context='one-program',
                       reason='command-not-found')
        need('libexec/rolekey/rolekey-full' in done.stderr and
             'hint: ' in done.stderr, str(done))


def case_the_line_that_could_not_be_written_is_said(box):
    os.unlink(box.config)
    os.rmdir(os.path.dirname(box.config))
    box.write('.aws', 'a file where the folder should be')
    check(box.add(), 3, context='config-not-written', reason='system-call',
          key='mfa_serial', arn=SERIAL, detail='Not a directory')


# -- explain ------------------------------------------------------------------


def case_explain_names_the_keyring_that_has_the_key(box):
    box.add_quietly()
    check(box.rolekey('explain', 'testing', env={'ROLEKEY_BACKEND': 'auto'}),
          stdout='^  start +StoredKey of custodian, in the keyring '
          r'\(file\)$')


def case_explain_says_that_exec_refuses(box):
    role = 'role_arn = arn:aws:iam::222233334444:role/TestingAdmin\n'
    box.write_config(
        '[profile elsewhere]\n' + role + 'source_profile = custodian\n'
        'rolekey_expect_account = 999988887777\n[profile custodian]\n')
    box.add_quietly()
    for profile, reason, facts in (
            ('elsewhere', 'wrong-account',
             {'value': '222233334444', 'expected': '999988887777'}),):
        told = check_quiet(box.rolekey('explain', profile)).stdout
        need(re.search('exec refuses: ' + messages.pattern(
            reason, profile=profile, **facts), told), told)
        need('key of' not in told or profile == 'elsewhere', told)
        refused(box.rolekey('exec', profile, '--', 'true'), 125,
                reason=reason, profile=profile, **facts)
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
