#!/usr/bin/python3
"""Tests that every keyring must pass: keyring_suite.py BACKEND TOOL.

TOOL is keyring_tool; the keyring must be there, open, and hold none of the
kinds of item that this suite makes.
"""

import json
import subprocess
import sys
import traceback

NONE = 3  # the status of a get that finds nothing
NEVER = 0
PATIENCE = 6  # tries, where the disk is so busy that nobody answers in time
BUSY = ('service-hung', 'lock-held')
FUTURE = 4102444800  # 2100: an item that has expired may be dropped

CASES = []


class Failed(Exception):
    """The result is not the expected one."""


def need(condition, text):
    if not condition:
        raise Failed(text)


def is_busy(stderr):
    """Did it report a failure within the time that a call may take?"""
    return any(text.encode() in stderr for text in BUSY)


def case(function):
    CASES.append(function)
    return function


# --- the tool ----------------------------------------------------------------

class Keyring:
    def __init__(self, backend, tool):
        self.command = [tool, backend]

    def start(self, *args):
        return subprocess.Popen([*self.command, *args], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def call(self, *args, value=b'', status=0):
        for _ in range(PATIENCE):
            done = subprocess.run([*self.command, *args], input=value,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=60,
                                  check=False)
            if not is_busy(done.stderr):
                break
        self.check(args, done.returncode, done.stderr, status)
        return done.stdout

    @staticmethod
    def check(args, status, stderr, wanted=0):
        # A warning is allowed: not each machine has a keyring in its kernel.
        text = stderr.decode('utf-8', 'replace')
        bad = any(s in text for s in ('Sanitizer', 'runtime error',
                                      'a secret is left'))
        need(status == wanted and not bad, '%s: status %d, not %d: %s' % (
            ' '.join(args), status, wanted, text[:1000]))

    def put(self, kind, name, value, *options):
        out = self.call('put', kind, name, *options, value=value)
        need(out == b'', 'put prints %r' % out)

    def holds(self, kind, name, value):
        out = self.call('get', kind, name)
        need(out == value, '%s %r: %r of %d bytes, not %r of %d' % (
            kind, name, out[:40], len(out), value[:40], len(value)))

    def lacks(self, kind, name):
        out = self.call('get', kind, name, status=NONE)
        need(out == b'', '%s %r: %r' % (kind, name, out[:40]))

    def remove(self, kind, name, answer):
        out = self.call('remove', kind, name)
        need(out == answer, 'remove of %r says %r' % (name, out))

    def list(self, kind):
        text = self.call('list', kind).decode('utf-8')
        return [json.loads(line) for line in text.splitlines()]

    def names(self, kind):
        return [item['name'] for item in self.list(kind)]


# --- the cases ---------------------------------------------------------------

@case
def what_was_put_is_got(ring):
    ring.put('suite-get', 'a', b'value of a')
    ring.holds('suite-get', 'a', b'value of a')


@case
def nothing_is_found_where_nothing_was_put(ring):
    ring.put('suite-none', 'a', b'x')
    ring.lacks('suite-none', 'b')
    ring.lacks('suite-none', 'A')
    ring.lacks('suite-none', 'aa')
    ring.lacks('suite-nothing', 'a')
    ring.remove('suite-none', 'b', b'none\n')
    ring.remove('suite-nothing', 'a', b'none\n')
    need(ring.list('suite-nothing') == [], 'there is something')
    ring.holds('suite-none', 'a', b'x')


@case
def a_value_is_replaced(ring):
    for value in (b'first', b'a longer second', b'3'):
        ring.put('suite-replace', 'a', value)
        ring.holds('suite-replace', 'a', value)
    need(ring.names('suite-replace') == ['a'], 'it is there twice')


@case
def an_item_is_removed_and_no_other(ring):
    for name in 'abc':
        ring.put('suite-remove', name, name.encode())
    ring.remove('suite-remove', 'b', b'removed\n')
    ring.lacks('suite-remove', 'b')
    ring.remove('suite-remove', 'b', b'none\n')
    need(ring.names('suite-remove') == ['a', 'c'],
         str(ring.names('suite-remove')))
    ring.holds('suite-remove', 'a', b'a')
    ring.holds('suite-remove', 'c', b'c')
    ring.put('suite-remove', 'b', b'again')
    ring.holds('suite-remove', 'b', b'again')


@case
def kinds_are_kept_apart(ring):
    ring.put('suite-one', 'a', b'one')
    ring.put('suite-two', 'a', b'two')
    ring.holds('suite-one', 'a', b'one')
    ring.remove('suite-two', 'a', b'removed\n')
    ring.holds('suite-one', 'a', b'one')
    need(ring.names('suite-two') == [], 'it is still listed')


@case
def any_name_will_do(ring):
    names = ['a b', 'ü', '--x', '--label', ' ', '"quoted\'', 'a/../b', '*',
             'x' * 200]
    for name in names:
        ring.put('suite-names', name, b'of ' + name.encode())
    for name in names:
        ring.holds('suite-names', name, b'of ' + name.encode())
    need(sorted(ring.names('suite-names')) == sorted(names),
         str(ring.names('suite-names')))
    for name in names:
        ring.remove('suite-names', name, b'removed\n')
    need(ring.list('suite-names') == [], 'something is left')


@case
def any_value_will_do(ring):
    values = {'nul': b'a\0b\0', 'all': bytes(range(256)), 'line': b'a\n',
              'utf-8': 'schlüssel 鍵'.encode(), 'not utf-8': b'\xff\xfe',
              'empty': b''}
    for name, value in values.items():
        ring.put('suite-values', name, value)
    for name, value in values.items():
        ring.holds('suite-values', name, value)


@case
def a_value_of_60000_bytes_is_kept(ring):
    value = bytes(i * 7 % 251 for i in range(60000))
    ring.put('suite-long', 'a', value)
    ring.holds('suite-long', 'a', value)


@case
def what_is_said_of_an_item_is_kept(ring):
    ring.put('suite-said', 'a', b'x', '--label', 'rolekey: an "Ü"',
             '--origin', 'the origin', '--expires', str(FUTURE))
    ring.put('suite-said', 'b', b'x', '--label', 'plain')
    found = ring.list('suite-said')
    need(found[0] == {'kind': 'suite-said', 'name': 'a',
                      'label': 'rolekey: an "Ü"', 'origin': 'the origin',
                      'expires': FUTURE}, str(found))
    need(found[1]['label'] == 'plain' and not found[1]['origin'] and
         found[1]['expires'] == NEVER, str(found))


@case
def what_is_said_of_an_item_is_replaced_with_it(ring):
    ring.put('suite-resaid', 'a', b'x', '--label', 'One', '--origin', 'one',
             '--expires', str(FUTURE))
    ring.put('suite-resaid', 'a', b'x', '--label', 'Two', '--origin', 'two',
             '--expires', str(FUTURE + 1))
    need(ring.list('suite-resaid') == [
        {'kind': 'suite-resaid', 'name': 'a', 'label': 'Two',
         'origin': 'two', 'expires': FUTURE + 1}],
         str(ring.list('suite-resaid')))


@case
def a_list_is_sorted_by_name(ring):
    names = ['b', 'ü', 'a', 'Z', 'ab', '10', '9', '-']
    for name in names:
        ring.put('suite-sorted', name, b'x')
    need(ring.names('suite-sorted') == sorted(names, key=str.encode),
         str(ring.names('suite-sorted')))


@case
def many_items_are_kept(ring):
    names = ['item %02d' % i for i in range(60)]
    for name in names:
        ring.put('suite-many', name, b'value of ' + name.encode())
    need(ring.names('suite-many') == names, str(ring.names('suite-many')))
    for name in names[::7]:
        ring.holds('suite-many', name, b'value of ' + name.encode())


@case
def sixteen_writers_at_once_lose_nothing(ring):
    names = ['writer %02d' % i for i in range(16)]
    writers = [ring.start('put', 'suite-writers', name) for name in names]
    for name, writer in zip(names, writers):
        # All wait for their value: so they write at about the same time.
        writer.stdin.write(b'value of ' + name.encode())
        writer.stdin.close()
    for name, writer in zip(names, writers):
        err = writer.stderr.read()
        status = writer.wait(timeout=60)
        writer.stdout.close()
        writer.stderr.close()
        if is_busy(err):  # the writer tries again
            ring.put('suite-writers', name, b'value of ' + name.encode())
        else:
            ring.check([name], status, err)
    need(ring.names('suite-writers') == names,
         str(ring.names('suite-writers')))
    for name in names:
        ring.holds('suite-writers', name, b'value of ' + name.encode())


# --- all of them -------------------------------------------------------------

def passes(ring, function):
    name = function.__name__
    try:
        function(ring)
    except Failed as why:
        print('FAILED %s: %s' % (name, why), flush=True)
        return False
    except Exception:
        print('FAILED %s: %s' % (name, traceback.format_exc()), flush=True)
        return False
    print('ok %s' % name, flush=True)
    return True


def main():
    if len(sys.argv) != 3:
        print('usage: keyring_suite.py BACKEND TOOL', file=sys.stderr)
        return 2
    ring = Keyring(*sys.argv[1:])
    passed = sum(passes(ring, function) for function in CASES)
    print('%d passed, %d failed' % (passed, len(CASES) - passed))
    return 0 if passed == len(CASES) else 1


if __name__ == '__main__':
    sys.exit(main())
