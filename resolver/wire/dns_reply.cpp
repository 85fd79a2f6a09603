// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/dns_reply.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

#include "core/printable.hpp"
#include "resolver/wire/character_strings.hpp"
#include "resolver/wire/message_record.hpp"

namespace easydkim {
namespace {

constexpr std::size_t header_octets = dns_question::header_octets;

template <class Address>
std::optional<std::string> address_text(octets data) {
  typename Address::bytes_type bytes;
  if (data.size() != bytes.size()) return std::nullopt;
  std::ranges::copy(data, bytes.begin());
  return Address{bytes}.to_string();
}

/// RFC 1035 section 3.3.13: two names, then serial, refresh, retry, expire and minimum.
std::optional<start_of_authority> read_soa(octets message, const message_record& of) {
  constexpr std::size_t numbers = 5 * 4;
  const auto primary = message_name::read(message, of.data);
  if (!primary) return std::nullopt;
  const auto mailbox = message_name::read(message, primary->end());
  if (!mailbox || mailbox->end() + numbers != of.data_end) return std::nullopt;
  return start_of_authority{.primary = primary->text(),
                            .serial = long_number_at(message, mailbox->end()),
                            .minimum = long_number_at(message, mailbox->end() + 16)};
}

/// The value of the record as text, of TXT no more than `longest`; nothing when it breaks the form of its
/// type.
std::optional<std::string> read_text(octets message, const record_reader& records, const message_record& of,
                                     std::size_t longest) {
  const octets data = records.data(of);
  switch (of.type) {
    case rr_type::ns:
    case rr_type::cname:
    case rr_type::dname:
      if (const auto target = records.target(of)) return target->text();
      return std::nullopt;
    case rr_type::a:
      return address_text<boost::asio::ip::address_v4>(data);
    case rr_type::aaaa:
      return address_text<boost::asio::ip::address_v6>(data);
    case rr_type::txt:
      if (!character_strings::are_well_formed(data)) return std::nullopt;
      return character_strings::joined(data, longest);
    case rr_type::soa:
      if (const auto soa = read_soa(message, of)) return soa->primary;
      return std::nullopt;
    default:
      return std::string{};
  }
}

/// The Extended DNS Error among the options of an OPT record (RFC 6891 section 6.1.2, RFC 8914 section 2).
std::optional<extended_error> read_error(octets options) {
  constexpr std::size_t head = 4;
  constexpr std::uint16_t code_of_error = 15;
  while (options.size() >= head) {
    const std::size_t length = number_at(options, 2);
    if (options.size() - head < length) break;
    const octets value = options.subspan(head, length);
    if (number_at(options, 0) == code_of_error && value.size() >= 2)
      return extended_error{number_at(value, 0),
                            excerpt({reinterpret_cast<const char*>(value.data()) + 2, value.size() - 2})};
    options = options.subspan(head + length);
  }
  return std::nullopt;
}

/// Reads the records of a reply, and keeps what was asked for.
class wanted_records {
 public:
  wanted_records(octets message, std::size_t first_record, const message_name& name, rr_type type,
                 dns_reply& into)
      : message_{message}, records_{message, first_record}, type_{type}, names_{name}, into_{into} {}

