# SPDX-License-Identifier: Apache-2.0
"""The SES API of a daemon under test: where it listens, with which key, and requests signed as botocore signs."""

import http.client
import json
import os

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.daemon import Daemon
from support.loopback import ADDRESS, free_port

KEY = "AKIDEASYDKIM"
SECRET = "a-secret-of-the-tests/with+signs"
OTHER_KEY = "AKIDOTHER"
REGION = "eu-west-1"
VERSION = "2010-12-01"
NAMESPACE = "{http://ses.amazonaws.com/doc/2010-12-01/}"
FORM = "application/x-www-form-urlencoded"


def credential(key, secret, account):
    return f'[[credential]]\naccess_key_id = "{key}"\nsecret_access_key = "{secret}"\naccount = "{account}"\n'


class SesDaemon(Daemon):
    """A daemon whose SES API listens; two accounts have a key."""

    def __init__(self, owner, **sections):
        super().__init__(owner, **sections)
        self.port = free_port()
        self.endpoint = f"http://{ADDRESS}:{self.port}"
        self.credentials = self.folder / "credentials.toml"
        self.write_credentials(
            credential(KEY, SECRET, "default") + credential(OTHER_KEY, SECRET, "other")
        )
        self.configure(ses_api={"listen": f"{ADDRESS}:{self.port}", "credentials": str(self.credentials)},
                       log={"level": "debug"})  # fmt: skip

    def write_credentials(self, text):
        self.credentials.touch(mode=0o600)
        self.credentials.write_text(text)

    def aws_environment(self, key=KEY):
        """For AWS's own tools: this key, and nothing of whoever runs the test."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION, "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "HOME": str(self.folder),
        }  # fmt: skip

    def connect(self):
        """A connection that stays open over many requests."""
        return http.client.HTTPConnection(ADDRESS, self.port, timeout=30)


def signed(daemon, method, target, body=b"", *, key=KEY, secret=SECRET, headers=()):
    """The headers of a request, with its signature."""
    request = AWSRequest(method, daemon.endpoint + target, headers=dict(headers), data=body)
    SigV4Auth(Credentials(key, secret), "ses", REGION).add_auth(request)
    return dict(request.headers.items()) | {"Host": f"{ADDRESS}:{daemon.port}"}


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


def send(daemon, method, target, body=b"", *, key=KEY, secret=SECRET, headers=(), connection=None):
    """One signed request; on a connection of its own, or on `connection`."""
    used = connection or daemon.connect()
    try:
        used.request(method, target, body or None, signed(daemon, method, target, body, key=key, secret=secret,
                                                          headers=headers))  # fmt: skip
        return Answer(used.getresponse())
    finally:
        if connection is None:
            used.close()


def query(daemon, form, **how):
    """One request of the Query protocol."""
    return send(daemon, "POST", "/", form.encode(), headers={"Content-Type": FORM}, **how)


def raw_request(daemon, method, target, body=b"", headers=()):
    """The octets of a signed request, for tests that send them as no client would."""
    head = signed(daemon, method, target, body, headers=headers)
    if body:
        head["Content-Length"] = str(len(body))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
