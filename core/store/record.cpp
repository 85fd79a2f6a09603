#include "core/store/record.hpp"

#include <algorithm>
#include <boost/crc.hpp>

#include "core/store/big_endian.hpp"

namespace easydkim {
namespace {

constexpr std::uint8_t version_with_txt = 2;
constexpr std::uint8_t version_without_txt = 1;
constexpr std::size_t checksum_octets = 4;
constexpr std::size_t longest_observed = 255;

constexpr std::uint8_t dkim_enabled_flag = 1;
constexpr std::uint8_t verified_at_flag = 2;
constexpr std::uint8_t lost_at_flag = 4;
constexpr std::uint8_t checked_at_flag = 8;
constexpr std::uint8_t time_flags = verified_at_flag | lost_at_flag | checked_at_flag;

constexpr auto last_status = dkim_status::temporary_failure;
constexpr auto last_kind = finding_kind::no_answer;
constexpr auto last_reason = finding_reason::not_authoritative;

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> sum;
  sum.process_bytes(bytes.data(), bytes.size());
  return sum.checksum();
}

class writer {
 public:
  writer() { bytes_.reserve(256); }
  void octet(std::uint8_t value) { bytes_ += static_cast<char>(value); }
  void number(std::uint64_t value) { bytes_ += big_endian<8>{value}.bytes(); }
  void time(time_point when) { number(static_cast<std::uint64_t>(when.time_since_epoch().count())); }
  void time(const std::optional<time_point>& when) {
    if (when) time(*when);
  }
  void text(std::string_view value) {
    octet(static_cast<std::uint8_t>(value.size()));
    bytes_ += value;
  }
  template <class Token>
  void bits(const Token& value) {
    bytes_.append(value.bits().begin(), value.bits().end());
  }

