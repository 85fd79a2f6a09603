// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/store_tables.hpp"

#include <functional>
#include <limits>

#include "core/store/records/big_endian.hpp"
#include "core/store/store_error.hpp"

namespace easydkim {
namespace {

std::string record_text(std::string_view key) {
  return "record " + std::to_string(from_big_endian(key));
}

std::uint64_t number_in(const lmdb_transaction& within, lmdb_table meta, std::string_view name) {
  const auto bytes = within.get(meta, name);
  if (!bytes || bytes->size() != 8) throw damaged_entry{"its number '" + std::string{name} + "' is gone"};
  return from_big_endian(*bytes);
}

/// None in a store of before them.
suffix_table suffixes_in(lmdb_transaction& within, lmdb_table meta) {
  std::vector<std::string> texts;
  const auto table = within.open_if_there("suffixes");
  if (!table) return suffix_table{};
  lmdb_cursor each{within, *table};
  while (const auto entry = each.next()) {
    texts.emplace_back(entry->value);
    if (big_endian<2>{texts.size()}.bytes() != entry->key) throw damaged_entry{"a suffix in it is gone"};
  }
  const bool is_known = within.get(meta, "suffix_of_before").has_value();
  const std::uint64_t of_before = is_known ? number_in(within, meta, "suffix_of_before") : 0;
  return suffix_table{std::move(texts), static_cast<suffix_table::number>(of_before)};
}

/// A number that another name or another id almost surely does not have.
std::uint64_t mixed(std::string_view name, std::string_view id) {
  std::uint64_t mix =
      std::hash<std::string_view>{}(name) ^ std::hash<std::string_view>{}(id)*0x9E3779B97F4A7C15;
  mix = (mix ^ mix >> 30) * 0xBF58476D1CE4E5B9;
  mix = (mix ^ mix >> 27) * 0x94D049BB133111EB;
  return mix ^ mix >> 31;
}

damaged_entry other_count(std::uint64_t identities, std::uint64_t names, std::uint64_t expected) {
  return damaged_entry{"it holds " + std::to_string(identities) + " identities and " + std::to_string(names) +
                       " names, but should hold " + std::to_string(expected)};
}

/// Asked of a stop token, which locks something each time, once in a while.
class stop_request {
 public:
  explicit stop_request(const std::stop_token& token) : token_{token} {}
  bool is_there() { return ++calls_ % 1024 == 0 && token_.stop_requested(); }

