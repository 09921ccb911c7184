"""A running portal, and a headless Chromium that looks at it."""

import contextlib
import http.client
import os
import shutil
import subprocess
import time
from urllib.parse import urlencode, urlsplit

from harness import BIN, Failed, Skipped, need

TARGET = 10  # seconds that anything in the browser may take


class Portal:
    """rolekey portal --stdout, until the block ends."""

    def __init__(self, box, *argv, env=None):
        self.box = box
        self.log = open(os.path.join(box.top, 'portal.log'), 'w+b')
        self.process = subprocess.Popen(
            [BIN, 'portal', '--stdout', *argv], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.log, cwd=box.home,
            env=dict(box.env, ASAN_OPTIONS='detect_leaks=0', **(env or {})),
            start_new_session=True)
        self.url = self.process.stdout.readline().decode().strip()
        need(self.url.startswith('http://127.0.0.1:'), self.said())
        self.host = urlsplit(self.url).netloc
        self.origin = 'http://' + self.host
        self.cookie = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()
        self.log.close()

    def said(self):
        self.log.seek(0)
        return self.log.read().decode()

    def send(self, method, path, body=None, timeout=20, **headers):
        """(status, headers, text); a header of None is not sent."""
        connection = http.client.HTTPConnection(self.host, timeout=timeout)
        sent = {'Host': self.host, 'Cookie': self.cookie}
        if method == 'POST':
            sent['Origin'] = self.origin
            sent['Content-Type'] = 'application/x-www-form-urlencoded'
        sent.update({name.replace('_', '-'): value
                     for name, value in headers.items()})
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            data = urlencode(body).encode() if isinstance(body, dict) else body
            if data is not None:
                connection.putheader('Content-Length', str(len(data)))
            connection.endheaders(data)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def enter(self):
        """Uses the address, as a browser does."""
        status, headers, text = self.send('GET', urlsplit(self.url).path)
        need(status == 303, '%s %s' % (status, text))
        self.cookie = headers['Set-Cookie'].split(';')[0]
        return headers

    def open(self, profile, **fields):
        return self.send('POST', '/open', dict(fields, profile=profile))


@contextlib.contextmanager
def chromium(box, width=1400, height=900, dark=False):
    """A headless Chromium; Debian's, by its driver."""
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        raise Skipped('no python3-selenium here') from None
    driver = shutil.which('chromedriver')
    program = shutil.which('chromium')
    if not driver or not program:
        raise Skipped('no chromium with its driver here')
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in ('--headless=new', '--no-sandbox', '--disable-gpu',
                 '--disable-dev-shm-usage', '--hide-scrollbars',
                 '--force-device-scale-factor=1',
                 '--user-data-dir=' + os.path.join(box.top, 'chromium'),
                 '--window-size=%d,%d' % (width, height)):
        options.add_argument(word)
    environment = dict(os.environ, HOME=box.home)
    browser = webdriver.Chrome(options=options, service=Service(
        driver, env=environment))
    try:
        browser.set_page_load_timeout(60)
        browser.execute_cdp_cmd('Emulation.setEmulatedMedia', {'features': [
            {'name': 'prefers-color-scheme',
             'value': 'dark' if dark else 'light'}]})
        browser.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', {
            'width': width, 'height': height, 'deviceScaleFactor': 1,
            'mobile': False})
        yield browser
    finally:
        browser.quit()


def until(what, text):
    """Waits for a condition, which may fail with an exception meanwhile."""
    end = time.monotonic() + TARGET * 3
    while True:
        try:
            value = what()
        except Exception as problem:  # of selenium: the page is being loaded
            value = None
            text = '%s (%s)' % (text, problem)
        if value:
            return value
        if time.monotonic() > end:
            raise Failed('not in time: ' + text)
        time.sleep(0.05)
