"""The base of the scenarios: a sandbox, the stand-in for AWS, a terminal.

A scenario file is a list of functions `case_NAME(box)` and ends with
`run_cases(globals())`.  Each case gets a fresh Sandbox: a home of its own, no
variable of the user, and the stand-in as AWS.
"""

import contextlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

import pexpect

import messages
import verdict
from mounts import NoMounts

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'aws'))

from world import CUSTODIAN, DEFAULT  # noqa: E402

BUILD = os.environ.get('ROLEKEY_BUILD') or os.path.join(ROOT, 'build', 'dev')
BIN = os.environ.get('ROLEKEY_BIN') or os.path.join(
    BUILD, 'tree', 'bin', 'rolekey')
STAND_IN = os.path.join(ROOT, 'tests', 'aws', 'stand_in.py')
PYTHON = '/usr/bin/python3'
PASSPHRASE = 'correct horse battery staple'
LOCK = re.compile(r'\.lock$|/rolekey/(locks/)?[0-9a-f]{40}$')
# Files that change, as Result.changed names them.
AWS_CONFIG = 'home/.aws/config'
KEYRING = 'home/.local/share/rolekey/keyring'
LEDGER = 'home/.local/state/rolekey/ledger/*'  # says which codes are spent
LOG = 'home/.local/state/rolekey/log'  # of each use of credentials
TIMEOUT = 180  # seconds, for a machine that is busy: nothing takes 10
AT_ONCE = 15  # seconds, on a loaded machine; who waits for a bus takes 25
SALT = slice(20, 36)  # of a keyring file: rolekey-keyring(5)
SESSION_ID = slice(12, 28)  # of a session's file of the kernel backend

KEY_ID = 'AKIAIOSFODNN7EXAMPLE'
SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
SERIAL = 'arn:aws:iam::%s:mfa/alex' % CUSTODIAN
USER = 'arn:aws:iam::%s:user/alex' % CUSTODIAN

CONFIG = '''\
[default]
region = ap-northeast-1

[profile custodian]
mfa_serial = %s

[profile testing]
role_arn = arn:aws:iam::222233334444:role/TestingAdmin
source_profile = custodian

[profile staging]
role_arn = arn:aws:iam::333344445555:role/StagingAdmin
source_profile = custodian

[profile production]
role_arn = arn:aws:iam::444455556666:role/ops/ProductionAdmin
source_profile = custodian

[profile chained]
role_arn = arn:aws:iam::222233334444:role/Chained
source_profile = testing
''' % SERIAL


# Questions and texts of rolekey on the terminal, as regular expressions.
ASKS_PASSPHRASE = 'Passphrase for the rolekey keyring: '
ASKS_NEW_PASSPHRASE = 'New passphrase for the rolekey keyring: '
ASKS_IT_AGAIN = 'Repeat the passphrase: '
ASKS_KEY_ID = 'Access key id: '
ASKS_SECRET_KEY = 'Secret access key '
ASKS_CODE = 'MFA code for '
ASKS_DEVICE = 'Which device should rolekey use'
ASKS_SEED = 'Seed of the device '
ASKS_SEEDS_CODE = 'Code that the device shows now: '
ASKS_FIRST_CODE = 'The code that it shows: '
ASKS_NEXT_CODE = 'The next one, when it shows another: '
ASKS_REMOVAL = 'Remove the %s'
ASKS_REPLACEMENT = 'Key %s is already stored for %s. Replace it with %s'
ASKS_SHARING = r'Let %s share it by adding source_profile = %s to .*y/N'
ASKS_MIGRATION = 'Remove %d items from %s, with the sessions there'
ASKS_VAULT_PASSPHRASE = "Passphrase for aws-vault's files: "
SAYS_IT_IS_WRONG = r'The passphrase is wrong\.'
SAYS_THEY_DIFFER = 'The passphrases are empty or do not match'
SAYS_IT_WAITS = r'Waiting for rolekey \(pid \d+, .*\) to finish'
SHOWS_SEED = 'enter the seed there: ((?:[A-Z2-7]{4} ?){16})'


class Failed(Exception):
    """A case saw something else than it expects."""


class Skipped(Exception):
    """A case cannot be tried here; the text says why."""


def need(condition, text):
    if not condition:
        raise Failed(text)


def same(got, expected, what):
    need(got == expected, '%s: expected %r, got %r' % (what, expected, got))


