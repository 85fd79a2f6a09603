// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/v2/email_identity_object.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "core/printable.hpp"
#include "daemon/json/identity_object.hpp"

namespace easydkim {

namespace json = boost::json;

namespace {

struct status_row {
  dkim_status status;
  std::string_view word;
};
constexpr std::array statuses{
    status_row{dkim_status::not_started, "NOT_STARTED"},
    status_row{dkim_status::pending, "PENDING"},
    status_row{dkim_status::success, "SUCCESS"},
    status_row{dkim_status::failed, "FAILED"},
    status_row{dkim_status::temporary_failure, "TEMPORARY_FAILURE"},
};
static_assert(statuses.size() == dkim_statuses);

/// What SES v2 says of a record that is not as it should be (VerificationError of its model). What a reason
/// does not decide, the kind does.
std::string_view error_type(const finding& seen) noexcept {
  switch (seen.kind) {
    case finding_kind::absent:
      return seen.reason == finding_reason::no_such_type ? "TYPE_NOT_FOUND" : "HOST_NOT_FOUND";
    case finding_kind::wrong_target:
      return "INVALID_VALUE";
    case finding_kind::no_answer:
      return seen.reason == finding_reason::unreachable ? "SERVICE_ERROR" : "DNS_SERVER_ERROR";
    case finding_kind::unchecked:
    case finding_kind::found:
      return {};
  }
  return {};
}

/// By what is wrong, or else by what was seen of the first record that is not right; empty when all are.
std::string_view error_type(const described_identity& shown, proof which) {
  if (shown.seen.diagnosed) {
    const diagnosis_report report = without_expired(*shown.seen.diagnosed, shown.subject);
    const diagnosis_code code = diagnosis_of(report, which).code;
    if (code != diagnosis_code::none && class_of(code) != diagnosis_class::info)
      return to_string(error_of(code));
  }
  for (const finding& each : findings_of(shown.subject, which))
    if (const std::string_view why = error_type(each); !why.empty()) return why;
  return {};
}

std::int64_t epoch_seconds(time_point when) {
  return std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count();
}

}  // namespace

std::string_view v2_word(dkim_status status) noexcept {
  for (const status_row& each : statuses)
    if (each.status == status) return each.word;
  return "NOT_STARTED";
}

json::object dkim_attributes_object(const identity& subject, std::string_view target_suffix) {
  const bool started = subject.dkim.status != dkim_status::not_started;
  json::object shown{{"SigningEnabled", started && subject.dkim_enabled},
                     {"Status", v2_word(subject.dkim.status)},
                     {"SigningHostedZone", target_suffix},
                     {"SigningAttributesOrigin", "AWS_SES"}};
  if (started) shown["Tokens"] = tokens_array(subject.tokens);
  return shown;
}

json::object verification_info_object(const described_identity& shown) {
  json::object info;
  if (shown.last_checked_at) info["LastCheckedTimestamp"] = epoch_seconds(*shown.last_checked_at);
  const verification& dkim = shown.subject.dkim;
  const verification& txt = shown.subject.txt;
  if (const auto last = std::max(dkim.verified_at, txt.verified_at))
    info["LastSuccessTimestamp"] = epoch_seconds(*last);
  if (const auto& zone = shown.seen.zone; zone && !zone->primary.empty())
    info["SOARecord"] =
        json::object{{"PrimaryNameServer", printable(zone->primary)}, {"SerialNumber", zone->serial}};
  // One proof is enough, so what the other lacks is no error then.
  if (dkim.status == dkim_status::success || txt.status == dkim_status::success) return info;
  const proof which = dkim.status != dkim_status::not_started ? proof::dkim : proof::txt;
  if (const std::string_view why = error_type(shown, which); !why.empty()) info["ErrorType"] = why;
  return info;
}

}  // namespace easydkim
