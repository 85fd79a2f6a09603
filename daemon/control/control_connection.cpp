// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/control_connection.hpp"

#include <poll.h>

#include <spdlog/spdlog.h>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "daemon/operations/operations.hpp"
#include "daemon/process/not_waited_for.hpp"

namespace easydkim {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using std::chrono::steady_clock;

control_connection::control_connection(stream_protocol::socket socket, surroundings around)
    : socket_{std::move(socket)},
      around_{std::move(around)},
      changed_{socket_.get_executor()},
      last_active_{steady_clock::now()} {
  changed_.expires_at(steady_clock::time_point::max());
}

void control_connection::start() {
  const auto self = shared_from_this();
  asio::co_spawn(
      socket_.get_executor(), [self] { return self->read(); }, not_waited_for);
  asio::co_spawn(
      socket_.get_executor(), [self] { return self->write(); }, not_waited_for);
}

void control_connection::close() {
  if (std::exchange(closed_, true)) return;
  if (watching_) around_.feed.leave(*watching_);
  watching_.reset();
  boost::system::error_code ignored;
  socket_.close(ignored);
  changed_.cancel();
  gone_.request_stop();
  around_.closed(*this);
}

/// Suspends until `holds` gives true, or the connection is closed.
asio::awaitable<void> control_connection::until(std::function<bool()> holds) {
  while (!closed_ && !holds()) {
    boost::system::error_code woken;
    co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

asio::awaitable<void> control_connection::read() {
  const auto self = shared_from_this();
  std::array<char, 16 * 1024> chunk;
  while (!closed_ && !input_ended_) {
    reception received = co_await receive(chunk);
    if (received.failed && received.failed != asio::error::eof) break;
    input_ended_ = received.failed == asio::error::eof;
    last_active_ = steady_clock::now();
    if (received.passed) passed_.emplace(std::move(received.passed));
    input_.append(chunk.data(), received.octets);
    co_await take_lines(input_ended_);
  }
  if (!input_ended_ || client_gone()) co_return close();
  // A client may send its requests, shut its side, and read the answers.
  co_await until([this] { return nothing_to_say(); });
  close();
}

/// Waits first, so that a client that never stops sending does not keep the others from their turn.
asio::awaitable<reception> control_connection::receive(std::span<char> into) {
  while (true) {
    boost::system::error_code failed;
    co_await socket_.async_wait(stream_protocol::socket::wait_read,
                                asio::redirect_error(asio::use_awaitable, failed));
    if (failed || closed_) co_return reception{.failed = asio::error::operation_aborted};
    reception received = receive_with_file(socket_.native_handle(), into);
    if (received.failed != asio::error::would_block) co_return received;
  }
}

/// Starts the requests whose lines are complete; at the end of the input, the last one needs no LF.
asio::awaitable<void> control_connection::take_lines(bool at_end) {
  std::size_t begin = 0;
  while (!closed_) {
    std::size_t end = input_.find('\n', begin);
    if (end == input_.npos && at_end && begin < input_.size()) end = input_.size();
    const std::size_t length = (end == input_.npos ? input_.size() : end) - begin;
    if (length > longest_line && !std::exchange(skipping_, true))
      send(answer_to_oversized_line(longest_line));
    if (end == input_.npos) break;

    std::string line = input_.substr(begin, length);
    begin = std::min(end + 1, input_.size());
    half_line_since_.reset();  // a client that is always in the middle of some line is not stuck
    if (std::exchange(skipping_, false)) continue;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    if (!may_start()) co_await until([this] { return may_start(); });
    ++in_progress_;
    ++around_.requests_total;
    start_answer(std::move(line));
  }
  input_.erase(0, begin);
  if (skipping_) input_.clear();
  if (input_.empty() && !skipping_)
    half_line_since_.reset();
  else if (!half_line_since_)
    half_line_since_ = steady_clock::now();
}

void control_connection::start_answer(std::string line) {
  control_caller caller{
      .uid = around_.uid,
      .watch = [this](std::optional<std::string> account) { return watch(std::move(account)); },
      .passed_file = [this] { return give_passed_file(); },
      .turn_of_check =
          [this] {
            const double rate = around_.services.operations.limits().checks_per_second;
            return checks_.take(rate, steady_now(), longest_wait_of_a_check);
          },
      .gone = gone_.get_token()};
  asio::co_spawn(socket_.get_executor(),
                 answer_control_line(around_.services, std::move(line), std::move(caller)),
                 [self = shared_from_this()](std::exception_ptr failed, std::string answer) noexcept {
                   not_waited_for(failed);
                   --self->in_progress_;
                   self->last_active_ = steady_clock::now();
                   self->send(std::move(answer));
                 });
}

bool control_connection::may_start() const noexcept {
  return in_progress_ < most_in_progress && output_.size() < output_before_pause;
}

file_handle control_connection::give_passed_file() {
  file_handle given = passed_ ? std::move(*passed_) : file_handle{-1};
  passed_.reset();
  return given;
}

std::optional<std::string> control_connection::watch(std::optional<std::string> account) {
  if (closed_) return std::nullopt;
  if (auto refusal = around_.refusal_to_watch(*this)) return refusal;
  if (watching_) around_.feed.leave(*watching_);  // the newest wish counts
  const auto tell = [this, only = std::move(account)](const auto& change) {
    if (only && *only != change.account) return;
    if (output_.size() + being_written_ > most_output) {
      spdlog::warn("control, cut off a watcher that does not read");
      return close();
    }
    send(change_notification(change));
  };
  watching_ = around_.feed.join({.status = tell, .signing = tell});
  return std::nullopt;
}

/// Queues a line for the writer; an empty one only wakes whoever waits.
void control_connection::send(std::string line) {
  if (!line.empty() && !closed_) {
    output_ += line;
    output_ += '\n';
  }
  changed_.cancel();
}

asio::awaitable<void> control_connection::write() {
  const auto self = shared_from_this();
  std::string batch;
  while (true) {
    co_await until([this] { return !output_.empty(); });
    if (closed_) co_return;
    batch.clear();
    if (batch.capacity() > kept_output) batch = {};
    batch.swap(output_);
    being_written_ = batch.size();
    writing_since_ = steady_clock::now();
    boost::system::error_code failed;
    co_await asio::async_write(socket_, asio::buffer(batch),
                               asio::redirect_error(asio::use_awaitable, failed));
    being_written_ = 0;
    writing_since_.reset();
    if (failed) co_return close();
    changed_.cancel();
  }
}

bool control_connection::idle() const noexcept {
  return nothing_to_say() && !half_line_since_;
}

bool control_connection::has_unread() const noexcept {
  boost::system::error_code ignored;
  return socket_.available(ignored) > 0;
}

bool control_connection::nothing_to_say() const noexcept {
  return in_progress_ == 0 && output_.empty() && being_written_ == 0 && !watching_;
}

/// Whether the client has closed both directions, not only its own.
bool control_connection::client_gone() {
  pollfd state{.fd = socket_.native_handle(), .events = 0, .revents = 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

void control_connection::sweep(steady_clock::time_point now) {
  const bool half_line = half_line_since_ && now - *half_line_since_ > longest_half_line;
  const bool stuck = writing_since_ && now - *writing_since_ > longest_stuck_write;
  if (half_line || stuck || client_gone()) close();
}

}  // namespace easydkim
