// SPDX-License-Identifier: Apache-2.0
// The recursive resolver of a world: an honest one, which follows delegations, and takes what servers say.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/worlds/internet.hpp"

namespace easydkim::worlds {

/// Asks one of a zone's servers, and takes its word. It keeps nothing, so it is led anew each time.
class recursion {
 public:
  /// Which of a zone's servers it happens to ask.
  enum class luck : std::uint8_t {
    even,  // any
    good,  // honest ones while there are some
    bad,   // hostile ones while there are some
  };

  /// A top-level domain: its servers, which the root gives rightly.
  struct top {
    std::string apex;
    std::vector<std::string> servers;    // names
    std::vector<std::string> addresses;  // in the same order
  };

  recursion(internet& net, std::uint64_t seed) : net_{net}, random_{seed} {}

  void set(luck chosen) { luck_ = chosen; }
  void add(top one);
  /// The address of `name` cannot be had from `from` until `to`: its zone is under attack.
  struct outage {
    std::string name;
    duration from{0};
    duration to{0};
  };
  void add(outage one) { outages_.push_back(std::move(one)); }
  const std::vector<outage>& outages() const noexcept { return outages_; }
  /// Those of `now` last for ever, and there are no others.
  void freeze_outages(duration now);
  luck chosen_luck() const noexcept { return luck_; }

  octets asked(const asked_question& what, duration now);

 private:
  struct found {
    unsigned rcode = 2;
    std::vector<record> answers;
    std::vector<record> authority;
  };
  found resolve(std::string name, rr_type type, duration now, int depth);
  std::vector<std::string> in_order(std::vector<std::string> addresses);

  internet& net_;
  std::mt19937_64 random_;
  luck luck_ = luck::even;
  std::vector<top> tops_;
  std::vector<outage> outages_;
};

std::string_view to_string(recursion::luck chosen) noexcept;

}  // namespace easydkim::worlds
