// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/resolver_watch.hpp"

#include <algorithm>
#include <utility>

#include "resolver/wire/random_label.hpp"

namespace easydkim {
namespace {

/// Drives c-ares' time-outs while questions are under way.
constexpr std::chrono::milliseconds tick{50};

/// A question is asked once: the next one is a second away.
resolver_options asking_once(resolver_options dns) {
  dns.tries = 1;
  return dns;
}

}  // namespace

resolver_watch::resolver_watch(boost::asio::io_context& io, resolver_options dns,
                               std::function<void(std::span<std::uint8_t>)> random,
                               std::function<void()> changed)
    : random_{std::move(random)},
      changed_{std::move(changed)},
      zone_{dns.target_suffix},
      silences_needed_{std::max(1, dns.tries)},
      timer_{io},
      resolver_{io, asking_once(std::move(dns)), random_, [this] { take_answers(); }} {}

void resolver_watch::was_asked(bool answered) {
  const bool was_healthy = healthy();
  answered ? health_.answered() : health_.silent();
  if (answered) {
    is_asking_ = false;
    silences_ = 0;
    if (!was_healthy) changed_();
    return;
  }
  if (stopped_ || !health_.wants_control_question()) return;
  is_asking_ = true;
  silences_ = 0;
  ask();
}

void resolver_watch::has_nobody() {
  health_.has_nobody();
  is_asking_ = true;
  ask();
}

void resolver_watch::ask() {
  next_at_ = steady_now() + between_questions;
  const auto free = std::ranges::find(places_, false, &place::is_taken);
  if (free != places_.end()) {
    free->is_taken = true;
    free->is_over = false;
    free->label = random_label(random_);
    free->question = lookup{.label = free->label,
                            .domain = zone_,
                            .expected = lookup::target::exact,
                            .over = lookup::transport::udp};
    free->question.context = &*free;
    free->question.done = [](lookup& ended) { static_cast<place*>(ended.context)->is_over = true; };
    resolver_.start(free->question);
  }
  arm_timer();
}

/// An answer to any of them clears; of silences so many in a row count as a try of a usual lookup has.
void resolver_watch::take_answers() {
  if (stopped_) return;
  bool answered = false;
  for (place& each : places_) {
    if (!each.is_taken || !each.is_over) continue;
    each.is_taken = false;
    if (each.question.seen.kind != finding_kind::no_answer)
      answered = true;
    else
      ++silences_;
  }
  if (!is_asking_) return;
  if (answered) return was_asked(true);
  const bool was_healthy = healthy();
  if (silences_ >= silences_needed_) health_.control_silent();
  if (was_healthy && !healthy()) changed_();
}

void resolver_watch::arm_timer() {
  if (stopped_ || std::exchange(timer_armed_, true)) return;
  timer_.expires_after(tick);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    timer_armed_ = false;
    resolver_.tick();
    if (is_asking_ && steady_now() >= next_at_) ask();
    if (is_asking_ || resolver_.in_flight() > 0) arm_timer();
  });
}

void resolver_watch::stop() {
  stopped_ = true;
  timer_.cancel();
}

}  // namespace easydkim
