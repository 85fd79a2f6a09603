// SPDX-License-Identifier: Apache-2.0
// Amazon SES's HTTP API, in both its versions: who signed a request, which operation it asks for, the answer,
// and a line in the log.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/http/http_server.hpp"
#include "daemon/monitoring/request_tally.hpp"
#include "daemon/ses_api/call/api_call.hpp"
#include "daemon/ses_api/signature/credentials.hpp"
#include "daemon/ses_api/signature/sigv4.hpp"

namespace easydkim {

/// Runs on the thread of its io_context. Does nothing at all when ses_api.listen is empty.
class ses_api {
 public:
  struct parts {
    boost::asio::io_context& io;
    easydkim::operations& operations;
    std::function<time_point()> now;
    std::function<void(std::span<std::uint8_t>)> random;
    request_tally& requests;
  };
  /// Reads the credentials, binds and listens. Throws std::runtime_error with one sentence.
  ses_api(parts with, const config::ses_api_settings& settings);
  ses_api(const ses_api&) = delete;
  ses_api& operator=(const ses_api&) = delete;

  void start();
  void stop();

  /// Reads the credentials again; when they cannot be used the old ones stay, and the log says why.
  void reload();

 private:
  boost::asio::awaitable<http_answer> answer(const http_request& request);
  http_answer refuse(std::string_view target, const api_error& why) const;
  void count(const api_answer& told, std::chrono::steady_clock::duration took) const;
  std::string fresh_request_id() const;

  parts parts_;
  std::filesystem::path credentials_file_;
  sigv4_rules rules_;
  credentials keys_;
  http_site site_;
  std::optional<http_server> server_;
};

}  // namespace easydkim
