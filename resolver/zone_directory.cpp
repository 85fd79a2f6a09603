#include "resolver/zone_directory.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "resolver/name_text.hpp"

namespace easydkim {

namespace asio = boost::asio;
using outcome = zone_search::outcome;

zone_directory::zone_directory(parts of, options chosen, hooks to_daemon)
    : dns_{of.dns},
      options_{std::move(chosen)},
      hooks_{std::move(to_daemon)},
      downwards_{of.strangers, of.book, options_.keep},
      known_{options_.max_zones} {}

wanted_name zone_directory::wanted(const std::string& label, std::string domain) const {
  std::string registrable = hooks_.registrable(domain);
  if (!is_at_or_below(domain, registrable) || registrable.empty()) registrable = domain;
  return {label + "." + domain, std::move(registrable)};
}

asio::awaitable<zone_search> zone_directory::find(std::string domain, std::string label) {
  const std::string holder = label + "." + domain;
  if (const entry* known = known_.find(holder); known != nullptr && known->until > options_.now())
    co_return known->found;
  const wanted_name name = wanted(label, std::move(domain));
  const std::function<asio::awaitable<zone_search>()> work = [this, name]() -> asio::awaitable<zone_search> {
    const descent got = co_await search(name, name.registrable);
    // That our own resolver is silent, or nobody has time, says nothing of the domain.
    if (got.search.what != outcome::no_resolver && got.search.what != outcome::busy) {
      const steady_time now = options_.now();
      const duration kept = got.search.what == outcome::found ? got.ttl : options_.keep.least;
      known_.at(name.holder) = entry{got.search, now, now + kept};
    }
    co_return got.search;
  };
  co_return co_await searching_.run(holder, work);
}

void zone_directory::forget(std::string_view name) {
  // The name itself and all that is above it: one of them is what was looked for.
  for (; name != "."; name = parent_of(name)) {
    const entry* known = known_.find(name);
    if (known != nullptr && options_.now() - known->found_at >= rediscovery) known_.erase(name);
  }
}

asio::awaitable<zone_search> zone_directory::find_from_above(std::string domain) {
  const wanted_name name = wanted("_domainkey", std::move(domain));
  const descent got = co_await search(name, std::string{parent_of(name.registrable)});
  co_return got.search;
}

asio::awaitable<descent> zone_directory::search(wanted_name name, std::string above) {
  std::optional<descent> failed;  // with the servers that the resolver gave
  std::optional<delegation> own;  // whose servers are all below the domain itself
  for (;; above = std::string{parent_of(above)}) {
    const server_reply got = co_await dns_.ask(above, rr_type::ns);
    // Of a domain with dead servers a resolver may say nothing in time, and live.
    const bool may_live = got.what == server_reply::outcome::timed_out && above == name.registrable;
    if (!got.has_content() && may_live && above != ".") continue;
    if (!got.has_content()) break;
    delegation at = delegation::read(above, got.content->answer, name.holder);
    const bool is_registrable = above == name.registrable;
    const bool only_below = std::ranges::all_of(
        at.servers, [&](const std::string& each) { return is_at_or_below(each, name.registrable); });
    if (at.servers.empty()) {
      if (above == ".") break;
      continue;
    }
    if (is_registrable && only_below && above != ".") {  // the parent has their addresses as glue
      own = std::move(at);
      continue;
    }
    descent found = co_await downwards_.from(std::move(at), name);
    const bool may_be_stale =
        found.search.what == outcome::unreachable || found.search.what == outcome::not_askable;
    if (!may_be_stale) co_return found;
    // What the resolver has kept may be old; the parent knows better.
    const bool has_failed_before = failed.has_value();
    if (!has_failed_before) failed = std::move(found);
    if (!is_registrable || above == ".") break;
  }
  if (own) {
    descent found = co_await downwards_.from(*std::move(own), name);
    if (found.search.what == outcome::found || !failed) co_return found;
  }
  if (failed) co_return *std::move(failed);
  descent none{.search = {}, .ttl = options_.keep.least};
  none.search.what = outcome::no_resolver;
  co_return none;
}

}  // namespace easydkim
