// What the servers of a zone say together of one record.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/finding.hpp"
#include "core/time_point.hpp"

namespace easydkim {

/// What one of them says.
struct server_finding {
  std::string server;       // its name
  finding seen;             // `no_answer` also when what it said does not count
  bool is_resting = false;  // was not asked, since it was silent or lame before: nobody waits for it
};

/// What was known of the record before, and since when nothing has changed.
struct known_record {
  finding seen{};
  std::optional<time_point> since{};
};

/// Whose word is needed.
enum class needed : std::uint8_t {
  all,       // of those that respond
  majority,  // of them, and two: the others have not learnt it in a long time, and perhaps never will
};

/// How long some servers may lack a record that others have before they are outvoted. Their zone is older, or
/// nobody looks after them any more.
inline constexpr duration longest_split = std::chrono::hours{1};

/// The majority is enough after a split that has lasted for `longest_split`, and while a record is waited for
/// that counted as found already.
needed needed_after(const known_record& before, time_point now) noexcept;

/// Another target on any of them is the result. Else all that respond must have the record, and there must be
/// two of them, unless the zone has but one: one alone may be an old server that somebody else has now. (With
/// the majority, as many as do not rest.) Some that have it and some that have not: {absent,
/// on_some_servers}, `observed` naming one of these, unless the majority is enough. None that responds:
/// {no_answer, why}.
finding tally(std::span<const server_finding> of, needed whom = needed::all);

}  // namespace easydkim
