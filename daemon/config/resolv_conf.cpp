// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/resolv_conf.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace easydkim {
namespace {

constexpr std::size_t most_servers = 3;  // MAXNS of glibc's <resolv.h>

}  // namespace

std::vector<server_address> nameservers_in(std::string_view text) {
  std::vector<server_address> servers;
  std::istringstream lines{std::string{text}};
  for (std::string line; servers.size() < most_servers && std::getline(lines, line);) {
    std::istringstream words{line};
    std::string keyword, address;
    // The keyword must start the line (resolv.conf(5)).
    if (!line.starts_with("nameserver") || !(words >> keyword >> address) || keyword != "nameserver")
      continue;
    boost::system::error_code fault;
    const auto parsed = boost::asio::ip::make_address(address, fault);
    if (!fault && address.find('%') == address.npos) servers.push_back({.address = parsed});
  }
  return servers;
}

boost::system::result<std::vector<server_address>, std::string> read_resolv_conf(
    const std::filesystem::path& file) {
  constexpr std::string_view remedy = "set resolver.servers in easydkimd.toml";
  std::ifstream stream{file};
  if (!stream) return file.native() + " cannot be read, so no DNS server is known; " + std::string{remedy};
  std::string text(std::size_t{1} << 16, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  auto servers = nameservers_in(text);
  if (servers.empty()) return file.native() + " names no DNS server; " + std::string{remedy};
  return servers;
}

bool resolv_conf_watch::has_changed() {
  struct ::stat file {};
  stamp now_so;
  if (::stat(file_.c_str(), &file) == 0)
    now_so = {.device = file.st_dev,
              .inode = file.st_ino,
              .octets = static_cast<std::uint64_t>(file.st_size),
              .seconds = file.st_mtim.tv_sec,
              .nanoseconds = file.st_mtim.tv_nsec};
  const bool is_other = !before_ || *before_ != now_so;
  before_ = now_so;
  return is_other;
}

}  // namespace easydkim
