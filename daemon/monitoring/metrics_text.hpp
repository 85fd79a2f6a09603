// SPDX-License-Identifier: Apache-2.0
// The metrics of the daemon, in the text format of Prometheus.
// https://prometheus.io/docs/instrumenting/exposition_formats/
//
// Whoever counts does so in plain numbers, on the thread of the event loop; here they become metrics, when
// somebody asks. The labels have words of our own only: never a domain, an account or an address.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/store/identity_store.hpp"
#include "daemon/monitoring/change_tally.hpp"
#include "daemon/monitoring/faults.hpp"
#include "daemon/monitoring/request_tally.hpp"
#include "daemon/operations/census.hpp"
#include "daemon/storage/commit_figures.hpp"
#include "resolver/polling/lookup_tally.hpp"
#include "resolver/polling/poller_figures.hpp"
#include "resolver/servers/port_53.hpp"

namespace easydkim {

/// All that the metrics tell. A view: what it refers to must outlive the call.
struct metrics_view {
  std::string_view version;
  time_point started_at;
  const census& identities;
  const change_tally& changes;
  poller_figures polling;
  const lookup_tally& lookups_of_resolvers;
  const lookup_tally& lookups_of_zones;
  port_53::state port{};
  const faults& of_ours;
  store_usage store;
  const commit_figures& commits;
  std::size_t waiting_changes = 0;
  std::size_t control_connections = 0;
  const request_tally& requests;
};

std::string metrics_text(const metrics_view& seen);

/// What the text is, for whoever fetches it.
inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace easydkim