  std::string finished() && {
    const big_endian<checksum_octets> sum{crc32c(bytes_)};
    bytes_ += sum.bytes();
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

/// Takes values from the front. Once one is missing or not allowed, `good` stays false.
class reader {
 public:
  explicit reader(std::string_view bytes) : left_{bytes} {}
  bool good() const { return good_; }
  bool at_end() const { return left_.empty(); }

  std::string_view octets(std::size_t count) {
    if (left_.size() < count) {
      good_ = false;
      return {};
    }
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  std::uint8_t octet_up_to(std::uint8_t last) {
    const auto value = static_cast<std::uint8_t>(from_big_endian(octets(1)));
    if (value <= last) return value;
    good_ = false;
    return 0;
  }
  template <class Enum>
  Enum value_up_to(Enum last) {
    return static_cast<Enum>(octet_up_to(static_cast<std::uint8_t>(last)));
  }
  std::uint64_t number() { return from_big_endian(octets(8)); }
  time_point time() { return time_point{duration{static_cast<duration::rep>(number())}}; }
  std::optional<time_point> time_if(bool there) { return there ? std::optional{time()} : std::nullopt; }
  std::string_view text() { return octets(octet_up_to(255)); }
  template <class Token>
  Token bits() {
    std::array<std::uint8_t, Token::octets> value{};
    std::ranges::copy(octets(Token::octets), value.begin());
    return Token{value};
  }

 private:
  std::string_view left_;
  bool good_ = true;
};

std::uint8_t flags_of(const verification& state) {
  const auto when = [](bool set, std::uint8_t flag) { return set ? flag : std::uint8_t{0}; };
  return static_cast<std::uint8_t>(when(state.verified_at.has_value(), verified_at_flag) |
                                   when(state.lost_at.has_value(), lost_at_flag) |
                                   when(state.checked_at.has_value(), checked_at_flag));
}

void write_times(writer& out, const verification& state) {
  out.time(state.window_started_at);
  out.time(state.verified_at);
  out.time(state.lost_at);
  out.time(state.checked_at);
}

void read_times(reader& from, std::uint8_t flags, verification& state) {
  state.window_started_at = from.time();
  state.verified_at = from.time_if((flags & verified_at_flag) != 0);
  state.lost_at = from.time_if((flags & lost_at_flag) != 0);
  state.checked_at = from.time_if((flags & checked_at_flag) != 0);
}

void write_finding(writer& out, const finding& seen) {
  out.octet(static_cast<std::uint8_t>(seen.kind));
  out.octet(static_cast<std::uint8_t>(seen.reason));
  out.text(std::string_view{seen.observed}.substr(0, longest_observed));
}

finding read_finding(reader& from) {
  const auto kind = from.value_up_to(last_kind);
  const auto reason = from.value_up_to(last_reason);
  return {kind, reason, std::string{from.text()}};
}

void write_txt(writer& out, const identity& subject) {
  out.octet(flags_of(subject.txt));
  out.octet(static_cast<std::uint8_t>(subject.txt.status));
  out.octet(subject.txt.misses);
  write_times(out, subject.txt);
  out.bits(subject.txt_token);
  write_finding(out, subject.txt_finding);
}

/// False when the flags or the status are none that a TXT proof has.
bool read_txt(reader& from, identity& into) {
  const std::uint8_t flags = from.octet_up_to(time_flags);
  into.txt.status = from.value_up_to(last_status);
  into.txt.misses = from.octet_up_to(255);
  read_times(from, flags, into.txt);
  into.txt_token = from.bits<verification_token>();
  into.txt_finding = read_finding(from);
  return (flags & dkim_enabled_flag) == 0 && into.txt.status != dkim_status::not_started;
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
  writer out;
  const std::uint8_t version = record_version(subject);
  out.octet(version);
  out.octet(flags_of(subject.dkim) | (subject.dkim_enabled ? dkim_enabled_flag : std::uint8_t{0}));
  out.octet(static_cast<std::uint8_t>(subject.dkim.status));
  out.octet(subject.dkim.misses);
  out.number(subject.id);
  out.time(subject.created_at);
  write_times(out, subject.dkim);
  for (const token& each : subject.tokens) out.bits(each);
  out.text(subject.account);
  out.text(subject.domain.text());
  for (const finding& each : subject.findings) write_finding(out, each);
  if (version == version_with_txt) write_txt(out, subject);
  return std::move(out).finished();
}

boost::system::result<identity, record_fault> decode(std::string_view bytes) {
  if (bytes.size() <= checksum_octets) return record_fault::checksum;
  const std::string_view content = bytes.substr(0, bytes.size() - checksum_octets);
  if (crc32c(content) != from_big_endian(bytes.substr(content.size()))) return record_fault::checksum;

  reader in{content};
  const std::uint8_t version = in.octet_up_to(255);
  if (version != version_without_txt && version != version_with_txt) return record_fault::unknown_version;

  verification dkim;
  const std::uint8_t flags = in.octet_up_to(dkim_enabled_flag | time_flags);
  dkim.status = in.value_up_to(last_status);
  dkim.misses = in.octet_up_to(255);
  const std::uint64_t id = in.number();
  const time_point created_at = in.time();
  read_times(in, flags, dkim);
  const token_set tokens{in.bits<token>(), in.bits<token>(), in.bits<token>()};
  const std::string_view account = in.text();
  const std::string_view name = in.text();
  auto domain = domain_name::parse(name);
  std::array findings{read_finding(in), read_finding(in), read_finding(in)};
  if (!in.good() || !is_account_name(account) || !domain || domain->text() != name)
    return record_fault::content;

  identity subject{.id = id,
                   .account = std::string{account},
                   .domain = std::move(*domain),
                   .created_at = created_at,
                   .tokens = tokens,
                   .dkim_enabled = (flags & dkim_enabled_flag) != 0,
                   .dkim = dkim,
                   .findings = std::move(findings)};
  if (version == version_with_txt && !read_txt(in, subject)) return record_fault::content;
  if (!in.good() || !in.at_end()) return record_fault::content;
  return subject;
}

}  // namespace easydkim
