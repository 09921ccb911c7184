#!/usr/bin/python3 -B
"""A configuration ten times as large costs ten times as much, not a hundred.

What is compared is the processor time and the peak memory of one process, so
that a busy machine does not matter; what is quadratic is ten times over what
is allowed here.
"""

import os

from harness import BIN, check, need, run_cases, same

SMALL, LARGE = 2000, 20000
ROLE = ('[profile p%d]\nrole_arn = arn:aws:iam::%012d:role/Admin\n'
        'source_profile = %s\nregion = eu-west-1\n')


def good(n):
    return '[profile custodian]\n' + ''.join(
        ROLE % (i, i, 'custodian') for i in range(n))


def without_sources(n):
    return ''.join(ROLE % (i, i, 'gone%d' % i) for i in range(n))


def without_prefixes(n):
    """Half of them are [foo] that should be [profile foo], and are sources."""
    return ''.join(ROLE % (i, i, 'gone%d' % i) + '[gone%d]\nk = v\n' % i
                   for i in range(n // 2))


def in_loops(n):
    return ''.join(ROLE % (i, i, 'p%d' % (i ^ 1)) for i in range(n))


def with_includes(n):
    return ('[profile custodian]\n[profile common]\nsource_profile = custodian\n'
            + ''.join('[profile p%d]\ninclude_profile = common\nrole_arn = '
                      'arn:aws:iam::%012d:role/Admin\n' % (i, i)
                      for i in range(n)))


def cost(box, config, *argv, status=0):
    """Processor seconds, peak KiB, and output."""
    box.write_config(config)
    done = box.run('/usr/bin/python3', '-c', MEASURE, BIN, *argv,
                   timeout=240)
    check(done, status)
    seconds, memory = done.stderr.split()[-2:]
    return float(seconds), int(memory), done.stdout


MEASURE = '''
import os, resource, sys
pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(pid, 0)
sys.stderr.write('\\n%f %d' % (used.ru_utime + used.ru_stime, used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
'''


def in_proportion(box, make, *argv, status=0):
    nothing, base, _ = cost(box, make(4), *argv, status=status)
    small, small_memory, _ = cost(box, make(SMALL), *argv, status=status)
    large, large_memory, said = cost(box, make(LARGE), *argv, status=status)
    what = '%s of %s: %.2f s and %d KiB, ten times as much: %.2f s and %d KiB' \
        % (' '.join(argv), make.__name__, small, small_memory, large,
           large_memory)
    print('   ', what)
    need(large - nothing < 25 * (small - nothing) + 1, what)
    # Constant costs, and the steps in which memory grows, are allowed.
    need(large_memory - base < 15 * (small_memory - base) + 50000, what)
    return said


def case_a_list(box):
    for make in (good, without_sources, without_prefixes, in_loops,
                 with_includes):
        said = in_proportion(box, make, 'list')
        need(said.count('\n') > LARGE // 2, 'not all are listed')
    in_proportion(box, good, 'list', '--json')


def case_one_profile(box):
    for make in (good, with_includes):
        in_proportion(box, make, 'explain', 'p1')
    in_proportion(box, without_sources, 'explain', 'p1', status=3)
    in_proportion(box, in_loops, 'explain', 'p1', status=3)
    in_proportion(box, good, 'explain', 'nowhere', status=3)


def case_a_dump(box):
    for make in (good, without_prefixes):
        in_proportion(box, make, 'config', 'dump')


def case_a_section_of_many_keys(box):
    def keys(n):
        return '[default]\n' + ''.join('k%d = v\n' % i for i in range(n))

    def sub_properties(n):
        return '[default]\ns3 =\n' + ''.join(' k%d = v\n' % i
                                             for i in range(n))

    for make in (keys, sub_properties):
        in_proportion(box, make, 'config', 'dump')
        in_proportion(box, make, 'explain', 'default')


def case_others_are_not_looked_at(box):
    """Mistakes in other profiles do not affect this one."""
    mine = ('[profile mine]\nrole_arn = arn:aws:iam::222233334444:role/M\n'
            'source_profile = custodian\nregion = eu-west-1\n'
            '[profile custodian]\n')
    wrong = (in_loops(10) + without_sources(20)[len(without_sources(10)):] +
             '[profile w1]\nrole_arn = no\nsource_profile = custodian\n'
             '[profile w2]\ninclude_profile = w2\n'
             '[profile w3]\naws_access_key_id = x\n'
             '[profile w4]\nsso_session = gone\n'
             '[profile w5]\nduration_seconds = 1\n'
             '[profile w6]\nuse_fips_endpoint = perhaps\nregion = a b\n')
    alone = cost(box, mine, 'explain', '--json', 'mine')[2]
    for config in (mine + wrong, wrong + mine):
        same(cost(box, config, 'explain', '--json', 'mine')[2], alone, 'plan')
    listed = cost(box, wrong + mine, 'list')[2]
    need('(broken)' in listed, listed)


os.environ['ASAN_OPTIONS'] = 'quarantine_size_mb=8:' + os.environ.get(
    'ASAN_OPTIONS', '')
run_cases(globals())
