#!/usr/bin/python3 -B
"""Runs every marked example of the manual, and the README's first use."""

import contextlib
import os
import re
import shutil

from harness import (BIN, BUILD, CONFIG, KEY_ID, SECRET, SERIAL, Pty, Skipped,
                     check, gnome_keyring, need, noticed, refused, run_cases,
                     same, seed_of)
from manual_pages import MAN, ROOT, commands, marked, names, page

# The AWS CLI, but with the stand-in, which does not serve S3.
AWS = '''#!/bin/sh
case $1 in
s3) set -- sts get-caller-identity ;;
esac
exec /usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
'''
OLD = '''[old]
aws_access_key_id = %s
aws_secret_access_key = %s
''' % (KEY_ID, SECRET)


MANAGEMENT = '''
[profile management]
role_arn = arn:aws:iam::777788889999:role/OrganizationReader
source_profile = custodian

'''


def readme():
    with open(os.path.join(ROOT, 'README.md'), encoding='utf-8') as file:
        return file.read()


def prepare(box):
    """Makes the programs and files that the examples expect."""
    if not os.path.exists('/usr/bin/aws'):
        raise Skipped('no /usr/bin/aws')
    box.env['PATH'] = ':'.join((os.path.join(box.home, 'bin'),
                                os.path.dirname(BIN), box.env['PATH']))
    box.write('bin/aws', AWS, 0o755)
    box.write('seed', seed_of(SERIAL))
    box.write('accessKeys.csv', 'Access key ID,Secret access key\n%s,%s\n' % (
        KEY_ID, SECRET))


def run_page(box, name):
    text = page(name)
    if any('secret-service' in example for _, example in marked(text, 'run')):
        passphrase = box.env['ROLEKEY_PASSPHRASE']
        with gnome_keyring(box):  # beside the file
            box.env.update(ROLEKEY_BACKEND='file',
                           ROLEKEY_PASSPHRASE=passphrase)
            run_examples(box, text)
    else:
        run_examples(box, text)


def run_examples(box, text):
    prepare(box)
    box.write_config(CONFIG + MANAGEMENT + '\n'.join(
        block for _, block in marked(text, 'config')
        if 'custodian' not in block) + '\n')
    box.warm('testing')
    box.write_credentials(OLD)
    for status, example in marked(text, 'run'):
        if 'keyctl' in example and not box.kernel_keys():
            raise Skipped('no key can be left with the kernel')
        check(box.run('sh', '-ec', example), int(status or 0))


def add_cases(cases):
    """Adds a case for each page with examples to run."""
    for name in names():
        if '.\\" run' in page(name):
            title = name.replace('-', '_').replace('.', '_')
            cases['case_examples_of_' + title] = \
                lambda box, name=name: run_page(box, name)


add_cases(globals())


def case_every_page_of_a_command_has_examples_that_run(_box):
    for name in names():
        if name.endswith('.1'):
            need(marked(page(name), 'run'), name)


# -- the README ---------------------------------------------------------------


def blocks(text):
    """The indented blocks."""
    found = re.findall(r'(?:^    .*\n|^\n(?=    ))+', text, re.M)
    return [re.sub(r'^    ', '', block.strip('\n'), flags=re.M)
            for block in found]


def first_use():
    """(config, commands) of the README, which must be the same in the page."""
    chapter = readme().split('## First use')[1].split('\n## ')[0]
    config, shown = blocks(chapter)
    lines = [re.sub(r' {2,}#.*', '', line) for line in shown.split('\n')]
    text = page('rolekey.1')
    same((marked(text, 'first use: config')[0][1],
          marked(text, 'first use: commands')[0][1].split('\n')),
         (config, lines), 'rolekey(1)')
    return config, shown.split('\n')


def dialogue(box, command):
    if ' add ' in command:
        return [('access key id', KEY_ID), ('secret access key', SECRET)]
    return [('MFA code', box.code())] if ' exec ' in command else []


def case_first_use(box):
    prepare(box)
    config, lines = first_use()
    box.write_config(config + '\n')
    said = ''
    for command in lines:
        answers = dialogue(box, command)
        terminal = Pty(['/bin/sh', '-c', command], box.env, box.home)
        with contextlib.closing(terminal):
            for question, answer in answers:
                terminal.expect(question)
                terminal.answer(answer)
            said += check(terminal.finish()).stdout
    for reason, facts in (('key-owner', {}), ('key-stored', {'other': 'file'})):
        noticed(None, reason, said, **facts)
    for pattern in (SERIAL,
                    'GetSessionToken', 'assumed-role/TestingAdmin/alex',
                    r'testing +222233334444 +TestingAdmin +file'):
        need(re.search(pattern, said), '%s: %s' % (pattern, said))


def case_what_is_not_implemented_yet_is_refused(box):
    """The chapter may name none, and may be gone."""
    chapter = (readme() + '## Not implemented yet').split(
        '## Not implemented yet')[1].split('\n## ')[0]
    missing = [command for line in re.findall('^- Commands: .*', chapter, re.M)
               for command in re.findall(r'`([a-z -]+)`', line)]
    there = commands(check(box.rolekey('help')).stdout)
    for command in missing:
        need(command not in there, command)
        check(box.rolekey(*command.split()), 2)
    for command, flag in re.findall(r'`([a-z]+) (--[a-z0-9-]+)`', chapter):
        refused(box.rolekey(command, flag, 'testing'),
                125 if command == 'exec' else 2,
                reason='no-such-option', value=flag)


def case_every_command_in_the_readme_exists(box):
    there = commands(check(box.rolekey('help')).stdout)
    used = re.findall(r'^    (?:eval "\$\()?rolekey ((?:[a-z-]+ ?)+)',
                      readme(), re.M)
    need(len(used) > 20, used)
    for words in map(str.split, used):
        need(words[0] in there or ' '.join(words[:2]) in there, words)


def case_the_statuses_of_the_readme_are_the_manuals(_box):
    chapter = readme().split('## Exit statuses')[1].split('\n## ')[0]
    text = page('rolekey.1').split('.Sh EXIT STATUS')[1].split('.Sh ')[0]
    same(set(re.findall(r'\b\d+\b', chapter)) - {'125', '126', '127'},
         set(re.findall(r'^\.It (\d+)$', text, re.M)), 'statuses')


# -- installed ----------------------------------------------------------------


def case_the_manual_is_installed_and_found(box):
    prefix = os.path.join(box.top, 'usr')
    check(box.run('cmake', '--install', BUILD, '--prefix', prefix,
                  timeout=120))
    found = {os.path.basename(path) for folder, _, files in os.walk(
        os.path.join(prefix, 'share', 'man')) for path in files}
    same(found, set(os.listdir(MAN)), 'pages')
    if shutil.which('man'):
        check(box.run('man', '-w', 'rolekey-keyring', env={
            'MANPATH': os.path.join(prefix, 'share', 'man')}),
              stdout=re.escape(prefix))


if __name__ == '__main__':
    run_cases(globals())
