#!/usr/bin/python3 -B
"""A stand-in for AWS's STS and IAM, on loopback, for tests: see README.md."""

import argparse
import ctypes
import json
import os
import signal
import ssl
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from server import Log, Server, StandIn  # noqa: E402
from world import World  # noqa: E402

PR_SET_PDEATHSIG = 1


def die_with_parent(parent):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(0)


def read_world(path):
    if not path:
        return World()
    with open(path, encoding='utf-8') as file:
        return World(json.load(file))


def tell_ready(path, server):
    """The port, written at once and whole."""
    port = str(server.server_address[1])
    if not path:
        print(port, flush=True)
        return
    with open(path + '.new', 'w', encoding='ascii') as file:
        file.write(port)
    os.rename(path + '.new', path)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--world', help='JSON file; default: our own')
    parser.add_argument('--log', help='a line of JSON a call')
    parser.add_argument('--ready', help='file to write the port to')
    parser.add_argument('--cert', help='PEM: speak HTTPS')
    parser.add_argument('--key', help='PEM')
    return parser.parse_args()


def main():
    parent = os.getppid()
    options = arguments()
    die_with_parent(parent)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server = Server(('127.0.0.1', options.port),
                    StandIn(read_world(options.world), Log(options.log)))
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False)
    tell_ready(options.ready, server)
    server.serve_forever()


if __name__ == '__main__':
    main()
