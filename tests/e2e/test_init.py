#!/usr/bin/python3 -B
"""The function role in the real shells: on terminals, and in scripts."""

import os
import re
import shutil

import pexpect

from harness import (BIN, CONFIG, Skipped, check, check_quiet, need, noticed,
                     refused, run_cases, same)

GUARDED = CONFIG + '''
[profile guarded]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
rolekey_confirm = yes
'''
LINES = {
    'bash': 'eval "$(rolekey init bash%s)"',
    'zsh': 'eval "$(rolekey init zsh%s)"',
    'fish': 'rolekey init fish%s | source',
}
START = {
    'bash': (['--norc', '--noprofile', '-i'],
             'PS1=; bind "set enable-bracketed-paste off" 2>/dev/null\n'),
    'zsh': (['-f', '-i'], 'PS1=; unsetopt PROMPT_SP PROMPT_CR ZLE; stty -echo\n'),
    'fish': (['--no-config', '-i'],
             'function fish_prompt; end\nfunction fish_greeting; end\n'),
}
STATUS = {'bash': '$?', 'zsh': '$?', 'fish': '$status'}
TOLD = 'AWS_VAULT ROLEKEY_PROFILE AWS_REGION'.split()
LATER = '2099-01-01T00:00:00Z'


def environment(box):
    return dict(box.env, PATH='%s:%s' % (os.path.dirname(BIN),
                                         box.env['PATH']),
                ZDOTDIR=box.home, TERM='dumb')


class Shell:
    """An interactive shell on a terminal, with the function."""

    def __init__(self, box, name, options='', before=''):
        if not shutil.which(name):
            raise Skipped('no ' + name)
        arguments, setup = START[name]
        box.write('setup.' + name, setup + before + '\n' +
                  LINES[name] % options + '\n')
        self.name = name
        self.child = pexpect.spawn(shutil.which(name), arguments,
                                   env=environment(box), cwd=box.home,
                                   encoding='utf-8', timeout=60, echo=False,
                                   dimensions=(50, 2000))
        self.child.delaybeforesend = 0.05
        self.child.sendline('. ./setup.%s; echo "rea"dy' % name)
        self.child.expect('ready\r\n')

    def send(self, line):
        self.child.sendline(line)

    def expect(self, pattern):
        try:
            self.child.expect(pattern)
        except (pexpect.TIMEOUT, pexpect.EOF):
            need(False, '%s: no /%s/ in %r' % (self.name, pattern,
                                               self.child.before[-900:]))
        return self.child.match

    def run(self, line):
        """(what it shows, its status)"""
        self.send(line)
        self.send('echo "<"%s">"' % STATUS[self.name])
        match = self.expect(r'(?s)(.*?)<(\d+)>\r\n')
        return match.group(1), int(match.group(2))

    def does(self, line, status=0):
        shown, got = self.run(line)
        same((line, got), (line, status), '%s: status: %s' % (self.name, shown))
        return shown

    def values(self, *names):
        self.send('echo "{"%s"}"' % '"|"'.join('"$%s"' % n for n in names))
        return self.expect(r'\{([^{}]*)\}\r\n').group(1).split('|')

    def export(self, name, value):
        self.does('set -gx %s %s' % (name, value) if self.name == 'fish'
                  else 'export %s=%s' % (name, value))

    def close(self):
        self.child.close(force=True)


def in_each(box, function, options='', before=None):
    for name in LINES:
        shell = Shell(box, name, options, (before or {}).get(name, ''))
        try:
            function(shell)
        finally:
            shell.close()


def prepared(box):
    box.write_config(GUARDED)
    box.warm('testing', 'staging')


def case_a_role_the_previous_one_and_none(box):
    prepared(box)

    def function(shell):
        shell.export('AWS_PROFILE', 'production')
        shell.does('role testing')
        same(shell.values(*TOLD, 'AWS_PROFILE'),
             ['testing', 'testing', 'ap-northeast-1', ''], shell.name)
        expires, session, key = shell.values(
            'AWS_CREDENTIAL_EXPIRATION', 'AWS_SESSION_EXPIRATION',
            'AWS_ACCESS_KEY_ID')
        same(session, expires, shell.name)
        need(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', expires) and
             key.startswith('ASIA'), (expires, key))
        need('no previous' in shell.does('role -', 1), shell.name)
        shell.does('role staging')
        same(shell.values('AWS_VAULT')[0], 'staging', shell.name)
        for profile in ('testing', 'staging'):
            shell.does('role -')
            same(shell.values('AWS_VAULT')[0], profile, shell.name)
        shell.does('role --unset')
        same(shell.values(*TOLD, 'AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN',
                          'AWS_SESSION_EXPIRATION', 'ROLEKEY_AWS_REGION'),
             [''] * 7, shell.name)
        shell.does('role -')
        same(shell.values('AWS_VAULT')[0], 'staging', shell.name)
    in_each(box, function)


