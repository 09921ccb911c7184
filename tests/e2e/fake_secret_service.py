#!/usr/bin/python3
"""A Secret Service that misbehaves on demand; for tests alone.

Usage: fake_secret_service.py MODE LOG, on the session bus.  Its collection is
locked and holds one item, key/present, whose secret is "fake secret".  MODE:
  dismiss   a prompt is dismissed as soon as it is shown
  hang      a prompt is shown and nobody ever answers
  unlock    a prompt is answered with yes
  no-alias  there is no default collection
  vanish    nothing is locked; what the first search finds is gone by then
  die       it dies of the first question
  late      nothing is locked; a connection's first ReadAlias finds none
  picky     nothing is locked; it takes no first session
  forgetful nothing is locked; the first session is unknown to it
  refuse    nothing is locked; the prompt for a new item is dismissed
Each call is a line in LOG.  Nothing is kept: a new item is only said to be
there.  As in GNOME Keyring under load, nobody answers for aliases/default.
"""

import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

ROOT = '/org/freedesktop/secrets'
COLLECTION = ROOT + '/collection/fake'
ITEM = COLLECTION + '/1'
SESSION = ROOT + '/session/1'
PROMPT = ROOT + '/prompt/1'
SECRET = 'org.freedesktop.Secret.'
PROPERTIES = 'org.freedesktop.DBus.Properties'
ATTRIBUTES = {'rolekey': '1', 'kind': 'key', 'name': 'present'}


class State:
    def __init__(self, mode, log):
        self.mode = mode
        self.log = log
        self.locked = mode not in ('vanish', 'late', 'refuse', 'picky',
                                    'forgetful')
        self.searches = 0
        self.sessions = 0
        self.made = None  # the attributes of a new item
        self.known = set()  # the connections that asked for an alias

    def matches(self, attributes):
        return any(all(there.get(k) == v for k, v in attributes.items())
                   for there in (ATTRIBUTES, self.made or {}))

    def finds_alias(self, sender):
        first = sender not in self.known
        self.known.add(sender)
        return self.mode != 'no-alias' and not (self.mode == 'late' and first)

    def called(self, name):
        with open(self.log, 'a', encoding='utf-8') as log:
            log.write(name + '\n')


class NotSupported(dbus.DBusException):
    _dbus_error_name = 'org.freedesktop.DBus.Error.NotSupported'


class InvalidArgs(dbus.DBusException):
    _dbus_error_name = 'org.freedesktop.DBus.Error.InvalidArgs'


class NoSession(dbus.DBusException):
    _dbus_error_name = 'org.freedesktop.DBus.Error.UnknownObject'


class Thing(dbus.service.Object):
    """An object with properties."""

    def __init__(self, bus, path, state):
        super().__init__(bus, path)
        self.state = state

    def properties(self):
        return {}

    @dbus.service.method(PROPERTIES, in_signature='ss', out_signature='v')
    def Get(self, _interface, name):
        return self.properties()[name]

    @dbus.service.method(PROPERTIES, in_signature='s', out_signature='a{sv}')
    def GetAll(self, _interface):
        return self.properties()


