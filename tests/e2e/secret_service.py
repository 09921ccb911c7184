"""A Secret Service of the scenarios' own, and the tool that asks it.

Each scenario runs on a session bus and in a home of its own: the script
starts itself again inside dbus-run-session.  What a real service does not do on
demand (a prompt that is dismissed or never answered), fake_secret_service.py
does.
"""

import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import verdict

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get('ROLEKEY_BUILD') or os.path.join(ROOT, 'build', 'dev')
TOOL = os.environ.get('ROLEKEY_KEYRING_TOOL') or os.path.join(
    BUILD, 'tests', 'keyring_tool')
ROLEKEY = os.environ.get('ROLEKEY_BIN') or os.path.join(
    BUILD, 'tree', 'bin', 'rolekey')
UNIT = os.path.join(BUILD, 'tests',
                    'unit_edge_keyring_secret_service_keyring_secret_service')
SUITE = os.path.join(HERE, 'keyring_suite.py')
FAKE = os.path.join(HERE, 'fake_secret_service.py')
PYTHON = '/usr/bin/python3'
FULL, QUICK = 'secret-service', 'reader'
NAME = 'org.freedesktop.secrets'
SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
# Seconds: 5, and as many for a process to start and end on a loaded machine.
# Without a bound libsecret takes 25, and a silent bus takes forever.
ANSWER_WITHIN = 10
PATIENCE = 180

SCENARIOS = []


class Failed(Exception):
    """The result is not the expected one."""


class Skipped(Exception):
    """It cannot be tried here; the text says why."""


def need(condition, text):
    if not condition:
        raise Failed(text)


def scenario(kind):
    """kind: keyring, activatable (a keyring that the bus would start),
    empty-bus or no-bus.
    """
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


def passes_the_suite():
    done = subprocess.run([PYTHON, '-B', SUITE, FULL, TOOL], check=False,
                          timeout=600, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    need(done.returncode == 0, done.stdout.decode('utf-8', 'replace'))


# --- the keyring under it ----------------------------------------------------

def run(*argv, **more):
    return subprocess.run(argv, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=30, check=True,
                          **more).stdout.decode()


def home(*path):
    return os.path.join(os.environ['HOME'], *path)


def wait_for(condition, text):
    end = time.monotonic() + PATIENCE
    while not condition():
        need(time.monotonic() < end, text)
        time.sleep(0.1)


def service_call(path, method, *args):
    return run('gdbus', 'call', '--session', '--dest', NAME, '--object-path',
               '/org/freedesktop/secrets' + path, '--method',
               'org.freedesktop.' + method, *args)


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
    """An environment in which nothing of the user can be found."""
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
    """Runs the scenario in a process of its own: (status, output)."""
    top = tempfile.mkdtemp(prefix='rolekey-ss.', dir=memory())
    try:
        argv = [PYTHON, '-B', os.path.abspath(sys.argv[0]), '--inside', name]
        config = os.path.join(top, 'bus.conf')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(EMPTY_BUS % top)
        if kind in ('keyring', 'activatable'):
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


def main(*programs):
    """The scenarios of the script that calls this, which needs programs."""
    if len(sys.argv) == 3 and sys.argv[1] == '--inside':
        sys.exit(run_inside(sys.argv[2]))
    for program in programs:
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
