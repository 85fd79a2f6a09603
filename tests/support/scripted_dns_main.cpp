// SPDX-License-Identifier: Apache-2.0
// scripted-dns --port P [--mode MODE] [--zone FILE]: a DNS server for system tests, on 127.0.0.1.
//
// FILE has lines "name CNAME target" (also DNAME, TXT) and is read again when it changes. Prints "listening
// PORT" and runs until SIGTERM or the end of its standard input.
#include <poll.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/scripted_dns_server.hpp"

namespace {

using namespace easydkim::tests;

struct options {
  std::uint16_t port = 0;
  std::string mode = "zone";
  std::string zone_file;
};

[[noreturn]] void wrong_usage() {
  std::fputs("usage: scripted-dns [--port P] [--mode MODE] [--zone FILE]\nmodes:", stderr);
  for (const dns_mode& each : dns_modes()) std::fprintf(stderr, " %s", std::string{each.name}.c_str());
  std::fputs("\n", stderr);
  std::exit(2);
}

options parse(int argc, char** argv) {
  options given;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (i + 1 == argc) wrong_usage();
    const std::string_view value = argv[i + 1];
    if (name == "--port") {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), given.port);
      if (error != std::errc{} || end != value.data() + value.size()) wrong_usage();
    } else if (name == "--mode") {
      given.mode = value;
    } else if (name == "--zone") {
      given.zone_file = value;
    } else {
      wrong_usage();
    }
  }
  return given;
}

std::string read(const std::string& path) {
  std::ifstream file{path};
  if (!file) throw std::runtime_error{"cannot read " + path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Waits a little; false when nobody holds our standard input any more.
bool wait_for_end_of_input() {
  constexpr int milliseconds = 50;
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (poll(&input, 1, milliseconds) <= 0) return true;
  char ignored[256];
  return ::read(STDIN_FILENO, ignored, sizeof ignored) > 0;
}

int run(const options& given) {
  std::string text = given.zone_file.empty() ? std::string{} : read(given.zone_file);
  scripted_dns_server server{behaviour(given.mode, scripted_zone::parse(text)), given.port};
  server.remember(scripted_dns_server::memory::count_only);
  std::printf("listening %u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  while (wait_for_end_of_input()) {
    if (given.zone_file.empty()) continue;
    std::string now = read(given.zone_file);
    if (now == text) continue;
    try {
      server.behave(behaviour(given.mode, scripted_zone::parse(now)));
    } catch (const std::runtime_error& error) {  // perhaps half written: the next change is read again
      std::fprintf(stderr, "scripted-dns: %s\n", error.what());
    }
    text = std::move(now);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGTERM, [](int) { std::_Exit(0); });
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "scripted-dns: %s\n", error.what());
    return 1;
  }
}
