// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/ses_api.hpp"

#include <spdlog/spdlog.h>
#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "core/printable.hpp"
#include "daemon/ses_api/query/query_operations.hpp"
#include "daemon/ses_api/query/query_response.hpp"
#include "daemon/ses_api/v2/json_operations.hpp"
#include "daemon/ses_api/v2/json_response.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

using std::chrono::steady_clock;

/// One of SES's APIs.
struct spoken {
  bool (*takes)(std::string_view method, std::string_view path);
  asio::awaitable<api_answer> (*answer)(api_call call);
  http_answer (*refuse)(const api_error& why, const std::string& request_id);
};
constexpr std::array apis{
    spoken{[](std::string_view, std::string_view path) { return path.starts_with("/v2/"); }, answer_json,
           json_error},
    spoken{[](std::string_view method, std::string_view path) {
             return path == "/" && (method == "POST" || method == "GET");
           },
           answer_query, query_error},
};

/// Null where nothing is.
const spoken* api_for(const http_request& request) noexcept {
  for (const spoken& each : apis)
    if (each.takes(request.method, request.path())) return &each;
  return nullptr;
}

/// The file of ses_api.credentials, or the one that systemd passed (LoadCredential=, systemd.exec(5)) where
/// the operator named none.
std::filesystem::path credentials_file(const config::ses_api_settings& settings) {
  const char* const passed = std::getenv("CREDENTIALS_DIRECTORY");
  if (passed == nullptr || settings.credentials != config::ses_api_settings{}.credentials)
    return settings.credentials;
  const std::filesystem::path file = std::filesystem::path{passed} / "credentials.toml";
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) ? file : settings.credentials;
}

/// The key that a request says it is signed with, for the log of one that is not signed rightly.
std::string key_named(const http_request& request) {
  constexpr std::string_view in_header = "Credential=", in_query = "X-Amz-Credential=";
  std::string_view text = request.query();
  std::string_view mark = in_query;
  for (const http_header& each : request.headers)
    if (each.value.find(in_header) != each.value.npos) text = each.value, mark = in_header;
  const std::size_t begin = text.find(mark);
  if (begin == text.npos) return {};
  text.remove_prefix(begin + mark.size());
  return excerpt(text.substr(0, text.find_first_of("/%,& ")));
}

api_error as_ses_says(const http_refusal& why) {
  constexpr std::array faults{api_fault::malformed_request, api_fault::content_too_large,
                              api_fault::service_unavailable};  // in the order of http_fault
  return {faults[static_cast<std::size_t>(why.fault)], why.message};
}

struct log_entry {
  const api_answer& answer;
  std::string_view account;
  std::string key;
  steady_clock::duration took;
};

spdlog::level::level_enum level_of(const log_entry& told) {
  if (told.answer.sent.status >= 500) return spdlog::level::warn;
  if (told.answer.effect == api_effect::changes || told.account.empty()) return spdlog::level::info;
  return spdlog::level::debug;
}

void log(const log_entry& told) {
  const auto level = level_of(told);
  if (!spdlog::should_log(level)) return;
  spdlog::log(level, "ses_api, answered '{}' {} (request id {}, key '{}', account '{}', {} ms)",
              told.answer.operation, told.answer.sent.status, told.answer.sent.header(request_id_header),
              told.key, told.account,
              std::chrono::duration_cast<std::chrono::milliseconds>(told.took).count());
}

}  // namespace

ses_api::ses_api(parts with, const config::ses_api_settings& settings)
    : parts_{std::move(with)},
      credentials_file_{credentials_file(settings)},
      rules_{.region = settings.region, .clock_skew = settings.clock_skew},
      site_{.answer = [this](const http_request& request) { return answer(request); },
            .refuse = [this](std::string_view target,
                             const http_refusal& why) { return refuse(target, as_ses_says(why)); }} {
  if (!settings.listen) return;
  auto keys = load_credentials(credentials_file_);
  if (!keys) throw std::runtime_error{keys.error()};
  keys_ = *std::move(keys);
  server_.emplace(parts_.io,
                  http_server::settings{.listen = {settings.listen->address, settings.listen->port},
                                        .shares = {.all = settings.max_connections,
                                                   .of_address = settings.connections_per_address},
                                        .limits = {.section = "ses_api",
                                                   .max_header = settings.max_header,
                                                   .max_body = settings.max_body,
                                                   .request_timeout = settings.request_timeout,
                                                   .idle_timeout = settings.idle_timeout}},
                  site_);
  spdlog::info("ses_api, listens on '{}' ({} keys)", settings.listen->to_string(), keys_.size());
}

