#!/usr/bin/python3 -B
"""config export: the profiles for AWS Extend Switch Roles and for browsers."""

import contextlib
import html
import json
import os
import re
import shutil
import signal
import subprocess
from urllib.parse import parse_qs, urlsplit

from display import display
from harness import (BUILD, Skipped, check, check_quiet, need, noticed,
                     refused, run_cases, same)
from mounts import put_over, with_own_mounts
from portal import until

CONFIG = '''\
[default]
region = ap-northeast-1

[profile custodian]
mfa_serial = arn:aws:iam::111122223333:mfa/alex

[profile testing]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian
color = ffAAee
image = https://example.com/a.png

[profile 'prod & <co>']
role_arn = arn:aws:iam::444455556666:role/ops/ProductionAdmin
source_profile = custodian
region = eu-west-1
color = 00ff00

[profile china]
role_arn = arn:aws-cn:iam::222233334444:role/Admin
source_profile = chinese
region = cn-north-1

[profile chinese]
mfa_serial = arn:aws-cn:iam::999900001111:mfa/kim
'''
LEFT_OUT = {
    'export-chain': '[profile chained]\nsource_profile = testing\n'
                    'role_arn = arn:aws:iam::222233334444:role/Chained\n',
    'export-external-id': '[profile chained]\nsource_profile = custodian\n'
                          'role_arn = arn:aws:iam::222233334444:role/X\n'
                          'external_id = partner-42\n',
    'export-long-role': '[profile chained]\nsource_profile = custodian\n'
                        'role_arn = arn:aws:iam::222233334444:role/%s\n'
                        % ('p' * 40 + '/' + 'r' * 24),
}
BASE = {'name': 'custodian', 'aws_account_id': '111122223333'}
AESR = {
    'testing': {'aws_account_id': '222233334444', 'role_name': 'TestingAdmin',
                'color': 'ffAAee', 'region': 'ap-northeast-1',
                'image': 'https://example.com/a.png'},
    'prod & <co>': {'aws_account_id': '444455556666',
                    'role_name': 'ops/ProductionAdmin', 'color': '00ff00',
                    'region': 'eu-west-1'},
    'china': {'aws_account_id': '222233334444', 'role_name': 'Admin',
              'region': 'cn-north-1'},
}


def export(box, kind, config=CONFIG):
    box.write_config(config)
    return check_quiet(box.rolekey('config', 'export', '--format', kind)).stdout


def parser():
    """AESR's own parser, installed once a build."""
    folder = os.path.join(BUILD, 'aesr-config')
    program = os.path.join(folder, 'node_modules', '.bin', 'parse-aesr-config')
    if not shutil.which('npm'):
        raise Skipped('no npm here')
    if not os.path.exists(program):
        os.makedirs(folder, exist_ok=True)
        done = subprocess.run(
            ['npm', 'install', '--silent', '--no-audit', '--no-fund',
             'aesr-config@0.6.0'], cwd=folder, check=False, timeout=120,
            capture_output=True, text=True)
        if done.returncode != 0:
            raise Skipped('npm cannot install aesr-config')
    return program


def case_the_extension_reads_what_was_meant(box):
    text = export(box, 'aesr')
    done = subprocess.run([parser()], input=text, check=False, timeout=60,
                          capture_output=True, text=True)
    same((done.returncode, done.stderr), (0, ''), 'parser')
    read = json.loads(done.stdout)
    same(read['singles'], [], 'profiles without a base')
    bases = {one['name']: one for one in read['complexes']}
    same({name: one['aws_account_id'] for name, one in bases.items()},
         {'custodian': '111122223333', 'chinese': '999900001111'}, 'bases')
    found = {}
    for name, base in bases.items():
        for target in base['targets']:
            found[target.pop('name')] = target
            target.pop('source_profile', None)
    same(found, AESR, 'targets')


def case_account_role_and_region_are_those_of_explain(box):
    box.write_config(CONFIG)
    text = export(box, 'aesr')
    sections = dict(re.findall(r'^\[(.*)\]\n((?:.+\n)*)', text, re.M))
    same(set(sections), set(AESR) | {'custodian', 'chinese'}, 'sections')
    for name, wanted in AESR.items():
        plan = json.loads(check(box.rolekey('explain', '--json', name)).stdout)
        same((plan['account'], plan['region']),
             (wanted['aws_account_id'], wanted['region']), name)
    need('role_arn = arn:aws-cn:iam::222233334444:role/Admin\n'
         in sections['china'], text)


