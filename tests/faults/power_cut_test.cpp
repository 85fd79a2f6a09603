// SPDX-License-Identifier: Apache-2.0
// Row S2 of the fault catalogue: the power fails. What was written since the last flush is on the disk in any
// part, sector by sector; what was flushed is there.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "tests/faults/disk_calls.hpp"
#include "tests/faults/disk_story.hpp"

namespace easydkim {
namespace {

using namespace tests;
namespace fs = std::filesystem;

constexpr std::size_t sector = 512;

/// The story as the disk saw it: each call, and how many groups were acknowledged before it.
struct recorded_call {
  disk_call call;
  std::size_t acknowledged = 0;
  bool store_exists = false;  // data.mdb has its name, for good
};

std::vector<recorded_call> recorded_story() {
  const scratch_directory directory;
  std::vector<recorded_call> calls;
  std::size_t acknowledged = 0;
  bool exists = false;
  const disk_watch watch{directory.path().string(), [&](const disk_call& call) {
                           // The folder is flushed once its new file has been renamed.
                           exists = exists ||
                                    (call.what == disk_call::kind::sync && call.file == directory.store());
                           if (fs::path{call.file}.filename() == "data.mdb")
                             calls.push_back({call, acknowledged, exists});
                           return disk_fate::done;
                         }};
  identity_store store{directory.store(), size_of_story};
  for (; acknowledged < groups_of_story; ++acknowledged) tell_group(store, acknowledged).value();
  return calls;
}

/// data.mdb on a disk whose power may fail.
class volatile_file {
 public:
  void apply(const disk_call& call) {
    if (call.what == disk_call::kind::sync) {
      for (const disk_call& each : unflushed_) put(flushed_, each.at, each.content);
      unflushed_.clear();
    } else if (call.durable) {
      put(flushed_, call.at, call.content);
    } else if (call.what == disk_call::kind::write) {
      unflushed_.push_back(call);
    }
  }

  /// What is found later when each sector that was not flushed is there by `survives`.
  template <class Chance>
  std::string after_power_cut(Chance survives) const {
    std::string found = flushed_;
    for (const disk_call& each : unflushed_)
      for (std::size_t from = 0; from < each.content.size(); from += sector)
        if (survives()) put(found, each.at + from, each.content.substr(from, sector));
    return found;
  }

 private:
  static void put(std::string& file, std::uint64_t at, std::string_view content) {
    if (file.size() < at + content.size()) file.resize(at + content.size());
    file.replace(at, content.size(), content);
  }
  std::string flushed_;
  std::vector<disk_call> unflushed_;
};

enum class after_cut { intact, lost, refused };

/// Opens what the power cut has left; in a process of its own, because a torn file may be the end of it.
after_cut look_at(const std::string& file, std::size_t acknowledged) {
  chapters();
  const scratch_directory directory;
  fs::create_directory(directory.store());
  std::ofstream{directory.store() / "data.mdb", std::ios::binary} << file;
  std::ofstream{directory.store() / "in-use"};
  const ::pid_t child = ::fork();
  if (child == 0) {
    after_cut seen = after_cut::refused;
    try {
      const store_content found = content_of(identity_store{directory.store(), size_of_story});
      const auto& told = chapters();
      const bool next = acknowledged < groups_of_story && found == told[acknowledged + 1];
      seen = found == told[acknowledged] || next ? after_cut::intact : after_cut::lost;
    } catch (const std::exception&) {
    }
    ::_exit(static_cast<int>(seen));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? static_cast<after_cut>(WEXITSTATUS(status)) : after_cut::refused;
}

/// How many of the power cuts, after each call, were not survived.
struct cuts {
  std::size_t survived = 0;
  std::size_t others = 0;
};
enum class flushes { honoured, ignored };
cuts cut_after_each_call(flushes how) {
  const std::vector<recorded_call> calls = recorded_story();
  std::mt19937 random{1};
  volatile_file disk;
  cuts all;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    disk_call call = calls[i].call;
    if (how == flushes::ignored) {
      if (call.what == disk_call::kind::sync) continue;
      call.durable = false;
    }
    disk.apply(call);
    if (!calls[i].store_exists) continue;  // nobody was told anything yet; a first start is begun anew
    const auto see = [&](auto survives) {
      const after_cut seen = look_at(disk.after_power_cut(survives), calls[i].acknowledged);
      ++(seen == after_cut::intact ? all.survived : all.others);
    };
    see([] { return false; });
    see([] { return true; });
    for (int round = 0; round < 4; ++round) see([&] { return random() % 2 == 0; });
  }
  return all;
}

TEST(PowerCut, S2LosesNothingThatWasAcknowledgedWhicheverSectorsWereWritten) {
  const cuts all = cut_after_each_call(flushes::honoured);
  EXPECT_GT(all.survived, 6 * 3 * groups_of_story);
  EXPECT_EQ(all.others, 0U);
}

TEST(PowerCut, S2WouldBeSeenToLoseWhatADiskOnlyPretendsToFlush) {
  EXPECT_GT(cut_after_each_call(flushes::ignored).others, 0U);
}

}  // namespace
}  // namespace easydkim
