// SPDX-License-Identifier: Apache-2.0
// What a daemon under test tells its judge, line by line over a pipe: what it was asked, what it
// acknowledged, what the DNS said before each verdict. What was told before a kill was told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/identity.hpp"

namespace easydkim::soak {

/// Who is asked for: an identity by its names.
struct subject_name {
  std::string account;
  std::string domain;

  auto operator<=>(const subject_name&) const = default;
};

struct tiding {
  enum class kind : char {
    asked = 'A',     // a request begins: `about`
    answered = 'B',  // and has ended: `stored` is what was acknowledged, nothing when it is deleted
    refused = 'C',   // and was not done: `words`
    judging = 'J',   // a check of `id` is over, its verdict is on its way to the disk
    judged = 'K',    // and is there: `stored`, nothing when the identity is gone
    quiet = 'Q',     // nothing is under way
    figures = 'F',   // `words`: what the process holds
    broken = 'X',    // the daemon saw a promise broken: `words`
    ended = 'Z',     // in order
  };
  kind what = kind::quiet;
  time_point at{};
  std::uint64_t number = 0;  // of a request
  subject_name about{};
  identity_id id = 0;
  proof of = proof::dkim;
  int for_it = 0;      // answers of the DNS
  int against_it = 0;  // likewise
  std::optional<identity> stored{};
  std::string words{};
};

/// One line with its end.
std::string to_line(const tiding& told);

/// Throws std::runtime_error for what is no such line.
tiding tiding_in(std::string_view line);

}  // namespace easydkim::soak
