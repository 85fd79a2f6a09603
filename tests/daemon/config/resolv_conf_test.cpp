// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/resolv_conf.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace easydkim {
namespace {

using servers = std::vector<std::string>;

servers addresses_in(std::string_view text) {
  servers addresses;
  for (const server_address& each : nameservers_in(text)) addresses.push_back(each.to_string());
  return addresses;
}

TEST(resolv_conf, names_its_servers_in_order) {
  EXPECT_EQ(addresses_in("# by hand\nsearch example.com\nnameserver 192.0.2.1\nnameserver\t2001:db8::1\n"),
            (servers{"192.0.2.1:53", "[2001:db8::1]:53"}));
}

TEST(resolv_conf, counts_for_three_servers_as_in_glibc) {
  EXPECT_EQ(addresses_in("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n"
                         "nameserver 192.0.2.4"),
            (servers{"192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"}));
}

TEST(resolv_conf, passes_over_what_is_no_server) {
  EXPECT_EQ(
      addresses_in("#nameserver 192.0.2.1\n;nameserver 192.0.2.2\n nameserver 192.0.2.3\n"
                   "nameservers 192.0.2.4\nnameserver localhost\nnameserver\nnameserver 192.0.2.5 # x\r\n"),
      servers{"192.0.2.5:53"});
}

TEST(resolv_conf, takes_the_line_ends_of_other_systems) {
  EXPECT_EQ(addresses_in("nameserver 192.0.2.1\r\n"), servers{"192.0.2.1:53"});
}

TEST(resolv_conf, without_a_server_never_means_this_machine) {
  const auto read = read_resolv_conf("/dev/null");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "/dev/null names no DNS server; set resolver.servers in easydkimd.toml");
}

TEST(resolv_conf, that_is_missing_never_means_this_machine) {
  const auto read = read_resolv_conf("/nonexistent/resolv.conf");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(),
            "/nonexistent/resolv.conf cannot be read, so no DNS server is known; set resolver.servers in "
            "easydkimd.toml");
}

TEST(resolv_conf, is_seen_to_change_when_it_is_written_replaced_or_removed) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("easydkim-resolv-conf-" + std::to_string(::getpid()));
  const auto write = [](const std::filesystem::path& to, std::string_view text) {
    std::ofstream{to} << text;
  };
  resolv_conf_watch watch{file};
  EXPECT_TRUE(watch.has_changed()) << "the first look";
  EXPECT_FALSE(watch.has_changed()) << "it is still missing";
  write(file, "nameserver 192.0.2.1\n");
  EXPECT_TRUE(watch.has_changed());
  EXPECT_FALSE(watch.has_changed());
  write(file.string() + ".new", "nameserver 192.0.2.2\n");
  std::filesystem::rename(file.string() + ".new", file);
  EXPECT_TRUE(watch.has_changed()) << "another file of the same length";
  write(file, "");
  EXPECT_TRUE(watch.has_changed());
  std::filesystem::remove(file);
  EXPECT_TRUE(watch.has_changed());
  watch.forget();
  EXPECT_TRUE(watch.has_changed());
}

}  // namespace
}  // namespace easydkim
