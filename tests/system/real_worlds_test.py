# SPDX-License-Identifier: Apache-2.0
"""Simulated worlds, frozen at a moment, on real sockets: the real daemon keeps the same promises there.

EASYDKIM_REAL_WORLDS: how many (script/test --real-worlds), from a fresh seed or EASYDKIM_REAL_WORLDS_SEED. Otherwise
a few: the first would be verified by a daemon that believes one server alone.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.child import Child  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.folder import temporary_folder  # noqa: E402
from support.programs import program  # noqa: E402

FEW = (895272188, 895271967, 895271968, 895271970, 895271972)
JUST_AFTER_ITS_LAST_CHANGE = -1
LONGEST = 8  # seconds for a Success that is due
LEAST = 1.5  # seconds for one that is not
POLLS = 3

# All addresses are local there, and nothing leads out.
ALONE = 'ip link set lo up && ip route add local 0.0.0.0/0 dev lo table local && exec "$0" "$@"'


def alone(*command):
    return ["unshare", "--net", "sh", "-c", ALONE, *command]


@unittest.skipUnless(os.geteuid() == 0, "needs root for a network namespace")
class RealWorlds(unittest.TestCase):
    def live(self, seed):
        """What was promised, and the status at the end."""
        log = temporary_folder(self) / "world"
        servers = Child(self, alone(program("world_servers"), str(seed), str(JUST_AFTER_ITS_LAST_CHANGE)), log=log)
        eventually(lambda: "\n" in servers.output(), f"world {seed} is served")
        told = json.loads(servers.output())
        daemon = Daemon(self, resolver={"mode": "authoritative", "servers": [told["resolver"]]},
                        verification={"target_suffix": told["target_suffix"]},
                        authority={"queries_per_second": 1000, "in_flight": 100})  # fmt: skip
        daemon.start("nsenter", f"--net=/proc/{servers.pid}/ns/net")
        file = daemon.folder / "domains"
        file.write_text(" ".join([told["domain"], *told["tokens"]]) + "\n")
        subprocess.run([program("easydkim"), "--socket", daemon.socket, "import", file], check=True,
                       capture_output=True)  # fmt: skip
        begin = time.monotonic()
        daemon.call("CheckIdentity", Identity=told["domain"])
        before = daemon.status()["polling"]["lookups_total"]

        def is_over():
            if daemon.verification_status(told["domain"]) == "Success":
                return True
            polls = daemon.status()["polling"]["lookups_total"] - before
            age = time.monotonic() - begin
            return age > LONGEST or (not told["must_verify"] and age > LEAST and polls >= POLLS)

        eventually(is_over, f"world {seed} was lived in", within=2 * LONGEST)
        status = daemon.verification_status(told["domain"])
        daemon.stop()
        servers.end()
        return told, status

    def test_keep_the_promises(self):
        seeds = FEW
        if count := int(os.environ.get("EASYDKIM_REAL_WORLDS") or 0):
            first = int(os.environ.get("EASYDKIM_REAL_WORLDS_SEED") or random.randrange(10**9))
            seeds = range(first, first + count)
        print(f"{len(seeds)} real worlds from seed {seeds[0]}", flush=True)
        verified = due = forbidden = 0
        for seed in seeds:
            with self.subTest(seed=seed):
                told, status = self.live(seed)
                verified += status == "Success"
                due += told["must_verify"]
                forbidden += not told["may_verify"]
                if not told["may_verify"]:
                    self.assertNotEqual(status, "Success", told)
                if told["must_verify"]:
                    self.assertEqual(status, "Success", told)
        print(f"{verified} verified, {due} had to be, {forbidden} must not be", flush=True)


if __name__ == "__main__":
    unittest.main()
