// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/server_failure.hpp"

#include <algorithm>
#include <array>

#include "core/printable.hpp"

namespace easydkim {
namespace {

struct failure_row {
  std::string_view rcode;
  std::string_view words;
};
constexpr std::array failures_by_code{
    failure_row{"TIMEOUT", "does not answer"},
    failure_row{"UNREACHABLE", "does not answer"},
    failure_row{"UNREADABLE", "answers what cannot be read"},
    failure_row{"REFUSED", "refuses to answer for the zone (REFUSED)"},
    failure_row{"SERVFAIL", "fails (SERVFAIL)"},
};

bool has_flag(std::string_view flags, std::string_view flag) {
  return flags.find(flag) != flags.npos;
}

}  // namespace

std::string failure_words(const answer_seen& answer) {
  const auto row = std::ranges::find(failures_by_code, answer.rcode, &failure_row::rcode);
  if (row != failures_by_code.end()) return std::string{row->words};
  if (answer.rcode != "NOERROR" && answer.rcode != "NXDOMAIN")
    return answer.rcode.empty() ? std::string{} : "answers " + answer.rcode;
  if (has_flag(answer.flags, "tc")) return "cuts its answers off";
  return has_flag(answer.flags, "aa") ? std::string{} : "answers without authority";
}

std::vector<server_failure> failures_in(const evidence& kept, const record_sighting& record) {
  std::vector<server_failure> failures;
  for (const server_sighting& each : record.published) {
    if (each.has != finding_kind::no_answer) continue;
    if (each.address.empty()) continue;
    const std::string server = each.name + " (" + each.address + ")";
    const auto last = std::find_if(
        kept.answers.rbegin(), kept.answers.rend(),
        [&](const answer_seen& answer) { return answer.server == server && !failure_words(answer).empty(); });
    if (last != kept.answers.rend()) failures.push_back({server, failure_words(*last)});
  }
  return failures;
}

std::string explanation(const finding& shown, const published_record& wanted,
                        const std::vector<server_failure>& failures) {
  if (shown.kind != finding_kind::no_answer || failures.empty()) return explanation(shown, wanted);
  return "Too little is known of " + wanted.name + ": " + listed(failures) +
         "; they are asked again, and if this lasts, have them mended.";
}

std::string listed(const std::vector<server_failure>& failures) {
  constexpr std::size_t longest = 240;
  std::string text;
  std::size_t more = 0;
  for (const server_failure& each : failures) {
    const std::string one = excerpt(each.server) + " " + each.words;
    if (more > 0 || (!text.empty() && text.size() + 2 + one.size() > longest))
      ++more;
    else
      (text += text.empty() ? "" : ", ") += one;
  }
  return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

}  // namespace easydkim
