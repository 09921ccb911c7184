#!/usr/bin/python3 -B
"""The manual against the program: what it says is so, and nothing is missing."""

import glob
import json
import os
import re
import subprocess

import messages
from harness import (BIN, CONFIG, PASSPHRASE, SERIAL, Skipped, check,
                     check_quiet, need, run_cases, same)
from manual_pages import (MAN, ROOT, commands, items, marked, names, options,
                          options_of_help, page, section)
from peers import read_env

ELSEWHERE = {('curl', '1'), ('env', '1'), ('fish', '1'), ('jq', '1'),
             ('keyctl', '1'), ('sh', '1'), ('execve', '2'), ('flock', '2'),
             ('mlock', '2'), ('prctl', '2'), ('proc', '5'), ('keyrings', '7')}
# Read by the program, and no business of a reader's.
NOT_SAID = {'ROLEKEY_'}


def source(*patterns):
    text = ''
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(ROOT, 'src', pattern),
                                     recursive=True)):
            with open(path, encoding='utf-8') as file:
                text += file.read()
    return text


def file_of(command):
    return 'rolekey-%s.1' % command.replace(' ', '-')


def all_commands(box):
    return commands(check(box.rolekey('help')).stdout)


# -- the pages ----------------------------------------------------------------


def case_mandoc_has_nothing_to_say(_box):
    try:
        done = subprocess.run(
            ['mandoc', '-T', 'lint', '-W', 'warning'] +
            [os.path.join(MAN, name) for name in names()],
            check=False, capture_output=True, text=True)
    except FileNotFoundError:
        raise Skipped('no mandoc') from None
    same((done.stdout, done.stderr, done.returncode), ('', '', 0), 'lint')


def case_pages_name_pages_that_there_are(_box):
    ours = {tuple(name.rsplit('.', 1)) for name in names()}
    for name in names():
        text = page(name)
        for reference in re.findall(r'^\.Xr (\S+) (\d)', text, re.M):
            need(reference in ours | ELSEWHERE, '%s: %s' % (name, reference))
        title = re.search(r'^\.Dt (\S+) (\d)$', text, re.M).groups()
        same((title[0].lower(), title[1]), tuple(name.rsplit('.', 1)), 'title')
        need(re.search(r'^\.Nm %s$' % re.escape(name[:-2]), text, re.M), name)
    listed = set(re.findall(r'^\.Xr (\S+) (\d)', section(
        page('rolekey.1'), 'SEE ALSO'), re.M))
    same(listed, ours - {('rolekey', '1')}, 'SEE ALSO of rolekey(1)')


# -- commands and options -----------------------------------------------------


def case_each_command_has_a_page_with_its_options(box):
    table = all_commands(box)
    for command, summary in table.items():
        text = page(file_of(command))
        shown = check(box.rolekey('help', *command.split())).stdout
        same((command, re.search(r'^\.Nd (.*)$', text, re.M).group(1)),
             (command, summary), 'what it is for')
        own = options_of_help(shown, 'Options')
        same((command, options(section(text, 'DESCRIPTION'))), (command, own),
             'options')
        synopsis = section(text, 'SYNOPSIS')
        for letter, name in own:
            need(re.search(r'Fl %s\b' % letter if letter else
                           r' -%s\b' % name, synopsis),
                 '%s: --%s' % (command, name))
        alias = re.search(r'^Alias: (\w+)$', shown, re.M)
        need(not alias or ' Cm %s\n' % alias.group(1) in synopsis, command)
        need('Manual: man %s\n' % file_of(command)[:-2] in shown, shown)
    pages = {name for name in names() if name.startswith('rolekey-') and
             name.endswith('.1')}
    same(pages, {file_of(command) for command in table}, 'pages')


def case_the_general_page_has_every_command_and_general_option(box):
    text = page('rolekey.1')
    general = options_of_help(check(box.rolekey('help')).stdout, 'Global options')
    same(options(section(text, 'Options')), general, 'options')
    found = re.findall(r'^\.It Cm (.+)\n(.+?):?\n', section(text, 'Commands'),
                       re.M)
    table = all_commands(box)
    same({name: what for name, what in found if name != 'help'}, table,
         'commands')


# -- the environment ----------------------------------------------------------


def variables_read():
    text = source('**/*.c')
    text = re.sub(r'#define (\w+)\s+"([^"]*)"', r'\n#define \1 "\2"\n', text)
    macros = dict(re.findall(r'#define (\w+) "([^"]*)"', text))
    found = set(re.findall(r'(?:text_env|mark_env|resolve_env)\([^;"]*?"([A-Z_0-9]+)"',
                           text))
    found |= set(re.findall(r'\bsay\(p, link,\s*"([A-Z_]+)"', text))
    found |= set(re.findall(r'\[AWS_(?:STS|IAM)\] = "([A-Z_]+)"', text))
    found |= {macros[name] for name in re.findall(
        r'text_env\([a-z>-]+, ([A-Z]+)\)', text)}
    found |= {'ROLEKEY_' + key.upper() for key in settings()}
    return found - NOT_SAID


