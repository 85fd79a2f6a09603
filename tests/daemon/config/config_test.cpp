// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "daemon/config/config_key.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;

std::string fault_of(std::string_view text) {
  const auto read = parse_config(text, "easydkimd.toml");
  return read ? "accepted" : read.error();
}

/// A file of its own in the directory for temporary files, gone with the object.
class temporary_file {
 public:
  explicit temporary_file(std::string_view text)
      : path_{std::filesystem::temp_directory_path() /
              ("easydkim-config-" + std::to_string(::getpid()) + ".toml")} {
    std::ofstream{path_} << text;
  }
  ~temporary_file() { std::filesystem::remove(path_); }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(config, of_an_empty_file_holds_the_defaults) {
  const auto read = parse_config("", "easydkimd.toml");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->store.path, "/var/lib/easydkim");
  EXPECT_EQ(read->store.size, std::uint64_t{16} << 30);
  EXPECT_EQ(read->control.mode, 0660U);
  EXPECT_EQ(read->verification.rules.window, 72h);
  EXPECT_EQ(read->verification.rules.max_interval, 10min);
  EXPECT_EQ(read->resolver.confirm, config::resolver_settings::confirmation::tcp);
  EXPECT_EQ(read->log.level, log_level::info);
}

TEST(config, takes_every_key_to_its_own_field) {
  const auto read = parse_config(R"(
[store]
path = "/srv/store"
size = "512MiB"
[control]
socket = "/srv/control.sock"
mode = "0600"
max_connections = 7
[status]
file = "/srv/status.json"
interval = "200ms"
[verification]
target_suffix = "DKIM.Example.org."
window = "1h"
recheck_interval = "2h"
grace = "3h"
[polling]
first_check = "100ms"
growth = 0.5
min_interval = "200ms"
max_interval = "300ms"
max_lookups_per_second = 0
[resolver]
mode = "recursive"
servers = ["127.0.0.1:5353", "::1", "[2001:db8::1]:53", "192.0.2.1"]
timeout = "500ms"
tries = 1
max_in_flight = 100000
confirm = "none"
[limits]
verify_domain_dkim_per_second = 0
identities_per_account = 12
connections_per_uid = 20
own_mailbox_domains = ["GMX.net", "web.de"]
private_suffixes = true
[ses_api]
listen = "[::]:8580"
credentials = "/srv/credentials.toml"
region = "eu-west-1"
allow_remote = true
clock_skew = "1m"
max_connections = 8
connections_per_address = 3
max_body = "1MiB"
max_header = "8KiB"
request_timeout = "100ms"
idle_timeout = "200ms"
[metrics]
listen = "[::]:9580"
allow_remote = true
max_connections = 3
max_header = "4KiB"
request_timeout = "300ms"
idle_timeout = "400ms"
[log]
level = "debug"
)",
                                 "easydkimd.toml");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->store.path, "/srv/store");
  EXPECT_EQ(read->store.size, std::uint64_t{512} << 20);
  EXPECT_EQ(read->control.socket, "/srv/control.sock");
  EXPECT_EQ(read->control.mode, 0600U);
  EXPECT_EQ(read->control.max_connections, 7U);
  EXPECT_EQ(read->status.file, "/srv/status.json");
  EXPECT_EQ(read->status.interval, 200ms);
  EXPECT_EQ(read->verification.target_suffix, "dkim.example.org");
  EXPECT_EQ(read->verification.rules.window, 1h);
  EXPECT_EQ(read->verification.rules.recheck_interval, 2h);
  EXPECT_EQ(read->verification.rules.grace, 3h);
  EXPECT_EQ(read->verification.rules.first_check, 100ms);
  EXPECT_EQ(read->verification.rules.growth, 0.5);
  EXPECT_EQ(read->verification.rules.min_interval, 200ms);
  EXPECT_EQ(read->verification.rules.max_interval, 300ms);
  EXPECT_EQ(read->pace.max_lookups_per_second, 0U);
  std::vector<std::string> servers;
  for (const server_address& each : read->resolver.servers) servers.push_back(each.to_string());
  EXPECT_EQ(servers,
            (std::vector<std::string>{"127.0.0.1:5353", "[::1]:53", "[2001:db8::1]:53", "192.0.2.1:53"}));
  EXPECT_EQ(read->resolver.timeout, 500ms);
  EXPECT_EQ(read->resolver.tries, 1U);
  EXPECT_EQ(read->resolver.max_in_flight, 100000U);
  EXPECT_EQ(read->resolver.confirm, config::resolver_settings::confirmation::none);
  EXPECT_EQ(read->limits.verify_domain_dkim_per_second, 0U);
  EXPECT_EQ(read->limits.identities_per_account, 12U);
  EXPECT_EQ(read->limits.connections_per_uid, 20U);
  EXPECT_EQ(read->limits.own_mailbox_domains, (std::vector<std::string>{"gmx.net", "web.de"}));
  EXPECT_TRUE(read->limits.private_suffixes);
  EXPECT_EQ(read->ses_api.connections_per_address, 3U);
  ASSERT_TRUE(read->ses_api.listen);
  EXPECT_EQ(read->ses_api.listen->to_string(), "[::]:8580");
  EXPECT_EQ(read->ses_api.credentials, "/srv/credentials.toml");
  EXPECT_EQ(read->ses_api.region, "eu-west-1");
  EXPECT_TRUE(read->ses_api.allow_remote);
  EXPECT_EQ(read->ses_api.clock_skew, 1min);
  EXPECT_EQ(read->ses_api.max_connections, 8U);
  EXPECT_EQ(read->ses_api.max_body, 1U << 20);
  EXPECT_EQ(read->ses_api.max_header, 8U << 10);
  EXPECT_EQ(read->ses_api.request_timeout, 100ms);
  EXPECT_EQ(read->ses_api.idle_timeout, 200ms);
  ASSERT_TRUE(read->metrics.listen);
  EXPECT_EQ(read->metrics.listen->to_string(), "[::]:9580");
  EXPECT_TRUE(read->metrics.allow_remote);
  EXPECT_EQ(read->metrics.max_connections, 3U);
  EXPECT_EQ(read->metrics.max_header, 4U << 10);
  EXPECT_EQ(read->metrics.request_timeout, 300ms);
  EXPECT_EQ(read->metrics.idle_timeout, 400ms);
  EXPECT_EQ(read->log.level, log_level::debug);
}

