// SPDX-License-Identifier: Apache-2.0
// Any octets as what a client sends to the HTTP port: each answer is one of HTTP, and what is taken for a
// request has a method, a target from its path on and headers without ends of lines.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/http/http_connection.hpp"

namespace {

using namespace easydkim;
namespace asio = boost::asio;

constexpr http_limits limits{.section = "ses_api",
                             .max_header = 8192,
                             .max_body = 16384,
                             .request_timeout = std::chrono::seconds{5},
                             .idle_timeout = std::chrono::seconds{5}};

void must_be_clean(std::string_view text) {
  if (text.find_first_of(std::string_view{"\r\n\0", 3}) != text.npos) std::abort();
}

asio::awaitable<http_answer> answered(const http_request& request) {
  if (request.method.empty() || request.target.empty()) std::abort();
  must_be_clean(request.method);
  must_be_clean(request.target);
  for (const http_header& each : request.headers) {
    must_be_clean(each.name);
    must_be_clean(each.value);
  }
  if (request.body.size() > limits.max_body) std::abort();
  http_answer answer{.body = std::string(request.body.size() % 64, 'x')};
  co_return answer;
}

http_answer refused(std::string_view target, const http_refusal& why) {
  must_be_clean(target);
  must_be_clean(why.message);
  return {.status = 400, .body = why.message};
}

/// What comes back on `end` until the other side closes.
std::string all_of(int end) {
  std::string said;
  std::array<char, 4096> part{};
  for (::ssize_t size; (size = ::read(end, part.data(), part.size())) > 0;)
    said.append(part.data(), static_cast<std::size_t>(size));
  return said;
}

}  // namespace

/// A pair of Unix sockets stands for a connection: a fuzzer would use up the ports.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t fits_into_a_socket = 65536;
  std::array<int, 2> ends{};
  if (size > fits_into_a_socket || ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) return 0;
  if (::write(ends[0], data, size) != static_cast<::ssize_t>(size)) std::abort();
  ::shutdown(ends[0], SHUT_WR);

  const http_site site{.answer = answered, .refuse = refused};
  bool closed = false;
  {
    asio::io_context io{1};
    asio::ip::tcp::socket socket{io};
    socket.assign(asio::ip::tcp::v4(), ends[1]);
    const auto connection = std::make_shared<http_connection>(
        std::move(socket),
        http_connection::surroundings{
            .site = site, .limits = limits, .signed_by = {}, .closed = [&](http_connection&) { closed = true; }});
    connection->start();
    while (!closed && io.run_one() > 0) {
    }
    io.poll();
  }
  if (!closed) std::abort();
  const std::string said = all_of(ends[0]);
  if (!said.empty() && !said.starts_with("HTTP/1.")) std::abort();
  ::close(ends[0]);
  return 0;
}
