#!/usr/bin/python3
"""The Secret Service as a keyring, with a real gnome-keyring-daemon.

Each scenario runs on a session bus and in a home of its own: this script
starts itself again inside dbus-run-session.  What a real daemon does not do on
demand (a prompt that is dismissed or never answered), fake_secret_service.py
does.
"""

import concurrent.futures
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import verdict

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get('ROLEKEY_BUILD') or os.path.join(ROOT, 'build', 'dev')
TOOL = os.environ.get('ROLEKEY_KEYRING_TOOL') or os.path.join(
    BUILD, 'tests', 'keyring_tool')
UNIT = os.path.join(BUILD, 'tests', 'test_keyring_secret_service')
SUITE = os.path.join(HERE, 'keyring_suite.py')
FAKE = os.path.join(HERE, 'fake_secret_service.py')
PYTHON = '/usr/bin/python3'
FULL, QUICK = 'secret-service', 'sdbus'
NAME = 'org.freedesktop.secrets'
SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
# Seconds: 5, and as many for a process to start and end on a loaded machine.
# What is not bounded takes libsecret 25, and a bus that is silent for ever.
ANSWER_WITHIN = 10

SCENARIOS = []


class Failed(Exception):
    """What was seen is not what should be."""


class Skipped(Exception):
    """It cannot be tried here; the text says why."""


def need(condition, text):
    if not condition:
        raise Failed(text)


def scenario(kind):
    """kind: keyring, empty-bus or no-bus."""
    def remember(function):
        SCENARIOS.append((kind, function))
        return function
    return remember


# --- the tool under test -----------------------------------------------------

class Result:
    def __init__(self, done, took):
        self.status = done.returncode
        self.out = done.stdout
        self.err = done.stderr.decode('utf-8', 'replace')
        self.took = took

    def __str__(self):
        return 'status %d after %.1f s, stdout %r, stderr %r' % (
            self.status, self.took, self.out[:200], self.err[:2000])


def tool(backend, *args, value=None, env=None, limit=90):
    start = time.monotonic()
    done = subprocess.run([TOOL, backend, *args], input=value or b'',
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=dict(os.environ, **(env or {})), timeout=limit,
                          check=False)
    result = Result(done, time.monotonic() - start)
    need('Sanitizer' not in result.err and 'runtime error' not in result.err,
         str(result))
    need(result.status >= 0, 'it died of a signal: %s' % result)
    return result


def put(name, value, *more, kind='key', env=None):
    result = tool(FULL, 'put', kind, name, *more, value=value, env=env)
    need(result.status == 0, 'put: %s' % result)


def gets(backend, name, value, kind='key', env=None):
    result = tool(backend, 'get', kind, name, env=env)
    need(result.status == 0 and result.out == value,
         'get by %s: %s' % (backend, result))


def refuses(result, text, within=ANSWER_WITHIN):
    need(result.status != 0 and re.search(text, result.err),
         'no "%s" in: %s' % (text, result))
    need(result.took <= within, 'it took too long: %s' % result)
    need(SECRET not in result.err, 'a secret in: %s' % result)


def is_missing(result):
    need(result.status != 0 or SECRET.encode() not in result.out, str(result))
    need('locked' not in result.err, 'taken for locked: %s' % result)


# --- the keyring under it ----------------------------------------------------

def run(*argv, **more):
    return subprocess.run(argv, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=30, check=True,
                          **more).stdout.decode()


def start_daemon(password=b'test-pass'):
    """Unlocked; with None, as after a login without PAM: locked."""
    mode = ['--start'] if password is None else ['--unlock']
    subprocess.run(['gnome-keyring-daemon', *mode, '--components=secrets'],
                   input=password or b'', stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=30, check=True)
    # It can return before it owns its name.
    run('gdbus', 'wait', '--session', '--timeout', '10', NAME)


