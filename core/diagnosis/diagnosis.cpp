// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/diagnosis/diagnosis_catalogue.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

/// Null for `none`.
const diagnosis_row* row_of(diagnosis_code code) noexcept {
  for (const diagnosis_row& each : diagnosis_rows())
    if (each.code == code) return &each;
  return nullptr;
}

/// What stands in a sentence for each mark.
struct mark {
  std::string_view name;
  std::string text;
};
using marks = std::array<mark, 12>;

marks marks_from(const clue& known) {
  const std::string record{known.of == proof::dkim ? "a CNAME to " : "a TXT record that says "};
  const auto ours = [](std::string_view text) { return std::string{text}; };
  return {mark{"name", ours(known.name)},
          mark{"value", ours(known.value)},
          mark{"record", record + ours(known.value)},
          mark{"domain", ours(known.domain)},
          mark{"zone", printable(known.zone.empty() ? known.domain : known.zone)},
          mark{"host", printable(known.host.empty() ? known.name : known.host)},
          mark{"observed", excerpt(known.observed)},
          mark{"server", excerpt(known.server)},
          mark{"also", excerpt(known.also)},
          mark{"words", printable(known.words)},
          mark{"remedy", printable(known.remedy)},
          mark{"until", known.until ? to_rfc3339(*known.until) : std::string{}}};
}

std::string_view text_of(std::string_view name, const marks& values) noexcept {
  const auto found = std::ranges::find(values, name, &mark::name);
  return found == values.end() ? std::string_view{} : std::string_view{found->text};
}

/// A part of a sentence, and whether all its marks had something to show. In one go, so that foreign text
/// with marks in it stays as it is.
struct filled_part {
  std::string text;
  bool complete = true;
};
filled_part filled(std::string_view part, const marks& values) {
  filled_part result;
  for (std::size_t begin = part.find('{'); begin != part.npos; begin = part.find('{')) {
    const std::size_t end = part.find('}', begin);
    const std::string_view text = text_of(part.substr(begin + 1, end - begin - 1), values);
    result.text += part.substr(0, begin);
    result.text += text;
    result.complete = result.complete && !text.empty();
    part.remove_prefix(end + 1);
  }
  result.text += part;
  return result;
}

std::string sentence(std::string_view form, const marks& values) {
  std::string whole;
  for (std::size_t begin = form.find('['); begin != form.npos; begin = form.find('[')) {
    const std::size_t end = form.find(']', begin);
    whole += filled(form.substr(0, begin), values).text;
    if (const filled_part optional = filled(form.substr(begin + 1, end - begin - 1), values);
        optional.complete)
      whole += optional.text;
    form.remove_prefix(end + 1);
  }
  return whole + filled(form, values).text;
}

/// The order of decision as codes alone.
const auto order = [] {
  std::vector<diagnosis_code> codes;
  for (const diagnosis_row& each : diagnosis_rows()) codes.push_back(each.code);
  return codes;
}();

/// Less tells more.
std::size_t rank(const diagnosis& cause) noexcept {
  const auto rows = diagnosis_rows();
  const auto row = std::ranges::find(rows, cause.code, &diagnosis_row::code);
  if (row == rows.end()) return 4 * rows.size();  // none
  const std::size_t behind = row->who == diagnosis_class::wait ? 1 : blocks(cause.code) ? 0 : 2;
  return behind * rows.size() + static_cast<std::size_t>(row - rows.begin());
}

}  // namespace

diagnosis diagnosed(diagnosis_code code, const clue& known) {
  const diagnosis_row* row = row_of(code);
  if (!row) return {};
  return {.code = code,
          .explanation = sentence(row->sentence, marks_from(known)),
          .observed = excerpt(known.observed),
          .server = excerpt(known.server),
          .until = known.until};
}

std::string warning_before_publishing(diagnosis_code code, const clue& known) {
  const diagnosis_row* row = row_of(code);
  if (!row) return {};
  return sentence(row->warning.empty() ? row->sentence : row->warning, marks_from(known));
}

std::string_view to_string(diagnosis_code code) noexcept {
  const diagnosis_row* row = row_of(code);
  return row ? row->word : std::string_view{};
}

std::optional<diagnosis_code> diagnosis_code_from_string(std::string_view word) noexcept {
  if (word.empty()) return diagnosis_code::none;
  for (const diagnosis_row& each : diagnosis_rows())
    if (each.word == word) return each.code;
  return std::nullopt;
}

std::string_view to_string(diagnosis_class who) noexcept {
  switch (who) {
    case diagnosis_class::fix:
      return "FIX";
    case diagnosis_class::wait:
      return "WAIT";
    case diagnosis_class::ours:
      return "OURS";
    case diagnosis_class::info:
      return "INFO";
  }
  return "INFO";
}

diagnosis_class class_of(diagnosis_code code) noexcept {
  const diagnosis_row* row = row_of(code);
  return row ? row->who : diagnosis_class::info;
}

bool blocks(diagnosis_code code) noexcept {
  const bool stands_beside =
      code == diagnosis_code::key_copied || code == diagnosis_code::target_key_missing;  // as 20 and 39
  const diagnosis_class who = class_of(code);
  return !stands_beside && (who == diagnosis_class::fix || who == diagnosis_class::ours);
}

std::string_view to_string(verification_error error) noexcept {
  switch (error) {
    case verification_error::host_not_found:
      return "HOST_NOT_FOUND";
    case verification_error::type_not_found:
      return "TYPE_NOT_FOUND";
    case verification_error::invalid_value:
      return "INVALID_VALUE";
    case verification_error::dns_server_error:
      return "DNS_SERVER_ERROR";
    case verification_error::service_error:
      return "SERVICE_ERROR";
  }
  return "SERVICE_ERROR";
}

verification_error error_of(diagnosis_code code) noexcept {
  const diagnosis_row* row = row_of(code);
  return row ? row->error : verification_error::service_error;
}

std::span<const diagnosis_code> catalogue() noexcept {
  return order;
}

const diagnosis& most_telling(std::span<const diagnosis> causes) noexcept {
  static const diagnosis nothing;
  const auto first = std::ranges::min_element(causes, {}, rank);
  return first == causes.end() || first->code == diagnosis_code::none ? nothing : *first;
}

}  // namespace easydkim
