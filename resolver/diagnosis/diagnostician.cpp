// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/diagnostician.hpp"

#include <algorithm>

#include "resolver/diagnosis/inspection.hpp"
#include "resolver/diagnosis/probe.hpp"
#include "resolver/diagnosis/session/moved_zone.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

namespace asio = boost::asio;

asio::awaitable<diagnosis> explain(examination& at, std::size_t record) {
  for (const probe_row& each : probes()) {
    if (each.of == probe_row::scope::cname && at.wanted(record).of != proof::dkim) continue;
    if (auto hit = co_await each.look(at, record)) co_return *std::move(hit);
  }
  co_return diagnosis{};
}

/// Whether a record so diagnosed is in place, be it only on the zone's servers.
bool is_in_place(const diagnosis& of) {
  const bool is_hidden =
      of.code == diagnosis_code::negative_cache || of.code == diagnosis_code::stale_positive_cache;
  const bool is_ours_only = of.code == diagnosis_code::target_key_missing;
  return of.code == diagnosis_code::none || is_hidden || is_ours_only ||
         class_of(of.code) == diagnosis_class::info;
}

/// "NAME; publish it as a CNAME to VALUE", and the like of two.
std::string to_publish(const examination& at, const std::vector<std::size_t>& missing) {
  std::string names;
  std::string values;
  for (const std::size_t record : missing) {
    (names += names.empty() ? "" : " and ") += at.wanted(record).name;
    (values += values.empty() ? "a CNAME to " : " and one to ") += at.wanted(record).value;
  }
  return names + (missing.size() == 1 ? "; publish it as " : "; publish them as ") + values;
}

/// "2 of 3 records": when the others are in place, what matters of one that was not published is that.
std::optional<diagnosis> partial(const examination& at, const diagnosis_report& report) {
  std::size_t in_place = 0;
  std::vector<std::size_t> missing;
  for (std::size_t record = 0; record < records_per_identity; ++record) {
    if (!at.is_wanted(record)) return std::nullopt;
    const diagnosis& of = report.records[record];
    if (is_in_place(of))
      ++in_place;
    else if (of.code != diagnosis_code::not_published)
      return std::nullopt;
    else
      missing.push_back(record);
  }
  if (in_place == 0 || missing.empty()) return std::nullopt;
  const std::string count = std::to_string(in_place) + " of " + std::to_string(records_per_identity);
  return at.explained(diagnosis_code::partial, missing.front(),
                      {.also = count, .words = to_publish(at, missing)});
}

}  // namespace

asio::awaitable<observation> diagnostician::examine(examination_order order) const {
  diagnosis_report report{.at = order.now};
  examination at{view_, std::move(order)};
  co_await at.begin();

  // First where each record is: the budget is for that before it is for the causes.
  for (std::size_t record = 0; record < most_records; ++record)
    if (at.is_wanted(record)) co_await at.look(record);
  for (std::size_t record = 0; record < most_records; ++record)
    if (at.is_wanted(record)) report.records[record] = co_await explain(at, record);
  if (at.is_hindered()) co_return observation{};  // nothing can be found out now

  if (auto some = partial(at, report))
    report.whole = *std::move(some);
  else
    report.whole = most_telling(report.records);
  observation seen = at.take_observation();
  seen.diagnosed = std::move(report);
  co_return seen;
}

asio::awaitable<domain_inspection> diagnostician::inspect(inspection_order order) const {
  identity subject{.id = 0, .account = {}, .domain = std::move(order.domain)};
  examination_order asked{.subject = std::move(subject),
                          .naming = {},
                          .registrable = std::move(order.registrable),
                          .control_label = std::move(order.control_label),
                          .asked = order.asked};
  if (order.asked == examination_order::witness::zone_servers)
    asked.search = co_await view_.find_zone(asked.subject.domain.text());
  examination at{view_, std::move(asked)};
  co_await at.begin();
  domain_inspection seen{.domain = at.order().subject.domain};
  seen.warnings = co_await warnings_of(at);
  const std::string& apex = at.where().apex;
  const bool may_be_above = at.order().registrable.empty();
  if (!apex.empty() && (may_be_above || is_at_or_below(apex, at.registrable()))) seen.zone = apex;
  // One label below it: deeper ones may be delegated by a zone between.
  if (is_below(apex, at.registrable()) && parent_of(apex) == at.registrable())
    seen.zone_above = at.registrable();
  seen.servers = names_of(at.where());
  co_return seen;
}

}  // namespace easydkim
