#!/usr/bin/python3 -B
"""Searches for secrets in the wrong places after every command.

The secrets are known beforehand; each command runs, is refused, and dies of a
signal; then they are searched for in its output, in every file, and in argv and
environment of each program that it ran.  A command without a row fails.
"""

import contextlib
import glob
import os
import re
import shutil
import signal
import subprocess
import threading
import time

from harness import (BIN, CONFIG, KEY_ID, PASSPHRASE, SECRET, SERIAL, USER, Skipped,
                     check, gnome_keyring, need, run_cases, same, seed_of)
import p256
import sign_in

MARK = 'Mark0of1a2Secret'  # in each secret and token of a session
NEW_SEED = 'MARK234567' * 6 + 'SEED'
SEED = seed_of(SERIAL)
LOGIN_KEY = int.from_bytes(b'a key for tests only, of a login', 'big')
CANARIES = {'key': SECRET, 'passphrase': PASSPHRASE, 'session': MARK,
            'seed': SEED, 'new seed': NEW_SEED,
            'login key': p256.pem(LOGIN_KEY).splitlines()[1]}
NOBODYS = 'arn:aws:iam::111122223333:mfa/nobody'
KEY_JSON = '{"AccessKeyId":"%s","SecretAccessKey":"%s"}' % (KEY_ID, SECRET)
KEY_FILE = '''\
[custodian]
aws_access_key_id = %s
aws_secret_access_key = %s
''' % (KEY_ID, SECRET)
# Where a signal comes: at the first word on its way out, at an answer of AWS's,
# at the last call of all.
MOMENTS = ('write', 'recvfrom', 'exit_group')
SIGNALS = ('SIGSEGV', 'SIGKILL')
CALLS = 'execve,open,openat,creat'
WRITES = re.compile(r'O_WRONLY|O_RDWR|O_CREAT|^creat')
DEVICES = re.compile(r'/dev/(null|tty|pts/\d+)$')


class Row:
    """How a command does its work, and how it is refused."""

    def __init__(self, done, refused, prints=(), stdin='', refused_stdin=None,
                 before=None, runs='', service=False, each_time=None,
                 stays=False):
        self.done = done.split()
        self.refused = refused.split()
        self.prints = prints  # the secrets that are its very output
        self.stdin = stdin
        self.refused_stdin = stdin if refused_stdin is None else refused_stdin
        self.before = before  # makes what must be there
        self.runs = runs      # the program that is to have the session
        self.service = service  # beside the file there is a GNOME Keyring
        self.each_time = each_time  # makes AWS as it was
        self.stays = stays    # it has to be told to end


def key_in_a_file(box):
    check(box.rolekey('remove', '-f', 'custodian'))
    box.write_credentials(KEY_FILE)


def management(box):
    box.write_config(CONFIG + '[profile management]\n'
                     'source_profile = custodian\nrole_arn = '
                     'arn:aws:iam::777788889999:role/OrganizationReader\n')


def one_key(box):
    box.aws.control('user', user=USER, keys=[{'id': KEY_ID, 'secret': SECRET}])


def identity_center(box):
    box.write_config(box.read_config() + '[sso-session corp]\nsso_region = '
                     'eu-west-1\nsso_start_url = '
                     'https://corp.awsapps.com/start\n')


def signed_in(box):
    identity_center(box)
    check(box.rolekey('sso', 'login', '--device-code'))


def signed_in_by_aws(box):
    box.write_config(box.read_config() + sign_in.CONFIG)
    sign_in.sign_in(box, key=LOGIN_KEY)
    sign_in.change(box, left=-5)


