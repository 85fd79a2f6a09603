// SPDX-License-Identifier: Apache-2.0
// Domains whose records our resolver denies although their zones have them, as far as it was noticed lately.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// Pure: time comes in as an argument. Not thread-safe.
class filtered_domains {
 public:
  static constexpr std::size_t most = 16;  // the oldest goes first

  /// So long it holds that a domain was denied, when nobody looks again.
  static constexpr duration holds_for = std::chrono::hours{2};

  /// `what`: "NAME: why".
  void denied(const std::string& domain, std::string what, steady_time now);
  void shown(const std::string& domain);
  void forget() { all_.clear(); }

  /// "NAME: why", of the latest, and how many more there are; nothing when there are none.
  std::optional<std::string> summary(steady_time now);

 private:
  struct entry {
    std::string domain;
    std::string what;
    steady_time at;
  };
  std::vector<entry> all_;  // oldest first
};

}  // namespace easydkim