# -- processes --------------------------------------------------------------


class Result:
    """The result of a program: status, output, calls and changed files."""

    def __init__(self, argv, status, stdout, stderr, seconds):
        self.argv = argv
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
        self.seconds = seconds
        self.calls = []    # actions of AWS that were called meanwhile
        self.changed = []  # files that came, went or are other ones now

    def __str__(self):
        return '%s\n  status %s after %.1f s\n  stdout %r\n  stderr %r' % (
            ' '.join(map(str, self.argv)), self.status, self.seconds,
            self.stdout[-1500:], self.stderr[-3000:])


def check(result, status=0, stdout=None, stderr=None, without=None,
          calls=None, changed=None, reason=None, context=None, **facts):
    """status; regexes that stdout and stderr must (and must not) have; what
    AWS was asked, and which files are other ones now; the failure that ends
    it, as failed() has it.
    """
    need(result.status == status,
         'expected status %s: %s' % (status, result))
    for name, pattern in (('stdout', stdout), ('stderr', stderr)):
        text = getattr(result, name)
        need(pattern is None or re.search(pattern, text, re.I | re.M),
             '%s has no /%s/: %s' % (name, pattern, result))
    if without:
        need(not re.search(without, result.stdout + result.stderr, re.I),
             'has /%s/: %s' % (without, result))
    if calls is not None:
        same(result.calls, list(calls), 'calls to AWS by %s' % result)
    if changed is not None:
        same(result.changed, sorted(changed), 'files changed by %s' % result)
    if reason:
        failed(result, reason, context, **facts)
    return result


def check_quiet(result, status=0):
    """Nothing on stderr at all."""
    check(result, status)
    same(result.stderr, '', 'stderr of %s' % result)
    return result


def _has_facts(said, reason, context, facts, result):
    need(said is not None, 'not a line of the table: %s' % result)
    need(said.reason == reason and (
        context is None or context in said.contexts),
         'expected %s%s, got %r: %s' % (
             '%s ' % context if context else '', reason, said, result))
    for name, value in facts.items():
        need(said.facts.get(name) == str(value),
             'expected %s=%r, got %r: %s' % (name, value, said, result))


def refused(result, status, *, reason, context=None, calls=(), changed=(),
            **facts):
    """Checks for one line about the failure, and nothing on stdout; without
    calls and changed, AWS was not asked and no file was changed.

    reason, context and facts are compared with the line, read with the
    templates of src/message/table.def; the hint must be that of the table.
    """
    check(result, status, calls=calls, changed=changed)
    same(result.stdout, '', 'stdout of %s' % result)
    if result.stderr.startswith('{'):
        _has_facts(messages.read_line(result.stderr), reason, context, facts,
                   result)
        return result
    need(result.stderr.startswith('rolekey: '), str(result))
    lines = [line for line in result.stderr.splitlines()
             if not line.startswith('hint: ')]
    need(len(lines) == 1, 'more than a line: %s' % result)
    return failed(result, reason, context, **facts)


def failed(result, reason, context=None, **facts):
    """The failure on stderr is this one, and its hint the table's; notices may
    come before it.
    """
    lines = result.stderr.splitlines() or [  # all that a Pty showed is stdout
        line for line in result.stdout.splitlines()
        if line.startswith(('rolekey: ', 'hint: '))]
    *_, last = [line for line in lines if not line.startswith('hint: ')] or ['']
    hints = [line for line in lines if line.startswith('hint: ')]
    text, bar, hint = last, '', ''
    for bar in ('; hint: ', '. hint: '):  # credential-process
        if bar in last:
            text, hint = last.split(bar, 1)
            text += '.' * (bar[0] == '.')
            break
    said = messages.read_line(text)
    _has_facts(said, reason, context, facts, result)
    if hints:
        hint = hints[-1].removeprefix('hint: ')
    need(re.fullmatch(messages.hint_pattern(said), hint),
         'not the hint of %r: %s' % (said, result))
    return result


def noticed(result, reason, text=None, **facts):
    """A line of stderr (of stdout, after a Pty; or of text) is this notice."""
    if text is None:
        text = result.stderr or result.stdout
    for line in text.splitlines():
        if not line.startswith('rolekey: '):
            continue
        said = messages.read_line(line)
        if said and said.reason == reason and all(
                said.facts.get(name) == str(value)
                for name, value in facts.items()):
            return result
    raise Failed('no notice %s %r: %s' % (reason, facts, result))


