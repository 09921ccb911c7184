"""The world of the stand-in: users, their keys and devices, and roles.

A world is described by a dict (or a JSON file of it): see DEFAULT below, and
README.md for its members.  Issued sessions and used codes are stored here
too.
"""

import base64
import calendar
import copy
import hashlib
import hmac
import re
import secrets
import string
import struct
import time

REGIONS = [
    'ap-northeast-1', 'ap-southeast-2', 'eu-central-1', 'eu-west-1',
    'us-east-1', 'us-east-2', 'us-west-2',
]


def seed(text):
    """A base32 seed of 64 characters, as AWS gives it: 40 bytes."""
    return base64.b32encode(text.encode().ljust(40, b'.')[:40]).decode()


CUSTODIAN = '111122223333'
MANAGEMENT = '777788889999'
ALEX = 'arn:aws:iam::%s:user/alex' % CUSTODIAN


def _user(name, key_id, secret, devices=(), **more):
    return dict({
        'arn': 'arn:aws:iam::%s:user/%s' % (CUSTODIAN, name),
        'keys': [{'id': key_id, 'secret': secret}],
        'devices': [
            {'serial': 'arn:aws:iam::%s:mfa/%s' % (CUSTODIAN, device),
             'seed': seed('a seed for tests only, of ' + device)}
            for device in devices],
    }, **more)


def _role(account, name, principals=(CUSTODIAN,), mfa=True, longest=43200,
          external_id=None, subjects=()):
    return {
        'arn': 'arn:aws:iam::%s:role/%s' % (account, name),
        'max_session': longest,
        'trust': {'principals': list(principals), 'mfa': mfa,
                  'external_id': external_id, 'subjects': list(subjects)},
    }


def _account(number, name, parent, **more):
    return dict({'id': number, 'name': name, 'parent': parent,
                 'email': 'aws+%s@example.com' % number}, **more)


# One account holds all users; the others hold only roles.
DEFAULT = {
    'regions': REGIONS,
    'users': [
        _user('alex', 'AKIAIOSFODNN7EXAMPLE',
              'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', ['alex']),
        _user('kim', 'AKIAI44QH8DHBEXAMPLE',
              'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
              ['kim-phone', 'kim-key']),
        _user('lee', 'AKIALEELEELEEEXAMPLE',
              'Lee0Lee1Lee2/Lee3+Lee4Lee5Lee6EXAMPLEKEY', ['lee'],
              iam=False),
        _user('max', 'AKIAMAXMAXMAXEXAMPLE',
              'Max0Max1Max2/Max3+Max4Max5Max6EXAMPLEKEY', ['max'],
              iam=False, only_with_mfa=True),
        _user('sam', 'AKIASAMSAMSAMEXAMPLE',
              'Sam0Sam1Sam2/Sam3+Sam4Sam5Sam6EXAMPLEKEY'),
    ],
    'roles': [
        _role('222233334444', 'TestingAdmin'),
        _role('222233334444', 'Chained', mfa=False,
              principals=['arn:aws:iam::222233334444:role/TestingAdmin']),
        _role('333344445555', 'StagingAdmin', longest=14400),
        _role('444455556666', 'ops/ProductionAdmin', longest=3600),
        _role('444455556666', 'Closed', principals=[]),
        _role('555566667777', 'ToolsAdmin', mfa=False),
        _role('666677778888', 'Partner', mfa=False,
              external_id='partner-42'),
        _role(MANAGEMENT, 'OrganizationReader', mfa=False),
        _role('222233334444', 'OfAdmin', mfa=False,
              principals=['arn:aws:iam::222233334444:role/Admin']),
        _role('222233334444', 'Deployer', subjects=['repo:shop']),
        _role('222233334444', 'Behind', mfa=False,
              principals=['arn:aws:iam::222233334444:role/Deployer',
                          'arn:aws:iam::222233334444:role/Machine']),
    ],
    # The data of sso.py.
    'sso': {'start_url': 'https://corp.awsapps.com/start', 'polls': 0,
            'device_life': 600, 'life': 28800, 'denies': False,
            'roles': ['222233334444:Admin', '333344445555:Admin'],
            'clients': {}, 'devices': {}, 'codes': {}, 'tokens': {},
            'refresh_tokens': []},
    # The data of login.py.
    'login': {'session': 'arn:aws:sts::222233334444:assumed-role/Admin/alex',
              'life': 900, 'longest': 43200, 'refuses': None, 'codes': {},
              'grants': {}, 'proofs': []},
    # The data of metadata.py.
    'machine': {'role': 'arn:aws:iam::222233334444:role/Machine',
                'container_token': None, 'tokens': []},
    # The data of organizations.py.  The account of the users is a member.
    'organization': {
        'id': 'o-exampleorgid', 'management': MANAGEMENT, 'root': 'r-exam',
        'units': [
            {'id': 'ou-exam-prod0001', 'name': 'Prod', 'parent': 'r-exam'},
            {'id': 'ou-exam-test0001', 'name': 'Test', 'parent': 'r-exam'},
            {'id': 'ou-exam-live0001', 'name': 'Live',
             'parent': 'ou-exam-prod0001'},
        ],
        'accounts': [
            _account(MANAGEMENT, 'Management', 'r-exam'),
            _account(CUSTODIAN, 'Custodian', 'r-exam'),
            _account('222233334444', 'Testing', 'ou-exam-test0001',
                     tags={'team': 'web'}),
            _account('333344445555', 'Staging', 'ou-exam-test0001'),
            _account('444455556666', 'Production: shop & co',
                     'ou-exam-live0001', tags={'team': 'shop', 'tier': '1'}),
            _account('555566667777', 'Old tools', 'ou-exam-prod0001',
                     state='SUSPENDED'),
        ],
    },
}


