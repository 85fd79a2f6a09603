#include "resolver/dns_answer.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "resolver/message_name.hpp"

namespace easydkim {
namespace {

using octets = std::span<const std::uint8_t>;

constexpr std::size_t header_octets = dns_question::header_octets;

enum class rcode : std::uint8_t {  // RFC 1035 section 4.1.1
  no_error = 0,
  servfail = 2,
  no_such_name = 3,
  refused = 5,
};

enum class rr_type : std::uint16_t {
  ns = 2,      // RFC 1035 section 3.2.2
  cname = 5,   // the same
  soa = 6,     // the same
  dname = 39,  // RFC 6672
};

constexpr std::uint16_t class_in = 1;

constexpr std::uint16_t number_at(octets message, std::size_t at) {
  return static_cast<std::uint16_t>(message[at] << 8 | message[at + 1]);
}

/// The fixed part of a message (RFC 1035 section 4.1.1).
struct header {
  bool is_response, is_truncated;
  unsigned opcode, rcode;
  std::uint16_t questions, answers, authorities;

  explicit header(octets message)
      : is_response{(message[2] & 0x80) != 0},
        is_truncated{(message[2] & 0x02) != 0},
        opcode{message[2] >> 3 & 0xFU},
        rcode{message[3] & 0xFU},
        questions{number_at(message, 4)},
        answers{number_at(message, 6)},
        authorities{number_at(message, 8)} {}
};

struct record {
  message_name owner;
  rr_type type;
  std::uint16_t rr_class;
  std::size_t data, data_end;  // where RDATA stands in the message
};

/// Reads resource records one after the other (RFC 1035 section 4.1.3).
class record_reader {
 public:
  record_reader(octets message, std::size_t at) : message_{message}, at_{at} {}

  /// Nothing when the record leaves the message.
  std::optional<record> next() {
    constexpr std::size_t fixed_octets = 10;  // type, class, TTL and length of RDATA
    const auto owner = message_name::read(message_, at_);
    if (!owner || message_.size() - owner->end() < fixed_octets) return std::nullopt;
    const std::size_t fixed = owner->end();
    const std::size_t data = fixed + fixed_octets;
    const std::size_t length = number_at(message_, fixed + 8);
    if (message_.size() - data < length) return std::nullopt;
    at_ = data + length;
    return record{*owner, rr_type{number_at(message_, fixed)}, number_at(message_, fixed + 2), data, at_};
  }

  /// The name that fills the RDATA of `of`; nothing when it is no name, or not all of it.
  std::optional<message_name> target(const record& of) const {
    const auto name = message_name::read(message_, of.data);
    return name && name->end() == of.data_end ? name : std::nullopt;
  }

