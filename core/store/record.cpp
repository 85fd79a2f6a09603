#include "core/store/record.hpp"

#include "core/store/record_octets.hpp"

namespace easydkim {
namespace {

constexpr std::uint8_t version_with_txt = 2;
constexpr std::uint8_t version_without_txt = 1;
constexpr std::size_t longest_observed = 255;

constexpr std::uint8_t dkim_enabled_flag = 1;
constexpr std::uint8_t verified_at_flag = 2;
constexpr std::uint8_t lost_at_flag = 4;
constexpr std::uint8_t checked_at_flag = 8;
constexpr std::uint8_t time_flags = verified_at_flag | lost_at_flag | checked_at_flag;

constexpr auto last_status = dkim_status::temporary_failure;
constexpr auto last_kind = finding_kind::no_answer;
constexpr auto last_reason = finding_reason::servers_unreachable;

std::uint8_t flags_of(const verification& state) {
  const auto when = [](bool set, std::uint8_t flag) { return set ? flag : std::uint8_t{0}; };
  return static_cast<std::uint8_t>(when(state.verified_at.has_value(), verified_at_flag) |
                                   when(state.lost_at.has_value(), lost_at_flag) |
                                   when(state.checked_at.has_value(), checked_at_flag));
}

void write_times(octet_writer& out, const verification& state) {
  out.time(state.window_started_at);
  out.time(state.verified_at);
  out.time(state.lost_at);
  out.time(state.checked_at);
}

void read_times(octet_reader& from, std::uint8_t flags, verification& state) {
  state.window_started_at = from.time();
  state.verified_at = from.time_if((flags & verified_at_flag) != 0);
  state.lost_at = from.time_if((flags & lost_at_flag) != 0);
  state.checked_at = from.time_if((flags & checked_at_flag) != 0);
}

void write_finding(octet_writer& out, const finding& seen) {
  out.octet(static_cast<std::uint8_t>(seen.kind));
  out.octet(static_cast<std::uint8_t>(seen.reason));
  out.text<1>(std::string_view{seen.observed}.substr(0, longest_observed));
}

finding read_finding(octet_reader& from) {
  const auto kind = from.value_up_to(last_kind);
  const auto reason = from.value_up_to(last_reason);
  return {kind, reason, std::string{from.text<1>()}};
}

void write_txt(octet_writer& out, const identity& subject) {
  out.octet(flags_of(subject.txt));
  out.octet(static_cast<std::uint8_t>(subject.txt.status));
  out.octet(subject.txt.misses);
  write_times(out, subject.txt);
  out.bits(subject.txt_token);
  write_finding(out, subject.txt_finding);
}

/// False when the flags or the status are none that a TXT proof has.
bool read_txt_state(octet_reader& from, verification& into) {
  const std::uint8_t flags = from.octet_up_to(time_flags);
  into.status = from.value_up_to(last_status);
  into.misses = from.octet_up_to(255);
  read_times(from, flags, into);
  return (flags & dkim_enabled_flag) == 0 && into.status != dkim_status::not_started;
}

bool read_txt(octet_reader& from, identity& into) {
  const bool good = read_txt_state(from, into.txt);
  into.txt_token = from.bits<verification_token>();
  into.txt_finding = read_finding(from);
  return good;
}

/// What stands at the front of every record.
struct head {
  std::uint8_t version;
  bool dkim_enabled;
  identity_id id;
  time_point created_at;
  verification dkim;
};
head read_head(octet_reader& from) {
  head read{};
  read.version = from.octet_up_to(255);
  const std::uint8_t flags = from.octet_up_to(dkim_enabled_flag | time_flags);
  read.dkim_enabled = (flags & dkim_enabled_flag) != 0;
  read.dkim.status = from.value_up_to(last_status);
  read.dkim.misses = from.octet_up_to(255);
  read.id = from.number<8>();
  read.created_at = from.time();
  read_times(from, flags, read.dkim);
  return read;
}

bool is_known(std::uint8_t version) {
  return version == version_without_txt || version == version_with_txt;
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

std::uint8_t record_version(const identity& subject) noexcept {
  return subject.txt.status == dkim_status::not_started ? version_without_txt : version_with_txt;
}

std::string encode(const identity& subject) {
  octet_writer out;
  const std::uint8_t version = record_version(subject);
  out.octet(version);
  out.octet(flags_of(subject.dkim) | (subject.dkim_enabled ? dkim_enabled_flag : std::uint8_t{0}));
  out.octet(static_cast<std::uint8_t>(subject.dkim.status));
  out.octet(subject.dkim.misses);
  out.number<8>(subject.id);
  out.time(subject.created_at);
  write_times(out, subject.dkim);
  for (const token& each : subject.tokens) out.bits(each);
  out.text<1>(subject.account);
  out.text<1>(subject.domain.text());
  for (const finding& each : subject.findings) write_finding(out, each);
  if (version == version_with_txt) write_txt(out, subject);
  return std::move(out).finished();
}

boost::system::result<identity, record_fault> decode(std::string_view bytes) {
  const auto content = checked_content(bytes);
  if (!content) return record_fault::checksum;

  octet_reader in{*content};
  const head read = read_head(in);
  if (!is_known(read.version)) return record_fault::unknown_version;
  const token_set tokens{in.bits<token>(), in.bits<token>(), in.bits<token>()};
  const std::string_view account = in.text<1>();
  const std::string_view name = in.text<1>();
  auto domain = domain_name::parse(name);
  std::array findings{read_finding(in), read_finding(in), read_finding(in)};
  if (!in.good() || !is_account_name(account) || !domain || domain->text() != name)
    return record_fault::content;

  identity subject{.id = read.id,
                   .account = std::string{account},
                   .domain = std::move(*domain),
                   .created_at = read.created_at,
                   .tokens = tokens,
                   .dkim_enabled = read.dkim_enabled,
                   .dkim = read.dkim,
                   .findings = std::move(findings)};
  if (read.version == version_with_txt && !read_txt(in, subject)) return record_fault::content;
  if (!in.good() || !in.at_end()) return record_fault::content;
  return subject;
}

std::optional<outline> decode_outline(std::string_view bytes) {
  octet_reader in{bytes};
  const head read = read_head(in);
  if (!is_known(read.version)) return std::nullopt;
  outline seen{.id = read.id, .account = {}, .dkim_enabled = read.dkim_enabled, .dkim = read.dkim};
  in.octets(records_per_identity * token::octets);
  seen.account = in.text<1>();
  if (read.version == version_with_txt) {
    in.text<1>();  // the domain
    for (std::size_t i = 0; i < records_per_identity; ++i) {
      in.octets(2);
      in.text<1>();
    }
    if (!read_txt_state(in, seen.txt)) return std::nullopt;
  }
  if (!in.good()) return std::nullopt;
  return seen;
}

}  // namespace easydkim
