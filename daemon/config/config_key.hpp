// SPDX-License-Identifier: Apache-2.0
// The keys of easydkimd.toml, one row each: what is allowed, what it means, and where it goes in `config`.
//
// The reader, `reloaded`, the example file and the manual page all follow this one table; a test holds them
// together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "daemon/config/config.hpp"
#include "daemon/config/config_value.hpp"

namespace easydkim {

struct config_key {
  enum class change : std::uint8_t {
    at_restart,
    at_reload,  // SIGHUP is enough
  };

  /// The place of a key in `config`.
  struct field {
    bool (*set)(config& to, const config_value& value);  // false: not allowed, and nothing was set
    std::string (*text)(const config& from);             // as TOML writes it
    void (*copy)(config& to, const config& from);
  };

  std::string_view section;
  std::string_view key;
  std::string_view allowed;  // completes "must be ..."
  std::string_view meaning;  // one line, for the example file
  field place;
  change takes_effect = change::at_restart;
};

/// All keys, in the order of the example file.
std::span<const config_key> config_keys() noexcept;

}  // namespace easydkim
