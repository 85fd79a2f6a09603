// SPDX-License-Identifier: Apache-2.0
// Who asks for an operation, and for which account: a user of this machine, or the holder of an access key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace easydkim {

struct caller {
  enum class kind : std::uint8_t {
    user,  // of this machine, over the control socket
    key,   // of the SES API
  };

  kind is = kind::user;
  std::string id;       // the uid in digits, or the access key id
  std::string account;  // the caller's choice on the control socket, that of the key in the SES API
};

/// `By` in JSON: "uid:1000" or "key:AKIDEXAMPLE".
std::string to_string(const caller& who);

/// What lines of the log say of a change: "account default, by uid 1000" or "..., by key AKIDEXAMPLE".
std::string in_words(const caller& who);

}  // namespace easydkim
