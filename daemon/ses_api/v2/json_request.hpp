// SPDX-License-Identifier: Apache-2.0
// A request of SES v2 (restJson1): a path, its query, and a body of one JSON object.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/http_request.hpp"
#include "daemon/ses_api/call/api_error.hpp"
#include "daemon/ses_api/call/form_text.hpp"

namespace easydkim {

/// One request, all read. Members that an operation does not ask for are ignored, as SES does.
class json_request {
 public:
  /// Error: `malformed_query_string`.
  static boost::system::result<json_request, api_error> read(const http_request& request);

  /// The segments of the path, decoded: "v2", "email", "identities", "example.com".
  const std::vector<std::string>& path() const noexcept { return path_; }

  /// Each throws `api_refusal` where a member of the body is missing or is not what it should be. JSON's null
  /// means that the member is not there.
  std::string text(std::string_view name) const;
  bool boolean(std::string_view name) const;

  /// Whether the body has something for `name`: not null, and no empty list or object.
  bool has(std::string_view name) const;

  /// Parameters of the query.
  std::optional<std::string> query_text(std::string_view name) const;
  std::string needed_query_text(std::string_view name) const;  // throws `api_refusal` when it is missing
  std::optional<std::uint64_t> query_number(std::string_view name) const;

 private:
  json_request() = default;
  const boost::json::value* find(std::string_view name) const;
  const boost::json::value& need(std::string_view name) const;

  std::vector<std::string> path_;
  form_members query_;
  boost::json::object body_;
};

}  // namespace easydkim
