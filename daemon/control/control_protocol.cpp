// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/control_protocol.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/error.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cmath>
#include <optional>
#include <vector>

#include "core/printable.hpp"
#include "daemon/control/control_methods.hpp"
#include "daemon/control/control_params.hpp"
#include "daemon/json/identity_object.hpp"

namespace easydkim {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

// JSON-RPC 2.0 section 5.1.
constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int unknown_method = -32601;
constexpr int invalid_params = -32602;
constexpr int server_error = -32000;

/// The octets that most requests take up with their answers; others take more.
constexpr std::size_t usual_memory = 4000;

json::object error_object(const json::value& id, const request_refused& why) {
  json::object error{{"code", why.rpc}, {"message", why.what()}};
  if (!why.word.empty()) error["data"] = json::object{{"Code", why.word}};
  return {{"jsonrpc", "2.0"}, {"error", std::move(error)}, {"id", id}};
}

/// A request that has the shape which JSON-RPC asks for; its parts lie in what was parsed.
struct request {
  const json::value* id = nullptr;  // nothing when the request could not say
  bool is_notification = false;
  std::string_view method;
  const json::object* params = nullptr;

  json::value id_or_null() const { return id ? *id : json::value{}; }
};

/// What can be given back as it came: a larger number would come back as another one, or as no JSON at all.
bool is_id(const json::value& given) {
  constexpr double largest = 9007199254740992;  // 2^53
  if (given.is_double()) return std::abs(given.get_double()) <= largest;
  return given.is_string() || given.is_number() || given.is_null();
}

/// Reads the shape; throws `request_refused`. `id` is set as soon as it is known, so that the error can carry
/// it.
void read_request(const json::value& given, request& read) {
  const auto refuse = [](const char* sentence) { throw request_refused{invalid_request, {}, sentence}; };
  if (!given.is_object()) refuse("A request is a JSON object with jsonrpc, id, method and params.");
  const json::object& members = given.get_object();
  read.is_notification = !members.contains("id");
  if (const json::value* id = members.if_contains("id")) {
    if (!is_id(*id))
      refuse("The id of a request must be a string, a number that a double holds exactly, or null.");
    read.id = id;
  }
  const json::value* version = members.if_contains("jsonrpc");
  if (!version || !version->is_string() || version->get_string() != "2.0")
    refuse("A request must say \"jsonrpc\":\"2.0\".");
  const json::value* method = members.if_contains("method");
  if (!method || !method->is_string()) refuse("A request must name its method in a string.");
  read.method = method->get_string();
  static const json::object none;
  read.params = &none;
  if (const json::value* params = members.if_contains("params")) {
    if (!params->is_object())
      throw request_refused{invalid_params, "InvalidParameterValue",
                            "Params are given by name, in a JSON object."};
    read.params = &params->get_object();
  }
}

/// What is counted: SES's code word, or a word for an error of JSON-RPC itself.
std::string_view counted_code(const request_refused& why) {
  if (!why.word.empty()) return why.word;
  return why.rpc == unknown_method ? "MethodNotFound"
         : why.rpc == parse_error  ? "ParseError"
                                   : "InvalidRequest";
}

/// Counts requests of the control socket, from when it is made.
class stopwatch {
 public:
  explicit stopwatch(request_tally& counts) : counts_{counts} {}
  void answered(std::string_view operation, std::string_view code) const {
    counts_.add({"control", operation, code, std::chrono::steady_clock::now() - began_});
  }