def bus_call(*args):
    return run('gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus',
               '--object-path', '/org/freedesktop/DBus', '--method',
               *args)


def daemon_pid():
    text = bus_call('org.freedesktop.DBus.GetConnectionUnixProcessID', NAME)
    return int(re.search(r'uint32 (\d+)', text).group(1))


def kill_daemon():
    pid = daemon_pid()
    os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        if 'false' in bus_call('org.freedesktop.DBus.NameHasOwner', NAME):
            return
        time.sleep(0.05)
    raise Failed('the daemon %d does not die' % pid)


def lock_collection():
    # Not by secret-tool, whose `lock` of 0.20.5 dies of SIGSEGV.
    run('gdbus', 'call', '--session', '--dest', NAME, '--object-path',
        '/org/freedesktop/secrets', '--method',
        'org.freedesktop.Secret.Service.Lock',
        '["/org/freedesktop/secrets/collection/login"]')


def fake(mode):
    """Start the fake service; the path of its log."""
    try:
        run(PYTHON, '-c', 'import dbus, gi')
    except subprocess.CalledProcessError:
        raise Skipped('python3-dbus and python3-gi are not installed') \
            from None
    log = os.path.join(os.environ['HOME'], 'fake.log')
    # It ends with its bus.
    subprocess.Popen([PYTHON, '-B', FAKE, mode, log],
                     stdin=subprocess.DEVNULL)
    run('gdbus', 'wait', '--session', '--timeout', '10', NAME)
    return log


def lines(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8') as file:
        return file.read().split('\n')


# --- with a keyring that works -----------------------------------------------

@scenario('keyring')
def it_passes_the_suite_of_every_keyring():
    if not os.path.exists(SUITE):
        raise Failed('%s is not there' % SUITE)
    done = subprocess.run([PYTHON, '-B', SUITE, FULL, TOOL], check=False,
                          timeout=200, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    need(done.returncode == 0, done.stdout.decode('utf-8', 'replace'))


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
    refuses(tool(QUICK, 'put', 'key', 'x', value=b'x'), 'cannot write')
    refuses(tool(QUICK, 'remove', 'key', 'plain'), 'cannot write')
    refuses(tool(QUICK, 'list', 'key'), 'cannot write')


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
        refuses(tool(backend, 'get', 'key', 'a'), 'locked', within=4)
        refuses(tool(backend, 'get', 'key', 'missing'), 'locked', within=4)
    refuses(tool(FULL, 'put', 'key', 'b', value=b'x'), 'locked', within=4)
    refuses(tool(FULL, 'remove', 'key', 'a'), 'locked', within=4)
    refuses(tool(FULL, 'list', 'key'), 'locked', within=4)


@scenario('keyring')
def a_keyring_locked_since_login_is_locked_as_well():
    put('a', SECRET.encode())
    kill_daemon()
    start_daemon(password=None)
    refuses(tool(QUICK, 'get', 'key', 'a'), 'locked', within=4)
    refuses(tool(FULL, 'get', 'key', 'a'), 'locked', within=4)


@scenario('keyring')
def a_wrong_password_at_login_is_a_locked_keyring():
    put('a', SECRET.encode())
    kill_daemon()
    start_daemon(password=b'wrong')
    refuses(tool(QUICK, 'get', 'key', 'a'), 'locked', within=4)


@scenario('keyring')
def a_stopped_service_is_given_up():
    put('a', SECRET.encode())
    pid = daemon_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a'), 'does not answer')
        refuses(tool(FULL, 'put', 'key', 'a', value=b'x'), 'does not answer')
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
            refuses(result, 'does not answer', within=ANSWER_WITHIN + 1)


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
            refuses(result, 'locked|went away|no Secret Service|'
                    'no default collection')
    need(results[0].out == SECRET.encode(), str(results[0]))
    need(results[-1].status != 0, 'the daemon was not even killed')


# --- no keyring --------------------------------------------------------------

@scenario('no-bus')
def no_bus_is_said_with_the_reason():
    for backend in (QUICK, FULL):
        refuses(tool(backend, 'get', 'key', 'a'),
                'no session bus .*DBUS_SESSION_BUS_ADDRESS is not set and '
                '.*/run/bus is not there', within=4)
    refuses(tool(FULL, 'put', 'key', 'a', value=b'x'), 'no session bus')
    refuses(tool(FULL, 'list', 'key'), 'no session bus')
    refuses(tool(FULL, 'remove', 'key', 'a'), 'no session bus')


@scenario('no-bus')
def no_bus_is_ever_started():
    for address in ('', 'autolaunch:', 'autolaunch:;unix:path=/nowhere'):
        env = {'DBUS_SESSION_BUS_ADDRESS': address, 'DISPLAY': ':99'}
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a', env=env),
                    'no session bus', within=4)
    need(not os.path.exists(os.path.join(os.environ['HOME'], '.dbus')),
         'something was launched')


@scenario('no-bus')
def a_stale_or_senseless_address_is_an_error():
    for address in ('unix:path=%s/gone' % os.environ['HOME'], 'disabled:',
                    'nonsense', 'unix:path=/dev/null'):
        env = {'DBUS_SESSION_BUS_ADDRESS': address}
        for backend in (QUICK, FULL):
            refuses(tool(backend, 'get', 'key', 'a', env=env),
                    'cannot reach the session bus', within=4)


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
            refuses(tool(backend, 'get', 'key', 'a'), 'does not answer')


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
                'cannot reach the session bus')
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
                    'no session bus .* is not yours', within=4)


