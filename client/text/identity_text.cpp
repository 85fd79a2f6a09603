// SPDX-License-Identifier: Apache-2.0
#include "client/text/identity_text.hpp"

#include <ostream>

#include "client/text/duration_text.hpp"
#include "client/text/sighting_text.hpp"
#include "client/text/table.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

std::string signing_text(const json::object& identity) {
  if (flag_of(identity, "SigningEnabled")) return "on";
  if (text_of(identity, "DkimVerificationStatus") == "Failed")
    return "off; once the records are right, start a new window with: easydkim verify " +
           printable(text_of(identity, "Identity"));
  if (text_of(identity, "DkimVerificationStatus") == "NotStarted") return "off, DKIM was not asked for";
  return flag_of(identity, "DkimEnabled") ? "off, until the records are verified"
                                          : "off, switched off by SetIdentityDkimEnabled";
}

/// The time that matters in each status, and what it is called.
struct status_time {
  std::string_view status;
  std::string_view label;
  std::string_view member;
};
constexpr status_time status_times[] = {
    {"Pending", "window ends", "WindowEndsAt"},
    {"Failed", "window ended", "WindowEndsAt"},
    {"Success", "verified", "VerifiedAt"},
    {"TemporaryFailure", "verified", "VerifiedAt"},
};

void add_record(table& columns, const json::object& record, time_point now) {
  const std::string finding = text_of(record, "Finding");
  columns.add({{printable(finding), tone_of(finding)}, {printable(text_of(record, "Name"))}});
  if (const std::string where = sighting_text(record, now); !where.empty()) columns.add({{""}, {where}});
  const std::string diagnosis = diagnosis_sentence(object_of(record, "Diagnosis"));
  if (finding == "found" && diagnosis.empty()) return;
  if (const std::string observed = text_of(record, "Observed"); !observed.empty())
    columns.add({{""}, {"saw: " + printable(observed)}});
  if (!diagnosis.empty())
    columns.add({{""}, {diagnosis}});
  else if (const std::string sentence = text_of(record, "Explanation"); !sentence.empty())
    columns.add({{""}, {printable(sentence)}});
}

/// The sentence of the whole identity, when it is none of a record's.
std::string whole_sentence(const json::object& identity) {
  const json::object& whole = object_of(identity, "Diagnosis");
  const std::string sentence = text_of(whole, "Explanation");
  for (const json::value& each : list_of(identity, "Records"))
    if (each.is_object() && text_of(object_of(each.get_object(), "Diagnosis"), "Explanation") == sentence)
      return {};
  return printable(sentence);
}

}  // namespace

records_seen count_records(const json::object& identity, which_records which) {
  records_seen counts;
  for (const json::value& each : list_of(identity, "Records")) {
    const json::object record = each.is_object() ? each.get_object() : json::object{};
    if (which == which_records::of_dkim && text_of(record, "Type") == "TXT") continue;
    ++counts.all;
    if (text_of(record, "Finding") == "found") ++counts.found;
  }
  return counts;
}

std::string in_place_text(const json::object& identity, which_records which) {
  const records_seen counts = count_records(identity, which);
  return std::to_string(counts.found) + " of " + std::to_string(counts.all) + " records in place";
}

std::string time_text(const std::string& rfc3339, time_point now) {
  if (rfc3339.empty()) return "never";
  const auto when = parse_rfc3339(rfc3339);
  if (!when) return printable(rfc3339);
  return rfc3339 +
         (*when > now ? " (in " + to_words(*when - now) + ")" : " (" + to_words(now - *when) + " ago)");
}

void print_identity(console& where, const json::object& identity) {
  const std::string status = text_of(identity, "DkimVerificationStatus");
  const std::string account = text_of(identity, "Account");
  const time_point now = where.now();

  where.out << painted(where, printable(text_of(identity, "Identity")), tone::heading) << '\n';
  table facts;
  if (!account.empty() && account != "default") facts.add({{"account"}, {printable(account)}});
  facts.add({{"status"}, {printable(status), tone_of(status)}});
  facts.add({{"signing"}, {signing_text(identity)}});
  if (const std::string proof = text_of(identity, "VerificationStatus"); !proof.empty())
    facts.add({{"TXT record"}, {printable(proof), tone_of(proof)}});
  for (const status_time& each : status_times)
    if (each.status == status)
      facts.add({{std::string{each.label}}, {time_text(text_of(identity, each.member), now)}});
  if (text_of(identity, "Trust") == "resolver")
    facts.add({{"trust"}, {"resolver: only resolvers confirmed it, not the zone's own servers"}});
  facts.add({{"last check"}, {time_text(text_of(identity, "LastCheckedAt"), now)}});
  facts.add({{"next check"}, {time_text(text_of(identity, "NextCheckAt"), now)}});
  if (const std::string zone = text_of(identity, "Zone"); !zone.empty())
    facts.add({{"zone"}, {printable(zone)}});
  if (const std::string why = diagnosis_text(object_of(identity, "Diagnosis")); !why.empty())
    facts.add({{"diagnosis"}, {why}});
  if (const std::string why = whole_sentence(identity); !why.empty()) facts.add({{""}, {why}});
  facts.add({{"records"}, {in_place_text(identity, which_records::all)}});
  facts.print(where, "  ");

  table records;
  for (const json::value& each : list_of(identity, "Records"))
    if (each.is_object()) add_record(records, each.get_object(), now);
  records.print(where, "  ");
}

void print_explanations(console& where, const json::object& identity) {
  for (const json::value& each : list_of(identity, "Records")) {
    if (!each.is_object() || text_of(each.get_object(), "Finding") == "found") continue;
    const std::string diagnosis = diagnosis_sentence(object_of(each.get_object(), "Diagnosis"));
    if (!diagnosis.empty())
      where.out << "  " << diagnosis << '\n';
    else if (const std::string sentence = text_of(each.get_object(), "Explanation"); !sentence.empty())
      where.out << "  " << printable(sentence) << '\n';
  }
}

}  // namespace easydkim
