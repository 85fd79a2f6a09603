// SPDX-License-Identifier: Apache-2.0
// A simulated month: one daemon after the other over one store, each ended or killed, and a judge who hears
// all.
#pragma once

#include <cstdint>

#include "tests/soak/era.hpp"
#include "tests/soak/judge.hpp"

namespace easydkim::soak {

struct month_order {
  std::uint64_t seed = 1;
  int days = 30;
  std::size_t domains = 40;
  dns_way way = dns_way::by_hook;
  planted_fault fault = planted_fault::none;
  std::chrono::milliseconds patience{60'000};
};

/// Lives it, and gives the judge at its end. Throws `broken_promise`. The same order lives the same month,
/// the same trace, unless the machine is so busy that a daemon's threads form their groups otherwise.
judge live_month(const month_order& order);

}  // namespace easydkim::soak
