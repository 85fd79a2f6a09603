// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/http_connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http.hpp>
#include <ctime>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/process/not_waited_for.hpp"

namespace easydkim {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using std::chrono::steady_clock;

namespace {

/// What is read at a time, beside a header and a body that wait to be complete.
constexpr std::size_t chunk = 16 * 1024;

/// How long what a client still sends is read and dropped before its connection is closed.
constexpr std::chrono::seconds longest_goodbye{2};

/// The time of the answer, by which SDKs whose clock is wrong sign anew (RFC 9110 section 5.6.7).
std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm broken_down{};
  ::gmtime_r(&now, &broken_down);
  std::array<char, 32> text{};
  const std::size_t length =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &broken_down);
  return {text.data(), length};
}

/// The answer to what Beast could not read; nothing when the client is gone or was too slow.
std::optional<http_refusal> complaint(const beast::error_code& failed, const http_limits& limits) {
  if (failed == http::error::end_of_stream || failed == http::error::partial_message) return std::nullopt;
  const std::string section{limits.section};
  if (failed == http::error::body_limit && limits.max_body == 0)
    return http_refusal{http_fault::too_large, "A request has no body here; send none."};
  if (failed == http::error::body_limit)
    return http_refusal{http_fault::too_large,
                        "The body is larger than " + section + ".max_body allows; ask for less at a time."};
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow)
    return http_refusal{http_fault::too_large,
                        "The header is larger than " + section + ".max_header allows; send a smaller one."};
  if (failed.category() != make_error_code(http::error::end_of_stream).category()) return std::nullopt;
  return http_refusal{http_fault::malformed,
                      "This is not HTTP/1.1 (" + failed.message() + "); send a request by its rules."};
}

bool has_unknown_coding(const http::fields& header) {
  const auto coding = header.find(http::field::transfer_encoding);
  return coding != header.end() && !beast::iequals(coding->value(), "chunked");
}

/// A target in any of its forms (RFC 9112 section 3.2).
struct request_target {
  std::string path_and_query;
  std::optional<std::string_view> host{};  // of the absolute form
};
request_target read_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!beast::iequals({target.data(), std::min(target.size(), scheme.size())},
                        {scheme.data(), scheme.size()}))
      continue;
    target.remove_prefix(scheme.size());
    const std::size_t path = std::min(target.find_first_of("/?#"), target.size());
    const std::string_view rest = target.substr(path);
    return {(rest.starts_with('/') ? "" : "/") + std::string{rest}, target.substr(0, path)};
  }
  return {std::string{target}};
}

/// What the rules of HTTP refuse of a header that Beast could read; no error when nothing is.
beast::error_code fault_of(const http::request_header<>& header, const request_target& target) {
  // With another coding than "chunked" nobody knows where the body ends, and HTTP/1.0 has no codings (RFC 9112
  // section 6.1).
  const bool has_coding = header.count(http::field::transfer_encoding) != 0;
  if (has_coding && (has_unknown_coding(header) || header.version() < 11))
    return http::error::bad_transfer_encoding;
  if (header.version() == 11 && header.count(http::field::host) != 1)  // RFC 9112 section 3.2
    return http::error::bad_field;
  // RFC 9110 sections 4.2.1 and 4.2.4: no empty host, and no name of a user before it.
  if (target.host && (target.host->empty() || target.host->find('@') != target.host->npos))
    return http::error::bad_target;
  return {};
}

/// The fields of a request as they came. The host of a target in absolute form stands for any Host header (RFC
/// 9112 section 3.2.2).
std::vector<http_header> headers_of(const http::request_header<>& header, const request_target& target) {
  std::vector<http_header> headers;
  if (target.host) headers.push_back({"Host", *target.host});
  for (const auto& each : header)
    if (!target.host || each.name() != http::field::host)
      headers.push_back({{each.name_string().data(), each.name_string().size()},
                         {each.value().data(), each.value().size()}});
  return headers;
}

}  // namespace

struct http_connection::exchange {
  http::request_parser<http::string_body> parser;
  http_answer answer;
  bool keep_alive = false;
};

http_connection::http_connection(asio::ip::tcp::socket socket, surroundings around)
    : stream_{std::move(socket)},
      buffer_{around.limits.max_header + chunk},
      around_{std::move(around)} {
  beast::error_code ignored;
  client_.address = stream_.socket().remote_endpoint(ignored).address();
  enter(http_phase::idle);
  stream_.socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
}

void http_connection::start() {
  asio::co_spawn(
      stream_.get_executor(), [self = shared_from_this()] { return self->serve(); }, not_waited_for);
}

void http_connection::close() {
  if (std::exchange(closed_, true)) return;
  stream_.close();
  around_.closed(*this);
}

asio::awaitable<void> http_connection::serve() {
  const auto self = shared_from_this();
  while (!closed_ && co_await serve_one()) {
  }
  close();
}

