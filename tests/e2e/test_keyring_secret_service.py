#!/usr/bin/python3
"""The Secret Service as a keyring, with a real gnome-keyring-daemon."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import messages
import pexpect

from secret_service import (ANSWER_WITHIN, FULL, QUICK, ROLEKEY, SECRET, TOOL,
                            UNIT, Skipped, daemon_pid, fake, gets, is_missing,
                            kill_daemon, lines, lock_collection, main, need,
                            passes_the_suite, put, refuses, run, scenario,
                            start_daemon, tool)

# --- with a keyring that works -----------------------------------------------

@scenario('keyring')
def it_passes_the_suite_of_every_keyring():
    passes_the_suite()


@scenario('keyring')
def its_unit_tests_pass_with_a_service_too():
    done = subprocess.run([UNIT], check=False, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=dict(os.environ, ROLEKEY_TEST_SERVICE='1'))
    text = done.stdout.decode('utf-8', 'replace')
    need(done.returncode == 0 and 'with_a_service' in text, text)


@scenario('keyring')
def the_quick_reader_gets_what_libsecret_stored():
    values = {'plain': SECRET.encode(), 'empty': b'', 'lines': b'a\nb\n',
              'utf-8': 'schlüssel 鍵'.encode(), 'not utf-8': b'\xff\xfe',
              'nul': b'a\0b', 'long': b'0123456789' * 6000,
              'name with "quotes" and ü': b'x'}
    is_missing(tool(QUICK, 'get', 'key', 'plain'))
    for name, value in values.items():
        put(name, value)
    for name, value in values.items():
        gets(QUICK, name, value)
        gets(FULL, name, value)
    is_missing(tool(QUICK, 'get', 'session', 'plain'))
    refuses(tool(QUICK, 'put', 'key', 'x', value=b'x'), 'keyring-read-only')
    refuses(tool(QUICK, 'remove', 'key', 'plain'), 'keyring-read-only')
    refuses(tool(QUICK, 'list', 'key'), 'keyring-read-only')


@scenario('keyring')
def an_item_is_replaced_whatever_else_is_said_of_it():
    put('a', b'first', '--label', 'One', '--origin', 'x', '--expires', '1000')
    put('a', b'second', '--label', 'Two', '--origin', 'y', '--expires', '2000')
    put('b', b'other')
    gets(QUICK, 'a', b'second')
    found = run('secret-tool', 'search', '--all', 'rolekey', '1', 'name', 'a')
    need(found.count('label = ') == 1, found)
    for line in ('label = Two', 'attribute.origin = y', 'secret = second',
                 'attribute.expires = 2000', 'schema = io.rolekey.Item'):
        need(line in found, 'no "%s" in %s' % (line, found))


@scenario('keyring')
def of_two_items_the_newer_is_read_and_the_older_goes():
    put('a', b'older', '--expires', '1')
    time.sleep(1.1)  # items are dated to the second
    subprocess.run(['secret-tool', 'store', '--label=x', 'rolekey', '1',
                    'kind', 'key', 'name', 'a', 'other', 'attribute'],
                   input=b'newer', check=True)
    gets(QUICK, 'a', b'newer')
    gets(FULL, 'a', b'newer')
    put('a', b'newest')
    gets(QUICK, 'a', b'newest')
    found = run('secret-tool', 'search', '--all', 'rolekey', '1', 'name', 'a')
    need(found.count('label = ') == 1, found)


@scenario('keyring')
def other_clients_see_the_item_and_no_attribute_holds_a_secret():
    put('testing', SECRET.encode(), '--label', 'rolekey: testing')
    found = run('secret-tool', 'lookup', 'rolekey', '1', 'kind', 'key',
                'name', 'testing')
    need(found == SECRET, found)
    found = run('secret-tool', 'search', '--all', 'rolekey', '1')
    shown = [s for s in found.split('\n') if not s.startswith('secret = ')]
    need('label = rolekey: testing' in shown, found)
    need(SECRET not in '\n'.join(shown), found)
    need(SECRET[:12] not in '\n'.join(shown), found)


@scenario('keyring')
def an_item_that_another_program_made_says_no_origin():
    subprocess.run(['secret-tool', 'store', '--label=x', 'rolekey', '1',
                    'kind', 'session', 'name', 'foreign'], input=b'x',
                   check=True)
    result = tool(FULL, 'list', 'session')
    need(result.status == 0 and b'"origin":""' in result.out, str(result))


@scenario('keyring')
def python_secretstorage_sees_the_item():
    try:
        import secretstorage
    except ImportError:
        raise Skipped('python3-secretstorage is not installed') from None
    put('testing', SECRET.encode())
    bus = secretstorage.dbus_init()
    items = list(secretstorage.search_items(bus, {'rolekey': '1'}))
    need([i.get_secret() for i in items] == [SECRET.encode()], str(items))


@scenario('keyring')
def three_hundred_parallel_reads_do_not_kill_the_daemon():
    put('a', SECRET.encode(), kind='session')
    before = daemon_pid()
    for _ in range(6):
        burst = [subprocess.Popen([TOOL, QUICK, 'get', 'session', 'a'],
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) for _ in range(50)]
        for reader in burst:
            out, err = reader.communicate(timeout=60)
            need(reader.returncode == 0 and out == SECRET.encode(),
                 '%d %r %r' % (reader.returncode, out, err))
    need(daemon_pid() == before, 'the daemon is another one now')


# --- a keyring that is locked, hangs or dies ---------------------------------

@scenario('keyring')
def a_locked_keyring_is_told_at_once_and_is_no_missing_item():
    put('a', SECRET.encode())
    lock_collection()
    for backend in (QUICK, FULL):
        refuses(tool(backend, 'get', 'key', 'a'), 'keyring-locked|unlocking no-', within=4)
        refuses(tool(backend, 'get', 'key', 'missing'), 'keyring-locked|unlocking no-', within=4)
    refuses(tool(FULL, 'put', 'key', 'b', value=b'x'), 'keyring-locked|unlocking no-', within=4)
    refuses(tool(FULL, 'remove', 'key', 'a'), 'keyring-locked|unlocking no-', within=4)
    refuses(tool(FULL, 'list', 'key'), 'keyring-locked|unlocking no-', within=4)


@scenario('keyring')
def a_keyring_locked_since_login_is_locked_as_well():
    put('a', SECRET.encode())
    kill_daemon()
    start_daemon(password=None)
    refuses(tool(QUICK, 'get', 'key', 'a'), 'keyring-locked|unlocking no-', within=4)
    refuses(tool(FULL, 'get', 'key', 'a'), 'keyring-locked|unlocking no-', within=4)


@scenario('keyring')
def a_wrong_password_at_login_is_a_locked_keyring():
    put('a', SECRET.encode())
    kill_daemon()
    start_daemon(password=b'wrong')
    refuses(tool(QUICK, 'get', 'key', 'a'), 'keyring-locked|unlocking no-', within=4)


@scenario('keyring')
def a_stopped_service_is_given_up():
    put('a', SECRET.encode())
    pid = daemon_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a'), 'service-hung')
        refuses(tool(FULL, 'put', 'key', 'a', value=b'x'), 'service-hung')
    finally:
        os.kill(pid, signal.SIGCONT)
    gets(QUICK, 'a', SECRET.encode())


def stop_after(pid, delay):
    """Stop the daemon in the middle of a call."""
    def later():
        time.sleep(delay)
        os.kill(pid, signal.SIGSTOP)
    thread = threading.Thread(target=later)
    thread.start()
    return thread


@scenario('keyring')
def a_service_that_stops_in_the_middle_is_given_up():
    pid = daemon_pid()
    for delay in (0.05, 0.07, 0.09):
        thread = stop_after(pid, delay)
        try:
            result = tool(FULL, 'put', 'key', 'a', value=SECRET.encode())
        finally:
            thread.join()
            os.kill(pid, signal.SIGCONT)
        need(result.took <= ANSWER_WITHIN + 1, str(result))
        if result.status != 0:
            refuses(result, 'service-hung', within=ANSWER_WITHIN + 1)


@scenario('keyring')
def a_daemon_killed_in_the_middle_is_an_error_or_a_lock():
    put('a', SECRET.encode())
    pid = daemon_pid()
    results = []

    def reads():
        for _ in range(15):
            results.append(tool(QUICK, 'get', 'key', 'a'))
            results.append(tool(FULL, 'get', 'key', 'a'))
    thread = threading.Thread(target=reads)
    thread.start()
    while len(results) < 2 and thread.is_alive():
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    thread.join()
    need(len(results) == 30, 'a read failed altogether')
    for result in results:
        if result.status != 0 or result.out != SECRET.encode():
            refuses(result, 'keyring-locked|unlocking|service-gone|no-service|'
                    'no-collection|service-failed')
    need(results[0].out == SECRET.encode(), str(results[0]))
    need(results[-1].status != 0, 'the daemon was not even killed')


# --- no keyring --------------------------------------------------------------

@scenario('no-bus')
def no_bus_is_said_with_the_reason():
    for backend in (QUICK, FULL):
        refuses(tool(backend, 'get', 'key', 'a'),
                'no-session-bus value=.*/run/bus '
                'detail=No such file or directory', within=4)
    refuses(tool(FULL, 'put', 'key', 'a', value=b'x'), 'no-session-bus')
    refuses(tool(FULL, 'list', 'key'), 'no-session-bus')
    refuses(tool(FULL, 'remove', 'key', 'a'), 'no-session-bus')


@scenario('no-bus')
def no_bus_is_ever_started():
    for address in ('', 'autolaunch:', 'autolaunch:;unix:path=/nowhere'):
        env = {'DBUS_SESSION_BUS_ADDRESS': address, 'DISPLAY': ':99'}
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a', env=env),
                    'bus-address|no-session-bus', within=4)
    need(not os.path.exists(os.path.join(os.environ['HOME'], '.dbus')),
         'something was launched')


@scenario('no-bus')
def a_stale_or_senseless_address_is_an_error():
    for address in ('unix:path=%s/gone' % os.environ['HOME'],
                    'unix:path=/dev/null'):
        env = {'DBUS_SESSION_BUS_ADDRESS': address}
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a', env=env),
                    'no-session-bus', within=4)


@scenario('no-bus')
def only_a_socket_of_this_machine_is_an_address():
    mark = os.path.join(os.environ['HOME'], 'mark')
    for address in ('disabled:', 'nonsense', 'tcp:host=127.0.0.1,port=1',
                    'unixexec:path=/bin/sh,argv1=-c,argv2=touch %s' % mark,
                    'unix:tmpdir=/tmp', 'unix:path=/gone;tcp:port=1'):
        env = {'DBUS_SESSION_BUS_ADDRESS': address}
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a', env=env),
                    'bus-address', within=4)
    need(not os.path.exists(mark), 'a program was run')


LISTEN = '''import os, socket, sys, time
os.setgid(65534)
os.setuid(65534)
server = socket.socket(socket.AF_UNIX)
server.bind(chr(0) + sys.argv[1])
server.listen(5)
print('ready', flush=True)
time.sleep(60)
'''


@scenario('no-bus')
def a_bus_that_another_user_serves_is_not_asked():
    if os.geteuid() != 0:
        raise Skipped('only root can be another user')
    name = 'rolekey-test-%d' % os.getpid()
    server = subprocess.Popen([sys.executable, '-c', LISTEN, name],
                              stdout=subprocess.PIPE)
    try:
        need(server.stdout.readline() == b'ready\n', 'no server')
        env = {'DBUS_SESSION_BUS_ADDRESS': 'unix:abstract=' + name}
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a', env=env),
                    'bus-of-another-user .*number=65534', within=4)
    finally:
        server.kill()
        server.wait()


BUS_OF_ANYBODY = '''<busconfig><type>session</type>
<listen>unix:abstract=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>
'''


def another_users_daemon(name):
    with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
        file.write(BUS_OF_ANYBODY % name)
        file.flush()
        os.chmod(file.name, 0o644)
        daemon = subprocess.Popen(
            ['setpriv', '--reuid', '65534', '--regid', '65534',
             '--clear-groups', 'dbus-daemon', '--nofork', '--print-address',
             '--config-file=' + file.name], stdout=subprocess.PIPE, cwd='/')
        ready = daemon.stdout.readline()
    need(name.encode() in ready, 'no other bus')
    return daemon


def pass_on(client, server):
    """All bytes, in both directions, until one of them ends."""
    pairs = {client: server, server: client}
    while True:
        for end in select.select(list(pairs), [], [])[0]:
            data = end.recv(65536)
            if not data:
                for sock in pairs:
                    sock.close()
                return
            pairs[end].sendall(data)


def real_bus():
    address = os.environ['DBUS_SESSION_BUS_ADDRESS'].split(';')[0]
    kind, value = re.match('unix:(path|abstract)=([^,]*)', address).groups()
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(('\0' if kind == 'abstract' else '') + value)
    return sock


@scenario('keyring')
def glib_does_not_ask_a_bus_that_another_user_serves():
    """the reader looks who listens, and libsecret's connection comes later: by then
    another user may listen at the same address.
    """
    if os.geteuid() != 0:
        raise Skipped('only root can be another user')
    put('a', SECRET.encode())
    name = 'rolekey-glib-%d' % os.getpid()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind('\0' + name)
    listener.listen(5)
    daemons = []

    def serve():
        first, _ = listener.accept()
        listener.close()  # and the address is free
        daemons.append(another_users_daemon(name))
        pass_on(first, real_bus())
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        env = {'DBUS_SESSION_BUS_ADDRESS': 'unix:abstract=' + name}
        refuses(tool(FULL, 'get', 'key', 'a', env=env),
                'bus-of-another-user .*number=65534')
        need(daemons, 'it was never asked')
    finally:
        thread.join(60)
        for daemon in daemons:
            daemon.kill()
            daemon.wait()


def listen(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(5)
    return server


@scenario('no-bus')
def a_bus_that_accepts_and_never_answers_is_given_up():
    path = os.path.join(os.environ['XDG_RUNTIME_DIR'], 'bus')
    with listen(path):
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a'), 'service-hung')


@scenario('no-bus')
def a_bus_that_hangs_up_is_an_error():
    path = os.path.join(os.environ['HOME'], 'bus')
    server = listen(path)

    def hang_up():
        for _ in range(2):
            server.accept()[0].close()
    thread = threading.Thread(target=hang_up)
    thread.start()
    for backend in (QUICK, FULL):
        env = {'DBUS_SESSION_BUS_ADDRESS': 'unix:path=' + path}
        refuses(tool(backend, 'get', 'key', 'a', env=env),
                'no-session-bus')
    thread.join()
    server.close()


@scenario('no-bus')
def another_persons_bus_is_none():
    if os.geteuid() != 0:
        raise Skipped('only root can give a bus away')
    path = os.path.join(os.environ['XDG_RUNTIME_DIR'], 'bus')
    with listen(path):
        os.chown(path, 65534, 65534)
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a'),
                    'bus-of-another-user value=.* number=65534', within=4)


@scenario('empty-bus')
def a_bus_without_a_service_is_said():
    for backend in (QUICK, FULL):
        refuses(tool(backend, 'get', 'key', 'a'), 'no-service')


# --- prompts -----------------------------------------------------------------

DISPLAY = {'DISPLAY': ':99'}


@scenario('empty-bus')
def nobody_is_asked_to_unlock_where_nobody_can_be():
    log = fake('unlock')
    refuses(tool(FULL, 'get', 'key', 'present'), 'unlocking no-display')
    env = dict(DISPLAY, ROLEKEY_NO_PROMPT='1')
    refuses(tool(FULL, 'get', 'key', 'present', env=env), 'unlocking no-prompt')
    refuses(tool(QUICK, 'get', 'key', 'present', env=DISPLAY), 'keyring-locked|unlocking no-')
    need('ReadAlias' in lines(log), 'the service was not even asked')
    need('Unlock' not in lines(log), 'a prompt was caused')


@scenario('empty-bus')
def a_prompt_answered_with_yes_unlocks():
    log = fake('unlock')
    gets(FULL, 'present', b'fake secret', env=DISPLAY)
    need('Prompt' in lines(log), 'no prompt was caused')
    gets(QUICK, 'present', b'fake secret')


@scenario('empty-bus')
def a_terminal_says_what_is_waited_for():
    fake('unlock')
    terminal = pexpect.spawn(TOOL, [FULL, 'get', 'key', 'present'],
                             env=dict(os.environ, **DISPLAY), timeout=30)
    terminal.expect(r'Waiting for the keyring to be unlocked \(60 s\)')
    terminal.expect('fake secret')
    terminal.expect(pexpect.EOF)
    terminal.close()
    need(terminal.exitstatus == 0, 'status %s' % terminal.exitstatus)


@scenario('empty-bus')
def a_dismissed_prompt_is_an_error():
    fake('dismiss')
    refuses(tool(FULL, 'get', 'key', 'present', env=DISPLAY), 'unlocking dismissed')
    refuses(tool(FULL, 'list', 'key', env=DISPLAY), 'unlocking dismissed')


@scenario('empty-bus')
def a_prompt_that_nobody_answers_is_given_up_and_not_cancelled():
    log = fake('hang')
    # libsecret 0.21 leaks the prompt when the connection is cut
    result = tool(FULL, 'get', 'key', 'present',
                  env=dict(DISPLAY, ASAN_OPTIONS='detect_leaks=0'))
    refuses(result, 'keyring-not-unlocked number=60', within=70)
    need('GLib' not in str(result), 'a library complains: %s' % result)
    need(result.took >= 59, 'it gave up too early: %s' % result)
    need('Dismiss' not in lines(log), 'the prompt was dismissed')


def reads_on_when_the_item_vanishes(backend):
    log = fake('vanish')
    gets(backend, 'present', b'fake secret')
    need(lines(log).count('SearchItems') == 2, str(lines(log)))


@scenario('empty-bus')
def the_quick_reader_searches_again_when_the_item_vanishes():
    reads_on_when_the_item_vanishes(QUICK)


@scenario('empty-bus')
def the_full_keyring_searches_again_when_the_item_vanishes():
    reads_on_when_the_item_vanishes(FULL)


@scenario('empty-bus')
def no_default_collection_is_said():
    fake('no-alias')
    for backend in (QUICK, FULL):
        refuses(tool(backend, 'get', 'key', 'a', env=DISPLAY),
                'no-collection')


@scenario('empty-bus')
def the_way_out_is_named():
    for mode, reasons in (('no-alias', ['no-collection']),
                          ('dismiss', ['dismissed']),
                          ('die', ['no-service', 'service-gone'])):
        fake(mode)
        done = subprocess.run(
            [ROLEKEY, '--backend', 'secret-service', 'list'],
            env=dict(os.environ, **DISPLAY), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60, check=False)
        line, hint = done.stderr.splitlines()
        said = messages.read_line(line)
        need(said.reason in reasons, '%r: %r' % (said, done.stderr))
        need(hint.startswith('hint: ') and re.search(
            messages.hint_pattern(said), hint), done.stderr)
        if mode != 'die':
            kill_daemon()


def auto_takes_the_file(because, env=None):
    result = tool('auto', 'why', env=env)
    text = result.out.decode()
    need(result.status == 0 and re.search(because, text) and
         'keyring-fallback' in text and 'rolekey/keyring' in text, str(result))
    need(result.took <= ANSWER_WITHIN, 'it took too long: %s' % result)


@scenario('no-bus')
def auto_takes_the_file_where_no_bus_answers():
    auto_takes_the_file('no-session-bus')
    for address in ('unix:path=%s/gone' % os.environ['HOME'], 'nonsense'):
        auto_takes_the_file('no-session-bus|bus-address',
                            {'DBUS_SESSION_BUS_ADDRESS': address})
    with listen(os.path.join(os.environ['XDG_RUNTIME_DIR'], 'bus')):
        auto_takes_the_file('service-hung')


@scenario('empty-bus')
def auto_takes_the_file_where_no_service_serves():
    auto_takes_the_file('no-service')
    fake('die')
    auto_takes_the_file('service-gone|no-service')
    fake('no-alias')
    auto_takes_the_file('no-collection')


@scenario('keyring')
def auto_takes_the_file_where_the_service_hangs():
    pid = daemon_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        auto_takes_the_file('service-hung')
    finally:
        os.kill(pid, signal.SIGCONT)
    need(b'keyring-found' in tool('auto', 'why').out, 'not taken')


@scenario('activatable')
def a_service_that_has_no_keyring_yet_is_started_and_passed_over():
    """GNOME Keyring on a server: nobody logged in, and none was made."""
    auto_takes_the_file('no-collection')
    daemon_pid()


@scenario('empty-bus')
def a_service_that_dies_of_the_question_is_not_waited_for():
    for backend in (QUICK, FULL):
        fake('die')
        refuses(tool(backend, 'get', 'key', 'a', env=DISPLAY),
                'no-service|service-gone', within=4)


@scenario('empty-bus')
def a_service_that_does_not_know_its_caller_yet_is_asked_again():
    log = fake('late')
    for backend in (QUICK, FULL):
        gets(backend, 'present', b'fake secret')
    put('new', b'x')
    need('CreateItem' in lines(log), str(lines(log)))


@scenario('empty-bus')
def a_session_that_the_service_cannot_use_is_made_anew():
    """KWallet: where a leading zero of the agreed key is lost."""
    for mode in ('picky', 'forgetful'):
        log = fake(mode)
        gets(FULL, 'present', b'fake secret')
        need(lines(log).count('OpenSession plain') == 2, str(lines(log)))
        kill_daemon()
        os.unlink(log)


@scenario('empty-bus')
def no_collection_is_made_for_want_of_an_alias():
    log = fake('late')
    put('new', b'x', env=DISPLAY)
    need('CreateItem' in lines(log), str(lines(log)))
    need('CreateCollection' not in lines(log), 'a collection was to be made')


@scenario('empty-bus')
def an_item_that_a_person_did_not_allow_is_not_taken_for_stored():
    log = fake('refuse')
    refuses(tool(FULL, 'put', 'key', 'new', value=b'x', env=DISPLAY),
            'not-written dismissed')
    need('CreateItem' in lines(log) and 'Prompt' in lines(log),
         str(lines(log)))


if __name__ == '__main__':
    main('dbus-run-session', 'gnome-keyring-daemon', 'gdbus', 'secret-tool')