def settings():
    return re.findall(r'\{ AT\((\w+)\)', source('format/settings.c'))


def variables_said(name):
    found = set()
    for line in re.findall(r'^\.(?:It )?Ev (.*)$', page(name), re.M):
        found |= set(re.findall(r'[A-Z][A-Z0-9_]+', line))
    return found


def case_every_variable_that_is_read_is_in_the_manual(_box):
    said = set()
    for name in names():
        said |= variables_said(name)
    same(sorted(variables_read() - said), [], 'not said')
    ours = {name for name in said if name.startswith('ROLEKEY_')}
    same(sorted(ours - variables_read() - {
        'ROLEKEY_', 'ROLEKEY_PROFILE', 'ROLEKEY_READ_ONLY', 'ROLEKEY_MFA_SERIAL',
        'ROLEKEY_AWS_REGION', 'ROLEKEY_AWS_DEFAULT_REGION'}), [],
         'not read')


def case_what_the_child_loses_is_what_the_page_says(box):
    [(_, block)] = marked(page('rolekey-exec.1'), 'removed')
    listed = block.split('\n')
    table = source('cmd/childenv.c').split('removed[] = {')[1].split('}')[0]
    same(listed, re.findall(r'"([A-Z_*]+)"', table), 'the list')
    box.add_quietly()
    old = {name.replace('*', '_X'): 'old' for name in listed
           if name != 'ROLEKEY_PASSPHRASE*'}
    old['AWS_MFA_SERIAL'] = SERIAL
    given = read_env(check(box.rolekey('exec', 'testing', '-t', box.code(),
                                       '--', 'env', env=old)).stdout)
    same([name for name, value in given.items() if value in ('old', SERIAL)],
         [], 'left')
    need('ROLEKEY_PASSPHRASE' not in given and PASSPHRASE not in
         given.values(), given)
    said = items(page('rolekey-exec.1'), 'set')
    new = set(given) - set(box.env) - {'PWD', 'SHLVL', '_', 'OLDPWD'}
    same(sorted(new), sorted(said), 'set')


# -- what is printed ----------------------------------------------------------


def members(command, where, value):
    mark = 'json ' + command
    if where:
        mark += ' ' + where
    same((mark, list(value)), (mark, items(page(file_of(command)), mark)),
         'members')


def case_the_members_of_json_are_those_of_the_pages(box):
    box.warm('testing')
    plan = json.loads(check(box.rolekey('explain', 'testing',
                                        '--json')).stdout)
    members('explain', '', plan)
    for step in plan['steps']:
        members('explain', 'steps', step)
    listed = json.loads(check(box.rolekey('list', '--json')).stdout)
    members('list', '', listed)
    rows = {row['profile']: row for row in listed['profiles']}
    for row in rows.values():
        members('list', 'profiles', row)
    for session in rows['testing']['sessions']:
        members('list', 'profiles sessions', session)
    for session in listed['sessions']:
        members('list', 'sessions', session)
    members('config dump', '', json.loads(check(
        box.rolekey('config', 'dump')).stdout))
    members('credential-process', '', json.loads(check(
        box.rolekey('credential-process', 'testing')).stdout))


def case_the_actions_of_explain_are_those_of_the_page(_box):
    table = source('plan/step.c').split('step_action(')[1].split('};')[0]
    text = page('rolekey-explain.1')
    for action in re.findall(r'= "(\w+)"', table):
        need(re.search(r'^\.Sy %s\b' % action, text, re.M), action)


def case_the_formats_of_export_are_those_of_the_page(box):
    box.warm('testing')
    text = page('rolekey-export.1')
    formats = items(text, 'formats')
    done = check(box.rolekey('export', 'testing', '--format', '?'), 2)
    same(sorted(formats), sorted(re.findall(r'\w+', done.stderr.split(
        'is not ')[1].replace(' or ', ' '))), 'formats')
    pairs = marked(text, 'pairs')[0][1].split('\n')
    for name, pattern in (
            ('sh', r"^export (\w+)='.*'$"), ('fish', r"^set -gx (\w+) '.*'$"),
            ('powershell', r"^\$Env:(\w+)='.*'$"), ('env', r'^(\w+)=.*$')):
        shown = check_quiet(box.rolekey('export', 'testing', '--format',
                                        name)).stdout
        same((name, re.findall(pattern, shown, re.M)), (name, pairs), 'names')
    shown = check(box.rolekey('export', 'testing', '--format',
                              'ini')).stdout.splitlines()
    same(shown[0], '[testing-session]', 'section')
    same([line.split('=')[0] for line in shown[1:]],
         marked(text, 'ini')[0][1].split('\n'), 'ini')
    same(check_quiet(box.rolekey('export', 'testing', '--format',
                                 'json')).stdout,
         check_quiet(box.rolekey('credential-process', 'testing')).stdout,
         'json')
    same(marked(text, 'stale')[0][1].split('\n'), re.findall(
        r'"([A-Z_0-9*]+)"', source('cmd/childenv.c').split(
            'stale[] = {')[1].split('}')[0]), 'stale')