TEST(config, is_refused_with_file_line_key_and_what_is_allowed) {
  EXPECT_EQ(fault_of("[polling]\n\ngrowth = 0\n"),
            "easydkimd.toml:3: polling.growth: must be a number above 0 and at most 1, such as 0.05");
  EXPECT_EQ(fault_of("[store]\npaht = \"/x\"\n"),
            "easydkimd.toml:2: store.paht: no such key; the keys of [store] are path and size");
  EXPECT_EQ(fault_of("[stroe]\n"),
            "easydkimd.toml:1: stroe: no such section; the sections are store, control, status, "
            "verification, polling, resolver, authority, limits, ses_api, metrics and log");
  EXPECT_EQ(fault_of("log = 1\n"), "easydkimd.toml:1: log: must be a section, such as [log]");
}

TEST(config, wants_no_larger_quorum_than_there_are_servers) {
  EXPECT_EQ(
      fault_of("[resolver]\nconfirm_servers = [\"192.0.2.1\"]\nconfirm_quorum = 2\n"),
      "easydkimd.toml:3: resolver.confirm_quorum must be at most the number of resolver.confirm_servers (or, "
      "without them, of resolver.servers)");
  EXPECT_EQ(fault_of("[resolver]\nservers = [\"192.0.2.1\", \"192.0.2.2\"]\nconfirm_quorum = 2\n"),
            "accepted");
}