def totp(base32, step):
    """RFC 6238 with SHA-1 and 6 digits, of one 30 s step."""
    digest = hmac.new(base64.b32decode(base32), struct.pack('>Q', step),
                      hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff
    return '%06d' % (number % 1000000)


def iso(when, fraction=False):
    text = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(when))
    return text + ('.%03dZ' % (when % 1 * 1000) if fraction else 'Z')


def compact(when):
    return time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(when))


def from_compact(text):
    return calendar.timegm(time.strptime(text, '%Y%m%dT%H%M%SZ'))


def _stable_id(prefix, arn):
    digest = hashlib.sha256(arn.encode()).digest()
    return prefix + base64.b32encode(digest).decode()[:17]


class Caller:
    """The owner of the key that signed: a user, their session, or a role's."""

    def __init__(self, kind, arn, user_id, secret, **more):
        self.kind = kind  # 'user', 'session', 'role' or 'federated'
        self.arn = arn
        self.user_id = user_id
        self.secret = secret
        self.user = more.get('user')        # its record, not for roles
        self.role_arn = more.get('role_arn')
        self.token = more.get('token')      # None for a long-lived key
        self.expires = more.get('expires')  # likewise
        self.mfa = more.get('mfa', False)
        self.by_key = more.get('by_key', False)  # a role taken by a user's key
        self.key_id = more.get('key_id')    # the long-lived key at the start

    @property
    def account(self):
        return self.arn.split(':')[4]


