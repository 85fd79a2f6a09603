// The DNS servers that the system uses, for `resolver.servers = []`.
#pragma once

#include <boost/system/result.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/server_address.hpp"

namespace easydkim {

/// The addresses of the `nameserver` lines (resolv.conf(5)), at most three, as glibc; lines that are not
/// understood, and addresses with a zone, are passed over.
std::vector<server_address> nameservers_in(std::string_view text);

/// The addresses in `file`, at least one; otherwise a sentence for the operator. A missing file or an empty
/// list never means 127.0.0.1: c-ares and glibc would silently ask there.
boost::system::result<std::vector<server_address>, std::string> read_resolv_conf(
    const std::filesystem::path& file = "/etc/resolv.conf");

}  // namespace easydkim