ROWS = {
    'add': Row('add custodian --stdin --no-config', 'add custodian --stdin',
               stdin=KEY_JSON,
               refused_stdin=KEY_JSON.replace('KEY"}', 'KEX"}')),
    'import': Row('import custodian --yes', 'import nobody --yes',
                  before=key_in_a_file),
    'list': Row('list', 'list --sessions nobody'),
    'exec': Row('exec testing -- env', 'exec testing -- /nowhere/at/all',
                prints=('session',), runs='env'),
    'across': Row('across testing -- env',
                  'across testing -- /nowhere/at/all', prints=('session',),
                  runs='env'),
    'org accounts': Row('org accounts --via management', 'org accounts x',
                        before=management),
    'org sync': Row('org sync --via management --role Admin --yes',
                    'org sync --via nobody', before=management),
    'serve': Row('serve --token-file @home/token testing',
                 'serve --listen 0.0.0.0:1 testing', stays=True),
    'export': Row('export testing', 'export nobody', prints=('session',)),
    'credential-process': Row('credential-process testing',
                              'credential-process nobody',
                              prints=('session',)),
    'login': Row('login testing --stdout', 'login nobody'),
    'portal': Row('portal --stdout --idle 1s', 'portal nobody'),
    'status': Row('status testing', 'status nobody'),
    'completion': Row('completion bash', 'completion tcsh'),
    'init': Row('init bash', 'init tcsh'),
    'trust': Row('trust --check', 'trust'),
    'doctor': Row('doctor', 'doctor nobody'),
    'migrate': Row('migrate --from file --to secret-service',
                   'migrate --from file --to file', service=True),
    'explain': Row('explain testing', 'explain nobody'),
    'remove': Row('remove -f custodian', 'remove -f nobody'),
    'policy': Row('policy self-manage', 'policy nothing'),
    'rotate': Row('rotate custodian', 'rotate nobody', each_time=one_key),
    'log': Row('log --json', 'log --since soon'),
    'clear': Row('clear', 'clear nobody'),
    'unlock': Row('unlock', 'unlock nobody'),
    'lock': Row('lock', 'lock nobody'),
    'mfa add': Row('mfa add custodian --stdin -f --no-verify',
                   'mfa add custodian --stdin -f', stdin=SEED,
                   refused_stdin=SEED[:-9] + '1'),
    'mfa code': Row('mfa code custodian', 'mfa code --serial ' + NOBODYS),
    'mfa list': Row('mfa list', 'mfa list nobody'),
    'mfa remove': Row('mfa remove -f custodian',
                      'mfa remove -f --serial ' + NOBODYS),
    'mfa enroll': Row('mfa enroll custodian --name new@ --store --no-config',
                      'mfa enroll custodian --name alex --store'),
    'sso login': Row('sso login --device-code', 'sso login nobody',
                     before=identity_center),
    'sso logout': Row('sso logout', 'sso logout nobody', before=signed_in),
    'sso status': Row('sso status', 'sso status nobody', before=signed_in),
    'config dump': Row('config dump', 'config dump nobody'),
    'config export': Row('config export --format aesr',
                         'config export --format none'),
    'config import': Row('config import --yes -', 'config import nobody',
                         stdin='[custodian]\naws_account_id = 111122223333\n'),
    'config check': Row('config check', 'config check nobody'),
    'help': Row('help add', 'help nobody'),
}

# Further ways of a command.
MORE = {
    'login --federate': Row('login custodian --federate --stdout',
                            'login testing --federate --stdout'),
    'a session of aws login': Row(
        'exec signed -- env', 'exec signed -- /nowhere/at/all',
        prints=('session',), runs='env', before=signed_in_by_aws),
}


# -- where it must not be ------------------------------------------------------


def holds(text):
    """The names of the secrets in a text, or in bytes."""
    data = text.encode() if isinstance(text, str) else text
    return [name for name, secret in CANARIES.items()
            if secret.encode() in data]


def nothing_shows(done, what, prints):
    found = [name for name in holds(done.stdout) if name not in prints]
    same(found, [], 'on stdout of %s: %s' % (what, done.stdout))
    same(holds(done.stderr), [], 'on stderr of %s: %s' % (what, done.stderr))


def nothing_lies(box, what):
    """In no file, except where the user, or `aws login`, had put a key."""
    for path in box.files() + [os.path.join(folder, name) for folder, _, names
                               in os.walk(box.env['TMPDIR']) for name in names]:
        if path not in (box.credentials, sign_in.cache_path(box)) and \
                os.path.isfile(path):
            with open(path, 'rb') as file:
                same(holds(file.read()), [], '%s of %s' % (path, what))


