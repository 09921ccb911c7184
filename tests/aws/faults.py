"""Faults on demand, for the next N calls [of an action].

A fault is a dict: kind (a row below), count (1), action (any), skip (0: how
many such calls pass before the first), seconds (slow:
before the answer, drip: between its bytes), code/status/message (for error),
element and text (for changed: what that element of the answer holds instead).
"unread" comes before the action can be known, so it is any call's.
"""

HTML = (b'<html><head><title>503 Service Temporarily Unavailable</title>'
        b'</head><body><center><h1>503 Service Temporarily Unavailable</h1>'
        b'</center></body></html>\r\n')

# kind: (is the action performed?, what is sent instead of its answer)
# None: the answer itself.  'reset': nothing, the connection is reset.
# 'changed': by whom the answer passes.  'cut': half of the answer.  'drip': its bytes one by one.  'mislabelled': the
# answer as if it were a page.  'endless': a body without length or end.
# Else (status, type, body).
KINDS = {
    'unread': (False, 'reset'),
    'reset': (False, 'reset'),
    'html503': (False, (503, 'text/html', HTML)),
    'html200': (False, (200, 'text/html', HTML)),
    'garbage': (False, (200, 'text/xml', b'<AssumeRoleResponse><<&\x01 \xff')),
    'empty': (False, (200, 'text/xml', b'')),
    'empty503': (False, (503, 'text/xml', b'')),
    'huge': (False, (200, 'text/xml', b'<a>' + b'x' * (8 << 20) + b'</a>')),
    'redirect': (False, (302, 'text/html', b'')),
    'slow': (True, None),
    'changed': (True, 'changed'),
    'lost': (True, 'reset'),
    'cut': (True, 'cut'),
    'drip': (True, 'drip'),
    'mislabelled': (True, 'mislabelled'),
    'endless': (False, 'endless'),
    'throttle': (False, None),
    'error': (False, None),
}


class Faults:
    def __init__(self):
        self.waiting = []

    def add(self, fault):
        if fault.get('kind') not in KINDS:
            raise ValueError('no such fault: %r' % fault.get('kind'))
        self.waiting.append(dict(fault, count=fault.get('count', 1)))

    def clear(self):
        self.waiting.clear()

    def take(self, action, unread=False):
        """The fault that this call shall have, or None.

        unread: one that comes before the call's body is read, or any other.
        """
        for fault in self.waiting:
            if (fault['kind'] == 'unread') == unread and (
                    unread or fault.get('action') in (None, action)):
                if fault.get('skip', 0) > 0:
                    fault['skip'] -= 1
                    continue
                fault['count'] -= 1
                if fault['count'] == 0:
                    self.waiting.remove(fault)
                return fault
        return None
