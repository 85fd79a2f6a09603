// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scripted_dns_server.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>

namespace easydkim::tests {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;

const auto loopback = asio::ip::address_v4::loopback();

constexpr auto drip_interval = std::chrono::seconds{1};
constexpr int receive_buffer_octets = 4 << 20;

[[noreturn]] void fail(const char* why) {
  std::fprintf(stderr, "scripted dns server: %s\n", why);
  std::abort();
}

octets with_length(const octets& message) {
  octets framed{static_cast<std::uint8_t>(message.size() >> 8), static_cast<std::uint8_t>(message.size())};
  framed.insert(framed.end(), message.begin(), message.end());
  return framed;
}

}  // namespace

/// A TCP connection: reads query after query; actions are done one after the other.
struct scripted_dns_server::connection : std::enable_shared_from_this<connection> {
  connection(scripted_dns_server& server, tcp::socket peer)
      : owner{server}, socket{std::move(peer)}, timer{socket.get_executor()} {}

  void read_length() {
    asio::async_read(socket, asio::buffer(length),
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (!error) self->read_message();
                     });
  }
  void read_message() {
    message.resize(static_cast<std::size_t>(length[0] << 8 | length[1]));
    asio::async_read(
        socket, asio::buffer(message), [self = shared_from_this()](error_code error, std::size_t) {
          if (error) return;
          error_code gone;
          const auto peer = self->socket.remote_endpoint(gone);
          if (gone) return;
          for (dns_action& each : self->owner.decide(std::move(self->message), true, peer.port()))
            self->to_do.push_back(std::move(each));
          self->message = {};
          if (!self->busy) self->do_next();
          self->read_length();
        });
  }
  void do_next() {
    busy = !to_do.empty();
    if (!busy) return;
    current = std::move(to_do.front());
    to_do.erase(to_do.begin());
    timer.expires_after(current.after);
    timer.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;
      if (self->current.how == dns_action::way::hang_up) return self->hang_up();
      self->out = with_length(self->current.message);
      self->write(0);
    });
  }
  void write(std::size_t from) {
    const bool drip = current.how == dns_action::way::drip;
    const std::size_t octets_now = drip ? 1 : out.size() - from;
    asio::async_write(socket, asio::buffer(out.data() + from, octets_now),
                      [self = shared_from_this(), drip, from](error_code error, std::size_t written) {
                        if (error) return;
                        if (from + written == self->out.size()) return self->do_next();
                        self->timer.expires_after(drip ? drip_interval : std::chrono::seconds{0});
                        self->timer.async_wait([self, next = from + written](error_code stopped) {
                          if (!stopped) self->write(next);
                        });
                      });
  }
  void hang_up() {
    error_code ignored;
    socket.close(ignored);
  }

  scripted_dns_server& owner;
  tcp::socket socket;
  asio::steady_timer timer;
  std::array<std::uint8_t, 2> length{};
  octets message;
  octets out;
  std::vector<dns_action> to_do;
  dns_action current;
  bool busy = false;
};

scripted_dns_server::scripted_dns_server(dns_behaviour act, std::uint16_t port)
    : scripted_dns_server{std::move(act), server_address{loopback, port}} {}

scripted_dns_server::scripted_dns_server(dns_behaviour act, const server_address& at)
    : buffer_(65'536), behaviour_{std::move(act)} {
  bind(at);
  other_udp_ = udp::socket{io_, udp::endpoint{at.address, 0}};
  receive();
  accept();
  thread_ = std::thread{[this] { io_.run(); }};
}

scripted_dns_server::~scripted_dns_server() {
  io_.stop();
  thread_.join();
}

/// Both sockets on one port: when the port that UDP got is taken for TCP, another one is tried.
void scripted_dns_server::bind(const server_address& at) {
  constexpr int attempts = 20;
  for (int i = 0; i < attempts; ++i) {
    udp_ = udp::socket{io_, udp::endpoint{at.address, at.port}};
    port_ = udp_.local_endpoint().port();
    const tcp::endpoint same_port{at.address, port_};
    error_code error;
    tcp_ = tcp::acceptor{io_};
    tcp_.open(same_port.protocol());
    tcp_.set_option(tcp::acceptor::reuse_address{true});
    tcp_.bind(same_port, error);
    if (!error) tcp_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) {
      udp_.set_option(asio::socket_base::receive_buffer_size{receive_buffer_octets});
      return;
    }
    if (at.port != 0) break;
  }
  fail("cannot bind UDP and TCP to the same port");
}

void scripted_dns_server::behave(dns_behaviour act) {
  const std::lock_guard lock{mutex_};
  behaviour_ = std::move(act);
}

std::vector<dns_query> scripted_dns_server::queries() const {
  const std::lock_guard lock{mutex_};
  return queries_;
}

std::size_t scripted_dns_server::count() const {
  const std::lock_guard lock{mutex_};
  return count_;
}

void scripted_dns_server::remember(memory what) {
  const std::lock_guard lock{mutex_};
  memory_ = what;
}

std::vector<dns_action> scripted_dns_server::decide(octets message, bool over_tcp,
                                                    std::uint16_t source_port) {
  auto query = dns_query::parse(std::move(message));
  if (!query) fail("received something that is no DNS query");
  query->over_tcp = over_tcp;
  query->source_port = source_port;

  const std::lock_guard lock{mutex_};
  ++count_;
  std::vector<dns_action> chosen = behaviour_(*query);
  if (memory_ == memory::all) queries_.push_back(*std::move(query));
  return chosen;
}

void scripted_dns_server::receive() {
  udp_.async_receive_from(asio::buffer(buffer_), from_, [this](error_code error, std::size_t size) {
    if (error) return;
    const octets message(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size));
    for (dns_action& each : decide(message, false, from_.port())) act(std::move(each), from_);
    receive();
  });
}

void scripted_dns_server::act(dns_action action, const udp::endpoint& to) {
  if (action.after == std::chrono::milliseconds{0}) return send(action, to);
  auto timer = std::make_shared<asio::steady_timer>(io_, action.after);
  timer->async_wait([this, timer, later = std::move(action), to](error_code error) {
    if (!error) send(later, to);
  });
}

void scripted_dns_server::send(const dns_action& action, const udp::endpoint& to) {
  if (action.how != dns_action::way::send && action.how != dns_action::way::send_from_other)
    fail("a behaviour wants to do over UDP what only TCP can do");
  udp::socket& from = action.how == dns_action::way::send ? udp_ : other_udp_;
  error_code gone;  // the client may have closed its socket
  from.send_to(asio::buffer(action.message), to, 0, gone);
}

void scripted_dns_server::accept() {
  tcp_.async_accept([this](error_code error, tcp::socket peer) {
    if (error) return;
    std::make_shared<connection>(*this, std::move(peer))->read_length();
    accept();
  });
}

}  // namespace easydkim::tests
