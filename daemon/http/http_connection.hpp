// SPDX-License-Identifier: Apache-2.0
// One client of an HTTP port: reads requests, one after the other, and answers each.
//
// Nothing here knows what is asked for: http_site gives the answers. A client that is slow, or sends what is
// not HTTP, costs itself its connection and others nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "core/time_point.hpp"
#include "daemon/http/http_answer.hpp"
#include "daemon/http/http_refusal.hpp"
#include "daemon/http/http_request.hpp"
#include "daemon/http/http_shares.hpp"

namespace easydkim {

/// Who answers.
struct http_site {
  /// The request lives until the answer is there.
  std::function<boost::asio::awaitable<http_answer>(const http_request&)> answer;
  /// To a request that cannot be read, or of which only the beginning was: `target` may be empty.
  std::function<http_answer(std::string_view target, const http_refusal&)> refuse;
};

struct http_limits {
  std::string_view section;  // of the configuration, a constant: refusals name its keys
  std::uint64_t max_header;  // octets
  std::uint64_t max_body;    // octets; 0: no body is taken
  duration request_timeout;  // from the first octet of a request to its last; for an answer, to be taken. A
                             // header has at most `longest_header` of it
  duration idle_timeout;     // between an answer and the next request
};

/// From the first octet of a header to its last: it is sent at once by all but those who want to be in the way.
inline constexpr std::chrono::seconds longest_header{2};

/// More fields have only those who want work done: SDKs send a dozen, and a proxy adds some.
inline constexpr std::size_t most_header_fields = 100;

/// Lives until its client is done; the server holds it in the meantime. Single-threaded, as the io_context.
class http_connection : public std::enable_shared_from_this<http_connection> {
 public:
  struct surroundings {
    const http_site& site;
    const http_limits& limits;
    std::function<bool(http_connection&, std::string_view key)> signed_by;  // see http_request::sent_by
    std::function<void(http_connection&)> closed;                           // called once, last
  };
  http_connection(boost::asio::ip::tcp::socket socket, surroundings around);

  /// Begins to serve.
  void start();

  /// Ends at once.
  void close();

  /// Who the client is, and how long it has been at what.
  const http_client& client() const noexcept { return client_; }

 private:
  struct exchange;  // one request and its answer

  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> wait_for_request();
  void skip_empty_lines();
  void enter(http_phase phase);
  boost::asio::awaitable<bool> read(exchange& one);
  boost::asio::awaitable<void> write(exchange& one);
  boost::asio::awaitable<void> say_goodbye();

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;  // read, not yet a whole request
  surroundings around_;
  http_client client_;
  bool closed_ = false;
};

}  // namespace easydkim