@scenario('empty-bus')
def a_bus_without_a_service_is_said():
    for backend in (QUICK, FULL):
        refuses(tool(backend, 'get', 'key', 'a'), 'no Secret Service')


# --- prompts -----------------------------------------------------------------

DISPLAY = {'DISPLAY': ':99'}


@scenario('empty-bus')
def nobody_is_asked_to_unlock_where_nobody_can_be():
    log = fake('unlock')
    refuses(tool(FULL, 'get', 'key', 'present'), 'locked.*no display')
    env = dict(DISPLAY, ROLEKEY_NO_PROMPT='1')
    refuses(tool(FULL, 'get', 'key', 'present', env=env), 'locked.*forbidden')
    refuses(tool(QUICK, 'get', 'key', 'present', env=DISPLAY), 'locked')
    need('ReadAlias' in lines(log), 'the service was not even asked')
    need('Unlock' not in lines(log), 'a prompt was caused')


@scenario('empty-bus')
def a_prompt_answered_with_yes_unlocks():
    log = fake('unlock')
    gets(FULL, 'present', b'fake secret', env=DISPLAY)
    need('Prompt' in lines(log), 'no prompt was caused')
    gets(QUICK, 'present', b'fake secret')


@scenario('empty-bus')
def a_dismissed_prompt_is_an_error():
    fake('dismiss')
    refuses(tool(FULL, 'get', 'key', 'present', env=DISPLAY), 'dismissed')
    refuses(tool(FULL, 'list', 'key', env=DISPLAY), 'dismissed')


@scenario('empty-bus')
def a_prompt_that_nobody_answers_is_given_up_and_not_cancelled():
    log = fake('hang')
    result = tool(FULL, 'get', 'key', 'present', env=DISPLAY)
    refuses(result, 'locked.*nobody unlocked it within 60 s', within=70)
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
                'no default collection')


@scenario('empty-bus')
def a_service_that_dies_of_the_question_is_not_waited_for():
    for backend in (QUICK, FULL):
        fake('die')
        refuses(tool(backend, 'get', 'key', 'a', env=DISPLAY),
                'no Secret Service|went away', within=4)


