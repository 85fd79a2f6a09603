// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/address_book.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "resolver/zones/zone.hpp"

namespace easydkim {

namespace asio = boost::asio;

duration kept_for::of(std::uint32_t ttl) const noexcept {
  return std::clamp<duration>(std::chrono::seconds{ttl}, least, std::max(least, longest));
}

address_book::address_book(recursor& dns, options chosen)
    : dns_{dns}, options_{std::move(chosen)}, known_{options_.max_names} {}

addresses address_book::sifted(std::string_view name, std::span<const resource_record> records) const {
  addresses kept;
  std::uint32_t ttl = std::numeric_limits<std::uint32_t>::max();
  std::size_t looked_at = 0;
  for (const rr_type family : {rr_type::a, rr_type::aaaa})
    for (const resource_record& each : records) {
      if (each.type != family || each.owner != name || looked_at++ >= most_addresses) continue;
      const auto parsed = server_address::parse(each.text);
      if (!parsed) continue;
      ttl = std::min(ttl, each.ttl);
      const bool may_be_asked = options_.allow_private || is_public_address(parsed->address);
      if (may_be_asked)
        kept.usable.push_back(*parsed);
      else
        kept.some_private = true;
    }
  kept.ttl = ttl == std::numeric_limits<std::uint32_t>::max() ? options_.keep.least : options_.keep.of(ttl);
  return kept;
}

asio::awaitable<addresses> address_book::find(std::string name, families which) {
  const std::string key = which == families::both ? name : name + " A";
  if (const entry* known = known_.find(key); known != nullptr && known->until > options_.now())
    co_return known->found;
  const auto work = [this, name, which] { return ask(name, which); };
  co_return co_await asking_.run(key, work);
}

asio::awaitable<addresses> address_book::ask(std::string name, families which) {
  std::vector<resource_record> records;
  bool answered = false;
  for (const rr_type type : {rr_type::a, rr_type::aaaa}) {
    if (type == rr_type::aaaa && which == families::ipv4) break;
    server_reply got = co_await dns_.ask(name, type);
    if (!is_answer(got)) continue;
    answered = true;
    // A CNAME is no name of a server (RFC 2181 section 10.3), but resolvers follow it, and so must we.
    for (resource_record& each : got.content->answer)
      if (each.type == type)
        records.push_back({.owner = name, .type = type, .ttl = each.ttl, .text = each.text});
  }
  addresses found = sifted(name, records);
  if (answered) {
    const std::string key = which == families::both ? name : name + " A";
    known_.at(key) = {found, options_.now() + found.ttl};
  }
  co_return found;
}

}  // namespace easydkim
