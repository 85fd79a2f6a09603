// SPDX-License-Identifier: Apache-2.0
#include "core/due_queue.hpp"

#include <algorithm>
#include <chrono>

namespace easydkim {
namespace {

constexpr time_point epoch = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};
constexpr std::uint64_t before_epoch = 1;
constexpr std::uint64_t latest = (std::uint64_t{1} << 40) - 1;

/// Times before the epoch (a machine that started without a clock) count as the first millisecond after it.
std::uint64_t to_ticks(time_point when) {
  return static_cast<std::uint64_t>(
      std::clamp((when - epoch).count(), duration::rep{before_epoch}, static_cast<duration::rep>(latest)));
}
time_point to_time(std::uint64_t ticks) {
  return epoch + duration{static_cast<duration::rep>(ticks)};
}

/// The `turn` of a TXT proof.
constexpr std::uint64_t txt_turn = 3;

constexpr auto later = [](const auto& a, const auto& b) { return a.due > b.due; };

}  // namespace

due_queue::packed due_queue::pack(const entry& item) {
  return {.due = to_ticks(item.due) & latest,
          .id_high = item.id >> 22 & 0xFFFFFF,
          .id_low = item.id & 0x3FFFFF,
          .turn = item.which == proof::txt ? txt_turn : item.turn & 3,
          .last = item.last_checked ? to_ticks(*item.last_checked) & latest : 0};
}

due_queue::entry due_queue::unpack(const packed& item) {
  return {.id = static_cast<identity_id>(item.id_high) << 22 | item.id_low,
          .which = item.turn == txt_turn ? proof::txt : proof::dkim,
          .due = to_time(item.due),
          .last_checked = item.last == 0 ? std::nullopt : std::optional{to_time(item.last)},
          .turn = item.turn == txt_turn ? 0 : std::size_t{item.turn}};
}

void due_queue::push(const entry& item) {
  heap_.push_back(pack(item));
  std::ranges::push_heap(heap_, later);
}

std::optional<due_queue::entry> due_queue::pop_due(time_point now) {
  if (heap_.empty() || to_time(heap_.front().due) > now) return std::nullopt;
  std::ranges::pop_heap(heap_, later);
  const entry item = unpack(heap_.back());
  heap_.pop_back();
  return item;
}

std::optional<time_point> due_queue::earliest() const {
  if (heap_.empty()) return std::nullopt;
  return to_time(heap_.front().due);
}

std::vector<due_queue::packed>::const_iterator due_queue::at(identity_id id, proof which) const {
  const packed wanted = pack({.id = id, .which = which, .due = epoch, .last_checked = std::nullopt});
  return std::ranges::find_if(heap_, [&](const packed& each) {
    return each.id_low == wanted.id_low && each.id_high == wanted.id_high &&
           (each.turn == txt_turn) == (which == proof::txt);
  });
}

std::optional<due_queue::entry> due_queue::find(identity_id id, proof which) const {
  const auto place = at(id, which);
  if (place == heap_.end()) return std::nullopt;
  return unpack(*place);
}

void due_queue::remove(identity_id id, proof which) {
  const auto place = at(id, which);
  if (place == heap_.end()) return;
  heap_.erase(place);
  std::ranges::make_heap(heap_, later);
}

void due_queue::checked(identity_id id, proof which, time_point when) {
  const auto place = at(id, which);
  if (place != heap_.end())
    heap_[static_cast<std::size_t>(place - heap_.begin())].last = to_ticks(when) & latest;
}

std::size_t due_queue::due_before(time_point when) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(heap_, [&](const packed& each) { return to_time(each.due) < when; }));
}

void due_queue::shift(duration step) {
  // How long before the epoch a time was is not known. It stays there: due as soon as the clock is right.
  const auto moved = [step](std::uint64_t ticks) {
    return ticks <= before_epoch ? ticks : to_ticks(to_time(ticks) + step);
  };
  for (packed& each : heap_) {
    each.due = moved(each.due) & latest;
    each.last = moved(each.last) & latest;
  }
  std::ranges::make_heap(heap_, later);
}

}  // namespace easydkim