@scenario('empty-bus')
def a_service_that_does_not_know_its_caller_yet_is_asked_again():
    log = fake('late')
    for backend in (QUICK, FULL):
        gets(backend, 'present', b'fake secret')
    put('new', b'x')
    need('CreateItem' in lines(log), str(lines(log)))


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
            'dismissed')
    need('CreateItem' in lines(log) and 'Prompt' in lines(log),
         str(lines(log)))


# --- running them ------------------------------------------------------------

EMPTY_BUS = '''\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=%s</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''


def make_home(top):
    """An environment in which nothing of the person's can be found."""
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(('XDG_', 'DBUS_', 'GNOME_', 'ROLEKEY_NO'))
           and name not in ('DISPLAY', 'WAYLAND_DISPLAY', 'ROLEKEY_PROMPT')}
    for name, folder in (('HOME', 'home'), ('XDG_RUNTIME_DIR', 'run'),
                         ('XDG_DATA_HOME', 'home/.local/share'),
                         ('XDG_CONFIG_HOME', 'home/.config'),
                         ('XDG_CACHE_HOME', 'home/.cache')):
        env[name] = os.path.join(top, folder)
        os.makedirs(env[name], mode=0o700, exist_ok=True)
    env.setdefault('LC_ALL', 'C.UTF-8')
    return env


def memory():
    """A folder in memory: the daemon syncs, and a busy disk takes seconds."""
    folder = '/dev/shm'
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def launch(kind, name):
    """The scenario in a process of its own: (its status, what it said)."""
    top = tempfile.mkdtemp(prefix='rolekey-ss.', dir=memory())
    try:
        argv = [PYTHON, '-B', os.path.abspath(__file__), '--inside', name]
        config = os.path.join(top, 'bus.conf')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(EMPTY_BUS % top)
        if kind == 'keyring':
            argv = ['dbus-run-session', '--', *argv]
        if kind == 'empty-bus':
            argv = ['dbus-run-session', '--config-file=' + config, '--', *argv]
        done = subprocess.run(argv, env=make_home(top), timeout=280,
                              stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode('utf-8', 'replace')
    finally:
        shutil.rmtree(top, ignore_errors=True)


def run_inside(name):
    kind, function = next(s for s in SCENARIOS if s[1].__name__ == name)
    try:
        if kind == 'keyring':
            start_daemon()
        function()
    except Skipped as why:
        print(why)
        return verdict.SKIPPED
    except Failed as why:
        print(why)
        return 1
    except Exception:  # whatever it is, it is this scenario's
        traceback.print_exc(file=sys.stdout)
        return 1
    return 0


def main():
    if len(sys.argv) == 3 and sys.argv[1] == '--inside':
        sys.exit(run_inside(sys.argv[2]))
    for program in ('dbus-run-session', 'gnome-keyring-daemon', 'gdbus',
                    'secret-tool'):
        if not shutil.which(program):
            verdict.end_skipped('%s is not installed' % program)
    chosen = [s for s in SCENARIOS
              if len(sys.argv) < 2 or s[1].__name__ in sys.argv[1:]]
    counts = {'ok': 0, 'FAILED': 0, 'skipped': 0}
    # Most of the time is spent waiting, the 60 s of a prompt above all.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        order = sorted(chosen, key=lambda s: 'nobody_answers' not in
                       s[1].__name__)
        runs = {pool.submit(launch, kind, f.__name__): f for kind, f in order}
        for done in concurrent.futures.as_completed(runs):
            status, text = done.result()
            title = runs[done].__name__.replace('_', ' ')
            word = {0: 'ok', verdict.SKIPPED: 'skipped'}.get(status, 'FAILED')
            counts[word] += 1
            if word == 'skipped':
                verdict.skipped(title, text)
            else:
                print('%s: %s%s' % (word, title,
                                    '' if status == 0 else '\n' + text))
    verdict.end(counts['ok'], counts['FAILED'], counts['skipped'])


if __name__ == '__main__':
    main()
