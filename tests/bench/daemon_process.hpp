// SPDX-License-Identifier: Apache-2.0
// A whole easydkimd for a benchmark, in a process of its own.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "daemon/process/log.hpp"
#include "daemon/service.hpp"

namespace easydkim {

inline void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error{what};
}

/// Polls nothing meanwhile. Its store is `store` in the folder.
class daemon_process {
 public:
  explicit daemon_process(const std::filesystem::path& folder) : socket_{folder / "control.sock"} {
    config settings;
    settings.store.path = folder / "store";
    settings.control.socket = socket_;
    settings.status.file = folder / "status.json";
    settings.resolver.servers = {{boost::asio::ip::address_v4::loopback(), 9}};
    settings.verification.rules.first_check = std::chrono::hours{1};
    settings.limits.verify_domain_dkim_per_second = 0;
    settings.log.level = log_level::warning;

    int ready[2];
    require(::pipe(ready) == 0, "no pipe");
    pid_ = ::fork();
    if (pid_ == 0) serve(settings, ready[1]);
    ::close(ready[1]);
    char octet = 0;
    const bool serves = ::read(ready[0], &octet, 1) == 1;
    ::close(ready[0]);
    require(serves, "the daemon does not start");
  }
  ~daemon_process() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  daemon_process(const daemon_process&) = delete;
  daemon_process& operator=(const daemon_process&) = delete;

  /// Memory of its own, in octets: RssAnon of proc(5).
  std::uint64_t anonymous_memory() const {
    std::ifstream status{"/proc/" + std::to_string(pid_) + "/status"};
    for (std::string word; status >> word;)
      if (std::uint64_t kibibytes = 0; word == "RssAnon:" && status >> kibibytes) return kibibytes << 10;
    throw std::runtime_error{"no RssAnon"};
  }

  const std::filesystem::path& socket() const { return socket_; }

 private:
  [[noreturn]] static void serve(const config& settings, int ready) {
    try {
      start_log(STDERR_FILENO, settings.log.level);
      service running{{.settings = settings,
                       .config_file = {},
                       .when_missing = missing_file::means_defaults,
                       .passed_socket = std::nullopt,
                       .version = "bench"}};
      require(::write(ready, "x", 1) == 1, "nobody waits");
      ::close(ready);
      running.run();
      ::_exit(0);
    } catch (const std::exception& failed) {
      std::fprintf(stderr, "%s\n", failed.what());
      ::_exit(1);
    }
  }

  std::filesystem::path socket_;
  ::pid_t pid_;
};

}  // namespace easydkim
