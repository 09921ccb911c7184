#!/usr/bin/python3 -B
"""The child of exec: its environment, limits, signals and files."""

import json
import os
import resource
import signal

from harness import BIN, PYTHON, check, need, run_cases, same
from peers import read_env

REMOVED = '''AWS_SECURITY_TOKEN AWS_ACCESS_KEY AWS_SECRET_KEY AWS_CREDENTIAL_FILE
AWS_BEARER_TOKEN_BEDROCK
AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SDK_LOAD_CONFIG AWS_ROLE_ARN
AWS_ROLE_SESSION_NAME AWS_WEB_IDENTITY_TOKEN_FILE
AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI
AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
AWSUME_PROFILE AWSUME_EXPIRATION AWS_SSO_SESSION AWS_SSO_ACCOUNT_ID
AWS_VAULT_BACKEND AWS_VAULT_PROMPT AWS_VAULT_FILE_PASSPHRASE
ROLEKEY_PASSPHRASE ROLEKEY_PASSPHRASE_COMMAND'''.split()
KEPT = {
    'AWS_STS_REGIONAL_ENDPOINTS': 'regional',
    'AWS_USE_FIPS_ENDPOINT': 'false',
    'AWS_CA_BUNDLE': '/etc/ssl/certs/ca-certificates.crt',
    'AWS_MAX_ATTEMPTS': '3', 'AWS_PAGER': '', 'AWS_DEFAULT_OUTPUT': 'json',
    'ROLEKEY_BACKEND': 'file', 'LANG': 'C', 'PLAIN': 'a=b c\nd',
}


def child(box, **env):
    """json of the child's environment, with everything of env in ours."""
    done = check(box.rolekey(
        'exec', 'testing', '--', PYTHON, '-B', '-c',
        'import json, os; print(json.dumps(dict(os.environ)))', env=env))
    return json.loads(done.stdout)


def case_what_could_win_or_leak_is_removed(box):
    box.warm()
    env = child(box, **{name: 'x-' + name for name in REMOVED
                        if name not in ('ROLEKEY_PASSPHRASE',
                                        'ROLEKEY_PASSPHRASE_COMMAND')})
    same([name for name in REMOVED if name in env], [], 'still there')
    need(not any('x-AWS' in value for value in env.values()), 'a value')


def case_the_old_credentials_are_replaced(box):
    box.warm()
    names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN',
             'AWS_CREDENTIAL_EXPIRATION', 'AWS_SESSION_EXPIRATION']
    env = child(box, **{name: 'old' for name in names})
    need('old' not in [env[name] for name in names], env)


def case_a_device_from_the_environment_is_removed_too(box):
    box.add_quietly()
    serial = 'arn:aws:iam::111122223333:mfa/alex'
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'env',
                             env={'AWS_MFA_SERIAL': serial}))
    need('AWS_MFA_SERIAL' not in read_env(done.stdout), done.stdout)


def case_what_says_where_things_are_is_kept(box):
    # A session belongs to the CA bundle that it was made under.
    box.env['AWS_CA_BUNDLE'] = KEPT['AWS_CA_BUNDLE']
    box.warm()
    kept = dict(KEPT, AWS_CONFIG_FILE=box.config,
                AWS_SHARED_CREDENTIALS_FILE=box.credentials)
    env = child(box, **kept)
    same({name: env.get(name) for name in kept}, kept, 'kept')
    same(env['AWS_ENDPOINT_URL'], box.aws.url, 'endpoint')


def case_what_is_set(box):
    box.warm()
    env = child(box)
    need(env['AWS_ACCESS_KEY_ID'].startswith('ASIA'), env['AWS_ACCESS_KEY_ID'])
    need(env['AWS_SECRET_ACCESS_KEY'] and env['AWS_SESSION_TOKEN'], 'keys')
    need(env['AWS_CREDENTIAL_EXPIRATION'].endswith('Z'), 'expiration')
    same((env['AWS_REGION'], env['AWS_DEFAULT_REGION'],
          env['ROLEKEY_PROFILE'], env['AWS_VAULT']),
         ('ap-northeast-1', 'ap-northeast-1', 'testing', 'testing'), 'set')
    ours = set(env) - set(box.env) - {'PWD', 'SHLVL', '_', 'OLDPWD'}
    same(sorted(ours), sorted([
        'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN',
        'AWS_CREDENTIAL_EXPIRATION', 'AWS_SESSION_EXPIRATION', 'AWS_REGION',
        'AWS_DEFAULT_REGION', 'ROLEKEY_AWS_REGION',
        'ROLEKEY_AWS_DEFAULT_REGION', 'ROLEKEY_PROFILE', 'AWS_VAULT']), 'what is new')
    plan = json.loads(check(box.rolekey('explain', '--json',
                                        'testing')).stdout)
    same(sorted(plan['environment']), sorted(ours), 'what explain says')


def case_without_a_region_none_is_set(box):
    box.write_config(box.read_config().replace('region = ap-northeast-1', ''))
    box.add_quietly()
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--',
                             'env'))
    env = read_env(done.stdout)
    need('AWS_DEFAULT_REGION' not in env and 'AWS_REGION' not in env, env)


def case_regions_from_the_environment_win(box):
    box.warm()
    box.forget_codes()
    done = check(box.rolekey('exec', 'testing', '-t', box.code(), '--', 'env',
                             env={'AWS_DEFAULT_REGION': 'us-east-2'}))
    env = read_env(done.stdout)
    same((env['AWS_REGION'], env['AWS_DEFAULT_REGION']),
         ('us-east-2', 'us-east-2'), 'region')