 private:
  const std::stop_token& token_;
  unsigned calls_ = 0;
};

}  // namespace

void store_tables::create(lmdb_transaction& within) {
  for (const char* name : {"records", "names", "meta", "evidence", "suffixes"}) within.create(name);
  former_tables::create(within);
  const store_tables made{within};
  made.set_number(within, "format", format);
  made.set_number(within, "next_id", 1);
  made.set_number(within, "count", 0);
  made.set_number(within, "suffix_of_before", 0);
}

void store_tables::complete(lmdb_transaction& within, std::string_view suffix) {
  within.create("evidence");
  former_tables::create(within);
  const lmdb_table suffixes = within.create("suffixes");
  const store_tables here{within};
  std::optional<suffix_table::number> number = here.suffixes.number_of(suffix);
  if (!number) {
    constexpr std::uint64_t most = std::numeric_limits<suffix_table::number>::max();
    const std::uint64_t next = within.entries(suffixes) + 1;
    if (next > most) throw damaged_entry{"it holds more suffixes than there are numbers for them"};
    number = static_cast<suffix_table::number>(next);
    within.put(suffixes, big_endian<2>{next}.bytes(), suffix);
  }
  if (!suffix.empty() && !within.get(here.meta, "suffix_of_before"))
    here.set_number(within, "suffix_of_before", *number);
}

store_tables::store_tables(lmdb_transaction& within)
    : records{within.open("records")},
      names{within.open("names")},
      meta{within.open("meta")},
      evidence_there{within.open_if_there("evidence")},
      evidence{evidence_there.value_or(lmdb_table{})},
      former{within},
      suffixes{suffixes_in(within, meta)} {}

std::uint64_t store_tables::known_format_of(lmdb_transaction& within, const std::filesystem::path& file) {
  const std::uint64_t found = number_in(within, within.open("meta"), "format");
  if (found < first_format || found > format)
    throw store_unusable{"'" + file.string() + "' was written by another version of easydkimd (format " +
                         std::to_string(found) + ", this one knows up to " + std::to_string(format) +
                         "): start that version"};
  return found;
}

void store_tables::check(const lmdb_transaction& within, const findings& report) const {
  const std::uint64_t expected = number(within, "count");
  const std::uint64_t next_id = number(within, "next_id");
  lmdb_cursor record{within, records};
  std::uint64_t read = 0;
  while (const auto entry = record.next()) {
    ++read;
    try {
      const identity found = identity_in(*entry);
      if (found.id >= next_id)
        throw damaged_entry{record_text(entry->key) + " has an id that was not given yet"};
      // Looked up as callers will, so that overwritten inner pages are noticed too.
      if (!within.get(records, entry->key) ||
          within.get(names, name_key(found.account, found.domain.text())) != entry->key)
        throw damaged_entry{record_text(entry->key) + " cannot be found by its id and name"};
      report.whole(found);
    } catch (const damaged_entry& damaged) {
      report.damaged(damaged);
    }
  }
  if (read != expected || within.entries(names) != expected)
    report.damaged(other_count(read, within.entries(names), expected));
}

void store_tables::check_counts(const lmdb_transaction& within) const {
  const std::uint64_t expected = number(within, "count");
  if (within.entries(records) != expected || within.entries(names) != expected)
    throw other_count(within.entries(records), within.entries(names), expected);
}

/// Whether names and records are of each other is seen from two sums, over pairs of a name and an id: such a
/// sum does not depend on the order.
bool store_tables::check_in_order(const lmdb_transaction& within, const std::stop_token& stop) const {
  const std::uint64_t expected = number(within, "count");
  const std::uint64_t next_id = number(within, "next_id");
  std::uint64_t read = 0, of_records = 0, of_names = 0;
  stop_request stopping{stop};
  lmdb_cursor record{within, records};
  while (const auto entry = record.next()) {
    if (stopping.is_there()) return false;
    ++read;
    const identity found = identity_in(*entry);
    if (found.id >= next_id)
      throw damaged_entry{record_text(entry->key) + " has an id that was not given yet"};
    of_records += mixed(name_key(found.account, found.domain.text()), entry->key);
  }
  lmdb_cursor name{within, names};
  while (const auto entry = name.next()) {
    if (stopping.is_there()) return false;
    of_names += mixed(entry->key, entry->value);
  }
  if (read == expected && within.entries(names) == expected && of_names == of_records) return true;
  check(within, {.whole = [](const identity&) {}, .damaged = [](auto& found) { throw found; }});
  throw damaged_entry{"its names are not those of its identities"};
}

std::uint64_t store_tables::check_evidence(const lmdb_transaction& within,
                                           const std::function<void(const damaged_entry&)>& damaged) const {
  if (!evidence_there) return 0;
  lmdb_cursor kept{within, evidence};
  std::uint64_t read = 0;
  while (const auto entry = kept.next()) {
    ++read;
    const std::string name = "evidence " + std::to_string(from_big_endian(entry->key)) + ' ';
    if (!within.get(records, entry->key)) damaged(damaged_entry{name + "is of no identity"});
    if (const auto decoded = decode_evidence(entry->value); !decoded)
      damaged(damaged_entry{name + std::string{to_string(decoded.error())}});
  }
  return read;
}

std::vector<std::string> store_tables::stray_evidence(const lmdb_transaction& within) const {
  std::vector<std::string> stray;
  lmdb_cursor kept{within, evidence};
  lmdb_cursor record{within, records};
  while (const auto entry = kept.next())
    if (const auto owner = record.at_or_after(entry->key); !owner || owner->key != entry->key)
      stray.emplace_back(entry->key);
  return stray;
}

boost::system::result<evidence, record_fault> store_tables::evidence_of(const lmdb_transaction& within,
                                                                        identity_id id) const {
  const auto bytes = within.get(evidence, big_endian<8>{id}.bytes());
  if (!bytes) return easydkim::evidence{};
  return decode_evidence(*bytes);
}

std::optional<identity> store_tables::load(const lmdb_transaction& within, identity_id id) const {
  const big_endian<8> key{id};
  const auto bytes = within.get(records, key.bytes());
  if (!bytes) return std::nullopt;
  return identity_in({key.bytes(), *bytes});
}

std::optional<identity> store_tables::find(const lmdb_transaction& within, std::string_view account,
                                           std::string_view domain) const {
  const auto id = within.get(names, name_key(account, domain));
  if (!id) return std::nullopt;
  auto found = load(within, from_big_endian(*id));
  if (!found || found->account != account || found->domain.text() != domain)
    throw damaged_entry{record_text(*id) + " is not of the name that it is found by"};
  return found;
}

identity store_tables::identity_in(const lmdb_cursor::entry& record) const {
  auto decoded = decode(record.value, suffixes);
  if (!decoded) throw damaged_entry{record_text(record.key) + " " + std::string{to_string(decoded.error())}};
  if (big_endian<8>{decoded->id}.bytes() != record.key)
    throw damaged_entry{record_text(record.key) + " holds another id"};
  return std::move(*decoded);
}

identity_summary store_tables::summary_in(const lmdb_cursor::entry& record) const {
  const auto decoded = decode_summary(record.value, suffixes);
  if (!decoded || big_endian<8>{decoded->id}.bytes() != record.key)
    throw damaged_entry{record_text(record.key) + " holds another id, or a value that no identity has"};
  return *decoded;
}

std::string store_tables::name_key(std::string_view account, std::string_view domain) {
  std::string key;
  key.reserve(account.size() + 1 + domain.size());
  key += account;
  key += '\0';
  key += domain;
  return key;
}

std::uint64_t store_tables::number(const lmdb_transaction& within, std::string_view name) const {
  return number_in(within, meta, name);
}

void store_tables::set_number(lmdb_transaction& within, std::string_view name, std::uint64_t value) const {
  within.put(meta, name, big_endian<8>{value}.bytes());
}

}  // namespace easydkim
