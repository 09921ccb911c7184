#!/usr/bin/python3 -B
"""Which browser opens an address, and what it is given: programs of a few lines
in a PATH of their own, the real xdg-open and the real Firefox.
"""

import contextlib
import json
import os
import shutil
import signal
import time
import zipfile
from urllib.parse import parse_qsl

from harness import (SECRET, Failed, Skipped, check, need, refused, run_cases,
                     same)
from portal import until

# Notes its name, its arguments and its environment.
PROGRAM = '''#!/bin/sh
{ printf '%%s' %(name)s; printf '\\n%%s' "$@"; echo; } >>"%(home)s/opened"
/usr/bin/env >"%(home)s/environment"
exit %(status)s
'''
LINK = 'https://signin.aws.amazon.com/switchrole?account=222233334444'
SCREEN = {'DISPLAY': ':987654'}
WSL = {'WSL_DISTRO_NAME': 'Debian'}


def programs(box, **statuses):
    """These, and no others, are found; a name's "_" is a "-"."""
    shutil.rmtree(os.path.join(box.home, 'bin'), ignore_errors=True)
    for name, status in statuses.items():
        name = name.replace('_', '-')
        box.write('bin/' + name, PROGRAM % {
            'name': name, 'status': status, 'home': box.home}, 0o755)
    os.makedirs(os.path.join(box.home, 'bin'), exist_ok=True)


def run(box, *flags, status=0, **env):
    """Opens the link; what was started, as lists of words."""
    path = os.path.join(box.home, 'opened')
    if os.path.exists(path):
        os.remove(path)
    variables = {'PATH': os.path.join(box.home, 'bin'), 'DISPLAY': None,
                 'WAYLAND_DISPLAY': None, 'BROWSER': None, **env}
    done = box.rolekey('login', 'testing', '--switch', *flags, env=variables)
    same(done.status, status, str(done))
    words = []
    if os.path.exists(path):
        with open(path, encoding='utf-8') as file:
            words = file.read().splitlines()
    return [LINK + word[len(LINK):] if word.startswith(LINK) else word
            for word in words]


def opened(box, *words, flags=(), **env):
    """The link was given to this program, at this place."""
    found = run(box, *flags, **env)
    link = [word for word in found if word.startswith(LINK)][-1:]
    need(link, found)
    same(found, [word if word != 'LINK' else link[0] for word in words],
         'started: %s %s' % (flags, env))


def case_in_this_order(box):
    programs(box, xdg_open=0, x_www_browser=0, wslview=0, firefox=0, one=0,
             two=0, fails=3)
    opened(box, 'xdg-open', 'LINK', **SCREEN)
    opened(box, 'xdg-open', 'LINK', WAYLAND_DISPLAY='wayland-0')
    opened(box, 'wslview', 'LINK', **WSL)
    opened(box, 'wslview', 'LINK', **WSL, **SCREEN)
    opened(box, 'one', 'LINK', BROWSER='one', **SCREEN)
    opened(box, 'one', 'LINK', BROWSER='one', **WSL)
    opened(box, 'two', '--tab', 'LINK', '-x', BROWSER='two --tab %s -x:one',
           **SCREEN)
    opened(box, 'fails', 'LINK', 'one', 'LINK', BROWSER='fails:nowhere:one',
           **SCREEN)
    opened(box, 'fails', 'LINK', 'xdg-open', 'LINK', BROWSER='fails', **SCREEN)
    opened(box, 'fails', 'LINK', 'wslview', 'LINK', BROWSER='fails', **WSL)
    opened(box, 'two', 'LINK', BROWSER='one', ROLEKEY_BROWSER='two', **SCREEN)
    opened(box, 'firefox', 'LINK', flags=['--browser', 'firefox'],
           BROWSER='one', ROLEKEY_BROWSER='two')
    programs(box, x_www_browser=0)
    opened(box, 'x-www-browser', 'LINK', **SCREEN)


def case_without_one(box):
    programs(box, xdg_open=0)
    same(run(box, status=4), [], 'no display')
    same(run(box, status=4, **WSL), [], 'WSL without wslview')
    programs(box)
    env = {'PATH': os.path.join(box.home, 'bin'), **SCREEN}
    refused(box.rolekey('login', 'testing', '--switch', env=env), 4,
            reason='browser-not-found', value='xdg-open')
    refused(box.rolekey('login', 'testing', '--switch', '--browser', 'x',
                        env=env), 4, reason='browser-not-found', value='x')
    programs(box, xdg_open=9)
    check(box.rolekey('login', 'testing', '--switch', env=env), 1,
          reason='browser-failed', value='xdg-open')


def case_a_container_of_firefox(box):
    programs(box, firefox=0)
    box.write_config(box.read_config().replace(
        '[profile testing]\n', '[profile testing]\ncolor = ff2020\n'))
    program, address = run(box, ROLEKEY_BROWSER='firefox-container', **SCREEN)
    same(program, 'firefox', 'program')
    scheme, _, query = address.partition(':')
    fields = dict(parse_qsl(query))
    same((scheme, fields.pop('name'), fields.pop('color')),
         ('ext+granted-containers', 'testing', 'red'), address)
    need(fields.pop('url').startswith(LINK) and not fields, address)


