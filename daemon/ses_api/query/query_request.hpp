// SPDX-License-Identifier: Apache-2.0
// A request of the AWS Query protocol: an Action, a Version and the members of the operation, as a form.
// https://docs.aws.amazon.com/ses/latest/APIReference/CommonParameters.html
#pragma once

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

/// The parameters of one request, all read. Names that an operation does not ask for are ignored, as SES
/// does.
class query_request {
 public:
  /// From the body, or from the query of the URL, never from both (but a signature may stand in the URL
  /// beside a body). Errors: `malformed_query_string`, `missing_action`, and `invalid_action` for another
  /// version.
  static boost::system::result<query_request, api_error> read(const http_request& request);

  const std::string& action() const noexcept { return action_; }

  /// Each throws `api_refusal` where the parameter is missing or is not what it should be.
  std::string text(std::string_view name) const;
  bool boolean(std::string_view name) const;

  std::optional<std::string> optional_text(std::string_view name) const;
  std::optional<std::uint64_t> optional_number(std::string_view name) const;

  /// The list NAME.member.1, NAME.member.2, ..., in the order of the numbers; an empty NAME is the empty
  /// list.
  std::vector<std::string> texts(std::string_view name, std::size_t most) const;

  /// Throws: the parameter `name` is not `allowed`, which completes "must be ...".
  [[noreturn]] void refuse(std::string_view name, std::string_view allowed) const;

 private:
  query_request(form_members members, std::string action)
      : members_{std::move(members)}, action_{std::move(action)} {}

  const std::string* find(std::string_view name) const;
  [[noreturn]] void refuse_missing(std::string_view name) const;

  form_members members_;
  std::string action_;
};

}  // namespace easydkim
