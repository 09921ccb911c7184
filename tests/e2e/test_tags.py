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


run_cases(globals())
