// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/zone.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

bool is_public(const char* text) {
  return is_public_address(boost::asio::ip::make_address(text));
}

TEST(Zone, HasServersThatStrangersCanAsk) {
  for (const char* each :
       {"1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "192.0.1.1", "100.128.0.0", "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2001:503:ba3e::2:30", "2a00::1", "2001:200::1"})
    EXPECT_TRUE(is_public(each)) << each;
}

TEST(Zone, HasNoServersAtPrivateOrSpecialAddresses) {
  for (const char* each : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "100.64.0.1",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.1.1",
                           "172.16.0.1",
                           "172.31.255.1",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.1",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.1.2.3",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:8.8.8.8",
                           "64:ff9b::1",
                           "100::1",
                           "2001:db8::1",
                           "2001::1",
                           "2002:0a00:1::1",
                           "3fff::1",
                           "fc00::1",
                           "fd12::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "5f00::1"})
    EXPECT_FALSE(is_public(each)) << each;
}

}  // namespace
}  // namespace easydkim
