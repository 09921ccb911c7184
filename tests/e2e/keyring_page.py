"""The file keyring, implemented from rolekey-keyring(5) alone, and with
nothing of rolekey.

Where things are in the header, and what a record of a key is called, is taken
from the page's tables, so that a page that is wrong fails.  The primitives are
other implementations than the program's: libargon2, CPython's BLAKE2, and
OpenSSL's ChaCha20-Poly1305 behind an HChaCha20 in Python.
"""

import os
import re
import struct
from hashlib import blake2b

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(os.path.dirname(os.path.dirname(HERE)), 'man',
                    'rolekey-keyring.5')
TEXTS = ('kind', 'name', 'label', 'origin')


class Damaged(Exception):
    """The page says that a file like this is damaged."""


class WrongPassphrase(Exception):
    """The page distinguishes this from damage."""


# -- the page -----------------------------------------------------------------


def page():
    with open(PAGE, encoding='utf-8') as file:
        return file.read()


def header_table():
    """{first word: slice} of the table of the header."""
    text = page().split('.Sh FORMAT')[1].split('.Ss The boxes')[0]
    rows = re.findall(r'^\.It (\d+) Ta (\d+) Ta (?:the )?(.+)$', text, re.M)
    table = {}
    for at, length, what in rows:
        first = re.match(r"Argon2id's (\w+)|(\w+)", what)
        table[first.group(1) or first.group(2)] = slice(
            int(at), int(at) + int(length))
    return table


def vectors():
    """Every block of "OFFSET  BYTES" lines, as bytes."""
    blocks = re.findall(r'^\.Bd -literal$\n((?:[0-9a-f]{4}  .*\n)+)^\.Ed$',
                        page(), re.M)
    return [bytes.fromhex(''.join(re.findall(r'^[0-9a-f]{4}  (.*)$', block,
                                             re.M))) for block in blocks]


# -- XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) ---------------------------


def _rotate(word, by):
    return (word << by | word >> (32 - by)) & 0xffffffff


