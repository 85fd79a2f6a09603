// SPDX-License-Identifier: Apache-2.0
// A fake of the DNS for probes: a zone on some servers, a resolver in front, and all questions counted. It
// knows what a probe may ask; anything else fails the test: a question asked twice, a name of another zone,
// and every question to the resolver whose answer it would remember as "does not exist".
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "resolver/diagnosis/diagnostician.hpp"
#include "tests/support/samples.hpp"

namespace easydkim::tests {

/// Names of the records and their values: T1, T2 and T3 stand for the tokens of `sample_identity`.
inline std::string with_tokens(std::string text) {
  const token_set tokens = sample_tokens(1);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string mark = "T" + std::to_string(i + 1);
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark))
      text.replace(at, mark.size(), tokens[i].text());
  }
  return text;
}

/// One of the zone's servers.
struct world_server {
  enum class manner {
    honest,
    silent,
    busy,  // with our own questions
    refuses,
    fails,
    without_authority,
    without_start,
    other_letters,
    fails_on_txt
  };
  std::string name;
  std::string address;
  manner does = manner::honest;
  bool denies_compactly = false;    // RFC 9824: NODATA for what does not exist
  bool denies_empty_names = false;  // NXDOMAIN for a name that only has names below it
  std::uint32_t serial = 2026081502;
  std::multimap<std::pair<std::string, rr_type>, std::string> records{};

  void add(std::string_view name_of_record, rr_type type, std::string_view text) {
    records.emplace(std::pair{with_tokens(std::string{name_of_record}), type},
                    with_tokens(std::string{text}));
  }
};

class dns_world {
 public:
  static constexpr std::string_view control_label = "zzzzyyyyxxxxwwwwvvvvuuuuttttssss";
  static constexpr time_point now = sample_start + std::chrono::hours{1};

  /// `domain` in the zone `apex`, on ns1 and ns2.example.net. Nothing is published, and the resolver works.
  explicit dns_world(std::string_view domain = "example.com", std::string apex = "example.com");

  /// Puts a record on all servers.
  void publish(std::string_view name, rr_type type, std::string_view text);
  /// The three records, as they should be.
  void publish_all();
  /// What the resolver says, whatever the zone has; `unchecked`: with CD=1.
  void resolver_says(std::string_view name, rr_type type, dns_reply reply);
  void resolver_says_unchecked(std::string_view name, rr_type type, dns_reply reply);
  /// The resolver gives no answer to this.
  void resolver_is_left_waiting(std::string_view name, rr_type type) {
    waiting_.insert({with_tokens(std::string{name}), type});
  }
  /// What it knows by itself, without asking anybody (RD=0); it refuses all else.
  void resolver_knows(std::string_view name, rr_type type, dns_reply reply);
  /// A record of another zone, for the resolver. The keys of the tokens are there from the beginning.
  void publish_elsewhere(std::string_view name, rr_type type, std::string_view text);
  void forget_elsewhere(std::string_view name) {
    std::erase_if(elsewhere_,
                  [&](const auto& each) { return each.first.first == with_tokens(std::string{name}); });
  }

  /// The search for the zone did not pass its parent, which names these servers.
  void only_the_parent_names(std::vector<std::string> those);

  /// The check before the diagnosis has asked all servers for all records.
  void check_before();

  /// Runs the diagnosis.
  observation examine();
  /// The same with the servers that `order.search` has.
  observation examine_as_searched();
  domain_inspection inspect();
  std::size_t questions() const { return asked_.size(); }
  std::size_t questions_to(std::string_view who) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(asked_, [&](const question& each) { return std::get<0>(each) == who; }));
  }

  /// Replies to be given to `resolver_says`.
  dns_reply positive(std::string_view name, rr_type type, std::string_view text) const;
  dns_reply negative(unsigned rcode) const;
  static dns_reply failure(unsigned rcode);

  std::vector<world_server> servers;
  examination_order order;
  zone_search above{};                // what the zone's parent says, when somebody asks it
  bool may_ask_the_resolver = false;  // for the domain before its records are there, as nothing can lead it

 private:
  using question = std::tuple<std::string, std::string, rr_type, bool>;  // who, name, type, unchecked

  void begin();
  void note(question one);
  server_reply ask(const world_server& server, const std::string& name, rr_type type);
  server_reply resolve(const std::string& name, rr_type type, bool unchecked);
  server_reply resolve_alone(const std::string& name, rr_type type);
  bool servers_have(const std::string& name) const;
  void resolve_into(dns_reply& reply, std::string name, rr_type type);
  dns_reply answer(const world_server& server, const std::string& name, rr_type type) const;
  resource_record start_of(std::uint32_t serial) const;
  dns_view view();

  std::string apex_;
  std::multimap<std::pair<std::string, rr_type>, std::string> elsewhere_;
  std::map<std::tuple<std::string, rr_type, bool>, dns_reply> said_;
  std::set<std::pair<std::string, rr_type>> waiting_;
  std::map<std::pair<std::string, rr_type>, dns_reply> knows_;
  std::set<question> asked_;
};

/// That the record has this diagnosis, word for word. `sentence`: with T1, T2 and T3.
inline void expect_diagnosis(const observation& seen, std::size_t record, diagnosis_code code,
                             std::string_view sentence) {
  ASSERT_TRUE(seen.diagnosed);
  const diagnosis& of = seen.diagnosed->records[record];
  EXPECT_EQ(to_string(of.code), to_string(code));
  EXPECT_EQ(of.explanation, with_tokens(std::string{sentence}));
}

/// That nothing is wrong with any record.
inline void expect_nothing(const observation& seen) {
  ASSERT_TRUE(seen.diagnosed);
  for (const diagnosis& each : seen.diagnosed->records)
    EXPECT_EQ(to_string(each.code), "") << each.explanation;
  EXPECT_EQ(to_string(seen.diagnosed->whole.code), "");
}

}  // namespace easydkim::tests