/// False when there is nothing more to do.
asio::awaitable<bool> http_connection::serve_one() {
  do {
    if (buffer_.size() == 0 && !co_await wait_for_request()) co_return false;
    skip_empty_lines();
  } while (buffer_.size() == 0);
  exchange one;
  if (!co_await read(one)) co_return false;
  co_await write(one);
  if (buffer_.size() == 0) enter(http_phase::idle);
  if (closed_ || one.keep_alive) co_return !closed_;
  co_await say_goodbye();
  co_return false;
}

asio::awaitable<bool> http_connection::wait_for_request() {
  beast::error_code failed;
  stream_.expires_after(around_.limits.idle_timeout);
  const std::size_t count = co_await stream_.async_read_some(
      buffer_.prepare(chunk), asio::redirect_error(asio::use_awaitable, failed));
  if (failed || closed_) co_return false;
  buffer_.commit(count);
  co_return true;
}

void http_connection::enter(http_phase phase) {
  client_.phase = phase;
  client_.since = steady_clock::now();
}

/// Some clients end a body by a line of their own (RFC 9112 section 2.2).
void http_connection::skip_empty_lines() {
  const auto octets = buffer_.data();
  const std::string_view text{static_cast<const char*>(octets.data()), octets.size()};
  buffer_.consume(std::min(text.find_first_not_of("\r\n"), text.size()));
}

/// Reads a request and has it answered; false when there is nobody to answer.
asio::awaitable<bool> http_connection::read(exchange& one) {
  auto& parser = one.parser;
  enter(http_phase::request);
  parser.header_limit(static_cast<std::uint32_t>(around_.limits.max_header));
  parser.body_limit(around_.limits.max_body);
  stream_.expires_at(client_.since + std::min<duration>(longest_header, around_.limits.request_timeout));
  beast::error_code failed;
  const auto into_failed = [&failed] { return asio::redirect_error(asio::use_awaitable, failed); };

  co_await http::async_read_header(stream_, buffer_, parser, into_failed());
  stream_.expires_at(client_.since + around_.limits.request_timeout);
  const auto& message = parser.get();
  const request_target target = read_target({message.target().data(), message.target().size()});
  if (!failed) failed = fault_of(message.base(), target);
  const auto fields = std::distance(message.begin(), message.end());
  const bool has_too_many = fields > static_cast<std::ptrdiff_t>(most_header_fields);
  if (!failed && has_too_many) failed = http::error::header_limit;
  if (!failed && !parser.is_done() && beast::iequals(message[http::field::expect], "100-continue"))
    co_await asio::async_write(stream_, asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25), into_failed());
  if (!failed && !parser.is_done()) co_await http::async_read(stream_, buffer_, parser, into_failed());
  // Beast adds what trails a chunked body to the header, where nobody in between saw it (RFC 9110
  // section 6.5.1).
  if (!failed && std::distance(message.begin(), message.end()) != fields)
    failed = http::error::bad_field;
  if (closed_) co_return false;

  if (failed) {
    std::optional<http_refusal> why = complaint(failed, around_.limits);
    if (why && why->fault == http_fault::too_large && has_too_many)
      why->message = "The header has more than " + std::to_string(most_header_fields) +
                     " fields; send fewer.";
    if (why) one.answer = around_.site.refuse(target.path_and_query, *why);
    co_return why.has_value();
  }

  enter(http_phase::work);
  const std::vector<http_header> headers = headers_of(message.base(), target);
  const http_request request{
      .method = {message.method_string().data(), message.method_string().size()},
      .target = target.path_and_query,
      .headers = headers,
      .body = message.body(),
      .sent_by = [this](std::string_view key) {
        if (!around_.signed_by(*this, key)) return false;
        client_.signed_by = key;
        return true;
      }};
  one.answer = co_await around_.site.answer(request);
  one.keep_alive = message.keep_alive();
  co_return !closed_;
}

asio::awaitable<void> http_connection::write(exchange& one) {
  // A client of HTTP/1.0 that would go on is told so only by an answer of its own version.
  const unsigned version = one.parser.get().version() == 10 ? 10 : 11;
  http::response<http::string_body> message{http::int_to_status(one.answer.status), version};
  message.set(http::field::date, http_date());
  message.set(http::field::content_type, {one.answer.content_type.data(), one.answer.content_type.size()});
  for (const http_field& each : one.answer.headers)
    message.set({each.name.data(), each.name.size()}, each.value);
  message.keep_alive(one.keep_alive);
  message.content_length(one.answer.body.size());
  if (one.parser.get().method() != http::verb::head) message.body() = std::move(one.answer.body);

  beast::error_code failed;
  enter(http_phase::answer);
  stream_.expires_after(around_.limits.request_timeout);
  co_await http::async_write(stream_, message, asio::redirect_error(asio::use_awaitable, failed));
  if (failed) one.keep_alive = false;
}

/// Closing while the client still sends would reset the connection, and with it the answer on its way.
asio::awaitable<void> http_connection::say_goodbye() {
  beast::error_code failed;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, failed);
  stream_.expires_after(longest_goodbye);
  buffer_.clear();
  enter(http_phase::idle);  // makes room for others
  while (!failed && !closed_)
    co_await stream_.async_read_some(buffer_.prepare(chunk),
                                     asio::redirect_error(asio::use_awaitable, failed));
}

}  // namespace easydkim
