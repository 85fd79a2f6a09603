// SPDX-License-Identifier: Apache-2.0
// What a lane of the poller waits for: work, an answer, the store. For poller.cpp alone.
//
// Each lives in the frame of the lane that waits, and puts it on the list of those to be resumed.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "resolver/polling/poller.hpp"

namespace easydkim {

/// Suspends a lane until `hand_out` gives it a job.
struct poller::next_job {
  poller& owner;
  job work{};
  std::coroutine_handle<> waiting{};

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> lane_frame) {
    waiting = lane_frame;
    owner.idle_.push_back(this);
  }
  job await_resume() noexcept { return std::move(work); }
};

/// While a job is under way: counts it, and makes questions about its domain as urgent.
class poller::occupied_lane {
 public:
  occupied_lane(poller& owner, const job& work) : owner_{owner}, how_{work.how} {
    if (how_ != urgency::person) ++owner_.polls_under_way_;
  }
  occupied_lane(const occupied_lane&) = delete;
  occupied_lane& operator=(const occupied_lane&) = delete;
  ~occupied_lane() {
    if (how_ != urgency::person) --owner_.polls_under_way_;
  }

  void looks_for(const identity& subject) {
    if (how_ == urgency::poll) return;
    std::vector<std::string> tokens;
    for (const token& each : subject.tokens) tokens.push_back(each.text());
    interest_ = owner_.gate_.looks_for(subject.domain.text(), how_, std::move(tokens));
  }

 private:
  poller& owner_;
  urgency how_;
  awaited_domains::interest interest_{};
};

/// Suspends a lane until its lookup has ended.
struct poller::asked {
  poller& owner;
  resolver& dns;
  lookup& request;
  pace::taker taker;
  bool has_permit = false;
  std::coroutine_handle<> waiting{};
  boost::asio::steady_timer::time_point began{};

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> lane_frame) {
    waiting = lane_frame;
    began = owner.turn_began_;
    request.context = this;
    request.done = [](lookup& ended) {
      auto& self = *static_cast<asked*>(ended.context);
      self.owner.ready_.push_back(self.waiting);
    };
    if (has_permit) return dns.start(request);
    owner.gate_.enter(taker, [this] {
      if (!owner.stopped_) dns.start(request);
    });
  }
  /// Only the resolver's own silence is a reason to suspect it.
  void await_resume() const {
    owner.lookups_of_resolvers_.ended(request.seen.kind, owner.turn_began_ - began);
    if (&dns == &owner.resolver_) owner.count(request.seen);
  }
};

/// Suspends a lane until the domain's own servers were asked for a record.
struct poller::zone_asked {
  poller& owner;
  look_order order;
  zone_look result{};
  boost::asio::steady_timer::time_point began{};

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> lane_frame) {
    began = owner.turn_began_;
    owner.hooks_.look_at_zone(std::move(order), [this, lane_frame](zone_look seen) {
      if (owner.stopped_) return;
      result = std::move(seen);
      owner.ready_.push_back(lane_frame);
      owner.turn();
    });
  }
  zone_look await_resume() noexcept { return std::move(result); }
};

/// Suspends a lane until a diagnosis was made.
struct poller::explanation {
  poller& owner;
  const identity& as_seen;
  checked_zone known;
  observation result{};

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> lane_frame) {
    owner.hooks_.examine(as_seen, std::move(known), [this, lane_frame](observation seen) {
      if (owner.stopped_) return;
      result = std::move(seen);
      owner.ready_.push_back(lane_frame);
      owner.turn();
    });
  }
  observation await_resume() noexcept { return std::move(result); }
};

/// Suspends a lane until the store has judged and written a check.
struct poller::settlement {
  poller& owner;
  identity_id id;
  const check& done;
  const observation& seen;
  std::optional<identity> stored{};

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> lane_frame) {
    owner.hooks_.settle(id, done, seen, [this, lane_frame](std::optional<identity> now_stored) {
      if (owner.stopped_) return;
      stored = std::move(now_stored);
      owner.ready_.push_back(lane_frame);
      owner.turn();
    });
  }
  std::optional<identity> await_resume() noexcept { return std::move(stored); }
};

}  // namespace easydkim
