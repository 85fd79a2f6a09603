// SPDX-License-Identifier: Apache-2.0
// Where a key of the configuration stands in `config`, and how its value is read and written. For the tables
// of keys alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/config/config.hpp"
#include "daemon/config/config_key.hpp"
#include "daemon/config/config_value.hpp"

namespace easydkim {

using polling_mode = config::resolver_settings::who;
using confirmation = config::resolver_settings::confirmation;

inline std::optional<polling_mode> mode_from_word(std::string_view text) {
  if (text == "authoritative") return polling_mode::authoritative;
  if (text == "recursive") return polling_mode::recursive;
  return std::nullopt;
}
inline std::string_view mode_to_word(polling_mode who) {
  return who == polling_mode::authoritative ? "authoritative" : "recursive";
}

inline std::optional<confirmation> confirmation_from_word(std::string_view text) {
  if (text == "tcp") return confirmation::tcp;
  if (text == "none") return confirmation::none;
  return std::nullopt;
}
inline std::string_view confirmation_to_word(confirmation how) {
  return how == confirmation::tcp ? "tcp" : "none";
}

inline std::string_view level_to_word(log_level level) {
  return to_string(level);
}

/// The field that the member pointers of `path` lead to, read and written as `Kind` says.
template <class Kind, auto... path>
constexpr config_key::field at{
    .set = [](config& to, const config_value& value) { return Kind::set((to.*....*path), value); },
    .text = [](const config& from) -> std::string { return Kind::text((from.*....*path)); },
    .copy = [](config& to, const config& from) { (to.*....*path) = (from.*....*path); },
};

using c = config;
inline constexpr auto at_reload = config_key::change::at_reload;
inline constexpr duration::rep second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
inline constexpr std::uint64_t kib = 1 << 10, tib = std::uint64_t{1} << 40;

inline constexpr std::string_view a_path =
    "an absolute path of at most 4095 octets, such as \"/var/lib/easydkim\"";
inline constexpr std::string_view a_long_time = "a duration from \"100ms\" to \"365d\", such as \"72h\"";
inline constexpr std::string_view a_pause = "a duration from \"10ms\" to \"1d\", such as \"15s\"";
inline constexpr std::string_view a_count = "a whole number from 0 (no limit) to 1000000000";

}  // namespace easydkim
