"""HTTP in front of the services, the log of the calls, and the control."""

import json
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import answers
import faults
import iam
import login
import metadata
import organizations
import signin
import signing
import sso
import sts

CONTROL = '/stand-in/'
MAX_BODY = 1 << 20
SECRET = ('TokenCode', 'WebIdentityToken')
FORM = 'application/x-www-form-urlencoded'
PLAIN = {'metadata': metadata, 'sso': sso,
         'login': login}  # services without signatures
SERVICES = {sts.VERSION: ('sts', sts), iam.VERSION: ('iam', iam)}


class Log:
    """A line of JSON a call; never a secret or a code."""

    def __init__(self, path):
        self.file = open(path, 'a', encoding='utf-8') if path else None
        self.lock = threading.Lock()

    def write(self, entry):
        with self.lock:
            if self.file:
                self.file.write(json.dumps(entry) + '\n')
                self.file.flush()


class StandIn:
    """The world, its faults and its log, protected by one lock."""

    def __init__(self, world, log):
        self.world = world
        self.faults = faults.Faults()
        self.log = log
        self.lock = threading.Lock()

    # -- the control --------------------------------------------------------

    def control(self, name, data):
        handlers = {
            'fault': lambda: self.faults.add(data),
            'clear-faults': self.faults.clear,
            'forget-codes': self.world.spent.clear,
            'forget-sessions': self.world.forget_sessions,
            'expire-sessions': self.world.expire_sessions,
            'settings': lambda: self.world.settings.update(data),
            'key': lambda: self.world.set_key(data['id'], data['status']),
            'role': lambda: self.world.roles[data['arn']].update(data),
            'sso': lambda: self.world.sso.update(data),
            'login': lambda: self.world.login.update(data),
            'machine': lambda: self.world.machine.update(data),
            'keys': self.world.keys,
            'devices': lambda: self.world.devices(**data),
            'keep': self.world.keep,
            'restore': self.world.restore,
            'add-key': lambda: self.world.add_key(**data),
            'user': lambda: self.world.change_user(**data),
        }
        with self.lock:
            return handlers[name]()

    # -- a call -------------------------------------------------------------

    def call(self, request, params, entry):
        """Does it: the (service, result) of a good request."""
        action = entry['action']
        if request.target:
            service, module = 'organizations', organizations
        else:
            service, module = SERVICES.get(params.get('Version'),
                                           (None, None))
        if not service or action not in {**module.ACTIONS, **module.UNSIGNED}:
            raise answers.Refusal(
                'InvalidAction', 400, 'Could not find operation %s for '
                'version %s' % (action, params.get('Version')))
        entry['service'] = service
        regions = self.world.regions if service == 'sts' else ['us-east-1']
        with self.lock:
            if action in module.UNSIGNED:
                return service, module.UNSIGNED[action](self.world, params)
            caller = signing.check(self.world, service, regions,
                                   request.command, request.path,
                                   request.headers, request.body)
            entry['caller'] = caller.arn
            if service == 'iam':
                iam.allow(caller, action, params)
            if service == 'organizations':
                organizations.allow(self.world, caller, action)
            return service, module.ACTIONS[action](self.world, caller, params)


def log_entry(request, params):
    """The facts of a call before anything is checked."""
    entry = {'time': round(time.time(), 3),
             'action': request.target or params.get('Action'),
             'caller': None, 'host': request.headers.get('Host'),
             'agent': request.headers.get('User-Agent')}
    entry['params'] = {
        name: '(given)' if name in SECRET else value
        for name, value in params.items() if name not in ('Action', 'Version')}
    try:
        claim = signing.claim_of(request.headers)
        entry.update(key_id=claim.key_id, region=claim.region,
                     scope=claim.service)
    except answers.Refusal:
        entry.update(key_id=None, region=None, scope=None)
    return entry


def parse_json(body):
    try:
        params = json.loads(body)
        if not isinstance(params, dict):
            raise ValueError
    except ValueError:
        raise answers.Refusal('SerializationException', 400, '') from None
    return params


def parse_params(target, content_type, body):
    pairs = parse_qsl(urlsplit(target).query, keep_blank_values=True)
    if content_type.split(';')[0].strip().lower() == FORM:
        pairs += parse_qsl(body.decode('utf-8', 'replace'),
                           keep_blank_values=True)
    params = dict(pairs)
    if len(params) != len(pairs):
        raise answers.Refusal('MalformedQueryString', 404,
                              'The query string contains a syntax error.')
    return params


class Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # headers and body are two writes
    protocol_version = 'HTTP/1.1'
    server_version = 'stand-in'
    sys_version = ''
    timeout = 60
    body = b''
    target = None  # the action of a JSON service

    def do_POST(self):
        length = int(self.headers.get('Content-Length') or 0)
        if length > MAX_BODY:
            self._send(413, 'text/plain', b'')
            return
        if self._is_left_unread():
            return
        self.body = self.rfile.read(length)
        if self.path.startswith(CONTROL):
            self._control(self.path[len(CONTROL):])
        elif urlsplit(self.path).path == signin.PATH:
            self._sign_in()
        else:
            path = urlsplit(self.path).path
            for service, module in PLAIN.items():
                if module.handles(path):
                    self._plain(service, module, path)
                    return
            self._answer()

    do_GET = do_PUT = do_HEAD = do_POST

    def log_message(self, *_args):
        pass

    def date_time_string(self, timestamp=None):
        if timestamp is None:
            timestamp = self.server.stand_in.world.now()
        return super().date_time_string(timestamp)

    def _is_left_unread(self):
        """Is the connection reset before the body is read?"""
        stand_in = self.server.stand_in
        fault = (not self.path.startswith(CONTROL)
                 and stand_in.faults.take(None, unread=True))
        if fault:
            entry = log_entry(self, {})
            entry.update(status=0, verdict='(not read)', fault=fault['kind'])
            stand_in.log.write(entry)
            self._reset()
        return bool(fault)

    # -- control ------------------------------------------------------------

    def _control(self, name):
        try:
            result = self.server.stand_in.control(
                name, json.loads(self.body or '{}'))
            self._send(200, 'application/json', json.dumps(result).encode())
        except (KeyError, TypeError, ValueError) as problem:
            self._send(400, 'text/plain', repr(problem).encode())

    # -- services -----------------------------------------------------------

    def _answer(self):
        request_id = answers.new_request_id()
        self.target = self.headers.get('X-Amz-Target')
        try:
            params = self._params()
        except answers.Refusal as refusal:
            self._document(*self._failure('sts', refusal, request_id),
                           request_id)
            return
        entry = log_entry(self, params)
        fault = self.server.stand_in.faults.take(entry['action'])
        status, text = self._outcome(params, entry, fault, request_id)
        entry['status'] = status
        if fault:
            entry['fault'] = fault['kind']
        self.server.stand_in.log.write(entry)
        self._deliver(fault, status, text, request_id)

    def _plain(self, service, module, path):
        stand_in = self.server.stand_in
        entry = dict(log_entry(self, {}), service=service,
                     action=module.action_of(self.command, path))
        fault = stand_in.faults.take(entry['action'])
        if fault and fault['kind'] == 'slow':
            time.sleep(fault.get('seconds', 1))
        instead = faults.KINDS[fault['kind']][1] if fault else None
        if fault and fault['kind'] == 'error':
            instead = (fault['status'], 'application/json',
                       json.dumps(fault.get('body', {})).encode())
        if fault and fault['kind'] == 'throttle':
            instead = (429, 'application/json', json.dumps({
                'message': 'HTTP 429 Unknown Code',
                '__type': 'TooManyRequestsException'}).encode())
        more = {}
        if isinstance(instead, tuple):
            status, kind, body = instead
        else:
            with stand_in.lock:
                status, kind, body, *given = module.answer(
                    stand_in.world, self, path, entry)
            more = given[0] if given else {}
        entry.update(status=status, verdict='ok' if status == 200 else status)
        stand_in.log.write(entry)
        if instead in ('reset', 'cut', 'drip', 'endless'):
            self._deliver(fault, status, body.decode(), '')
        else:
            self._send(status, kind, body, more)

    def _sign_in(self):
        stand_in = self.server.stand_in
        params = parse_params(self.path, self.headers.get('Content-Type', ''),
                              self.body)
        entry = dict(log_entry(self, params), service='signin',
                     method=self.command, url=self.path.split('?')[0])
        entry['params'] = {name: '(given)' if name in signin.SECRET else value
                           for name, value in params.items()}
        entry['in_url'] = sorted(
            name for name, _ in parse_qsl(urlsplit(self.path).query))
        fault = stand_in.faults.take(entry['action'])
        with stand_in.lock:
            status, kind, text = signin.answer(stand_in.world, params, entry)
        entry['status'] = status
        stand_in.log.write(entry)
        instead = faults.KINDS[fault['kind']][1] if fault else None
        if isinstance(instead, tuple):
            self._send(*instead)
        else:
            self._send(status, kind, text.encode())

    def _params(self):
        if not self.target:
            return parse_params(
                self.path, self.headers.get('Content-Type', ''), self.body)
        if not self.target.startswith(organizations.PREFIX):
            raise answers.Refusal('InvalidAction', 400, '')
        self.target = self.target[len(organizations.PREFIX):]
        return parse_json(self.body)

    def _failure(self, service, refusal, request_id):
        if self.target:
            return answers.json_status(refusal), answers.json_failure(refusal)
        return refusal.status, answers.failure(service, refusal, request_id)

    def _outcome(self, params, entry, fault, request_id):
        """Performs the action, unless the fault comes before it."""
        try:
            if fault:
                self._before(fault)
            service, result = self.server.stand_in.call(self, params, entry)
            entry['verdict'] = 'ok'
            if self.target:
                return 200, answers.json_success(result)
            return 200, answers.success(service, params['Action'], result,
                                        request_id)
        except answers.Refusal as refusal:
            entry['verdict'] = refusal.code
            return self._failure(entry.get('service'), refusal, request_id)

    def _before(self, fault):
        kind = fault['kind']
        if kind == 'slow':
            time.sleep(fault.get('seconds', 1))
        if kind == 'throttle':
            raise answers.Refusal('Throttling', 400, 'Rate exceeded')
        if kind == 'error':
            raise answers.Refusal(fault['code'], fault.get('status', 400),
                                  fault.get('message', ''))
        if not faults.KINDS[kind][0]:
            raise answers.Refusal('(not performed)', 0, '')

    def _deliver(self, fault, status, text, request_id):
        instead = faults.KINDS[fault['kind']][1] if fault else None
        if instead == 'reset':
            self._reset()
        elif instead == 'changed':
            self._document(status, re.sub(
                '(<%s>)[^<]*' % fault['element'],
                lambda found: found[1] + fault['text'], text), request_id)
        elif instead == 'cut':
            self._cut(text)
        elif instead == 'drip':
            self._drip(text, fault.get('seconds', 0.1))
        elif instead == 'mislabelled':
            self._send(status, 'text/html; charset=utf-8', text.encode())
        elif instead == 'endless':
            self._never_end()
        elif instead:
            self._send(*instead)
        else:
            self._document(status, text, request_id)

    def _document(self, status, text, request_id):
        kind = 'application/x-amz-json-1.1' if self.target else 'text/xml'
        self._send(status, kind, text.encode(),
                   {'x-amzn-RequestId': request_id})

    def _send(self, status, content_type, body, more=None):
        self.send_response(status)
        self.send_header('Content-Type', content_type)
        self.send_header('Content-Length', str(len(body)))
        if status == 302 and 'Location' not in (more or {}):
            self.send_header('Location', 'http://127.0.0.1:1/elsewhere')
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _begin(self, length=None):
        """Sends the head of a response whose body follows in pieces."""
        self.send_response(200)
        self.send_header('Content-Type', 'text/xml')
        if length is not None:
            self.send_header('Content-Length', str(length))
        self.end_headers()
        self.close_connection = True

    def _cut(self, text):
        body = text.encode()
        self._begin(len(body))
        self.wfile.write(body[:len(body) // 2])

    def _drip(self, text, seconds):
        body = text.encode()
        self._begin(len(body))
        for byte in body:
            self.wfile.write(bytes([byte]))
            time.sleep(seconds)

    def _never_end(self):
        """Until the other side has had enough of it."""
        self._begin()
        while True:
            self.wfile.write(b'<a>endless</a>' * 1000)

    def _reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack('ii', 1, 0))
        self.close_connection = True
        self.connection.close()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, address, stand_in):
        self.stand_in = stand_in
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        """A client that went away is none of our business."""
