#!/usr/bin/python3 -B
"""Session tags and policies, as lists of the config, on their way to STS."""

from asking import TOOLS, client, refused
from harness import check, need, run_cases, same

ROLE = '''[profile custodian]
region = ap-northeast-1
[profile tools]
source_profile = custodian
role_arn = %s
''' % TOOLS


def case_a_list_may_be_continued(box):
    """STS takes no line break in a tag: this was a ValidationError."""
    box.write_config(ROLE + '''session_tags = Team=blue,
  Cost=42
transitive_session_tags = Team,
  Cost
''')
    check(box.add())
    box.aws.mark()
    check(box.rolekey('exec', 'tools', '-t', box.code(), '--', 'true'))
    call = [one for one in box.aws.calls() if one['action'] == 'AssumeRole'][0]
    same(call['verdict'], 'ok', 'verdict')
    same({name: value for name, value in call['params'].items()
          if 'Tag' in name},
         {'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'blue',
          'Tags.member.2.Key': 'Cost', 'Tags.member.2.Value': '42',
          'TransitiveTagKeys.member.1': 'Team',
          'TransitiveTagKeys.member.2': 'Cost'}, 'tags')
    shown = check(box.rolekey('explain', 'tools')).stdout
    need('Team=blue, Cost=42' in shown, shown)


def case_the_stand_in_refuses_line_breaks_as_sts_does(box):
    sts = client(box)
    for key, value in (('\nCost', '42'), ('a\tb', '1'), ('Cost', '4\n2')):
        refused(sts.assume_role, 'ValidationError', 400,
                'regular expression pattern', RoleArn=TOOLS,
                RoleSessionName='alex', Tags=[{'Key': key, 'Value': value}])
    sts.assume_role(RoleArn=TOOLS, RoleSessionName='alex', Tags=[
        {'Key': 'Cost Center\u00a0\u3000x', 'Value': 'caf\u00e9 _.:/=+-@'}])


def case_a_sign_that_sts_refuses_is_named_before(box):
    box.write_config(ROLE + 'session_tags = team=a#b\n')
    done = box.rolekey('exec', 'tools', '--', 'true')
    same(done.status, 125, str(done))
    need('session_tags' in done.stderr and 'a#b' in done.stderr, str(done))


def sent(box, *argv):
    """What the last AssumeRole had of the reason; None: there was none."""
    box.aws.mark()
    check(box.rolekey(*argv, '--', 'true'))
    calls = [one for one in box.aws.calls() if one['action'] == 'AssumeRole']
    if not calls:
        return None
    return {name: value for name, value in calls[-1]['params'].items()
            if 'Tag' in name or name == 'SourceIdentity'}


def case_a_reason_is_sent_where_the_profile_says_so(box):
    box.write_config(ROLE)
    check(box.add())
    same(sent(box, 'exec', 'tools', '-t', box.code(), '--reason', 'INC-42'),
         {}, 'without a word of the profile')
    box.write_config(box.read_config() + 'rolekey_reason = session_tag\n')
    tag = {'Tags.member.1.Key': 'Reason', 'Tags.member.1.Value': 'INC-42_ x'}
    same(sent(box, 'exec', 'tools'), None, 'no reason: the same session')
    same(sent(box, 'exec', '--reason', 'INC-42, x', 'tools'), tag, 'a tag')
    same(sent(box, 'exec', '--reason', 'INC-42, x', 'tools'), None, 'cached')
    same(sent(box, 'exec', '--reason', 'INC-43', 'tools'),
         dict(tag, **{'Tags.member.1.Value': 'INC-43'}), 'another reason')
    check(box.rolekey('clear', 'tools', '--reason', 'INC-43'))
    box.write_config(box.read_config().replace('session_tag',
                                               'source_identity'))
    box.forget_codes()
    same(sent(box, 'exec', '-t', box.code(), '--reason', 'INC-42: x', 'tools'),
         {'SourceIdentity': 'INC-42__x'}, 'an identity')


def case_clear_finds_the_session_of_a_reason(box):
    box.write_config(ROLE + 'rolekey_reason = session_tag\n')
    check(box.add())
    check(box.rolekey('export', 'tools', '-t', box.code(), '--reason', 'one'))

    def left():
        return len(check(box.rolekey('list', '--sessions')).stdout.splitlines())
    before = left()
    check(box.rolekey('clear', 'tools'))
    same(left(), before - 1, 'sessions: that of the device went')
    check(box.rolekey('clear', 'tools', '--reason', 'one'))
    same(left(), before - 2, 'sessions')


def case_a_reason_that_cannot_be_sent_is_named(box):
    for lines, key in (('rolekey_reason = yes\n', 'rolekey_reason'),
                       ('source_identity = alex\n'
                        'rolekey_reason = source_identity\n',
                        'rolekey_reason')):
        box.write_config(ROLE + lines)
        done = box.rolekey('exec', 'tools', '--reason', 'x', '--', 'true')
        need(done.status == 125 and key in done.stderr, str(done))
    box.write_config(ROLE + 'rolekey_reason = yes\n')
    done = box.rolekey('config', 'check')
    need('rolekey_reason' in done.stdout + done.stderr, str(done))


run_cases(globals())