 private:
  request_tally& counts_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

/// The answer to one request, in its memory; nothing for a notification.
asio::awaitable<std::optional<json::object>> answer_request(const control_services& services,
                                                            json::value given, const control_caller& caller) {
  const stopwatch timed{services.requests};
  const control_method* method = nullptr;
  request read;
  std::optional<json::object> answer;
  try {
    read_request(given, read);
    method = find_control_method(read.method);
    if (!method)
      throw request_refused{
          unknown_method, {}, "There is no method '" + excerpt(read.method) + "'; see easydkimd(8)."};
    json::value outcome = co_await method->run({services, *read.params, caller});
    const json::storage_ptr memory = outcome.storage();
    answer =
        json::object({{"jsonrpc", "2.0"}, {"result", std::move(outcome)}, {"id", read.id_or_null()}}, memory);
    timed.answered(method->name, code_of_success);
  } catch (const request_refused& why) {
    timed.answered(method ? method->name : no_operation, counted_code(why));
    answer = error_object(read.id_or_null(), why);
    // A broken request has no id to be a notification by (JSON-RPC 2.0 section 5).
    if (why.rpc == invalid_request) read.is_notification = false;
  }
  if (read.is_notification) co_return std::nullopt;
  co_return answer;
}

/// The requests of a batch run side by side, so that they share the flushes of the disk.
asio::awaitable<std::string> answer_batch(const control_services& services, json::array requests,
                                          const control_caller& caller) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto start = [&](json::value& each) {
    return asio::co_spawn(executor, answer_request(services, std::move(each), caller), asio::deferred);
  };
  std::vector<decltype(start(requests.front()))> under_way;
  for (json::value& each : requests) under_way.push_back(start(each));
  auto [order, failures, outcomes] = co_await asio::experimental::make_parallel_group(std::move(under_way))
                                         .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);

  json::array answers(requests.storage());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (failures[i]) std::rethrow_exception(failures[i]);
    if (outcomes[i]) answers.push_back(*std::move(outcomes[i]));
  }
  co_return answers.empty() ? std::string{} : json::serialize(answers);
}

std::string notification_line(std::string_view method, json::object params) {
  return json::serialize(json::object{{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

std::string error_line(const request_refused& why) {
  return json::serialize(error_object(nullptr, why));
}

}  // namespace

asio::awaitable<std::string> answer_control_line(const control_services& services, std::string line,
                                                 control_caller caller) {
  const stopwatch timed{services.requests};
  const auto refused = [&timed](const request_refused& why) {
    timed.answered(no_operation, counted_code(why));
    return error_line(why);
  };
  boost::system::error_code broken;
  json::monotonic_resource memory{usual_memory};  // of the request and, mostly, of its answer
  json::value given = json::parse(line, broken, &memory);
  if (broken == json::error::too_deep)
    co_return refused({invalid_request, {}, "The line is nested more than 32 deep; send flatter requests."});
  if (broken)
    co_return refused({parse_error, {}, "The line is not JSON in UTF-8; send one JSON value a line."});

  if (!given.is_array()) {
    const std::optional<json::object> answer = co_await answer_request(services, std::move(given), caller);
    co_return answer ? json::serialize(*answer) : std::string{};
  }

  if (given.get_array().empty())
    co_return refused({invalid_request, {}, "A batch holds at least one request."});
  co_return co_await answer_batch(services, std::move(given.get_array()), caller);
}

std::string answer_to_oversized_line(std::size_t longest) {
  return error_line(
      {invalid_request,
       {},
       "The line is longer than " + std::to_string(longest) + " octets; send shorter requests."});
}

std::string answer_to_one_too_many() {
  return error_line({server_error, "ServiceUnavailable",
                     "All control connections are taken; close some, or raise control.max_connections."});
}

std::string answer_beyond_the_share(std::uint32_t uid, std::size_t share) {
  return error_line({server_error, "Throttling",
                     "Uid " + std::to_string(uid) + " has all of its " + std::to_string(share) +
                         " control connections; close some, or raise limits.connections_per_uid."});
}

std::string change_notification(const identity_change& change) {
  json::object params = change_object(change);
  if (!change.by.empty()) params["By"] = change.by;
  return notification_line(
      change.of == proof::dkim ? "IdentityStatusChanged" : "DomainVerificationStatusChanged",
      std::move(params));
}

std::string change_notification(const signing_change& change) {
  return notification_line("IdentitySigningChanged", signing_object(change));
}

}  // namespace easydkim
