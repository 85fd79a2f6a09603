// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/identity_object.hpp"

#include "core/diagnosis/server_failure.hpp"
#include "core/printable.hpp"
#include "core/verdict.hpp"
#include "daemon/json/evidence_object.hpp"

namespace easydkim {

namespace json = boost::json;

namespace {

json::object record_object(const published_record& record, const json::storage_ptr& memory = {}) {
  return json::object({{"Name", record.name}, {"Type", record_type(record.of)}, {"Value", record.value}},
                      memory);
}

/// The diagnoses that still stand.
diagnosis_report report_of(const described_identity& shown) {
  return shown.seen.diagnosed ? without_expired(*shown.seen.diagnosed, shown.subject) : diagnosis_report{};
}

/// The records of a proof, each with what was seen; none when it was not asked for.
void append_seen_records(json::array& to, const described_identity& shown, proof which,
                         const record_naming& naming) {
  const identity& subject = shown.subject;
  const diagnosis_report report = report_of(shown);
  if (state_of(subject, which).status == dkim_status::not_started) return;
  auto seen = findings_of(subject, which).begin();
  std::size_t index = 0;
  for (const published_record& each : records_of(subject, which, naming)) {
    json::object record = record_object(each);
    record["Finding"] = to_string(seen->kind);
    const bool is_no_record =
        seen->reason == finding_reason::on_some_servers || seen->reason == finding_reason::busy;
    record["Observed"] = is_no_record ? std::string{} : excerpt(seen->observed);
    const std::size_t slot = record_slot(which, index);
    const record_sighting& where = shown.seen.records[slot];
    record["Explanation"] = explanation(*seen, each, failures_in(shown.seen, where));
    record["Published"] = published_value(where);
    record["Visible"] = visible_value(where);
    record["VisibleAt"] = time_or_null(where.visible_at);
    record["Diagnosis"] = diagnosis_value(report.records[slot]);
    to.push_back(std::move(record));
    ++seen;
    ++index;
  }
}

/// The proof whose times the identity shows: DKIM, when it was asked for.
const verification& first_proof(const identity& subject) {
  return state_of(subject, subject.dkim.status == dkim_status::not_started ? proof::txt : proof::dkim);
}

/// Resolvers alone confirmed it, and not the zone's own servers.
bool rests_on_resolvers(const verification& state) {
  return is_verified(state.status) && state.verified_by != verifier::zone;
}

}  // namespace

json::value time_or_null(std::optional<time_point> when) {
  return when ? json::value(to_rfc3339(*when)) : json::value(nullptr);
}

json::array tokens_array(const token_set& tokens, const json::storage_ptr& memory) {
  json::array texts(memory);
  texts.reserve(tokens.size());
  for (const token& each : tokens) {
    const auto letters = each.letters();
    texts.emplace_back(json::string_view{letters.data(), letters.size()});
  }
  return texts;
}

json::array records_to_publish(const identity& subject, const record_naming& naming,
                               const json::storage_ptr& memory) {
  json::array records(memory);
  records.reserve(records_per_identity);
  for (const published_record& each : records_of(subject, proof::dkim, naming))
    records.push_back(record_object(each, memory));
  return records;
}

json::object identity_object(const described_identity& shown, const policy& rules,
                             const record_naming& naming) {
  const identity& subject = shown.subject;
  json::array records;
  for (const proof which : all_proofs) append_seen_records(records, shown, which, naming);
  const diagnosis whole = report_of(shown).whole;
  const bool has_tokens = subject.dkim.status != dkim_status::not_started;
  json::object object{
      {"Identity", subject.domain.text()},
      {"Account", subject.account},
      {"IdentityType", "Domain"},
      {"DkimVerificationStatus", to_string(subject.dkim.status)},
      {"DkimEnabled", subject.dkim_enabled},
      {"SigningEnabled", is_signing_enabled(subject)},
      {"VerifiedForSending", is_verified_for_sending(subject)},
      {"DkimTokens", has_tokens ? tokens_array(subject.tokens) : json::array{}},
      {"Records", std::move(records)},
      {"CreatedAt", to_rfc3339(subject.created_at)},
      {"WindowEndsAt", to_rfc3339(window_end(first_proof(subject), rules))},
      {"VerifiedAt", time_or_null(first_proof(subject).verified_at)},
      {"LastCheckedAt", time_or_null(shown.last_checked_at)},
      {"NextCheckAt", time_or_null(shown.next_check_at)},
      {"Zone", shown.seen.zone ? json::value(printable(shown.seen.zone->apex)) : nullptr},
      {"Diagnosis", diagnosis_value(whole)},
      {"DiagnosedAt", whole.code == diagnosis_code::none ? nullptr : time_or_null(shown.seen.diagnosed->at)}};
  if (rests_on_resolvers(first_proof(subject))) object["Trust"] = to_string(verifier::resolver);
  if (subject.txt.status != dkim_status::not_started) {
    object["VerificationToken"] = txt_record_value(subject);
    object["VerificationStatus"] = to_string(subject.txt.status);
  }
  return object;
}

json::object change_object(const identity_change& change) {
  return {{"Identity", change.identity}, {"Account", change.account},   {"From", to_string(change.from)},
          {"To", to_string(change.to)},  {"At", to_rfc3339(change.at)}, {"Reason", change.reason}};
}

json::object signing_object(const signing_change& change) {
  return {{"Identity", change.identity},
          {"Account", change.account},
          {"DkimEnabled", change.dkim_enabled},
          {"SigningEnabled", change.signing_enabled},
          {"At", to_rfc3339(change.at)},
          {"Reason", change.reason},
          {"By", change.by.empty() ? json::value(nullptr) : json::value(change.by)}};
}

}  // namespace easydkim
