#!/usr/bin/python3 -B
"""Completion in the real shells: what is typed on a terminal, with a tab, and
what words the program then gets.
"""

import os
import re
import shutil
import subprocess

import messages
import pexpect

from harness import (BIN, Skipped, check, check_quiet, need, refused,
                     run_cases, same)

# A function in the program's place tells its words; the scripts ask the
# program itself, and "dummy" has a completion of its own.
SHELLS = {
    'bash': (['--norc', '--noprofile', '-i'], r'''
rolekey() { printf 'ARGV'; printf '<%s>' "$@"; printf 'END\n'; }
dummy() { :; }
complete -W 'alpha beta' dummy
source <(command rolekey completion bash)
'''),
    'bash with bash-completion': (['--norc', '--noprofile', '-i'], r'''
source /usr/share/bash-completion/bash_completion
rolekey() { printf 'ARGV'; printf '<%s>' "$@"; printf 'END\n'; }
dummy() { :; }
complete -W 'alpha beta' dummy
source <(command rolekey completion bash)
'''),
    'zsh': (['-f', '-i'], r'''
unsetopt PROMPT_SP PROMPT_CR BEEP
autoload -U compinit && compinit -u -D
rolekey() { printf 'ARGV'; printf '<%s>' "$@"; printf 'END\n'; }
dummy() { :; }
_dummy() { compadd alpha beta; }
compdef _dummy dummy
source <(command rolekey completion zsh)
'''),
    'fish': (['--private', '--no-config'], r'''
function fish_prompt; end
function rolekey; printf 'ARGV'; printf '<%s>' $argv; printf 'END\n'; end
function dummy; end
complete -c dummy -f -a 'alpha beta'
command rolekey completion fish | source
'''),
}
ODD = ['q1 b', 'q2$(touch pwned)', 'q3`touch pwned`', "q4it's", 'q5\u00fc',
       'q6;touch pwned', 'q8=y', 'q9*', 'qa"b', 'qb\\c', 'qc&d', 'qd~', 'qe!x',
       'qf{a,b}', 'qg<h', 'qh|touch pwned']
SSO = '''\
[sso-session corporate]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
'''
CONFIG = SSO + ''.join('[profile %s]\nregion = eu-west-1\n' % name for name in (
    'testing', 'custodian', 'qz:b:c', 'qy@x', 'qx+y', 'qw%r', 'qv/s'))
# No config can have such names yet; a script should not rest on that.
LISTING = r'''#!/bin/sh
case "$1 $2" in
'list --profiles') cat "$HOME/names" ;;
*) exec %s "$@" ;;
esac
'''


class Shell:
    """An interactive shell on a terminal."""

    def __init__(self, box, name, names=None):
        program = name.split(' ')[0]
        arguments, setup = SHELLS[name]
        if not shutil.which(program):
            raise Skipped('no ' + program)
        box.write_config(CONFIG)
        box.write('setup', setup)
        place = BIN
        if names:
            box.write('names', '\n'.join(names) + '\n')
            place = box.write('bin/rolekey', LISTING % BIN, 0o755)
        env = dict(box.env, PATH='%s:%s' % (os.path.dirname(place),
                                            box.env['PATH']),
                   PS1='', ZDOTDIR=box.home, LC_ALL='C.UTF-8', TERM='dumb')
        self.name = name
        self.child = pexpect.spawn('/usr/bin/' + program, arguments, env=env,
                                   cwd=box.home, encoding='utf-8', timeout=30,
                                   dimensions=(50, 400))
        self.child.delaybeforesend = 0.1
        self.child.sendline('. ./setup; rolekey is there')
        self.child.expect('ARGV<is><there>END')

    def words(self, typed):
        """The arguments that rolekey gets when that is typed, with the tabs."""
        self.child.send(typed)
        self.child.send('\r')
        try:
            self.child.expect('ARGV((?:<[^\r\n]*>)?)END')
        except pexpect.TIMEOUT:
            need(False, '%s: %r: %r' % (self.name, typed,
                                        self.child.before[-500:]))
        inside = self.child.match.group(1)
        return inside[1:-1].split('><') if inside else []

    def close(self):
        self.child.close(force=True)


def in_each(box, function, names=None):
    for name in SHELLS:
        shell = Shell(box, name, names)
        try:
            function(shell)
        finally:
            shell.close()


def expects(typed, wanted):
    def function(shell):
        same((shell.name, typed, shell.words('rolekey ' + typed)),
             (shell.name, typed, wanted), 'words')
    return function


def case_commands_and_their_options(box):
    def function(shell):
        for typed, wanted in (
                ('cred\t', ['credential-process']),
                ('mfa enr\t', ['mfa', 'enroll']),
                ('con\tch\t', ['config', 'check']),
                ('help unl\t', ['help', 'unlock']),
                ('completion fi\t', ['completion', 'fish']),
                ('list --prof\t', ['list', '--profiles']),
                ('--deb\tlist', ['--debug', 'list']),
                ('export --form\tpow\t', ['export', '--format', 'powershell']),
                ('export --format=pow\t', ['export', '--format=powershell']),
                ('--backend sec\tlist', ['--backend', 'secret-service',
                                         'list']),
                ('org sync --via cust\t --dry-run',
                 ['org', 'sync', '--via', 'custodian', '--dry-run']),
                ('org sync --sso-session=corp\t',
                 ['org', 'sync', '--sso-session=corporate']),
                ('org accounts --sso-session corp\t',
                 ['org', 'accounts', '--sso-session', 'corporate']),
                ('export --reg\teu-west-1 test\t',
                 ['export', '--region', 'eu-west-1', 'testing'])):
            expects(typed, wanted)(shell)
    in_each(box, function)


