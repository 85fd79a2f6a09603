// SPDX-License-Identifier: Apache-2.0
// All machines of a world, by address: octets of a question in, octets of an answer out, or silence.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/time_point.hpp"
#include "resolver/transport/server_address.hpp"
#include "tests/worlds/zone_content.hpp"

namespace easydkim::worlds {

/// How a machine treats a question.
enum class manner : std::uint8_t {
  answers,               // from the zones that it holds
  silent,                // also: too late
  no_route,              // cannot be reached from here
  refused,               // RCODE 5
  servfail,              // RCODE 2
  no_authority,          // right, but AA=0
  truncated,             // TC=1 over UDP, whole over TCP
  truncated_everywhere,  // TC=1 over UDP, nothing over TCP
  small_letters,         // repeats the question in small letters over UDP
  huge,                  // the answer, and hundreds of records more
  upward,                // a referral to the root
  unreadable,            // an answer that breaks off
};
std::string_view to_string(manner how) noexcept;

/// Whether it answers, so that what it says counts.
constexpr bool is_useful(manner how) noexcept {
  return how == manner::answers || how == manner::truncated || how == manner::small_letters;
}

struct conduct {
  manner how = manner::answers;
  const held_zones* holds = nullptr;
  std::string description{};  // for the story: "denies", "refers _domainkey to ev0"
};

/// From a moment on: one way, or several by turns.
struct phase {
  enum class turns : std::uint8_t { question, type, minute };
  duration from{0};
  std::vector<conduct> by_turns;
  turns change = turns::question;
};

struct machine {
  std::string name;           // for the story
  std::string address;        // IPv4
  bool is_hostile = false;    // or old: a resolver that asks it is out of luck
  std::vector<phase> phases;  // in order of time, the first from 0
  unsigned questions = 0;

  const phase& at(duration now) const;
};

enum class over : std::uint8_t { udp, tcp };

/// What comes back from an address.
struct reaction {
  enum class kind : std::uint8_t { arrived, silence, no_route };
  kind what = kind::silence;
  worlds::octets message{};
};

/// Not thread-safe.
class internet {
 public:
  internet();

  zone_content& new_zone(std::string apex, std::string_view primary, std::uint32_t ttl);
  const held_zones* new_view(held_zones zones);
  /// The number of the machine.
  std::size_t add(machine one);
  machine& at(std::size_t number) { return machines_[number]; }
  const std::vector<machine>& machines() const noexcept { return machines_; }
  const machine* find(std::string_view address) const;

  /// As a value: what the machine at `address` answers; nothing for silence.
  std::optional<answer> asked(std::string_view address, std::string_view name, rr_type type, over way,
                              duration now);

  /// The same in octets.
  reaction asked(const server_address& server, std::span<const std::uint8_t> question, over way,
                 duration now);

 private:
  std::optional<answer> asked(machine& one, std::string_view name, rr_type type, over way,
                              duration now) const;
  std::optional<answer> treated(const conduct& by, std::string_view name, rr_type type, over way) const;

  std::vector<machine> machines_;
  std::unordered_map<std::uint32_t, std::size_t> by_address_;  // IPv4, as a number
  std::deque<zone_content> zones_;
  std::deque<held_zones> views_;
  std::vector<record> filler_;
  record root_;
};

}  // namespace easydkim::worlds
