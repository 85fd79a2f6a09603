# SPDX-License-Identifier: Apache-2.0
"""The records as they are printed, each form given to a program that reads it: none can be pasted wrongly."""

import csv
import http.server
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import unittest
import xml.etree.ElementTree

import hcl
import natsort
import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.client import easydkim  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.folder import temporary_folder  # noqa: E402
from support.knot import BEGIN, Knot  # noqa: E402
from support.loopback import ADDRESS  # noqa: E402

AWS = "/usr/bin/aws" if os.access("/usr/bin/aws", os.X_OK) else shutil.which("aws")
ROUTE53 = "{https://route53.amazonaws.com/doc/2013-04-01/}"


def run(*command, given=None, environment=None):
    return subprocess.run(
        [*map(str, command)], input=given, stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True, text=True, timeout=60, env=environment,
    )  # fmt: skip


class Records(unittest.TestCase):
    """A domain with the records of both proofs."""

    def setUp(self):
        self.knot = Knot(self, "example.com")
        self.daemon = Daemon(self, resolver={"servers": [self.knot.server]}).start()
        self.daemon.call("VerifyDomainDkim", Domain="example.com")
        self.daemon.call("VerifyDomainIdentity", Domain="example.com")
        self.records = self.daemon.describe("example.com")["Records"]
        self.assertEqual([each["Type"] for each in self.records], ["CNAME"] * 3 + ["TXT"])

    def printed(self, form):
        ran = easydkim(self.daemon, "records", "example.com", "--format", form)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def expected(self, name="{}", value="{}", text="{}"):
        """Name, type and value of each record; `value` for a name, `text` for a text."""
        return [
            (name.format(each["Name"]), each["Type"],
             (text if each["Type"] == "TXT" else value).format(each["Value"]))
            for each in self.records
        ]  # fmt: skip

    def succeeds(self):
        self.daemon.wait_for_status("example.com", "Success")
        eventually(lambda: self.daemon.describe("example.com")["VerificationStatus"] == "Success", "the TXT proof too")


class AZoneFile(Records):
    def test_is_taken_by_bind_wherever_it_is_pasted(self):
        for place in ("", "$ORIGIN elsewhere.example.com.\n"):
            file = temporary_folder(self) / "zone"
            file.write_text(BEGIN.format(serial=1) + place + self.printed("zone"))
            checked = run("named-checkzone", "-D", "-k", "fail", "example.com", file)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
            lines = [line.split() for line in checked.stdout.splitlines()]
            for name, kind, value in self.expected(name="{}.", value="{}.", text='"{}"'):
                self.assertIn([name, "3600", "IN", kind, value], lines)

    def test_verifies_from_knot_below_another_origin(self):
        self.knot.publish("example.com", "$ORIGIN elsewhere.example.com.\n" + self.printed("zone"))
        self.succeeds()


class ADynamicUpdate(Records):
    def update(self, script):
        address, port = self.knot.server.split(":")
        sent = run("nsupdate", given=f"server {address} {port}\n" + script)
        self.assertEqual(sent.returncode, 0, sent.stdout + sent.stderr)

    def test_by_nsupdate_publishes_records_that_verify(self):
        self.update(self.printed("nsupdate"))
        self.succeeds()

    def test_replaces_a_wrong_cname(self):
        self.update(f"zone example.com\nupdate add {self.records[0]['Name']}. 60 CNAME elsewhere.example.\nsend\n")
        self.update(self.printed("nsupdate"))
        self.succeeds()

    def test_by_knsupdate_publishes_records_that_verify(self):
        # It does not find the zone by itself, as nsupdate does.
        address, port = self.knot.server.split(":")
        script = self.printed("nsupdate")
        zone = "" if script.startswith("zone ") else "zone example.com.\n"
        sent = run("knsupdate", given=f"server {address} {port}\n{zone}{script}")
        self.assertEqual(sent.returncode, 0, sent.stdout + sent.stderr)
        self.succeeds()