# -- statuses and messages ----------------------------------------------------


def statuses_of(name):
    return set(map(int, re.findall(r'^\.It (\d+)$', section(
        page(name), 'EXIT STATUS'), re.M)))


def case_each_status_of_the_page_can_be_had(box):
    got = {check(box.rolekey('list')).status, box.rolekey('dance').status,
           box.rolekey('export', 'testing').status}
    box.warm()
    got.add(box.rolekey('export', 'nobody').status)
    got.add(box.rolekey('export', 'testing', '--refresh').status)
    box.forget_codes()
    got.add(box.rolekey('export', 'testing', '--refresh', '-t',
                        '000000').status)
    got.add(box.rolekey('list', '--backend', 'secret-service').status)
    box.forget_codes()
    got.add(box.rolekey('export', 'staging', '--refresh', '-t', '000000',
                        env={'AWS_ENDPOINT_URL': 'http://127.0.0.1:9'}).status)
    got.add(box.run('sh', '-c', '"$0" list >/dev/full', BIN).status)
    terminal = box.pty('export', 'testing', '--refresh')
    terminal.expect('MFA code')
    terminal.child.sendintr()
    got.add(terminal.finish(10).status)
    same(got, statuses_of('rolekey.1'), 'statuses')
    got = {box.rolekey('exec', 'nobody', 'true').status,
           box.rolekey('exec', 'testing', '/').status,
           box.rolekey('exec', 'testing', 'no-such-command').status}
    terminal = box.pty('exec', 'testing', '--refresh', 'true')
    terminal.expect('MFA code')
    terminal.child.sendintr()
    got.add(terminal.finish(10).status)
    same(got, statuses_of('rolekey-exec.1'), 'statuses of exec')


SAMPLES = {'FILE:LINE': '/f:7', 'NUMBER': '7', 'TIME': '7m', 'KEY': 'key',
           'UTF': 'UTF'}


def case_each_message_of_the_pages_is_the_programs(_box):
    """rolekey-messages(7) is made of them: tests/lint/reasons.sh."""
    for name in names():
        for line in re.findall(r'^\.It (.*)$', section(page(name),
                                                       'DIAGNOSTICS'), re.M):
            if name == 'rolekey-messages.7':
                break
            text = re.sub(r'\bFILE:LINE\b|\b[A-Z]{3,}\b', lambda match:
                          SAMPLES.get(match.group(), 'x'),
                          line.replace(r'\(dq', '"').replace(
                              'KEY = VALUE', 'KEY\0=\0VALUE'))
            text = text.replace('key\0=\0x', 'KEY = VALUE')
            said = messages.read(text)
            need(said and said.weight > 8, '%s: %s: %r' % (name, line, said))


# -- settings -----------------------------------------------------------------


