// SPDX-License-Identifier: Apache-2.0
// The lines of an import file: domain [token token token].
#pragma once

#include <cstdint>
#include <istream>
#include <string>

#include "client/connection/json_members.hpp"

namespace easydkim {

/// One line with something on it.
struct import_line {
  std::uint64_t number = 0;  // from 1
  std::string domain;        // the first word, as it stands; may hold anything when there is a fault
  json::object item;         // {"Domain", "DkimTokens"?}; empty when there is a fault
  std::string fault;         // why it cannot be sent, one sentence; empty when it can
};

/// Reads a file line by line, however long its lines are, in bounded memory.
class import_reader {
 public:
  /// The longest line that is taken, in octets: a domain and three tokens need 309.
  static constexpr std::size_t longest_line = 4096;

  /// `from` must outlive the reader.
  explicit import_reader(std::istream& from) : from_{from} {}

  /// The next line that is neither empty nor only a comment; false at the end.
  bool next(import_line& entry);

  std::uint64_t octets_read() const noexcept { return octets_; }

 private:
  bool next_text();

  std::istream& from_;
  std::string text_;  // of the line: its first `longest_line` + 1 octets
  std::uint64_t number_ = 0;
  std::uint64_t octets_ = 0;
};

}  // namespace easydkim
