// SPDX-License-Identifier: Apache-2.0
// An `api_error` on its way to the caller: thrown by whoever reads a request or runs an operation of the SES
// APIs, caught where the answer is made.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "daemon/ses_api/call/api_error.hpp"

namespace easydkim {

class api_refusal : public std::runtime_error {
 public:
  api_refusal(api_fault fault, const std::string& message) : std::runtime_error{message}, fault_{fault} {}
  api_error error() const { return {fault_, what()}; }

 private:
  api_fault fault_;
};

/// What an operation refused, about `subject`, as SES's APIs name it.
api_refusal refusal_of(errc error, std::string_view subject);

/// The value of an operation; its error is thrown.
template <class T>
T value_or_refusal(result<T> outcome, std::string_view subject) {
  if (!outcome) throw refusal_of(outcome.error(), subject);
  if constexpr (!std::is_void_v<T>) return *std::move(outcome);
}

}  // namespace easydkim
