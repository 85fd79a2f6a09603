// SPDX-License-Identifier: Apache-2.0
#include "client/formats/record_format.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include "client/formats/master_text.hpp"
#include "client/formats/octodns_text.hpp"
#include "client/formats/record_data.hpp"
#include "client/formats/record_sheet.hpp"
#include "client/formats/record_table.hpp"
#include "client/formats/route53_batch.hpp"
#include "client/formats/terraform_text.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

/// Whether a form is wrong when the zone is not the one that was taken for it.
enum class names_are { absolute, relative };

// Each form is quoted as its readers need it: no text of the daemon ends a line, a string or a field.
struct row {
  std::string_view word;
  record_format form;
  names_are names;
  void (*print)(console&, const record_sheet&);
};
constexpr std::array formats{
    row{"table", record_format::table, names_are::relative, print_table},
    row{"zone", record_format::zone, names_are::absolute, print_zone},
    row{"json", record_format::json, names_are::relative, print_json},
    row{"csv", record_format::csv, names_are::relative, print_csv},
    row{"route53", record_format::route53, names_are::absolute, print_route53},
    row{"terraform", record_format::terraform, names_are::relative, print_terraform},
    row{"octodns", record_format::octodns, names_are::relative, print_octodns},
    row{"nsupdate", record_format::nsupdate, names_are::absolute, print_nsupdate},
};

}  // namespace

std::optional<record_format> record_format_from_string(std::string_view word) noexcept {
  const auto found = std::ranges::find(formats, word, &row::word);
  if (found == formats.end()) return std::nullopt;
  return found->form;
}

std::string record_format_words() {
  std::string words;
  for (const row& each : formats)
    words += (words.empty() ? "" : &each == &formats.back() ? " or " : ", ") + std::string{each.word};
  return words;
}

void print_records(console& where, const record_sheet& sheet, record_format form) {
  const row& chosen = *std::ranges::find(formats, form, &row::form);
  chosen.print(where, sheet);
  const auto unknown = std::ranges::find(sheet.records, false, &placed_record::zone_known);
  if (chosen.names == names_are::absolute || unknown == sheet.records.end()) return;
  where.out << std::flush;
  // Of a delegated "_domainkey" only the other records are meant.
  const bool is_all = unknown == sheet.records.begin();
  where.err << "easydkim: the DNS zone of " << printable(is_all ? sheet.domain : unknown->record.name)
            << " is not known, so its hosts are relative to " << printable(unknown->origin)
            << "; change them where the zone has another name\n";
}

}  // namespace easydkim