  /// Read these in the order of the message. False when a record leaves it, or one that is wanted breaks the
  /// form of its type.
  bool read_answer(std::size_t count) {
    return each(count, [this](const message_record& one) {
      const bool is_alias = one.type == rr_type::cname || one.type == rr_type::dname;
      const bool is_ours =
          one.type == rr_type::dname ||
          ((one.type == type_ || is_alias) &&
           std::ranges::any_of(names_, [&](const message_name& each) { return each == one.owner; }));
      if (!is_ours) {
        into_.has_other_answers = true;
        return true;
      }
      if (one.type == rr_type::cname) note(names_, longest_chain, records_.target(one));
      if (one.type == rr_type::ns) note_server(one);
      return keep(one, into_.answer, dns_reply::most_records);
    });
  }
  bool read_authority(std::size_t count) {
    return each(count, [this](const message_record& one) {
      if (one.type == rr_type::ns) note_server(one);
      return (one.type != rr_type::ns && one.type != rr_type::soa) ||
             keep(one, into_.authority, dns_reply::most_records);
    });
  }
  bool read_additional(std::size_t count) {
    return each(count, [this](const message_record& one) {
      if (one.type != rr_type::a && one.type != rr_type::aaaa) return true;
      const auto of =
          std::ranges::find_if(servers_, [&](const server& each) { return each.name == one.owner; });
      if (of == servers_.end()) return true;
      if (of->addresses++ < dns_reply::most_addresses_of_a_server)
        return keep(one, into_.additional, dns_reply::most_records * dns_reply::most_addresses_of_a_server);
      into_.is_partial = true;
      return true;
    });
  }

 private:
  static constexpr std::size_t longest_chain = 16;

  struct server {
    message_name name;
    std::size_t addresses = 0;
  };

  /// Calls `take` for each record of class IN that is no OPT.
  template <class taker>
  bool each(std::size_t count, taker take) {
    for (; count > 0; --count) {
      const auto one = records_.next();
      if (!one) return false;
      if (one->type == rr_type::opt)
        into_.error = read_error(records_.data(*one));
      else if (one->is_in_class_in() && !take(*one))
        return false;
    }
    return true;
  }

  static void note(std::vector<message_name>& names, std::size_t most,
                   const std::optional<message_name>& name) {
    if (name && names.size() < most) names.push_back(*name);
  }
  void note_server(const message_record& one) {
    const auto name = records_.target(one);
    if (name && servers_.size() < dns_reply::most_records) servers_.push_back({*name});
  }

  /// Once the bound of text was met nothing more is kept, so that no name is written out in vain.
  bool keep(const message_record& one, std::vector<resource_record>& to, std::size_t most) {
    if (to.size() >= most || is_full_) {
      into_.is_partial = true;
      return true;
    }
    std::optional<std::string> text = read_text(message_, records_, one, text_left_ + 1);
    if (!text) return false;
    std::string owner = one.owner.text();
    if (owner.size() + text->size() > text_left_) {
      is_full_ = into_.is_partial = true;
      return true;
    }
    text_left_ -= owner.size() + text->size();
    to.push_back({.owner = std::move(owner), .type = one.type, .ttl = one.ttl, .text = *std::move(text)});
    if (one.type == rr_type::soa) to.back().soa = *read_soa(message_, one);
    return true;
  }