class Recorder(http.server.BaseHTTPRequestHandler):
    """Stands for Route 53: keeps what was asked, and answers that the change is on its way."""

    def do_POST(self):
        self.server.asked.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        answer = (
            '<?xml version="1.0"?><ChangeResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/">'
            "<ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-11-25T00:00:00Z</SubmittedAt>"
            "</ChangeInfo></ChangeResourceRecordSetsResponse>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class AChangeBatch(Records):
    def test_is_taken_by_the_aws_command_line_and_asks_for_the_records(self):
        self.assertTrue(AWS, "install awscli")
        server = http.server.HTTPServer((ADDRESS, 0), Recorder)
        server.asked = []
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)

        file = temporary_folder(self) / "batch.json"
        file.write_text(self.printed("route53"))
        sent = run(
            AWS, "route53", "change-resource-record-sets", "--hosted-zone-id", "Z1", "--change-batch", f"file://{file}",
            "--endpoint-url", f"http://{ADDRESS}:{server.server_port}",
            environment=os.environ | {
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "1",
                "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
            },
        )  # fmt: skip
        self.assertEqual(sent.returncode, 0, sent.stdout + sent.stderr)

        (path, body), = server.asked
        self.assertIn("/hostedzone/Z1/rrset", path)
        changes = xml.etree.ElementTree.fromstring(body).findall(f".//{ROUTE53}Change")
        self.assertEqual([each.findtext(f"{ROUTE53}Action") for each in changes], ["UPSERT"] * 4)
        sets = [each.find(f"{ROUTE53}ResourceRecordSet") for each in changes]
        self.assertEqual(
            [(each.findtext(f"{ROUTE53}Name"), each.findtext(f"{ROUTE53}Type"), each.findtext(f".//{ROUTE53}Value"))
             for each in sets],
            self.expected(name="{}.", value="{}.", text='"{}"'),
        )  # fmt: skip
        self.assertEqual({each.findtext(f"{ROUTE53}TTL") for each in sets}, {"3600"})


class Terraform(Records):
    def test_resources_parse_and_refer_to_a_zone_that_is_declared(self):
        parsed = hcl.loads(self.printed("terraform"))
        zones = parsed["data"]
        aws = parsed["resource"]["aws_route53_record"].values()
        cloudflare = parsed["resource"]["cloudflare_record"].values()
        self.assertEqual([(each["name"], each["type"], *each["records"]) for each in aws], self.expected())
        self.assertEqual(
            [(each["name"] + ".example.com", each["type"], each["content"]) for each in cloudflare], self.expected()
        )
        self.assertEqual({each["proxied"] for each in cloudflare}, {False})
        for kind, records, member in (("aws_route53_zone", aws, "zone_id"), ("cloudflare_zone", cloudflare, "id")):
            (label, zone), = zones[kind].items()
            self.assertEqual(zone, {"name": "example.com"})
            self.assertEqual({each["zone_id"] for each in records}, {f"data.{kind}.{label}.{member}"})

    def test_that_a_wrong_text_would_be_seen(self):
        with self.assertRaises(ValueError):
            hcl.loads(self.printed("terraform").replace("}", "", 1))


class OctoDns(Records):
    def test_yaml_holds_every_record_in_the_order_that_octodns_enforces(self):
        zone = yaml.safe_load(self.printed("octodns"))
        self.assertEqual(list(zone), sorted(zone, key=natsort.natsort_keygen()))
        self.assertEqual(
            sorted((f"{host}.example.com", each["type"], each["value"]) for host, each in zone.items()),
            sorted(self.expected(value="{}.")),
        )

    def test_order_is_that_of_octodns_for_many_tokens(self):
        for number in range(20):
            domain = f"d{number}.example.com"
            self.daemon.call("VerifyDomainDkim", Domain=domain)
            ran = easydkim(self.daemon, "records", domain, "--format", "octodns")
            hosts = list(yaml.safe_load(ran.stdout))
            self.assertEqual(hosts, sorted(hosts, key=natsort.natsort_keygen()))


class Data(Records):
    def test_json_and_csv_hold_the_same_records(self):
        of_json = json.loads(self.printed("json"))
        self.assertEqual([(each["Name"], each["Type"], each["Value"]) for each in of_json], self.expected())
        self.assertEqual(
            [(each["AbsoluteName"], each["Type"], each["AbsoluteValue"]) for each in of_json],
            self.expected(name="{}.", value="{}."),
        )
        of_csv = list(csv.DictReader(io.StringIO(self.printed("csv"), newline="")))
        self.assertEqual([(each["name"], each["type"], each["value"]) for each in of_csv], self.expected())
        self.assertEqual([each["host"] for each in of_csv], [each["Host"] for each in of_json])
        for each in of_json:
            self.assertEqual(each["Host"] + ".example.com", each["Name"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
