#!/usr/bin/python3 -B
"""The package for Debian: what is in it, and that it works from there.

Made by cpack of a release build, which must be the one of ROLEKEY_BUILD.
"""

import glob
import gzip
import hashlib
import os
import re
import shutil
import subprocess

import verdict
from harness import (BUILD, HERE, PYTHON, ROOT, Skipped, check, check_quiet,
                     need, run_cases, same)

EXECUTABLES = ('usr/bin/rolekey', 'usr/libexec/rolekey/rolekey-full')
MODULES = ('usr/libexec/rolekey/rolekey-keyrings.so',
           'usr/libexec/rolekey/rolekey-net.so',
           'usr/libexec/rolekey/rolekey-picker.so',
           'usr/libexec/rolekey/rolekey-web.so')
DOC = 'usr/share/doc/rolekey/'
OVERRIDES = 'usr/share/lintian/overrides/rolekey'
SOURCES = ('CMakeLists.txt', 'CMakePresets.json', 'LICENSE', 'README.md',
           'include', 'man', 'src')
MAIN_JOB = ('add_asks_on_the_terminal_and_finds_the_device',
            'one_role_for_long_goes_straight_from_the_key',
            'remove_takes_the_key_and_what_came_of_it')


def pack(box, build, out, umask=0o022, **more):
    """The path of the package that cpack makes of a build folder."""
    check(box.run('cpack', '--config',
                  os.path.join(build, 'CPackConfig.cmake'), '-B', out,
                  timeout=120, umask=umask, **more))
    debs = glob.glob(os.path.join(out, '*.deb'))
    same(len(debs), 1, 'packages')
    return debs[0]


def packed(box, **more):
    return pack(box, BUILD, os.path.join(box.top, 'deb'), **more)


def unpacked(box, deb=None):
    tree = os.path.join(box.top, 'tree')
    check(box.run('dpkg-deb', '-x', deb or packed(box), tree))
    return tree


def packages(text):
    """The names in a field of packages, without their versions."""
    return [re.sub(r' \(.*', '', name) for name in text.split(', ')]


def linked_with(program):
    """The packages of the libraries that an executable is linked with."""
    text = subprocess.run(['readelf', '-d', program], check=True,
                          capture_output=True, text=True).stdout
    listed = subprocess.run(['ldconfig', '-p'], check=True, text=True,
                            capture_output=True,
                            env={'PATH': '/usr/sbin:/sbin'}).stdout
    found = set()
    for name in re.findall(r'NEEDED.*\[(.*)\]', text):
        path = re.search(r'^\s*%s .*=> (.*)' % re.escape(name), listed,
                         re.M).group(1)
        found.add(owner(os.path.realpath(path)) or owner(path))
    return found


def owner(path):
    for name in (path, path.replace('/lib/', '/usr/lib/', 1)):
        done = subprocess.run(['dpkg', '-S', name], check=False, text=True,
                              capture_output=True)
        if done.returncode == 0:
            return done.stdout.split(':')[0]
    return None


# -- what is in it -----------------------------------------------------------

def case_what_it_says_of_itself(box):
    deb = packed(box)
    fields = dict(re.findall(
        r'^([A-Z][A-Za-z-]+): (.*)', check(box.run('dpkg-deb', '-f', deb))
        .stdout, re.M))
    version = check(box.rolekey('--version')).stdout.split()[1]
    arch = check(box.run('dpkg', '--print-architecture')).stdout.strip()
    same(os.path.basename(deb), 'rolekey_%s_%s.deb' % (version, arch), 'name')
    for name, expected in {
            'Package': 'rolekey', 'Version': version, 'Architecture': arch,
            'Section': 'admin', 'Priority': 'optional',
            'Recommends': 'ca-certificates',
            'Description': 'AWS role-switching credential helper'}.items():
        same(fields[name], expected, name)
    same(check(box.run('dpkg-parsechangelog', '-S', 'Version', '-l',
                       os.path.join(ROOT, 'src', 'package', 'changelog'))).stdout,
         version + '\n', 'version of the changelog')
    linked = set.union(*(linked_with(os.path.join(unpacked(box), name))
                         for name in EXECUTABLES + MODULES))
    same(set(packages(fields['Depends'])),
         linked, 'Depends')


def case_what_it_brings_whatever_the_umask(box):
    deb = packed(box, umask=0o077)
    tree = unpacked(box, deb)
    listing = check(box.run('dpkg-deb', '-c', deb)).stdout
    for line in listing.splitlines():
        mode, owners = line.split()[:2]
        name = line.split()[5].replace('./', '', 1)
        expected = '-rw-r--r--'
        if name.endswith('/'):
            expected = 'drwxr-xr-x'
        elif name in EXECUTABLES:
            expected = '-rwx--x--x'
        same((mode, owners), (expected, 'root/root'), name)
    control = os.path.join(box.top, 'control')
    check(box.run('dpkg-deb', '-e', deb, control))
    same(sorted(os.listdir(control)), ['control', 'md5sums'],
         'no script runs, and no file of /etc is left behind')
    check_quiet(box.run('md5sum', '-c', '--quiet',
                        os.path.join(control, 'md5sums'), cwd=tree))
    for page in glob.glob(os.path.join(ROOT, 'man', '*.[1-9]')):
        same_text(os.path.join(tree, 'usr/share/man/man' + page[-1],
                               os.path.basename(page) + '.gz'), page)
    same_text(os.path.join(tree, DOC, 'changelog.gz'),
              os.path.join(ROOT, 'src', 'package', 'changelog'))
    need(os.path.exists(os.path.join(tree, DOC, 'copyright')), listing)
    for name in EXECUTABLES:
        check(box.run('file', os.path.join(tree, name)),
              stdout=r'pie executable.*, stripped')


