// SPDX-License-Identifier: Apache-2.0
#include "daemon/service_report.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <utility>

#include "core/printable.hpp"
#include "daemon/monitoring/metrics_text.hpp"
#include "daemon/process/notify.hpp"

namespace easydkim {

service_report::service_report(dependencies with)
    : with_{std::move(with)}, reported_at_{with_.started_at} {}

void service_report::enter(daemon_state state) {
  state_ = state;
  write();
}

void service_report::write_while_running() {
  if (state_ == daemon_state::running) write();
}

void service_report::add(const identity_change& change) {
  changes_.add(change);
  if (change.of == proof::dkim) last_change_ = change;
}

void service_report::write() {
  daemon_status now_so = status();
  measure(now_so);
  const auto failure = write_status_file(with_.settings.status.file, status_object(now_so));
  if (failure && std::exchange(file_was_written_, false)) spdlog::warn("status, {}", printable(*failure));
  if (!failure) file_was_written_ = true;
  notify_status(fmt::format(
      "{} pending, {} verified, {} failed; checks {} s late; resolver {}",
      now_so.identities.with_status(dkim_status::pending),
      now_so.identities.with_status(dkim_status::success), now_so.identities.with_status(dkim_status::failed),
      now_so.polling.lag.count() / 1000, now_so.polling.resolver_healthy ? "answers" : "does not answer"));
}

/// The rate of lookups since the last report, unless that was a moment ago.
void service_report::measure(daemon_status& now_so) {
  const duration since = now_so.updated_at - reported_at_;
  if (since < std::chrono::milliseconds{500}) return;
  lookups_per_second_ = static_cast<double>(now_so.polling.lookups_total - lookups_at_report_) * 1000.0 /
                        static_cast<double>(since.count());
  lookups_at_report_ = now_so.polling.lookups_total;
  reported_at_ = now_so.updated_at;
  now_so.lookups_per_second = lookups_per_second_;
}

/// Those of the poller, with the questions of the authoritative resolver.
poller_figures service_report::polling() const {
  poller_figures all = with_.parts.polling.report();
  all.lookups_total += with_.dns.questions_total();
  all.in_flight += with_.dns.in_flight();
  return all;
}

std::string service_report::metrics() const {
  const daemon_parts& parts = with_.parts;
  return metrics_text({.version = with_.version,
                       .started_at = with_.started_at,
                       .identities = parts.counts,
                       .changes = changes_,
                       .polling = polling(),
                       .lookups_of_resolvers = parts.polling.lookups_of_resolvers(),
                       .lookups_of_zones = parts.polling.lookups_of_zones(),
                       .port = with_.dns.port(),
                       .of_ours = with_.faults,
                       .store = parts.store.usage(),
                       .commits = parts.writer.commits(),
                       .waiting_changes = parts.writer.waiting(),
                       .control_connections = with_.control.connections(),
                       .requests = with_.requests});
}

daemon_status service_report::status() const {
  const daemon_parts& parts = with_.parts;
  daemon_status now_so{.state = state_,
                       .pid = ::getpid(),
                       .started_at = with_.started_at,
                       .updated_at = with_.now(),
                       .interval = with_.settings.status.interval,
                       .identities = parts.counts,
                       .polling = polling(),
                       .lookups_per_second = lookups_per_second_,
                       .mode = with_.settings.resolver.mode,
                       .port = with_.dns.port(),
                       .servers = {},
                       .faults = with_.faults.present(),
                       .store = parts.store.usage(),
                       .commits_total = parts.writer.commits_total(),
                       .connections = with_.control.connections(),
                       .requests_total = with_.control.requests_total(),
                       .last_change = last_change_};
  for (const server_address& each : with_.servers) now_so.servers.push_back(each.to_string());
  return now_so;
}

}  // namespace easydkim
