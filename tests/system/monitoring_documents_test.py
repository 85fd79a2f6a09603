# SPDX-License-Identifier: Apache-2.0
"""The dashboard and the alert rules in etc/ name metrics and labels that the daemon has, and the rules fire when they
should and not before."""

import json
import pathlib
import re
import subprocess
import sys
import textwrap
import unittest
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import yaml  # noqa: E402

from support.child import Child  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.eventually import eventually  # noqa: E402
from support.folder import temporary_folder  # noqa: E402
from support.loopback import ADDRESS, free_port  # noqa: E402
from support.metrics import Metrics  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGE = (PROJECT / "docs/monitoring.md").read_text(encoding="utf-8")
RULES = PROJECT / "etc/prometheus-easydkim.rules.yml"
DASHBOARD = json.loads((PROJECT / "etc/grafana-easydkim.json").read_text(encoding="utf-8"))
OF_PROMETHEUS = {"job", "instance"}  # labels that it adds itself
SELECTOR = re.compile(r"(easydkim_[a-z0-9_]+)(?:\{([^}]*)\})?")

# Series of one daemon that is well, by the minute.
WELL = {
    'up{job="easydkim"}': "1x120",
    "easydkim_lag_seconds": "2x120",
    "easydkim_resolver_healthy": "1x120",
    'easydkim_port_53_state{state="blocked"}': "0x120",
    'easydkim_fault{fault="no_ipv6"}': "0x120",
    "easydkim_store_used_bytes": "10x120",
    "easydkim_store_size_bytes": "100x120",
    'easydkim_store_commit_duration_seconds_bucket{le="0.5"}': "0+600x120",
    'easydkim_store_commit_duration_seconds_bucket{le="10"}': "0+600x120",
    'easydkim_store_commit_duration_seconds_bucket{le="+Inf"}': "0+600x120",
    'easydkim_identities{status="Success"}': "1000x120",
    'easydkim_status_changes_total{proof="dkim",from="TemporaryFailure",to="Failed"}': "0x120",
    'easydkim_status_changes_total{proof="dkim",from="Success",to="TemporaryFailure"}': "0x60 1x59",
    'easydkim_status_changes_total{proof="dkim",from="Pending",to="Failed"}': "0+9x120",
    'easydkim_requests_total{code="OK"}': "0+60x120",
    'easydkim_requests_total{code="ServiceUnavailable"}': "0x120",
}
# What is not well, and the alert that says so.
ILL = {
    "EasydkimDown": {'up{job="easydkim"}': "0x120"},
    "EasydkimLagHigh": {"easydkim_lag_seconds": "2x90 0+30x29"},
    "EasydkimResolverIll": {"easydkim_resolver_healthy": "1x100 0x19"},
    "EasydkimPort53Blocked": {'easydkim_port_53_state{state="blocked"}': "0x90 1x29"},
    "EasydkimFault": {'easydkim_fault{fault="no_ipv6"}': "0x100 1x19"},
    "EasydkimStoreNearlyFull": {"easydkim_store_used_bytes": "86x120"},
    "EasydkimCommitsSlow": {'easydkim_store_commit_duration_seconds_bucket{le="0.5"}': "0+580x120"},
    "EasydkimSigningLost": {
        'easydkim_status_changes_total{proof="dkim",from="TemporaryFailure",to="Failed"}': "0x110 1x9"
    },
    "EasydkimManyRecordsGone": {
        'easydkim_status_changes_total{proof="dkim",from="Success",to="TemporaryFailure"}': "0x110 40x9"
    },
    "EasydkimRequestsFail": {'easydkim_requests_total{code="ServiceUnavailable"}': "0+1x120"},
}


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]


def dashboard_queries():
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def family_of(name):
    return re.sub(r"_(bucket|sum|count)$", "", name)


def promtool(*arguments, folder):
    return subprocess.run(["promtool", *map(str, arguments)], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)  # fmt: skip


class WhatTheyName(unittest.TestCase):
    def setUp(self):
        daemon = Daemon(self)
        metrics = Metrics(daemon)
        daemon.start()
        daemon.call("GetStatus")
        self.labels = {}
        for family in metrics.families():
            for sample in family.samples:
                self.labels.setdefault(sample.name, set()).update(sample.labels)

    def check(self, query):
        named = SELECTOR.findall(query)
        self.assertTrue(named or query.startswith("up{"), query)
        for name, selectors in named:
            self.assertIn(name, self.labels, query)
            used = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selectors))
            self.assertLessEqual(used, self.labels[name] | OF_PROMETHEUS, query)

    def test_is_there_for_the_dashboard(self):
        self.assertGreaterEqual(len(dashboard_queries()), 20)
        for query in dashboard_queries():
            self.check(query)
        for variable in DASHBOARD["templating"]["list"]:
            if variable["type"] == "query":
                self.check(variable["query"])

    def test_is_there_for_the_rules(self):
        for rule in rules():
            self.check(rule["expr"])

    def test_would_not_be_there_if_it_were_misspelt(self):
        for wrong in ("easydkim_lagg_seconds", 'easydkim_identities{state="Success"}'):
            with self.assertRaises(AssertionError):
                self.check(wrong)

    def families(self):
        return {family_of(name) for name in self.labels}

    def test_leaves_no_metric_out_of_the_dashboard(self):
        shown = {family_of(name) for query in dashboard_queries() for name, _ in SELECTOR.findall(query)}
        self.assertEqual(shown, self.families())

    def test_is_all_that_the_manual_page_names(self):
        page = (PROJECT / "man/easydkimd.8").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"easydkim_[a-z0-9_]+", page)), self.families())

    def test_is_there_for_readme_and_page(self):
        for text in (README, PAGE):
            named = set(re.findall(r"easydkim_[a-z0-9_]+", text))
            self.assertGreaterEqual(len(named), 1)
            self.assertLessEqual(named, self.families())


