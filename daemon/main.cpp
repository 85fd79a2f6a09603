// SPDX-License-Identifier: Apache-2.0
// easydkimd: issues DKIM tokens, watches the DNS for them, and says when mail may be signed.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/store/store_error.hpp"
#include "daemon/config/config.hpp"
#include "daemon/process/last_words.hpp"
#include "daemon/process/log.hpp"
#include "daemon/process/notify.hpp"
#include "daemon/process/system_call_filter.hpp"
#include "daemon/service.hpp"
#include "daemon/storage/store_task.hpp"
#include "posix/standard_descriptors.hpp"

namespace easydkim {
namespace {

constexpr int exit_usage = 2;

/// How long the store may take to be read at the start, where a service manager waits.
constexpr duration longest_start = std::chrono::minutes{10};

struct command_line {
  std::string config_file{default_config_file};
  bool config_was_named = false;
  bool check_config = false;
  bool check_store = false;
  std::filesystem::path store_to_check;  // empty: that of the configuration
  bool compact = false;
};

/// Ends the process for --help, --version and wrong usage.
command_line read_command_line(int argc, char** argv) {
  command_line read;
  CLI::App app{"easydkimd watches the DNS for the DKIM records of many domains (see easydkimd(8))"};
  app.add_option("--config", read.config_file, "the configuration file")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--check-config", read.check_config, "check the configuration and end: 0 right, 1 wrong");
  app.add_option("--check-store", read.store_to_check,
                 "look through the store, or the copy or directory PATH of one, and end: 0 whole, 1 not")
      ->type_name("[PATH]")
      ->expected(0, 1);
  app.add_flag("--compact", read.compact,
               "make the database as small as what it holds, and end; not while a daemon "
               "runs");
  app.set_version_flag("--version", "easydkimd " EASYDKIM_VERSION, "show the version and end");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& done) {
    const int status = app.exit(done);
    std::exit(status == 0 ? 0 : exit_usage);
  }
  read.check_store = app.count("--check-store") > 0;
  read.config_was_named = app.count("--config") > 0;
  return read;
}

int refuse(const std::string& sentence) {
  std::fprintf(stderr, "easydkimd: %s\n", sentence.c_str());
  return exit_refused;
}

/// The daemon, ready to run; null when it cannot start, which is logged.
std::unique_ptr<service> start(service::start_order order) {
  try {
    return std::make_unique<service>(std::move(order));
  } catch (const std::exception& why) {
    spdlog::critical("daemon, cannot start ({})", why.what());
    return nullptr;
  }
}

int run(int argc, char** argv) {
  // What the operator wants.
  const command_line wanted = read_command_line(argc, argv);
  const std::optional<std::string> why_not_limited = limit_system_calls();
  const missing_file when_missing =
      wanted.config_was_named ? missing_file::is_refused : missing_file::means_defaults;
  const config_or_fault settings = load_config(wanted.config_file, when_missing);
  if (!settings) return refuse(settings.error());
  if (wanted.check_config) {
    std::printf("%s: the configuration is right\n", wanted.config_file.c_str());
    return 0;
  }
  const std::filesystem::path& store = settings->store.path;
  if (wanted.check_store)
    return print_check_of_store(wanted.store_to_check.empty() ? store : wanted.store_to_check);
  if (wanted.compact) return print_compaction_of_store(store);

  // What the service manager passed.
  const auto passed = passed_socket();
  if (!passed) return refuse(passed.error());

  // A client or a log reader that goes away is no reason to end, nor is a file that may not grow further.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  start_log(STDERR_FILENO, settings->log.level);
  leave_last_words();
  if (why_not_limited) spdlog::warn("daemon, its system calls are not limited ({})", *why_not_limited);

  // The store, the queue, the control socket.
  notify_still_starting(longest_start);
  const auto running = start({.settings = *settings,
                              .config_file = wanted.config_file,
                              .when_missing = when_missing,
                              .passed_socket = *passed,
                              .version = EASYDKIM_VERSION});
  if (!running) return exit_refused;

  // Serves until a signal.
  running->run();
  return 0;
}

}  // namespace
}  // namespace easydkim

int main(int argc, char** argv) {
  easydkim::keep_standard_descriptors();
  try {
    return easydkim::run(argc, argv);
  } catch (const easydkim::store_unusable& why) {
    spdlog::critical("daemon, cannot go on ({})", why.what());
    return easydkim::exit_refused;
  } catch (const std::exception& why) {
    spdlog::critical("daemon, cannot go on ({})", why.what());
    return easydkim::exit_broken;
  }
}
