#!/usr/bin/python3 -B
"""Runs the recipes of the README, as far as this machine can."""

import os
import re
import shutil
import subprocess

from harness import BIN, KEY_ID, ROOT, SECRET, Skipped, check, need, run_cases, \
    same
from peers import read_env


def readme(title):
    """The lines of commands below a heading."""
    with open(os.path.join(ROOT, 'README.md'), encoding='utf-8') as file:
        text = file.read()
    section = re.split(r'^## ', text.split('\n## %s\n' % title)[1],
                       flags=re.M)[0]
    return [re.sub(r' {3,}#.*', '', line.strip())
            for line in re.findall(r'^ {4}(.*)$', section, re.M)]


def shell(box, command, **more):
    env = dict(more.pop('env', {}), PATH='%s:%s' % (
        os.path.dirname(BIN), box.env['PATH']))
    return box.run('/bin/bash', '-c', command, env=env, **more)


def case_docker_gets_its_variables(box):
    """--env-file reads lines NAME=value without quotes."""
    (line,) = [line for line in readme('Recipes') if '--env-file' in line]
    source = re.search(r'<\((rolekey .*?)\)', line).group(1)
    box.warm()
    done = check(shell(box, source))
    env = read_env(done.stdout)
    need({'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY',
          'AWS_SESSION_TOKEN'} <= set(env), str(done))
    for name, value in env.items():
        need(re.fullmatch('[A-Z_]+', name) and not re.search('[\'"]', value),
             '%s=%s' % (name, value))
    (line,) = [line for line in readme('Recipes') if '-e AWS_ACCESS_KEY' in line]
    named = set(re.findall(r'-e (AWS_\w+)', ' '.join(readme('Recipes'))))
    need({'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN',
          'AWS_REGION'} == named, str(named))


def case_direnv_takes_the_credentials_in(box):
    if not shutil.which('direnv'):
        raise Skipped('no direnv')
    (line,) = [line for line in readme('Recipes') if 'direnv' in line]
    box.warm()
    folder = os.path.join(box.home, 'work')
    os.mkdir(folder)
    check(shell(box, line, cwd=folder))
    done = check(shell(box, 'direnv exec . env', cwd=folder))
    env = read_env(done.stdout)
    need(env['AWS_ACCESS_KEY_ID'].startswith('ASIA'), str(done))
    same(done.calls, [], 'calls')


def case_a_key_can_be_taken_out_again(box):
    commands = readme('Files and removal')
    box.warm()
    check(shell(box, commands[0]))
    same(shell(box, 'tail -n 4 ~/.aws/credentials').stdout.split('\n')[1:3],
         ['aws_access_key_id=' + KEY_ID,
          'aws_secret_access_key=' + SECRET], 'the section')
    check(shell(box, commands[1].replace('remove', 'remove -f')))
    same(check(box.rolekey('list', '--credentials')).stdout, '', 'keys')
    who = check(box.rolekey('exec', 'custodian', '-n', '--', 'env'))
    same(read_env(who.stdout)['AWS_ACCESS_KEY_ID'], KEY_ID, 'key of the file')
    box.forget_kernel_keys()
    check(shell(box, commands[2]))
    same([path for path in box.files() if 'rolekey' in os.path.relpath(
        path, box.home) and '/.aws/' not in path and not path.startswith(
            box.runtime)], [], 'what is left')


def case_the_links_of_the_readme_lead_to_files(_box):
    with open(os.path.join(ROOT, 'README.md'), encoding='utf-8') as file:
        names = re.findall(r'\]\(([^):#]+)\)', file.read())
    need(names, 'no links')
    for name in names:
        need(os.path.exists(os.path.join(ROOT, name)), name)


if __name__ == '__main__':
    run_cases(globals())