def setting_items():
    """{key: its paragraph} of rolekey.conf(5)."""
    text = section(page('rolekey.conf.5'), 'DESCRIPTION')
    parts = re.split(r'^\.It Ic (\w+)\n', text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def said_of(box, key, value):
    """Is that value taken?  By the file and by the variable alike."""
    box.write('.config/rolekey/config', '[rolekey]\n%s = %s\n' % (key, value))
    by_file = box.rolekey('list', '--profiles')
    box.write('.config/rolekey/config', '')
    by_variable = box.rolekey('list', '--profiles', env={
        'ROLEKEY_' + key.upper(): value})
    same((key, value, by_file.status), (key, value, by_variable.status),
         'file and variable')
    need(by_file.status in (0, 3), str(by_file))
    return by_file.status == 0


def case_each_setting_is_in_the_page_and_takes_what_it_says(box):
    box.env.pop('ROLEKEY_BACKEND')
    paragraphs = setting_items()
    same(sorted(paragraphs), sorted(settings()), 'keys')
    for key, text in paragraphs.items():
        need('ROLEKEY_' + key.upper() in text, key)
        lists = re.findall(r'^\.(?:It )?Cm ([\w-]+(?: , [\w-]+)*)',
                           text.split('Default')[0], re.M)
        for word in ' , '.join(lists).split(' , ') if lists else ():
            if (key, word) not in (('min_ttl', 'credential-process'),
                                   ('no_prompt', 'none')):
                need(said_of(box, key, word), '%s = %s' % (key, word))
        bounds = re.search(r'(number )?from (\w+) to\s(\w+)', text)
        if bounds and bounds.group(1):
            low, high = map(int, bounds.groups()[1:])
            same([said_of(box, key, str(n))
                  for n in (low - 1, low, high, high + 1)],
                 [False, True, True, False], key)
        elif bounds:
            low, high = bounds.groups()[1:]
            need(said_of(box, key, low) and said_of(box, key, high), key)
            need(not said_of(box, key, high + '1s'), key)
            need(said_of(box, key, str(int(re.sub('[a-z]', '', low)) * 60 - 1))
                 is (low == '1s'), key)
            same(said_of(box, key, '0'), bool(re.search(r'\b0[,\n ]', text)),
                 key + ' = 0')
        elif key not in ('browser', 'session_backend'):
            need(not said_of(box, key, 'nonsense'), key)


def explained(box, *argv, **more):
    return json.loads(check(box.rolekey('explain', '--json', *argv,
                                        **more)).stdout)['steps']


def case_settings_do_what_the_page_says(box):
    [(_, example)] = marked(page('rolekey.conf.5'), 'settings')
    box.write('.config/rolekey/config', example + '\n')
    same([step['duration'] for step in explained(box, 'testing')],
         [None, 36000, 3600], 'the example')
    wins = {'ROLEKEY_SESSION_DURATION': '9h'}
    same(explained(box, 'testing', env=wins)[1]['duration'], 32400, 'variable')
    wins['AWS_SESSION_TOKEN_TTL'] = '8h'
    same(explained(box, 'testing', env=wins)[1]['duration'], 28800, "AWS's")
    same(explained(box, 'custodian', '-d', '7h', env=wins)[1]['duration'],
         25200, 'option')
    role = {'ROLEKEY_ROLE_DURATION': '30m'}
    same(explained(box, 'testing', env=role)[2]['duration'], 1800, 'role')
    role['AWS_ASSUME_ROLE_TTL'] = '20m'
    same(explained(box, 'testing', env=role)[2]['duration'], 1200, 'role')
    same(explained(box, 'testing', '-d', '15m', env=role)[2]['duration'], 900,
         'role')
    box.write('.config/rolekey/config', '[rolekey]\nbackend = nonsense\n')
    check(box.rolekey('help'))


# -- profiles -----------------------------------------------------------------


def keys_read():
    text = source('plan/*.c', 'session/**/*.c', 'aws/config.c')
    found = set(re.findall(
        r'(?:resolve_key|profile_value|profile_text|config_value)\('
        r'[^;"]*?"([a-z0-9_]+)"', text))
    found |= set(re.findall(r'\bget\(pair, "([a-z0-9_]+)"', text))
    found |= set(re.findall(r'inherited\(p, "([a-z0-9_]+)"', text))
    found |= set(re.findall(r'\bsay\(p, link,\s*"[A-Z_]+",\s*"([a-z0-9_]+)"',
                            text))
    found |= set(re.findall(r'check_sso_pair\([^;"]*"([a-z0-9_]+)"', text))
    found |= set(re.findall(r'_key\[\] = "([a-z0-9_]+)"', text))
    found |= set(re.findall(r'\{ "([a-z0-9_]+)", SOURCE_', text))
    return found


def case_every_key_of_a_profile_that_is_read_is_in_the_page(_box):
    text = section(page('rolekey-profiles.5'), 'Keys')
    said = set()
    for line in re.findall(r'^\.(?:It )?Ic (.*)$', text, re.M):
        said |= set(re.findall(r'[a-z]+[a-z0-9]*(?:_[a-z0-9]+)*', line))
    same(sorted(keys_read() - said), [], 'not said')
    same(sorted(said - keys_read() - {'sts', 'iam'}), [],
         'not read')


def case_the_profiles_of_the_pages_are_good(box):
    for name in names():
        for _, block in marked(page(name), 'config'):
            sections = re.findall(r'^\[profile (.*)\]$', block, re.M)
            rest = '' if 'custodian' in sections else CONFIG
            box.write_config(rest + block + '\n')
            rows = json.loads(check(box.rolekey('list', '--json')).stdout)
            found = {row['profile']: row['problem']
                     for row in rows['profiles']}
            for profile in sections:
                same((name, profile, found[profile]), (name, profile, None),
                     'problem')


if __name__ == '__main__':
    run_cases(globals())
