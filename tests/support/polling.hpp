// SPDX-License-Identifier: Apache-2.0
// A poller over identities that are kept in a map, and the scripted server that is its resolver.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/verdict.hpp"
#include "resolver/polling/poller.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim::tests {

inline time_point wall() {
  return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
}

/// Once a proof is settled its next check is an hour away, unless a test says otherwise.
class Polling : public testing::Test {
 protected:
  Polling() {
    options_.dns.servers = {address_of(server_)};
    options_.dns.target_suffix = suffix;
    options_.dns.timeout = duration{100};
    options_.dns.tries = 1;
    options_.dns.max_in_flight = 10;
    options_.max_lookups_per_second = 0;
    options_.rules.min_interval = options_.rules.max_interval = std::chrono::hours{1};
  }

  poller& polling() {
    if (!poller_) poller_.emplace(io_, options_, hooks());
    return *poller_;
  }

  identity_id add(const std::string& name) {
    identity subject = fresh(name, "default", ++last_id_);
    subject.id = last_id_;
    subject.created_at = subject.dkim.window_started_at = wall();
    stored_.insert_or_assign(subject.id, subject);
    return subject.id;
  }
  identity_id add_due(const std::string& name) {
    const identity_id id = add(name);
    polling().schedule(id, proof::dkim, wall());
    return id;
  }
  void publish(identity_id id) {
    for (std::size_t i = 0; i < records_per_identity; ++i)
      zone_.add(record_name(stored_.at(id), i), scripted_zone::kind::cname,
                record_value(stored_.at(id), i, suffix));
    server_.behave(behaviour("zone", zone_));
  }

  template <class Condition>
  void run_until(Condition enough) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!enough()) {
      io_.run_one_for(
          std::chrono::milliseconds{10});  // the server's thread may be what the condition looks at
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "nothing happened";
    }
  }
  void run_until_checked(identity_id id) {
    run_until([&] {
      const auto entry = polling().scheduled(id, proof::dkim);
      return entry && entry->last_checked;
    });
  }
  void look_now(identity_id id) {
    bool is_over = false;
    ask_for_check(id, [&](const asked_check_result&) { is_over = true; });
    run_until([&] { return is_over; });
  }
  void ask_for_check(identity_id id, asked_checks::listener ended, const std::string& account = "default") {
    polling().look_now({.id = id, .which = proof::dkim, .account = account}, std::move(ended));
  }

  static std::string domain_asked(const dns_query& query) {
    const std::string name = lower(query.name);
    return name.substr(name.find("_domainkey.") + 11);
  }
  std::vector<std::string> domains_asked() const {
    std::vector<std::string> all;
    for (const dns_query& each : server_.queries()) all.push_back(domain_asked(each));
    return all;
  }

  scripted_dns_server server_{behaviour("nxdomain", {})};
  scripted_zone zone_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> works_{io_.get_executor()};
  poller::options options_;
  std::map<identity_id, identity> stored_;
  identity_id last_id_ = 0;
  int settled_ = 0;
  observation last_seen_;  // of the last settlement
  std::function<void(look_order, std::function<void(zone_look)>)> look_at_zone_;
  std::function<void(const identity&, checked_zone, std::function<void(observation)>)> examine_;
  std::optional<poller> poller_;

 private:
  poller::hooks hooks() {
    return {.load = [this](identity_id id) -> std::optional<identity> {
              const auto found = stored_.find(id);
              return found == stored_.end() ? std::nullopt : std::optional{found->second};
            },
            .settle =
                [this](identity_id id, const check& done, const observation& seen, auto written) {
                  ++settled_;
                  last_seen_ = seen;
                  const auto found = stored_.find(id);
                  if (found != stored_.end())
                    if (const auto after = apply_check(found->second, done, wall(), options_.rules))
                      found->second = *after;
                  boost::asio::post(io_, [this, id, written] {
                    const auto now_stored = stored_.find(id);
                    written(now_stored == stored_.end() ? std::nullopt : std::optional{now_stored->second});
                  });
                },
            .now = wall,
            .random = fill_random,
            .look_at_zone = look_at_zone_,
            .examine = examine_};
  }
};

}  // namespace easydkim::tests
