#!/usr/bin/python3 -B
"""cmake --install: what it puts where, and that it works from there."""

import os
import re
import shutil

from harness import BUILD, check, check_quiet, need, run_cases, same


def install(box, *more, env=None):
    check(box.run('cmake', '--install', BUILD, *more, env=env, timeout=120))


def below(folder):
    return sorted(os.path.relpath(os.path.join(top, name), folder)
                  for top, _, names in os.walk(folder) for name in names)


def case_the_main_job_from_where_it_was_installed(box):
    prefix = os.path.join(box.top, 'opt')
    install(box, '--prefix', prefix)
    files = below(prefix)
    need({'bin/rolekey', 'libexec/rolekey/rolekey-full'} <= set(files), files)
    for name, shell in (('bash-completion/completions/rolekey', 'bash'),
                        ('zsh/site-functions/_rolekey', 'zsh'),
                        ('fish/vendor_completions.d/rolekey.fish', 'fish')):
        with open(os.path.join(prefix, 'share', name),
                  encoding='utf-8') as file:
            same(file.read(), check_quiet(box.rolekey('completion', shell))
                 .stdout, name)
    same([name for name in files if not name.startswith('share/')],
         ['bin/rolekey', 'libexec/rolekey/rolekey-full'], 'files')
    program = os.path.join(prefix, 'bin', 'rolekey')
    check(box.run(program, 'add', 'custodian', '--env', '--no-verify',
                  env=box.key_environment()))
    check(box.run(program, 'export', 'testing', '-t', box.code()))
    # Cold and warm by a name that is found in PATH, and by a link elsewhere.
    link = os.path.join(box.home, 'link')
    os.symlink(program, link)
    path = {'PATH': os.path.dirname(program) + ':/usr/bin:/bin'}
    for argv in (['rolekey'], [link]):
        check_quiet(box.run(*argv, 'exec', 'testing', 'true', env=path))
        check_quiet(box.run(*argv, 'list', env=path))


def case_a_tree_that_was_moved_still_works(box):
    install(box, '--prefix', os.path.join(box.top, 'first'))
    moved = os.path.join(box.home, 'a place with blanks')
    shutil.move(os.path.join(box.top, 'first'), moved)
    check_quiet(box.run(os.path.join(moved, 'bin', 'rolekey'), 'list'))


def case_a_tree_put_together_for_a_package(box):
    stage = os.path.join(box.top, 'stage')
    install(box, '--prefix', '/usr', env={'DESTDIR': stage})
    files = below(stage)
    need({'usr/bin/rolekey', 'usr/libexec/rolekey/rolekey-full'} <= set(files),
         files)
    done = check_quiet(box.run(os.path.join(stage, 'usr/bin/rolekey'),
                               '--version'))
    need(re.fullmatch(r'rolekey \d+\.\d+\.\d+\n', done.stdout), str(done))


if __name__ == '__main__':
    run_cases(globals())
