// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/notify.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <functional>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

sockaddr_un abstract_address(std::string_view name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 2);
  return address;
}

/// A service manager that hears what is notified.
class notify_manager : public testing::Test {
 protected:
  notify_manager() : socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
    const std::string name = "easydkim-notify-" + std::to_string(::getpid());
    const sockaddr_un address = abstract_address(name);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), length), 0);
    ::setenv("NOTIFY_SOCKET", ('@' + name).c_str(), 1);
  }
  ~notify_manager() override {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
  }
  std::string heard() const {
    std::array<char, 1024> text{};
    const ssize_t length = ::recv(socket_, text.data(), text.size(), 0);
    return length < 0 ? "nothing" : std::string{text.data(), static_cast<std::size_t>(length)};
  }

 private:
  int socket_;
};

TEST_F(notify_manager, hears_each_change_of_state) {
  notify_ready();
  EXPECT_EQ(heard(), "READY=1");
  notify_stopping();
  EXPECT_EQ(heard(), "STOPPING=1");
  notify_alive();
  EXPECT_EQ(heard(), "WATCHDOG=1");
  notify_still_starting(10s);
  EXPECT_EQ(heard(), "EXTEND_TIMEOUT_USEC=10000000");
}

TEST_F(notify_manager, hears_the_time_of_a_reload) {
  notify_reloading();
  const std::string text = heard();
  EXPECT_TRUE(text.starts_with("RELOADING=1\nMONOTONIC_USEC=")) << text;
  EXPECT_GT(std::stoull(text.substr(text.rfind('=') + 1)), 0U);
}

TEST_F(notify_manager, hears_a_status_of_one_line) {
  notify_status("2 pending\nREADY=1");
  EXPECT_EQ(heard(), "STATUS=2 pending READY=1");
}

TEST(notify, does_nothing_without_a_service_manager) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_NO_THROW(notify_ready());
}

TEST(watchdog, has_the_limit_that_the_service_manager_set) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(watchdog_limit(), 30s);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(watchdog_limit(), std::nullopt);
  ::unsetenv("WATCHDOG_PID");
  ::unsetenv("WATCHDOG_USEC");
  EXPECT_EQ(watchdog_limit(), std::nullopt);
}

/// What `passed_socket` says in a process that was given `descriptor` as number 3, and `count` in all.
std::string with_passed(int descriptor, int count) {
  std::array<int, 2> answer{};
  EXPECT_EQ(::pipe(answer.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const int out = ::fcntl(answer[1], F_DUPFD, 10);
    const int given = ::fcntl(descriptor, F_DUPFD, 10);
    for (int i = 0; i < count; ++i) ::dup2(given, 3 + i);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
    const auto passed = passed_socket();
    std::string said = !passed ? passed.error() : !*passed ? "none" : "socket " + std::to_string(**passed);
    if (passed && *passed && (::fcntl(**passed, F_GETFD) & FD_CLOEXEC) == 0) said += ", not close-on-exec";
    if (::getenv("LISTEN_FDS") != nullptr) said += ", still in the environment";
    [[maybe_unused]] const auto written = ::write(out, said.data(), said.size());
    ::_exit(0);
  }
  ::close(answer[1]);
  std::string said(1000, '\0');
  const ssize_t length = ::read(answer[0], said.data(), said.size());
  said.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  ::close(answer[0]);
  ::waitpid(child, nullptr, 0);
  return said;
}

int listening_unix_socket() {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const std::string name = "easydkim-passed-" + std::to_string(::getpid());
  const sockaddr_un address = abstract_address(name);
  EXPECT_EQ(::bind(made, reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())),
            0);
  EXPECT_EQ(::listen(made, 1), 0);
  return made;
}

TEST(passed_socket, is_none_when_nothing_was_passed) {
  const auto passed = passed_socket();
  ASSERT_TRUE(passed) << passed.error();
  EXPECT_EQ(*passed, std::nullopt);
}

TEST(passed_socket, is_taken_when_it_listens_on_a_path) {
  const int listening = listening_unix_socket();
  EXPECT_EQ(with_passed(listening, 1), "socket 3");
  ::close(listening);
}

TEST(passed_socket, is_refused_when_it_is_of_another_kind) {
  const int datagrams = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int not_listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const std::string refusal =
      "the socket that the service manager passed is not a listening Unix stream socket; set ListenStream= "
      "in easydkimd.socket to a path";
  EXPECT_EQ(with_passed(datagrams, 1), refusal);
  EXPECT_EQ(with_passed(not_listening, 1), refusal);
  ::close(datagrams);
  ::close(not_listening);
}

TEST(passed_socket, is_refused_when_there_are_several) {
  const int listening = listening_unix_socket();
  EXPECT_EQ(with_passed(listening, 2),
            "the service manager passed 2 sockets; easydkimd takes one, so keep a single ListenStream= in "
            "easydkimd.socket");
  ::close(listening);
}

}  // namespace
}  // namespace easydkim