def case_profiles_and_what_exec_runs(box):
    def function(shell):
        for typed, wanted in (
                ('exec test\t', ['exec', 'testing']),
                ('exec -d 1h cust\t-- dummy al\t',
                 ['exec', '-d', '1h', 'custodian', '--', 'dummy', 'alpha']),
                ('exec cust\tdummy be\t', ['exec', 'custodian', 'dummy',
                                           'beta']),
                ('across -j 2 cust\ttest\t-- dummy al\t',
                 ['across', '-j', '2', 'custodian', 'testing', '--', 'dummy',
                  'alpha']),
                ('exec testing --refr\t-- dummy x al\t', ['exec', 'testing', '--refresh', '--', 'dummy', 'x',
                  'alpha']),
                ('exec -- dummy al\t', ['exec', '--', 'dummy', 'alpha']),
                ('exec testing -- dumm\tx',
                 ['exec', 'testing', '--', 'dummy', 'x']),
                *(('explain %s\t' % name[:2], ['explain', name])
                  for name in ('qy@x', 'qx+y', 'qw%r', 'qv/s')),
                ('explain qz:b\t', ['explain', 'qz:b:c'])):
            # It takes bash-completion to complete what another command takes.
            if shell.name != 'bash' or 'dummy ' not in typed:
                expects(typed, wanted)(shell)
    in_each(box, function)


def case_nothing_in_a_name_is_evaluated(box):
    """Names are quoted: the program gets them as they are in the config."""
    def function(shell):
        for name in ODD:
            expects('explain %s\t' % name[:2], ['explain', name])(shell)
        need(not os.path.exists(os.path.join(box.home, 'pwned')),
             '%s: a name was a command' % shell.name)
    in_each(box, function, ODD)


def case_in_quotes_bash_offers_what_is_safe_there(box):
    shell = Shell(box, 'bash', ODD)
    try:
        for typed, wanted in (("'q1\t", 'q1 b'), ('"q1\t', 'q1 b'),
                              ("'q2\t", 'q2$(touch pwned)'),
                              ('"q2\t"', 'q2'), ("'q4\t'", 'q4')):
            same(shell.words('rolekey explain ' + typed),
                 ['explain', wanted], typed)
        need(not os.path.exists(os.path.join(box.home, 'pwned')), 'evaluated')
    finally:
        shell.close()


def case_no_keyring_and_no_request_for_profiles(box):
    done = check_quiet(box.rolekey('list', '--profiles', env={
        'ROLEKEY_BACKEND': 'secret-service',
        'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nowhere'}))
    same(done.calls, [], 'calls')
    need('testing\n' in done.stdout, str(done))


def words_of(done):
    """Those that would be good, of a refusal of another."""
    refused(done, 3, reason='bad-value', value='x')
    expected = messages.read_line(done.stderr.strip()).facts['expected']
    return expected.removeprefix('one of ').replace(' and ', ', ').split(', ')


def case_the_words_are_those_that_are_taken(box):
    """Those of backends and of formats, from what says what is wrong."""
    for shell in ('bash', 'zsh', 'fish'):
        script = check_quiet(box.rolekey('completion', shell)).stdout
        done = box.rolekey('list', env={'ROLEKEY_BACKEND': 'x'})
        for word in words_of(done):
            need(re.search(r'\b%s\b' % word, script), word)
        done = box.rolekey('list', env={'ROLEKEY_PROMPT': 'x'})
        for word in words_of(done):
            need(re.search(r'\b%s\b' % word, script), word)
        for word in ('sh', 'fish', 'powershell', 'env', 'json', 'ini'):
            need(box.rolekey('export', 'testing', '--format', word).status !=
                 2, word)


def case_a_shell_starts_whatever_the_settings_say(box):
    box.write('.config/rolekey/config', 'nonsense')
    check(box.rolekey('list', '--profiles'), 3)
    check_quiet(box.rolekey('completion', 'bash', env={
        'ROLEKEY_BACKEND': 'nonsense', 'HOME': None}))


def case_another_shell_is_refused(box):
    refused(box.rolekey('completion'), 2, reason='no-word-given',
            expected='bash, zsh or fish')
    refused(box.rolekey('completion', 'tcsh'), 2, reason='bad-value',
            value='tcsh')
    refused(box.rolekey('completion', 'bash', 'x'), 2,
            reason='unexpected-argument', value='x')


def case_shellcheck_has_nothing_to_say(box):
    if not shutil.which('shellcheck'):
        raise Skipped('no shellcheck')
    path = box.write('completion.bash', check_quiet(
        box.rolekey('completion', 'bash')).stdout)
    done = subprocess.run(['shellcheck', path], check=False,
                          capture_output=True, text=True)
    need(done.returncode == 0, done.stdout)


def case_each_command_and_option_of_the_help_is_there(box):
    text = check(box.rolekey('--help')).stdout
    names = re.findall(r'^  ([a-z-]+(?: [a-z-]+)?) {2,}', text.split(
        'Commands:')[1].split('Global options')[0], re.M)
    need(len(names) > 15, str(names))
    for shell in ('bash', 'zsh', 'fish'):
        script = check_quiet(box.rolekey('completion', shell)).stdout
        for name in names:
            need("'%s'" % name in script, '%s: %s' % (shell, name))
            for option in re.findall(r'^ {2}.{4}--([a-z-]+)', check(
                    box.rolekey(*name.split(' '), '--help')).stdout, re.M):
                need('--' + option in script, '%s: %s' % (shell, option))


if __name__ == '__main__':
    run_cases(globals())
