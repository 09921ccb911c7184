"""The commands that write, or ask AWS, as the scenarios of failures run them."""

import contextlib
import os
import shutil

from harness import (CONFIG, PASSPHRASE, SECRET, SERIAL, check, code_now,
                     gnome_keyring, need, same, seed_of)
from test_config_import import ADDED, AESR
from test_import import KIM
from test_org import BASE
from test_rotate import SAM, SAMS_CONFIG, keys, works
from test_rotate import SAMS as SAMS_USER

OTHER = ('AKIAI44QH8DHBEXAMPLE', 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')


def read(path):
    with open(path, encoding='utf-8', newline='') as file:
        return file.read()


def credentials(box, **more):
    return check(box.rolekey('list', '--credentials', **more)).stdout.split()


class Command:
    """A command, and what is true before, between and after its runs.

    A fault happens in a first run. Then the state is the old one or the new
    one, each item by itself, and a second run without a fault ends it.
    """

    argv = ()
    stdin = ''
    slow = False  # a run is mostly waiting
    edits_again = True  # a second run removes what a killed edit left

    def __init__(self, box):
        self.box = box
        self.kept = os.path.join(box.top, 'kept')

    def beside(self):
        """A context manager, for what runs beside it."""
        return contextlib.nullcontext()

    def prepare(self):
        """Makes the state before the first run."""

    def arguments(self):
        """argv of this run; a code is made now."""
        return self.argv

    def env(self):
        return {}

    def old_or_new(self):
        """Nothing is lost."""

    def ended(self, done):
        """It did its work. done: the run that says so."""

    # -- the same for all -------------------------------------------------------

    def keep(self):
        self.prepare()
        shutil.copytree(self.box.home, self.kept, symlinks=True)
        self.box.aws.control('keep')

    def restore(self):
        shutil.rmtree(self.box.home)
        shutil.copytree(self.kept, self.box.home, symlinks=True)
        self.box.aws.control('restore')

    def run(self, *before, program, **more):
        env = dict(self.env(), ASAN_OPTIONS='detect_leaks=0')
        env.update(more.pop('env', {}))
        return self.box.run(*before, program, *self.arguments(),
                            stdin=self.stdin, env=env, timeout=90, **more)


class Add(Command):
    argv = ('add', 'custodian', '--env')

    def prepare(self):
        self.box.add_quietly('other', key=OTHER)
        self.box.write_config(CONFIG.replace('mfa_serial = %s\n' % SERIAL, ''))

    def env(self):
        return self.box.key_environment()

    def old_or_new(self):
        need(credentials(self.box) in (['other'], ['custodian', 'other']),
             'keys')
        need(self.box.read_config() in (read(self.kept + '/.aws/config'),
                                        CONFIG), 'config')

    def ended(self, done):
        same(credentials(self.box), ['custodian', 'other'], 'keys')
        same(self.box.read_config(), CONFIG, 'config')


class Import(Command):
    argv = ('import', '--yes', '--no-verify')

    def prepare(self):
        self.box.add_quietly('other', key=OTHER)
        self.box.write_credentials(
            '# mine\n[kim]\naws_access_key_id = %s\n'
            'aws_secret_access_key = %s\n' % KIM)

    def old_or_new(self):
        """The key is in the keyring, or still in the file; or in both."""
        stored = credentials(self.box)
        need(stored in (['other'], ['kim', 'other']), str(stored))
        need('kim' in stored or KIM[1] in read(self.box.credentials),
             'the key is lost')

    def ended(self, done):
        same(credentials(self.box), ['kim', 'other'], 'keys')
        need(KIM[1] not in read(self.box.credentials), 'it is still there')


class Migrate(Command):
    """From the encrypted file into a GNOME Keyring."""
    argv = ('migrate', '--from', 'file', '--to', 'secret-service', '--delete',
            '-f')

    @contextlib.contextmanager
    def beside(self):
        with gnome_keyring(self.box):
            self.box.env.update(ROLEKEY_PASSPHRASE=PASSPHRASE,
                                ROLEKEY_BACKEND='file')
            yield

    def prepare(self):
        check(self.box.add())
        self.box.add_quietly('other', key=OTHER)

    def restore(self):
        super().restore()
        self.box.run('secret-tool', 'clear', 'rolekey', '1')

    def in_both(self):
        return [credentials(self.box, env={'ROLEKEY_BACKEND': backend})
                for backend in ('file', 'secret-service')]

    def old_or_new(self):
        here, there = self.in_both()
        same(sorted({*here, *there}), ['custodian', 'other'], 'keys')

    def ended(self, done):
        same(self.in_both(), [[], ['custodian', 'other']], 'keys')


class Remove(Command):
    argv = ('remove', '-f', 'custodian')

    def prepare(self):
        check(self.box.add())
        self.box.add_quietly('other', key=OTHER)
        check(self.box.rolekey('export', 'testing', '-t', self.box.code()))

    def old_or_new(self):
        need(credentials(self.box) in (['other'], ['custodian', 'other']),
             'keys')

    def ended(self, done):
        same(credentials(self.box), ['other'], 'keys')
        same(check(self.box.rolekey('list', '--sessions')).stdout, '',
             'sessions')

    def run(self, *before, program, **more):
        """A second run finds nothing left, if the first one removed it."""
        done = super().run(*before, program=program, **more)
        if not before and done.status == 3:
            done.status = 0
        return done


class Clear(Command):
    argv = ('clear',)

    def prepare(self):
        check(self.box.add())
        check(self.box.rolekey('export', 'testing', '-t', self.box.code()))

    def old_or_new(self):
        same(credentials(self.box), ['custodian'], 'keys')

    def ended(self, done):
        self.old_or_new()
        same(check(self.box.rolekey('list', '--sessions')).stdout, '',
             'sessions')


class Rotate(Command):
    argv = ('rotate', '--yes', 'sam')

    def prepare(self):
        self.box.write_config(SAMS_CONFIG)
        self.box.add_quietly('sam', key=SAM)

    def old_or_new(self):
        works(self.box, 'sam', SAMS_USER)

    def ended(self, done):
        new = works(self.box, 'sam', SAMS_USER)
        need(new != SAM[0], 'the key is still the old one')
        same(keys(self.box, SAMS_USER), {new: 'Active'}, 'keys at AWS')


class Enroll(Command):
    """Its runs take half a minute: AWS wants two codes."""
    slow = True
    edits_again = False  # the device is there

    def prepare(self):
        self.box.write_config(SAMS_CONFIG)
        self.box.add_quietly('sam', key=SAM)

    def restore(self):
        super().restore()
        self.name = 'sam'

    def arguments(self):
        return 'mfa', 'enroll', '--store', '--name', self.name, 'sam'

    def enabled(self):
        return [device['serial'] for device in self.box.aws.control(
            'devices', user=SAMS_USER)]

    def old_or_new(self):
        """A device that is enabled has its seed in the keyring."""
        same(credentials(self.box), ['sam'], 'keys')
        works(self.box, 'sam', SAMS_USER)
        seeds = check(self.box.rolekey('mfa', 'list')).stdout.split()
        need(set(self.enabled()) <= set(seeds), 'a seed is lost')

    def run(self, *before, program, **more):
        """The second run takes another name, as the hint says, if there is a
        device of that name that is not enabled."""
        done = super().run(*before, program=program, **more)
        if not before and 'EntityAlreadyExists' in done.stderr:
            done.status = 0
            if not self.enabled():
                self.name = 'sam-again'
                done = super().run(program=program, **more)
        return done

    def ended(self, done):
        self.old_or_new()
        same(len(self.enabled()), 1, 'devices')


class OrgSync(Command):
    argv = ('org', 'sync', '--via', 'management', '--role', 'A', '--yes')

    def prepare(self):
        self.box.write_config(BASE)
        self.box.add_quietly()
        check(self.box.rolekey('export', 'management', '-t', self.box.code()))
        check(self.box.rolekey(*self.argv))
        self.new = self.box.read_config()
        self.box.write_config(BASE)

    def old_or_new(self):
        need(self.box.read_config() in (BASE, self.new), 'config')

    def ended(self, done):
        same(self.box.read_config(), self.new, 'config')


class ConfigImport(Command):
    argv = ('config', 'import', '--yes', '-')
    stdin = AESR

    def prepare(self):
        self.box.write_config('')

    def old_or_new(self):
        need(self.box.read_config() in ('', ADDED), 'config')

    def ended(self, done):
        same(self.box.read_config(), ADDED, 'config')


class Unlock(Command):
    argv = ('unlock',)

    def prepare(self):
        check(self.box.add())

    def restore(self):
        super().restore()
        check(self.box.rolekey('lock'))

    def old_or_new(self):
        same(credentials(self.box), ['custodian'], 'keys')

    def ended(self, done):
        same(credentials(self.box, env={'ROLEKEY_PASSPHRASE': None}),
             ['custodian'], 'keys')


class Exec(Command):

    def prepare(self):
        check(self.box.add())

    def arguments(self):
        return ('exec', '-t', code_now(), 'testing', '--', 'sh', '-c',
                'echo $AWS_ACCESS_KEY_ID')

    def run(self, *before, program, **more):
        self.box.away_from_the_edge(3)
        if not before:  # a code was perhaps used
            self.box.forget_codes()
        return super().run(*before, program=program, **more)

    def old_or_new(self):
        same(credentials(self.box), ['custodian'], 'keys')

    def ended(self, done):
        need(done.stdout.startswith('ASIA'), str(done))


COMMANDS = {'add': Add, 'import': Import, 'migrate': Migrate,
            'remove': Remove, 'clear': Clear, 'rotate': Rotate,
            'enroll': Enroll, 'org-sync': OrgSync,
            'config-import': ConfigImport, 'unlock': Unlock, 'exec': Exec}
# Secrets that must be in no output and in no file that is not listed.
SECRETS = (SECRET, OTHER[1], SAM[1], KIM[1], seed_of(SERIAL))
MAY_HAVE_IT = ('.aws/credentials',)
