// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/session/provider.hpp"

#include <array>

namespace easydkim {
namespace {

using enum dns_provider::habit;

constexpr std::array providers{
    dns_provider{"Cloudflare", "ns.cloudflare.com", proxies},
    dns_provider{"Cloudflare", "foundationdns.*", proxies},
    dns_provider{"Amazon Route 53", "awsdns-*", none},
    dns_provider{"Azure DNS", "azure-dns.*", none},
    dns_provider{"Google Cloud DNS", "googledomains.com", none},
    dns_provider{"GoDaddy", "domaincontrol.com", none},
    dns_provider{"Namecheap", "registrar-servers.com", none},
    dns_provider{"DNSimple", "dnsimple.*", none},
    dns_provider{"DNS Made Easy", "dnsmadeeasy.com", none},
    dns_provider{"NS1", "nsone.net", none},
    dns_provider{"Netlify", "netlify.com", none},
    dns_provider{"Vercel", "vercel-dns.com", none},
    dns_provider{"Gandi", "gandi.net", none},
    dns_provider{"OVH", "ovh.net", none},
    dns_provider{"Hetzner", "hetzner.com", none},
    dns_provider{"Hetzner", "hetzner.de", none},
    dns_provider{"IONOS", "ui-dns.*", none},
    dns_provider{"DigitalOcean", "digitalocean.com", none},
    dns_provider{"Squarespace", "squarespacedns.com", none},
    dns_provider{"Wix", "wixdns.net", none},
};

bool is_of(std::string_view server, std::string_view pattern) noexcept {
  if (pattern.ends_with('*')) {
    pattern.remove_suffix(1);
    const std::size_t at = server.find(pattern);
    return at != server.npos && (at == 0 || server[at - 1] == '.');
  }
  return server.ends_with(pattern) &&
         (server.size() == pattern.size() || server[server.size() - pattern.size() - 1] == '.');
}

}  // namespace

const dns_provider* provider_of(std::string_view server) noexcept {
  for (const dns_provider& each : providers)
    if (is_of(server, each.server)) return &each;
  return nullptr;
}

const dns_provider* provider_of(std::span<const std::string> servers) noexcept {
  for (const std::string& each : servers)
    if (const dns_provider* known = provider_of(each)) return known;
  return nullptr;
}

}  // namespace easydkim
