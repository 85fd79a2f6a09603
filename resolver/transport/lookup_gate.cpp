// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/lookup_gate.hpp"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

namespace easydkim {

namespace asio = boost::asio;

namespace {

/// Permits that were taken for questions that were not asked then are kept for later ones, at most so many.
constexpr std::size_t most_prepaid = 64;

/// After it the clock is read again.
constexpr std::chrono::milliseconds longest_sleep{1000};
constexpr std::chrono::milliseconds least_sleep{1};

std::size_t place_of(pace::taker who) noexcept {
  return static_cast<std::size_t>(who);
}

}  // namespace

lookup_gate::lookup_gate(asio::io_context& io, double per_second, std::function<time_point()> now)
    : now_{std::move(now)}, pace_{per_second, now_()}, timer_{io} {}

/// People who wait already come before polls and before other people.
bool lookup_gate::take(pace::taker who) {
  let_in();
  const time_point now = now_();
  if (!waiting_.empty()) {
    const bool people_can_go_soon =
        pace_.next_permit(pace::taker::person, now) <= pace_.next_permit(who, now);
    if (who == pace::taker::person || people_can_go_soon) return false;
  }
  return pace_.take(who, now);
}

time_point lookup_gate::next_poll() const {
  const time_point now = now_();
  const time_point next = pace_.next_permit(pace::taker::poll, now);
  return waiting_.empty() ? next : std::max(next, now + duration{5});
}

void lookup_gate::prepay(pace::taker who) noexcept {
  std::size_t& kept = prepaid_[place_of(who)];
  kept = std::min(kept + 1, most_prepaid);
}

/// Whether a lookup may start without waiting.
bool lookup_gate::is_free(pace::taker who) {
  if (std::size_t& kept = prepaid_[place_of(who)]; kept > 0) {
    --kept;
    return true;
  }
  if (who == pace::taker::poll) {
    pace_.charge();
    return true;
  }
  return waiting_.empty() && pace_.take(who, now_());
}

void lookup_gate::enter(pace::taker who, std::function<void()> start) {
  if (is_free(who)) return start();
  waiting_.push_back(std::move(start));
  arm_timer();
}

asio::awaitable<pace::taker> lookup_gate::pass(std::string_view name) {
  const pace::taker who = urgency_of(name) == urgency::person ? pace::taker::person : pace::taker::poll;
  if (is_free(who)) co_return who;
  const auto wait = [this](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    waiting_.push_back([resume] { std::move (*resume)(); });
    arm_timer();
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(wait, asio::use_awaitable);
  co_return who;
}

void lookup_gate::let_in() {
  while (!waiting_.empty() && pace_.take(pace::taker::person, now_())) {
    const std::function<void()> start = std::move(waiting_.front());
    waiting_.pop_front();
    start();
  }
}

void lookup_gate::arm_timer() {
  if (waiting_.empty() || std::exchange(timer_armed_, true)) return;
  const time_point now = now_();
  const auto sleep = std::chrono::duration_cast<std::chrono::milliseconds>(
      pace_.next_permit(pace::taker::person, now) - now);
  timer_.expires_after(std::clamp(sleep, least_sleep, longest_sleep));
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    timer_armed_ = false;
    let_in();
    arm_timer();
  });
}

}  // namespace easydkim
