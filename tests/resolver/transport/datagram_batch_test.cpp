// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/datagram_batch.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace easydkim {
namespace {

/// A UDP socket on loopback that does not block.
class udp_socket {
 public:
  udp_socket() : number_{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
    here_.sin_family = AF_INET;
    here_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::socklen_t octets = sizeof here_;
    EXPECT_EQ(::bind(number_, reinterpret_cast<const ::sockaddr*>(&here_), sizeof here_), 0);
    EXPECT_EQ(::getsockname(number_, reinterpret_cast<::sockaddr*>(&here_), &octets), 0);
  }
  ~udp_socket() { close(); }
  udp_socket(const udp_socket&) = delete;
  udp_socket& operator=(const udp_socket&) = delete;

  int number() const { return number_; }
  void connect_to(const udp_socket& peer) const {
    ASSERT_EQ(::connect(number_, reinterpret_cast<const ::sockaddr*>(&peer.here_), sizeof peer.here_), 0);
  }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  void set(int option, int value) const {
    ASSERT_EQ(::setsockopt(number_, SOL_SOCKET, option, &value, sizeof value), 0);
  }
  void send(std::string_view text) const {
    ASSERT_EQ(::send(number_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  /// What came, in order, as text.
  std::vector<std::string> received() const {
    std::vector<std::string> all;
    std::array<char, 8192> room{};
    for (ssize_t got = 0; (got = ::recv(number_, room.data(), room.size(), 0)) >= 0;)
      all.emplace_back(room.data(), static_cast<std::size_t>(got));
    return all;
  }
  void wait_until_readable() const {
    ::pollfd one{.fd = number_, .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&one, 1, 10'000), 1);
  }

 private:
  int number_;
  ::sockaddr_in here_{};
};

void put(datagram_batch& batch, std::string first, std::string second = {}) {
  const std::array<::iovec, 2> parts{::iovec{first.data(), first.size()},
                                     ::iovec{second.data(), second.size()}};
  batch.put(parts);
}

std::string next(datagram_batch& batch, std::size_t room = 4096) {
  std::vector<std::uint8_t> into(room);
  const ssize_t got = batch.next(into);
  if (got < 0) return errno == EAGAIN ? "none" : "error " + std::to_string(errno);
  return {into.begin(), into.begin() + got};
}

class DatagramBatch : public testing::Test {
 protected:
  void SetUp() override {
    ours_.connect_to(server_);
    server_.connect_to(ours_);
  }
  udp_socket server_;
  udp_socket ours_;
  datagram_batch batch_{ours_.number()};
};

TEST_F(DatagramBatch, SendsNothingBeforeItIsFlushedAndThenAllInOrder) {
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    put(batch_, "datagram ", std::to_string(i));
    expected.push_back("datagram " + std::to_string(i));
  }
  EXPECT_TRUE(batch_.has_unsent());
  EXPECT_EQ(server_.received().size(), 0U);

  EXPECT_EQ(batch_.flush(), datagram_batch::flushed::all);
  EXPECT_FALSE(batch_.has_unsent());
  EXPECT_EQ(server_.received(), expected);
  EXPECT_EQ(batch_.flush(), datagram_batch::flushed::all);
  EXPECT_EQ(server_.received().size(), 0U) << "nothing is sent twice";
}

TEST_F(DatagramBatch, HandsOutOneByOneWhatCame) {
  EXPECT_EQ(next(batch_), "none");
  for (int i = 0; i < 50; ++i) server_.send("reply " + std::to_string(i));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(next(batch_), "reply " + std::to_string(i));
  EXPECT_EQ(next(batch_), "none");
  server_.send("one more");
  EXPECT_EQ(next(batch_), "one more");
  EXPECT_EQ(next(batch_), "none");
}

TEST_F(DatagramBatch, TellsWhetherItHasSaidThatThereIsNone) {
  EXPECT_FALSE(batch_.may_have_more());
  server_.send("first");
  server_.send("second");
  for (const char* each : {"first", "second"}) {
    EXPECT_EQ(next(batch_), each);
    EXPECT_TRUE(batch_.may_have_more()) << each;
  }
  EXPECT_EQ(next(batch_), "none");
  EXPECT_FALSE(batch_.may_have_more());
}

TEST_F(DatagramBatch, PausesOnceATurnAndThenGoesOn) {
  widen_buffers(ours_.number());
  const std::size_t count = 2 * datagram_batch::most_a_call + 10;
  for (std::size_t i = 0; i < count; ++i) server_.send(std::to_string(i));
  std::vector<std::size_t> turns{0};
  std::size_t got = 0;
  while (turns.size() < 10 && got < count) {
    const std::string text = next(batch_);
    if (text == "none") {
      turns.push_back(0);
      continue;
    }
    EXPECT_EQ(text, std::to_string(got++));
    ++turns.back();
  }
  EXPECT_EQ(turns, (std::vector<std::size_t>{datagram_batch::most_a_call, datagram_batch::most_a_call, 10}));
}

TEST_F(DatagramBatch, CutsWhatIsLongerThanTheRoomForItAndGoesOn) {
  server_.send(std::string(5000, 'x'));
  server_.send("short");
  EXPECT_EQ(next(batch_, 100), std::string(100, 'x'));
  EXPECT_EQ(next(batch_, 100), "short");
}

TEST_F(DatagramBatch, TellsOnceThatNobodyListensAnyMore) {
  server_.close();
  put(batch_, "into the void");
  EXPECT_EQ(batch_.flush(), datagram_batch::flushed::all) << "the refusal comes afterwards";
  ours_.wait_until_readable();
  put(batch_, "again");
  put(batch_, "and again");
  EXPECT_EQ(batch_.flush(), datagram_batch::flushed::failed);
  EXPECT_FALSE(batch_.has_unsent());
  EXPECT_EQ(next(batch_), "error " + std::to_string(ECONNREFUSED));
  EXPECT_EQ(next(batch_), "none");
}

/// Between sockets of the Unix domain, as the kernel never lacks room on loopback.
TEST(DatagramBatchOf, ASocketThatIsFullKeepsWhatTheKernelHasNoRoomFor) {
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()), 0);
  datagram_batch batch{pair[0]};
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    expected.push_back(std::to_string(i) + std::string(200, '.'));
    put(batch, expected.back());
  }
  std::vector<std::string> got;
  std::size_t blocked = 0;
  while (batch.has_unsent() && blocked < 1000) {
    if (batch.flush() == datagram_batch::flushed::blocked) ++blocked;
    std::array<char, 1024> room{};
    for (ssize_t octets = 0; (octets = ::recv(pair[1], room.data(), room.size(), 0)) >= 0;)
      got.emplace_back(room.data(), static_cast<std::size_t>(octets));
  }
  EXPECT_GT(blocked, 0U);
  EXPECT_EQ(got, expected) << "each once, in order";
  for (const int each : pair) ::close(each);
}

TEST_F(DatagramBatch, CountsWhatTheKernelDropped) {
  EXPECT_EQ(batch_.dropped(), 0U);
  ours_.set(SO_RCVBUF, 1);
  for (int i = 0; i < 100; ++i) server_.send(std::string(500, 'x'));
  std::uint32_t arrived = 0;
  while (next(batch_) != "none") ++arrived;
  EXPECT_GT(batch_.dropped(), 0U);
  EXPECT_EQ(batch_.dropped() + arrived, 100U);
}

TEST(WidenBuffers, HasRoomForThousandsOfReplies) {
  const udp_socket socket;
  widen_buffers(socket.number());
  int octets = 0;
  ::socklen_t size = sizeof octets;
  ASSERT_EQ(::getsockopt(socket.number(), SOL_SOCKET, SO_RCVBUF, &octets, &size), 0);
  EXPECT_GE(octets, 2 * 212'992) << "at least what any user may have";
}

}  // namespace
}  // namespace easydkim