def case_a_refused_role_changes_nothing(box):
    prepared(box)

    def function(shell):
        shell.does('role testing --region eu-west-1')
        shown = shell.does('role nobody', 3)
        noticed(None, 'no-such-profile', shown.replace('\r', ''),
                profile='nobody')
        same(shell.values(*TOLD), ['testing', 'testing', 'eu-west-1'],
             shell.name)
    in_each(box, function)


def case_the_users_own_region_stays(box):
    prepared(box)

    def function(shell):
        shell.export('AWS_REGION', 'us-west-2')
        shell.does('role testing')
        shell.export('AWS_REGION', 'eu-north-1')
        shell.does('role --unset')
        same(shell.values('AWS_REGION', 'AWS_VAULT'), ['eu-north-1', ''],
             shell.name)
    in_each(box, function)


def case_a_guarded_profile_is_confirmed_once(box):
    prepared(box)

    def function(shell):
        shell.send('role guarded')
        shell.expect('Type "guarded" to use account 222233334444: ')
        same(shell.run('wrong')[1], 4, shell.name)
        same(shell.values('AWS_VAULT'), [''], shell.name)
        shell.send('role guarded')
        shell.expect('Type "guarded" ')
        same(shell.run('guarded')[1], 0, shell.name)
        shell.export('AWS_CREDENTIAL_EXPIRATION', '2001-01-01T00:00:00Z')
        same(shell.values('AWS_VAULT'), ['guarded'], shell.name)
        need(shell.values('AWS_CREDENTIAL_EXPIRATION')[0] > '2020', shell.name)
    in_each(box, function)


# -- before each command --------------------------------------------------------


def case_credentials_are_refreshed_before_a_command(box):
    prepared(box)

    def function(shell):
        shell.does('role testing --region eu-west-1')
        expires, = shell.values('AWS_CREDENTIAL_EXPIRATION')
        shell.export('AWS_CREDENTIAL_EXPIRATION', LATER)
        same(shell.values('AWS_CREDENTIAL_EXPIRATION'), [LATER], shell.name)
        shell.export('AWS_CREDENTIAL_EXPIRATION', '2001-01-01T00:00:00Z')
        same(shell.values('AWS_CREDENTIAL_EXPIRATION', *TOLD),
             [expires, 'testing', 'testing', 'eu-west-1'], shell.name)
        # A shell that took other credentials meanwhile keeps them.
        shell.export('ROLEKEY_PROFILE', 'other')
        shell.export('AWS_CREDENTIAL_EXPIRATION', '2001-01-01T00:00:00Z')
        same(shell.values('AWS_CREDENTIAL_EXPIRATION'),
             ['2001-01-01T00:00:00Z'], shell.name)
    in_each(box, function)


FAILING = {  # fails with 7, and leaves credentials that end
    'bash': 'f() { AWS_CREDENTIAL_EXPIRATION=2001; return 7; }',
    'zsh': 'f() { AWS_CREDENTIAL_EXPIRATION=2001; return 7; }',
    'fish': 'function f; set -gx AWS_CREDENTIAL_EXPIRATION 2001; return 7; end',
}
HISTORY = {'bash': 'history', 'zsh': 'fc -l 1', 'fish': 'history'}


def case_a_refresh_changes_neither_status_nor_history(box):
    prepared(box)

    def function(shell):
        shell.does('role testing')
        expires, = shell.values('AWS_CREDENTIAL_EXPIRATION')
        shell.does(FAILING[shell.name])
        shell.does('f word', 7)
        same(shell.values('AWS_CREDENTIAL_EXPIRATION'), [expires], shell.name)
        if shell.name != 'fish':
            shell.send('f word')
            shell.send('echo "[$_]"')
            same(shell.expect(r'\[([^\]]*)\]').group(1), 'word', shell.name)
        shell.send(HISTORY[shell.name] + ' | grep -c "__role[k]ey"')
        same(shell.expect(r'(\d+)\r\n').group(1), '0', shell.name)
    in_each(box, function)


