// What the running daemon says of itself: to the status file, to the service manager, to monitoring.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <utility>

#include "core/printable.hpp"
#include "daemon/monitoring/metrics_text.hpp"
#include "daemon/process/notify.hpp"
#include "daemon/service.hpp"

namespace easydkim {

void service::report_running() {
  if (state_ == daemon_state::running) report(daemon_state::running);
}

void service::report(daemon_state state) {
  state_ = state;
  daemon_status now_so = status();
  const poller_figures& polling = now_so.polling;
  if (const duration since = now_so.updated_at - reported_at_; since >= std::chrono::milliseconds{500}) {
    lookups_per_second_ = static_cast<double>(polling.lookups_total - lookups_at_report_) * 1000.0 /
                          static_cast<double>(since.count());
    lookups_at_report_ = polling.lookups_total;
    reported_at_ = now_so.updated_at;
    now_so.lookups_per_second = lookups_per_second_;
  }
  const auto failure = write_status_file(order_.settings.status.file, status_object(now_so));
  if (failure && std::exchange(status_file_was_written_, false))
    spdlog::warn("status, {}", printable(*failure));
  if (!failure) status_file_was_written_ = true;
  notify_status(fmt::format("{} pending, {} verified, {} failed; checks {} s late; resolver {}",
                            parts_.counts.with_status(dkim_status::pending),
                            parts_.counts.with_status(dkim_status::success),
                            parts_.counts.with_status(dkim_status::failed), polling.lag.count() / 1000,
                            polling.resolver_healthy ? "answers" : "does not answer"));
}

/// Those of the poller, and what is asked beside it.
poller_figures service::polling() const {
  poller_figures all = parts_.polling.report();
  all.lookups_total += inquiries_.dns().questions_total();
  all.in_flight += inquiries_.dns().in_flight();
  return all;
}

std::string service::metrics() const {
  return metrics_text({.version = order_.version,
                       .started_at = started_at_,
                       .identities = parts_.counts,
                       .changes = changes_,
                       .polling = polling(),
                       .lookups_of_resolvers = parts_.polling.lookups_of_resolvers(),
                       .lookups_of_zones = parts_.polling.lookups_of_zones(),
                       .port = inquiries_.dns().port(),
                       .of_ours = faults_,
                       .store = parts_.store.usage(),
                       .commits = parts_.writer.commits(),
                       .waiting_changes = parts_.writer.waiting(),
                       .control_connections = server_.connections(),
                       .requests = requests_});
}

daemon_status service::status() const {
  daemon_status now_so{.state = state_,
                       .pid = ::getpid(),
                       .started_at = started_at_,
                       .updated_at = clock_.now(),
                       .interval = order_.settings.status.interval,
                       .identities = parts_.counts,
                       .polling = polling(),
                       .lookups_per_second = lookups_per_second_,
                       .mode = order_.settings.resolver.mode,
                       .port = inquiries_.dns().port(),
                       .servers = {},
                       .faults = faults_.present(),
                       .store = parts_.store.usage(),
                       .commits_total = parts_.writer.commits_total(),
                       .connections = server_.connections(),
                       .requests_total = server_.requests_total(),
                       .last_change = last_change_};
  for (const server_address& each : servers_) now_so.servers.push_back(each.to_string());
  return now_so;
}

}  // namespace easydkim
