// SPDX-License-Identifier: Apache-2.0
// The ways of a scripted DNS server to answer: the truth of its zone, or one of many ways to spoil it.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "tests/support/dns_message.hpp"
#include "tests/support/scripted_zone.hpp"

namespace easydkim::tests {

/// One thing that the server does with a query, after waiting.
struct dns_action {
  enum class way {
    send,             // the message
    send_from_other,  // the same, from another port (UDP)
    drip,             // the same, one octet a second (TCP)
    hang_up,          // close the connection (TCP)
  };
  octets message;
  way how = way::send;
  std::chrono::milliseconds after{0};
};

/// What the server does with a query; nothing: silence.
using dns_behaviour = std::function<std::vector<dns_action>(const dns_query&)>;

/// A way to answer, by name: "zone" tells the truth, "servfail", "wrong_id", ... spoil it.
struct dns_mode {
  std::string_view name;
  std::vector<dns_action> (*act)(const dns_query&, const scripted_zone&);
};
std::span<const dns_mode> dns_modes();

/// The mode of that name with a copy of `zone`. Throws std::invalid_argument for an unknown one.
dns_behaviour behaviour(std::string_view mode, scripted_zone zone);

}  // namespace easydkim::tests
