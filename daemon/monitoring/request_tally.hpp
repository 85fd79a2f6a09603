// SPDX-License-Identifier: Apache-2.0
// The requests that were answered: by which way they came, for which operation, with which code, how fast.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/histogram.hpp"

namespace easydkim {

/// What stands for the operation of a request that named none there is, and for the code of one that worked.
inline constexpr std::string_view no_operation = "none", code_of_success = "OK";

/// Not thread-safe. As large as the operations and the codes are many: it is given only words of our own.
class request_tally {
 public:
  struct answered {
    std::string_view transport;  // "control" or "ses_api"
    std::string_view operation;
    std::string_view code;
    std::chrono::steady_clock::duration took;
  };
  void add(const answered& what);

  using key = std::pair<std::string, std::string>;  // transport, operation
  struct figures {
    std::map<std::string, std::uint64_t, std::less<>> by_code;
    histogram times{time_bounds};  // in microseconds
  };
  const std::map<key, figures>& requests() const noexcept { return requests_; }

 private:
  std::map<key, figures> requests_;
};

}  // namespace easydkim