class Pty:
    """A program with a terminal of its own, driven by expect and answers."""

    def __init__(self, argv, env, cwd, stdout=None, box=None):
        self.box = box
        self.before = box.state() if box else None
        command, args = argv[0], list(argv[1:])
        if stdout:  # as in x=$(rolekey ...): stdout is not a terminal
            args = ['-c', 'exec "$@" >%s' % stdout, 'sh', command] + args
            command = '/bin/sh'
        self.argv = argv
        self.started = time.monotonic()
        self.child = pexpect.spawn(
            command, [str(arg) for arg in args], env=env, cwd=cwd,
            encoding='utf-8', codec_errors='replace', timeout=TIMEOUT,
            dimensions=(40, 250))
        self.child.delaybeforesend = 0.05
        self.said = ''

    def expect(self, pattern, timeout=TIMEOUT):
        try:
            self.child.expect(re.compile(pattern, re.I), timeout=timeout)
        except (pexpect.EOF, pexpect.TIMEOUT) as problem:
            raise Failed('terminal never showed /%s/ (%s); it showed %r' % (
                pattern, type(problem).__name__,
                self.said + str(self.child.before))) from None
        self.said += self.child.before + self.child.after

    def answer(self, text):
        self.child.sendline(text)

    def finish(self, timeout=TIMEOUT):
        """Its end: everything that the terminal showed is stdout here."""
        try:
            self.child.expect(pexpect.EOF, timeout=timeout)
        except pexpect.TIMEOUT:
            self.close()
            raise Failed('did not end: %s showed %r' % (
                self.argv, self.said + self.child.before)) from None
        self.said += self.child.before
        self.child.close()
        status = self.child.exitstatus
        if status is None:
            status = -self.child.signalstatus
        result = Result(self.argv, status, self.said.replace('\r\n', '\n'),
                        '', time.monotonic() - self.started)
        return self.box.since(self.before, result) if self.box else result

    def close(self):
        with contextlib.suppress(pexpect.ExceptionPexpect, OSError):
            self.child.close(force=True)


# -- the stand-in -----------------------------------------------------------


