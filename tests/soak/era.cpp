// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/era.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/soak/running_daemon.hpp"
#include "tests/soak/users.hpp"

namespace easydkim::soak {
namespace {

using namespace std::chrono_literals;

/// A check of something pending may be as late as this while the resolver answers: a step, and the time that
/// those before it take.
constexpr duration latest_check = 2 * step;

std::uint64_t open_descriptors() {
  return static_cast<std::uint64_t>(std::distance(std::filesystem::directory_iterator{"/proc/self/fd"},
                                                  std::filesystem::directory_iterator{}));
}

std::uint64_t heap_in_use() {
  return ::mallinfo2().uordblks;
}

/// What the process held when it had settled, and may hold for what it has to remember.
class household {
 public:
  std::string words(const running_daemon& daemon) const {
    constexpr std::uint64_t descriptors_for_lookups = 8, octets_for_all = 4 << 20, octets_each = 8 << 10;
    const std::uint64_t identities = daemon.identities();
    return "descriptors " + std::to_string(open_descriptors()) + " " +
           std::to_string(descriptors_ + descriptors_for_lookups) + " heap " + std::to_string(heap_in_use()) +
           " " + std::to_string(heap_ + octets_for_all + octets_each * identities) + " pages " +
           std::to_string(daemon.store().usage().used_bytes) + " " +
           std::to_string(octets_for_all + 4 * octets_each * identities);
  }

 private:
  std::uint64_t descriptors_ = open_descriptors();
  std::uint64_t heap_ = heap_in_use();
};

/// Does harm, once or at every step, and tells nobody.
class saboteur {
 public:
  explicit saboteur(planted_fault fault) : fault_{fault} {}

  void act(running_daemon& daemon) {
    ++steps_;
    if (fault_ == planted_fault::leaks_descriptors) [[maybe_unused]]
      const int leaked = ::dup(STDERR_FILENO);
    if (fault_ == planted_fault::leaks_memory) leaked_.push_back(std::make_unique<char[]>(1 << 16));
    if (fault_ == planted_fault::ends_unasked && steps_ == 100) ::_exit(3);
    if (fault_ == planted_fault::forgets)
      harm(daemon, [](auto& group, const identity& victim) { static_cast<void>(group.erase(victim, victim.created_at)); });
    if (fault_ == planted_fault::changes_tokens)
      harm(daemon, [](auto& group, identity victim) {
        std::swap(victim.tokens[0], victim.tokens[1]);
        static_cast<void>(group.update(victim));
      });
  }

 private:
  template <class Harm>
  void harm(running_daemon& daemon, Harm how) {
    if (done_ || steps_ < 500) return;
    std::optional<identity> victim;
    daemon.store().each([&](const identity& each) {
      if (each.dkim.status == dkim_status::failed || each.dkim.status == dkim_status::success) victim = each;
    });
    if (!victim) return;
    done_ = true;
    daemon.tamper([&](write_group& group) { how(group, *victim); });
  }

  planted_fault fault_;
  std::size_t steps_ = 0;
  bool done_ = false;
  std::vector<std::unique_ptr<char[]>> leaked_;
};

}  // namespace

void live(const era_order& order, const world& truth, const std::function<void(const tiding&)>& tell) {
  std::optional<tests::disk_watch> watch;
  if (order.kill) watch.emplace(order.store.string(), tests::at_call(order.kill->before, order.kill->how));

  bool told_something = false;
  const auto telling = [&](const tiding& told) {
    told_something = true;
    tell(told);
  };
  running_daemon daemon{order, truth, telling};
  users everybody{order, daemon, telling};
  saboteur enemy{order.fault};
  const auto broken = [&](const std::string& words) {
    tell({.what = tiding::kind::broken, .at = daemon.now(), .words = words});
  };

  std::optional<household> held;
  for (time_point now = order.begin; now < order.end; now += step) {
    daemon.set_time(now);
    if (!daemon.settle_down()) return broken("I4: a check never ends");
    if (!everybody.act()) return broken("I4: a request is not answered");
    enemy.act(daemon);
    if (!daemon.settle_down()) return broken("I4: a check never ends");
    if (daemon.report().resolver_healthy && daemon.report().lag > latest_check)
      return broken("I4: checks are " + to_words(daemon.report().lag) + " late");

    if (std::exchange(told_something, false)) tell({.what = tiding::kind::quiet, .at = now});
    const duration age = now - order.begin;
    if (age >= 1h && !held) held.emplace();
    if (held && age % 6h == 0s)
      tell({.what = tiding::kind::figures, .at = now, .words = held->words(daemon)});
  }
  daemon.finish();
  tell({.what = tiding::kind::ended, .at = daemon.now()});
}

}  // namespace easydkim::soak
