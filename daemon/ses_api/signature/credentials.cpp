// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/credentials.hpp"

#include <sys/stat.h>
#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "core/identity.hpp"
#include "posix/file_handle.hpp"

namespace easydkim {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;  // some thousand key pairs

using fault = std::optional<std::string>;
using credentials_or_fault = boost::system::result<credentials, std::string>;

bool is_access_key_id(std::string_view text) {
  constexpr std::size_t longest = 128;
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  return !text.empty() && text.size() <= longest && text.find_first_not_of(allowed) == text.npos;
}

/// Whoever sees one signed request can try out secrets at home, so short ones are none.
bool is_secret_access_key(std::string_view text) {
  constexpr std::size_t shortest = 16, longest = 256;
  return text.size() >= shortest && text.size() <= longest &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

struct key_row {
  std::string_view key;
  bool (*is_allowed)(std::string_view);
  std::string_view allowed;
  void (*set)(credential&, std::string_view);
};
constexpr std::array<key_row, 3> rows{{
    {"access_key_id", is_access_key_id,
     "a string of 1 to 128 letters, digits, \"_\" and \"-\", such as \"AKIDEXAMPLE\"",
     [](credential& to, std::string_view text) { to.access_key_id = text; }},
    {"secret_access_key", is_secret_access_key,
     "a string of 16 to 256 printable ASCII characters without spaces; openssl rand -base64 30 makes a good "
     "one",
     [](credential& to, std::string_view text) { to.secret_access_key = text; }},
    {"account", [](std::string_view text) { return is_account_name(text); },
     "a string of 1 to 64 characters of A-Z, a-z, 0-9, \".\", \"_\" and \"-\", such as \"default\"",
     [](credential& to, std::string_view text) { to.account = text; }},
}};
constexpr std::string_view all_keys = "access_key_id, secret_access_key and account";

std::string at_line(std::string_view file, const toml::source_region& where) {
  return std::string{file} + ':' + std::to_string(where.begin.line) + ": ";
}

/// Overwrites every string below `node`: TOML would only give the memory back.
void wipe_strings(toml::node& node) noexcept {
  if (toml::table* table = node.as_table())
    for (auto&& [key, value] : *table) wipe_strings(value);
  else if (toml::array* array = node.as_array())
    for (toml::node& each : *array) wipe_strings(each);
  else if (toml::value<std::string>* text = node.as_string())
    secret::wipe(text->get());
}

/// A parsed document whose strings are overwritten at the end of its scope.
struct wiped_document {
  toml::table table;
  ~wiped_document() { wipe_strings(table); }
};

fault set_key(credential& to, std::string_view key, const toml::node& node) {
  const auto row = std::ranges::find(rows, key, &key_row::key);
  if (row == rows.end()) return "no such key; those of a [[credential]] are " + std::string{all_keys};
  const toml::value<std::string>* text = node.as_string();
  if (text == nullptr || !row->is_allowed(text->get()))
    return std::string{row->key} + ": must be " + std::string{row->allowed};
  row->set(to, text->get());
  return std::nullopt;
}

credentials_or_fault read_document(const toml::table& document, std::string_view file) {
  std::vector<credential> all;
  std::map<std::string, toml::source_index, std::less<>> lines;  // of the access key ids
  for (const auto& [name, node] : document) {
    const toml::array* pairs = node.as_array();
    if (name.str() != "credential" || pairs == nullptr || !std::ranges::all_of(*pairs, &toml::node::is_table))
      return at_line(file, name.source()) +
             "must be [[credential]], one table for each key pair; nothing else may stand in this file";
    for (const toml::node& each : *pairs) {
      const toml::table& pair = *each.as_table();
      credential read;
      for (const auto& [key, value] : pair)
        if (const fault wrong = set_key(read, key.str(), value)) return at_line(file, key.source()) + *wrong;
      for (const key_row& row : rows)
        if (!pair.contains(row.key))
          return at_line(file, pair.source()) + "this [[credential]] has no " + std::string{row.key} +
                 "; it needs " + std::string{all_keys};
      const auto line = pair.get("access_key_id")->source().begin.line;
      if (const auto [known, is_new] = lines.emplace(read.access_key_id, line); !is_new)
        return at_line(file, pair.get("access_key_id")->source()) +
               "access_key_id: must differ from that of line " + std::to_string(known->second);
      all.push_back(std::move(read));
    }
  }
  return credentials{std::move(all)};
}

/// What systemd made for this service: root's, in the directory that it told us.
bool is_from_systemd(const std::filesystem::path& file, const struct stat& found) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  return directory != nullptr && *directory != '\0' &&
         file.parent_path().lexically_normal() == std::filesystem::path{directory}.lexically_normal() &&
         found.st_uid == 0 && found.st_gid == 0;
}

fault check_permissions(const std::filesystem::path& file, const struct stat& found) {
  const auto allowed = static_cast<mode_t>(is_from_systemd(file, found) ? S_IRGRP : 0);
  if ((found.st_mode & (S_IRWXG | S_IRWXO) & ~allowed) == 0) return std::nullopt;
  return file.native() + ": can be read or written by users other than its owner; run chmod 0600 " +
         file.native();
}

/// The whole of an open file; nothing when the system cannot read it (see errno). Longer than `largest_file`
/// when the file is.
std::optional<std::string> whole_text(const file_handle& open) {
  std::string text(largest_file + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t count = ::read(open.number(), text.data() + length, text.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  text.resize(length);
  return text;
}

}  // namespace

credentials::credentials(std::vector<credential> all) : all_{std::move(all)} {
  std::ranges::sort(all_, {}, &credential::access_key_id);
}

const credential* credentials::find(std::string_view access_key_id) const noexcept {
  const auto found = std::ranges::lower_bound(
      all_, access_key_id, {}, [](const credential& each) { return std::string_view{each.access_key_id}; });
  return found != all_.end() && found->access_key_id == access_key_id ? &*found : nullptr;
}

const signing_key& credentials::key_for(const credential* signer, const credential_scope& scope) const {
  static const secret nobodys{"wrong/whatever/it/signs/0123456789abcdef"};
  return signer == nullptr ? derived_.find("", nobodys, scope)
                           : derived_.find(signer->access_key_id, signer->secret_access_key, scope);
}

credentials_or_fault parse_credentials(std::string_view text, std::string_view file) {
  if (text.size() > largest_file) return std::string{file} + ": must be at most 1 MiB";
  try {
    const wiped_document document{toml::parse(text, file)};
    return read_document(document.table, file);
  } catch (const toml::parse_error& wrong) {
    // Its own words may hold a piece of the text, so they are not passed on.
    return at_line(file, wrong.source()) +
           "must be TOML: [[credential]], then lines such as account = \"default\"";
  }
}

credentials_or_fault load_credentials(const std::filesystem::path& file) {
  const auto unreadable = [&](int error) {
    return file.native() + ": cannot be read (" + std::system_category().message(error) + ")";
  };
  const file_handle open{file, O_RDONLY | O_NONBLOCK};  // a pipe without a writer must not stop the start
  struct stat found {};
  if (!open || ::fstat(open.number(), &found) != 0) return unreadable(errno);
  if (!S_ISREG(found.st_mode)) return file.native() + ": must be a file";
  if (auto wrong = check_permissions(file, found)) return *std::move(wrong);

  auto text = whole_text(open);
  if (!text) return unreadable(errno);
  auto read = parse_credentials(*text, file.native());
  secret::wipe(*text);
  return read;
}

}  // namespace easydkim
