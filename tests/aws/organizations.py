"""AWS Organizations: what its management account may read (AWS JSON 1.1)."""

import base64
import re

import answers

PREFIX = 'AWSOrganizationsV20161128.'
UNIT = r'r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}'
JOINED = 1481835795.536


def refusal(code, message, **more):
    return answers.Refusal(code, 400, message, more)


def invalid(reason, message):
    return refusal('InvalidInputException', message, Reason=reason)


def allow(world, caller, action):
    """The management account and delegated administrators may; a member may
    describe its organization."""
    organization = world.organization
    members = [one['id'] for one in organization.get('accounts', ())]
    if not organization or caller.account not in members:
        raise refusal('AWSOrganizationsNotInUseException', 'Your account is '
                      'not a member of an organization.')
    readers = [organization['management']] + organization.get('delegated', [])
    if caller.account not in readers and action != 'DescribeOrganization':
        raise refusal('AccessDeniedException', "You don't have permissions "
                      'to access this resource.')


def _page(world, params, name, items, show=None):
    """One page of items, as the request asks for it; show() describes one."""
    most = params.get('MaxResults', 20)
    if not isinstance(most, int) or not 1 <= most <= 20:
        raise invalid('MAX_VALUE_EXCEEDED', 'You specified an invalid value.')
    start = 0
    token = params.get('NextToken')
    if token is not None:
        try:
            start = int(base64.b64decode(token, validate=True))
        except ValueError:
            raise invalid('INVALID_NEXT_TOKEN', 'You provided an invalid '
                          'value for nextToken.') from None
    size = min(most, world.settings['page_size'])
    if world.settings['empty_pages'] and token is None:
        size = 0  # AWS may send such a page, and it is not the last
    end = start + size
    result = {name: [show(one) if show else one for one in items[start:end]]}
    if end < len(items):
        result['NextToken'] = base64.b64encode(b'%d' % end).decode()
    return result


def _arn(world, kind, name):
    return 'arn:aws:organizations::%s:%s/%s/%s' % (
        world.organization['management'], kind, world.organization['id'], name)


def _units(world):
    return {unit['id']: unit for unit in world.organization['units']}


def _way_down(world, parent):
    """The units from the root to parent."""
    way = [parent]
    while way[0] != world.organization['root']:
        way.insert(0, _units(world)[way[0]]['parent'])
    return '/'.join(way)


def _account(world, one):
    shown = {'Id': one['id'], 'Name': one['name'], 'Email': one['email'],
             'Arn': _arn(world, 'account', one['id']),
             'JoinedMethod': 'CREATED', 'JoinedTimestamp': JOINED}
    if world.settings['old_accounts']:  # before September 2026
        shown['Status'] = one.get('state', 'ACTIVE')
        return shown
    shown['State'] = one.get('state', 'ACTIVE')
    shown['Paths'] = ['%s/%s/%s/' % (
        world.organization['id'], _way_down(world, one['parent']), one['id'])]
    return shown


def _parent(world, params):
    parent = params.get('ParentId', '')
    if not re.fullmatch(UNIT, parent):
        raise invalid('INVALID_PATTERN', 'You provided a value that does not '
                      'match the required pattern.')
    if parent not in _units(world) and parent != world.organization['root']:
        raise refusal('ParentNotFoundException', "You specified a parent that "
                      "doesn't exist.")
    return parent


def describe_organization(world, _caller, _params):
    management = world.organization['management']
    return {'Organization': {
        'Id': world.organization['id'], 'FeatureSet': 'ALL',
        'Arn': _arn(world, 'organization', '').rstrip('/'),
        'MasterAccountId': management,
        'MasterAccountArn': _arn(world, 'account', management),
        'MasterAccountEmail': 'root@example.com'}}


def list_accounts(world, _caller, params):
    return _page(world, params, 'Accounts', world.organization['accounts'],
                 lambda one: _account(world, one))


def list_accounts_for_parent(world, _caller, params):
    parent = _parent(world, params)
    return _page(world, params, 'Accounts',
                 [one for one in world.organization['accounts']
                  if one['parent'] == parent],
                 lambda one: _account(world, one))


def list_roots(world, _caller, params):
    root = world.organization['root']
    return _page(world, params, 'Roots', [
        {'Id': root, 'Arn': _arn(world, 'root', root), 'Name': 'Root',
         'PolicyTypes': []}])


def list_units(world, _caller, params):
    parent = _parent(world, params)
    return _page(world, params, 'OrganizationalUnits', [
        {'Id': unit['id'], 'Arn': _arn(world, 'ou', unit['id']),
         'Name': unit['name']}
        for unit in world.organization['units'] if unit['parent'] == parent])


def list_tags(world, _caller, params):
    if 'MaxResults' in params:
        raise answers.Refusal('SerializationException', 400, '')
    expected = params.get('ResourceId')
    for one in world.organization['accounts'] + world.organization['units']:
        if one['id'] == expected:
            return _page(world, params, 'Tags', [
                {'Key': key, 'Value': value}
                for key, value in one.get('tags', {}).items()])
    raise refusal('TargetNotFoundException', "You specified a target that "
                  "doesn't exist.")


UNSIGNED = {}
ACTIONS = {
    'DescribeOrganization': describe_organization,
    'ListAccounts': list_accounts,
    'ListAccountsForParent': list_accounts_for_parent,
    'ListRoots': list_roots,
    'ListOrganizationalUnitsForParent': list_units,
    'ListTagsForResource': list_tags,
}
