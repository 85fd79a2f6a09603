// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/last_words.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/store/store_error.hpp"
#include "daemon/process/log.hpp"
#include "daemon/process/not_waited_for.hpp"
#include "tests/support/sanitizer.hpp"

namespace easydkim {
namespace {

template <class Step>
void end_on_another_thread(Step step) {
  start_log(STDERR_FILENO, log_level::info);
  leave_last_words();
  std::thread{step}.join();
}

TEST(LastWords, TellThatMemoryRanOut) {
  EXPECT_EXIT(end_on_another_thread([] { throw std::bad_alloc{}; }), testing::ExitedWithCode(exit_broken),
              "daemon, cannot go on .std::bad_alloc.");
}

TEST(LastWords, TellWhetherANewStartMayMendTheStore) {
  EXPECT_EXIT(end_on_another_thread([] { throw store_broken{"it broke"}; }),
              testing::ExitedWithCode(exit_broken), "daemon, cannot go on .it broke.");
  EXPECT_EXIT(end_on_another_thread([] { throw store_unusable{"it is damaged"}; }),
              testing::ExitedWithCode(exit_refused), "daemon, cannot go on .it is damaged.");
}

TEST(LastWords, AreSaidOfACoroutineOnWhichNobodyWaits) {
  const auto run = [] {
    boost::asio::io_context io;
    const auto fail = []() -> boost::asio::awaitable<void> {
      throw std::bad_alloc{};
      co_return;
    };
    boost::asio::co_spawn(io, fail, not_waited_for);
    io.run();
  };
  EXPECT_EXIT(end_on_another_thread(run), testing::ExitedWithCode(exit_broken),
              "daemon, cannot go on .std::bad_alloc.");
}

#if !EASYDKIM_IS_SANITIZED  // which needs address space of its own
/// Takes all memory that the process may have, and leaves none.
void exhaust_memory() {
  const rlimit limit{.rlim_cur = 512UL << 20, .rlim_max = 512UL << 20};
  ::setrlimit(RLIMIT_AS, &limit);
  std::vector<std::unique_ptr<char[]>> taken;
  taken.reserve(1 << 20);
  for (std::size_t size = 64 << 20; size >= 16; size /= 2) {
    try {
      for (;;) taken.emplace_back(new char[size]);
    } catch (const std::bad_alloc&) {
    }
  }
  taken.emplace_back(new char[1 << 20]);  // throws, while the rest is held
}

TEST(LastWords, AreFoundWhenThereIsNoMemoryLeft) {
  EXPECT_EXIT(end_on_another_thread([]() noexcept { exhaust_memory(); }),
              testing::ExitedWithCode(exit_broken), "daemon, cannot go on .std::bad_alloc.");
}
#endif

TEST(LastWords, TellAnyOtherReasonAndLeaveACore) {
  EXPECT_EXIT(end_on_another_thread([] { throw std::logic_error{"seven"}; }),
              testing::KilledBySignal(SIGABRT), "daemon, cannot go on .seven.");
  EXPECT_EXIT(end_on_another_thread([] { throw 7; }), testing::KilledBySignal(SIGABRT), "unknown exception");
  EXPECT_EXIT(end_on_another_thread([] { std::terminate(); }), testing::KilledBySignal(SIGABRT),
              "terminated");
}

}  // namespace
}  // namespace easydkim
