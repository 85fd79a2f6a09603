// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/window_shift.hpp"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <vector>

namespace easydkim {
namespace {

bool has_times(const identity& subject) {
  return std::ranges::any_of(all_proofs, [&](proof which) {
    const verification& state = state_of(subject, which);
    return state.status == dkim_status::pending || state.status == dkim_status::temporary_failure ||
           state.first_miss_at.has_value();
  });
}

}  // namespace

boost::asio::awaitable<void> shift_windows(const identity_store& store, group_commit& writer,
                                           clock_step step) {
  std::vector<identity_id> timed;
  store.each([&](const identity& each) {
    if (has_times(each)) timed.push_back(each.id);
  });
  constexpr std::size_t at_once = 1000;
  for (std::size_t begin = 0; begin < timed.size(); begin += at_once) {
    const std::vector<identity_id> part{
        timed.begin() + static_cast<std::ptrdiff_t>(begin),
        timed.begin() + static_cast<std::ptrdiff_t>(std::min(begin + at_once, timed.size()))};
    const auto decide = [part, step](write_group& group) -> result<void> {
      for (const identity_id id : part)
        if (const std::optional<identity> there = group.load(id))
          if (const result<void> moved = group.update(shifted(*there, step)); !moved) return moved;
      return {};
    };
    if (const result<void> moved = co_await writer.write(decide); !moved)
      spdlog::error("clock, could not move the windows of {} identities ({})", part.size(),
                    sentence(moved.error()));
  }
}

}  // namespace easydkim
