// SPDX-License-Identifier: Apache-2.0
// The methods of the control socket: one row each, from params to result.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <string_view>

#include "daemon/control/control_protocol.hpp"

namespace easydkim {

/// One call of a method. `params` lives as long as the call, and so does its memory until the answer is
/// written: what is asked often builds its result there, for it is never given back in parts.
struct control_call {
  const control_services& services;
  const boost::json::object& params;
  const control_caller& caller;
};

struct control_method {
  std::string_view name;
  /// The result of the call. Throws `request_refused` (control_params.hpp), also while it runs.
  boost::asio::awaitable<boost::json::value> (*run)(control_call call);
};

/// The row of `name`; null when there is no such method.
const control_method* find_control_method(std::string_view name) noexcept;

}  // namespace easydkim
