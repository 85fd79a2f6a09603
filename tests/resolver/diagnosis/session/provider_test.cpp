// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/session/provider.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace easydkim {
namespace {

std::string_view name_of(std::string_view server) {
  const dns_provider* known = provider_of(server);
  return known == nullptr ? "" : known->name;
}

TEST(Provider, IsKnownByTheNamesOfItsServers) {
  EXPECT_EQ(name_of("ada.ns.cloudflare.com"), "Cloudflare");
  EXPECT_EQ(name_of("ns-1536.awsdns-00.co.uk"), "Amazon Route 53");
  EXPECT_EQ(name_of("ns1-01.azure-dns.com"), "Azure DNS");
  EXPECT_EQ(name_of("ns57.domaincontrol.com"), "GoDaddy");
}

TEST(Provider, IsNotTakenFromANameThatOnlyLooksLikeIt) {
  EXPECT_EQ(name_of("ns1.example.net"), "");
  EXPECT_EQ(name_of("ns.cloudflare.com.example.net"), "");
  EXPECT_EQ(name_of("dns.cloudflare.com"), "");
  EXPECT_EQ(name_of("xns.cloudflare.com"), "");
  EXPECT_EQ(name_of("xawsdns-00.com"), "");
  EXPECT_EQ(name_of(""), "");
}

TEST(Provider, IsTheFirstKnownOneOfSeveralServers) {
  const std::vector<std::string> servers{"ns1.example.net", "ada.ns.cloudflare.com"};
  EXPECT_EQ(provider_of(servers)->does, dns_provider::habit::proxies);
}

}  // namespace
}  // namespace easydkim
