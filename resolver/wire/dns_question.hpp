// SPDX-License-Identifier: Apache-2.0
// The question that asks for one record, as the bytes that are sent.
//
// An off-path forger must guess what he cannot see: the id, the source port, and the case of each letter of
// the name ("0x20": servers copy the question byte for byte, draft-vixie-dnsext-dns0x20). Id and case are
// drawn here from random octets that the caller brings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace easydkim {

/// The types of records that are asked for or looked at.
enum class rr_type : std::uint16_t {
  a = 1,       // RFC 1035 section 3.2.2
  ns = 2,      // the same
  cname = 5,   // the same
  soa = 6,     // the same
  ptr = 12,    // the same
  mx = 15,     // the same
  txt = 16,    // the same
  aaaa = 28,   // RFC 3596
  srv = 33,    // RFC 2782
  dname = 39,  // RFC 6672
  opt = 41,    // RFC 6891
  ds = 43,     // RFC 4034
  rrsig = 46,  // the same
  tlsa = 52,   // RFC 6698
  https = 65,  // RFC 9460
  caa = 257,   // RFC 8659
};

/// How a question wants to be answered.
struct question_manner {
  enum class recursion : std::uint8_t {
    desired,  // for a resolver
    none,     // RD=0: the server is to say what it has itself
  };
  enum class dnssec : std::uint8_t {
    checked,    // as the resolver does by itself
    unchecked,  // CD=1: also what does not validate (RFC 4035 section 3.2.2)
  };
  enum class edns : std::uint8_t {
    off,
    on,  // RFC 6891, up to 1232 octets: needed for an Extended DNS Error
  };
  enum class letters : std::uint8_t {
    drawn,  // the case of each at random: a forger must guess it
    small,  // for servers that drop a question in mixed case, or change it
  };
  recursion recurse = recursion::desired;
  dnssec validation = dnssec::checked;
  edns extension = edns::off;
  letters cases = letters::drawn;
};

/// For a zone's own server.
inline constexpr question_manner of_authority{.recurse = question_manner::recursion::none};

/// A whole query for a name and a type, class IN: recursion desired, AD set (RFC 6840 section 5.7), no EDNS,
/// unless the manner says otherwise. Holds its bytes in place, without allocation.
class dns_question {
 public:
  static constexpr std::size_t header_octets = 12;
  static constexpr std::size_t random_octets = 2 + 32;  // the id, and one bit for each letter of a name

  dns_question() = default;

  /// `name`: its parts, which dots will join: a label, or labels with dots between them, in letters of any
  /// case. Throws std::invalid_argument for what is no name (an empty or overlong label, over 253
  /// characters): a broken precondition. A name of no parts is the root.
  dns_question(std::initializer_list<std::string_view> name, rr_type type,
               std::span<const std::uint8_t, random_octets> random, const question_manner& manner = {});

  /// The query as it is sent.
  std::span<const std::uint8_t> bytes() const noexcept { return {octets_.data(), size_}; }

  /// What an answer must repeat: name, type and class.
  std::span<const std::uint8_t> question() const noexcept {
    return bytes().subspan(header_octets, question_size_);
  }

  /// RD=0: the server is to say what it has itself. False before anything is asked.
  bool is_for_authority() const noexcept { return question_size_ > 0 && (octets_[2] & 0x01) == 0; }

 private:
  static constexpr std::size_t longest_name = 255;  // RFC 1035 section 2.3.4
  static constexpr std::size_t opt_octets = 11;     // an OPT record without options

  void append_labels(std::string_view text);
  void append_opt();

  std::array<std::uint8_t, header_octets + longest_name + 4 + opt_octets> octets_{};
  std::size_t size_ = header_octets;
  std::size_t question_size_ = 0;
};

}  // namespace easydkim
