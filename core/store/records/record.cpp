// SPDX-License-Identifier: Apache-2.0
#include "core/store/records/record.hpp"

#include <stdexcept>

#include "core/store/records/record_octets.hpp"

namespace easydkim {
namespace {

constexpr std::size_t longest_observed = 255;

constexpr std::uint8_t dkim_enabled_flag = 1;
constexpr std::uint8_t verified_at_flag = 2;
constexpr std::uint8_t lost_at_flag = 4;
constexpr std::uint8_t checked_at_flag = 8;
constexpr std::uint8_t time_flags = verified_at_flag | lost_at_flag | checked_at_flag;
constexpr std::uint8_t first_miss_flag = 16;
constexpr std::uint8_t majority_flag = 32;  // of the first record; those of the next ones are the next bits

constexpr auto last_status = dkim_status::temporary_failure;
constexpr auto last_kind = finding_kind::no_answer;
constexpr auto last_reason = last_finding_reason;
constexpr auto last_verifier = verifier::resolver_in_fault;

using majority_times = std::span<const std::optional<time_point>>;

std::uint8_t flags_of(const verification& state) {
  const auto when = [](bool set, std::uint8_t flag) { return set ? flag : std::uint8_t{0}; };
  return static_cast<std::uint8_t>(when(state.verified_at.has_value(), verified_at_flag) |
                                   when(state.lost_at.has_value(), lost_at_flag) |
                                   when(state.checked_at.has_value(), checked_at_flag));
}

/// What the versions differ in.
struct layout {
  bool has_txt = false;
  bool has_all_times = false;  // with zeros where there is none
  bool has_majority = false;   // and the first miss, who verified it, and the suffix

