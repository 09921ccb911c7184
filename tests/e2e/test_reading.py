#!/usr/bin/python3 -B
"""Lines of rolekey, read back as facts, which the scenarios compare."""

import os
import re

import messages
from harness import ROOT, Failed, Result, need, noticed, refused, run_cases, same

GOLDEN = os.path.join(ROOT, 'tests', 'unit', 'message', 'messages.txt')


def wordings():
    """Each reason with its sentence, all facts in it."""
    with open(GOLDEN, encoding='utf-8') as file:
        return re.findall(r'^([a-z0-9-]+) \(\d+\)\n  (.*)$', file.read(), re.M)


def case_every_sentence_is_read_as_its_reason(box):
    same(sorted(reason for reason, _ in wordings()),
         sorted(messages.table()[0]), 'reasons')
    for reason, text in wordings():
        if re.fullmatch(r'\{\w+\}', messages.table()[0][reason]['message']):
            continue  # debug, and a context that is a name
        said = messages.read(text)
        need(said and said.reason == reason, '%s: %r is read as %r' % (
            reason, text, said))


def result(stderr, status=3):
    return Result(['rolekey', 'export', 'nowhere'], status, '', stderr, 0)


NOWHERE = 'rolekey: export nowhere: no profile "nowhere"\nhint: %s\n' % (
    messages.table()[0]['no-such-profile']['hint'])


def case_a_refusal_is_its_reason_and_its_facts(box):
    refused(result(NOWHERE), 3, reason='no-such-profile', profile='nowhere')
    for text, reason, facts in (
            (NOWHERE, 'bad-url', {}),
            (NOWHERE, 'no-such-profile', {'profile': 'else'}),
            (NOWHERE, 'no-such-profile', {'path': 'x'}),
            (NOWHERE.replace('lists', 'shows'), 'no-such-profile', {}),
            (NOWHERE.partition('hint')[0], 'no-such-profile', {}),
            ('rolekey: export nowhere: what is this\n', 'bad-url', {}),
            (NOWHERE.replace('rolekey:', 'rolekey: x\nrolekey:'),
             'no-such-profile', {})):
        try:
            refused(result(text), 3, reason=reason, **facts)
        except Failed:
            continue
        raise Failed('%r passes for %s %s' % (text, reason, facts))


def case_json_is_read_as_well(box):
    text = ('{"error":{"reason":"no-such-profile","message":"m","command":"x",'
            '"status":3,"profile":"nowhere","line":7}}\n')
    refused(result(text), 3, reason='no-such-profile', profile='nowhere',
            line=7)


def case_a_notice_is_found_among_others(box):
    text = ('rolekey: warning: /f:3: no profile "one"\nrolekey: out of memory\n')
    noticed(result(text), 'no-such-profile', profile='one', path='/f', line=3)
    noticed(result(text), 'out-of-memory')
    try:
        noticed(result(text), 'no-such-profile', profile='two')
    except Failed:
        return
    raise Failed('found a notice that is not there')


if __name__ == '__main__':
    run_cases(globals())
