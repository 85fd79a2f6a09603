// SPDX-License-Identifier: Apache-2.0
// A coroutine that runs as long as its poller: started once, suspended while it waits, never awaited by
// anybody.
#pragma once

#include <coroutine>
#include <utility>

namespace easydkim {

/// Owns the coroutine's frame. Begins to run at once; must be suspended when destroyed. An exception that
/// leaves the coroutine leaves the `resume` that ran it.
class lane {
 public:
  struct promise_type {
    lane get_return_object() { return lane{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { throw; }
  };

  lane(lane&& other) noexcept : frame_{std::exchange(other.frame_, nullptr)} {}
  lane& operator=(lane&&) = delete;
  ~lane() {
    if (frame_) frame_.destroy();
  }

 private:
  explicit lane(std::coroutine_handle<promise_type> frame) noexcept : frame_{frame} {}
  std::coroutine_handle<promise_type> frame_;
};

}  // namespace easydkim
