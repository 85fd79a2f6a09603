// SPDX-License-Identifier: Apache-2.0
#include "daemon/monitoring/metrics_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <initializer_list>
#include <limits>
#include <utility>
#include <vector>

namespace easydkim {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double micros_in_a_second = 1e6;

using labels = std::initializer_list<std::pair<const char*, std::string_view>>;

ClientMetric labelled(labels with) {
  ClientMetric one;
  for (const auto& [name, value] : with) one.label.push_back({name, std::string{value}});
  return one;
}

/// A number is put where its type is looked for.
ClientMetric number(MetricType type, double value, labels with = {}) {
  ClientMetric one = labelled(with);
  (type == MetricType::Counter ? one.counter.value : one.gauge.value) = value;
  return one;
}

template <class T>
double as_number(T whole) {
  return static_cast<double>(whole);
}

std::uint64_t count_of(const histogram& counted) {
  std::uint64_t all = 0;
  for (std::size_t slot = 0; slot <= counted.bounds().size(); ++slot) all += counted.in_slot(slot);
  return all;
}

/// `per_unit`: so many of what was counted make one of what is shown.
ClientMetric distribution(const histogram& counted, double per_unit, labels with = {}) {
  ClientMetric one = labelled(with);
  std::uint64_t below = 0;
  for (std::size_t slot = 0; slot <= counted.bounds().size(); ++slot) {
    below += counted.in_slot(slot);
    const double bound = slot < counted.bounds().size() ? as_number(counted.bounds()[slot]) / per_unit
                                                        : std::numeric_limits<double>::infinity();
    one.histogram.bucket.push_back({below, bound});
  }
  one.histogram.sample_count = below;
  one.histogram.sample_sum = as_number(counted.sum()) / per_unit;
  return one;
}

/// One number without labels.
struct plain_metric {
  const char* name;
  const char* help;
  MetricType type;
  double (*value)(const metrics_view& seen);
};
using view = metrics_view;
constexpr auto gauge = MetricType::Gauge, counter = MetricType::Counter;
constexpr std::array plain_metrics{
    plain_metric{"easydkim_start_time_seconds", "When the daemon was started, in seconds since 1970.", gauge,
                 [](const view& v) { return as_number(v.started_at.time_since_epoch().count()) / 1000; }},
    plain_metric{"easydkim_signing_enabled_identities", "Identities whose mail may be signed.", gauge,
                 [](const view& v) { return as_number(v.identities.signing_enabled()); }},
    plain_metric{"easydkim_dns_questions_total",
                 "Questions to the DNS of every kind: lookups, searches for zones, diagnoses.", counter,
                 [](const view& v) { return as_number(v.polling.lookups_total); }},
    plain_metric{"easydkim_dns_questions_in_flight", "Questions to the DNS that wait for their answers.",
                 gauge, [](const view& v) { return as_number(v.polling.in_flight); }},
    plain_metric{"easydkim_dns_replies_dropped_total",
                 "Replies that came while the kernel had no room for them (net.core.rmem_max).", counter,
                 [](const view& v) { return as_number(v.polling.dropped_total); }},
    plain_metric{"easydkim_queued_checks", "Proofs that wait for their next check, due or not.", gauge,
                 [](const view& v) { return as_number(v.polling.queued); }},
    plain_metric{"easydkim_overdue_checks", "Proofs whose check is due already.", gauge,
                 [](const view& v) { return as_number(v.polling.overdue); }},
    plain_metric{"easydkim_lag_seconds", "How late the earliest due check is.", gauge,
                 [](const view& v) { return as_number(v.polling.lag.count()) / 1000; }},
    plain_metric{"easydkim_resolver_healthy", "Whether our own resolver answers: 1, or 0.", gauge,
                 [](const view& v) { return v.polling.resolver_healthy ? 1.0 : 0.0; }},
    plain_metric{"easydkim_store_used_bytes", "Pages of the store that hold data.", gauge,
                 [](const view& v) { return as_number(v.store.used_bytes); }},
    plain_metric{"easydkim_store_size_bytes", "The largest that the store may grow (store.size).", gauge,
                 [](const view& v) { return as_number(v.store.size_bytes); }},
    plain_metric{"easydkim_store_commits_total", "Transactions made durable.", counter,
                 [](const view& v) { return as_number(count_of(v.commits.times)); }},
    plain_metric{"easydkim_store_waiting_changes", "Changes that are not durable yet.", gauge,
                 [](const view& v) { return as_number(v.waiting_changes); }},
    plain_metric{"easydkim_control_connections", "Open connections to the control socket.", gauge,
                 [](const view& v) { return as_number(v.control_connections); }},
};

MetricFamily build_info(const view& seen) {
  return {"easydkim_build_info",
          "Always 1; the labels say what runs.",
          gauge,
          {number(gauge, 1, {{"version", seen.version}})}};
}

MetricFamily identities(const view& seen) {
  MetricFamily all{"easydkim_identities", "Identities by the status of their DKIM.", gauge, {}};
  for (const dkim_status each :
       {dkim_status::pending, dkim_status::success, dkim_status::failed, dkim_status::temporary_failure})
    all.metric.push_back(
        number(gauge, as_number(seen.identities.with_status(each)), {{"status", to_string(each)}}));
  return all;
}

/// What can happen to a proof stands there from the start, so that its first time is an increase.
MetricFamily status_changes(const view& seen) {
  using enum dkim_status;
  constexpr std::array<std::pair<dkim_status, dkim_status>, 7> life{{{not_started, pending},
                                                                     {pending, success},
                                                                     {pending, failed},
                                                                     {success, temporary_failure},
                                                                     {temporary_failure, success},
                                                                     {temporary_failure, failed},
                                                                     {failed, pending}}};
  MetricFamily all{"easydkim_status_changes_total", "Changes of a status, by proof.", counter, {}};
  for (const proof which : all_proofs)
    for (const auto& [from, to] : life)
      all.metric.push_back(number(counter, as_number(seen.changes.of(which, from, to)),
                                  {{"proof", which == proof::dkim ? "dkim" : "txt"},
                                   {"from", to_string(from)},
                                   {"to", to_string(to)}}));
  return all;
}

/// Who was asked, by the word of the label.
std::array<std::pair<std::string_view, const lookup_tally*>, 2> lookups_of(const view& seen) {
  return {{{"resolver", &seen.lookups_of_resolvers}, {"zone", &seen.lookups_of_zones}}};
}

MetricFamily lookups(const view& seen) {
  using enum finding_kind;
  MetricFamily all{"easydkim_lookups_total",
                   "Lookups of records that ended, by who was asked (resolvers, or the zone's own servers) "
                   "and what they found.",
                   counter,
                   {}};
  for (const auto& [asked, tally] : lookups_of(seen))
    for (const finding_kind each : {found, absent, wrong_target, no_answer})
      all.metric.push_back(
          number(counter, as_number(tally->with(each)), {{"asked", asked}, {"finding", to_string(each)}}));
  return all;
}

MetricFamily lookup_times(const view& seen) {
  MetricFamily all{
      "easydkim_lookup_duration_seconds",
      "From the turn of the event loop that began a lookup to the one that took its answer; of a "
      "zone with all that it takes to ask its servers.",
      MetricType::Histogram,
      {}};
  for (const auto& [asked, tally] : lookups_of(seen))
    all.metric.push_back(distribution(tally->times(), micros_in_a_second, {{"asked", asked}}));
  return all;
}

MetricFamily port_states(const view& seen) {
  using enum port_53::state;
  MetricFamily all{"easydkim_port_53_state",
                   "Whether name servers of domains can be reached: 1 for the state that it is.",
                   gauge,
                   {}};
  for (const port_53::state each : {unknown, open, blocked, diverted})
    all.metric.push_back(number(gauge, each == seen.port ? 1 : 0, {{"state", to_string(each)}}));
  return all;
}

MetricFamily faults_of_ours(const view& seen) {
  MetricFamily all{"easydkim_fault",
                   "What is wrong with this host, its network or its resolver: 1 for a fault that is there.",
                   gauge,
                   {}};
  for (const fault_row& each : fault_rows())
    all.metric.push_back(number(gauge, seen.of_ours.has(each.which) ? 1 : 0, {{"fault", each.name}}));
  return all;
}

MetricFamily commit_times(const view& seen) {
  return {"easydkim_store_commit_duration_seconds",
          "Commits of the store, each with its two flushes of the disk (fsync), which LMDB does not tell "
          "apart from writing.",
          MetricType::Histogram,
          {distribution(seen.commits.times, micros_in_a_second)}};
}

MetricFamily commit_sizes(const view& seen) {
  return {"easydkim_store_commit_changes",
          "Changes that shared one commit.",
          MetricType::Histogram,
          {distribution(seen.commits.sizes, 1)}};
}

MetricFamily requests(const view& seen) {
  MetricFamily all{"easydkim_requests_total",
                   "Answered requests by the way they came, operation (\"none\": none there is) and code "
                   "(\"OK\", or that of the error).",
                   counter,
                   {}};
  for (const auto& [key, figures] : seen.requests.requests())
    for (const auto& [code, count] : figures.by_code)
      all.metric.push_back(number(counter, as_number(count),
                                  {{"transport", key.first}, {"operation", key.second}, {"code", code}}));
  return all;
}

MetricFamily request_times(const view& seen) {
  MetricFamily all{"easydkim_request_duration_seconds",
                   "From a request that is read to its answer; what changes something waits for the disk.",
                   MetricType::Histogram,
                   {}};
  for (const auto& [key, figures] : seen.requests.requests())
    all.metric.push_back(distribution(figures.times, micros_in_a_second,
                                      {{"transport", key.first}, {"operation", key.second}}));
  return all;
}

constexpr std::array labelled_metrics{build_info,   identities,  status_changes, lookups,
                                      lookup_times, port_states, faults_of_ours, commit_times,
                                      commit_sizes, requests,    request_times};

}  // namespace

std::string metrics_text(const metrics_view& seen) {
  std::vector<MetricFamily> all;
  for (const auto& each : labelled_metrics) all.push_back(each(seen));
  for (const plain_metric& each : plain_metrics)
    all.push_back({each.name, each.help, each.type, {number(each.type, each.value(seen))}});
  return prometheus::TextSerializer{}.Serialize(all);
}

}  // namespace easydkim
