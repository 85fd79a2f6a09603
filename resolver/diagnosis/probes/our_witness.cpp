// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/our_witness.hpp"

#include "resolver/wire/name_text.hpp"
#include "resolver/zones/answer_evidence.hpp"

namespace easydkim {
namespace {

constexpr unsigned servfail = 2;  // RFC 1035 section 4.1.1

/// RFC 8914: Blocked, Censored, Filtered, Prohibited.
bool says_that_it_filters(const dns_reply& said) {
  return said.error && said.error->code >= 15 && said.error->code <= 18;
}

/// Why a denial of `name` is none of the zone; empty when it may be one.
std::string why_filtered(const testimony& said, std::string_view name, std::optional<time_point> denied_until,
                         time_point now) {
  constexpr std::chrono::minutes slack{1};
  const dns_reply& reply = said.said();
  if (says_that_it_filters(reply)) return error_text(said.reply);
  const resource_record* start = reply.soa();
  if (reply.says_no_such_name() && start == nullptr) return "NXDOMAIN without the SOA of the zone";
  if (reply.says_no_such_name() && !is_at_or_below(name, start->owner))
    return "NXDOMAIN with the SOA of " + start->owner;
  if (denied_until && now > *denied_until + slack) return "its denial lives longer than it may";
  return {};
}

}  // namespace

probing resolver_filters(examination& at, std::size_t record) {
  const published_record& one = at.wanted(record);
  const testimony* said = nullptr;
  if (!at.only_resolver()) {
    if (!co_await at.is_published(record)) co_return std::nullopt;
    said = co_await at.ask_resolver(one.name, type_of(one.of));
  } else if (const auto heard = co_await at.look(record); !heard.empty()) {
    said = &heard.front();
  }
  if (said == nullptr || !said->reply.has_content()) co_return std::nullopt;
  // Where nobody else can be asked, only its own word shows that it filters.
  const bool denies = !at.only_resolver() && said->counts && is_absent(standing_at(*said, one));
  if (!denies && !says_that_it_filters(said->said())) co_return std::nullopt;
  const std::string why = why_filtered(*said, one.name, at.order().denied_until[record], at.order().now);
  if (why.empty()) co_return std::nullopt;
  at.sighting(record).visible = record_sighting::visibility::hidden;
  at.note_filtered(one.name + ": " + why);
  std::string words = "Our own DNS resolver denies " + one.name + " (" + why + ")";
  if (!at.only_resolver()) words += ", which the name servers of " + at.where().apex + " have";
  co_return at.explained(diagnosis_code::our_resolver_down, record,
                         {.server = said->server, .words = std::move(words)});
}

probing fails_for_resolvers(examination& at, std::size_t record) {
  const bool is_unconfirmed = at.order().findings[record].reason == finding_reason::unconfirmed;
  if (!is_unconfirmed || !at.order().resolver_healthy || !at.order().confirmation_fault.empty())
    co_return std::nullopt;
  const published_record& one = at.wanted(record);
  const testimony* said = co_await at.ask_resolver(one.name, type_of(one.of));
  if (said == nullptr || (said->reply.has_content() && said->said().rcode != servfail))
    co_return std::nullopt;
  std::string answer = "gets SERVFAIL";
  if (!said->reply.has_content()) {
    // It may wait for them still; that it answers for others shows whose silence it is.
    if (one.of != proof::dkim) co_return std::nullopt;
    const testimony* other = co_await at.ask_resolver(one.value, rr_type::txt);
    if (other == nullptr || !other->counts) co_return std::nullopt;
    answer = "gets no answer";
  } else if (const std::string error = error_text(said->reply); !error.empty()) {
    answer += " (" + error + ")";
  }
  explained_by what{.server = said->server};
  what.words = "The resolver " + said->server + " " + answer + " for " + one.name + " from the name servers of " +
               at.where().apex + ", while other zones answer it, so receivers of mail cannot look it up either";
  what.remedy = "see to it that no firewall before these servers drops queries with EDNS, and that the signatures "
                "(DNSSEC) of the zone hold";
  co_return at.explained(diagnosis_code::auth_unreachable, record, std::move(what));
}

}  // namespace easydkim
