// SPDX-License-Identifier: Apache-2.0
// Work that several want at the same time is done once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "resolver/transport/together.hpp"

namespace easydkim {

/// On one thread. Bounded by those who wait.
template <class result>
class shared_work {
 public:
  /// The result of `work`, or of the same work (by `key`) that is under way.
  boost::asio::awaitable<result> run(std::string key, std::function<boost::asio::awaitable<result>()> work) {
    if (const auto at = under_way_->find(key); at != under_way_->end()) {
      const std::shared_ptr<job> same = at->second;
      co_await until(same->ended);
      if (!same->got) throw std::runtime_error{"work that was shared has failed"};
      co_return *same->got;
    }
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto mine = std::make_shared<job>(job{awaited_event(executor)});
    under_way_->emplace(key, mine);
    const ending at_the_end{under_way_, mine, key};
    mine->got = co_await work();
    co_return *mine->got;
  }

 private:
  struct job {
    boost::asio::steady_timer ended;
    std::optional<result> got{};
  };
  using jobs = std::unordered_map<std::string, std::shared_ptr<job>>;

  /// Also when the work throws, or its coroutine is dropped.
  struct ending {
    std::shared_ptr<jobs> all;
    std::shared_ptr<job> mine;
    std::string key;
    ending(std::shared_ptr<jobs> of, std::shared_ptr<job> one, std::string by)
        : all{std::move(of)}, mine{std::move(one)}, key{std::move(by)} {}
    ending(const ending&) = delete;
    ending& operator=(const ending&) = delete;
    ~ending() {
      all->erase(key);
      mine->ended.cancel();
    }
  };

  std::shared_ptr<jobs> under_way_ = std::make_shared<jobs>();  // a dropped coroutine may outlive this
};

}  // namespace easydkim
