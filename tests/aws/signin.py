"""Federation of the console: getSigninToken and login, and no signature."""

import html
import json
import secrets

PATH = '/federation'
LIFE = 900  # of a token, in seconds

# What the service's page says, whatever is wrong.
BAD_PARAMETER = ('Invalid Credentials Parameter. The request sent by the '
                 'client was syntactically incorrect.')


class Refused(Exception):
    """Answered with 400 and a page of HTML."""


def _page(status, title, text):
    return status, 'text/html;charset=UTF-8', (
        '<!DOCTYPE html><html><head><title>%s</title></head>'
        '<body><h1>%s</h1><p>%s</p></body></html>'
        % (title, title, html.escape(text)))


def _session(world, params):
    """Whose credentials the session has."""
    try:
        session = json.loads(params['Session'])
        caller = world.issued.get(session['sessionId'])
        given = session['sessionKey'], session['sessionToken']
    except (KeyError, TypeError, ValueError):
        raise Refused(BAD_PARAMETER) from None
    if (not caller or given != (caller.secret, caller.token)
            or caller.expires <= world.now()):
        raise Refused(BAD_PARAMETER)
    if caller.kind == 'session':
        raise Refused('Session credentials of GetSessionToken cannot be used '
                      'for federation.')
    return caller


def _check_duration(caller, params):
    text = params.get('SessionDuration')
    if text is None:
        return None
    if not text.isdigit() or not 900 <= int(text) <= 43200 or int(text) % 60:
        raise Refused('Invalid SessionDuration.')
    if caller.kind != 'role' or not caller.by_key:
        raise Refused('SessionDuration cannot be used with these '
                      'credentials.')
    return int(text)


def get_signin_token(world, params, entry):
    caller = _session(world, params)
    entry['caller'] = caller.arn
    lasts = _check_duration(caller, params)
    token = secrets.token_urlsafe(600)
    world.signin_tokens[token] = {
        'arn': caller.arn, 'until': world.now() + LIFE,
        'console': world.now() + lasts if lasts else caller.expires}
    return 200, 'application/json', json.dumps({'SigninToken': token})


def login(world, params, entry):
    """The console itself, where AWS would redirect to it."""
    token = world.signin_tokens.get(params.get('SigninToken'))
    if not token or token['until'] <= world.now():
        raise Refused('The sign-in token has expired or is not valid.')
    if not params.get('Destination', '').startswith('https://'):
        raise Refused('Invalid Destination.')
    entry['caller'] = token['arn']
    entry['console_ends'] = token['console']
    return _page(200, 'Console', 'Signed in as %s to %s' % (
        token['arn'], params['Destination']))


ACTIONS = {'getSigninToken': get_signin_token, 'login': login}
SECRET = ('Session', 'SigninToken')


def answer(world, params, entry):
    """The (status, content type, text) of a request to PATH."""
    action = ACTIONS.get(params.get('Action'))
    try:
        if not action:
            raise Refused('Invalid Action.')
        result = action(world, params, entry)
        entry['verdict'] = 'ok'
        return result
    except Refused as problem:
        entry['verdict'] = 'refused'
        return _page(400, 'HTTP Status 400', str(problem))
