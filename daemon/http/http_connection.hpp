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
  duration request_timeout;  // from the first octet of a request to its last; for an answer, to be taken
  duration idle_timeout;     // between an answer and the next request
};

/// Lives until its client is done; the server holds it in the meantime. Single-threaded, as the io_context.
class http_connection : public std::enable_shared_from_this<http_connection> {
 public:
  struct surroundings {
    const http_site& site;
    const http_limits& limits;
    std::function<void(http_connection&)> closed;  // called once, last
  };
  http_connection(boost::asio::ip::tcp::socket socket, surroundings around);

  /// Begins to serve.
  void start();

  /// Ends at once.
  void close();

  /// True between two requests and after the last one: closing it costs the client nothing but a new
  /// connection.
  bool idle() const noexcept { return idle_; }
  std::chrono::steady_clock::time_point last_active() const noexcept { return last_active_; }

 private:
  struct exchange;  // one request and its answer

  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> wait_for_request();
  void skip_empty_lines();
  boost::asio::awaitable<bool> read(exchange& one);
  boost::asio::awaitable<void> write(exchange& one);
  boost::asio::awaitable<void> say_goodbye();

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;  // read, not yet a whole request
  surroundings around_;
  std::chrono::steady_clock::time_point last_active_;
  bool idle_ = true;
  bool closed_ = false;
};

}  // namespace easydkim
