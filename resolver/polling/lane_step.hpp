// SPDX-License-Identifier: Apache-2.0
// A part of what a lane does, as a coroutine of its own.
//
// Problem: a thousand lanes, each with room for whatever it might have to do, no longer fit into the
// processor's caches, and the usual poll pays for it. Choice: what is done seldom stands in steps, whose
// frame is there only while they run. Cost: an allocation for each of them.
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace easydkim {

/// Begins to run when awaited, once, by a lane or by another step, which goes on when it has ended. An
/// exception that leaves it is thrown on there. Destroyed with whoever awaits it.
class [[nodiscard]] lane_step {
 public:
  struct promise_type {
    std::exception_ptr failed{};
    std::coroutine_handle<> awaited_by{};

    lane_step get_return_object() { return lane_step{frame::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct go_on {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
          return ended.promise().awaited_by;
        }
        void await_resume() noexcept {}
      };
      return go_on{};
    }
    void return_void() noexcept {}
    void unhandled_exception() { failed = std::current_exception(); }
  };

  lane_step(lane_step&& other) noexcept : frame_{std::exchange(other.frame_, nullptr)} {}
  lane_step& operator=(lane_step&&) = delete;
  ~lane_step() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    frame_.promise().awaited_by = awaiting;
    return frame_;
  }
  void await_resume() const {
    if (frame_.promise().failed) std::rethrow_exception(frame_.promise().failed);
  }

 private:
  using frame = std::coroutine_handle<promise_type>;
  explicit lane_step(frame owned) noexcept : frame_{owned} {}
  frame frame_;
};

}  // namespace easydkim
