"""ECDSA on the curve P-256 with SHA-256, and the PEM of its keys.

For tests only: it is slow, and takes no care of what others could measure.
The curve is that of FIPS 186-5 and SEC 2.
"""

import base64
import hashlib
import secrets

P = 2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1
B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
OID = bytes.fromhex('06082a8648ce3d030107')  # prime256v1


def _add(a, b):
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def _times(k, point):
    result = None
    while k:
        if k & 1:
            result = _add(result, point)
        point = _add(point, point)
        k >>= 1
    return result


def _hash(data):
    return int.from_bytes(hashlib.sha256(data).digest(), 'big')


def new_key():
    return secrets.randbelow(N - 1) + 1


def public(key):
    """(x, y)."""
    return _times(key, G)


def sign(key, data):
    """r and s, 32 bytes each."""
    while True:
        k = new_key()
        r = _times(k, G)[0] % N
        s = pow(k, -1, N) * (_hash(data) + r * key) % N
        if r and s:
            return r.to_bytes(32, 'big') + s.to_bytes(32, 'big')


def verify(point, data, signature):
    x, y = point
    if (len(signature) != 64 or not (0 <= x < P and 0 <= y < P)
            or (y * y - x * x * x + 3 * x - B) % P):
        return False
    r = int.from_bytes(signature[:32], 'big')
    s = int.from_bytes(signature[32:], 'big')
    if not (0 < r < N and 0 < s < N):
        return False
    inverse = pow(s, -1, N)
    at = _add(_times(_hash(data) * inverse % N, G),
              _times(r * inverse % N, point))
    return at is not None and at[0] % N == r


def pem(key):
    """RFC 5915, as the AWS CLI writes it."""
    x, y = public(key)
    point = b'\0\4' + x.to_bytes(32, 'big') + y.to_bytes(32, 'big')
    der = (b'\2\1\1' + b'\4\x20' + key.to_bytes(32, 'big')
           + b'\xa0\x0a' + OID + b'\xa1\x44\3\x42' + point)
    text = base64.b64encode(b'\x30' + bytes([len(der)]) + der).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return '\n'.join(['-----BEGIN EC PRIVATE KEY-----', *lines,
                      '-----END EC PRIVATE KEY-----', ''])
