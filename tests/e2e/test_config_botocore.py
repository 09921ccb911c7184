#!/usr/bin/python3 -B
"""`config dump` against botocore, over files that both must read alike.

Usage: test_config_botocore.py [COUNT [FIRST]]

COUNT pairs of random files (config_maker.py) are read by botocore's own
configloader and by `config dump`, and what they say is compared.  File number
N is the same in every run.  Most go through tests/tools/config_tool.c, which
calls the command's own function; every hundredth goes through the program.
"""

import itertools
import json
import os
import shlex
import subprocess
import sys
import tempfile

if not sys.flags.utf8_mode:  # as botocore opens files: by the locale
    os.execv(sys.executable, [sys.executable, '-B', '-X', 'utf8'] + sys.argv)

from botocore.configloader import load_config, raw_config_parse  # noqa: E402
from botocore.exceptions import ConfigNotFound, ConfigParseError  # noqa: E402

from config_maker import Maker  # noqa: E402

BUILD = os.environ.get('ROLEKEY_BUILD', 'build/dev')
BIN = os.environ.get('ROLEKEY_BIN') or os.path.join(BUILD, 'tree/bin/rolekey')
TOOL = os.path.join(BUILD, 'tests', 'config_tool')
COUNT = 20000
BATCH = 200
EACH = 100  # of so many one goes through the program


def services_of(view):
    """[services NAME], which older versions leave among other sections."""
    if 'services' in view:
        return view['services']
    headers = {name: shlex.split(name) for name in view
               if name.startswith('services')}
    return {words[1]: view[name] for name, words in headers.items()
            if len(words) == 2}


def by_botocore(config, credentials):
    """The merged view, as botocore.session makes its full_config; or None."""
    try:
        view = load_config(config)
    except ConfigNotFound:
        view = {'profiles': {}, 'sso_sessions': {}}
    except ConfigParseError:
        return None
    try:
        for name, values in raw_config_parse(credentials).items():
            view['profiles'].setdefault(name, {}).update(values)
    except ConfigNotFound:
        pass
    except ConfigParseError:
        return None
    return {'profiles': view['profiles'],
            'sso_sessions': view['sso_sessions'],
            'services': services_of(view)}


def by_program(config, credentials, home):
    """The line of the tool, from the program itself."""
    done = subprocess.run(
        [BIN, 'config', 'dump'], check=False, capture_output=True, text=True,
        env={'HOME': home, 'AWS_CONFIG_FILE': config,
             'AWS_SHARED_CREDENTIALS_FILE': credentials})
    if done.returncode == 0 and not done.stderr:
        return 'ok ' + done.stdout
    mine = 'rolekey: config dump: '
    if done.stdout or not done.stderr.startswith(mine):
        return 'nothing to be understood: %r' % done
    return 'error %d: %s' % (done.returncode,
                             done.stderr[len(mine):].split('\n')[0])


def once(pairs):
    """An object, none of whose keys is there twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError('a key twice in %r' % pairs)
    return found


def differs(maker, paths, said):
    """Why the pair of files is read differently; None if it is not."""
    expected = by_botocore(*paths)
    if maker.bad:
        which, line = maker.bad
        start = 'error 3: %s:%d: ' % (paths[which], line)
        if expected is not None:
            return 'botocore reads what is meant to be wrong'
        return None if said.startswith(start) else 'expected ' + start
    if expected is None:
        return 'botocore refuses what is meant to be right'
    if not said.startswith('ok '):
        return 'botocore reads it'
    if json.loads(said[3:], object_pairs_hook=once) != expected:
        return 'botocore says %s' % json.dumps(expected, ensure_ascii=False)
    return None


def write(folder, number, maker):
    paths = []
    for name, data in zip(('config', 'credentials'), maker.texts):
        path = os.path.join(folder, '%s%d' % (name, number % BATCH))
        if data is None:
            path += '.none'
        else:
            with open(path, 'wb') as file:
                file.write(data)
        paths.append(path)
    return paths


def show(number, maker, said, why):
    print('FAILED file %d: %s' % (number, why))
    for name, data in zip(('config', 'credentials'), maker.texts):
        print('--- %s\n%s' % (name, (data or b'').decode(errors='replace')))
    print('--- rolekey says\n%s' % said)


def batches(first, count):
    numbers = iter(range(first, first + count))
    return iter(lambda: list(itertools.islice(numbers, BATCH)), [])


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    seen = {'read': 0, 'refused': 0, 'nested': 0, 'program': 0}
    wrong = 0
    if not os.access(TOOL, os.X_OK) or not os.access(BIN, os.X_OK):
        print('skipped: there is no ' + TOOL)
        return 77
    with tempfile.TemporaryDirectory(prefix='rolekey-config.') as folder, \
            subprocess.Popen([TOOL], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True) as tool:
        for numbers in batches(first, count):
            pairs = [(number, Maker(number)) for number in numbers]
            pairs = [(number, maker, write(folder, number, maker))
                     for number, maker in pairs]
            for number, maker, paths in pairs:
                tool.stdin.write('%s\t%s\n' % tuple(paths))
            tool.stdin.flush()
            for number, maker, paths in pairs:
                said = tool.stdout.readline()
                why = differs(maker, paths, said)
                if not why and number % EACH == 0:
                    seen['program'] += 1
                    if by_program(*paths, folder).strip() != said.strip():
                        why = 'the program says %r' % by_program(*paths,
                                                                 folder)
                if why:
                    wrong += 1
                    show(number, maker, said, why)
                seen['refused' if maker.bad else 'read'] += 1
                seen['nested'] += maker.nested > 0
            if wrong > 5:
                break
        tool.stdin.close()
        tool.stdout.close()  # it does not wait for who has seen enough
    print('%d files read alike, %d refused alike, %d with sub-properties, '
          '%d through the program; %d differ' % (
              seen['read'], seen['refused'], seen['nested'], seen['program'],
              wrong))
    # A test without cases has not passed.
    few = min(seen.values()) < count // (2 * EACH)
    return 1 if wrong or few or tool.returncode != 0 else 0


sys.exit(main())