def nothing_is_handed_on(line, runs, what):
    """argv and environment of a program: from strace's two lists."""
    program, argv, env = re.match(
        r'execve\("([^"]*)", \[(.*?)\], \[(.*)\]', line).groups()
    name = os.path.basename(program)
    same(holds(argv), [], 'argv of %s, which %s runs' % (name, what))
    if name not in ('rolekey', 'rolekey-full'):
        allowed = ['session'] if name == runs else []
        need(set(holds(env)) <= set(allowed),
             'the environment of %s, which %s runs, has %s' % (
                 name, what, holds(env)))
        need('ROLEKEY_PASSPHRASE' not in env, 'of %s: %s' % (name, env))


def is_ours(box, line):
    """Does a file that is opened for writing lie where files may?"""
    call = re.match(r'(?:open|creat|openat)\((?:[^<,"]*<([^>]*)>, )?"([^"]*)"',
                    line)
    need(call, 'what is this? ' + line)
    path = os.path.join(call[1] or '/', call[2])
    return DEVICES.match(path) or path.startswith(
        (box.home + '/', box.runtime + '/', '/proc/self/', '/proc/thread-self/',
         os.path.join(box.env['TMPDIR'], '')))


def nothing_is_traced(box, trace, runs, what):
    with open(trace, encoding='utf-8', errors='replace') as file:
        lines = [re.sub(r'^\d+ +', '', line) for line in file]
    programs = [line for line in lines if line.startswith('execve(')]
    need(programs, 'nothing was traced of ' + what)
    for line in programs:
        nothing_is_handed_on(line, runs, what)
    for line in lines:
        if re.match('open|creat', line) and WRITES.search(line) and \
                ' = -1 ' not in line:
            need(is_ours(box, line), '%s writes: %s' % (what, line))


# -- running -------------------------------------------------------------------


def end_server(path, done):
    """Ends the server that writes its token into the file, once it has."""
    while not done.is_set() and not os.path.exists(path):
        time.sleep(0.1)
    for folder in glob.glob('/proc/[0-9]*'):
        with contextlib.suppress(OSError):
            with open(folder + '/comm', encoding='utf-8') as file:
                ours = file.read() == 'rolekey-full\n'
            with open(folder + '/cmdline', 'rb') as file:
                ours = ours and path.encode() in file.read().split(b'\0')
            if ours and not done.is_set():
                os.kill(int(os.path.basename(folder)), signal.SIGTERM)


@contextlib.contextmanager
def ended(row, argv):
    done = threading.Event()
    ender = threading.Thread(target=end_server, args=(
        argv[argv.index('--token-file') + 1], done)) if (
            row.stays and '--token-file' in argv) else None
    if ender:
        ender.start()
    try:
        yield
    finally:
        done.set()
        if ender:
            ender.join()


def traced(box, argv, what, row, stdin='', prints=(), inject=()):
    """Runs it under strace, with a key in the user's environment as well."""
    trace = os.path.join(box.top, 'trace')
    calls = CALLS + ''.join(',' + word.split(':')[0] for word in inject)
    with ended(row, argv):
        done = box.run(
            'strace', '-f', '-qq', '-v', '-y', '-s', '65536', '-o', trace, '-e',
            'trace=' + calls, '-e', 'signal=none',
            *[word for one in inject for word in ('-e', 'inject=' + one)],
            BIN, '--debug', *argv, stdin=stdin,
            env=dict(box.key_environment(), ASAN_OPTIONS='detect_leaks=0'))
    nothing_shows(done, what, prints)
    nothing_lies(box, what)
    nothing_is_traced(box, trace, row.runs, what)
    return done


