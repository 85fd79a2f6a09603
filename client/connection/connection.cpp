// SPDX-License-Identifier: Apache-2.0
#include "client/connection/connection.hpp"

#include "core/time_point.hpp"

namespace easydkim {
namespace {

std::optional<std::uint64_t> id_of(const json::object& message) {
  const json::value* id = message.if_contains("id");
  if (!id || !id->is_number()) return std::nullopt;
  boost::system::error_code error;
  const auto number = id->to_number<std::uint64_t>(error);
  if (error) return std::nullopt;
  return number;
}

}  // namespace

json::object connection::call(std::string_view method, const json::object& params, clock::duration longest) {
  return result_of(send(method, params), longest);
}

json::object connection::call_with_file(std::string_view method, const json::object& params,
                                        passed_file file) {
  socket_.send_with_file(next_request(method, params), file.number);
  return result_of(last_id_, file.longest);
}

json::object connection::result_of(std::uint64_t id, clock::duration longest) {
  answer reply = next_answer(longest);
  if (reply.id != id) throw not_json_rpc();
  if (reply.refused) throw failure{exit_refused, *reply.refused, reply.code};
  return std::move(reply.result);
}

std::uint64_t connection::send(std::string_view method, const json::object& params) {
  socket_.send(next_request(method, params));
  return last_id_;
}

/// Numbered with `last_id_`.
std::string connection::next_request(std::string_view method, const json::object& params) {
  const json::object request{{"jsonrpc", "2.0"}, {"id", ++last_id_}, {"method", method}, {"params", params}};
  return json::serialize(request) + '\n';
}

connection::answer connection::next_answer(clock::duration longest) {
  const auto deadline = clock::now() + longest;
  for (;;) {
    switch (socket_.receive(deadline)) {
      case line_socket::event::line:
        break;
      case line_socket::event::time_out:
        throw failure{exit_unreachable, "the daemon at " + socket_.path() + " did not answer within " +
                                            to_words(std::chrono::floor<duration>(longest)) +
                                            "; see journalctl -u easydkimd"};
      case line_socket::event::interrupted:
        throw failure{exit_unreachable, "interrupted before the daemon answered; call again"};
    }
    json::object message = parsed_line();
    if (message.contains("method")) {
      notifications_.push_back({text_of(message, "method"), object_of(message, "params")});
      continue;
    }
    const std::optional<std::uint64_t> id = id_of(message);
    if (const json::object& error = object_of(message, "error"); !error.empty()) {
      std::string sentence = text_of(error, "message");
      std::string code = text_of(object_of(error, "data"), "Code");
      // Without an id the daemon could not even read the request.
      if (!id) throw failure{exit_refused, sentence, code};
      return {.id = *id, .refused = std::move(sentence), .code = std::move(code)};
    }
    const json::value* result = message.if_contains("result");
    if (!id || !result || !result->is_object()) throw not_json_rpc();
    return {.id = *id, .result = result->as_object()};
  }
}

std::optional<notification> connection::next_notification(clock::time_point deadline) {
  while (notifications_.empty()) {
    if (socket_.receive(deadline) != line_socket::event::line) return std::nullopt;
    json::object message = parsed_line();
    if (!message.contains("method")) throw not_json_rpc();
    notifications_.push_back({text_of(message, "method"), object_of(message, "params")});
  }
  notification first = std::move(notifications_.front());
  notifications_.pop_front();
  return first;
}

failure connection::not_json_rpc() const {
  return {exit_unreachable, "what listens at " + socket_.path() +
                                " does not answer like easydkimd; give the daemon's control socket with "
                                "--socket"};
}

json::object connection::parsed_line() const {
  boost::system::error_code error;
  json::value message = json::parse(socket_.line(), error);
  if (error || !message.is_object()) throw not_json_rpc();
  return std::move(message.as_object());
}

}  // namespace easydkim
