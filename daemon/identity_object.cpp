#include "daemon/identity_object.hpp"

#include "core/verdict.hpp"

namespace easydkim {

namespace json = boost::json;

namespace {

json::object record_object(const identity& subject, std::size_t index, std::string_view target_suffix) {
  return {{"Name", record_name(subject, index)},
          {"Type", "CNAME"},
          {"Value", record_value(subject, index, target_suffix)}};
}

json::object seen_record_object(const identity& subject, std::size_t index, std::string_view target_suffix) {
  const finding& seen = subject.findings[index];
  json::object record = record_object(subject, index, target_suffix);
  const std::string name{record["Name"].as_string()};
  const std::string value{record["Value"].as_string()};
  record["Finding"] = to_string(seen.kind);
  record["Observed"] = printable(seen.observed);
  record["Explanation"] = explanation(seen, name, value);
  return record;
}

}  // namespace

json::value time_or_null(std::optional<time_point> when) {
  return when ? json::value(to_rfc3339(*when)) : json::value(nullptr);
}

json::array tokens_array(const token_set& tokens) {
  json::array texts;
  for (const token& each : tokens) texts.emplace_back(each.text());
  return texts;
}

json::array records_to_publish(const identity& subject, std::string_view target_suffix) {
  json::array records;
  for (std::size_t i = 0; i < records_per_identity; ++i)
    records.push_back(record_object(subject, i, target_suffix));
  return records;
}

json::object identity_object(const described_identity& shown, const operations& by) {
  const identity& subject = shown.subject;
  json::array records;
  for (std::size_t i = 0; i < records_per_identity; ++i)
    records.push_back(seen_record_object(subject, i, by.target_suffix()));
  const bool verified =
      subject.status == dkim_status::success || subject.status == dkim_status::temporary_failure;
  return {{"Identity", subject.domain.text()},
          {"Account", subject.account},
          {"IdentityType", "Domain"},
          {"DkimVerificationStatus", to_string(subject.status)},
          {"DkimEnabled", subject.dkim_enabled},
          {"SigningEnabled", is_signing_enabled(subject)},
          {"VerifiedForSending", verified},
          {"DkimTokens", tokens_array(subject.tokens)},
          {"Records", std::move(records)},
          {"CreatedAt", to_rfc3339(subject.created_at)},
          {"WindowEndsAt", to_rfc3339(window_end(subject, by.rules()))},
          {"VerifiedAt", time_or_null(subject.verified_at)},
          {"LastCheckedAt", time_or_null(shown.last_checked_at)},
          {"NextCheckAt", time_or_null(shown.next_check_at)}};
}

json::object change_object(const identity_change& change) {
  return {{"Identity", change.identity}, {"Account", change.account},   {"From", to_string(change.from)},
          {"To", to_string(change.to)},  {"At", to_rfc3339(change.at)}, {"Reason", change.reason}};
}

}  // namespace easydkim
