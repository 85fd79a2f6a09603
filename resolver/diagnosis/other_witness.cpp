// What others than the zone's own servers know of the zone: its parent, and the resolver.
#include <algorithm>

#include "resolver/diagnosis/examination.hpp"

namespace easydkim {

namespace asio = boost::asio;

asio::awaitable<const testimony*> examination::ask_anyone(std::string name, rr_type type) {
  if (is_in_zone(name)) co_return co_await ask_server(std::move(name), type);
  const testimony* said = co_await ask_resolver(std::move(name), type);
  co_return said != nullptr && said->counts ? said : nullptr;
}

asio::awaitable<const zone*> examination::from_above() {
  if (!where().delegated_to.empty()) co_return &where();
  if (only_resolver() || !view_.find_from_above) co_return nullptr;
  if (!above_) {
    std::string of = domain();
    zone_search found = co_await view_.find_from_above(std::move(of));
    above_ = std::move(found);
  }
  const bool is_same = above_->where.apex == where().apex && !above_->where.delegated_to.empty();
  co_return is_same ? &above_->where : nullptr;
}

asio::awaitable<bool> examination::is_denied_from_above(std::size_t record) {
  const zone* named = co_await from_above();
  if (named == nullptr) co_return false;
  if (named == &where()) {
    const bool absent = co_await is_absent_everywhere(record);
    co_return absent;
  }
  question_key key{wanted(record).name, type_of(wanted(record).of), whom::from_above, {}};
  // Those of them that are the zone's servers, too, were asked already.
  const std::span<const testimony> heard = co_await look(record);
  std::vector<testimony> said;
  zone asked = askable_part(*named);
  for (const testimony& each : heard)
    if (std::erase_if(asked.servers, [&](const zone_server& one) { return one.name == each.name; }) > 0)
      said.push_back(each);
  if (!asked.servers.empty()) {
    const std::span<const testimony> more = co_await ask_zone(std::move(key), std::move(asked));
    said.insert(said.end(), more.begin(), more.end());
  }
  const server_count seen = count_of(said, wanted(record));
  co_return seen.absent > 0 && seen.absent == seen.answers();
}

asio::awaitable<bool> examination::is_split() {
  if (only_resolver() || !where().start) co_return false;
  const testimony* start = co_await ask_resolver(where().apex, rr_type::soa);
  if (start == nullptr || !start->counts || start->said().soa() == nullptr) co_return false;
  const resource_record& theirs = *start->said().soa();
  if (theirs.soa.primary == where().start->soa.primary) co_return false;

  const testimony* servers = co_await ask_resolver(where().apex, rr_type::ns);
  if (servers == nullptr || !servers->counts) co_return false;
  const auto names = servers->said().answers(where().apex, rr_type::ns);
  const auto is_ours = [&](const resource_record* each) {
    return std::ranges::any_of(where().servers,
                               [&](const zone_server& one) { return one.name == each->text; });
  };
  // A resolver that still has the servers of before a move looks the same, but is only late.
  const auto is_former = [&](const resource_record* each) {
    const auto& former = order_.zone_at_success;
    return former && std::ranges::find(former->servers, each->text) != former->servers.end();
  };
  co_return !names.empty() && std::ranges::none_of(names, is_ours) && std::ranges::none_of(names, is_former);
}

}  // namespace easydkim
