// SPDX-License-Identifier: Apache-2.0
// worlds: lives in simulated worlds, and says which promises were broken.
//
//   worlds [--worlds N] [--seed N] [--jobs N] [--stories N] [--lines N]
//       N worlds from a seed on (a fresh one without --seed, which is printed); ends with 1 when a promise
//       was broken, and tells the first broken worlds.
//   worlds --tell N [--lines N]
//       the world of that seed as a story.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/worlds/trial.hpp"

namespace easydkim::worlds {
namespace {

struct order {
  std::uint64_t worlds = 10'000;
  std::uint64_t seed = 0;
  std::uint64_t jobs = 1;
  std::uint64_t stories = 3;
  std::uint64_t lines = 60;
  std::optional<std::uint64_t> tell;
};

std::optional<order> read(int count, char** words) {
  order wanted;
  wanted.seed = std::random_device{}() % 1'000'000'000U;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    char* end = nullptr;
    const std::uint64_t number = std::strtoull(words[i + 1], &end, 10);
    if (*end != '\0') return std::nullopt;
    if (name == "--worlds")
      wanted.worlds = number;
    else if (name == "--seed")
      wanted.seed = number;
    else if (name == "--jobs")
      wanted.jobs = std::max<std::uint64_t>(1, number);
    else if (name == "--stories")
      wanted.stories = number;
    else if (name == "--lines")
      wanted.lines = number;
    else if (name == "--tell")
      wanted.tell = number;
    else
      return std::nullopt;
  }
  if (count % 2 == 0) return std::nullopt;
  return wanted;
}

/// Every `jobs`-th world from `first` on.
int run(const order& wanted, std::uint64_t first) {
  std::map<std::string, std::uint64_t> broken;
  std::map<std::string, std::uint64_t> lived;
  std::uint64_t all_broken = 0;
  std::uint64_t guarded = 0;
  std::uint64_t questions = 0;
  std::uint64_t verified = 0;
  std::uint64_t stories = 0;
  std::uint64_t tries = 0;
  for (std::uint64_t i = first; i < wanted.worlds; i += wanted.jobs, ++tries) {
    const verdict_of_trial one = tried(wanted.seed + i);
    ++lived[one.kind];
    guarded += one.was_guarded ? 1 : 0;
    questions += one.life.questions;
    verified += std::ranges::any_of(one.life.changes,
                                    [](const status_change& each) { return each.to == dkim_status::success; })
                    ? 1
                    : 0;
    if (!one.broken) continue;
    ++all_broken;
    std::string sentence = *one.broken;
    if (const auto at = sentence.find('['); at != sentence.npos)
      sentence.erase(at, sentence.find(']') - at + 2);
    ++broken[sentence];
    if (stories++ < wanted.stories)
      std::printf("%s\n", story_of(one.seed, wanted.lines).c_str());
    else if (stories < 200)
      std::printf("broken: world %llu, %s: %s\n", static_cast<unsigned long long>(one.seed), one.kind.c_str(),
                  one.broken->c_str());
  }
  const double cpu = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  std::printf(
      "%llu worlds from seed %llu, %llu with promises, %llu verified, %llu questions, %.1f s of CPU: %llu "
      "broken\n",
      static_cast<unsigned long long>(tries), static_cast<unsigned long long>(wanted.seed),
      static_cast<unsigned long long>(guarded), static_cast<unsigned long long>(verified),
      static_cast<unsigned long long>(questions), cpu, static_cast<unsigned long long>(all_broken));
  for (const auto& [what, count] : broken)
    std::printf("  %llu: %s\n", static_cast<unsigned long long>(count), what.c_str());
  std::fflush(stdout);
  return all_broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace easydkim::worlds

int main(int count, char** words) {
  using namespace easydkim::worlds;
  const auto wanted = read(count, words);
  if (!wanted) {
    std::fputs(
        "worlds: usage: worlds [--worlds N] [--seed N] [--jobs N] [--stories N] [--lines N] | --tell N\n",
        stderr);
    return 2;
  }
  if (wanted->tell) {
    std::fputs(story_of(*wanted->tell, wanted->lines).c_str(), stdout);
    return 0;
  }
  std::printf("seed %llu\n", static_cast<unsigned long long>(wanted->seed));
  std::fflush(stdout);
  std::vector<pid_t> others;
  for (std::uint64_t job = 1; job < wanted->jobs; ++job) {
    const pid_t child = fork();
    if (child == 0) _exit(run(*wanted, job));
    others.push_back(child);
  }
  int result = run(*wanted, 0);
  for (const pid_t each : others) {
    int status = 0;
    waitpid(each, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) result = 1;
  }
  return result;
}