class StandIn:
    """tests/aws, started, and its control and its log."""

    def __init__(self, folder, world=None, tls=None):
        self.log_path = os.path.join(folder, 'aws.log')
        ready = os.path.join(folder, 'aws.port')
        argv = [PYTHON, '-B', STAND_IN, '--port', '0', '--log', self.log_path,
                '--ready', ready]
        if world:
            path = os.path.join(folder, 'aws.world')
            with open(path, 'w', encoding='utf-8') as file:
                json.dump(world, file)
            argv += ['--world', path]
        if tls:
            argv += ['--cert', tls[0], '--key', tls[1]]
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL)
        self.port = self._wait(ready)
        self.scheme = 'https' if tls else 'http'
        self.url = '%s://127.0.0.1:%d' % (self.scheme, self.port)
        self.marked = 0

    def _wait(self, ready):
        for _ in range(600):
            if os.path.exists(ready):
                with open(ready, encoding='ascii') as file:
                    return int(file.read())
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError('the stand-in did not start')

    def control(self, name, **data):
        request = urllib.request.Request(
            self.url + '/stand-in/' + name, json.dumps(data).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            same(answer.status, 200, 'status of the control')
            return json.load(answer)

    def fault(self, kind, **data):
        self.control('fault', kind=kind, **data)

    def all_calls(self):
        with open(self.log_path, encoding='utf-8') as file:
            return [json.loads(line) for line in file]

    def mark(self):
        self.marked = len(self.all_calls())

    def calls(self):
        """The calls since mark(), oldest first."""
        return self.all_calls()[self.marked:]

    def actions(self):
        return [call['action'] for call in self.calls()]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(10)


_LAST_STEP = {}


def seed_of(serial):
    for user in DEFAULT['users']:
        for device in user['devices']:
            if device['serial'] == serial:
                return device['seed']
    raise KeyError(serial)


def code_now(serial=SERIAL, ahead=0):
    """By oathtool, the code that the device shows now, or in so many s."""
    now = time.strftime('%Y-%m-%d %H:%M:%S UTC', time.gmtime(
        time.time() + ahead))
    return subprocess.run(['oathtool', '--totp', '-b', '--now', now,
                           seed_of(serial)],
                          check=True, capture_output=True,
                          text=True).stdout.strip()


# -- the sandbox ------------------------------------------------------------

SCRUB = re.compile(
    r'AWS|ROLEKEY_|.*_PROXY$|.*_proxy$|DBUS_|DISPLAY$|WAYLAND|XDG_|SSH_|'
    r'MAKE|MFLAGS|GNOME_KEYRING|GPG_|PINENTRY|PASSWORD_STORE')


def clean_environment():
    return {name: value for name, value in os.environ.items()
            if not SCRUB.match(name)}


class Sandbox:
    """A home, an environment and AWS, all of which vanish at the end."""

    def __init__(self, world=None, aws=True, parent=None):
        self.top = tempfile.mkdtemp(prefix='rolekey-e2e.', dir=parent)
        os.chmod(self.top, 0o755)
        self.home = self._folder('home')
        self.runtime = self._folder('run')
        self.config = os.path.join(self.home, '.aws', 'config')
        self.credentials = os.path.join(self.home, '.aws', 'credentials')
        self.env = clean_environment()
        self.salts = set()
        self.person = []  # runs a program as the owner of the home directory
        self.env.update({
            'HOME': self.home,
            'XDG_CONFIG_HOME': os.path.join(self.home, '.config'),
            'XDG_DATA_HOME': os.path.join(self.home, '.local/share'),
            'XDG_STATE_HOME': os.path.join(self.home, '.local/state'),
            'XDG_CACHE_HOME': os.path.join(self.home, '.cache'),
            'XDG_RUNTIME_DIR': self.runtime,
            'ROLEKEY_BACKEND': 'file',
            'ROLEKEY_PASSPHRASE': PASSPHRASE,
            'AWS_EC2_METADATA_DISABLED': 'true',
            'LC_ALL': 'C.UTF-8', 'TERM': 'xterm', 'USER': 'tester',
            'LOGNAME': 'tester', 'SHELL': '/bin/sh',
            'PAGER': 'cat',  # aws's: less is not everywhere
            # Without folders that this user may not look into.
            'PATH': '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:'
                    '/sbin:/bin',
        })
        self.aws = None
        if aws:
            self.aws = StandIn(self.top, world)
            self.env['AWS_ENDPOINT_URL'] = self.aws.url
        self.write_config(CONFIG)

    def _folder(self, name):
        path = os.path.join(self.top, name)
        os.mkdir(path, 0o700)
        return path

    # -- files --------------------------------------------------------------

    def write(self, path, text, mode=0o600):
        path = os.path.join(self.home, path)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        with open(path, 'wb') as file:
            file.write(data)
        os.chmod(path, mode)
        return path

    def write_config(self, text):
        return self.write(self.config, text)

    def write_credentials(self, text):
        return self.write(self.credentials, text)

    def read_config(self):
        with open(self.config, encoding='utf-8') as file:
            return file.read()

    def keyring_path(self):
        return os.path.join(self.env['XDG_DATA_HOME'], 'rolekey', 'keyring')

    def files(self):
        """Every file under home and the runtime folder."""
        return sorted(
            os.path.join(folder, name)
            for top in (self.home, self.runtime)
            for folder, _, names in os.walk(top) for name in names)

    # -- what a program did ---------------------------------------------------

    def state(self):
        """The state that since() compares: the calls, and the files by name."""
        files = {}
        for path in self.files():
            if LOCK.search(path):
                continue
            name = os.path.relpath(path, self.top)
            if name == LOG:  # e2e/log reads it
                continue
            with contextlib.suppress(FileNotFoundError):
                now = os.lstat(path)
                if name.startswith(os.path.dirname(LEDGER)):
                    if now.st_size > 0:  # an empty one says nothing
                        files[LEDGER] = files.get(LEDGER, ()) + (
                            now.st_ino, now.st_mtime_ns)
                    continue
                files[name] = (now.st_ino, now.st_size, now.st_mtime_ns)
        return len(self.aws.all_calls()) if self.aws else 0, files

    def since(self, before, result):
        """The result, with what AWS was asked and which files changed."""
        n_calls, files = before
        _, now = self.state()
        self._note_salt()
        if self.aws:
            result.calls = [call['action']
                            for call in self.aws.all_calls()[n_calls:]]
        result.changed = sorted(
            name for name in set(files) | set(now)
            if files.get(name) != now.get(name))
        return result

    # -- running ------------------------------------------------------------

    def _environment(self, env):
        merged = dict(self.env)
        for name, value in (env or {}).items():
            if value is None:
                merged.pop(name, None)
            else:
                merged[name] = value
        return merged

    def run(self, *argv, stdin='', env=None, timeout=TIMEOUT, cwd=None,
            **more):
        """A program without a terminal."""
        before = self.state()
        started = time.monotonic()
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        process = subprocess.Popen(
            [str(arg) for arg in argv], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self._environment(env), cwd=cwd or self.home,
            start_new_session=True, **more)
        try:
            out, err = process.communicate(data, timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise Failed('no end within %d s: %s' % (timeout, Result(
                argv, None, out.decode('utf-8', 'replace'),
                err.decode('utf-8', 'replace'), timeout))) from None
        return self.since(before, Result(
            argv, process.returncode, out.decode('utf-8', 'replace'),
            err.decode('utf-8', 'replace'), time.monotonic() - started))

    def rolekey(self, *argv, **more):
        return self.run(BIN, *argv, **more)

    def pty(self, *argv, env=None, stdout=None):
        return Pty([BIN] + list(argv), self._environment(env), self.home,
                   stdout, self)

    def pty_run(self, argv, dialogue, env=None):
        """rolekey on a terminal: (what it shows, what is typed) in turn."""
        terminal = self.pty(*argv, env=env)
        try:
            for pattern, answer in dialogue:
                terminal.expect(pattern)
                terminal.answer(answer)
            return terminal.finish()
        finally:
            terminal.close()

    # -- short ways ---------------------------------------------------------

    def key_environment(self, key_id=KEY_ID, secret=SECRET):
        return {'AWS_ACCESS_KEY_ID': key_id, 'AWS_SECRET_ACCESS_KEY': secret}

    def add(self, profile='custodian', *flags, **more):
        """Stores the key, without a word to AWS unless flags say so."""
        env = dict(more.pop('env', None) or {},
                   **self.key_environment(*more.pop('key', ())))
        return self.rolekey('add', profile, '--env', *flags, env=env, **more)

    def add_quietly(self, profile='custodian', **more):
        return check(self.add(profile, '--no-verify', '--no-config', **more))

    def warm(self, *profiles):
        """The key is stored and the profiles' sessions are cached."""
        check(self.add())
        flags = ['-t', self.code()]
        for profile in profiles or ('testing',):
            check(self.rolekey('export', profile, *flags))
            flags = []  # one code serves all
        self.aws.mark()

    def code(self, serial=SERIAL, fresh=True):
        """A code of the device; never the same step twice, unless not fresh.

        A step that went out already is waited out.
        """
        if fresh:
            left = _LAST_STEP.get((self.top, serial), 0) * 30 + 30 - time.time()
            if left > 0:
                time.sleep(left + 0.2)
            self.away_from_the_edge()
            _LAST_STEP[(self.top, serial)] = int(time.time()) // 30
        return code_now(serial)

    @staticmethod
    def away_from_the_edge(seconds=5):
        """A code that is used at once shall still be of its step."""
        left = 30 - time.time() % 30
        if left < seconds:
            time.sleep(left + 0.1)

    def forget_codes(self):
        """Advances the time by 30 s: here, in the stand-in and in rolekey."""
        _LAST_STEP.clear()
        self.aws.control('forget-codes')
        shutil.rmtree(os.path.join(self.env['XDG_STATE_HOME'], 'rolekey'),
                      ignore_errors=True)

    def actions(self):
        return self.aws.actions()

    def expect_actions(self, *expected):
        same(self.actions(), list(expected), 'calls to AWS')

    # -- the end ------------------------------------------------------------

    def _note_salt(self):
        """By its file's salt the kernel's key of a keyring is known."""
        with contextlib.suppress(OSError):
            with open(self.keyring_path(), 'rb') as file:
                self.salts.add(file.read(SALT.stop)[SALT])

    def forget_kernel_keys(self):
        """The keys that the file and kernel backends left in the kernel."""
        for key in self.kernel_keys() + self.session_keys():
            subprocess.run([*self.person, 'keyctl', 'unlink', key, '@u'],
                           check=True, capture_output=True)

    def session_folder(self):
        """Where the kernel backend has its files."""
        return os.path.join(self.runtime, 'rolekey', 'sessions')

    def session_keys(self):
        """The numbers of the kernel's keys to those files."""
        names = set()
        with contextlib.suppress(OSError):
            for path in os.listdir(self.session_folder()):
                with open(os.path.join(self.session_folder(), path),
                          'rb') as file:
                    names.add(file.read(SESSION_ID.stop)[SESSION_ID].hex())
        found = [self._search_key('rolekey:session:' + name)
                 for name in sorted(names)]
        return [key for key in found if key]

    def _search_key(self, name):
        done = subprocess.run(
            [*self.person, 'keyctl', 'search', '@u', 'user', name],
            check=False, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else None

    def kernel_keys(self):
        """Their numbers, of this keyring's file and of those before it."""
        self._note_salt()
        found = [self._search_key('rolekey:' + salt.hex())
                 for salt in self.salts]
        return [key for key in found if key]

    def close(self):
        with contextlib.suppress(OSError):
            self.forget_kernel_keys()
        if self.aws:
            self.aws.stop()
        shutil.rmtree(self.top, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        self.close()


# -- gnome-keyring ----------------------------------------------------------

KEYRING_SCRIPT = r'''
printf %s "$GNOME_TEST_PASSWORD" |
	gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
gdbus wait --session --timeout 60 org.freedesktop.secrets || exit 1
printf '%s\n' "$DBUS_SESSION_BUS_ADDRESS" >"$1.new" && mv "$1.new" "$1"
exec cat
'''


@contextlib.contextmanager
def gnome_keyring(box, password='test-pass'):
    """A bus with an unlocked gnome-keyring; box.env points to it."""
    for program in ('gnome-keyring-daemon', 'dbus-run-session', 'gdbus'):
        if not shutil.which(program):
            raise Skipped('no ' + program)
    ready = os.path.join(box.top, 'bus')
    env = dict(box.env, GNOME_TEST_PASSWORD=password)
    process = subprocess.Popen(
        ['dbus-run-session', '--', 'sh', '-c', KEYRING_SCRIPT, 'sh', ready],
        env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True)
    before = dict(box.env)
    try:
        _wait_for(ready, process)
        with open(ready, encoding='utf-8') as file:
            box.env['DBUS_SESSION_BUS_ADDRESS'] = file.read().strip()
        box.env['ROLEKEY_BACKEND'] = 'secret-service'
        box.env.pop('ROLEKEY_PASSPHRASE')
        yield
    finally:
        box.env = before
        process.stdin.close()  # cat ends, and the bus with it
        process.wait(10)


def _wait_for(path, process):
    for _ in range(1200):
        if os.path.exists(path):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise Failed('gnome-keyring did not start')


# -- reporting --------------------------------------------------------------


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _one(name, case):
    """One case's verdict: 'ok', 'FAILED' or 'skipped', and a text."""
    started = time.monotonic()
    try:
        with Sandbox() as box:
            case(box)
        return 'ok', '(%.1f s)' % (time.monotonic() - started)
    except (Skipped, NoMounts) as reason:
        return 'skipped', str(reason)
    except Failed as problem:
        return 'FAILED', str(problem)
    except Exception:  # a scenario's own mistake is a failure too
        return 'FAILED', traceback.format_exc()


def run_cases(names, program=True):
    """Runs every case_NAME (or those named by argv); ends the process."""
    if program and not os.access(BIN, os.X_OK):
        verdict.end_skipped('there is no ' + BIN)
    expected = sys.argv[1:]
    counts = {'ok': 0, 'FAILED': 0, 'skipped': 0}
    for name, case in list(names.items()):
        title = name.replace('case_', '', 1).replace('_', ' ')
        if not name.startswith('case_') or (
                expected and name.replace('case_', '', 1) not in expected):
            continue
        word, detail = _one(name, case)
        counts[word] += 1
        if word == 'skipped':
            verdict.skipped(title, detail)
            continue
        indented = detail.replace('\n', '\n    ')
        print('%s %s%s%s' % (word, title,
                             '\n    ' if word == 'FAILED' else ' ',
                             indented), flush=True)
    verdict.end(counts['ok'], counts['FAILED'], counts['skipped'])
