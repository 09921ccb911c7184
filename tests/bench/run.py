#!/usr/bin/python3 -B
"""What a cached call costs, as ratios to what stands beside it in one run.

Usage: tests/bench/run.py [BUILD]    a release build; hyperfine and valgrind
"""

import json
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1
                        else os.path.join(TOP, 'build', 'release'))
os.environ['ROLEKEY_BIN'] = os.path.join(BUILD, 'tree', 'bin', 'rolekey')
sys.path.insert(0, os.path.join(TOP, 'tests', 'e2e'))

from harness import BIN, Sandbox, gnome_keyring  # noqa: E402


def times(box, commands):
    """Median seconds of each command, run in turn by one hyperfine."""
    out = os.path.join(box.top, 'times.json')
    done = box.run('hyperfine', '-N', '--warmup', '10', '--runs', '200',
                   '--export-json', out, *commands)
    if done.status != 0:
        sys.exit('hyperfine: ' + done.stderr)
    with open(out, encoding='utf-8') as file:
        return [result['median'] for result in json.load(file)['results']]


def instructions(box, *argv):
    """Millions of instructions, counted by callgrind."""
    done = box.run('valgrind', '--tool=callgrind',
                   '--callgrind-out-file=/dev/null', *argv)
    counted = re.search(r'Collected : (\d+)', done.stderr)
    return int(counted.group(1)) / 1e6 if counted else float('nan')


def peak(box, *argv):
    """Peak resident memory in MiB."""
    done = box.run('/usr/bin/time', '-f', '%M', *argv)
    return int(done.stderr.split()[-1]) / 1024


def file_keyring():
    with Sandbox() as box:
        box.warm('testing')
        call = BIN + ' credential-process testing'
        true, process, run = times(box, ['/bin/true', call,
                                         BIN + ' exec testing -- /bin/true'])
        print(f'file keyring, unlocked: /bin/true {true * 1e3:.2f} ms, '
              f'credential-process {process / true:.2f} of it, '
              f'exec of /bin/true {run / true:.2f} of it')
        print(f'instructions: {instructions(box, *call.split()):.2f} M, peak '
              f'memory {peak(box, *call.split()):.1f} MiB')
        few = process
        config = box.read_config()
        box.write_config(config + ''.join(
            f'[profile p{i}]\nrole_arn = arn:aws:iam::222233334444:role/R{i}\n'
            f'source_profile = custodian\nregion = eu-west-1\n'
            for i in range(10000)))
        many, = times(box, [call])
        print(f'10,000 profiles more: {(many - few) * 1e3:.2f} ms more, peak '
              f'memory {peak(box, *call.split()):.1f} MiB')


def secret_service():
    with Sandbox() as box, gnome_keyring(box):
        box.warm('testing')
        listed = json.loads(box.rolekey('list', '--json').stdout)
        name = [session['name'] for row in listed['profiles']
                if row['profile'] == 'testing'
                for session in row['sessions']][-1]
        tool, process = times(box, [
            f'secret-tool lookup kind session name {name}',
            BIN + ' credential-process testing'])
        print(f'Secret Service: secret-tool lookup {tool * 1e3:.2f} ms, '
              f'credential-process {process / tool:.2f} of it')


file_keyring()
secret_service()
