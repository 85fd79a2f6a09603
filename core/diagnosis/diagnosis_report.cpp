// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/diagnosis_report.hpp"

#include <algorithm>

#include "core/diagnosis/diagnosis_expiry.hpp"

namespace easydkim {
namespace {

/// "2 of 3" (diagnosis_code::partial) holds while so many are found. While they are waited for, those that
/// were not looked at since may be more than are known.
bool is_still_partial(const diagnosis& whole, const identity& subject) {
  const auto found = std::ranges::count(subject.findings, finding_kind::found, &finding::kind);
  if (whole.explanation.empty() || whole.explanation.front() < '1' || whole.explanation.front() > '2')
    return true;
  const auto counted = whole.explanation.front() - '0';
  return subject.dkim.status == dkim_status::pending ? found <= counted : found == counted;
}

struct which_record {
  proof which;
  std::size_t index;
};

/// A wildcard with the very value of a record makes it look found; only a confirmation tells them apart.
bool is_wildcard_with_the_value(const diagnosis& reported, const identity& subject, which_record record) {
  return reported.code == diagnosis_code::wildcard && record.which == proof::dkim &&
         reported.observed.starts_with(subject.tokens[record.index].text() + ".");
}

/// The records of an older set stand at other names, so that one is missing is no news.
bool is_of_an_older_set(const diagnosis& reported, const identity& subject) {
  return reported.code == diagnosis_code::stale_token &&
         reported.observed.ends_with("._domainkey." + subject.domain.text());
}

bool is_still_doubtful(const diagnosis& reported, const identity& subject, which_record record) {
  const finding& newest = findings_of(subject, record.which)[record.index];
  if (is_wildcard_with_the_value(reported, subject, record)) return newest.kind == finding_kind::found;
  return is_of_an_older_set(reported, subject) && newest.kind == finding_kind::absent;
}

}  // namespace

const diagnosis& diagnosis_of(const diagnosis_report& report, proof which) noexcept {
  const diagnosis& of_txt = report.records[record_slot(proof::txt, 0)];
  if (which == proof::txt) return of_txt;
  if (report.whole != of_txt) return report.whole;
  return most_telling({report.records.data(), records_per_identity});
}

diagnosis_report without_expired(diagnosis_report report, const identity& subject) {
  const auto is_to_mend = [](const diagnosis& cause) {
    return cause.code != diagnosis_code::none && class_of(cause.code) == diagnosis_class::fix;
  };
  const diagnosis_report before = report;
  for (const proof which : all_proofs) {
    const std::span<const finding> newest = findings_of(subject, which);
    for (std::size_t i = 0; i < newest.size(); ++i)
      if (diagnosis& reported = report.records[record_slot(which, i)];
          has_expired(reported, newest[i]) && !is_still_doubtful(reported, subject, {which, i}))
        reported = {};
  }
  const bool was_partial = report.whole.code == diagnosis_code::partial;
  if (was_partial && !is_still_partial(report.whole, subject)) report.whole = most_telling(report.records);
  if (report == before) return report;
  // What stood for the identity may be what was mended, or a sum of it ("2 of 3").
  const auto is_in = [&](const diagnosis_report& some) {
    return std::ranges::find(some.records, before.whole) != some.records.end();
  };
  const bool is_mended = is_in(before) && !is_in(report);
  if (is_mended || std::ranges::none_of(report.records, is_to_mend))
    report.whole = most_telling(report.records);
  return report;
}

}  // namespace easydkim
