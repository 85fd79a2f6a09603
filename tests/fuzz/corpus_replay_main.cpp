// Runs a fuzzer's body over the inputs that are kept for it: corpus_replay NAME FOLDER.
//
// What was found once stays found, also where there is no clang. The input that ends the process is named.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/fuzz/corpus_replay.hpp"

namespace {

namespace fs = std::filesystem;

std::string current;  // the input under way

extern "C" void say_which(int signal) {
  [[maybe_unused]] const auto said = ::write(STDERR_FILENO, current.data(), current.size());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

int main(int count, char** words) {
  const auto targets = easydkim::tests::fuzz_targets();
  const std::string name = count == 3 ? words[1] : "";
  const auto target = std::ranges::find(targets, name, &easydkim::tests::fuzz_target::name);
  if (target == targets.end()) {
    std::fprintf(stderr, "corpus_replay: use: corpus_replay NAME FOLDER; there is no fuzzer '%s'\n",
                 name.c_str());
    return 2;
  }
  for (const int each : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE}) std::signal(each, say_which);
  std::set<fs::path> inputs;
  for (const auto& each : fs::directory_iterator{words[2]}) inputs.insert(each.path());
  for (const fs::path& each : inputs) {
    current = "corpus_replay: ended by " + each.string() + "\n";
    std::ifstream in{each, std::ios::binary};
    const std::string octets{std::istreambuf_iterator<char>{in}, {}};
    target->run(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  }
  std::printf("%zu inputs\n", inputs.size());
  return inputs.empty() ? 1 : 0;  // a folder without inputs tests nothing
}