def _quarter(s, a, b, c, d):
    for x, y, z, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8),
                        (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & 0xffffffff
        s[z] = _rotate(s[z] ^ s[x], by)


def hchacha20(key, nonce):
    state = list(struct.unpack('<16I', b'expand 32-byte k' + key + nonce))
    for _ in range(10):
        for i in range(4):
            _quarter(state, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            _quarter(state, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4,
                     12 + (i + 3) % 4)
    return struct.pack('<8I', *state[:4], *state[12:])


def _cipher(key, nonce):
    return (ChaCha20Poly1305(hchacha20(key, nonce[:16])),
            bytes(4) + nonce[16:])


# -- the format ---------------------------------------------------------------


def number(data, where):
    return int.from_bytes(data[where], 'little')


def derive(passphrase, header):
    t = header_table()
    return hash_secret_raw(
        passphrase.encode(), header[t['salt']],
        time_cost=number(header, t['passes']),
        memory_cost=number(header, t['memory']), parallelism=1, hash_len=32,
        type=Type.ID, version=0x13)


def mark_of(header, key):
    return blake2b(header[:header_table()['mark'].start], key=key,
                   digest_size=32).digest()


OLD = 104  # bytes of a header of version 1, which the page says in words


def version_of(data):
    return number(data, header_table()['version'])


def check_header(data):
    """The header's length and those of the boxes."""
    t = header_table()
    old = version_of(data) == 1
    size = OLD if old else t['checksum'].stop
    if len(data) < size or data[size - 32:size] != blake2b(
            data[:size - 32], digest_size=32).digest():
        raise Damaged('checksum')
    if data[t['text']] != b'rolekey\0' or version_of(data) not in (1, 2, 3, 4):
        raise Damaged('version')
    if not 1 <= number(data, t['passes']) <= 16 or \
            not 8 <= number(data, t['memory']) <= 1048576:
        raise Damaged('cost')
    lengths = [number(data, t[name])
               for name in (('keys',) if old else ('keys', 'sessions'))]
    if sum(lengths) != len(data) - size or min(lengths) < 40:
        raise Damaged('length')
    return size, lengths


def beside_box(header, which):
    """The data that a box is bound to; since version 3, sessions to keys too."""
    if which == 'sessions' and version_of(header) >= 3:
        return bytes(header[:36]) + bytes(header[76:108])
    return bytes(header[:36])


def box_key(key, which):
    return blake2b(('rolekey ' + which).encode(), key=key,
                   digest_size=32).digest()


class Walk:
    """The items' bytes, taken from the front."""

    def __init__(self, data):
        self.data = data

    def take(self, n):
        if n > len(self.data):
            raise Damaged('cut short')
        piece, self.data = self.data[:n], self.data[n:]
        return piece

    def take_sized(self):
        return self.take(int.from_bytes(self.take(4), 'little'))


def read_items(plain):
    walk, items = Walk(plain), []
    while walk.data:
        item = {'expires': int.from_bytes(walk.take(8), 'little',
                                          signed=True)}
        for name in TEXTS:
            item[name] = walk.take_sized().decode()
        item['value'] = walk.take_sized()
        items.append(item)
    return items


def _open(key, box, beside):
    cipher, nonce = _cipher(key, box[:24])
    try:
        return read_items(cipher.decrypt(nonce, box[24:], beside))
    except InvalidTag:
        raise Damaged('box') from None


def _unseal(key, box, beside):
    cipher, nonce = _cipher(key, box[:24])
    try:
        return cipher.decrypt(nonce, box[24:], beside)
    except InvalidTag:
        raise Damaged('box') from None


ENTRY = 52  # bytes of the directory for a session


def directory_of(part, key, beside):
    """[(sealed record, digest of its name, tag)] of a part with sessions."""
    size = int.from_bytes(part[:4], 'little')
    if not 40 <= size <= len(part) - 4:
        raise Damaged('directory')
    plain, records = _unseal(key, part[4:4 + size], beside), part[4 + size:]
    entries = []
    for at in range(0, len(plain), ENTRY):
        entry = plain[at:at + ENTRY]
        length = int.from_bytes(entry[:4], 'little')
        if len(entry) < ENTRY or not 40 <= length <= len(records):
            raise Damaged('entry')
        entries.append((records[:length], entry[4:36], entry[36:]))
        records = records[length:]
    if records:
        raise Damaged('more records')
    return entries


def read_records(part, key, header):
    """The sessions, each of its own record."""
    items = []
    for record, name, tag in directory_of(part, key,
                                          beside_box(header, 'sessions')):
        if record[-16:] != tag:
            raise Damaged('tag')
        (item,) = read_items(_unseal(key, record, header[:36] + name))
        if _name_sum(item) != name:
            raise Damaged('name')
        items.append(item)
    return items


def _name_sum(item):
    return blake2b(item['name'].encode(), digest_size=32).digest()


def read(data, passphrase):
    """The items of a whole file."""
    size, lengths = check_header(data)
    header = data[:size]
    key = derive(passphrase, header)
    if mark_of(header, key) != header[header_table()['mark']]:
        raise WrongPassphrase
    if version_of(data) == 1:
        return _open(key, data[size:], header)
    items = []
    for which, length, at in (('keys', lengths[0], 76),
                              ('sessions', lengths[1], 108)):
        box = data[size:size + length]
        if blake2b(box, digest_size=32).digest() != header[at:at + 32]:
            raise Damaged('sum of ' + which)
        if which == 'sessions' and version_of(data) == 4:
            items += read_records(box, box_key(key, which), header)
        else:
            items += _open(box_key(key, which), box,
                           beside_box(header, which))
        size += length
    return items


def _sized(data):
    return len(data).to_bytes(4, 'little') + data


def write_items(items):
    """As they come: the order is the caller's."""
    return b''.join(
        item.get('expires', 0).to_bytes(8, 'little', signed=True) +
        b''.join(_sized(item.get(name, '').encode()) for name in TEXTS) +
        _sized(item.get('value', b'')) for item in items)


def _box(key, nonce, plain, beside):
    cipher, inner = _cipher(key, nonce)
    return nonce + cipher.encrypt(inner, plain, beside)


def _parts(items):
    """The content of the two boxes; bytes are those of the first."""
    if isinstance(items, bytes):
        return items, b''
    sessions = [item for item in items if item['kind'] == 'session']
    return (write_items([item for item in items if item not in sessions]),
            write_items(sessions))


def write_records(items, key, nonces, header):
    """The part of the sessions: nonces are those of the directory, and of the
    records in their order.
    """
    directory, records = b'', b''
    for item, nonce in zip(items, nonces[1:]):
        name = _name_sum(item)
        record = _box(key, nonce, write_items([item]),
                      bytes(header[:36]) + name)
        directory += len(record).to_bytes(4, 'little') + name + record[-16:]
        records += record
    return _sized(_box(key, nonces[0], directory,
                       beside_box(header, 'sessions'))) + records


def _second(items, version, key, nonces, header):
    """The part of the sessions, in a version but the first."""
    if version < 4:
        return _box(key, nonces[1], _parts(items)[1],
                    beside_box(header, 'sessions'))
    sessions = [] if isinstance(items, bytes) else [
        item for item in items if item['kind'] == 'session']
    nonces = [*nonces[1:], *(os.urandom(24) for _ in sessions)]
    return write_records(sessions, key, nonces, header)


def write(items, passphrase, passes=1, memory=8, salt=None, nonces=None,
          version=4, key=None, more=0):
    """A whole file; more is added to what the header says of its length."""
    t = header_table()
    header = bytearray(OLD if version == 1 else t['checksum'].stop)
    header[t['text']] = b'rolekey\0'
    for name, value in (('version', version), ('passes', passes),
                        ('memory', memory)):
        header[t[name]] = value.to_bytes(4, 'little')
    header[t['salt']] = salt or os.urandom(16)
    key = key or derive(passphrase, bytes(header))
    header[t['mark']] = mark_of(bytes(header), key)
    nonces = nonces or (os.urandom(24), os.urandom(24))
    if version == 1:
        plain = items if isinstance(items, bytes) else write_items(items)
        header[68:72] = (40 + len(plain) + more).to_bytes(4, 'little')
        header[72:] = blake2b(header[:72], digest_size=32).digest()
        return bytes(header) + _box(key, nonces[0], plain, bytes(header))
    boxes = []
    for at, which in enumerate(('keys', 'sessions')):
        own = box_key(key, which)
        boxes.append(_box(own, nonces[0], _parts(items)[0],
                          beside_box(header, which)) if at == 0 else
                     _second(items, version, own, nonces, header))
        header[68 + 4 * at:72 + 4 * at] = (len(boxes[at]) + more).to_bytes(
            4, 'little')
        header[76 + 32 * at:108 + 32 * at] = blake2b(
            boxes[at], digest_size=32).digest()
    return seal(header) + b''.join(boxes)


def seal(header):
    """A header with its checksum set right."""
    checksum = header_table()['checksum']
    header = bytearray(header)
    header[checksum] = blake2b(header[:checksum.start],
                               digest_size=32).digest()
    return bytes(header)


def mix(keys_of, sessions_of):
    """The first box of one file and the second of another, of one key, with a
    header that fits them.
    """
    header = bytearray(keys_of[:check_header(keys_of)[0]])
    header[72:76] = sessions_of[72:76]
    header[108:140] = sessions_of[108:140]
    (size, (keys, _)), (_, (_, sessions)) = map(check_header,
                                                (keys_of, sessions_of))
    return (seal(header) + keys_of[size:size + keys] +
            sessions_of[-sessions:])


# -- the values ---------------------------------------------------------------


def record_version(kind):
    """As the page says it."""
    return re.search(r'^\.Ql rolekey %s (\d+)$' % kind, page(), re.M).group(1)


def read_record(value):
    """("key", {name: value}) of a record."""
    head, *lines = value.decode('ascii').split('\n')
    word, kind, version = head.split(' ')
    if (word, version, lines.pop()) != ('rolekey', record_version(kind), ''):
        raise ValueError(head)
    return kind, dict(line.split(' ', 1) for line in lines)


def write_record(kind, **values):
    return ('rolekey %s %s\n' % (kind, record_version(kind)) + ''.join(
        '%s %s\n' % pair for pair in values.items())).encode('ascii')


def names_of(kind):
    """The names in such a record, in the order of the page."""
    table = re.search(r'^\.\\" record %s$\n(.*?)^\.El$' % kind, page(),
                      re.M | re.S).group(1)
    return re.findall(r'^\.It (\S+) Ta', table, re.M)