  std::uint8_t version() const {
    return static_cast<std::uint8_t>(1 + (has_majority ? 4 : has_all_times ? 2 : 0) + (has_txt ? 1 : 0));
  }
};
constexpr std::array<layout, 6> layouts{{{.has_txt = false},
                                         {.has_txt = true},
                                         {.has_txt = false, .has_all_times = true},
                                         {.has_txt = true, .has_all_times = true},
                                         {.has_txt = false, .has_all_times = true, .has_majority = true},
                                         {.has_txt = true, .has_all_times = true, .has_majority = true}}};

std::uint8_t flags_of(layout format, const verification& state, majority_times since) {
  unsigned flags = flags_of(state);
  if (!format.has_majority) return static_cast<std::uint8_t>(flags);
  if (state.first_miss_at) flags |= first_miss_flag;
  for (std::size_t i = 0; i < since.size(); ++i)
    if (since[i]) flags |= unsigned{majority_flag} << i;
  return static_cast<std::uint8_t>(flags);
}

/// All flags of times that a proof of so many records may have.
constexpr std::uint8_t flags_of_times(layout format, std::size_t records) {
  const unsigned majority = ((1U << records) - 1U) * majority_flag;
  return static_cast<std::uint8_t>(time_flags | (format.has_majority ? first_miss_flag | majority : 0U));
}

std::optional<layout> layout_of(std::uint8_t version) {
  if (version == 0 || version > layouts.size()) return std::nullopt;
  return layouts[version - 1U];
}

void write_times(octet_writer& out, layout format, const verification& state, majority_times since) {
  out.time(state.window_started_at);
  out.time_in_place(state.verified_at);
  out.time_in_place(state.lost_at);
  out.time_in_place(state.checked_at);
  if (!format.has_majority) return;
  out.time_in_place(state.first_miss_at);
  for (const auto& each : since) out.time_in_place(each);
}

void read_times(octet_reader& from, layout format, std::uint8_t flags, verification& state,
                std::span<std::optional<time_point>> since) {
  const auto read = [&](std::uint8_t flag) {
    const bool there = (flags & flag) != 0;
    return format.has_all_times ? from.time_in_place(there) : from.time_if(there);
  };
  state.window_started_at = from.time();
  state.verified_at = read(verified_at_flag);
  state.lost_at = read(lost_at_flag);
  state.checked_at = read(checked_at_flag);
  if (!format.has_majority) return;
  state.first_miss_at = read(first_miss_flag);
  for (std::size_t i = 0; i < since.size(); ++i)
    since[i] = read(static_cast<std::uint8_t>(unsigned{majority_flag} << i));
}

void write_finding(octet_writer& out, const finding& shown) {
  out.octet(static_cast<std::uint8_t>(shown.kind));
  out.octet(static_cast<std::uint8_t>(shown.reason));
  out.text<1>(std::string_view{shown.observed}.substr(0, longest_observed));
}

finding read_finding(octet_reader& from) {
  const auto kind = from.value_up_to(last_kind);
  const auto reason = from.value_up_to(last_reason);
  return {kind, reason, std::string{from.text<1>()}};
}

void write_txt(octet_writer& out, layout format, const identity& subject) {
  const majority_times since = majority_since_of(subject, proof::txt);
  out.octet(flags_of(format, subject.txt, since));
  out.octet(static_cast<std::uint8_t>(subject.txt.status));
  out.octet(subject.txt.misses);
  if (format.has_majority) out.octet(static_cast<std::uint8_t>(subject.txt.verified_by));
  write_times(out, format, subject.txt, since);
  out.bits(subject.txt_token);
  write_finding(out, subject.txt_finding);
}

/// False when the flags or the status are none that a TXT proof has.
bool read_txt_state(octet_reader& from, layout format, verification& into, std::optional<time_point>& since) {
  const std::uint8_t flags = from.octet_up_to(255);
  into.status = from.value_up_to(last_status);
  into.misses = from.octet_up_to(255);
  if (format.has_majority) into.verified_by = from.value_up_to(last_verifier);
  read_times(from, format, flags, into, {&since, 1});
  return (flags & ~flags_of_times(format, 1)) == 0 && into.status != dkim_status::not_started;
}

bool read_txt(octet_reader& from, layout format, identity& into) {
  const bool good = read_txt_state(from, format, into.txt, into.txt_majority_since);
  into.txt_token = from.bits<verification_token>();
  into.txt_finding = read_finding(from);
  return good;
}

/// What stands at the front of every record.
struct head {
  layout format;
  bool dkim_enabled;
  identity_id id;
  time_point created_at;
  std::string_view suffix;
  verification dkim;
  std::array<std::optional<time_point>, records_per_identity> majority_since;
};
/// Nothing where the version is not known.
std::optional<head> read_head(octet_reader& from, const suffix_table& suffixes) {
  const std::optional<layout> format = layout_of(from.octet_up_to(255));
  if (!format) return std::nullopt;
  head read{.format = *format,
            .dkim_enabled = false,
            .id = 0,
            .created_at = {},
            .suffix = suffixes.of_before(),
            .dkim = {},
            .majority_since = {}};
  const std::uint8_t flags =
      from.octet_up_to(dkim_enabled_flag | flags_of_times(read.format, records_per_identity));
  read.dkim_enabled = (flags & dkim_enabled_flag) != 0;
  read.dkim.status = from.value_up_to(last_status);
  read.dkim.misses = from.octet_up_to(255);
  if (read.format.has_majority) {
    read.dkim.verified_by = from.value_up_to(last_verifier);
    const auto suffix = suffixes.text_of(static_cast<suffix_table::number>(from.number<2>()));
    if (!suffix) from.refuse();
    read.suffix = suffix.value_or("");
  }
  read.id = from.number<8>();
  read.created_at = from.time();
  read_times(from, read.format, flags, read.dkim, read.majority_since);
  return read;
}

std::string encoded(layout format, const identity& subject, suffix_table::number suffix) {
  octet_writer out;
  const majority_times since = majority_since_of(subject, proof::dkim);
  out.octet(format.version());
  out.octet(flags_of(format, subject.dkim, since) |
            (subject.dkim_enabled ? dkim_enabled_flag : std::uint8_t{0}));
  out.octet(static_cast<std::uint8_t>(subject.dkim.status));
  out.octet(subject.dkim.misses);
  if (format.has_majority) {
    out.octet(static_cast<std::uint8_t>(subject.dkim.verified_by));
    out.number<2>(suffix);
  }
  out.number<8>(subject.id);
  out.time(subject.created_at);
  write_times(out, format, subject.dkim, since);
  for (const token& each : subject.tokens) out.bits(each);
  out.text<1>(subject.account);
  out.text<1>(subject.domain.text());
  for (const finding& each : subject.findings) write_finding(out, each);
  if (format.has_txt) write_txt(out, format, subject);
  return std::move(out).finished();
}

}  // namespace

std::string_view to_string(record_fault fault) noexcept {
  switch (fault) {
    case record_fault::checksum:
      return "does not match its checksum";
    case record_fault::unknown_version:
      return "is of a version that this program does not know";
    case record_fault::content:
      return "holds a value that no identity has";
  }
  return "is damaged";
}

std::string encode(const identity& subject, const suffix_table& suffixes) {
  const auto suffix = suffixes.number_of(subject.target_suffix);
  if (!suffix) throw std::logic_error{"an identity of an unknown suffix was written"};
  const bool has_txt = subject.txt.status != dkim_status::not_started;
  return encoded({.has_txt = has_txt, .has_all_times = true, .has_majority = true}, subject, *suffix);
}

std::optional<std::string> encode_as_before(const identity& subject, const suffix_table& suffixes) {
  if (subject.target_suffix != suffixes.of_before()) return std::nullopt;
  const bool has_txt = subject.txt.status != dkim_status::not_started;
  return encoded({.has_txt = has_txt, .has_all_times = true, .has_majority = false}, subject, 0);
}

boost::system::result<identity, record_fault> decode(std::string_view bytes, const suffix_table& suffixes) {
  const auto content = checked_content(bytes);
  if (!content) return record_fault::checksum;

  octet_reader in{*content};
  const std::optional<head> read = read_head(in, suffixes);
  if (!read) return record_fault::unknown_version;
  const token_set tokens{in.bits<token>(), in.bits<token>(), in.bits<token>()};
  const std::string_view account = in.text<1>();
  const std::string_view name = in.text<1>();
  auto domain = domain_name::parse(name);
  std::array findings{read_finding(in), read_finding(in), read_finding(in)};
  if (!in.good() || !is_account_name(account) || !domain || domain->text() != name)
    return record_fault::content;

  identity subject{.id = read->id,
                   .account = std::string{account},
                   .domain = std::move(*domain),
                   .created_at = read->created_at,
                   .target_suffix = std::string{read->suffix},
                   .tokens = tokens,
                   .dkim_enabled = read->dkim_enabled,
                   .dkim = read->dkim,
                   .findings = std::move(findings),
                   .majority_since = read->majority_since};
  if (read->format.has_txt && !read_txt(in, read->format, subject)) return record_fault::content;
  if (!in.good() || !in.at_end()) return record_fault::content;
  return subject;
}

std::optional<identity_summary> decode_summary(std::string_view bytes, const suffix_table& suffixes) {
  octet_reader in{bytes};
  const std::optional<head> read = read_head(in, suffixes);
  if (!read) return std::nullopt;
  identity_summary summary{.id = read->id,
                           .account = {},
                           .target_suffix = read->suffix,
                           .dkim_enabled = read->dkim_enabled,
                           .dkim = read->dkim};
  in.octets(records_per_identity * token::octets);
  summary.account = in.text<1>();
  if (read->format.has_txt) {
    in.text<1>();  // the domain
    for (std::size_t i = 0; i < records_per_identity; ++i) {
      in.octets(2);
      in.text<1>();
    }
    if (std::optional<time_point> since; !read_txt_state(in, read->format, summary.txt, since))
      return std::nullopt;
  }
  if (!in.good()) return std::nullopt;
  return summary;
}

}  // namespace easydkim
