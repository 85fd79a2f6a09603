// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/month.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <system_error>

#include "tests/soak/dice.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim::soak {
namespace {

using namespace std::chrono_literals;
using tests::disk_fate;

constexpr time_point begin_of_month = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23};
constexpr std::uint64_t store_size = std::uint64_t{64} << 20;

/// A daemon in a process of its own; ends with it.
class child {
 public:
  child(const era_order& order, const world& truth) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::system_error{errno, std::generic_category(), "pipe"};
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error{errno, std::generic_category(), "fork"};
    if (pid_ == 0) {
      ::close(ends[0]);
      ::_exit(lived(order, truth, ends[1]));
    }
    ::close(ends[1]);
    tidings_ = ends[0];
  }
  ~child() {
    ::close(tidings_);
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  /// The next whole line; false when the process has ended.
  bool next(std::string& line) {
    for (;;) {
      if (const std::size_t end = unread_.find('\n', from_); end != unread_.npos) {
        line.assign(unread_, from_, end - from_);
        from_ = end + 1;
        return true;
      }
      unread_.erase(0, std::exchange(from_, 0));
      std::array<char, 65536> part{};
      const ::ssize_t size = ::read(tidings_, part.data(), part.size());
      if (size <= 0) return false;
      unread_.append(part.data(), static_cast<std::size_t>(size));
    }
  }

  /// How it ended, as waitpid says.
  int status() {
    int how = 0;
    ::waitpid(std::exchange(pid_, 0), &how, 0);
    return how;
  }

 private:
  static int lived(const era_order& order, const world& truth, int to) {
    const auto tell = [to](const tiding& told) {
      const std::string line = to_line(told);
      if (::write(to, line.data(), line.size()) != static_cast<::ssize_t>(line.size())) ::_exit(4);
    };
    try {
      live(order, truth, tell);
      return 0;
    } catch (const std::exception& why) {
      tell({.what = tiding::kind::broken, .at = order.begin, .words = std::string{"I4: "} + why.what()});
      return 0;
    }
  }

  ::pid_t pid_ = 0;
  int tidings_ = -1;
  std::string unread_;
  std::size_t from_ = 0;
};

/// From hours to days; half of the daemons are killed.
era_order next_era(const month_order& order, std::uint64_t number, time_point begin) {
  const std::uint64_t chance = roll(order.seed, dice::era, {number});
  era_order next{.store = {},
                 .seed = order.seed,
                 .begin = begin,
                 .end = begin + 2h + duration{static_cast<duration::rep>(mixed(chance) % (72 * 3'600'000))},
                 .domains = order.domains,
                 .way = order.way,
                 .fault = order.fault,
                 .patience = order.patience};
  constexpr std::array ways{disk_fate::killed, disk_fate::killed_torn, disk_fate::killed_after};
  if (mixed(chance + 1) % 2 == 0)
    next.kill = planned_kill{.before = mixed(chance + 2) % 800, .how = ways[mixed(chance + 3) % ways.size()]};
  return next;
}

/// Soon, or after days in which nobody looked.
duration time_without_daemon(std::uint64_t seed, std::uint64_t number) {
  const std::uint64_t chance = roll(seed, dice::era, {number, 9});
  return chance % 10 == 0 ? duration{60h} : step * (1 + static_cast<int>(mixed(chance) % 40));
}

void must_have_ended(int status, bool was_to_be_killed, bool in_order) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && was_to_be_killed) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && in_order) return;
  throw broken_promise{"I4: the daemon ended by itself, " +
                       (WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                            : "exit status " + std::to_string(WEXITSTATUS(status)))};
}

}  // namespace

judge live_month(const month_order& order) {
  const tests::scratch_directory directory;
  const time_point end_of_month = begin_of_month + std::chrono::days{order.days};
  world truth{order.seed};
  judge all;
  const policy rules{};
  std::uint64_t number = 0;
  for (time_point now = begin_of_month; now < end_of_month; ++number) {
    era_order era = next_era(order, number, now);
    era.store = directory.store();
    era.rules = rules;
    era.end = std::min(era.end, end_of_month);
    bool in_order = false;
    int status = 0;
    {
      child daemon{era, truth};
      for (std::string line; daemon.next(line);) {
        const tiding told = tiding_in(line);
        if (told.what == tiding::kind::answered && told.stored)
          for (const proof which : all_proofs)
            if (state_of(*told.stored, which).status != dkim_status::not_started)
              truth.told(*told.stored, which, told.at);
        all.hear(told, truth, rules);
        in_order = in_order || told.what == tiding::kind::ended;
      }
      status = daemon.status();
    }
    must_have_ended(status, era.kill.has_value(), in_order);
    now = std::max(now, all.last_heard()) + time_without_daemon(order.seed, number);
    all.restarted(in_order);
    if (!in_order && !std::filesystem::exists(directory.store() / "data.mdb"))
      continue;  // before the first commit
    all.compare(identity_store{directory.store(), store_size}, truth, rules);
    for (const auto& [name, each] : all.acknowledged())
      for (const proof which : all_proofs)
        if (state_of(each, which).status != dkim_status::not_started) truth.told(each, which, now);
  }
  return all;
}

}  // namespace easydkim::soak
