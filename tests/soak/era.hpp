// SPDX-License-Identifier: Apache-2.0
// One life of a daemon in a simulated month: from its start to its end, or to its kill. Runs in a process of
// its own.
//
// Store, group commit, operations and poller are the real ones; time is an argument, and goes on when nothing
// is under way. One lane and gathered groups make every step come in the same order, however busy the
// machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "core/policy.hpp"
#include "tests/faults/disk_calls.hpp"
#include "tests/soak/judge.hpp"
#include "tests/soak/tiding.hpp"
#include "tests/soak/world.hpp"

namespace easydkim::soak {

/// What a test breaks on purpose, to see that it is found.
enum class planted_fault : std::uint8_t {
  none,
  forgets,           // an identity that was acknowledged leaves the store
  changes_tokens,    // of an identity that was acknowledged
  verifies_nobody,   // a check that found nothing becomes Success
  fails_on_silence,  // a resolver that reads silence as absence
  swallows_request,  // one is never answered
  ends_unasked,      // the process ends
  leaks_descriptors,
  leaks_memory,
};

/// Who asks for the records: the owners' servers, by the poller's hook, or a resolver behind real sockets.
enum class dns_way : std::uint8_t { by_hook, by_socket };

/// The end of the process at a call on its store.
struct planned_kill {
  std::uint64_t before = 0;  // so many calls go well
  tests::disk_fate how = tests::disk_fate::killed;
};

struct era_order {
  std::filesystem::path store;
  std::uint64_t seed = 0;
  time_point begin;
  time_point end;
  std::size_t domains = 0;
  dns_way way = dns_way::by_hook;
  policy rules{};
  std::optional<planned_kill> kill{};
  planted_fault fault = planted_fault::none;
  std::chrono::milliseconds patience{60'000};  // of real time, for an answer
};

inline constexpr duration step = std::chrono::seconds{15};

/// Lives the era and tells it. `truth`: the month so far; copied.
void live(const era_order& order, const world& truth, const std::function<void(const tiding&)>& tell);

}  // namespace easydkim::soak