class Service(Thing):
    prompt = None

    def properties(self):
        return {'Collections': dbus.Array([dbus.ObjectPath(COLLECTION)],
                                          signature='o')}

    @dbus.service.method(SECRET + 'Service', in_signature='s',
                         out_signature='o', sender_keyword='sender')
    def ReadAlias(self, _name, sender):
        self.state.called('ReadAlias')
        if self.state.mode == 'die':
            os._exit(1)
        return COLLECTION if self.state.finds_alias(sender) else '/'

    @dbus.service.method(SECRET + 'Service', in_signature='a{sv}s',
                         out_signature='oo')
    def CreateCollection(self, _properties, _alias):
        self.state.called('CreateCollection')
        return '/', PROMPT

    @dbus.service.method(SECRET + 'Service', in_signature='sv',
                         out_signature='vo')
    def OpenSession(self, algorithm, _input):
        self.state.called('OpenSession ' + algorithm)
        if algorithm != 'plain':
            raise NotSupported('only plain')
        self.state.sessions += 1
        if self.state.mode == 'picky' and self.state.sessions == 1:
            raise InvalidArgs('Client public key size is invalid')
        return dbus.String('', variant_level=1), SESSION

    @dbus.service.method(SECRET + 'Service', in_signature='a{ss}',
                         out_signature='aoao')
    def SearchItems(self, attributes):
        self.state.called('SearchItems')
        match = self.state.matches(attributes)
        self.state.searches += 1
        gone = self.state.mode == 'vanish' and self.state.searches == 1
        item = COLLECTION + '/gone' if gone else ITEM
        found = dbus.Array([item] if match else [], signature='o')
        none = dbus.Array([], signature='o')
        return (none, found) if self.state.locked else (found, none)

    @dbus.service.method(SECRET + 'Service', in_signature='ao',
                         out_signature='aoo')
    def Unlock(self, _objects):
        self.state.called('Unlock')
        return dbus.Array([], signature='o'), PROMPT


class Collection(Thing):
    def properties(self):
        return {'Locked': dbus.Boolean(self.state.locked),
                'Label': 'Fake',
                'Items': dbus.Array([dbus.ObjectPath(ITEM)], signature='o'),
                'Created': dbus.UInt64(1), 'Modified': dbus.UInt64(1)}

    @dbus.service.method(SECRET + 'Collection',
                         in_signature='a{sv}(oayays)b', out_signature='oo')
    def CreateItem(self, properties, _secret, _replace):
        self.state.called('CreateItem')
        if self.state.mode == 'refuse':
            return '/', PROMPT
        self.state.made = properties[SECRET + 'Item.Attributes']
        return ITEM, '/'


class Item(Thing):
    def properties(self):
        return {'Locked': dbus.Boolean(self.state.locked),
                'Label': 'Fake item',
                'Attributes': dbus.Dictionary(ATTRIBUTES, signature='ss'),
                'Created': dbus.UInt64(1), 'Modified': dbus.UInt64(1)}

    @dbus.service.method(SECRET + 'Item', in_signature='o',
                         out_signature='(oayays)')
    def GetSecret(self, session):
        self.state.called('GetSecret')
        if self.state.mode == 'forgetful' and self.state.sessions == 1:
            raise NoSession("Can't find session")
        return dbus.Struct((session, dbus.ByteArray(b''),
                            dbus.ByteArray(b'fake secret'), 'text/plain'),
                           signature='oayays')


class Prompt(Thing):
    @dbus.service.method(SECRET + 'Prompt', in_signature='s',
                         out_signature='')
    def Prompt(self, _window):
        self.state.called('Prompt')
        if self.state.mode != 'hang':
            GLib.idle_add(self.answer)

    @dbus.service.method(SECRET + 'Prompt', in_signature='',
                         out_signature='')
    def Dismiss(self):
        self.state.called('Dismiss')

    @dbus.service.signal(SECRET + 'Prompt', signature='bv')
    def Completed(self, dismissed, result):
        pass

    def answer(self):
        dismissed = self.state.mode in ('dismiss', 'refuse')
        if self.state.mode == 'refuse':
            result = dbus.ObjectPath('/', variant_level=1)
        else:
            result = dbus.Array([] if dismissed else [COLLECTION],
                                signature='o', variant_level=1)
            self.state.locked = dismissed
        self.Completed(dismissed, result)
        return False


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    state = State(sys.argv[1], sys.argv[2])
    things = [Service(bus, ROOT, state), Collection(bus, COLLECTION, state),
              Item(bus, ITEM, state), Prompt(bus, PROMPT, state)]
    name = dbus.service.BusName('org.freedesktop.secrets', bus)
    GLib.MainLoop().run()
    del things, name


if __name__ == '__main__':
    main()
