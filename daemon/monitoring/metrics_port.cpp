// SPDX-License-Identifier: Apache-2.0
#include "daemon/monitoring/metrics_port.hpp"

#include <spdlog/spdlog.h>
#include <array>
#include <utility>

#include "core/printable.hpp"
#include "daemon/monitoring/metrics_text.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

/// `made` is no temporary: g++ 12 would copy its octets.
asio::awaitable<http_answer> at_once(http_answer made) {
  co_return made;
}

http_answer refusal(unsigned status, const std::string& sentence) {
  return {.status = status, .body = sentence + "\n"};
}

http_answer refusal_of(const http_refusal& why) {
  constexpr std::array<unsigned, 3> statuses{400, 413, 503};  // in the order of http_fault
  return refusal(statuses[static_cast<std::size_t>(why.fault)], why.message);
}

}  // namespace

metrics_port::metrics_port(asio::io_context& io, const config::metrics_settings& settings,
                           std::function<std::string()> text)
    : text_{std::move(text)},
      site_{.answer =
                [this](const http_request& request) {
                  http_answer made = answer(request);
                  return at_once(std::move(made));
                },
            .refuse = [](std::string_view, const http_refusal& why) { return refusal_of(why); }} {
  if (!settings.listen) return;
  server_.emplace(io,
                  http_server::settings{.listen = {settings.listen->address, settings.listen->port},
                                        .shares = {.all = settings.max_connections,
                                                   .of_address = settings.max_connections},
                                        .limits = {.section = "metrics",
                                                   .max_header = settings.max_header,
                                                   .max_body = 0,
                                                   .request_timeout = settings.request_timeout,
                                                   .idle_timeout = settings.idle_timeout}},
                  site_);
  spdlog::info("metrics, listens on '{}'", settings.listen->to_string());
}

void metrics_port::start() {
  if (server_) server_->start();
}

void metrics_port::stop() {
  if (server_) server_->stop();
}

http_answer metrics_port::answer(const http_request& request) const {
  const bool is_metrics = request.path() == "/metrics";
  if (!is_metrics && request.path() != "/healthz")
    return refusal(404, "There is no '" + excerpt(request.path()) + "' here; get '/metrics', or '/healthz'.");
  if (request.method != "GET" && request.method != "HEAD") {
    http_answer only_get = refusal(405, "Nothing can be changed here; use GET.");
    only_get.headers.push_back({"Allow", "GET, HEAD"});
    return only_get;
  }
  if (!is_metrics) return {.body = "ok\n"};
  return {.content_type = metrics_content_type, .body = text_()};
}

}  // namespace easydkim
