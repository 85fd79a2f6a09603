# SPDX-License-Identifier: Apache-2.0
"""A test with a running daemon and one connection to it."""

import unittest

from support.control import Refusal
from support.daemon import Daemon

INVALID = (-32602, "InvalidParameterValue")
MISSING = (-32602, "MissingParameter")


class ControlCase(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(self).start()
        self.control = self.daemon.control()

    def refused(self, expected, method, **params):
        with self.assertRaises(Refusal, msg=(method, params)) as caught:
            self.control.call(method, **params)
        self.assertEqual((caught.exception.rpc, caught.exception.word), expected, (method, params))
        return str(caught.exception)
