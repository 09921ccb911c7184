#!/usr/bin/python3 -B
"""Whom rolekey believes to be AWS, and where the certificates come from."""

import glob
import os
import re
import subprocess

from harness import (BIN, CONFIG, SECRET, Skipped, check, failed, need,
                     run_cases, same)
from quick import trace
from tls import calls_of, https

FOLDER = '/etc/ssl/certs'
BUNDLE = FOLDER + '/ca-certificates.crt'
BOTH = ['GetCallerIdentity', 'ListMFADevices']
ADD = ('add', 'custodian', '--env')


def environment(box, aws, **more):
    return dict(box.key_environment(), AWS_ENDPOINT_URL=aws.url, **more)


def refused(box, aws, **more):
    done = check(box.rolekey(*ADD, env=environment(box, aws, **more)), 7,
                 reason='tls')
    same(calls_of(aws), [], 'calls')
    need(SECRET not in done.stderr, str(done))
    return done


def case_a_certificate_that_has_run_out(box):
    with https(box, made='2020-01-01') as (aws, cert):
        done = refused(box, aws, AWS_CA_BUNDLE=cert)
        need('expired' in done.stderr, str(done))


def case_a_certificate_that_is_not_yet_good(box):
    with https(box, made='2099-01-01') as (aws, cert):
        refused(box, aws, AWS_CA_BUNDLE=cert)


def case_an_empty_bundle_is_none(box):
    """The system's certificates count, as if the variable were not there."""
    with https(box) as (aws, _):
        done = refused(box, aws, AWS_CA_BUNDLE='')


def case_a_profile_names_the_certificates(box):
    with https(box) as (aws, cert):
        box.write_config('[profile custodian]\nca_bundle = %s\n' % cert)
        done = check(box.rolekey(*ADD, env=environment(box, aws)))
        same(calls_of(aws), BOTH, 'calls of %s' % done)


def case_a_bundle_that_cannot_be_used_is_named(box):
    """And the line or the variable that names it."""
    empty = box.write('empty.pem', 'nothing\n')
    with https(box) as (aws, _):
        box.add_quietly()
        for path, why in (('/gone.pem', 'No such file or directory'),
                          (empty, 'it contains no certificate')):
            box.write_config(CONFIG.replace(
                '[profile testing]', '[profile testing]\nca_bundle = ' + path))
            line = box.read_config().splitlines().index(
                'ca_bundle = ' + path) + 1
            for argv, status in ((('exec', 'testing', '-t', box.code(), '--',
                                   'true'), 125),
                                 (('export', 'testing', '-t', box.code()), 3)):
                failed(check(box.rolekey(*argv, env={
                    'AWS_ENDPOINT_URL': aws.url}), status), 'ca-bundle',
                    value=path, detail=why, key='ca_bundle', path=box.config,
                    line=line)
            failed(check(box.rolekey('exec', 'testing', '--', 'true', env={
                'AWS_ENDPOINT_URL': aws.url}), 125), **(
                    {'reason': 'ca-bundle', 'line': line} if path != empty
                    else {'reason': 'no-terminal'}))  # before a code is needed
        box.write_config(CONFIG)
        failed(check(box.rolekey(*ADD, env=environment(
            box, aws, AWS_CA_BUNDLE='/gone.pem')), 3), 'ca-bundle',
            value='/gone.pem', key='AWS_CA_BUNDLE')
        same(calls_of(aws), [], 'calls')


def case_the_variable_counts_before_the_profile(box):
    with https(box) as (aws, cert):
        box.write_config('[profile custodian]\nca_bundle = %s\n' % cert)
        refused(box, aws, AWS_CA_BUNDLE=BUNDLE)


def case_the_profile_of_a_role_names_them_too(box):
    with https(box) as (aws, cert):
        check(box.rolekey(*ADD, env=environment(box, aws,
                                                AWS_CA_BUNDLE=cert)))
        box.write_config(CONFIG.replace(
            '[profile testing]', '[profile testing]\nca_bundle = ' + cert))
        env = dict(box.key_environment(), AWS_ENDPOINT_URL=aws.url)
        check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'true',
                          env=env))
        # A session belongs to the CA bundle that it was made under.
        check(box.rolekey('exec', 'staging', '-t', box.code(), '--', 'true',
                          env=env), 125, reason='tls')


# -- the system's certificates ------------------------------------------------

def looked_at(lines):
    """The paths in the folder that were opened or looked for."""
    return [match.group(0) for line in lines for match in [
        re.search(re.escape(FOLDER) + r'/[^"]*', line)] if match]


def case_the_folder_is_read_and_not_the_bundle(box):
    if not glob.glob(FOLDER + '/*.0'):
        raise Skipped('no hashed certificates in ' + FOLDER)
    with https(box) as (aws, cert):
        calls = 'openat,newfstatat,stat,access'
        paths = looked_at(trace(box, *ADD, calls=calls, status=7,
                                env=environment(box, aws)))
        need(any(re.search(r'/[0-9a-f]{8}\.0$', path) for path in paths),
             'no certificate was looked for by its hash: %s' % paths)
        need(BUNDLE not in paths, 'the bundle was read: %s' % paths)
        paths = looked_at(trace(
            box, *ADD, calls=calls, status=7,
            env=environment(box, aws, AWS_CA_BUNDLE=BUNDLE)))
        need(BUNDLE in paths, 'the bundle would not be seen: %s' % paths)
        same(looked_at(trace(
            box, *ADD, calls=calls,
            env=environment(box, aws, AWS_CA_BUNDLE=cert))), [],
            "the system's certificates beside AWS_CA_BUNDLE")


def on_a_machine_with(box, script, cert, env):
    """rolekey where the folder has what the script puts there alone."""
    alone = ['unshare', '--mount'] + (
        [] if os.geteuid() == 0 else ['--map-root-user'])
    mount = 'mount -t tmpfs none %s && ' % FOLDER
    if box.run(*alone, '/bin/sh', '-c', mount + 'true').status != 0:
        raise Skipped('no mount namespaces here')
    return box.run(*alone, '/bin/sh', '-c',
                   mount + 'cd %s && %s && exec "$0" "$@"' % (FOLDER, script),
                   BIN, *ADD, env=dict(env, CERT=cert))


def hash_of(cert):
    return subprocess.run(['openssl', 'x509', '-noout', '-hash', '-in', cert],
                          check=True, capture_output=True,
                          text=True).stdout.strip()


def case_a_certificate_in_the_folder_is_trusted(box):
    with https(box) as (aws, cert):
        check(on_a_machine_with(
            box, 'cp "$CERT" own.pem && ln -s own.pem %s.0' % hash_of(cert),
            cert, environment(box, aws)))
        same(calls_of(aws), BOTH, 'calls')


def case_without_hashes_the_bundle_is_read(box):
    with https(box) as (aws, cert):
        check(on_a_machine_with(
            box, 'cp "$CERT" ca-certificates.crt', cert,
            environment(box, aws)))
        same(calls_of(aws), BOTH, 'calls')


def case_with_no_certificates_nobody_is_trusted(box):
    with https(box) as (aws, cert):
        check(on_a_machine_with(box, 'true', cert, environment(box, aws)), 7,
              reason='tls')
        same(calls_of(aws), [], 'calls')


if __name__ == '__main__':
    run_cases(globals())
