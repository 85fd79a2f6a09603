// SPDX-License-Identifier: Apache-2.0
// The least that a lookup can be: c-ares, epoll, and nothing done with the answers. For
// tests/bench/instructions.py.
//
//   cares-loop SERVER NAMES COUNT IN_FLIGHT     SERVER: ADDRESS:PORT; NAMES: a file, one a line
//
// Asks for the CNAME of the names, one after the other and over again, IN_FLIGHT of them under way, until
// COUNT were answered; then prints how many were.
#include <ares.h>
#include <arpa/nameser.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error{what};
}

std::vector<std::string> lines_of(const char* file) {
  std::ifstream from{file};
  std::vector<std::string> lines;
  for (std::string line; std::getline(from, line);) lines.push_back(line);
  require(!lines.empty(), "there are no names");
  return lines;
}

class cares_loop {
 public:
  explicit cares_loop(const char* server) : events_{::epoll_create1(0)} {
    require(events_ >= 0, "no epoll");
    require(ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS, "no c-ares");
    ares_options wanted{};
    wanted.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN;
    wanted.timeout = 5000;  // milliseconds
    wanted.sock_state_cb_data = this;
    wanted.sock_state_cb = [](void* self, int socket, int readable, int writable) {
      static_cast<cares_loop*>(self)->watch(socket, readable != 0, writable != 0);
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_QUERY_CACHE
    mask |= ARES_OPT_QUERY_CACHE;  // for no time
#endif
    require(ares_init_options(&channel_, &wanted, mask) == ARES_SUCCESS, "no channel");
    require(ares_set_servers_ports_csv(channel_, server) == ARES_SUCCESS, "no such server");
    ares_set_socket_configure_callback(
        channel_,
        [](ares_socket_t socket, int /*type*/, void* /*self*/) {
          constexpr int octets = 4 << 20;  // for the replies to all that is under way
          ::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof octets);
          return 0;
        },
        nullptr);
  }
  ~cares_loop() {
    ares_destroy(channel_);
    ::close(events_);
  }
  cares_loop(const cares_loop&) = delete;
  cares_loop& operator=(const cares_loop&) = delete;

  /// How many were answered; a little more than `count`.
  long run(const std::vector<std::string>& names, long count, int in_flight) {
    std::size_t next = 0;
    while (answered_ < count) {
      for (; under_way_ < in_flight; ++under_way_) {
        ares_query(channel_, names[next].c_str(), ns_c_in, ns_t_cname, told, this);
        next = (next + 1) % names.size();
      }
      std::array<::epoll_event, 16> ready;
      const int found = ::epoll_wait(events_, ready.data(), static_cast<int>(ready.size()), 50);
      for (int i = 0; i < found; ++i) {
        const auto& [what, which] = ready[static_cast<std::size_t>(i)];
        ares_process_fd(channel_, (what & EPOLLIN) != 0 ? which.fd : ARES_SOCKET_BAD,
                        (what & EPOLLOUT) != 0 ? which.fd : ARES_SOCKET_BAD);
      }
      if (found <= 0) ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
    return answered_;
  }

 private:
  static void told(void* self, int status, int /*timeouts*/, unsigned char* /*message*/, int /*length*/) {
    if (status == ARES_EDESTRUCTION) return;
    auto& asking = *static_cast<cares_loop*>(self);
    --asking.under_way_;
    ++asking.answered_;
  }

  void watch(int socket, bool readable, bool writable) {
    ::epoll_event wanted{.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U),
                         .data = {.fd = socket}};
    if (wanted.events == 0)
      ::epoll_ctl(events_, EPOLL_CTL_DEL, socket, nullptr);
    else if (::epoll_ctl(events_, EPOLL_CTL_ADD, socket, &wanted) != 0)
      ::epoll_ctl(events_, EPOLL_CTL_MOD, socket, &wanted);
  }

  int events_;
  ares_channeldata* channel_ = nullptr;
  int under_way_ = 0;
  long answered_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    require(argc == 5, "usage: cares-loop SERVER NAMES COUNT IN_FLIGHT");
    cares_loop loop{argv[1]};
    std::printf("%ld\n", loop.run(lines_of(argv[2]), std::atol(argv[3]), std::atoi(argv[4])));
    return 0;
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "cares-loop: %s\n", failed.what());
    return 1;
  }
}
