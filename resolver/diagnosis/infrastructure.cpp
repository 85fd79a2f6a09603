#include "resolver/diagnosis/infrastructure.hpp"

#include <algorithm>

#include "resolver/answer_evidence.hpp"

namespace easydkim {
namespace {

using enum diagnosis_code;

/// What a server does instead of answering for the zone.
std::string failure_of(const testimony& silent) {
  if (!silent.was_asked) return "gave no answer for it before";
  if (!silent.reply.has_content())
    return silent.reply.what == server_reply::outcome::arrived ? "answers what cannot be read"
                                                               : "does not answer";
  const unsigned rcode = silent.reply.content->rcode;
  return rcode == 0 || rcode == 3 ? "answers without authority" : "answers " + rcode_text(rcode);
}

bool changed_case(const testimony& said) {
  return said.reply.has_content() && !said.reply.content->kept_case;
}

/// RFC 8914: the errors that blame DNSSEC.
bool blames_dnssec(const dns_reply& said) {
  return said.error && (said.error->code == 1 || said.error->code == 2 ||
                        (said.error->code >= 5 && said.error->code <= 12));
}

}  // namespace

probing our_resolver_down(examination& at, std::size_t record) {
  if (at.search().what == zone_search::outcome::parent_unreachable) {
    std::string words = "No server of the zone above, " + at.search().detail + ", can be asked, so nothing is known about " +
                        at.wanted(record).name + " yet; in a closed network set resolver.mode = \"recursive\"";
    co_return at.explained(diagnosis_code::our_resolver_down, record, {.words = std::move(words)});
  }
  const bool is_down = !at.order().resolver_healthy || at.search().what == zone_search::outcome::no_resolver;
  if (!is_down) co_return std::nullopt;
  std::string words =
      "Our own DNS resolver does not answer, so nothing is known about " + at.wanted(record).name + " yet";
  co_return at.explained(diagnosis_code::our_resolver_down, record, {.words = std::move(words)});
}

probing not_confirmed(examination& at, std::size_t record) {
  if (at.order().findings[record].reason != finding_reason::unconfirmed) co_return std::nullopt;
  const std::string& fault = at.order().confirmation_fault;
  std::string words =
      at.wanted(record).name + " is in place, but " +
      (fault.empty() ? "too few of the resolvers that we ask to confirm it show it yet" : fault);
  co_return at.explained(diagnosis_code::our_resolver_down, record, {.words = std::move(words)});
}

probing no_such_domain(examination& at, std::size_t record) {
  if (at.search().what != zone_search::outcome::no_such_domain) co_return std::nullopt;
  co_return at.explained(diagnosis_code::no_such_domain, record,
                         {.also = at.search().detail, .words = at.missing_domain()});
}

probing auth_unreachable(examination& at, std::size_t record) {
  using enum zone_search::outcome;
  if (at.search().what == unreachable)
    co_return at.explained(diagnosis_code::auth_unreachable, record,
                           {.server = at.search().detail, .also = "gives no answer for it"});
  if (at.search().what == not_askable && !at.only_resolver())
    co_return at.explained(diagnosis_code::auth_unreachable, record,
                           {.server = at.search().detail, .also = "has no address that can be asked"});

  const auto said = co_await at.look(record);
  const auto silent = std::ranges::find_if_not(said, &testimony::counts);
  if (silent == said.end() || std::ranges::any_of(said, changed_case)) co_return std::nullopt;
  // What the others say explains more, unless they say that all is well, and are too few.
  const server_count seen = count_of(said, at.wanted(record));
  const bool too_few = seen.right == seen.answers() && !co_await at.is_published(record);
  if (!too_few) co_return std::nullopt;
  co_return at.explained(diagnosis_code::auth_unreachable, record,
                         {.server = silent->server, .also = failure_of(*silent)});
}

boost::asio::awaitable<std::optional<explained_by>> refused_as_bogus(examination& at, std::string name,
                                                                     rr_type type) {
  const testimony* checked = co_await at.ask_resolver(name, type);
  if (checked == nullptr || !checked->reply.has_content() || checked->said().rcode != 2)
    co_return std::nullopt;
  const testimony* unchecked =
      co_await at.ask_resolver(std::move(name), type, question_manner::dnssec::unchecked);
  const bool has_answer = unchecked != nullptr && unchecked->counts;
  if (!has_answer && !blames_dnssec(checked->said())) co_return std::nullopt;
  std::string error = error_text(checked->reply);
  if (error.empty()) error = "SERVFAIL";
  explained_by what{.observed = error, .server = checked->server, .also = error};
  co_return what;
}

probing dnssec_bogus(examination& at, std::size_t record) {
  if (at.where().apex.empty()) co_return std::nullopt;
  auto refused = co_await refused_as_bogus(at, at.where().apex, rr_type::soa);
  // A record that exists may have a bad signature of its own.
  if (!refused && co_await at.is_published(record)) {
    const published_record& one = at.wanted(record);
    refused = co_await refused_as_bogus(at, one.name, type_of(one.of));
  }
  if (!refused) co_return std::nullopt;
  co_return at.explained(diagnosis_code::dnssec_bogus, record, *refused);
}

probing nodata_without_soa(examination& at, std::size_t record) {
  if (co_await at.is_published(record)) co_return std::nullopt;
  const auto said = co_await at.look(record);
  for (const testimony& each : said) {
    if (changed_case(each))
      co_return at.explained(diagnosis_code::nodata_without_soa, record,
                             {.server = each.server, .also = "the question came back with other letters"});
    if (is_absent(standing_at(each, at.wanted(record))) && each.said().soa() == nullptr)
      co_return at.explained(diagnosis_code::nodata_without_soa, record,
                             {.server = each.server, .also = "no SOA in a negative answer"});
  }
  co_return std::nullopt;
}

probing ent_nxdomain(examination& at, std::size_t record) {
  if (at.only_resolver() || !co_await at.is_published(record)) co_return std::nullopt;
  const std::string above = "_domainkey." + at.domain();
  for (const std::string& server : at.spokesmen()) {
    const testimony* said = co_await at.ask_at(server, above, rr_type::txt);
    if (said == nullptr || !said->counts || !said->said().says_no_such_name()) continue;
    co_return at.explained(diagnosis_code::ent_nxdomain, record, {.server = said->server, .also = above});
  }
  co_return std::nullopt;
}

}  // namespace easydkim
