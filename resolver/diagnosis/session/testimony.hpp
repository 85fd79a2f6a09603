// SPDX-License-Identifier: Apache-2.0
// What one server said to one question of a diagnosis, and where a record stands there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "resolver/zones/record_look.hpp"
#include "resolver/zones/zone.hpp"

namespace easydkim {

struct testimony {
  std::string server;   // "ns1.example.net (192.0.2.1)", or "resolver"
  std::string name;     // "ns1.example.net"; empty for the resolver
  std::string address;  // "192.0.2.1"; of the resolver with its port, where that is known
  server_reply reply{};
  bool was_asked = true;  // not: it is left alone, since it was silent or lame before, or
  bool is_busy = false;   // with our own questions
  bool counts =
      false;  // it answered for the zone: NOERROR or NXDOMAIN, whole, and of a zone's server with AA
  std::string last_failure{};  // not asked: its last answer that did not count, as in server_answer
  std::vector<std::string> delegated_to{};  // it refers to these for the very name: an NS record stands there

  /// Precondition: `counts`.
  const dns_reply& said() const noexcept { return *reply.content; }
};

/// `asked_for`: the name.
testimony of_server(server_answer answer, std::string_view asked_for);
testimony of_resolver(server_reply reply);

/// The same of a server that is left alone, from its last failure (server_answer).
std::string words_of_rest(std::string last_failure);

/// What a server does instead of answering, in words that follow its name; empty when its answer counts.
std::string failure_of(const testimony& at);

/// Where a wanted record stands at a server.
enum class record_standing : std::uint8_t {
  no_answer,     // nothing that counts
  no_such_name,  // NXDOMAIN
  no_such_type,  // the name exists (or the server says so to whatever name), without the record
  right,         // as it should be
  other,         // one, with another value
  several,       // more than one CNAME
  redirected,    // made up by a DNAME above
  delegated,     // NS records instead
};
record_standing standing_at(const testimony& at, const published_record& wanted);

constexpr bool is_absent(record_standing at) noexcept {
  return at == record_standing::no_such_name || at == record_standing::no_such_type;
}

/// The target of the CNAME at `name`, or else empty; of several the first that is not `value`.
std::string target_of(const dns_reply& said, std::string_view name, std::string_view value = {});

/// How many servers say what of a record.
struct server_count {
  std::size_t right = 0, absent = 0, wrong = 0, silent = 0;
  std::size_t answers() const noexcept { return right + absent + wrong; }
};
server_count count_of(std::span<const testimony> said, const published_record& wanted);

}  // namespace easydkim
