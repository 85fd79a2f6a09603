// SPDX-License-Identifier: Apache-2.0
// Rows S3 and S4 of the fault catalogue: each call that changes a file of the store, from the first start on,
// is the one that ends the process, is torn, or fails.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>

#include "tests/faults/disk_calls.hpp"
#include "tests/faults/disk_story.hpp"

namespace easydkim {
namespace {

using namespace tests;
namespace fs = std::filesystem;

/// Runs `body` in a process of its own, which may be killed, and hears the octets that it says.
struct ended_process {
  int status = 0;
  std::string said;

  bool was_killed() const { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }
  bool ended_well() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
};
ended_process in_a_process(const std::function<void(int say)>& body) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error{"no pipe"};
  const ::pid_t child = ::fork();
  if (child == 0) {
    try {
      body(ends[1]);
      ::_exit(0);
    } catch (const std::exception& why) {
      static_cast<void>(std::fprintf(stderr, "%s\n", why.what()));
      ::_exit(1);
    }
  }
  ::close(ends[1]);
  ended_process ended;
  std::array<char, 512> part{};
  for (::ssize_t size; (size = ::read(ends[0], part.data(), part.size())) > 0;)
    ended.said.append(part.data(), static_cast<std::size_t>(size));
  ::close(ends[0]);
  ::waitpid(child, &ended.status, 0);
  return ended;
}

void say(int to, char what) {
  if (::write(to, &what, 1) != 1) ::_exit(2);
}

/// How often a file is changed while the whole story is told to a disk without faults.
std::uint64_t calls_of_story() {
  const scratch_directory directory;
  std::uint64_t calls = 0;
  const disk_watch watch{directory.path().string(), [&](const disk_call&) {
                           ++calls;
                           return disk_fate::done;
                         }};
  identity_store store{directory.store(), size_of_story};
  for (std::size_t i = 0; i < groups_of_story; ++i) tell_group(store, i).value();
  return calls;
}

/// After a fault: what was acknowledged is there; what was under way is there as a whole, or not at all.
void expect_acknowledged(const scratch_directory& directory, std::size_t groups, const std::string& what) {
  store_content found;
  ASSERT_NO_THROW(found = content_of(identity_store{directory.store(), size_of_story})) << what;
  const auto& told = chapters();
  const bool under_way_too = groups < groups_of_story && found == told[groups + 1];
  EXPECT_TRUE(found == told[groups] || under_way_too)
      << what << ": " << groups << " groups acknowledged, " << found.identities.size() << " identities found";
}

class EachCallOnTheStore : public testing::TestWithParam<disk_fate> {};

/// Tells the story until the end of the process, and says each group that was acknowledged.
void tell_until_killed(const scratch_directory& directory, std::uint64_t before, disk_fate fate, int to) {
  const disk_watch watch{directory.path().string(), at_call(before, fate)};
  identity_store store{directory.store(), size_of_story};
  for (std::size_t i = 0; i < groups_of_story; ++i) {
    tell_group(store, i).value();
    say(to, 'a');
  }
}

TEST_P(EachCallOnTheStore, S3MayBeWhereTheProcessEnds) {
  chapters();
  const std::uint64_t calls = calls_of_story();
  ASSERT_GT(calls, 3 * groups_of_story);
  for (std::uint64_t before = 0; before < calls; ++before) {
    const scratch_directory directory;
    const ended_process ended =
        in_a_process([&](int to) { tell_until_killed(directory, before, GetParam(), to); });
    ASSERT_TRUE(ended.was_killed()) << before;
    expect_acknowledged(directory, ended.said.size(), "killed at call " + std::to_string(before));
  }
}

INSTANTIATE_TEST_SUITE_P(Killed, EachCallOnTheStore,
                         testing::Values(disk_fate::killed, disk_fate::killed_torn, disk_fate::killed_after));

/// A store that is opened again when it is of no more use, as systemd starts the daemon again.
class store_with_restarts {
 public:
  explicit store_with_restarts(const scratch_directory& directory) : directory_{directory} {}

  /// Whether `group` was acknowledged. Throws what is no answer to a disk that fails.
  bool tell(std::size_t group) {
    if (!store_ && !start()) return false;
    try {
      const result<void> done = tell_group(*store_, group);
      if (!done && done.error() != errc::store_failed && done.error() != errc::store_full)
        throw std::runtime_error{"another error than of the store"};
      return done.has_value();
    } catch (const store_broken&) {
      store_.reset();
      return false;
    }
  }
  /// Empty while it cannot be started.
  std::optional<store_content> content() {
    if (!store_ && !start()) return std::nullopt;
    try {
      return content_of(*store_);
    } catch (const store_broken&) {
      store_.reset();
      return start() ? std::optional{content_of(*store_)} : std::nullopt;
    }
  }

