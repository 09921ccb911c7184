"""A stand-in that speaks TLS, and its certificate."""

import contextlib
import os
import subprocess

from harness import StandIn


def certificate(folder, name, made=None):
    """A key and a certificate that signed itself, for two days: their paths.

    made: when it was made, such as '2020-01-01'; None is now.
    """
    key, cert = (os.path.join(folder, name + end) for end in ('.key', '.pem'))
    subprocess.run(
        (['faketime', made] if made else []) +
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
         '2', '-subj', '/CN=' + name, '-addext', 'subjectAltName=' + (
             'IP:' if name[0].isdigit() else 'DNS:') + name, '-keyout', key,
         '-out', cert], check=True, capture_output=True)
    return cert, key


@contextlib.contextmanager
def https(box, name='127.0.0.1', made=None, world=None):
    """A second stand-in that speaks TLS: (it, its certificate's path)."""
    folder = os.path.join(box.top, 'tls')
    os.mkdir(folder)
    cert, key = certificate(folder, name, made)
    aws = StandIn(folder, world, tls=(cert, key))
    try:
        yield aws, cert
    finally:
        aws.stop()


def calls_of(aws):
    """For a stand-in with TLS, whose control is not used."""
    return [call['action'] for call in aws.all_calls()]