TEST(config, refuses_values_just_beyond_what_is_allowed) {
  const std::string path_of_108 = '/' + std::string(107, 'x');
  const std::vector<std::pair<std::string, std::string>> refused{
      {"store", "path = \"relative\""},
      {"store", "path = 1"},
      {"store", "path = \"/nul\\u0000\""},
      {"store", "size = \"255KiB\""},
      {"store", "size = \"65TiB\""},
      {"store", "size = 1024"},
      {"control", "socket = \"" + path_of_108 + "\""},
      {"control", "socket = \"\""},
      {"control", "mode = 660"},
      {"control", "mode = \"0888\""},
      {"control", "mode = \"01777\""},
      {"control", "mode = \"66\""},
      {"control", "max_connections = 0"},
      {"control", "max_connections = 10001"},
      {"control", "max_connections = \"1\""},
      {"status", "interval = \"0s\""},
      {"status", "interval = 5"},
      {"verification", "target_suffix = \"com\""},
      {"verification", "target_suffix = \"dkim..example\""},
      {"verification", "window = \"0h\""},
      {"verification", "grace = \"366d\""},
      {"polling", "growth = -0.1"},
      {"polling", "growth = 1.01"},
      {"polling", "growth = nan"},
      {"polling", "growth = \"0.05\""},
      {"polling", "max_lookups_per_second = -1"},
      {"polling", "max_lookups_per_second = 1.5"},
      {"resolver", "servers = \"127.0.0.1\""},
      {"resolver", "servers = [1]"},
      {"resolver", "servers = [\"127.0.0.1\", 1]"},
      {"resolver", "servers = [\"localhost\"]"},
      {"resolver", "servers = [\"127.0.0.1:0\"]"},
      {"resolver", "servers = [\"127.0.0.1:65536\"]"},
      {"resolver", "servers = [\"127.0.0.1:\"]"},
      {"resolver", "servers = [\"[::1]\", \"[127.0.0.1\"]"},
      {"resolver", "tries = 0"},
      {"resolver", "tries = 11"},
      {"resolver", "max_in_flight = 0"},
      {"resolver", "max_in_flight = 100001"},
      {"resolver", "confirm = \"udp\""},
      {"resolver", "confirm = true"},
      {"limits", "identities_per_account = -1"},
      {"limits", "connections_per_uid = -1"},
      {"limits", "connections_per_uid = 10001"},
      {"limits", "own_mailbox_domains = [\"@gmx.net\"]"},
      {"limits", "own_mailbox_domains = \"gmx.net\""},
      {"limits", "private_suffixes = 1"},
      {"resolver", "servers = [\"127.0.0.1\", \"127.0.0.1:53\"]"},
      {"ses_api", "listen = \"127.0.0.1\""},
      {"ses_api", "listen = \"::1\""},
      {"ses_api", "listen = \"[::1]\""},
      {"ses_api", "listen = \"127.0.0.1:0\""},
      {"ses_api", "listen = \"localhost:8580\""},
      {"ses_api", "listen = \":8580\""},
      {"ses_api", "listen = 8580"},
      {"ses_api", "region = \"EU\""},
      {"ses_api", "clock_skew = \"0s\""},
      {"ses_api", "max_connections = 0"},
      {"ses_api", "connections_per_address = -1"},
      {"ses_api", "connections_per_address = 10001"},
      {"ses_api", "max_body = \"1023B\""},
      {"ses_api", "max_body = \"17MiB\""},
      {"ses_api", "max_header = \"2MiB\""},
      {"ses_api", "request_timeout = \"99ms\""},
      {"ses_api", "idle_timeout = \"2h\""},
      {"ses_api", "allow_remote = \"no\""},
      {"metrics", "listen = \"127.0.0.1\""},
      {"metrics", "listen = 9580"},
      {"metrics", "allow_remote = 1"},
      {"metrics", "max_connections = 0"},
      {"metrics", "max_header = \"1023B\""},
      {"metrics", "request_timeout = \"99ms\""},
      {"metrics", "idle_timeout = \"2h\""},
      {"log", "level = \"warn\""},
      {"log", "level = 2026-11-23"},
  };
  for (const auto& [section, line] : refused) {
    const std::string key = section + '.' + line.substr(0, line.find(' '));
    EXPECT_TRUE(fault_of('[' + section + "]\n" + line).starts_with("easydkimd.toml:2: " + key + ": must be "))
        << line << " gave: " << fault_of('[' + section + "]\n" + line);
  }
}

TEST(config, takes_values_at_the_edge_of_what_is_allowed) {
  EXPECT_EQ(fault_of("[control]\nsocket = \"/" + std::string(106, 'x') + "\"\nmode = \"777\""), "accepted");
  EXPECT_EQ(fault_of("[polling]\ngrowth = 1\nmin_interval = \"10m\""), "accepted");
  EXPECT_EQ(fault_of("[resolver]\ntries = 10\ntimeout = \"10ms\"\nservers = []"), "accepted");
  EXPECT_EQ(fault_of("[store]\nsize = \"256KiB\""), "accepted");
  for (const std::string address : {"", "127.0.0.1:8580", "127.255.1.2:1", "[::1]:65535"})
    EXPECT_EQ(fault_of("[ses_api]\nlisten = \"" + address + "\"\n"), "accepted") << address;
  EXPECT_EQ(fault_of("[ses_api]\nlisten = \"0.0.0.0:8580\"\nallow_remote = true\n"), "accepted");
  EXPECT_EQ(fault_of("[metrics]\nlisten = \"0.0.0.0:9580\"\nallow_remote = true\n"), "accepted");
}

