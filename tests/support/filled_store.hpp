// SPDX-License-Identifier: Apache-2.0
// A closed store with identities in it, and how the next start takes what was done to its files.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "tests/support/scratch_store.hpp"

namespace easydkim::tests {

namespace fs = std::filesystem;

inline constexpr std::size_t page_size = 4096;
inline constexpr std::size_t identities = 300;
inline constexpr std::uint64_t store_size = 16 * mebibyte;

inline std::string read_file(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}
inline void write_file(const fs::path& file, std::string_view bytes) {
  std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
}

enum class ending { intact, refused, wrong, crashed };

struct outcome {
  ending how;
  std::string said;
};

/// Runs `body` in a process of its own, so that a signal ends only that. It says how it ended by its exit
/// status, and may print.
inline outcome in_a_child(const std::function<ending(std::string& said)>& body) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error{"no pipe"};
  const ::pid_t child = ::fork();
  if (child == 0) {
    std::string said;
    ending how = ending::wrong;
    try {
      how = body(said);
    } catch (const std::exception& failed) {
      said = failed.what();
    }
    [[maybe_unused]] const auto written = ::write(ends[1], said.data(), said.size());
    ::_exit(static_cast<int>(how));
  }
  ::close(ends[1]);
  std::string said;
  char buffer[512];
  for (::ssize_t size; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) > static_cast<int>(ending::wrong))
    return {ending::crashed, said};
  return {static_cast<ending>(WEXITSTATUS(status)), said};
}

/// A store with some identities, closed, for tests to do harm to.
class filled_store : public testing::Test {
 protected:
  filled_store() {
    identity_store store{path(), store_size};
    for (std::size_t i = 0; i < identities; i += 50) fill(store, i, i + 50).value();
    for (std::size_t i = 0; i < identities; ++i)
      expected_.push_back(*store.find("default", domain(name_of(i))));
  }

  fs::path path() const { return directory_.store(); }
  fs::path data() const { return path() / "data.mdb"; }

  /// Opens the store and compares all that it holds, found in every way.
  ending looked_at(std::string& said) const {
    try {
      const identity_store store{path(), store_size};
      std::size_t seen = 0;
      bool same = true;
      store.each([&](const identity& found) { same = same && found == expected_.at(seen++); });
      for (const identity& each : expected_)
        same = same && store.load(each.id) == each && store.find(each.account, each.domain) == each;
      same = same && store.list("default", "", 2 * identities).size() == identities;
      return same && seen == identities ? ending::intact : ending::wrong;
    } catch (const store_unusable& refusal) {
      said = refusal.what();
      return ending::refused;
    }
  }
  outcome look() const {
    return in_a_child([&](std::string& said) { return looked_at(said); });
  }

  void expect_refused_as_damaged(const std::string& what) const {
    const outcome seen = look();
    EXPECT_EQ(seen.how, ending::refused) << what << ": " << seen.said;
    EXPECT_NE(seen.said.find("data.mdb' is damaged"), std::string::npos) << what << ": " << seen.said;
    EXPECT_NE(seen.said.find("restore it from a backup"), std::string::npos) << what << ": " << seen.said;
  }
  void expect_refused(std::string_view file, std::string_view remedy) const {
    const outcome seen = look();
    EXPECT_EQ(seen.how, ending::refused) << seen.said;
    EXPECT_NE(seen.said.find(file), std::string::npos) << seen.said;
    EXPECT_NE(seen.said.find(remedy), std::string::npos) << seen.said;
  }

  scratch_directory directory_;
  std::vector<identity> expected_;
};

}  // namespace easydkim::tests