def same_text(packed_name, name):
    with open(packed_name, 'rb') as file:
        data = file.read()
    same(data[4:8], b'\0\0\0\0', 'the time in ' + packed_name)
    with open(name, 'rb') as file:
        same(gzip.decompress(data), file.read(), packed_name)


def case_it_brings_what_cmake_installs(box):
    stage = os.path.join(box.top, 'stage')
    manifest = os.path.join(BUILD, 'install_manifest.txt')
    check(box.run('cmake', '--install', BUILD, '--prefix', '/opt',
                  env={'DESTDIR': stage}, timeout=120))
    with open(manifest, encoding='utf-8') as file:
        installed = file.read()
    same(sorted(re.sub(r'\.gz$', '', name) for name in below(unpacked(box))),
         sorted([in_package(name) for name in below(stage)] +
                [DOC + 'changelog', DOC + 'copyright', OVERRIDES]),
         'files')
    with open(manifest, encoding='utf-8') as file:
        same(file.read(), installed, 'what cmake --install wrote down')


def in_package(name):
    """Where the package has what is installed below opt."""
    return name.replace('opt/', 'usr/', 1).replace(
        '/site-functions/', '/vendor-completions/')


def below(folder):
    return [os.path.relpath(os.path.join(top, name), folder)
            for top, _, names in os.walk(folder) for name in names]


def case_the_shells_look_where_completions_are(box):
    tree = unpacked(box)
    for name in ('usr/share/bash-completion/completions/rolekey',
                 'usr/share/fish/vendor_completions.d/rolekey.fish',
                 'usr/share/zsh/vendor-completions/_rolekey'):
        need(os.path.exists(os.path.join(tree, name)), name)
    for argv, folder in (
            (['zsh', '-fc', 'print -l $fpath'],
             '/usr/share/zsh/vendor-completions'),
            (['fish', '-c',
              'printf "%s\\n" $fish_complete_path'],
             '/usr/share/fish/vendor_completions.d')):
        if not shutil.which(argv[0]):
            raise Skipped('no ' + argv[0])
        check(box.run(*argv), stdout='^%s/?$' % re.escape(folder))


def case_lintian_finds_nothing(box):
    if not shutil.which('lintian'):
        raise Skipped('no lintian')
    done = check(box.run('lintian', '--fail-on', 'error,warning',
                         packed(box), timeout=300))
    same(done.stdout, '', 'what lintian says')


# -- it works ----------------------------------------------------------------

def case_the_main_job_from_what_was_unpacked(box):
    program = os.path.join(unpacked(box), EXECUTABLES[0])
    check(box.run(PYTHON, '-B', os.path.join(HERE, 'test_main_job.py'),
                  *MAIN_JOB, env={'ROLEKEY_BIN': program,
                                  'ROLEKEY_BUILD': BUILD}, timeout=600),
          stdout='^%d passed, 0 failed$' % len(MAIN_JOB))


# -- the same bytes ----------------------------------------------------------

def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def configured(name):
    """The settings of the build folder, so that the other is built alike."""
    with open(os.path.join(BUILD, 'CMakeCache.txt'), encoding='utf-8') as file:
        return re.search(r'^%s:\w+=(.*)' % name, file.read(), re.M).group(1)


def elsewhere(box):
    """The two executables, built of a copy of the sources."""
    copy = os.path.join(box.top, 'another place', 'of the sources')
    for name in SOURCES:
        path = os.path.join(ROOT, name)
        os.makedirs(copy, exist_ok=True)
        (shutil.copytree if os.path.isdir(path) else shutil.copy)(
            path, os.path.join(copy, name))
    build = os.path.join(copy, 'out')
    options = ['-D%s=%s' % (name, configured(name)) for name in (
        'CMAKE_BUILD_TYPE', 'CMAKE_C_COMPILER', 'CMAKE_C_FLAGS',
        'ROLEKEY_STATIC_QUICK')]
    check(box.run('cmake', '-S', copy, '-B', build, '-G', 'Ninja',
                  '-DBUILD_TESTING=OFF', *options, timeout=120))
    check(box.run('cmake', '--build', build, '--target', 'rolekey',
                  'completions', timeout=1000))
    return build


def case_the_same_bytes_from_any_folder_at_any_time(box):
    build = elsewhere(box)
    for name in EXECUTABLES + MODULES:
        program = os.path.join('tree', name.replace('usr/', '', 1))
        same(digest(os.path.join(build, program)),
             digest(os.path.join(BUILD, program)), name)
    other = os.path.join(box.top, 'other')
    same(digest(pack(box, build, other)), digest(packed(box)), 'package')
    check(box.run('dpkg-deb', '-c', packed(
        box, env={'SOURCE_DATE_EPOCH': '86400'})),
        stdout='1970-01-0[123]', without='20[0-9][0-9]-')


if __name__ == '__main__':
    if not configured('CMAKE_BUILD_TYPE').startswith('Rel'):
        verdict.end_skipped(BUILD + ' is no release build')
    run_cases(globals())
