"""A stand-in that speaks TLS, and its certificate."""

import contextlib
import os
import subprocess

from harness import StandIn


def certificate(folder, name):
    """A key and a certificate that signed itself: their paths."""
    key, cert = (os.path.join(folder, name + end) for end in ('.key', '.pem'))
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
         '2', '-subj', '/CN=' + name, '-addext', 'subjectAltName=' + (
             'IP:' if name[0].isdigit() else 'DNS:') + name, '-keyout', key,
         '-out', cert], check=True, capture_output=True)
    return cert, key


@contextlib.contextmanager
def https(box, name='127.0.0.1'):
    """A second stand-in that speaks TLS: (it, its certificate's path)."""
    folder = os.path.join(box.top, 'tls')
    os.mkdir(folder)
    cert, key = certificate(folder, name)
    aws = StandIn(folder, tls=(cert, key))
    try:
        yield aws, cert
    finally:
        aws.stop()
