// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/target_key.hpp"

#include <algorithm>

namespace easydkim {
namespace {

bool has_key(const testimony& said) {
  return said.counts && std::ranges::any_of(said.said().answer, [](const resource_record& each) {
           return each.type == rr_type::txt && each.text.find("p=") != each.text.npos;
         });
}

/// What the resolver says to a question for TXT; null when the record is not seen by it yet, or it gave no
/// reply.
boost::asio::awaitable<const testimony*> key_through(examination& at, std::size_t record) {
  if (!co_await at.is_published(record)) co_return nullptr;
  const published_record& one = at.wanted(record);
  const testimony* alias = co_await at.ask_resolver(one.name, rr_type::cname);
  if (alias == nullptr || standing_at(*alias, one) != record_standing::right) co_return nullptr;
  const testimony* said = co_await at.ask_resolver(one.name, rr_type::txt);
  co_return said == nullptr || !said->reply.has_content() ? nullptr : said;
}

/// A server of the zone that answers for the record, but not when it is asked for TXT. Once is enough:
/// courtesy leaves such a server alone afterwards.
boost::asio::awaitable<std::optional<explained_by>> refused_at_server(examination& at, std::size_t record) {
  if (at.only_resolver() || !co_await at.is_published(record)) co_return std::nullopt;
  for (const std::string& server : at.spokesmen()) {
    const testimony* said = co_await at.ask_at(server, at.wanted(record).name, rr_type::txt);
    const bool refused = said != nullptr && !said->counts && said->was_asked && said->reply.has_content();
    if (!refused) continue;
    explained_by what{.observed = {}, .server = said->server, .also = rcode_text(said->reply.content->rcode)};
    at.remember(diagnosis_code::txt_unresolvable, what);
    co_return what;
  }
  const explained_by* before = at.remembered(diagnosis_code::txt_unresolvable);
  if (before != nullptr) co_return *before;
  co_return std::nullopt;
}

}  // namespace

probing txt_unresolvable(examination& at, std::size_t record) {
  if (const auto refused = co_await refused_at_server(at, record))
    co_return at.explained(diagnosis_code::txt_unresolvable, record, *refused);
  const testimony* through = co_await key_through(at, record);
  if (through == nullptr || through->counts) co_return std::nullopt;
  // The owner's server is to blame only when the key can be had without it.
  const testimony* direct = co_await at.ask_resolver(at.wanted(record).value, rr_type::txt);
  if (direct == nullptr || !has_key(*direct)) co_return std::nullopt;
  co_return at.explained(diagnosis_code::txt_unresolvable, record,
                         {.server = through->server, .also = rcode_text(through->reply.content->rcode)});
}

probing target_key_missing(examination& at, std::size_t record) {
  const testimony* through = co_await key_through(at, record);
  if (through == nullptr || has_key(*through)) co_return std::nullopt;
  const testimony* direct = co_await at.ask_resolver(at.wanted(record).value, rr_type::txt);
  if (direct == nullptr || !direct->reply.has_content() || has_key(*direct)) co_return std::nullopt;
  co_return at.explained(diagnosis_code::target_key_missing, record, {.server = direct->server});
}

}  // namespace easydkim
