// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/txt_answer.hpp"

#include <algorithm>
#include <string>

#include "core/printable.hpp"
#include "resolver/wire/character_strings.hpp"

namespace easydkim {
namespace {

bool is_text(octets data, std::string_view text) {
  character_strings strings{data};
  while (const auto each = strings.next()) {
    if (!text.starts_with(*each)) return false;
    text.remove_prefix(each->size());
  }
  return text.empty();
}

/// The text as it is shown; what is too long to be shown is not copied.
std::string shown(octets data) {
  return excerpt(character_strings::joined(data, 128));
}

}  // namespace

std::optional<txt_answer> read_txt_answer(record_reader& records, std::size_t count,
                                          const message_name& asked, std::string_view text) {
  txt_answer seen;
  for (; count > 0; --count) {
    const auto each = records.next();
    if (!each) return std::nullopt;
    const bool of_the_name = each->is_in_class_in() && each->owner == asked;
    if (each->type == rr_type::dname || (of_the_name && each->type == rr_type::cname)) {
      const auto target = records.target(*each);
      if (!target) return std::nullopt;
      (each->type == rr_type::dname ? seen.redirection : seen.alias) = target;
    } else if (of_the_name && each->type == rr_type::txt) {
      const octets data = records.data(*each);
      if (!character_strings::are_well_formed(data)) return std::nullopt;
      if (is_text(data, text)) {
        seen.has_ours = true;
      } else if (std::string other = shown(data); !seen.others || other < *seen.others) {
        seen.others = std::move(other);
      }
    }
  }
  return seen;
}

finding judge(const txt_answer& seen) {
  if (seen.redirection)
    return {finding_kind::wrong_target, finding_reason::redirected, "DNAME " + seen.redirection->text()};
  if (seen.alias) return {finding_kind::wrong_target, finding_reason::alias, seen.alias->text()};
  if (!seen.has_ours) return {finding_kind::wrong_target, finding_reason::other_text, *seen.others};
  return {finding_kind::found, finding_reason::none, {}};
}

}  // namespace easydkim
