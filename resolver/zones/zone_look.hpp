// SPDX-License-Identifier: Apache-2.0
// What became of asking a domain's own name servers for a record: the poller's view of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/time_point.hpp"
#include "resolver/zones/record_look.hpp"

namespace easydkim {

struct zone_look {
  enum class next : std::uint8_t {
    judge,         // `look.seen` is what they say
    ask_resolver,  // they cannot be asked at all: their addresses are private, or port 53 is closed
    later,         // all of them are busy or left alone now
  };
  next what = next::judge;
  record_look look{};
  std::optional<time_point> ready_at{};  // of `later`
};

/// What a check has proven and was answered, for the diagnosis after it, which so need not ask again.
struct checked_zone {
  steady_time began{};                  // of the check
  std::optional<zone_search> proven{};  // by the whole proof; nothing: the diagnosis has to find the zone
  std::array<std::vector<server_answer>, most_records> answers{};  // of all its servers, by `record_slot`

  /// Keeps what the look at a record says, where it is the whole proof.
  void add(std::size_t slot, record_look&& seen) {
    if (seen.replies.empty()) return;
    if (proven && proven->where.apex != seen.searched.where.apex) *this = {.began = began};  // the zone has moved
    std::vector<old_glue> glue;
    if (proven) glue = std::move(proven->glue);
    proven = std::move(seen.searched);
    if (proven->glue.empty()) proven->glue = std::move(glue);
    answers[slot] = std::move(seen.replies);
  }
};

}  // namespace easydkim
