// SPDX-License-Identifier: Apache-2.0
// Providers of DNS whose panels do something to a CNAME that its owner does not expect.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace easydkim {

struct dns_provider {
  enum class habit : unsigned char {
    none,     // known by name only
    proxies,  // a switch beside each CNAME makes it answer with its own addresses, another resolves the CNAME
              // away
  };
  std::string_view name;    // "Cloudflare"
  std::string_view server;  // its name servers: this name, or names below it; or, with a "*" at its end,
                            // names of which a label begins so ("awsdns-*")
  habit does = habit::none;
};

/// The provider of a name server (or the primary of an SOA); null for an unknown one.
const dns_provider* provider_of(std::string_view server) noexcept;

/// The first known one of several servers; null without.
const dns_provider* provider_of(std::span<const std::string> servers) noexcept;

}  // namespace easydkim
