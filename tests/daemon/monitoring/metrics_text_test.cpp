// SPDX-License-Identifier: Apache-2.0
// What monitoring is told: every number where it belongs, in the text format of Prometheus.
#include "daemon/monitoring/metrics_text.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using testing::Test;

class metrics : public Test {
 protected:
  std::string text() const {
    return metrics_text({.version = "1.2.3",
                         .started_at = time_point{duration{1'700'000'000'500}},
                         .identities = identities_,
                         .changes = changes_,
                         .polling = polling_,
                         .lookups_of_resolvers = of_resolvers_,
                         .lookups_of_zones = of_zones_,
                         .port = port_,
                         .of_ours = faults_,
                         .store = {.used_bytes = 4096, .size_bytes = 17'179'869'184},
                         .commits = commits_,
                         .waiting_changes = 7,
                         .control_connections = 3,
                         .requests = requests_});
  }
  bool has(const std::string& line) const {
    return ('\n' + text()).find('\n' + line + '\n') != std::string::npos;
  }

  census identities_;
  change_tally changes_;
  poller_figures polling_;
  lookup_tally of_resolvers_, of_zones_;
  port_53::state port_ = port_53::state::unknown;
  faults faults_;
  commit_figures commits_;
  request_tally requests_;
};

TEST_F(metrics, has_a_help_and_a_type_for_each_family_and_no_family_twice) {
  const std::string all = text();
  const std::regex help{"# HELP (easydkim_[a-z0-9_]+) [^\n]+\n# TYPE \\1 (counter|gauge|histogram)\n"};
  std::set<std::string> names;
  std::size_t families = 0;
  for (std::sregex_iterator each{all.begin(), all.end(), help}, end; each != end; ++each, ++families)
    names.insert((*each)[1]);
  EXPECT_GE(families, 20U);
  EXPECT_EQ(names.size(), families);
  std::size_t comments = 0;
  for (std::size_t at = 0; (at = all.find("# ", at)) != all.npos; ++at) ++comments;
  EXPECT_EQ(comments, 2 * families) << all;
}

TEST_F(metrics, says_what_runs_and_since_when) {
  EXPECT_TRUE(has(R"(easydkim_build_info{version="1.2.3"} 1)")) << text();
  EXPECT_TRUE(has("easydkim_start_time_seconds 1700000000.5")) << text();
}

TEST_F(metrics, counts_identities_by_status_also_where_there_are_none) {
  identities_.arrived(tests::sample_identity());
  identities_.arrived(tests::sample_identity(dkim_status::success));
  identities_.arrived(tests::sample_identity(dkim_status::success));
  EXPECT_TRUE(has(R"(easydkim_identities{status="Pending"} 1)")) << text();
  EXPECT_TRUE(has(R"(easydkim_identities{status="Success"} 2)"));
  EXPECT_TRUE(has(R"(easydkim_identities{status="Failed"} 0)"));
  EXPECT_TRUE(has(R"(easydkim_identities{status="TemporaryFailure"} 0)"));
  EXPECT_TRUE(has("easydkim_signing_enabled_identities 2"));
}

TEST_F(metrics, counts_changes_of_status_from_nothing_on) {
  EXPECT_TRUE(has(R"(easydkim_status_changes_total{proof="dkim",from="TemporaryFailure",to="Failed"} 0)"))
      << text();
  identity_change lost;
  lost.from = dkim_status::temporary_failure;
  lost.to = dkim_status::failed;
  changes_.add(lost);
  lost.of = proof::txt;
  changes_.add(lost);
  changes_.add(lost);
  EXPECT_TRUE(has(R"(easydkim_status_changes_total{proof="dkim",from="TemporaryFailure",to="Failed"} 1)"));
  EXPECT_TRUE(has(R"(easydkim_status_changes_total{proof="txt",from="TemporaryFailure",to="Failed"} 2)"));
}

TEST_F(metrics, tells_lookups_by_who_was_asked_and_what_was_found) {
  of_resolvers_.ended(finding_kind::found, 300us);
  of_zones_.ended(finding_kind::absent, 2ms);
  of_zones_.ended(finding_kind::absent, 40s);
  EXPECT_TRUE(has(R"(easydkim_lookups_total{asked="resolver",finding="found"} 1)")) << text();
  EXPECT_TRUE(has(R"(easydkim_lookups_total{asked="resolver",finding="absent"} 0)"));
  EXPECT_TRUE(has(R"(easydkim_lookups_total{asked="zone",finding="absent"} 2)"));
  EXPECT_TRUE(has(R"(easydkim_lookup_duration_seconds_bucket{asked="resolver",le="0.00025"} 0)"));
  EXPECT_TRUE(has(R"(easydkim_lookup_duration_seconds_bucket{asked="resolver",le="0.0005"} 1)"));
  EXPECT_TRUE(has(R"(easydkim_lookup_duration_seconds_bucket{asked="zone",le="0.0025"} 1)"));
  EXPECT_TRUE(has(R"(easydkim_lookup_duration_seconds_bucket{asked="zone",le="30"} 1)"));
  EXPECT_TRUE(has(R"(easydkim_lookup_duration_seconds_bucket{asked="zone",le="+Inf"} 2)"));
  EXPECT_TRUE(has(R"(easydkim_lookup_duration_seconds_sum{asked="zone"} 40.002)"));
  EXPECT_TRUE(has(R"(easydkim_lookup_duration_seconds_count{asked="zone"} 2)"));
}

TEST_F(metrics, tells_how_polling_keeps_up) {
  polling_ = {.lookups_total = 120,
              .dropped_total = 7,
              .in_flight = 5,
              .queued = 1'000'000,
              .overdue = 2,
              .lag = 1500ms,
              .last_lookup_at = std::nullopt,
              .resolver_healthy = false};
  EXPECT_TRUE(has("easydkim_dns_questions_total 120")) << text();
  EXPECT_TRUE(has("easydkim_dns_questions_in_flight 5"));
  EXPECT_TRUE(has("easydkim_dns_replies_dropped_total 7"));
  EXPECT_TRUE(has("easydkim_queued_checks 1000000"));
  EXPECT_TRUE(has("easydkim_overdue_checks 2"));
  EXPECT_TRUE(has("easydkim_lag_seconds 1.5"));
  EXPECT_TRUE(has("easydkim_resolver_healthy 0"));
}

TEST_F(metrics, marks_one_state_of_port_53) {
  port_ = port_53::state::blocked;
  EXPECT_TRUE(has(R"(easydkim_port_53_state{state="unknown"} 0)")) << text();
  EXPECT_TRUE(has(R"(easydkim_port_53_state{state="open"} 0)"));
  EXPECT_TRUE(has(R"(easydkim_port_53_state{state="blocked"} 1)"));
  EXPECT_TRUE(has(R"(easydkim_port_53_state{state="diverted"} 0)"));
}

TEST_F(metrics, has_a_row_for_each_fault_of_ours_whether_it_is_there_or_not) {
  faults_.begin(fault::resolver_no_tcp, "192.0.2.1:53", time_point{});
  for (const fault_row& each : fault_rows())
    EXPECT_TRUE(has("easydkim_fault{fault=\"" + std::string{each.name} + "\"} " +
                    (each.which == fault::resolver_no_tcp ? "1" : "0")))
        << text();
}

TEST_F(metrics, tells_of_the_store_and_its_commits) {
  commits_.times.add(800);
  commits_.times.add(1200);
  commits_.sizes.add(1);
  commits_.sizes.add(100);
  EXPECT_TRUE(has("easydkim_store_used_bytes 4096")) << text();
  EXPECT_TRUE(has("easydkim_store_size_bytes 17179869184"));
  EXPECT_TRUE(has("easydkim_store_commits_total 2"));
  EXPECT_TRUE(has("easydkim_store_waiting_changes 7"));
  EXPECT_TRUE(has(R"(easydkim_store_commit_duration_seconds_bucket{le="0.001"} 1)"));
  EXPECT_TRUE(has("easydkim_store_commit_duration_seconds_sum 0.002"));
  EXPECT_TRUE(has(R"(easydkim_store_commit_changes_bucket{le="1"} 1)"));
  EXPECT_TRUE(has(R"(easydkim_store_commit_changes_bucket{le="256"} 2)"));
  EXPECT_TRUE(has("easydkim_store_commit_changes_sum 101"));
}

TEST_F(metrics, tells_requests_by_transport_operation_and_code) {
  requests_.add({.transport = "control", .operation = "GetStatus", .code = code_of_success, .took = 90us});
  requests_.add(
      {.transport = "ses_api", .operation = "VerifyDomainDkim", .code = "Throttling", .took = 90us});
  requests_.add({.transport = "ses_api", .operation = "VerifyDomainDkim", .code = "Throttling", .took = 2s});
  EXPECT_TRUE(has(R"(easydkim_requests_total{transport="control",operation="GetStatus",code="OK"} 1)"))
      << text();
  EXPECT_TRUE(has(
      R"(easydkim_requests_total{transport="ses_api",operation="VerifyDomainDkim",code="Throttling"} 2)"));
  EXPECT_TRUE(has(
      R"(easydkim_request_duration_seconds_bucket{transport="ses_api",operation="VerifyDomainDkim",le="0.0001"} 1)"));
  EXPECT_TRUE(
      has(R"(easydkim_request_duration_seconds_count{transport="ses_api",operation="VerifyDomainDkim"} 2)"));
  EXPECT_TRUE(has("easydkim_control_connections 3"));
}

TEST_F(metrics, names_nobody) {
  identity someone = tests::sample_identity();
  someone.account = "a-customer";
  identities_.arrived(someone);
  identity_change change;
  change.identity = someone.domain.text();
  change.account = someone.account;
  changes_.add(change);
  EXPECT_EQ(text().find("a-customer"), std::string::npos);
  EXPECT_EQ(text().find(someone.domain.text()), std::string::npos);
}

}  // namespace
}  // namespace easydkim
