// SPDX-License-Identifier: Apache-2.0
#include "client/formats/terraform_text.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <span>
#include <string_view>

#include "core/printable.hpp"

namespace easydkim {
namespace {

using zone_records = std::span<const placed_record>;

/// A string literal; "${" and "%{" would begin an expression in it.
std::string literal(std::string_view foreign) {
  std::string quoted{'"'};
  const std::string text = printable(foreign);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' || text[i] == '\\') quoted += '\\';
    if ((text[i] == '$' || text[i] == '%') && text.substr(i + 1, 1) == "{") quoted += text[i];
    quoted += text[i];
  }
  return quoted + '"';
}

/// The label of a block, different for each domain: "dkim_example_com".
std::string label(std::string_view domain) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  std::string word = "dkim_";
  for (const char c : domain) word += fits(c) ? c : '_';
  return word;
}

/// Two domains of one zone may stand in one module, where no label may be there twice.
std::string zone_label(std::string_view domain, std::string_view origin) {
  if (domain == origin) return label(domain);
  return label(domain) + "_in_" + label(origin).substr(label({}).size());
}

/// The labels of a record and of its zone.
struct block_labels {
  std::string record;
  std::string zone;
};

void print_aws(std::ostream& out, const block_labels& labels, const placed_record& each) {
  const auto& [record, origin, zone_known, host] = each;
  out << "resource \"aws_route53_record\" \"" << labels.record << "\" {\n"
      << "  zone_id = data.aws_route53_zone." << labels.zone << ".zone_id\n"
      << "  name    = " << literal(record.name) << "\n"
      << "  type    = " << literal(record.type) << "\n"
      << "  ttl     = " << record_ttl << "\n"
      << "  records = [" << literal(record.value) << "]\n}\n";
}

// The names of version 4 of the provider. Proxied, a CNAME is hidden from the DNS.
void print_cloudflare(std::ostream& out, const block_labels& labels, const placed_record& each) {
  const auto& [record, origin, zone_known, host] = each;
  out << "resource \"cloudflare_record\" \"" << labels.record << "\" {\n"
      << "  zone_id = data.cloudflare_zone." << labels.zone << ".id\n"
      << "  name    = " << literal(host) << "\n"
      << "  type    = " << literal(record.type) << "\n"
      << "  ttl     = " << record_ttl << "\n"
      << "  content = " << literal(record.value) << "\n"
      << "  proxied = false\n}\n";
}

struct provider {
  std::string_view title;
  std::string_view server_mark;  // in the names of its servers
  std::string_view zone_data;
  void (*print)(std::ostream&, const block_labels& labels, const placed_record&);
};
constexpr std::array providers{
    provider{"Amazon Route 53", ".awsdns-", "aws_route53_zone", print_aws},
    provider{"Cloudflare (provider version 4)", ".ns.cloudflare.com", "cloudflare_zone", print_cloudflare},
};

bool serves(const provider& which, const record_sheet& sheet) {
  return std::ranges::any_of(sheet.servers, [&](const std::string& server) {
    return ("." + server).find(which.server_mark) != server.npos;
  });
}

void print_part(std::ostream& out, const provider& chosen, const record_sheet& sheet) {
  std::size_t number = 0;
  for (const zone_records group : by_origin(sheet)) {
    const std::string& origin = group.front().origin;
    const std::string zone = zone_label(sheet.domain, origin);
    out << "\ndata \"" << chosen.zone_data << "\" \"" << zone << "\" {\n  name = " << literal(origin)
        << "\n}\n";
    for (const placed_record& each : group) {
      out << '\n';
      chosen.print(out, {label(sheet.domain) + "_" + std::to_string(++number), zone}, each);
    }
  }
}

}  // namespace

void print_terraform(console& where, const record_sheet& sheet) {
  const bool is_known =
      std::ranges::any_of(providers, [&](const provider& each) { return serves(each, sheet); });
  if (!is_known) where.out << "# Keep the part of the provider that serves the zone, and delete the other.\n";
  for (const provider& each : providers) {
    if (is_known && !serves(each, sheet)) continue;
    where.out << (is_known || &each == providers.data() ? "" : "\n") << "# " << each.title << '\n';
    print_part(where.out, each, sheet);
  }
}

}  // namespace easydkim
