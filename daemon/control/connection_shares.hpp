// SPDX-License-Identifier: Apache-2.0
// Who may open one more connection of the control socket or watch over one, and whose idle one goes for it.
//
// A user who opens all that he can must not shut out the others, root least of all. So each uid has a share,
// watchers, which stay for as long as they like, at most half of it, and a few further places are kept for
// root. An idle connection makes room, but never for a uid that has its share, or more connections than the
// one that would lose it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace easydkim {

struct connection_limits {
  std::size_t all = 256;   // control.max_connections, without those that are kept for root
  std::size_t of_uid = 0;  // limits.connections_per_uid; 0: a quarter of all, at least `least_share`
};

inline constexpr std::uint32_t root = 0;
inline constexpr std::size_t least_share = 4;    // of a uid, when it is a quarter of all
inline constexpr std::size_t kept_for_root = 4;  // beside all others; never for watchers

/// The connections that one uid may have, and how many of them may watch.
std::size_t share_of_uid(const connection_limits& limits) noexcept;
std::size_t watchers_of_uid(const connection_limits& limits) noexcept;

/// A connection that is open.
struct open_client {
  std::uint32_t uid = 0;
  bool is_kept = false;  // at one of the places for root
  bool watches = false;
  std::optional<std::chrono::steady_clock::time_point> idle_since{};  // nothing while it is busy
};

enum class place : std::uint8_t {
  usual,
  kept,           // one of those for root
  share_is_used,  // none: the uid has its share
  all_are_taken,  // none: others have theirs
};

struct admission {
  place at = place::usual;
  std::optional<std::size_t> leaves{};  // the index of the open one that is closed for it
};

/// Where a newcomer of `uid` gets its place among those that are `open`.
admission admit(std::uint32_t uid, std::span<const open_client> open, const connection_limits& limits);

enum class watch_permit : std::uint8_t {
  granted,
  share_is_used,  // the uid has as many watchers as it may
  not_when_kept,  // the places for root are for calls that end
};

/// Whether `asking`, one of those that are `open`, may become a watcher.
watch_permit may_watch(const open_client& asking, std::span<const open_client> open,
                       const connection_limits& limits);

}  // namespace easydkim