def case_the_child_is_this_very_process(box):
    box.warm()
    done = check(box.rolekey('exec', 'testing', '--', 'sh', '-c',
                             'echo $PPID'))
    same(int(done.stdout), os.getpid(), 'parent of the child')


def status_of_child(box, **more):
    """/proc/self/status, limits and open files of the child."""
    script = (
        'import json, os, resource\n'
        'lines = dict(l.rstrip("\\n").split(":\\t", 1)'
        ' for l in open("/proc/self/status") if ":\\t" in l)\n'
        'print(json.dumps({"status": lines, "core":'
        ' resource.getrlimit(resource.RLIMIT_CORE), "umask": os.umask(0),'
        ' "cwd": os.getcwd(), "fds": {f: os.readlink("/proc/self/fd/" + f)'
        ' for f in os.listdir("/proc/self/fd")'
        ' if os.path.exists("/proc/self/fd/" + f)}}))')
    done = check(box.rolekey('exec', 'testing', '--', PYTHON, '-B', '-S', '-c',
                             script, **more))
    return json.loads(done.stdout)


def case_limits_are_as_they_were(box):
    box.warm()
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    expected = (4096 if hard == -1 or hard >= 4096 else hard, hard)

    def before():
        resource.setrlimit(resource.RLIMIT_CORE, expected)
        os.umask(0o27)
    # AddressSanitizer would set the limit itself, before main().
    got = status_of_child(box, preexec_fn=before,
                          env={'ASAN_OPTIONS': 'disable_coredump=0'})
    same(tuple(got['core']), expected, 'core limit')
    same(got['umask'], 0o27, 'umask')
    same(os.path.realpath(got['cwd']), os.path.realpath(box.home), 'cwd')


def case_signals_are_native(box):
    box.warm()

    def before():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    plain = box.run(PYTHON, '-B', '-S', '-c',
                    'print(open("/proc/self/status").read())',
                    preexec_fn=before, restore_signals=False)
    ours = status_of_child(box, preexec_fn=before, restore_signals=False)
    for name in ('SigBlk', 'SigIgn', 'SigCgt'):
        expected = [line.split('\t')[1] for line in plain.stdout.splitlines()
                  if line.startswith(name)][0]
        same(ours['status'][name], expected, name)


def case_ctrl_c_is_the_childs_alone(box):
    """There is also no process of ours that it could reach."""
    box.warm()
    terminal = box.pty('exec', 'testing', '--', 'sh', '-c', 'trap "echo $1; '
                       'exit 7" INT; echo ready; read -r line', 'sh', 'caught')
    terminal.expect('ready\r\n')
    terminal.child.sendintr()
    done = check(terminal.finish(), 7, calls=[], changed=[])
    same(done.stdout.count('caught'), 1, str(done))


def case_a_signal_from_elsewhere_is_the_childs(box):
    box.warm()
    for sent in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1,
                 signal.SIGKILL):
        terminal = box.pty('exec', 'testing', '--', 'sh', '-c',
                           'echo ready; read -r line')
        terminal.expect('ready\r\n')
        os.kill(terminal.child.pid, sent)
        same(terminal.finish().status, -sent, 'status')


def case_no_file_of_ours_stays_open(box):
    box.warm()
    fds = status_of_child(box)['fds']
    same(sorted(fds), ['0', '1', '2'], 'files %s' % fds)


def case_a_file_of_the_callers_stays_open(box):
    box.warm()
    read, write = os.pipe()
    try:
        done = check(box.rolekey(
            'exec', 'testing', '--', 'sh', '-c', 'echo through >&%d' % write,
            pass_fds=[write]))
        same(os.read(read, 100), b'through\n', str(done))
    finally:
        os.close(read)
        os.close(write)


def case_the_child_may_dump_core_again(box):
    """PR_SET_DUMPABLE is ours alone: a debugger works on the child."""
    box.warm()
    done = check(box.rolekey('exec', 'testing', '--', PYTHON, '-B', '-S', '-c',
                             'import ctypes; print(ctypes.CDLL(None).prctl(3))'
                             ))
    same(done.stdout.strip(), '1', 'dumpable')


def case_stdin_is_the_childs(box):
    box.warm()
    done = check(box.rolekey('exec', 'testing', '--', 'cat',
                             stdin=b'\x00\xff bytes'))
    need(done.stdout.startswith('\x00'), repr(done.stdout))


def case_standard_files_may_be_closed(box):
    box.warm()
    for fds in ('<&-', '2>&-', '<&- 2>&-'):
        done = box.run('sh', '-c', 'exec "$@" ' + fds, 'sh', BIN,
                       'exec', 'testing', '--', 'sh', '-c', 'echo $AWS_VAULT')
        same((fds, done.status, done.stdout), (fds, 0, 'testing\n'), str(done))


def case_a_relative_xdg_config_home_is_none(box):
    """Otherwise the current folder could set variables."""
    box.write('here/rolekey/config', '[rolekey]\nbackend = nonsense\n')
    check(box.rolekey('list', env={'XDG_CONFIG_HOME': 'here'}))
    check(box.rolekey('list', env={
        'XDG_CONFIG_HOME': os.path.join(box.home, 'here')}), 3,
        reason='bad-value', value='nonsense')


if __name__ == '__main__':
    run_cases(globals())
