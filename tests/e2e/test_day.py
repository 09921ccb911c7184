#!/usr/bin/python3 -B
"""One code a day: ten roles, many processes, some of which are killed."""

import json
import os
import random
import signal
import subprocess
import time

import messages
from harness import (BIN, CONFIG, CUSTODIAN, Sandbox, check, code_now,
                     need, run_cases, same)
from peers import who_has_json
from world import DEFAULT

ROLES = ['Role%d' % number for number in range(10)]


def world():
    """The usual one, and ten roles that want MFA."""
    return dict(DEFAULT, roles=DEFAULT['roles'] + [
        {'arn': 'arn:aws:iam::222233334444:role/' + name, 'max_session': 43200,
         'trust': {'principals': [CUSTODIAN], 'mfa': True,
                   'external_id': None}} for name in ROLES])


def config():
    return CONFIG + ''.join(
        '\n[profile %s]\nrole_arn = arn:aws:iam::222233334444:role/%s\n'
        'source_profile = custodian\n' % (name, name) for name in ROLES)


def day(case):
    """A sandbox with ten roles instead of the usual one."""
    def run(_box):
        with Sandbox(world()) as box:
            box.write_config(config())
            check(box.add())
            box.aws.mark()
            case(box)
    return run


def fifty_execs(box):
    terminal = box.pty('exec', ROLES[0], '--', 'true')
    terminal.expect('MFA code for')
    terminal.answer(code_now())
    check(terminal.finish())
    for number in range(1, 50):
        check(box.rolekey('exec', ROLES[number % 10], '--', 'true'))
    actions = box.actions()
    same(actions.count('GetSessionToken'), 1, 'codes')
    same(actions.count('AssumeRole'), 10, 'roles')
    same(len(actions), 11, 'calls')


case_fifty_execs_over_ten_roles_cost_one_code = day(fifty_execs)


def start(box, profile):
    return subprocess.Popen(
        [BIN, 'credential-process', profile], env=box.env, cwd=box.home,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True)


def is_of_role(box, profile, text):
    same(who_has_json(box, json.loads(text)), 'arn:aws:sts::222233334444:'
         'assumed-role/%s/alex' % profile, 'whose credentials')


def a_hundred_at_once(box):
    """One prompt, one GetSessionToken, one AssumeRole a role."""
    asking = box.pty('exec', ROLES[0], '--', 'true')
    asking.expect('MFA code for')
    waiting = [(ROLES[number % 10], start(box, ROLES[number % 10]))
               for number in range(100)]
    time.sleep(2)
    asking.answer(code_now())
    check(asking.finish(timeout=120))
    keys = {}
    for profile, process in waiting:
        out, err = process.communicate(timeout=120)
        same(process.returncode, 0, err.decode())
        keys.setdefault(profile, set()).add(json.loads(out)['AccessKeyId'])
        is_of_role(box, profile, out)
    same({profile: len(ids) for profile, ids in keys.items()},
         {profile: 1 for profile in ROLES}, 'keys of each role')
    actions = box.actions()
    same(actions.count('GetSessionToken'), 1, 'codes')
    same(actions.count('AssumeRole'), 10, 'roles')


case_a_hundred_at_once_ask_once = day(a_hundred_at_once)


def race(box):
    """The holder of the lock is killed at a random moment: another process
    takes the lock, and the others get the right credentials."""
    rounds = int(os.environ.get('ROLEKEY_RACE_ROUNDS', '8'))
    seed = int(os.environ.get('ROLEKEY_RACE_SEED', '1'))
    dice = random.Random(seed)
    for number in range(rounds):
        check(box.rolekey('clear'))
        box.forget_codes()
        box.aws.mark()
        one_race(box, dice, 'round %d of seed %d' % (number, seed))


def one_race(box, dice, name):
    left = 30 - time.time() % 30
    if left < 8:  # a code of one step, sent again in the next, is refused
        time.sleep(left + 0.1)
    code = code_now()
    profiles = [dice.choice(ROLES) for _ in range(12)]
    running = [(profile, subprocess.Popen(
        [BIN, 'credential-process', '-t', code, profile], env=box.env,
        cwd=box.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True))
        for profile in profiles]
    victims = dice.sample(range(12), 4)
    for victim in victims:
        time.sleep(dice.random() * 0.08)
        running[victim][1].send_signal(signal.SIGKILL)
    for number, (profile, process) in enumerate(running):
        out, err = process.communicate(timeout=120)
        if process.returncode == 0:
            is_of_role(box, profile, out)
        elif number not in victims:
            # A killed process may have used the only code.
            same((name, process.returncode), (name, 4), err.decode())
            said = messages.read_line(err.decode().split('; hint: ')[0])
            same((name, said and said.reason), (name, 'code-used-before'),
                 err.decode())
    need(box.actions().count('GetSessionToken') <= 1,
         '%s: a code was sent twice' % name)
    for call in box.aws.calls():
        if call['action'] == 'AssumeRole' and call['verdict'] != 'ok':
            need(False, '%s: %r' % (name, call))


case_killed_holders_leave_no_harm = day(race)


if __name__ == '__main__':
    run_cases(globals())
