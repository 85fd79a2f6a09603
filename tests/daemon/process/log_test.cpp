// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr time_point when = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 7h + 51min + 11s + 7ms;

/// A pipe whose writing end is the log; the default logger is put back at the end.
class log_into_pipe : public testing::Test {
 protected:
  log_into_pipe() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK), 0);
  }
  ~log_into_pipe() override {
    start_log(STDERR_FILENO, log_level::info);
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  std::string read_all() const {
    std::string all;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; (got = ::read(ends_[0], piece.data(), piece.size())) > 0;)
      all.append(piece.data(), static_cast<std::size_t>(got));
    return all;
  }
  int writing_end() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{};
};

TEST(log_line, has_time_level_and_text_on_a_terminal) {
  EXPECT_EQ(log_line(log_shape::plain, log_level::info, when, "store, opened '/x'"),
            "2026-11-23T07:51:11.007Z info store, opened '/x'\n");
}

TEST(log_line, has_the_priority_of_the_journal) {
  EXPECT_EQ(log_line(log_shape::journal, log_level::error, when, "x"), "<3>x\n");
  EXPECT_EQ(log_line(log_shape::journal, log_level::warning, when, "x"), "<4>x\n");
  EXPECT_EQ(log_line(log_shape::journal, log_level::info, when, "x"), "<6>x\n");
  EXPECT_EQ(log_line(log_shape::journal, log_level::debug, when, "x"), "<7>x\n");
}

TEST(log_line, is_one_line_whatever_the_text) {
  EXPECT_EQ(log_line(log_shape::journal, log_level::info, when, "a\nb\r\x1b[2J\x7f"), "<6>a b  [2J \n");
}

TEST(log_line, is_cut_at_what_a_pipe_takes_at_once) {
  const std::string line = log_line(log_shape::plain, log_level::info, when, std::string(100'000, 'x'));
  EXPECT_EQ(line.size(), 4096U);
  EXPECT_TRUE(line.ends_with("x...\n"));
}

TEST_F(log_into_pipe, is_in_the_shape_of_the_journal_when_the_journal_reads_it) {
  struct stat seen {};
  ASSERT_EQ(::fstat(writing_end(), &seen), 0);
  const std::string stream = std::to_string(seen.st_dev) + ':' + std::to_string(seen.st_ino);

  ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
  EXPECT_EQ(log_shape_of(writing_end()), log_shape::journal);
  ::setenv("JOURNAL_STREAM", (stream + '1').c_str(), 1);
  EXPECT_EQ(log_shape_of(writing_end()), log_shape::plain);
  ::setenv("JOURNAL_STREAM", "nonsense", 1);
  EXPECT_EQ(log_shape_of(writing_end()), log_shape::plain);
  ::unsetenv("JOURNAL_STREAM");
  EXPECT_EQ(log_shape_of(writing_end()), log_shape::plain);
}

TEST_F(log_into_pipe, says_what_its_level_lets_through) {
  start_log(writing_end(), log_level::warning);
  spdlog::info("left out");
  spdlog::warn("control, refused '{}' (too many)", 7);
  set_log_level(log_level::debug);
  spdlog::debug("now {}", "in");

  const std::string said = read_all();

  EXPECT_EQ(said.find("left out"), said.npos);
  EXPECT_NE(said.find("Z warning control, refused '7' (too many)\n"), said.npos) << said;
  EXPECT_NE(said.find("Z debug now in\n"), said.npos) << said;
}

TEST_F(log_into_pipe, goes_on_without_waiting_when_nobody_reads) {
  start_log(writing_end(), log_level::info);
  const std::uint64_t before = dropped_log_lines();
  for (int i = 0; i < 2000; ++i) spdlog::info("{}", std::string(1000, 'x'));
  const std::uint64_t lost = dropped_log_lines() - before;
  EXPECT_GT(lost, 0U);

  read_all();
  spdlog::info("read again");

  const std::string said = read_all();
  EXPECT_NE(said.find("log, dropped " + std::to_string(lost) + " lines"), said.npos) << said;
  EXPECT_NE(said.find("read again"), said.npos) << said;
}

TEST_F(log_into_pipe, goes_on_when_a_format_is_wrong) {
  start_log(writing_end(), log_level::info);
  const std::uint64_t before = dropped_log_lines();
  EXPECT_NO_THROW(spdlog::info(fmt::runtime("{} {}"), 1));
  EXPECT_EQ(dropped_log_lines(), before + 1);
}

TEST(log, goes_on_when_the_disk_is_full) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  start_log(full, log_level::info);
  const std::uint64_t before = dropped_log_lines();
  spdlog::info("lost");
  EXPECT_EQ(dropped_log_lines(), before + 1);
  start_log(STDERR_FILENO, log_level::info);
  ::close(full);
}

}  // namespace
}  // namespace easydkim
