// SPDX-License-Identifier: Apache-2.0
// Lives simulated months until the time is over, each of its own seed, and stops at the first broken promise.
//
//   soak [--seed N] [--seconds S] [--days D] [--domains N]
//
// Without --seed the first seed is a fresh one; it is printed, and repeats the run (on a busy machine not
// always: the threads of a daemon may form their groups otherwise, so that a kill, which comes at a counted
// call, leaves a request more or less on the disk).
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string_view>

#include "tests/soak/dice.hpp"
#include "tests/soak/month.hpp"

namespace {

using namespace easydkim;
using namespace easydkim::soak;
using clock_type = std::chrono::steady_clock;

struct run_order {
  std::uint64_t seed = 0;
  std::uint64_t seconds = 5;
  std::uint64_t days = 30;
  std::uint64_t domains = 40;
};

std::optional<run_order> order_in(int count, char** words) {
  run_order order{.seed = std::random_device{}() % 1'000'000'000U};
  struct option {
    std::string_view word;
    std::uint64_t run_order::*value;
  };
  constexpr option options[] = {{"--seed", &run_order::seed},
                                {"--seconds", &run_order::seconds},
                                {"--days", &run_order::days},
                                {"--domains", &run_order::domains}};
  for (int i = 1; i < count; i += 2) {
    const std::string_view word = words[i], number = i + 1 < count ? words[i + 1] : "";
    bool known = false;
    for (const option& each : options) {
      if (each.word != word) continue;
      const auto read = std::from_chars(number.data(), number.data() + number.size(), order.*each.value);
      known = read.ec == std::errc{} && read.ptr == number.data() + number.size() && !number.empty();
    }
    if (!known) return std::nullopt;
  }
  if (order.domains == 0 || order.days == 0) return std::nullopt;
  return order;
}

void say(const month_order& order, const judge& all, clock_type::duration took) {
  const judge::tally& count = all.count();
  const auto became = [&](dkim_status status) {
    const auto found = count.became.find(status);
    return found == count.became.end() ? 0UL : static_cast<unsigned long>(found->second);
  };
  std::printf(
      "seed %llu, %s: %d days in %.1f s; %llu requests (%llu refused), %llu verdicts (%lu success, %lu "
      "failed, "
      "%lu lost); %llu ends, %llu kills, %llu changes found on disk that nobody was told of; %zu identities, "
      "trace %016llx\n",
      static_cast<unsigned long long>(order.seed), order.way == dns_way::by_hook ? "hook" : "sockets",
      order.days, std::chrono::duration<double>(took).count(),
      static_cast<unsigned long long>(count.requests), static_cast<unsigned long long>(count.refusals),
      static_cast<unsigned long long>(count.verdicts), became(dkim_status::success),
      became(dkim_status::failed), became(dkim_status::temporary_failure),
      static_cast<unsigned long long>(count.restarts), static_cast<unsigned long long>(count.kills),
      static_cast<unsigned long long>(count.adopted), all.acknowledged().size(),
      static_cast<unsigned long long>(all.trace()));
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
  const std::optional<run_order> run = order_in(count, words);
  if (!run) {
    std::fprintf(stderr,
                 "soak: use: soak [--seed N] [--seconds S] [--days D] [--domains N], each a whole number\n");
    return 2;
  }
  const auto end = clock_type::now() + std::chrono::seconds{run->seconds};
  for (std::uint64_t seed = run->seed;; ++seed) {
    month_order order{.seed = seed, .days = static_cast<int>(run->days), .domains = run->domains};
    if (roll(seed, dice::mode, {0}) % 4 == 0) order.way = dns_way::by_socket;
    const auto begun = clock_type::now();
    std::printf("seed %llu ...\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    try {
      const judge all = live_month(order);
      say(order, all, clock_type::now() - begun);
    } catch (const broken_promise& why) {
      std::printf("seed %llu: %s\nto see it again: soak --seed %llu --seconds 0 --days %d --domains %zu\n",
                  static_cast<unsigned long long>(seed), why.what(), static_cast<unsigned long long>(seed),
                  order.days, order.domains);
      return 1;
    }
    if (clock_type::now() >= end) return 0;
  }
}
