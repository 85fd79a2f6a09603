// SPDX-License-Identifier: Apache-2.0
// The status file: how the daemon is, for monitoring; and the same object for GetStatus.
#pragma once

#include <unistd.h>

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/identity_store.hpp"
#include "daemon/config/config.hpp"
#include "daemon/monitoring/faults.hpp"
#include "daemon/operations/census.hpp"
#include "daemon/operations/change_feed.hpp"
#include "resolver/polling/poller_figures.hpp"
#include "resolver/servers/port_53.hpp"

namespace easydkim {

enum class daemon_state : std::uint8_t {
  starting,  // reading the store
  running,   // serving and polling
  stopping,  // finishing what was acknowledged
  stopped,   // the last word of a daemon that ended in order
};
std::string_view to_string(daemon_state state) noexcept;

/// All that the status tells.
struct daemon_status {
  daemon_state state = daemon_state::starting;
  pid_t pid = 0;
  time_point started_at;
  time_point updated_at;
  duration interval{0};  // how often the file is written: a reader can tell when it is stale
  census identities;
  poller_figures polling;
  double lookups_per_second = 0;
  config::resolver_settings::who mode{};  // as configured
  port_53::state port{};                  // whether name servers of domains can be reached
  std::vector<std::string> servers;
  std::vector<present_fault> faults;
  store_usage store;
  std::uint64_t commits_total = 0;
  std::size_t connections = 0;
  std::uint64_t requests_total = 0;
  std::optional<identity_change> last_change;
};

boost::json::object status_object(const daemon_status& status);

/// Replaces `file` by `status` in one step (written beside, then renamed); readable by all. Gives a sentence
/// when that fails: the daemon goes on without. Follows no symbolic link.
std::optional<std::string> write_status_file(const std::filesystem::path& file,
                                             const boost::json::object& status);

}  // namespace easydkim
