// SPDX-License-Identifier: Apache-2.0
#include "core/fault.hpp"

#include <algorithm>
#include <array>

namespace easydkim {
namespace {

using enum fault_severity;

constexpr std::array rows{
    fault_row{fault::no_ipv4, "no_ipv4", "resolver", warning,
              "this host reaches no name server over IPv4 ({}); where too few others can be asked, the "
              "resolver is asked "
              "as well",
              "give this host a route for IPv4", "name servers are reached over IPv4"},
    fault_row{fault::no_ipv6, "no_ipv6", "resolver", warning,
              "this host reaches no name server over IPv6 ({}); where too few others can be asked, the "
              "resolver is asked "
              "as well",
              "give this host a route for IPv6", "name servers are reached over IPv6"},
    fault_row{fault::port_53_blocked, "port_53_blocked", "resolver", warning,
              "port 53 to the world seems blocked: no name server of any domain answers, nor does the root; "
              "asking {} "
              "instead",
              "open the port, or set resolver.mode = \"recursive\"",
              "name servers of domains answer again; asking them"},
    fault_row{
        fault::port_53_diverted, "port_53_diverted", "resolver", warning,
        "port 53 to the world is diverted: whichever name server is asked, somebody else answers without "
        "authority, for the root as well; asking {} instead",
        "have queries to port 53 let through as they are, or set resolver.mode = \"recursive\"",
        "name servers of domains answer with authority again; asking them"},
    fault_row{
        fault::resolver_no_tcp, "resolver_no_tcp", "resolver", critical,
        "{} does not answer over TCP, though over UDP; no record can be confirmed",
        "open TCP port 53 to it, or name another server in resolver.servers or resolver.confirm_servers",
        "answers over TCP again; records are confirmed"},
    fault_row{fault::confirm_server_dead, "confirm_server_dead", "resolver", critical,
              "{} answers neither over TCP nor over UDP; no record can be confirmed",
              "mend it, or name another server in resolver.confirm_servers",
              "servers that confirm answer over TCP again; records are confirmed"},
    fault_row{fault::resolver_filters, "resolver_filters", "resolver", warning,
              "our resolver denies names that their zones have ({}); their owners are not blamed for it",
              "exempt this host from its filter, or name another server in resolver.servers",
              "no longer denies names that their zones have"},
    fault_row{fault::resolver_ill, "resolver_ill", "resolver", critical,
              "no lookup is answered; polling slowly until one is", "check resolver.servers",
              "answers again; polling at full pace"},
    fault_row{
        fault::resolver_unknown, "resolver_unknown", "resolver", critical,
        "no DNS server can be taken from the system: {}",
        "name servers there, which is read again when it changes, or set resolver.servers in easydkimd.toml",
        "a DNS server is known again"},
    fault_row{fault::store_not_writable, "store_not_writable", "store", critical,
              "nothing can be written to {}; reads and polling go on", "make room on its disk, or mend it",
              "is written again"},
    fault_row{fault::suffix_changed, "suffix_changed", "store", warning,
              "{}: these identities are looked for under the suffix that they were issued with",
              "set verification.target_suffix back, or name the former one in verification.former_suffixes",
              "all identities have a suffix that is configured"},
    fault_row{fault::clock_stepped, "clock_stepped", "clock", warning,
              "was set by {} s; windows and checks are moved along",
              "see that one service keeps the clock (timedatectl)", "is steady again"},
};

constexpr bool are_in_order() {
  for (std::size_t at = 0; at < rows.size(); ++at)
    if (static_cast<std::size_t>(rows[at].which) != at) return false;
  return true;
}
static_assert(are_in_order());

}  // namespace

std::span<const fault_row> fault_rows() noexcept {
  return rows;
}

std::optional<fault> fault_from_string(std::string_view name) noexcept {
  const auto found = std::ranges::find(rows, name, &fault_row::name);
  return found == rows.end() ? std::nullopt : std::optional{found->which};
}

std::string what_of(fault which, std::string_view detail) {
  std::string text{row_of(which).what};
  if (const auto place = text.find("{}"); place != text.npos) text.replace(place, 2, detail);
  return text;
}

}  // namespace easydkim