void ses_api::start() {
  if (server_) server_->start();
}

void ses_api::stop() {
  if (server_) server_->stop();
}

void ses_api::reload() {
  if (!server_) return;
  auto keys = load_credentials(credentials_file_);
  if (!keys) return spdlog::error("ses_api, kept the old credentials ({})", printable(keys.error()));
  keys_ = *std::move(keys);
  spdlog::info("ses_api, read '{}' again ({} keys)", credentials_file_.string(), keys_.size());
}

asio::awaitable<http_answer> ses_api::answer(const http_request& request) {
  if (request.path() == "/healthz" && (request.method == "GET" || request.method == "HEAD")) {
    http_answer well{.body = "ok\n"};
    co_return well;
  }
  const auto began = steady_clock::now();
  const spoken* const api = api_for(request);
  if (!api) {
    const api_error nothing_there{api_fault::not_found,
                                  "There is no '" + excerpt(request.method) + " " + excerpt(request.path()) +
                                      "' here; POST to '/', or ask at '/v2/email/identities'."};
    co_return refuse(request.target, nothing_there);
  }

  const std::string request_id = fresh_request_id();
  auto signed_by = authenticate(request, keys_, rules_, parts_.now());
  if (signed_by && request.sent_by && !request.sent_by(signed_by->access_key_id))
    signed_by = api_error{api_fault::service_unavailable,
                          "This access key has its share of the connections, and all are at work; try again, "
                          "or raise ses_api.max_connections."};
  caller by{.is = caller::kind::key, .id = {}, .account = {}};
  api_answer told;
  if (signed_by) {
    by.id = signed_by->access_key_id;
    by.account = signed_by->account;
    const api_call call{parts_.operations, by, request, request_id};
    told = co_await api->answer(call);
  } else {
    told.sent = api->refuse(signed_by.error(), request_id);
    told.refused = signed_by.error().fault;
  }
  const auto took = steady_clock::now() - began;
  count(told, took);
  log({told, by.account, signed_by ? by.id : key_named(request), took});
  co_return std::move(told.sent);
}

http_answer ses_api::refuse(std::string_view target, const api_error& why) const {
  const std::string request_id = fresh_request_id();
  const bool in_json = target.starts_with("/v2/");
  http_answer sent = in_json ? json_error(why, request_id) : query_error(why, request_id);
  spdlog::debug("ses_api, refused '{}' {} (request id {}: {})", excerpt(target), sent.status, request_id,
                why.message);
  count({.sent = {}, .refused = why.fault}, {});
  return sent;
}

/// An operation that is not there has a name of the caller's.
void ses_api::count(const api_answer& told, steady_clock::duration took) const {
  const bool is_named = !told.operation.empty() && told.refused != api_fault::invalid_action;
  parts_.requests.add({.transport = "ses_api",
                       .operation = is_named ? std::string_view{told.operation} : no_operation,
                       .code = told.refused ? code_word(*told.refused) : code_of_success,
                       .took = took});
}

/// A random UUID (RFC 9562 section 5.4), as SES's request ids are.
std::string ses_api::fresh_request_id() const {
  std::array<std::uint8_t, 16> bits{};
  parts_.random(bits);
  bits[6] = static_cast<std::uint8_t>((bits[6] & 0x0F) | 0x40);
  bits[8] = static_cast<std::uint8_t>((bits[8] & 0x3F) | 0x80);
  std::string text;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[bits[i] >> 4];
    text += digits[bits[i] & 0x0F];
  }
  return text;
}

}  // namespace easydkim
