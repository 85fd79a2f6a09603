// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/config.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "core/printable.hpp"
#include "daemon/config/config_key.hpp"

namespace easydkim {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;  // a full configuration has about 4 KiB

using fault = std::optional<std::string>;

std::string at_line(std::string_view file, const toml::source_region& where) {
  return std::string{file} + ':' + std::to_string(where.begin.line) + ": ";
}

std::vector<std::string> strings_of(const toml::array& array) {
  std::vector<std::string> strings;
  for (const toml::node& each : array)
    if (const auto text = each.value_exact<std::string>()) strings.push_back(*text);
  return strings;
}

config_value value_of(const toml::node& node) {
  if (const auto truth = node.value_exact<bool>()) return *truth;
  if (const auto whole = node.value_exact<std::int64_t>()) return *whole;
  if (const auto real = node.value_exact<double>()) return *real;
  if (auto text = node.value_exact<std::string>()) return std::move(*text);
  if (const toml::array* array = node.as_array())
    if (auto strings = strings_of(*array); strings.size() == array->size()) return strings;
  return std::monostate{};
}

/// "a, b and c": the keys of `section`, or with an empty `section` the names of all sections.
std::string names(std::string_view section) {
  std::vector<std::string_view> list;
  for (const config_key& each : config_keys()) {
    const std::string_view name = section.empty() ? each.section : each.key;
    if ((section.empty() || each.section == section) && (list.empty() || list.back() != name))
      list.push_back(name);
  }
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i)
    text.append(i == 0 ? "" : i + 1 == list.size() ? " and " : ", ").append(list[i]);
  return text;
}

fault set_key(config& to, std::string_view section, std::string_view key, const toml::node& node) {
  const auto row = std::ranges::find_if(
      config_keys(), [&](const config_key& each) { return each.section == section && each.key == key; });
  const std::string name = std::string{section} + '.' + excerpt(key);
  if (row == config_keys().end())
    return name + ": no such key; the keys of [" + std::string{section} + "] are " + names(section);
  if (row->place.set(to, value_of(node))) return std::nullopt;
  return name + ": must be " + std::string{row->allowed};
}

/// What no key can check alone. A broken rule is said of the key that the file sets.
struct rule {
  std::string_view section, key, other_section, other_key;
  bool (*holds)(const config&);
  std::string_view allowed;
};
constexpr std::array rules{
    rule{"polling", "min_interval", "polling", "max_interval",
         [](const config& c) {
           return c.verification.rules.min_interval <= c.verification.rules.max_interval;
         },
         "polling.min_interval must be at most polling.max_interval"},
    rule{"authority", "least_ttl", "authority", "longest_ttl",
         [](const config& c) { return c.authority.least_ttl <= c.authority.longest_ttl; },
         "authority.least_ttl must be at most authority.longest_ttl"},
    rule{"resolver", "confirm_quorum", "resolver", "confirm_servers",
         [](const config& c) {
           const std::vector<server_address>& asked =
               c.resolver.confirm_servers.empty() ? c.resolver.servers : c.resolver.confirm_servers;
           return asked.empty() || c.resolver.confirm_quorum <= asked.size();
         },
         "resolver.confirm_quorum must be at most the number of resolver.confirm_servers (or, without them, "
         "of "
         "resolver.servers)"},
    rule{"control", "socket", "status", "file",
         [](const config& c) {
           return c.control.socket.lexically_normal() != c.status.file.lexically_normal();
         },
         "control.socket and status.file must be different paths"},
    rule{"ses_api", "listen", "ses_api", "allow_remote",
         [](const config& c) {
           return !c.ses_api.listen || c.ses_api.allow_remote || c.ses_api.listen->is_loopback();
         },
         "ses_api.listen must be an address of loopback, such as \"127.0.0.1:8580\", unless "
         "ses_api.allow_remote is true"},
    rule{"metrics", "listen", "metrics", "allow_remote",
         [](const config& c) {
           return !c.metrics.listen || c.metrics.allow_remote || c.metrics.listen->is_loopback();
         },
         "metrics.listen must be an address of loopback, such as \"127.0.0.1:9580\", unless "
         "metrics.allow_remote is true"},
    rule{"metrics", "listen", "ses_api", "listen",
         [](const config& c) { return !c.metrics.listen || c.metrics.listen != c.ses_api.listen; },
         "metrics.listen and ses_api.listen must be different"},
};

fault check_rules(const config& read, const toml::table& document, std::string_view file) {
  for (const rule& each : rules) {
    if (each.holds(read)) continue;
    const auto one = document[each.section][each.key], other = document[each.other_section][each.other_key];
    return at_line(file, (one ? one : other).node()->source()) + std::string{each.allowed};
  }
  return std::nullopt;
}

config_or_fault read_document(const toml::table& document, std::string_view file) {
  config read;
  for (const auto& [section, node] : document) {
    const std::string_view name = section.str();
    if (std::ranges::find(config_keys(), name, &config_key::section) == config_keys().end())
      return at_line(file, section.source()) + excerpt(name) + ": no such section; the sections are " +
             names("");
    const toml::table* keys = node.as_table();
    if (keys == nullptr)
      return at_line(file, section.source()) + std::string{name} + ": must be a section, such as [" +
             std::string{name} + "]";
    for (const auto& [key, value] : *keys)
      if (const fault wrong = set_key(read, name, key.str(), value))
        return at_line(file, key.source()) + *wrong;
  }
  if (auto broken = check_rules(read, document, file)) return *std::move(broken);
  return read;
}

std::string system_sentence(int error) {
  return std::system_category().message(error);
}

}  // namespace

config_or_fault parse_config(std::string_view text, std::string_view file) {
  if (text.size() > largest_file) return std::string{file} + ": must be at most 1 MiB";
  try {
    return read_document(toml::parse(text, file), file);
  } catch (const toml::parse_error& wrong) {
    return at_line(file, wrong.source()) + "must be TOML: " + excerpt(wrong.description());
  }
}

config_or_fault load_config(const std::filesystem::path& file, missing_file when_missing) {
  std::error_code failure;
  const auto kind = std::filesystem::status(file, failure).type();
  if (kind == std::filesystem::file_type::not_found && when_missing == missing_file::means_defaults)
    return config{};
  if (kind == std::filesystem::file_type::directory)
    return file.native() + ": is a directory; give the configuration file in it";

  errno = 0;
  std::ifstream stream{file, std::ios::binary};
  std::string text(largest_file + 1, '\0');
  if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad())
    return file.native() + ": cannot be read (" + system_sentence(errno) + ")";
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_config(text, file.native());
}

reloaded_config reloaded(const config& running, const config& fresh) {
  reloaded_config after{running, {}};
  for (const config_key& each : config_keys()) {
    if (each.place.text(running) == each.place.text(fresh)) continue;
    if (each.takes_effect == config_key::change::at_reload)
      each.place.copy(after.settings, fresh);
    else
      after.need_restart.push_back(std::string{each.section} + '.' + std::string{each.key});
  }
  return after;
}

}  // namespace easydkim
