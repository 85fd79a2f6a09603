// SPDX-License-Identifier: Apache-2.0
// How a value of easydkimd.toml becomes a field of `config`, and back: one kind for each sort of field.
//
// A kind is a class with two static functions: `set` takes over a value that it allows (and otherwise returns
// false and changes nothing), `text` writes the field as TOML. Ranges are template arguments, so that a row
// of the table of keys says all about its key.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/domain_name.hpp"
#include "daemon/config/quantity.hpp"
#include "resolver/transport/server_address.hpp"

namespace easydkim {

/// A value as TOML gives it; `monostate` for those that no key takes (tables, dates, mixed arrays).
using config_value =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;

inline std::string in_quotes(std::string_view text) {
  return '"' + std::string{text} + '"';
}

/// The text of a string value; empty for other values.
inline std::string_view text_of(const config_value& value) noexcept {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string_view{} : *text;
}

/// Takes over what was read, if anything.
template <class T, class Read>
bool take(T& to, const std::optional<Read>& read) {
  if (read) to = *read;
  return read.has_value();
}

struct flag {
  static bool set(bool& to, const config_value& value) {
    const auto* given = std::get_if<bool>(&value);
    return take(to, given == nullptr ? std::nullopt : std::optional{*given});
  }
  static std::string text(bool from) { return from ? "true" : "false"; }
};

template <std::uint32_t least, std::uint32_t most>
struct whole_number {
  static bool set(std::uint32_t& to, const config_value& value) {
    const auto* given = std::get_if<std::int64_t>(&value);
    if (given == nullptr || *given < least || *given > most) return false;
    to = static_cast<std::uint32_t>(*given);
    return true;
  }
  static std::string text(std::uint32_t from) { return std::to_string(from); }
};

/// Above 0 and at most 1.
struct part_of_one {
  static bool set(double& to, const config_value& value);
  static std::string text(double from);
};

/// `least` and `most` in milliseconds.
template <duration::rep least, duration::rep most>
struct time_span {
  static bool set(duration& to, const config_value& value) {
    const auto given = duration_from_string(text_of(value));
    return given && given->count() >= least && given->count() <= most && take(to, given);
  }
  static std::string text(duration from) { return in_quotes(to_string(from)); }
};

/// `least` and `most` in octets.
template <std::uint64_t least, std::uint64_t most>
struct size {
  static bool set(std::uint64_t& to, const config_value& value) {
    const auto given = size_from_string(text_of(value));
    return given && *given >= least && *given <= most && take(to, given);
  }
  static std::string text(std::uint64_t from) { return in_quotes(size_to_string(from)); }
};

/// An absolute path of at most `most` octets.
template <std::size_t most>
struct absolute_path {
  static bool set(std::filesystem::path& to, const config_value& value) {
    const std::string_view given = text_of(value);
    if (!given.starts_with('/') || given.size() > most || given.find('\0') != given.npos) return false;
    to = given;
    return true;
  }
  static std::string text(const std::filesystem::path& from) { return in_quotes(from.native()); }
};

/// "0660": three or four octal digits.
struct permission_bits {
  static bool set(std::uint32_t& to, const config_value& value);
  static std::string text(std::uint32_t from);
};

/// A domain name, as core/domain_name reads it.
struct domain_text {
  static bool set(std::string& to, const config_value& value);
  static std::string text(const std::string& from) { return in_quotes(from); }
};

/// One label of letters, digits, underscores and hyphens, in lower case. With the longest domain it must make
/// a name of the DNS (RFC 1035 section 2.3.4).
struct label_text {
  static constexpr std::size_t most = 253 - 1 - domain_name::max_length;
  static bool set(std::string& to, const config_value& value);
  static std::string text(const std::string& from) { return in_quotes(from); }
};

/// "address:port", or empty for nothing.
struct listen_address {
  static bool set(std::optional<server_address>& to, const config_value& value);
  static std::string text(const std::optional<server_address>& from) {
    return in_quotes(from ? from->to_string() : "");
  }
};

/// Empty, or up to 32 of a-z 0-9 and hyphens, as AWS names its regions.
struct region_name {
  static bool set(std::string& to, const config_value& value);
  static std::string text(const std::string& from) { return in_quotes(from); }
};

/// At most 16 DNS servers, as resolver/server_address reads them, none of them twice.
struct server_list {
  static bool set(std::vector<server_address>& to, const config_value& value);
  static std::string text(const std::vector<server_address>& from);
};

/// At most 64 domain names.
struct domain_list {
  static bool set(std::vector<std::string>& to, const config_value& value);
  static std::string text(const std::vector<std::string>& from);
};

/// An enum, by the two functions that read and write its words.
template <auto from_word, auto to_word>
struct word {
  template <class T>
  static bool set(T& to, const config_value& value) {
    return take(to, from_word(text_of(value)));
  }
  template <class T>
  static std::string text(T from) {
    return in_quotes(to_word(from));
  }
};

}  // namespace easydkim
