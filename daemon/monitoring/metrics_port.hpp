// SPDX-License-Identifier: Apache-2.0
// Where monitoring fetches the metrics: GET /metrics and GET /healthz over HTTP, on a port of its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/http/http_server.hpp"

namespace easydkim {

/// Runs on the thread of its io_context. Does nothing at all when metrics.listen is empty.
class metrics_port {
 public:
  /// Binds and listens. `text`: makes the metrics, once for each request. Throws std::runtime_error with one
  /// sentence.
  metrics_port(boost::asio::io_context& io, const config::metrics_settings& settings,
               std::function<std::string()> text);
  metrics_port(const metrics_port&) = delete;
  metrics_port& operator=(const metrics_port&) = delete;

  void start();
  void stop();

 private:
  http_answer answer(const http_request& request) const;

  std::function<std::string()> text_;
  http_site site_;
  std::optional<http_server> server_;
};

}  // namespace easydkim
