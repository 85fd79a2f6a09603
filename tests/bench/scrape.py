# SPDX-License-Identifier: Apache-2.0
"""What a fetch of the metrics costs the daemon, with many identities that are polled as shipped.

The daemon has a core for itself. `--smoke`: few identities, few fetches.
"""

import sys
import time

from measurement import (IS_SMOKE, SHIPPED, Run, core_of_its_own, import_domains, milliseconds, percentile,
                         processor_seconds)  # fmt: skip
from support.daemon import Daemon
from support.eventually import eventually
from support.knot import Knot
from support.metrics import Metrics

IDENTITIES = 200 if IS_SMOKE else 100_000
FETCHES = 5 if IS_SMOKE else 200
MOST_CPU = 0.002  # seconds a fetch, for which the event loop does nothing else


def main():
    with Run() as run:
        pinned = ["taskset", "--cpu-list", str(core_of_its_own())]
        knot = Knot(run, "example")
        daemon = Daemon(run, **SHIPPED)
        daemon.configure(resolver={"mode": "recursive", "servers": [knot.server]},
                         polling={"first_check": "1h"})  # fmt: skip
        metrics = Metrics(daemon)
        daemon.start(*pinned)
        import_domains(daemon, IDENTITIES)
        eventually(lambda: metrics.value("easydkim_queued_checks") == IDENTITIES, "all are queued", within=120)

        connection = metrics.connect()
        took, before = [], processor_seconds(daemon.child.pid)
        for _ in range(FETCHES):
            begin = time.monotonic()
            connection.request("GET", "/metrics")
            size = len(connection.getresponse().read())
            took.append(time.monotonic() - begin)
        cpu = (processor_seconds(daemon.child.pid) - before) / FETCHES
        run.row(f"fetch of the metrics, {IDENTITIES} identities, CPU", milliseconds(cpu),
                f"{size} octets, p50 {milliseconds(percentile(took, 0.5))}, p99 {milliseconds(percentile(took, 0.99))}",
                f"<= {milliseconds(MOST_CPU)}", cpu <= MOST_CPU)  # fmt: skip
        return run.exit_status()


if __name__ == "__main__":
    sys.exit(main())