def case_links_one_a_line(box):
    lines = export(box, 'urls').splitlines()
    same(len(lines), 3, 'lines')
    query = parse_qs(urlsplit(lines[1]).query)
    same((query['account'], query['roleName'], query['displayName']),
         (['444455556666'], ['ops/ProductionAdmin'], ['prod & <co>']), 'link')
    same(lines[0], check(box.rolekey('login', 'testing', '--switch',
                                     '--stdout')).stdout.strip(), 'link')


def case_bookmarks_that_a_browser_imports(box):
    text = export(box, 'bookmarks')
    need(text.startswith('<!DOCTYPE NETSCAPE-Bookmark-file-1>\n'), text)
    found = {html.unescape(name): html.unescape(link) for link, name in
             re.findall(r'<DT><A HREF="([^"<>]*)">([^"<>]*)</A>', text)}
    same(list(found.values()), export(box, 'urls').splitlines(), 'links')
    same(set(found), set(AESR), 'names')


def initial_bookmarks():
    """The file that this Chromium imports when it starts the first time."""
    for path in ('/etc/chromium/initial_preferences',
                 '/etc/chromium/master_preferences'):
        with contextlib.suppress(OSError, ValueError, KeyError):
            with open(path, encoding='utf-8') as file:
                found = json.load(file)['distribution'][
                    'import_bookmarks_from_file']
            if os.path.isfile(found):
                return found
    raise Skipped('no chromium that imports bookmarks at its first start')


def bookmarks_in(node):
    if node.get('type') == 'url':
        yield node['name'], node['url']
    for child in node.get('children', ()):
        yield from bookmarks_in(child)


def imported(profile):
    """{name: link} of the bookmarks of a Chromium's profile."""
    with open(os.path.join(profile, 'Default', 'Bookmarks'),
              encoding='utf-8') as file:
        roots = json.load(file)['roots'].values()
    return dict(pair for root in roots for pair in bookmarks_in(root))


@with_own_mounts
def case_chromium_imports_the_bookmarks(box):
    """Its own importer reads them, as it does from "Import bookmarks"."""
    if not shutil.which('chromium'):
        raise Skipped('no chromium here')
    text = export(box, 'bookmarks')
    links = dict(zip(AESR, export(box, 'urls').splitlines()))
    put_over(initial_bookmarks(), box.write('bookmarks.html', text))
    profile = os.path.join(box.top, 'chromium')
    with display() as name:
        browser = subprocess.Popen(
            ['chromium', '--no-sandbox', '--disable-gpu',
             '--disable-dev-shm-usage', '--disable-background-networking',
             '--user-data-dir=' + profile, 'about:blank'],
            env=dict(os.environ, DISPLAY=name, HOME=box.home),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            same(until(lambda: imported(profile), 'its bookmarks'), links,
                 'bookmarks')
        finally:
            os.killpg(browser.pid, signal.SIGTERM)
            browser.wait(30)


def case_what_the_console_cannot_take_is_named(box):
    for reason, section in LEFT_OUT.items():
        box.write_config(CONFIG + section)
        done = check(box.rolekey('config', 'export', '--format', 'urls'))
        noticed(done, reason, profile='chained')
        same(len(done.stdout.splitlines()), 3, 'lines')
    box.write_config(CONFIG.replace('[profile testing]', "[profile 'a=b']"))
    done = check(box.rolekey('config', 'export', '--format', 'aesr'))
    noticed(done, 'export-name', profile='a=b')
    need('a=b' not in done.stdout, done.stdout)


def case_a_profile_that_cannot_be_planned_is_named(box):
    box.write_config(CONFIG + '[profile lost]\nrole_arn = arn:aws:iam::'
                     '222233334444:role/X\nsource_profile = nowhere\n')
    done = check(box.rolekey('config', 'export', '--format', 'urls'))
    noticed(done, 'no-such-profile', profile='nowhere')
    same(len(done.stdout.splitlines()), 3, 'lines')


def case_a_format_must_be_given(box):
    box.write_config(CONFIG)
    refused(box.rolekey('config', 'export'), 2, reason='missing-option')
    refused(box.rolekey('config', 'export', '--format', 'x'), 2,
            reason='bad-option-value', value='x')


if __name__ == '__main__':
    run_cases(globals())