def case_a_refresh_that_fails_is_not_tried_at_each_command(box):
    prepared(box)

    def function(shell):
        shell.does('role testing')
        shell.export('AWS_CONFIG_FILE', '/nowhere')
        shell.does(FAILING[shell.name])
        shell.send('f word')
        need('rolekey:' in shell.does('true'), shell.name)
        for _ in range(3):
            need('rolekey:' not in shell.does('true'), shell.name)
        same(shell.values('AWS_CREDENTIAL_EXPIRATION'), ['2001'], shell.name)
    in_each(box, function)


def case_options_of_a_shell_do_not_matter(box):
    prepared(box)
    for name, options in (('bash', 'set -u'), ('bash', 'set -uo posix'),
                          ('bash', 'set -f; IFS=:/'),
                          ('bash', 'shopt -s extdebug'),
                          ('zsh', 'set -u'),
                          ('zsh', 'setopt sh_word_split ksh_arrays'),
                          ('zsh', 'emulate sh')):
        shell = Shell(box, name, before=options)
        try:
            shell.does('role testing --region eu-west-1')
            shell.does('role staging')
            shell.does('role -')
            same(shell.values(*TOLD), ['testing', 'testing', 'eu-west-1'],
                 (name, options))
            shell.export('AWS_CREDENTIAL_EXPIRATION', '2001')
            need(shell.values('AWS_CREDENTIAL_EXPIRATION') != ['2001'],
                 (name, options))
            shell.does('role --unset')
            shell.does('test -z "${AWS_VAULT-}${AWS_REGION-}"')
        finally:
            shell.close()


SCRIPT = '''
role testing; test "$AWS_VAULT" = testing
role staging; role -; test "$AWS_VAULT" = testing
role --unset; test -z "${AWS_VAULT-}"; role nobody; echo not here'''


def case_scripts_that_stop_at_failures(box):
    prepared(box)
    for name, flags in (('bash', '-euc'), ('zsh', '-feuc')):
        check(box.run(name, flags, LINES[name] % '' + SCRIPT,
                      env=environment(box)), 3, without='not here')


def case_a_traced_shell_shows_no_secret(box):
    prepared(box)
    for name, on, off in (('bash', 'set -x', 'set +x'),
                          ('zsh', 'set -x', 'set +x'),
                          ('fish', 'set fish_trace 1', 'set -e fish_trace')):
        done = check(box.run(name, '-c', '\n'.join((
            LINES[name] % '', on, 'role testing', off,
            'test -n "$AWS_SESSION_TOKEN"')), env=environment(box)),
                     stderr='role')
        need(not re.search('(SECRET_ACCESS_KEY|SESSION_TOKEN).?=?.?[A-Za-z]',
                           done.stderr), done)


def case_a_debug_trap_of_the_user_stays(box):
    prepared(box)
    shell = Shell(box, 'bash', before="trap 'seen=$?$BASH_COMMAND' DEBUG")
    try:
        shell.does('role testing')
        shell.does(FAILING['bash'])
        shell.send('f')
        shell.send('echo "[$seen]"')
        same(shell.expect(r'\[(.*)\]\r').group(1), '7echo "[$seen]"', 'trap')
        need(shell.values('AWS_CREDENTIAL_EXPIRATION') != ['2001'], 'refresh')
    finally:
        shell.close()


# -- .aws-profile ----------------------------------------------------------------


def plain(shown):
    """Without what a shell adds for its terminal: fish 4 marks its output."""
    return re.sub(r'\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b\[[^@-~]*[@-~]|'
                  r'\x1b[^\]\[]|[\r\x0e\x0f]', '', shown)


def case_a_folder_names_its_profile_once_it_is_trusted(box):
    prepared(box)
    path = box.write('project/.aws-profile', '# ours\nstaging\n')
    os.makedirs(os.path.join(box.home, 'project', 'deep'))

    def function(shell):
        shell.does('cd %s/project/deep' % box.home)
        box.write_config('')
        shown = shell.does('role --help')
        need('role trust' in shown, shown)
        shown = plain(shell.does('rolekey trust --check'))
        noticed(None, 'folder-not-trusted', shown, path=path,
                profile='staging')
        shell.send('role trust')
        shell.expect(re.escape(path) + ' names profile staging. Trust it')
        same(shell.run('n')[1], 0, shell.name)
        box.write_config(GUARDED)
        shell.send('role trust')
        shell.expect('Trust it')
        shell.does('y')
        shell.does('role')
        same(shell.values('AWS_VAULT'), ['staging'], shell.name)
        shell.does('role trust --remove')
    in_each(box, function)


