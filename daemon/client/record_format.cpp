#include "daemon/client/record_format.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include "core/printable.hpp"
#include "daemon/client/failure.hpp"
#include "daemon/client/table.hpp"

namespace easydkim {
namespace {

/// A record's time to live in a zone file: short enough to mend a mistake, as SES's console proposes none.
constexpr int zone_ttl = 3600;

void print_table(console& where, const std::vector<dns_record>& records, std::string_view domain) {
  table columns;
  columns.add({{"Name", tone::heading}, {"Type", tone::heading}, {"Value", tone::heading}});
  for (const dns_record& each : records)
    columns.add({{printable(each.name)}, {printable(each.type)}, {printable(each.value)}});
  columns.print(where, "  ");

  const std::string tail = "." + std::string{domain};
  const auto below = [&](const dns_record& each) { return each.name.ends_with(tail); };
  if (where.out_is_terminal && !domain.empty() && std::ranges::all_of(records, below))
    where.out << "\n  Where your DNS panel appends " << printable(tail)
              << " by itself, leave that off the names.\n";
}

/// A name with its last dot, or a text in quotes (RFC 1035 section 5.1).
std::string zone_value(const dns_record& record) {
  if (record.type == "TXT") return '"' + printable(record.value) + '"';
  return printable(record.value) + '.';
}

void print_zone(console& where, const std::vector<dns_record>& records, std::string_view) {
  for (const dns_record& each : records)
    where.out << printable(each.name) << ". " << zone_ttl << " IN " << printable(each.type) << ' '
              << zone_value(each) << '\n';
}

void print_json(console& where, const std::vector<dns_record>& records, std::string_view) {
  json::array list;
  for (const dns_record& each : records)
    list.push_back({{"Name", each.name}, {"Type", each.type}, {"Value", each.value}});
  where.out << one_line(list) << '\n';
}

/// A field in quotes when it must be (RFC 4180 section 2).
std::string csv_field(std::string_view foreign) {
  const std::string text = printable(foreign);
  if (text.find_first_of("\",") == text.npos) return text;
  std::string quoted{'"'};
  for (const char c : text) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
  return quoted + '"';
}

void print_csv(console& where, const std::vector<dns_record>& records, std::string_view) {
  where.out << "name,type,value\r\n";
  for (const dns_record& each : records)
    where.out << csv_field(each.name) << ',' << csv_field(each.type) << ',' << csv_field(each.value)
              << "\r\n";
}

struct row {
  std::string_view word;
  record_format form;
  void (*print)(console&, const std::vector<dns_record>&, std::string_view);
};
constexpr std::array formats{
    row{"table", record_format::table, print_table},
    row{"zone", record_format::zone, print_zone},
    row{"json", record_format::json, print_json},
    row{"csv", record_format::csv, print_csv},
};

}  // namespace

std::optional<record_format> record_format_from_string(std::string_view word) noexcept {
  const auto found = std::ranges::find(formats, word, &row::word);
  if (found == formats.end()) return std::nullopt;
  return found->form;
}

std::vector<dns_record> records_of(const json::object& answer) {
  std::vector<dns_record> records;
  for (const json::value& each : list_of(answer, "Records")) {
    if (!each.is_object()) continue;
    const json::object& record = each.get_object();
    records.push_back({text_of(record, "Name"), text_of(record, "Type"), text_of(record, "Value")});
  }
  if (records.empty())
    throw failure{exit_unreachable,
                  "the daemon's answer holds no records; do easydkim and easydkimd have the same version?"};
  return records;
}

void print_records(console& where, const std::vector<dns_record>& records, record_format form,
                   std::string_view domain) {
  std::ranges::find(formats, form, &row::form)->print(where, records, domain);
}

}  // namespace easydkim