  octets message_;
  record_reader records_;
  rr_type type_;
  std::vector<message_name> names_;  // that was asked for, and where its CNAMEs lead
  std::vector<server> servers_{};
  std::size_t text_left_ = dns_reply::most_text;
  bool is_full_ = false;
  dns_reply& into_;
};

/// Lengths, type and class are no letters, so this compares them exactly.
bool is_same_question(octets a, octets b) {
  const auto text = [](octets from) {
    return std::string_view{reinterpret_cast<const char*>(from.data()), from.size()};
  };
  return equal_ignoring_case(text(a), text(b));
}

struct code_row {
  unsigned code;
  std::string_view word;
};
constexpr std::array rcodes{code_row{0, "NOERROR"},  code_row{1, "FORMERR"}, code_row{2, "SERVFAIL"},
                            code_row{3, "NXDOMAIN"}, code_row{4, "NOTIMP"},  code_row{5, "REFUSED"},
                            code_row{9, "NOTAUTH"}};
constexpr std::array types{
    code_row{1, "A"},      code_row{2, "NS"},     code_row{5, "CNAME"},  code_row{6, "SOA"},
    code_row{12, "PTR"},   code_row{15, "MX"},    code_row{16, "TXT"},   code_row{28, "AAAA"},
    code_row{33, "SRV"},   code_row{39, "DNAME"}, code_row{41, "OPT"},   code_row{43, "DS"},
    code_row{46, "RRSIG"}, code_row{52, "TLSA"},  code_row{65, "HTTPS"}, code_row{257, "CAA"}};

template <std::size_t rows>
std::string word_of(const std::array<code_row, rows>& table, unsigned code, std::string_view otherwise) {
  const auto at = std::ranges::find(table, code, &code_row::code);
  return at == table.end() ? std::string{otherwise} + std::to_string(code) : std::string{at->word};
}

}  // namespace

std::vector<const resource_record*> dns_reply::answers(std::string_view owner, rr_type type) const {
  std::vector<const resource_record*> found;
  for (const resource_record& each : answer)
    if (each.type == type && equal_ignoring_case(each.owner, owner)) found.push_back(&each);
  return found;
}

const resource_record* dns_reply::soa() const noexcept {
  for (const auto* section : {&answer, &authority}) {
    const auto at = std::ranges::find(*section, rr_type::soa, &resource_record::type);
    if (at != section->end()) return &*at;
  }
  return nullptr;
}

bool dns_reply::is_referral() const noexcept {
  const auto is_name_server = [](const resource_record& each) { return each.type == rr_type::ns; };
  return rcode == 0 && !authoritative && answer.empty() && !has_other_answers && soa() == nullptr &&
         std::ranges::any_of(authority, is_name_server);
}

std::size_t memory_of(const dns_reply& reply) noexcept {
  std::size_t all = sizeof reply;
  for (const auto* section : {&reply.answer, &reply.authority, &reply.additional}) {
    all += section->capacity() * sizeof(resource_record);
    for (const resource_record& each : *section)
      all += each.owner.capacity() + each.text.capacity() + each.soa.primary.capacity();
  }
  return all;
}

std::string rcode_text(unsigned code) {
  return word_of(rcodes, code, "RCODE ");
}

std::string type_text(rr_type type) {
  return word_of(types, static_cast<unsigned>(type), "TYPE");
}

std::optional<dns_reply> read_reply(octets reply, const dns_question& asked) {
  const octets ours = asked.question();
  if (reply.size() < header_octets + ours.size()) return std::nullopt;
  const bool is_response = (reply[2] & 0x80) != 0;
  const unsigned opcode = reply[2] >> 3 & 0xFU;
  const octets theirs = reply.subspan(header_octets, ours.size());
  if (!is_response || opcode != 0 || number_at(reply, 4) != 1 || !is_same_question(theirs, ours))
    return std::nullopt;

  dns_reply whole;
  whole.rcode = reply[3] & 0xFU;
  whole.authoritative = (reply[2] & 0x04) != 0;
  whole.truncated = (reply[2] & 0x02) != 0;
  whole.recursion_available = (reply[3] & 0x80) != 0;
  whole.authenticated = (reply[3] & 0x20) != 0;
  whole.kept_case = std::ranges::equal(theirs, ours);
  if (whole.truncated) return whole;  // what is left of it tells nothing
  const std::size_t answers = number_at(reply, 6), authorities = number_at(reply, 8),
                    additionals = number_at(reply, 10);
  if (asked.is_for_authority() &&
      (reply.size() > dns_reply::longest_of_authority ||
       answers + authorities + additionals > dns_reply::most_records_of_authority))
    return std::nullopt;
  const auto name = message_name::read(reply, header_octets);
  if (!name) return std::nullopt;
  const rr_type type{number_at(ours, ours.size() - 4)};
  wanted_records wanted{reply, header_octets + ours.size(), *name, type, whole};
  if (!wanted.read_answer(answers) || !wanted.read_authority(authorities) ||
      !wanted.read_additional(additionals))
    return std::nullopt;
  if (whole.is_partial && whole.says_no_such_name())
    return std::nullopt;  // nobody is to take it for a denial
  return whole;
}

}  // namespace easydkim
