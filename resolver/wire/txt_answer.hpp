// SPDX-License-Identifier: Apache-2.0
// What the answer section of a DNS reply says about one TXT record.
//
// Other TXT records may stand beside ours (several accounts share the name), in an order that servers rotate.
// One of them must be the token, byte for byte, however it is cut into character-strings. What a CNAME of
// that name leads to is not looked at: the owner of another name would prove this one.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/finding.hpp"
#include "resolver/wire/message_record.hpp"

namespace easydkim {

struct txt_answer {
  bool has_ours = false;              // a TXT record of the name is the text
  std::optional<std::string> others;  // of the other TXT records, the first in order of their text; printable
  std::optional<message_name> alias;  // a CNAME of the name
  std::optional<message_name> redirection;  // a DNAME, above whatever name

  bool is_empty() const noexcept { return !has_ours && !others && !alias && !redirection; }
};

/// Reads `count` records. Nothing when one of them leaves the message, or is one of the above and breaks the
/// form of its type.
std::optional<txt_answer> read_txt_answer(record_reader& records, std::size_t count,
                                          const message_name& asked, std::string_view text);

/// What it means. Precondition: not empty.
finding judge(const txt_answer& seen);

}  // namespace easydkim
