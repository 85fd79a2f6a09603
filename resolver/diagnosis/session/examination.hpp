// SPDX-License-Identifier: Apache-2.0
// One diagnosis under way: what is wanted, what was asked already, and what all answers were.
//
// Problem: some forty probes look at the same few names, at servers of strangers. Choice: they ask through
// here. No question is asked twice, all questions together stay within a budget, and every answer is kept as
// evidence. When the budget ends, probes get no answers any more, and so find nothing: what is known is said.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/evidence.hpp"
#include "core/diagnosis/server_failure.hpp"
#include "core/former_token_set.hpp"
#include "core/identity.hpp"
#include "resolver/diagnosis/session/testimony.hpp"
#include "resolver/zones/dns_view.hpp"

namespace easydkim {

/// What a probe finds: the diagnosis of the record, or nothing.
using probing = boost::asio::awaitable<std::optional<diagnosis>>;

/// What a diagnosis begins with.
struct examination_order {
  enum class witness : std::uint8_t {
    zone_servers,  // the zone's own servers are asked; the resolver where none of them may be
    resolver,      // only the resolver: port 53 to the world is closed, or the operator said so
  };
  static constexpr std::size_t most_questions = 40;  // to servers, each one counted

  identity subject;
  record_naming naming;
  std::array<finding, most_records> findings{};  // as the check saw them, by `record_slot`
  zone_search search{};                          // unused with `witness::resolver`
  std::optional<zone_seen> zone_at_success{};
  bool resolver_healthy = true;
  std::function<void(std::string what)> filtered{};  // told of a record that our resolver denies, and why
  std::array<std::optional<time_point>, most_records> denied_until{};  // what is stored of `visible_at`
  std::string confirmation_fault{};  // why nothing can be confirmed, for a sentence; empty while all is well
  time_point now{};
  std::vector<former_token_set> former{};      // the latest first, as far as they are known
  std::vector<answer_seen> kept_answers{};  // of earlier checks: what is known of servers that rest
  /// Of the check before, to the question for each record, by `record_slot`: they are not asked once more.
  std::array<std::vector<server_answer>, most_records> answers{};
  /// The domain that was registered: `subject.domain`, or one above it; empty: not known.
  std::string registrable{};
  std::string control_label;  // random: a name of the zone that nobody was ever given
  witness asked = witness::zone_servers;
  std::size_t budget = most_questions;
};

/// What explains a record: the part of a `clue` that the probe brings.
struct explained_by {
  std::string observed{};
  std::string server{};
  std::string also{};
  std::string words{};
  std::string remedy{};
  std::optional<time_point> until{};
};

/// Lives in one coroutine, on one thread. `view` must outlive it.
class examination {
 public:
  /// The rest of a zone's servers are asked for a record only when one of these has it: otherwise they would
  /// take the budget of the other probes for what is known already.
  static constexpr std::size_t first_servers = 6;

  examination(const dns_view& view, examination_order order);

  /// Finds the zone when the resolver is the only witness. To be awaited first.
  boost::asio::awaitable<void> begin();

  const examination_order& order() const noexcept { return order_; }
  const zone_search& search() const noexcept { return order_.search; }
  const zone& where() const noexcept { return order_.search.where; }
  const std::string& domain() const noexcept { return order_.subject.domain.text(); }
  bool only_resolver() const noexcept { return order_.asked == examination_order::witness::resolver; }

  /// Whether anybody asked for the record, and what it should be.
  bool is_wanted(std::size_t record) const noexcept { return wanted_[record].has_value(); }
  const published_record& wanted(std::size_t record) const noexcept { return *wanted_[record]; }
  /// The token of a DKIM record. The target suffix in lower case.
  std::string token_of(std::size_t record) const { return order_.subject.tokens[record].text(); }
  const std::string& suffix() const noexcept { return suffix_; }
  /// The registrable domain; the identity's own where that is not known.
  const std::string& registrable() const noexcept {
    return order_.registrable.empty() ? domain() : order_.registrable;
  }
  /// Whether the proof of a wanted record is verified now, be it in its grace.
  bool is_verified_now(std::size_t record) const noexcept {
    return is_verified(state_of(order_.subject, wanted(record).of).status);
  }
  /// Which domain is missing (`zone_search::no_such_domain`): the one that would be registered, where known.
  const std::string& missing_domain() const noexcept {
    return search().missing.empty() ? domain() : search().missing;
  }
  /// TOKEN._domainkey.DOMAIN for the label that nobody was given.
  std::string control_name() const { return order_.control_label + "._domainkey." + domain(); }

  /// Whether the zone holds the name, so that its servers can be asked for it.
  bool is_in_zone(std::string_view name) const noexcept;
  /// `name` as most panels want it: relative to the zone, or with a dot at its end when it is in another.
  std::string host_of(std::string_view name) const;

  /// What the zone's servers say of a wanted record, and notes it. Empty when the budget has ended.
  boost::asio::awaitable<std::span<const testimony>> look(std::size_t record);
  boost::asio::awaitable<server_count> count(std::size_t record);
  /// All servers that answer have it, and these are at least two, or all there are.
  boost::asio::awaitable<bool> is_published(std::size_t record);
  /// At least one server answers, and none has anything.
  boost::asio::awaitable<bool> is_absent_everywhere(std::size_t record);

  /// Whether the server that gave `answer` has a wanted record, at the address where it gave it.
  boost::asio::awaitable<bool> has_record_at(const server_answer& answer, std::size_t record);