 private:
  octets message_;
  std::size_t at_;
};

finding no_answer(finding_reason reason) {
  return {finding_kind::no_answer, reason, {}};
}
finding unreadable() {
  return no_answer(finding_reason::unreadable);
}

bool is_expected(const message_name& target, const expectation& expected) {
  return expected.is == expectation::target::exact ? target.is(expected.label, expected.suffix)
                                                   : target.is_in(expected.suffix);
}

/// What the answer section holds for the name that was asked.
struct answer_section {
  std::size_t cnames = 0;
  std::optional<message_name> target;  // the first that is not the expected one, or else the first
  std::optional<message_name> redirection;
};

std::optional<answer_section> read_answers(record_reader& records, std::size_t count,
                                           const message_name& asked, const expectation& expected) {
  answer_section seen;
  for (; count > 0; --count) {
    const auto each = records.next();
    if (!each) return std::nullopt;
    const bool ours = each->type == rr_type::cname && each->rr_class == class_in && each->owner == asked;
    if (!ours && each->type != rr_type::dname) continue;
    const auto target = records.target(*each);
    if (!target) return std::nullopt;
    if (!ours) {
      seen.redirection = target;
    } else if (++seen.cnames == 1 ||
               (is_expected(*seen.target, expected) && !is_expected(*target, expected))) {
      seen.target = target;
    }
  }
  return seen;
}

/// What no answer means: the authority section tells a negative answer from a referral (RFC 2308
/// section 2.2).
finding read_authorities(record_reader& records, const header& head) {
  bool name_servers = false;
  bool start_of_authority = false;
  for (std::size_t count = head.authorities; count > 0; --count) {
    const auto each = records.next();
    if (!each) return unreadable();
    name_servers |= each->type == rr_type::ns;
    start_of_authority |= each->type == rr_type::soa;
  }
  if (head.rcode == static_cast<unsigned>(rcode::no_such_name))
    return {finding_kind::absent, finding_reason::no_such_name, {}};
  if (name_servers && !start_of_authority) return no_answer(finding_reason::referral);
  return {finding_kind::absent, finding_reason::no_such_type, {}};
}

/// Something is there for the name that was asked.
finding judge(const answer_section& seen, const expectation& expected) {
  if (seen.redirection)
    return {finding_kind::wrong_target, finding_reason::redirected, "DNAME " + seen.redirection->text()};
  if (seen.cnames > 1)
    return {finding_kind::wrong_target, finding_reason::several_cnames, seen.target->text()};
  if (!is_expected(*seen.target, expected))
    return {finding_kind::wrong_target, finding_reason::other_target, seen.target->text()};
  if (expected.is == expectation::target::any_in_suffix)
    return {finding_kind::found, finding_reason::none, seen.target->text()};
  return {finding_kind::found, finding_reason::none, {}};
}

finding failure(unsigned code) {
  std::string name = "RCODE " + std::to_string(code);
  if (code == 1) name = "FORMERR";
  if (code == 4) name = "NOTIMP";
  return {finding_kind::no_answer, finding_reason::other_rcode, std::move(name)};
}

/// The question of a reply must be the one that was asked; nothing when it is.
std::optional<finding> fault_of_question(octets reply, const dns_question& asked,
                                         const expectation& expected) {
  const octets ours = asked.question();
  if (reply.size() - header_octets < ours.size()) return unreadable();
  const octets theirs = reply.subspan(header_octets, ours.size());
  if (std::ranges::equal(theirs, ours)) return std::nullopt;
  // Lengths, type and class are no letters, so this compares them exactly.
  const auto text = [](octets from) {
    return std::string_view{reinterpret_cast<const char*>(from.data()), from.size()};
  };
  if (!equal_ignoring_case(text(theirs), text(ours))) return unreadable();
  if (expected.over == expectation::transport::udp) return no_answer(finding_reason::case_changed);
  return std::nullopt;
}

}  // namespace

finding read_answer(octets reply, const dns_question& asked, const expectation& expected) {
  if (reply.size() < header_octets) return unreadable();
  const header head{reply};
  if (!head.is_response || head.opcode != 0 || head.questions != 1) return unreadable();
  if (auto fault = fault_of_question(reply, asked, expected)) return *std::move(fault);
  if (head.is_truncated) return no_answer(finding_reason::truncated);

  switch (rcode{static_cast<std::uint8_t>(head.rcode)}) {
    case rcode::no_error:
    case rcode::no_such_name:
      break;
    case rcode::servfail:
      return no_answer(finding_reason::servfail);
    case rcode::refused:
      return no_answer(finding_reason::refused);
    default:
      return failure(head.rcode);
  }

  const auto name = message_name::read(reply, header_octets);
  if (!name) return unreadable();
  record_reader records{reply, header_octets + asked.question().size()};
  const auto seen = read_answers(records, head.answers, *name, expected);
  if (!seen) return unreadable();

  if (head.rcode == static_cast<unsigned>(rcode::no_such_name))
    return seen->cnames > 0 ? unreadable() : read_authorities(records, head);
  if (seen->cnames > 0 || seen->redirection) return judge(*seen, expected);
  return head.answers > 0 ? unreadable() : read_authorities(records, head);
}

}  // namespace easydkim
