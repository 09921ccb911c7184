"""The file keyring by its page alone: rolekey-keyring(5), read as a reader of
it would, and nothing of rolekey's own.

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
    """The page says how that is told from damage."""


# -- the page -----------------------------------------------------------------


def page():
    with open(PAGE, encoding='utf-8') as file:
        return file.read()


def header_table():
    """{first word: slice} of the tables of the header and the box."""
    text = page().split('.Sh FORMAT')[1].split('.Sh SESSIONS')[0]
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


def sum_of(header):
    return blake2b(header[:header_table()['checksum'].start],
                   digest_size=32).digest()


def mark_of(header, key):
    return blake2b(header[:header_table()['mark'].start], key=key,
                   digest_size=32).digest()


def check_header(data):
    t = header_table()
    size = t['checksum'].stop
    if len(data) < size or data[t['checksum']] != sum_of(data):
        raise Damaged('checksum')
    if data[t['text']] != b'rolekey\0' or number(data, t['version']) != 1:
        raise Damaged('version')
    if not 1 <= number(data, t['passes']) <= 16 or \
            not 8 <= number(data, t['memory']) <= 1048576:
        raise Damaged('cost')
    if number(data, t['how']) != len(data) - size:
        raise Damaged('length')
    return size


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


def read(data, passphrase):
    """The items of a whole file."""
    size = check_header(data)
    header, box = data[:size], data[size:]
    key = derive(passphrase, header)
    if mark_of(header, key) != header[header_table()['mark']]:
        raise WrongPassphrase
    cipher, nonce = _cipher(key, box[:24])
    try:
        plain = cipher.decrypt(nonce, box[24:], header)
    except InvalidTag:
        raise Damaged('box') from None
    return read_items(plain)


def _sized(data):
    return len(data).to_bytes(4, 'little') + data


def write_items(items):
    """As they come: the order is the caller's."""
    return b''.join(
        item.get('expires', 0).to_bytes(8, 'little', signed=True) +
        b''.join(_sized(item.get(name, '').encode()) for name in TEXTS) +
        _sized(item.get('value', b'')) for item in items)


def write(items, passphrase, passes=1, memory=8, salt=None, nonce=None,
          version=1, key=None, more=0):
    """A whole file; more is added to what the header says of its length."""
    t = header_table()
    plain = items if isinstance(items, bytes) else write_items(items)
    header = bytearray(t['checksum'].stop)
    header[t['text']] = b'rolekey\0'
    for name, value in (('version', version), ('passes', passes),
                        ('memory', memory),
                        ('how', 24 + len(plain) + 16 + more)):
        header[t[name]] = value.to_bytes(4, 'little')
    header[t['salt']] = salt or os.urandom(16)
    key = key or derive(passphrase, bytes(header))
    header[t['mark']] = mark_of(bytes(header), key)
    header[t['checksum']] = sum_of(bytes(header))
    nonce = nonce or os.urandom(24)
    cipher, inner = _cipher(key, nonce)
    return bytes(header) + nonce + cipher.encrypt(inner, plain, bytes(header))


# -- the values ---------------------------------------------------------------


def read_record(value):
    """("key", {name: value}) of a record of version 1."""
    head, *lines = value.decode('ascii').split('\n')
    word, kind, version = head.split(' ')
    if (word, version, lines.pop()) != ('rolekey', '1', ''):
        raise ValueError(head)
    return kind, dict(line.split(' ', 1) for line in lines)


def write_record(kind, **values):
    return ('rolekey %s 1\n' % kind + ''.join(
        '%s %s\n' % pair for pair in values.items())).encode('ascii')


def names_of(kind):
    """What the page says stands in such a record, in its order."""
    table = re.search(r'^\.\\" record %s$\n(.*?)^\.El$' % kind, page(),
                      re.M | re.S).group(1)
    return re.findall(r'^\.It (\S+) Ta', table, re.M)
