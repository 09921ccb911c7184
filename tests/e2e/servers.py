"""Clients of credential servers, for the scenarios of exec and serve."""

import http.client
import json
import os
import subprocess
import time
from urllib.parse import urlsplit

from harness import BIN, PYTHON, Failed, need

URI = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
TOKEN = 'AWS_CONTAINER_AUTHORIZATION_TOKEN'
IMDS = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
ROLE_PATH = '/latest/meta-data/iam/security-credentials/'

# Asks AWS who it is, with Debian's botocore, until its time is over; prints a
# line a call.  argv: seconds, pause between two calls.
CALLER = '''
import os, sys, time
import botocore.session
session = botocore.session.Session()
session.set_config_variable('metadata_service_timeout', 2)
client = session.create_client('sts', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
end = time.monotonic() + float(sys.argv[1])
while True:
    print(client.get_caller_identity()['Arn'],
          session.get_credentials().access_key, flush=True)
    if time.monotonic() >= end:
        break
    time.sleep(float(sys.argv[2]))
'''

# Prints its environment as JSON, then lives until its stdin is closed.
WAITER = '''
import json, os, sys
print(json.dumps(dict(os.environ)), flush=True)
sys.stdin.read()
'''


class Served:
    """A program beside a server, which stays until the end of the block."""

    def __init__(self, box, *argv, env=None):
        environment = dict(box.env)
        environment.update(env or {})
        self.log = os.path.join(box.top, 'served.log')
        with open(self.log, 'w', encoding='utf-8') as log:
            self.process = subprocess.Popen(
                [BIN, 'exec', *argv, '--', PYTHON, '-c', WAITER],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env=environment, cwd=box.home, start_new_session=True,
                text=True)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(20)
            raise Failed('exec: ' + self.said())
        self.env = json.loads(line)

    def said(self):
        with open(self.log, encoding='utf-8') as log:
            return log.read()

    def get(self, path=None, method='GET', timeout=5, **headers):
        """(status, body, headers) of a request to the container endpoint."""
        url = urlsplit(self.env[URI])
        sent = {'Authorization': self.env[TOKEN]}
        sent.update({name.replace('_', '-'): value
                     for name, value in headers.items()})
        return request(url.port, method, path or url.path, {
            name: value for name, value in sent.items() if value is not None},
            timeout)

    def imds_port(self):
        return urlsplit(self.env[IMDS]).port

    def resident(self):
        return resident(self.process.pid)

    def end(self):
        self.process.stdin.close()
        status = self.process.wait(20)
        self.process.stdout.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()


def resident(pid):
    """KiB of a process in memory, with its libraries."""
    with open('/proc/%d/status' % pid, encoding='ascii') as file:
        fields = dict(line.split(':', 1) for line in file)
    return int(fields['VmRSS'].split()[0])


def request(port, method, path, headers, timeout=5):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=timeout)
    try:
        connection.putrequest(method, path, skip_host='Host' in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def until(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise Failed('not within %d s: %s' % (seconds, what))


def keys_of(answer):
    status, body, _ = answer
    need(status == 200, 'expected 200: %r' % (answer,))
    return json.loads(body)
