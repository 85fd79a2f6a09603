// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/connection_shares.hpp"

#include <algorithm>
#include <unordered_map>

namespace easydkim {
namespace {

/// The one that has been idle for longest of those that `may_leave`; nothing when none is idle.
template <class Predicate>
std::optional<std::size_t> longest_idle(std::span<const open_client> open, Predicate may_leave) {
  std::optional<std::size_t> longest;
  for (std::size_t i = 0; i < open.size(); ++i)
    if (open[i].idle_since && may_leave(open[i]) &&
        (!longest || *open[i].idle_since < *open[*longest].idle_since))
      longest = i;
  return longest;
}

/// A place for root, or `otherwise`.
admission admit_root(std::span<const open_client> open, place otherwise) {
  if (std::ranges::count_if(open, &open_client::is_kept) < std::ptrdiff_t{kept_for_root})
    return {.at = place::kept};
  const auto leaves = longest_idle(open, [](const open_client& each) { return each.is_kept; });
  return leaves ? admission{place::kept, leaves} : admission{otherwise};
}

}  // namespace

std::size_t share_of_uid(const connection_limits& limits) noexcept {
  const std::size_t wanted = limits.of_uid == 0 ? std::max(limits.all / 4, least_share) : limits.of_uid;
  return std::min(wanted, limits.all);
}

std::size_t watchers_of_uid(const connection_limits& limits) noexcept {
  return std::max<std::size_t>(share_of_uid(limits) / 2, 1);
}

admission admit(std::uint32_t uid, std::span<const open_client> open, const connection_limits& limits) {
  std::size_t taken = 0;
  std::unordered_map<std::uint32_t, std::size_t> of_uid;  // connections at usual places
  for (const open_client& each : open) {
    if (each.is_kept) continue;
    ++taken;
    ++of_uid[each.uid];
  }
  const std::size_t own = of_uid[uid];
  const bool has_its_share = own >= share_of_uid(limits);
  if (!has_its_share && taken < limits.all) return {.at = place::usual};

  const auto may_leave = [&](const open_client& each) {
    return !each.is_kept && (each.uid == uid || (!has_its_share && of_uid[each.uid] > own));
  };
  if (const auto leaves = longest_idle(open, may_leave)) return {place::usual, leaves};
  const place none = has_its_share ? place::share_is_used : place::all_are_taken;
  return uid == root ? admit_root(open, none) : admission{none};
}

watch_permit may_watch(const open_client& asking, std::span<const open_client> open,
                       const connection_limits& limits) {
  if (asking.watches) return watch_permit::granted;
  if (asking.is_kept) return watch_permit::not_when_kept;
  const auto watchers = std::ranges::count_if(
      open, [&](const open_client& each) { return each.watches && each.uid == asking.uid; });
  return static_cast<std::size_t>(watchers) < watchers_of_uid(limits) ? watch_permit::granted
                                                                      : watch_permit::share_is_used;
}

}  // namespace easydkim
