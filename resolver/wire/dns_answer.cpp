// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/dns_answer.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "resolver/wire/message_name.hpp"
#include "resolver/wire/message_record.hpp"
#include "resolver/wire/txt_answer.hpp"

namespace easydkim {
namespace {

constexpr std::size_t header_octets = dns_question::header_octets;

enum class rcode : std::uint8_t {  // RFC 1035 section 4.1.1
  no_error = 0,
  servfail = 2,
  no_such_name = 3,
  refused = 5,
};

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

  bool says_no_such_name() const { return rcode == static_cast<unsigned>(rcode::no_such_name); }
};

finding no_answer(finding_reason reason) {
  return {finding_kind::no_answer, reason, {}};
}
finding unreadable() {
  return no_answer(finding_reason::unreadable);
}

bool is_right(const message_name& target, const expectation& expected) {
  return target.is(expected.label, expected.suffix);
}

/// What the answer section holds for the name whose CNAME was asked for.
struct cname_answer {
  std::size_t cnames = 0;
  std::optional<message_name> target;  // the first that is not the expected one, or else the first
  std::optional<message_name> redirection;
};

std::optional<cname_answer> read_cname_answer(record_reader& records, std::size_t count,
                                              const message_name& asked, const expectation& expected) {
  cname_answer seen;
  for (; count > 0; --count) {
    const auto each = records.next();
    if (!each) return std::nullopt;
    const bool ours = each->type == rr_type::cname && each->is_in_class_in() && each->owner == asked;
    if (!ours && each->type != rr_type::dname) continue;
    const auto target = records.target(*each);
    if (!target) return std::nullopt;
    if (!ours) {
      seen.redirection = target;
    } else if (++seen.cnames == 1 || (is_right(*seen.target, expected) && !is_right(*target, expected))) {
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
  if (head.says_no_such_name()) return {finding_kind::absent, finding_reason::no_such_name, {}};
  if (name_servers && !start_of_authority) return no_answer(finding_reason::referral);
  return {finding_kind::absent, finding_reason::no_such_type, {}};
}

/// Something is there for the name that was asked.
finding judge(const cname_answer& seen, const expectation& expected) {
  if (seen.redirection)
    return {finding_kind::wrong_target, finding_reason::redirected, "DNAME " + seen.redirection->text()};
  if (seen.cnames > 1)
    return {finding_kind::wrong_target, finding_reason::several_cnames, seen.target->text()};
  if (!is_right(*seen.target, expected))
    return {finding_kind::wrong_target, finding_reason::other_target, seen.target->text()};
  if (expected.is == expectation::target::control)
    return {finding_kind::found, finding_reason::none, seen.target->text()};
  return {finding_kind::found, finding_reason::none, {}};
}

/// What the answer section says about the name; `unchecked` when it says nothing of it.
finding about_cname(record_reader& records, const header& head, const message_name& name,
                    const expectation& expected) {
  const auto seen = read_cname_answer(records, head.answers, name, expected);
  if (!seen) return unreadable();
  if (head.says_no_such_name()) return seen->cnames > 0 ? unreadable() : finding{};
  return seen->cnames > 0 || seen->redirection ? judge(*seen, expected) : finding{};
}

/// The same for a TXT record. The target of a CNAME may well not exist: then the reply says NXDOMAIN beside
/// the CNAME (RFC 2308 section 2.1).
finding about_txt(record_reader& records, const header& head, const message_name& name,
                  std::string_view text) {
  const auto seen = read_txt_answer(records, head.answers, name, text);
  if (!seen) return unreadable();
  if (head.says_no_such_name() && (seen->has_ours || seen->others)) return unreadable();
  return seen->is_empty() ? finding{} : judge(*seen);
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

bool is_authenticated(octets reply) noexcept {
  constexpr std::uint8_t authentic_data = 0x20;
  return reply.size() >= header_octets && (reply[3] & authentic_data) != 0;
}

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
  finding seen = expected.is == expectation::target::text ? about_txt(records, head, *name, expected.text)
                                                          : about_cname(records, head, *name, expected);
  if (seen.kind != finding_kind::unchecked) return seen;
  return head.answers > 0 && !head.says_no_such_name() ? unreadable() : read_authorities(records, head);
}

}  // namespace easydkim