# Does what Granted Containers does with its addresses.
ADD_ON = {
    'manifest.json': json.dumps({
        'manifest_version': 2, 'name': 'Containers', 'version': '1',
        'browser_specific_settings': {'gecko': {'id': 'a@rolekey.invalid'}},
        'permissions': ['contextualIdentities', 'cookies', 'tabs'],
        'protocol_handlers': [{
            'protocol': 'ext+granted-containers', 'name': 'Containers',
            'uriTemplate': '/open.html#%s'}]}),
    'open.html': '<!DOCTYPE html><script src="open.js"></script>',
    'open.js': '''(async () => {
    const link = decodeURIComponent(location.hash.slice(1));
    const fields = new URLSearchParams(link.slice(link.indexOf(":") + 1));
    const made = await browser.contextualIdentities.create({
        name: fields.get("name"), color: fields.get("color"), icon: "circle"});
    await browser.tabs.create({
        url: fields.get("url"), cookieStoreId: made.cookieStoreId});
})();'''}
PREFERENCES = {'xpinstall.signatures.required': 'false',
               'extensions.autoDisableScopes': '0',
               'privacy.userContext.enabled': 'true',
               'security.external_protocol_requires_permission': 'false',
               'datareporting.policy.dataSubmissionEnabled': 'false'}


def firefox(box):
    """A headless Firefox with the add-on; (its program, its profile)."""
    profile = os.path.join(box.home, 'firefox')
    os.makedirs(os.path.join(profile, 'extensions'))
    box.write('firefox/user.js', ''.join(
        'user_pref("%s", %s);\n' % pair for pair in PREFERENCES.items()))
    with zipfile.ZipFile(os.path.join(
            profile, 'extensions', 'a@rolekey.invalid.xpi'), 'w') as add_on:
        for name, text in ADD_ON.items():
            add_on.writestr(name, text)
    box.write('bin/firefox', '#!/bin/sh\necho $$ >"$HOME/pid"\n'
              'exec firefox-esr --headless --no-remote --profile "%s" "$1"\n'
              % profile, 0o755)
    return profile


def end_firefox(box):
    with open(os.path.join(box.home, 'pid'), encoding='ascii') as file:
        process = int(file.read())
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
        for _ in range(400):
            os.kill(process, 0)
            time.sleep(0.05)


def case_a_container_of_the_real_firefox(box):
    if not shutil.which('firefox-esr'):
        raise Skipped('no firefox-esr')
    box.warm()
    box.write_config(box.read_config().replace(
        '[profile testing]\n', '[profile testing]\ncolor = ff2020\n'))
    profile = firefox(box)
    try:
        check(box.rolekey('login', 'testing', timeout=90, env={
            'PATH': os.path.join(box.home, 'bin') + ':' + box.env['PATH'],
            'ROLEKEY_BROWSER': 'firefox-container', **SCREEN}))
        until(lambda: [call['verdict'] for call in box.aws.calls()
                       if call['action'] == 'login'] == ['ok'], 'the console')

        def container():
            with open(os.path.join(profile, 'containers.json'),
                      encoding='utf-8') as file:
                return [one['color'] for one in json.load(file)['identities']
                        if one.get('name') == 'testing']
        same(until(container, 'the container'), ['red'], 'its color')
    finally:
        end_firefox(box)


def case_no_credentials_in_its_environment(box):
    programs(box, xdg_open=0)
    run(box, **SCREEN, AWS_ACCESS_KEY_ID='AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY=SECRET, AWS_SESSION_TOKEN='token',
        ROLEKEY_PASSPHRASE='secret')
    with open(os.path.join(box.home, 'environment'), encoding='utf-8') as file:
        text = file.read()
    need('DISPLAY=:987654\n' in text, text)
    for word in (SECRET, 'AKIAIOSFODNN7EXAMPLE', 'AWS_SESSION_TOKEN',
                 'ROLEKEY_PASSPHRASE'):
        need(word not in text, word)


def case_the_real_xdg_open(box):
    """It starts the program of the user's .desktop file."""
    if not shutil.which('xdg-open'):
        raise Skipped('no xdg-open')
    programs(box, standin=0)
    program = os.path.join(box.home, 'bin', 'standin')
    box.write('share/applications/standin.desktop', '[Desktop Entry]\n'
              'Type=Application\nName=Stand-in\nExec=%s %%u\n'
              'MimeType=x-scheme-handler/https;\n' % program)
    box.write('config/mimeapps.list', '[Default Applications]\n'
              'x-scheme-handler/https=standin.desktop\n')
    run(box, **SCREEN, PATH=os.environ['PATH'],
        XDG_DATA_HOME=os.path.join(box.home, 'share'),
        XDG_CONFIG_HOME=os.path.join(box.home, 'config'),
        XDG_CURRENT_DESKTOP='')
    end = time.monotonic() + 20
    path = os.path.join(box.home, 'opened')
    while not os.path.exists(path):
        if time.monotonic() > end:
            raise Failed('xdg-open started nothing')
        time.sleep(0.05)
    with open(path, encoding='utf-8') as file:
        words = file.read().splitlines()
    same(words[0], 'standin', words)
    need(words[1].startswith(LINK), words)


run_cases(globals())
