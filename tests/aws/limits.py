"""The limits that the service's model sets to parameters, and AWS's texts."""

import json
import re

import answers

SESSION_NAME = r'[\w+=,.@-]*'
EXTERNAL_ID = r'[\w+=,.@:\/-]*'
SERIAL = r'[\w+=/:,.@-]*'
POLICY = '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+'
TAG_KEY = r'[\p{L}\p{Z}\p{N}_.:/=+\-@]+'
TAG_VALUE = r'[\p{L}\p{Z}\p{N}_.:/=+\-@]*'
# Python's re knows no \p: a letter or digit of any script, or a blank; \s has
# line breaks and tabs, too, which are control characters and not in \p{Z}.
BLANK = r'[^\S\t\n\r\f\v\x1c-\x1f\x85]'
OURS = {TAG_KEY: r'(?:[\w.:/=+\-@]|%s)+' % BLANK,
        TAG_VALUE: r'(?:[\w.:/=+\-@]|%s)*' % BLANK}
# AWS packs tags in a way of its own, and has been seen to call nine tags of
# 252 characters 498% of what there is room for.
PACKED = 455


def at(name):
    """A parameter's name in a message."""
    return name[0].lower() + name[1:]


def check_text(params, name, low, high, pattern=None, place=None):
    """One text's limits; one that is not given keeps them."""
    value = params.get(name)
    place = place or at(name)
    if value is None:
        return
    if len(value) < low:
        raise answers.constraint(value, place, 'Member must have length '
                                 'greater than or equal to %d' % low)
    if len(value) > high:
        raise answers.constraint(value, place, 'Member must have length less '
                                 'than or equal to %d' % high)
    flags = 0 if pattern in OURS else re.ASCII
    if pattern and not re.fullmatch(OURS.get(pattern, pattern), value, flags):
        raise answers.constraint(value, place, 'Member must satisfy regular '
                                 'expression pattern: ' + pattern)


def require(params, name, place=None):
    if name not in params:
        raise answers.validation_error(
            "1 validation error detected: Value null at '%s' failed to "
            'satisfy constraint: Member must not be null'
            % (place or at(name)))


def duration(params, default, high):
    text = params.get('DurationSeconds', str(default))
    if not re.fullmatch('-?[0-9]{1,9}', text):
        raise answers.Refusal('MalformedInput', 400,
                              'Invalid value for DurationSeconds')
    value = int(text)
    if value < 900:
        raise answers.constraint(value, 'durationSeconds', 'Member must have '
                                 'value greater than or equal to 900')
    if value > high:
        raise answers.constraint(value, 'durationSeconds', 'Member must have '
                                 'value less than or equal to %d' % high)
    return value


def mfa(params):
    check_text(params, 'SerialNumber', 9, 256, SERIAL)
    check_text(params, 'TokenCode', 6, 6, r'[\d]*')


def members(params, name, suffixes=('',)):
    """NAME.member.1SUFFIX and so on: a list of dicts by suffix."""
    found = []
    while True:
        prefix = '%s.member.%d' % (name, len(found) + 1)
        one = {suffix.lstrip('.'): params[prefix + suffix]
               for suffix in suffixes if prefix + suffix in params}
        if not one:
            return found
        found.append(one)


def _at_most(found, name, high):
    if len(found) > high:
        raise answers.constraint(
            '[%d members]' % len(found), at(name), 'Member must have length '
            'less than or equal to %d' % high)


def tags(params):
    found = members(params, 'Tags', ('.Key', '.Value'))
    _at_most(found, 'Tags', 50)
    for number, tag in enumerate(found, 1):
        for part, low, high, pattern in (('Key', 1, 128, TAG_KEY),
                                         ('Value', 0, 256, TAG_VALUE)):
            place = 'tags.%d.member.%s' % (number, at(part))
            require(tag, part, place)
            check_text(tag, part, low, high, pattern, place)
    if len({tag['Key'].lower() for tag in found}) < len(found):
        raise answers.Refusal(
            'InvalidParameterValue', 400, 'Duplicate tag keys found. Please '
            'note that Tag keys are case insensitive.')
    size = sum(len(tag['Key']) + len(tag['Value']) for tag in found)
    if size > PACKED:
        raise answers.Refusal(
            'PackedPolicyTooLarge', 400, 'Packed size of session tags '
            'consumes %d%% of allotted space.' % (size * 100 // PACKED))


def transitive_tags(params):
    found = members(params, 'TransitiveTagKeys')
    _at_most(found, 'TransitiveTagKeys', 50)
    for number, key in enumerate(found, 1):
        check_text(key, '', 1, 128, TAG_KEY,
                   'transitiveTagKeys.%d.member' % number)


def policies(params):
    found = members(params, 'PolicyArns', ('.arn',))
    _at_most(found, 'PolicyArns', 10)
    for number, one in enumerate(found, 1):
        check_text(one, 'arn', 20, 2048,
                   place='policyArns.%d.member.arn' % number)
    check_text(params, 'Policy', 1, 2048, POLICY)
    size = len(params.get('Policy', '')) + sum(
        len(one['arn']) for one in found)
    if size > 2048:
        raise answers.Refusal(
            'PackedPolicyTooLarge', 400, 'Packed policy consumes %d%% of '
            'allotted space, please use smaller policy.'
            % (size * 100 // 2048))
    try:
        if not isinstance(json.loads(params.get('Policy', '{}')), dict):
            raise ValueError
    except ValueError:
        raise answers.Refusal(
            'MalformedPolicyDocument', 400,
            'The policy is not in the valid JSON format.') from None