  /// The zone with the servers that its parent names; asked for once. Null when the parent was not heard, or
  /// knows of another zone.
  boost::asio::awaitable<const zone*> from_above();
  /// Whether the servers that the parent names deny a wanted record. (The search for them is not counted, as
  /// the one that the diagnosis began with.)
  boost::asio::awaitable<bool> is_denied_from_above(std::size_t record);
  /// The parent names none of the servers that we know: the zone has moved.
  boost::asio::awaitable<bool> is_moved_above();

  /// What the first of the servers say of any name of the zone.
  boost::asio::awaitable<std::span<const testimony>> ask_servers(std::string name, rr_type type);
  /// What one server says that answered before, two of them by turns; null when none did, the budget has
  /// ended, the zone does not hold the name, it is no name, or the answer does not count.
  boost::asio::awaitable<const testimony*> ask_server(std::string name, rr_type type);
  /// The same of any name: what the resolver says where the zone does not hold it. Not for a name that may be
  /// waited for, whose absence the resolver would remember.
  boost::asio::awaitable<const testimony*> ask_anyone(std::string name, rr_type type);
  /// What the server of that name says; null as above, but not when the answer does not count.
  boost::asio::awaitable<const testimony*> ask_at(std::string server, std::string name, rr_type type);
  /// The names of the first two servers that answered: enough to see what only some of them do. With
  /// `witness::resolver` one, without a name.
  const std::vector<std::string>& spokesmen() const noexcept { return spokesmen_; }
  /// What the resolver says; null when the budget has ended.
  boost::asio::awaitable<const testimony*> ask_resolver(std::string name, rr_type type,
                                                        question_manner::dnssec validation = {});
  /// The resolver sees another zone of that name than the world: it has one with another primary by itself,
  /// and the parent does not name other servers than ours. It is asked for what it knows only (RD=0): a
  /// question that it passed on could lead it (see dns_view), or have it remember a "no".
  boost::asio::awaitable<bool> is_split();
  /// What the resolver itself knows of a name, without asking anybody; null when the budget has ended.
  boost::asio::awaitable<const testimony*> ask_resolver_alone(std::string name, rr_type type);

  /// What each server does that does not answer for the zone: of `said`, and of what is kept of those that
  /// rest.
  std::vector<server_failure> failures_in(std::span<const testimony> said) const;
  /// The same of the search for the zone, when that ended at them.
  std::vector<server_failure> failures_of_search() const;

  /// What is known of where a wanted record is; probes add to it.
  record_sighting& sighting(std::size_t record);

  /// The row of `code` about a wanted record.
  diagnosis explained(diagnosis_code code, std::size_t record, const explained_by& what) const;

  /// A probe of many questions that is for the first record only, unless it hits there or the budget allows
  /// more: whether it may look at `record`, and that it hit.
  bool may_try(diagnosis_code code, std::size_t record);
  void hit(diagnosis_code code) { hits_.insert_or_assign(code, most_records); }

  /// What a probe found at one record and cannot find again at the others.
  void remember(diagnosis_code code, explained_by what) { causes_.insert_or_assign(code, std::move(what)); }
  const explained_by* remembered(diagnosis_code code) const;

  std::size_t questions() const noexcept { return questions_; }

  /// A server was so busy with our own questions that it was not asked: nothing can be said of it.
  bool is_hindered() const noexcept { return is_hindered_; }

  /// Our resolver denies a record that the zone has, so: "NAME: why".
  void note_filtered(std::string what) {
    if (order_.filtered) order_.filtered(std::move(what));
  }

  /// What was seen on the way. Taken once, at the end.
  observation take_observation();

 private:
  enum class whom : std::uint8_t {
    servers,  // the first of them, and perhaps the rest
    other_servers,
    one_server,
    from_above,
    resolver,
    resolver_unchecked,
    resolver_alone
  };
  using question_key = std::tuple<std::string, rr_type, whom, std::string>;  // the last: of `one_server`
  static constexpr std::size_t most_spokesmen = 2;
  static constexpr std::size_t kept_for_others = 10;  // questions that no probe of many takes

  boost::asio::awaitable<std::span<const testimony>> ask_zone(question_key key, zone of);
  std::vector<server_answer> answers_of_check(const question_key& asked, const zone& of) const;
  static zone askable_part(zone some);
  boost::asio::awaitable<void> look_further(std::size_t record);
  zone with_only(std::string_view server) const;
  boost::asio::awaitable<const testimony*> ask_resolver(question_key key, question_manner manner);
  void note_silent_servers();
  std::size_t left() const noexcept { return order_.budget - questions_; }
  void keep(const testimony& one, const question_key& asked);
  void appoint(const testimony& one);
  void note_published(std::size_t record, std::span<const testimony> said);

  const dns_view& view_;
  examination_order order_;
  std::string suffix_;
  std::array<std::optional<published_record>, most_records> wanted_{};
  std::map<question_key, std::vector<testimony>> memo_;
  std::map<diagnosis_code, std::size_t> hits_;  // which record a probe tried first; most_records: all may
  std::map<diagnosis_code, explained_by> causes_;
  std::vector<std::string> spokesmen_;  // the servers that are asked, by turns, when one is enough
  std::size_t turn_ = 0;
  std::optional<zone_search> anew_;     // the zone as its parent knows it, when that was asked
  std::size_t questions_ = 0;
  bool is_hindered_ = false;
  observation seen_;
};

}  // namespace easydkim
