// SPDX-License-Identifier: Apache-2.0
// An HTTP request as it came, for those who check and translate it. Views: the connection owns the octets.
#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace easydkim {

struct http_header {
  std::string_view name;   // as it was sent, in any letter case
  std::string_view value;  // without white space at its ends
};

struct http_request {
  std::string_view method;               // "POST"
  std::string_view target;               // path and query, as it was sent: "/v2/email/identities?PageSize=10"
  std::span<const http_header> headers;  // in the order they came, repeated ones too
  std::string_view body;                 // as it was sent

  /// To be called once it is sure who sent it: the connection counts for that party from then on. False when
  /// the party has its share of the connections: nothing should be done for it. Empty where nobody signs.
  std::function<bool(std::string_view key)> sent_by{};

  std::string_view path() const { return target.substr(0, target.find('?')); }

  /// What follows the first "?"; empty when there is none.
  std::string_view query() const {
    const auto mark = target.find('?');
    return mark == target.npos ? std::string_view{} : target.substr(mark + 1);
  }
};

}  // namespace easydkim