TEST(config, refuses_keys_that_contradict_each_other_at_the_line_of_one) {
  EXPECT_EQ(fault_of("[polling]\nmin_interval = \"11m\"\n"),
            "easydkimd.toml:2: polling.min_interval must be at most polling.max_interval");
  EXPECT_EQ(fault_of("[polling]\nmax_interval = \"14s\"\n"),
            "easydkimd.toml:2: polling.min_interval must be at most polling.max_interval");
  EXPECT_EQ(fault_of("[control]\nsocket = \"/run/easydkim/./status.json\"\n"),
            "easydkimd.toml:2: control.socket and status.file must be different paths");
  for (const std::string address : {"0.0.0.0:8580", "192.0.2.1:8580", "[::]:8580", "[2001:db8::1]:8580"})
    EXPECT_EQ(fault_of("[ses_api]\nlisten = \"" + address + "\"\n"),
              "easydkimd.toml:2: ses_api.listen must be an address of loopback, such as \"127.0.0.1:8580\", "
              "unless ses_api.allow_remote is true");
  for (const std::string address : {"0.0.0.0:9580", "192.0.2.1:9580", "[::]:9580"})
    EXPECT_EQ(fault_of("[metrics]\nlisten = \"" + address + "\"\n"),
              "easydkimd.toml:2: metrics.listen must be an address of loopback, such as \"127.0.0.1:9580\", "
              "unless metrics.allow_remote is true");
  EXPECT_EQ(fault_of("[metrics]\nlisten = \"127.0.0.1:1\"\n[ses_api]\nlisten = \"127.0.0.1:1\"\n"),
            "easydkimd.toml:2: metrics.listen and ses_api.listen must be different");
}

TEST(config, that_is_not_toml_is_refused_at_its_line) {
  EXPECT_TRUE(fault_of("[store]\npath = ").starts_with("easydkimd.toml:2: must be TOML: "));
  EXPECT_TRUE(
      fault_of("[log]\nlevel = \"info\"\nlevel = \"info\"").starts_with("easydkimd.toml:3: must be TOML"));
  EXPECT_TRUE(fault_of("[log]\nlevel = \xff").starts_with("easydkimd.toml:2: must be TOML: "));
  EXPECT_EQ(fault_of(std::string(2 << 20, '#')), "easydkimd.toml: must be at most 1 MiB");
}

TEST(config, shows_foreign_text_harmlessly) {
  EXPECT_TRUE(fault_of("\"\\u001b[2J\" = 1").starts_with("easydkimd.toml:1: \\027[2J: no such section"));
}

TEST(config, file_that_was_named_must_be_there) {
  const auto read = load_config("/nonexistent/easydkimd.toml", missing_file::is_refused);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "/nonexistent/easydkimd.toml: cannot be read (No such file or directory)");
}

TEST(config, file_that_nobody_named_may_be_missing) {
  EXPECT_TRUE(load_config("/nonexistent/easydkimd.toml", missing_file::means_defaults));
}

TEST(config, file_that_is_a_directory_is_refused) {
  const auto read = load_config("/", missing_file::means_defaults);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "/: is a directory; give the configuration file in it");
}

TEST(config, is_read_from_a_file) {
  const temporary_file good{"[log]\nlevel = \"error\"\n"};
  const auto read = load_config(good.path(), missing_file::is_refused);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->log.level, log_level::error);
}

TEST(config, reload_takes_the_level_the_limits_the_servers_and_the_size_of_the_store_only) {
  const config running;
  config fresh;
  fresh.log.level = log_level::debug;
  fresh.limits.identities_per_account = 5;
  fresh.limits.connections_per_uid = 7;
  fresh.limits.own_mailbox_domains = {"gmx.net"};
  fresh.limits.private_suffixes = true;
  fresh.limits.verify_domain_dkim_per_second = 6;
  fresh.resolver.servers = {*server_address::parse("192.0.2.1")};
  fresh.store.path = "/elsewhere";
  fresh.store.size = std::uint64_t{1} << 40;
  fresh.verification.rules.window = 1h;

  const auto after = reloaded(running, fresh);

  EXPECT_EQ(after.settings.log.level, log_level::debug);
  EXPECT_EQ(after.settings.limits.identities_per_account, 5U);
  EXPECT_EQ(after.settings.limits.connections_per_uid, 7U);
  EXPECT_EQ(after.settings.limits.own_mailbox_domains, fresh.limits.own_mailbox_domains);
  EXPECT_TRUE(after.settings.limits.private_suffixes);
  EXPECT_EQ(after.settings.limits.verify_domain_dkim_per_second, 6U);
  EXPECT_EQ(after.settings.resolver.servers, fresh.resolver.servers);
  EXPECT_EQ(after.settings.store.path, running.store.path);
  EXPECT_EQ(after.settings.store.size, fresh.store.size);
  EXPECT_EQ(after.settings.verification.rules.window, running.verification.rules.window);
  EXPECT_EQ(after.need_restart, (std::vector<std::string>{"store.path", "verification.window"}));
}

TEST(config, reload_of_the_same_file_changes_nothing) {
  EXPECT_TRUE(reloaded(config{}, config{}).need_restart.empty());
}

}  // namespace
}  // namespace easydkim
