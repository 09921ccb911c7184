"""A small evaluator of IAM's policies, for users that have some.

By the IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements
reference": an explicit Deny wins, then an Allow; else the request is denied.
What this does not know, it refuses as a malformed policy.
"""

import re

ELEMENTS = {'Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource',
            'Principal', 'Condition'}


class Malformed(Exception):
    """Something that IAM would refuse, or that is not known here."""


def _list(value):
    return [value] if isinstance(value, str) else value


def check(policy, trust=False):
    """Refuses what IAM calls MalformedPolicyDocument."""
    if set(policy) != {'Version', 'Statement'}:
        raise Malformed('members: %s' % sorted(policy))
    if policy['Version'] != '2012-10-17' or not policy['Statement']:
        raise Malformed('version, or no statement')
    sids = [one['Sid'] for one in policy['Statement'] if 'Sid' in one]
    if len(set(sids)) < len(sids):
        raise Malformed('a Sid comes twice')
    for one in policy['Statement']:
        _check_statement(one, trust)


def _check_statement(one, trust):
    if not set(one) <= ELEMENTS or one.get('Effect') not in ('Allow', 'Deny'):
        raise Malformed('elements: %s' % sorted(one))
    if not re.fullmatch('[A-Za-z0-9]*', one.get('Sid', '')):
        raise Malformed('Sid: ' + one['Sid'])
    if ('Action' in one) == ('NotAction' in one):
        raise Malformed('one of Action and NotAction is needed')
    for action in _list(one.get('Action') or one['NotAction']):
        if not re.fullmatch(r'\*|[a-z0-9-]+:[A-Za-z*?]+', action):
            raise Malformed('action: ' + action)
    if trust != ('Principal' in one) or trust == ('Resource' in one):
        raise Malformed('Principal is for trust policies, Resource for others')
    for arn in _list(one.get('Resource', [])):
        if arn != '*' and not re.fullmatch(
                r'arn:[a-z*-]+:[a-z*-]+:[a-z0-9*-]*:(\d{12}|\*|):.+', arn):
            raise Malformed('resource: ' + arn)
    for operator, keys in one.get('Condition', {}).items():
        if operator not in OPERATORS or not keys:
            raise Malformed('condition: ' + operator)


def _like(pattern, text, case=True):
    """IAM's wildcards: * and ?, in which no other character is special."""
    parts = [{'*': '.*', '?': '.'}.get(part, re.escape(part))
             for part in re.split(r'([*?])', pattern)]
    return re.fullmatch(''.join(parts), text, 0 if case else re.I) is not None


def _with_variables(text, context):
    def value(found):
        if found[1] not in context:
            raise KeyError(found[1])
        return re.sub(r'([*?])', r'\1', context[found[1]])
    try:
        return re.sub(r'\$\{([^}]*)\}', value, text)
    except KeyError:  # a statement with an unknown variable matches nothing
        return None


def _bool(wanted, given):
    return given is not None and wanted.lower() == given.lower()


OPERATORS = {
    'Bool': _bool,
    'BoolIfExists': lambda wanted, given: given is None or _bool(wanted, given),
    'StringEquals': lambda wanted, given: wanted == given,
}


def _meets(one, context):
    return all(any(OPERATORS[operator](wanted, context.get(key))
                   for wanted in _list(values))
               for operator, keys in one.get('Condition', {}).items()
               for key, values in keys.items())


def _is_about(one, action, resource, context):
    named = any(_like(pattern, action, case=False)
                for pattern in _list(one.get('Action') or one['NotAction']))
    patterns = [_with_variables(text, context)
                for text in _list(one.get('Resource', '*'))]
    return (named == ('Action' in one) and _meets(one, context) and
            any(text is not None and _like(text, resource)
                for text in patterns))


def allows(policies, action, resource, context):
    """Do a user's policies allow it?  context: the keys of the request."""
    effects = {one['Effect'] for policy in policies
               for one in policy['Statement']
               if _is_about(one, action, resource, context)}
    return 'Allow' in effects and 'Deny' not in effects


def trusts(policy, principal, context):
    """Does a role's trust policy let this principal assume it?

    principal: the ARN of a user; it is also of its account, as "root".
    """
    names = {principal, principal.split(':')[4],
             'arn:aws:iam::%s:root' % principal.split(':')[4]}
    return any(one['Effect'] == 'Allow'
               and 'sts:AssumeRole' in _list(one['Action'])
               and names & set(_list(one['Principal']['AWS']))
               and _meets(one, context) for one in policy['Statement'])


def context_of(caller):
    """The keys of a caller's request: MFA's is there with a session alone."""
    context = {'aws:username': caller.arn.rsplit('/', 1)[1]}
    if caller.token:
        context['aws:MultiFactorAuthPresent'] = str(caller.mfa).lower()
    return context