def case_trust_is_of_a_content_at_a_path(box):
    box.write_config(CONFIG)
    path = box.write('project/.aws-profile', 'staging\n')
    here = {'cwd': os.path.dirname(path)}
    refused(box.rolekey('trust', **here), 4, reason='no-terminal',
            context='trusting')
    noticed(check(box.rolekey('trust', '-f', **here)), 'folder-trusted',
            path=path, profile='staging')
    same(check_quiet(box.rolekey('trust', '--check', **here)).stdout,
         'staging\n', 'trusted')
    box.write('project/.aws-profile', 'testing\n')
    done = check(box.rolekey('trust', '--check', **here))
    same(done.stdout, '', 'changed')
    noticed(done, 'folder-not-trusted', path=path, profile='testing')
    box.write('project/.aws-profile', 'staging\n')
    same(box.rolekey('trust', '--check', **here).stdout, 'staging\n', 'back')
    other = box.write('other/.aws-profile', 'staging\n')
    same(box.rolekey('trust', '--check', cwd=os.path.dirname(other)).stdout,
         '', 'another path')
    same(check_quiet(box.rolekey('trust', '--check')).stdout, '', 'none')
    refused(box.rolekey('trust'), 3, reason='no-folder-profile', path=box.home)
    for text, line in (('', 1), ('# x\n\n', 1), ('a\n\nb\n', 3)):
        box.write('project/.aws-profile', text)
        refused(box.rolekey('trust', '--check', **here), 3,
                reason='bad-folder-profile', path=path, line=line)
    box.write('project/.aws-profile', 'staging\n')
    refused(box.rolekey('trust', '--check', '--remove', **here), 2,
            reason='exclusive-options')


# -- the script --------------------------------------------------------------------


def case_another_name_and_no_refresh(box):
    prepared(box)

    def function(shell):
        shell.does('r2 testing')
        same(shell.values('AWS_VAULT'), ['testing'], shell.name)
        shell.export('AWS_CREDENTIAL_EXPIRATION', '2001')
        same(shell.values('AWS_CREDENTIAL_EXPIRATION'), ['2001'], shell.name)
    in_each(box, function, ' --name r2 --no-refresh')
    for name in ('', '2r', 'a b', 'x;y', 'rolekey', 'r' * 64, '-r'):
        refused(box.rolekey('init', 'bash', '--name=' + name), 2,
                reason='bad-option-value', key='name')


def case_a_terminal_is_not_a_shell(box):
    for shell, file in (('bash', '~/.bashrc'), ('zsh', '~/.zshrc'),
                        ('fish', '~/.config/fish/config.fish')):
        done = check(box.pty_run(['init', shell], []), 2)
        need(file in done.stdout and LINES[shell] % '' in done.stdout, done)


def case_wrong_settings_stop_no_shell(box):
    box.write('.config/rolekey/config', '[rolekey]\nnonsense = 1\n')
    for shell in LINES:
        check_quiet(box.rolekey('init', shell))


def case_shellcheck_has_no_complaint(box):
    if not shutil.which('shellcheck'):
        raise Skipped('no shellcheck')
    script = box.write('init.bash', box.rolekey('init', 'bash').stdout)
    check_quiet(box.run('shellcheck', script))


def case_the_prompt_names_the_profile(box):
    prepared(box)

    def function(shell):
        need('testing' not in shell.does('role_prompt'), shell.name)
        shell.does('role testing')
        need('testing' in shell.does('role_prompt'), shell.name)
    in_each(box, function)


def case_the_function_completes_profiles(box):
    prepared(box)
    for name in LINES:
        shell = Shell(box, name, before={
            'zsh': 'setopt ZLE; autoload -U compinit && compinit -u -D'}.get(
                name, ''))
        try:
            shell.child.send('role stag\t\r')
            shell.child.send('echo "{$AWS_VAULT}"\r')
            same(shell.expect(r'\{([a-z]*)\}').group(1), 'staging', name)
        finally:
            shell.close()


if __name__ == '__main__':
    run_cases(globals())