 private:
  bool start() {
    try {
      store_.emplace(directory_.store(), size_of_story);
      return true;
    } catch (const store_unusable&) {
      return false;
    }
  }
  const scratch_directory& directory_;
  std::optional<identity_store> store_;
};

class EachFailureOfADisk : public testing::TestWithParam<disk_fate> {};

TEST_P(EachFailureOfADisk, S4RefusesOneGroupAndLosesNone) {
  const std::uint64_t calls = calls_of_story();
  for (std::uint64_t before = 0; before < calls; ++before) {
    const scratch_directory directory;
    const ended_process ended = in_a_process([&](int) {
      const disk_watch watch{directory.path().string(), at_call(before, GetParam())};
      store_with_restarts store{directory};
      std::size_t refusals = 0;
      for (std::size_t group = 0; group < groups_of_story;) {
        if (store.tell(group)) {
          ++group;
          continue;
        }
        if (++refusals > 2) throw std::runtime_error{"one failure refused more than a group and a start"};
        const auto found = store.content();  // not told, but perhaps there: then it is not asked again
        if (found && *found == chapters()[group + 1])
          ++group;
        else if (found && *found != chapters()[group])
          throw std::runtime_error{"a group that was refused is there in part"};
      }
    });
    ASSERT_TRUE(ended.ended_well()) << "failed at call " << before;
    expect_acknowledged(directory, groups_of_story, "failed at call " + std::to_string(before));
  }
}

TEST_P(EachFailureOfADisk, S4ThatStaysLosesNothingThatWasAcknowledged) {
  const std::uint64_t calls = calls_of_story();
  for (std::uint64_t before = 0; before < calls; before += 2) {
    const scratch_directory directory;
    const ended_process ended = in_a_process([&](int to) {
      const disk_watch watch{directory.path().string(), at_call(before, GetParam(), afterwards::ill)};
      store_with_restarts store{directory};
      for (std::size_t group = 0; group < groups_of_story && store.tell(group); ++group) say(to, 'a');
      for (int attempts = 0; attempts < 3; ++attempts) static_cast<void>(store.content());
    });
    ASSERT_TRUE(ended.ended_well()) << "ill from call " << before;
    expect_acknowledged(directory, ended.said.size(), "ill from call " + std::to_string(before));
  }
}

/// Zeros for pages to come, which nobody needs.
bool is_room_ahead(const disk_call& call) {
  return call.what == disk_call::kind::write && !call.durable &&
         fs::path{call.file}.filename() == "data.mdb" &&
         call.content.find_first_not_of('\0') == call.content.npos;
}

TEST_P(EachFailureOfADisk, S4OfWhatIsWrittenAheadIsMissedByNobody) {
  const scratch_directory directory;
  std::size_t refused = 0;
  const disk_watch watch{directory.path().string(), [&](const disk_call& call) {
                           if (!is_room_ahead(call)) return disk_fate::done;
                           ++refused;
                           return GetParam();
                         }};
  std::optional<identity_store> store{std::in_place, directory.store(), size_of_story};
  for (std::size_t group = 0; group < groups_of_story; ++group)
    EXPECT_TRUE(tell_group(*store, group)) << group;
  EXPECT_GT(refused, 0U);
  store.reset();
  expect_acknowledged(directory, groups_of_story, "no room ahead");
}

INSTANTIATE_TEST_SUITE_P(Failing, EachFailureOfADisk,
                         testing::Values(disk_fate::io_error, disk_fate::io_error_torn, disk_fate::no_space,
                                         disk_fate::no_space_torn));

TEST(RoomAhead, S4IsGivenBackUnlessACommitFailed) {
  for (const disk_fate fate : {disk_fate::done, disk_fate::io_error}) {
    const scratch_directory directory;
    std::size_t given_back = 0;
    bool is_last_head = false;
    const disk_watch watch{directory.path().string(), [&](const disk_call& call) {
                             given_back += call.what == disk_call::kind::truncate;
                             return call.durable && is_last_head ? fate : disk_fate::done;
                           }};
    std::optional<identity_store> store{std::in_place, directory.store(), size_of_story};
    std::size_t group = 0;
    for (; group + 1 < groups_of_story; ++group) tell_group(*store, group).value();
    is_last_head = true;
    EXPECT_EQ(tell_group(*store, group).has_value(), fate == disk_fate::done);
    given_back = 0;
    store.reset();
    EXPECT_EQ(given_back, fate == disk_fate::done ? 1U : 0U) << "the disk may have a head that needs it";
  }
}

TEST(DiskCalls, AreSeenAsTheStoreMakesThem) {
  const scratch_directory directory;
  identity_store store{directory.store(), size_of_story};
  std::string seen;
  {
    const disk_watch watch{directory.path().string(), [&](const disk_call& call) {
                             seen += call.what == disk_call::kind::sync ? 's' : call.durable ? 'H' : 'p';
                             return disk_fate::done;
                           }};
    tell_group(store, 0).value();
  }
  // Pages, a flush, and the head on a descriptor that flushes by itself.
  EXPECT_TRUE(seen.starts_with("p") && seen.ends_with("sH")) << seen;
}

}  // namespace
}  // namespace easydkim