class World:
    def __init__(self, description=None):
        description = description or DEFAULT
        self.regions = description.get('regions', REGIONS)
        self.users = description.get('users', [])
        self.organization = description.get('organization', {})
        self.sso = copy.deepcopy(description.get('sso', {}))
        self.login = copy.deepcopy(description.get('login', {}))
        self.machine = copy.deepcopy(description.get('machine', {}))
        self.roles = {role['arn']: role for role in description['roles']}
        self.settings = dict({
            'skew': 0,            # seconds that our clock is ahead
            'token_size': None,   # characters; None: 350 to 1200
            'lifetime': None,     # seconds; None: what was asked for
            'page_size': 100,     # of lists
            'empty_pages': False,   # Organizations' first pages are empty
            'old_accounts': False,  # its accounts have no State and no Paths
            'fraction': False,    # of seconds, in times
            'mark': '',           # is part of each secret and token
            'seed': None,         # of new devices; None: random
            'key_delay': 0,       # seconds until a new key is known
            'key_forgotten': 0,   # how often it is then unknown again
            'sessions_die': False,  # with the key that made them
        }, **description.get('settings', {}))
        self.issued = {}
        self.signin_tokens = {}
        self.spent = set()
        self.kept = None
        self.virtual = {}  # devices that are not enabled: serial to seed

    def now(self):
        return time.time() + self.settings['skew']

    # -- keys ---------------------------------------------------------------

    def _long_lived(self, key_id):
        for user in self.users:
            for key in user['keys']:
                if key['id'] == key_id:
                    return user, key
        return None, None

    def find_caller(self, key_id):
        """The caller of that key id, or None: unknown, deleted, inactive."""
        if key_id in self.issued:
            return self._session(self.issued[key_id])
        user, key = self._long_lived(key_id)
        if not key or not self._is_known(key):
            return None
        return Caller('user', user['arn'], _stable_id('AIDA', user['arn']),
                      key['secret'], user=user, key_id=key_id)

    def _session(self, caller):
        if not caller.key_id or not self.settings['sessions_die']:
            return caller
        key = self._long_lived(caller.key_id)[1]
        alive = key and key.get('status', 'Active') == 'Active'
        return caller if alive else None

    def _is_known(self, key):
        """A new key is known after a while, and not at once everywhere."""
        if (key.get('status', 'Active') != 'Active'
                or key.get('known_from', 0) > self.now()):
            return False
        key['asked'] = key.get('asked', 0) + 1
        return not 1 < key['asked'] <= 1 + key.get('forgotten', 0)

    def keys(self):
        """Every long-lived key, with its secret: for the control."""
        return [dict(key, user=user['arn'],
                     status=key.get('status', 'Active'))
                for user in self.users for key in user['keys']]

    def add_key(self, user, **key):
        [found] = [one for one in self.users if one['arn'] == user]
        found['keys'].append(key)

    def change_user(self, user, **more):
        [found] = [one for one in self.users if one['arn'] == user]
        found.update(more)

    def devices(self, user):
        """The devices that are enabled for a user."""
        [found] = [one for one in self.users if one['arn'] == user]
        return found['devices']

    def keep(self):
        """Keeps everything as it is now, for restore()."""
        self.kept = None
        self.kept = copy.deepcopy(self.__dict__)

    def restore(self):
        kept = self.kept
        self.__dict__.update(copy.deepcopy(kept), kept=kept)

    def set_key(self, key_id, status):
        self._long_lived(key_id)[1]['status'] = status

    # -- sessions -----------------------------------------------------------

    def _token(self):
        size = self.settings['token_size'] or 350 + secrets.randbelow(850)
        raw = base64.b64encode(secrets.token_bytes(size)).decode()
        return 'IQoJb3JpZ2luX2VjE' + self.marked(raw[:size - 19]) + '=='

    def marked(self, text):
        """Adds the mark after the first 20 characters."""
        mark = self.settings['mark']
        return text[:20] + mark + text[20 + len(mark):]

    def issue(self, kind, arn, user_id, duration, **more):
        """New credentials that work here: (key id, caller)."""
        alphabet = string.ascii_uppercase + '234567'
        key_id = 'ASIA' + ''.join(
            secrets.choice(alphabet) for _ in range(16))
        lifetime = self.settings['lifetime'] or duration
        caller = Caller(kind, arn, user_id,
                        self.marked(secrets.token_urlsafe(30)),
                        token=self._token(), expires=self.now() + lifetime,
                        **more)
        self.issued[key_id] = caller
        return key_id, caller

    def expire_sessions(self):
        for caller in self.issued.values():
            caller.expires = self.now() - 1

    def forget_sessions(self):
        self.issued.clear()

    # -- roles --------------------------------------------------------------

    def role_id(self, arn):
        return _stable_id('AROA', arn)

    def trusts(self, role, caller):
        """Does the role's trust policy name the caller?"""
        names = {caller.arn, caller.account,
                 'arn:aws:iam::%s:root' % caller.account, caller.role_arn}
        return bool(names & set(role['trust']['principals']))

    # -- codes --------------------------------------------------------------

    totp = staticmethod(totp)

    def device(self, user, serial):
        for device in user.get('devices', ()):
            if device['serial'] == serial:
                return device
        return None

    def spend(self, device, code):
        """Is code one of the device's for now, and not used before?"""
        if not re.fullmatch('[0-9]{6}', code or ''):
            return False
        this = int(self.now()) // 30
        for step in (this, this - 1, this + 1):
            mark = (device['serial'], step)
            if totp(device['seed'], step) == code and mark not in self.spent:
                self.spent.add(mark)
                return True
        return False
