// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/server_address.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

struct spelling {
  const char* text;
  const char* shown;
};

TEST(ServerAddress, ReadsAddressesWithAndWithoutPort) {
  for (const auto& [text, shown] : {
           spelling{"127.0.0.1", "127.0.0.1:53"},
           spelling{"192.0.2.1:5353", "192.0.2.1:5353"},
           spelling{"::1", "[::1]:53"},
           spelling{"[::1]", "[::1]:53"},
           spelling{"[2001:db8::1]:65535", "[2001:db8::1]:65535"},
       }) {
    const auto parsed = server_address::parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->to_string(), shown) << text;
  }
}

TEST(ServerAddress, RefusesEverythingElse) {
  for (const char* text :
       {"", ":53", "localhost", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:53x",
        "192.0.2.1:+5", "192.0.2", "192.0.2.1 ", "[::1", "[::1]53", "[::1]:", "[192.0.2.1]:53",
        "fe80::1%eth0", "2001:db8::1::2", "192.0.2.1:53:53", "192.0.2.1,192.0.2.2"})
    EXPECT_FALSE(server_address::parse(text)) << text;
}

TEST(ServerAddress, KnowsItsOwnMachine) {
  for (const char* text : {"127.0.0.1", "127.9.9.9:54", "::1"})
    EXPECT_TRUE(server_address::parse(text)->is_loopback()) << text;
  for (const char* text : {"192.0.2.1", "2001:db8::1", "128.0.0.1"})
    EXPECT_FALSE(server_address::parse(text)->is_loopback()) << text;
}

TEST(ServerAddress, ReadsWhatItShows) {
  for (const char* text : {"192.0.2.1:5353", "[2001:db8::1]:53"}) {
    const auto once = server_address::parse(text);
    EXPECT_EQ(once, server_address::parse(once->to_string())) << text;
  }
}

}  // namespace
}  // namespace easydkim
