// SPDX-License-Identifier: Apache-2.0
#include "core/store/records/former_record.hpp"

#include <algorithm>

#include "core/store/records/record_octets.hpp"

namespace easydkim {
namespace {

constexpr std::uint8_t version = 1;

std::string_view bytes_of(const std::array<std::uint8_t, 32>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

account_mark mark_of(const store_digest& digest, std::string_view account) {
  const auto whole = digest(account);
  account_mark mark{};
  std::ranges::copy(bytes_of(whole).substr(0, mark.size()), mark.begin());
  return mark;
}

std::string former_sets_key(const store_digest& digest, std::string_view account, std::string_view domain) {
  const auto whole = digest(domain);
  const account_mark mark = mark_of(digest, account);
  return std::string{bytes_of(whole)}.append(mark.data(), mark.size());
}

std::string encode(const std::vector<former_token_set>& sets) {
  octet_writer out;
  out.octet(version);
  out.octet(static_cast<std::uint8_t>(sets.size()));
  for (const former_token_set& each : sets) {
    out.time(each.deleted_at);
    for (const token& label : each.tokens) out.bits(label);
  }
  return std::move(out).finished();
}

boost::system::result<std::vector<former_token_set>, record_fault> decode_former_sets(
    std::string_view bytes) {
  const auto content = checked_content(bytes);
  if (!content) return record_fault::checksum;
  octet_reader in{*content};
  if (in.octet_up_to(255) != version) return record_fault::unknown_version;
  std::vector<former_token_set> sets(in.octet_up_to(most_former_sets));
  for (former_token_set& each : sets) {
    each.deleted_at = in.time();
    for (token& label : each.tokens) label = in.bits<token>();
  }
  if (sets.empty() || !in.good() || !in.at_end()) return record_fault::content;
  return sets;
}

/// The token is under the checksum, though it stands in the key: a value under another key is none.
std::string encode(const token& key, const former_owner& owner) {
  octet_writer out;
  out.bits(key);
  out.octet(version);
  out.octets({owner.account.data(), owner.account.size()});
  out.time(owner.deleted_at);
  return std::move(out).finished().substr(token::octets);
}

boost::system::result<former_owner, record_fault> decode_former_owner(std::string_view token_key,
                                                                      std::string_view bytes) {
  const std::string whole = std::string{token_key}.append(bytes);
  const auto content = checked_content(whole);
  if (!content) return record_fault::checksum;
  octet_reader in{*content};
  in.octets(token::octets);
  if (in.octet_up_to(255) != version) return record_fault::unknown_version;
  former_owner owner;
  const std::string_view mark = in.octets(owner.account.size());
  owner.deleted_at = in.time();
  if (token_key.size() != token::octets || !in.good() || !in.at_end()) return record_fault::content;
  std::ranges::copy(mark, owner.account.begin());
  return owner;
}

}  // namespace easydkim
