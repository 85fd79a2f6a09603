// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/other_type.hpp"

#include <algorithm>
#include <array>

#include "core/printable.hpp"
#include "resolver/diagnosis/session/provider.hpp"

namespace easydkim {
namespace {

const dns_provider* provider_of_zone(const zone& of) {
  for (const zone_server& each : of.servers)
    if (const dns_provider* known = provider_of(each.name)) return known;
  return nullptr;
}

/// The first server that says that the name exists without a CNAME; null when none does.
boost::asio::awaitable<const testimony*> exists_without(examination& at, std::size_t record) {
  const auto said = co_await at.look(record);
  const auto first = std::ranges::find_if(said, [&](const testimony& each) {
    return standing_at(each, at.wanted(record)) == record_standing::no_such_type;
  });
  co_return first == said.end() ? nullptr : &*first;
}

/// One record of that type at the name.
struct other_record {
  std::string text;
  std::string server;
};

/// Those of the name itself; an answer that everything gets is `wildcard`'s.
boost::asio::awaitable<std::vector<other_record>> others(examination& at, std::size_t record, rr_type type) {
  std::vector<other_record> found;
  const testimony* without = co_await exists_without(at, record);
  if (without == nullptr) co_return found;
  const std::string& name = at.wanted(record).name;
  const testimony* said = co_await at.ask_at(without->name, name, type);
  if (said == nullptr || !said->counts) co_return found;
  for (const resource_record* each : said->said().answers(name, type)) {
    other_record one{.text = each->text, .server = said->server};
    found.push_back(std::move(one));
  }
  co_return found;
}

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

boost::asio::awaitable<std::optional<explained_by>> address(examination& at, std::size_t record) {
  for (const rr_type type : {rr_type::a, rr_type::aaaa})
    for (const other_record& each : co_await others(at, record, type)) {
      explained_by what{.observed = each.text, .server = each.server, .also = {}};
      if (const dns_provider* known = provider_of_zone(at.where())) what.also = known->name;
      co_return what;
    }
  co_return std::nullopt;
}

}  // namespace

probing txt_instead_of_cname(examination& at, std::size_t record) {
  for (const other_record& each : co_await others(at, record, rr_type::txt))
    if (in_lower_case(each.text).find(at.token_of(record)) != each.text.npos)
      co_return at.explained(diagnosis_code::txt_instead_of_cname, record,
                             {.observed = each.text, .server = each.server});
  co_return std::nullopt;
}

probing key_copied(examination& at, std::size_t record) {
  for (const other_record& each : co_await others(at, record, rr_type::txt))
    if (each.text.find("p=") != each.text.npos)
      co_return at.explained(diagnosis_code::key_copied, record,
                             {.observed = each.text, .server = each.server});
  co_return std::nullopt;
}

probing proxied(examination& at, std::size_t record) {
  const dns_provider* known = provider_of_zone(at.where());
  if (known == nullptr || known->does != dns_provider::habit::proxies) co_return std::nullopt;
  const auto seen = co_await address(at, record);
  if (!seen) co_return std::nullopt;
  co_return at.explained(diagnosis_code::proxied, record, *seen);
}

namespace {

/// "an address (192.0.2.7) instead of its CNAME", and what to change: nobody can see which of both it is.
explained_by by_address(const examination& at, std::size_t record, const explained_by& seen) {
  explained_by what = seen;
  const std::string provider = seen.also.empty() ? std::string{} : " (" + seen.also + ")";
  what.words =
      "has an address (" + excerpt(seen.observed) +
      ") instead of its CNAME: it is an A or AAAA record, which is the wrong type, or the DNS provider" +
      provider + " resolves the CNAME itself (flattening, ALIAS, ANAME)";
  what.remedy =
      "set its type to CNAME, with the value " + at.wanted(record).value + ", and turn flattening off for it";
  return what;
}

/// What else may stand at a name; looked for at one record first, as owners spoil all three in the same way.
constexpr std::array further_types{rr_type::mx,  rr_type::srv,   rr_type::ptr,
                                   rr_type::caa, rr_type::https, rr_type::tlsa};

std::string with_article(std::string_view type) {
  const bool begins_with_a_vowel = std::string_view{"AFHLMNRSX"}.find(type.front()) != std::string_view::npos;
  return (begins_with_a_vowel ? "an " : "a ") + std::string{type} + " record";
}

}  // namespace

probing other_type(examination& at, std::size_t record) {
  for (const testimony& each : co_await at.look(record)) {
    if (standing_at(each, at.wanted(record)) != record_standing::delegated) continue;
    explained_by what{.observed = each.delegated_to.front(), .server = each.server};
    what.words = "an NS record (a delegation to " + excerpt(what.observed) + ")";
    co_return at.explained(diagnosis_code::other_type, record, what);
  }
  for (const other_record& each : co_await others(at, record, rr_type::txt)) {
    explained_by what{.observed = each.text, .server = each.server};
    what.words = "a TXT record (" + excerpt(each.text) + ")";
    co_return at.explained(diagnosis_code::other_type, record, what);
  }
  if (!at.may_try(diagnosis_code::other_type, record)) co_return std::nullopt;
  // Where every name seems to exist, the commonest must do.
  const testimony* control = co_await at.ask_server(at.control_name(), rr_type::cname);
  const bool tells_names = control != nullptr && control->said().says_no_such_name();
  const std::size_t types = tells_names ? further_types.size() : 3;
  for (const rr_type type : std::span{further_types}.first(types))
    for (const other_record& each : co_await others(at, record, type)) {
      at.hit(diagnosis_code::other_type);
      explained_by what{.observed = each.text, .server = each.server};
      what.words = with_article(type_text(type));
      co_return at.explained(diagnosis_code::other_type, record, what);
    }
  co_return std::nullopt;
}

/// Seen where addresses stand at the name; without them it is known of providers alone, and only where the
/// server denies in another way what does not exist.
probing flattened(examination& at, std::size_t record) {
  const testimony* mine = co_await exists_without(at, record);
  if (mine == nullptr) co_return std::nullopt;
  if (const auto seen = co_await address(at, record))
    co_return at.explained(diagnosis_code::flattened, record, by_address(at, record, *seen));
  const dns_provider* known = provider_of_zone(at.where());
  if (known == nullptr || known->does != dns_provider::habit::proxies) co_return std::nullopt;
  const testimony* control = co_await at.ask_server(at.control_name(), rr_type::cname);
  if (control == nullptr || !control->said().says_no_such_name()) co_return std::nullopt;
  explained_by what{.observed = {}, .server = mine->server, .also = std::string{known->name}};
  what.words = "exists, but without its CNAME, because the DNS provider (" + what.also + ") flattens CNAMEs";
  what.remedy = "turn flattening off for this record, and keep it as a CNAME to " + at.wanted(record).value;
  co_return at.explained(diagnosis_code::flattened, record, what);
}

}  // namespace easydkim