class Ways:
    """One command in a home that is each time as it was."""

    def __init__(self, box, row):
        self.box, self.row, self.count = box, row, 0
        if subprocess.run(['strace', '-qq', '-o', '/dev/null', 'true'],
                          check=False, capture_output=True).returncode != 0:
            raise Skipped('no strace here')
        box.env['TMPDIR'] = os.path.join(box.top, 'tmp')
        os.mkdir(box.env['TMPDIR'], 0o700)
        box.aws.control('settings', mark=MARK, seed=NEW_SEED)
        box.add_quietly()
        check(box.rolekey('mfa', 'add', 'custodian', '--stdin', '--no-verify',
                          stdin=SEED))
        check(box.rolekey('export', 'testing'))
        if row.before:
            row.before(box)
        self.kept = os.path.join(box.top, 'kept')
        shutil.copytree(box.home, self.kept)

    def take(self, what, argv=None, **more):
        box = self.box
        shutil.rmtree(box.home)
        shutil.copytree(self.kept, box.home)
        box.forget_codes()
        box.away_from_the_edge()
        if self.row.each_time:
            self.row.each_time(box)
        self.count += 1
        argv = [word.replace('@', str(self.count)) if word == 'new@' else
                word.replace('@home', box.home)
                for word in argv or self.row.done]
        more.setdefault('prints', self.row.prints)
        more.setdefault('stdin', self.row.stdin)
        return traced(box, argv, '%s (%s)' % (' '.join(argv), what), self.row,
                      **more)


def row_case(row):
    def case(box):
        if not row.service:
            all_ways(box, row)
            return
        env = dict(box.env)
        with gnome_keyring(box):
            box.env.update(ROLEKEY_BACKEND=env['ROLEKEY_BACKEND'],
                           ROLEKEY_PASSPHRASE=PASSPHRASE)
            all_ways(box, row)

    def all_ways(box, row):
        ways = Ways(box, row)
        done = check(ways.take('done'))
        same([name for name in row.prints if name not in holds(done.stdout)],
             [], 'not even in the output')
        done = ways.take('refused', row.refused, prints=(),
                         stdin=row.refused_stdin)
        need(done.status != 0, 'was not refused: %s' % done)
        box.aws.fault('garbage', count=99)
        ways.take('AWS answers nonsense')
        box.aws.control('clear-faults')
        for name in SIGNALS:
            for moment in MOMENTS:
                done = ways.take('%s at %s' % (name, moment), inject=[
                    '%s:signal=%s:when=1' % (moment, name)])
        same(done.status, -9, 'of what is killed at its end: %s' % done)
    return case


def case_each_command_has_a_row(box):
    text = check(box.rolekey('--help')).stdout
    commands = re.search(r'^Commands:\n((  .*\n)+)', text, re.M)[1]
    names = [re.sub(r' \[.*', '', name) for name in
             re.findall(r'^  (\S+(?: \S+)*)  ', commands, re.M)]
    need(len(names) > 10, text)
    same(sorted(names), sorted(ROWS), 'commands')


def case_what_gives_a_code_or_a_passphrase_is_told_nothing(box):
    row = Row('exec testing -- env', '', prints=('session',), runs='env')
    ways = Ways(box, row)
    check(box.rolekey('mfa', 'remove', '-f', 'custodian'))
    check(box.rolekey('clear'))
    passphrase = os.path.join(box.top, 'passphrase')
    with open(passphrase, 'w', encoding='utf-8') as file:
        file.write(PASSPHRASE)
    box.write_config(CONFIG.replace('[profile custodian]', (
        '[profile custodian]\nmfa_process = cat ' + box.write('code', ''))))
    shutil.rmtree(ways.kept)
    shutil.copytree(box.home, ways.kept)
    box.forget_codes()
    box.forget_kernel_keys()
    box.write(os.path.join(ways.kept, 'code'), box.code())
    del box.env['ROLEKEY_PASSPHRASE']
    box.env['ROLEKEY_PASSPHRASE_COMMAND'] = 'cat ' + passphrase
    check(ways.take('done'))


for command, its_row in {**ROWS, **MORE}.items():
    globals()['case_' + re.sub(r'\W', '_', command)] = row_case(its_row)

if __name__ == '__main__':
    run_cases(globals())