class TheDashboard(unittest.TestCase):
    def test_has_queries_that_prometheus_understands(self):
        folder = temporary_folder(self)
        asked = [re.sub(r"\$__rate_interval", "5m", query).replace("$job", ".*").replace("$instance", ".*")
                 for query in dashboard_queries()]  # fmt: skip
        file = folder / "queries.yml"
        file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": [
            {"record": f"panel:{number}", "expr": query} for number, query in enumerate(asked)]}]}))  # fmt: skip
        checked = promtool("check", "rules", file, folder=folder)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_has_panels_that_do_not_lie_on_each_other(self):
        taken = set()
        for panel in DASHBOARD["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            self.assertLessEqual(at["x"] + at["w"], 24)
            taken |= cells
        identities = [panel["id"] for panel in DASHBOARD["panels"]]
        self.assertEqual(len(set(identities)), len(identities))


class TheRules(unittest.TestCase):
    def test_are_understood(self):
        checked = promtool("check", "rules", RULES, folder=PROJECT)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_have_a_case_each(self):
        self.assertEqual({rule["alert"] for rule in rules()}, set(ILL))

    def firing(self, **changed):
        """The alerts that fire after two hours of WELL with changed series; promtool names them when it disagrees."""
        folder = temporary_folder(self)
        series = WELL | changed
        file = folder / "case.yml"
        file.write_text(json.dumps({
            "rule_files": [str(RULES)],
            "evaluation_interval": "1m",
            "tests": [{
                "interval": "1m",
                "input_series": [{"series": with_target(name), "values": values} for name, values in series.items()],
                "promql_expr_test": [{
                    "expr": 'count by (alertname) (ALERTS{alertstate="firing"})', "eval_time": "119m",
                    "exp_samples": [{"labels": "no_such_label", "value": 1}],
                }],
            }],
        }))  # fmt: skip
        told = promtool("test", "rules", file, folder=folder)
        self.assertNotEqual(told.returncode, 0, "promtool was to disagree")
        got = re.search(r"(?s)got:(.*)", told.stdout + told.stderr)
        self.assertIsNotNone(got, told.stdout + told.stderr)
        return set(re.findall(r'alertname="(\w+)"', got[1]))

    def test_are_silent_while_all_is_well(self):
        self.assertEqual(self.firing(), set())

    def test_fire_when_something_is_ill_and_no_other_with_them(self):
        for alert, changed in ILL.items():
            with self.subTest(alert):
                self.assertEqual(self.firing(**changed), {alert})


class ARealPrometheus(unittest.TestCase):
    """As README and docs/ have it set up, but for the addresses and the time between two fetches."""

    def setUp(self):
        daemon = Daemon(self)
        self.metrics = Metrics(daemon)
        daemon.start()
        self.folder = temporary_folder(self)
        shown, of_page = (re.search(r"(?s)# /etc/prometheus/prometheus.yml\n(.*?)\n\n", text)[1] for text in (README, PAGE))
        self.assertEqual(shown, of_page)
        config = yaml.safe_load(textwrap.dedent(shown))
        self.assertEqual(config["rule_files"], ["/etc/easydkim/" + RULES.name])
        config["rule_files"] = [str(RULES)]
        config["scrape_configs"][0]["static_configs"][0]["targets"] = [f"{ADDRESS}:{self.metrics.port}"]
        config["global"] = {"scrape_interval": "200ms", "scrape_timeout": "200ms", "evaluation_interval": "200ms"}
        file = self.folder / "prometheus.yml"
        file.write_text(json.dumps(config))
        self.port = free_port()
        self.prometheus = Child(self, [
            "prometheus", f"--config.file={file}", f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address={ADDRESS}:{self.port}",
        ], log=self.folder / "log")  # fmt: skip

    def ask(self, path):
        """The data of an answer; None while there is none."""
        if not self.prometheus.is_running():
            raise AssertionError(self.prometheus.output())
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{self.port}/api/v1/{path}", timeout=10) as answer:
                return json.load(answer)["data"]
        except OSError:
            return None

    def test_fetches_the_metrics_and_evaluates_the_rules(self):
        def values(query):
            found = self.ask("query?" + urllib.parse.urlencode({"query": query}))
            return [sample["value"][1] for sample in found["result"]] if found else []

        eventually(lambda: values('easydkim_build_info{job="easydkim"}') == ["1"], "the metrics are fetched")
        self.assertEqual(values('up{job="easydkim"}'), ["1"])

        def evaluated():
            found = self.ask("rules")
            all_of_them = [rule for group in found["groups"] for rule in group["rules"]] if found else []
            return all_of_them if all(rule["health"] != "unknown" for rule in all_of_them) else None

        judged = eventually(evaluated, "the rules are evaluated")
        self.assertEqual({rule["name"]: (rule["health"], rule["state"]) for rule in judged},
                         dict.fromkeys(ILL, ("ok", "inactive")))  # fmt: skip


def with_target(series):
    """A series as Prometheus stores it, with the job and instance of whom it was fetched from."""
    name, _, labels = series.partition("{")
    known = labels.rstrip("}")
    added = [] if "job=" in known else ['job="easydkim"']
    return "%s{%s}" % (name, ",".join([*filter(None, [known]), *added, 'instance="a"']))


if __name__ == "__main__":
    unittest.main(verbosity=2)
