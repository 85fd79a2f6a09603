// SPDX-License-Identifier: Apache-2.0
// The DNS servers that the system uses, for `resolver.servers = []`.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/transport/server_address.hpp"

namespace easydkim {

/// The addresses of the `nameserver` lines (resolv.conf(5)), at most three, as glibc; lines that are not
/// understood, and addresses with a zone, are passed over.
std::vector<server_address> nameservers_in(std::string_view text);

/// The addresses in `file`, at least one; otherwise a sentence for the operator. A missing file or an empty
/// list never means 127.0.0.1: c-ares and glibc would silently ask there.
boost::system::result<std::vector<server_address>, std::string> read_resolv_conf(
    const std::filesystem::path& file = "/etc/resolv.conf");

/// Tells when the file is another one, or was written anew; follows links. One system call a look.
class resolv_conf_watch {
 public:
  explicit resolv_conf_watch(std::filesystem::path file = "/etc/resolv.conf") : file_{std::move(file)} {}

  /// True at the first look, and at each at which the file is not what it was at the look before.
  bool has_changed();

  /// The next look counts as the first.
  void forget() { before_.reset(); }

 private:
  /// All zero for a file that is not there.
  struct stamp {
    std::uint64_t device = 0, inode = 0, octets = 0;
    std::int64_t seconds = 0, nanoseconds = 0;
    bool operator==(const stamp&) const = default;
  };
  std::filesystem::path file_;
  std::optional<stamp> before_;
};

}  // namespace easydkim
