// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/log.hpp"

#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>

namespace easydkim {
namespace {

constexpr std::size_t longest_line = 4096;  // what a pipe that says it is writable takes (PIPE_BUF)

struct level_row {
  log_level ours;
  spdlog::level::level_enum spdlogs;
  char priority;  // of syslog(3)
};
constexpr std::array levels{
    level_row{log_level::trace, spdlog::level::trace, '7'},
    level_row{log_level::debug, spdlog::level::debug, '7'},
    level_row{log_level::info, spdlog::level::info, '6'},
    level_row{log_level::warning, spdlog::level::warn, '4'},
    level_row{log_level::error, spdlog::level::err, '3'},
};

log_level ours(spdlog::level::level_enum level) {
  const auto row = std::ranges::find(levels, level, &level_row::spdlogs);
  return row == levels.end() ? log_level::error : row->ours;  // spdlog's critical
}

std::atomic<std::uint64_t> dropped{0};

/// True when all of `line` was written, without waiting.
bool write_now(int descriptor, std::string_view line) noexcept {
  pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return false;
  ssize_t written = ::send(descriptor, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (written < 0 && errno == ENOTSOCK) written = ::write(descriptor, line.data(), line.size());
  return written == static_cast<ssize_t>(line.size());
}

/// The way spdlog has its writers made: by inheritance.
class descriptor_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit descriptor_sink(int descriptor) : descriptor_{descriptor}, shape_{log_shape_of(descriptor)} {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto when = std::chrono::floor<duration>(message.time);
    if (const auto missing = dropped.load() - told_; missing != 0)
      if (write_now(descriptor_, log_line(shape_, log_level::warning, when,
                                          "log, dropped " + std::to_string(missing) +
                                              " lines (nobody read them, or the disk is full)")))
        told_ += missing;
    if (!write_now(descriptor_, log_line(shape_, ours(message.level), when,
                                         {message.payload.data(), message.payload.size()})))
      ++dropped;
  }
  void flush_() override {}

  int descriptor_;
  log_shape shape_;
  std::uint64_t told_ = 0;  // dropped lines that the log speaks of
};

constexpr std::size_t longest_prefix = longest_rfc3339 + 16;

/// How many octets of `to`, which has `longest_prefix`. Allocates nothing.
std::size_t write_prefix(log_shape shape, log_level level, time_point when, std::span<char> to) noexcept {
  const level_row& row = levels[static_cast<std::size_t>(level)];
  if (shape == log_shape::journal)
    return static_cast<std::size_t>(std::snprintf(to.data(), to.size(), "<%c>", row.priority));
  const std::span<char> fraction = to.subspan(to_rfc3339(when, to) - 1);  // in the place of its Z
  const auto part = when - std::chrono::floor<std::chrono::seconds>(when);
  const int length = std::snprintf(fraction.data(), fraction.size(), ".%03dZ %s ",
                                   static_cast<int>(part.count()), to_string(level).data());
  return to.size() - fraction.size() + static_cast<std::size_t>(length);
}

/// Where the log goes, for `log_without_memory`.
std::atomic<int> last_descriptor{-1};

}  // namespace

log_shape log_shape_of(int descriptor) noexcept {
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat seen {};
  unsigned long long device = 0, inode = 0;
  if (stream == nullptr || std::sscanf(stream, "%llu:%llu", &device, &inode) != 2) return log_shape::plain;
  if (::fstat(descriptor, &seen) != 0) return log_shape::plain;
  return seen.st_dev == device && seen.st_ino == inode ? log_shape::journal : log_shape::plain;
}

std::string log_line(log_shape shape, log_level level, time_point when, std::string_view text) {
  std::array<char, longest_prefix> prefix{};
  std::string line{prefix.data(), write_prefix(shape, level, when, prefix)};
  line.append(text);
  if (line.size() >= longest_line) line.replace(longest_line - 4, line.npos, "...");
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return line += '\n';
}

void start_log(int descriptor, log_level level) {
  auto logger = std::make_shared<spdlog::logger>("easydkimd", std::make_shared<descriptor_sink>(descriptor));
  logger->set_error_handler([](const std::string&) { ++dropped; });  // spdlog's own would write to stderr
  spdlog::set_default_logger(std::move(logger));
  set_log_level(level);
  last_descriptor = descriptor;
}

void log_without_memory(time_point when, std::string_view text) noexcept {
  std::array<char, 512> line{};
  const int descriptor = last_descriptor;
  const std::size_t prefix = write_prefix(log_shape_of(descriptor), log_level::error, when, line);
  const std::size_t size = std::min(text.size(), line.size() - prefix - 1);
  std::copy_n(text.begin(), size, line.begin() + static_cast<std::ptrdiff_t>(prefix));
  line[prefix + size] = '\n';
  if (!write_now(descriptor, {line.data(), prefix + size + 1})) ++dropped;
}

void set_log_level(log_level level) {
  spdlog::set_level(levels[static_cast<std::size_t>(level)].spdlogs);
}

std::uint64_t dropped_log_lines() noexcept {
  return dropped.load();
}

}  // namespace easydkim
