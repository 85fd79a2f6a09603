// SPDX-License-Identifier: Apache-2.0
// What others than the zone's own servers know of the zone: its parent, and the resolver.
#include <algorithm>
#include <functional>

#include "resolver/diagnosis/session/examination.hpp"
#include "resolver/diagnosis/session/moved_zone.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {

namespace asio = boost::asio;

asio::awaitable<const testimony*> examination::ask_anyone(std::string name, rr_type type) {
  if (is_in_zone(name)) co_return co_await ask_server(std::move(name), type);
  // Who is to confirm gets no question about the domain before.
  if (!only_resolver() && is_at_or_below(name, domain())) co_return nullptr;
  const testimony* said = co_await ask_resolver(std::move(name), type);
  co_return said != nullptr && said->counts ? said : nullptr;
}

asio::awaitable<const zone*> examination::from_above() {
  if (!where().delegated_to.empty()) co_return &where();
  if (only_resolver() || !view_.find_from_above) co_return nullptr;
  if (!anew_) {
    std::string of = domain();
    zone_search found = co_await view_.find_from_above(std::move(of));
    anew_ = std::move(found);
  }
  const bool is_same = anew_->where.apex == where().apex && !anew_->where.delegated_to.empty();
  co_return is_same ? &anew_->where : nullptr;
}

asio::awaitable<bool> examination::is_denied_from_above(std::size_t record) {
  const zone* named = co_await from_above();
  if (named == nullptr) co_return false;
  const auto is_named = [&](const auto& one) {
    return std::ranges::find(named->delegated_to, one.name) != named->delegated_to.end();
  };
  zone asked = askable_part(*named);
  if (std::ranges::any_of(asked.servers, is_named)) std::erase_if(asked.servers, std::not_fn(is_named));
  // Those of them that are the zone's servers, too, were asked already.
  std::vector<testimony> said;
  for (const testimony& each : co_await look(record))
    if (std::erase_if(asked.servers, [&](const zone_server& one) { return one.name == each.name; }) > 0)
      said.push_back(each);
  if (named != &where() && !asked.servers.empty()) {
    question_key key{wanted(record).name, type_of(wanted(record).of), whom::from_above, {}};
    const std::span<const testimony> more = co_await ask_zone(std::move(key), std::move(asked));
    said.insert(said.end(), more.begin(), more.end());
  }
  const server_count seen = count_of(said, wanted(record));
  co_return seen.absent > 0 && seen.absent == seen.answers();
}

asio::awaitable<bool> examination::is_split() {
  if (only_resolver() || !where().start) co_return false;
  const testimony* start = co_await ask_resolver_alone(where().apex, rr_type::soa);
  if (start == nullptr || !start->counts || start->said().soa() == nullptr) co_return false;
  const resource_record& theirs = *start->said().soa();
  const bool is_same = theirs.owner != where().apex || theirs.soa.primary == where().start->soa.primary;
  // A resolver that still has the zone of before a move looks the same, but is only late.
  const auto& former = order_.zone_at_success;
  if (is_same || (former && former->primary == theirs.soa.primary)) co_return false;
  // And so do we, while we still ask the servers that the parent does not name any more.
  const bool may_have_moved = co_await is_moved_above();
  co_return !may_have_moved;
}

asio::awaitable<bool> examination::is_moved_above() {
  if (!view_.find_from_above) co_return false;
  if (!anew_) {
    std::string of = domain();
    zone_search found = co_await view_.find_from_above(std::move(of));
    anew_ = std::move(found);
  }
  const zone& now = anew_->where;
  co_return now.apex == where().apex && !now.delegated_to.empty() &&
      std::ranges::none_of(now.delegated_to, [&](const std::string& each) {
        return std::ranges::find(where().servers, each, &zone_server::name) != where().servers.end();
      });
}

}  // namespace easydkim
