// SPDX-License-Identifier: Apache-2.0
// The forms of the records.
#include "client/formats/record_format.hpp"

#include <gtest/gtest.h>

#include "client/connection/failure.hpp"
#include "client/connection/json_members.hpp"
#include "client/formats/record_sheet.hpp"
#include "tests/client/client_run.hpp"

namespace easydkim {
namespace {

using records = std::vector<dns_record>;

const records two{{"a._domainkey.example.com", "CNAME", "a.dkim.amazonses.com"},
                  {"bb._domainkey.example.com", "CNAME", "bb.dkim.amazonses.com"}};
const dns_record proof{"_amazonses.example.com", "TXT", "abc=\"; \\${x}"};
const record_place known{.zone = "example.com"};

client_run print(const records& of, record_format form, const record_place& seen = known) {
  std::istringstream in;
  std::ostringstream out, err;
  console where{.in = in, .out = out, .err = err, .now = {}};
  print_records(where, place_records("example.com", of, seen), form);
  return {.status = 0, .out = out.str(), .err = err.str()};
}

std::string printed(const records& of, record_format form, const record_place& seen = known) {
  return print(of, form, seen).out;
}

/// A sheet of one record of mail.example.com, in the zone that is known.
placed_record placed(const std::string& zone, const std::string& name = "a._domainkey.mail.example.com") {
  return place_records("mail.example.com", {{name, "CNAME", "v"}}, {.zone = zone}).records.front();
}

TEST(client_record_format, hosts_are_relative_to_the_zone_and_not_to_the_domain) {
  EXPECT_EQ(placed("example.com").host, "a._domainkey.mail");
  EXPECT_EQ(placed("mail.example.com").host, "a._domainkey");
  EXPECT_EQ(placed("_domainkey.mail.example.com").host, "a");
  EXPECT_EQ(placed("a._domainkey.mail.example.com").host, "@");
}

TEST(client_record_format, tells_the_hosts_in_both_zones_where_one_is_delegated_by_the_other) {
  const auto holds = [](const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
  };
  const record_place delegated{.zone = "_domainkey.example.com", .zone_above = "example.com"};
  const std::string table = printed(two, record_format::table, delegated);
  EXPECT_TRUE(holds(table, "a._domainkey.example.com.")) << table;
  EXPECT_TRUE(holds(table, "_domainkey.example.com is a zone of its own")) << table;
  EXPECT_TRUE(holds(table, "\n    a._domainkey\n    bb._domainkey\n")) << table;
  EXPECT_TRUE(holds(printed(two, record_format::json, delegated),
                    R"("ZoneAbove":"example.com","HostInZoneAbove":"a._domainkey")"));
  EXPECT_FALSE(holds(printed(two, record_format::table), "zone of its own"));
  EXPECT_FALSE(holds(printed(two, record_format::json), "ZoneAbove"));
}

TEST(client_record_format, a_host_is_relative_to_the_domain_where_its_zone_is_not_known) {
  for (const char* zone : {"", "example.org", "ample.com", "le.com", "b._domainkey.mail.example.com"}) {
    EXPECT_EQ(placed(zone).host, "a._domainkey") << zone;
    EXPECT_EQ(placed(zone).origin, "mail.example.com") << zone;
    EXPECT_FALSE(placed(zone).zone_known) << zone;
  }
}

TEST(client_record_format, a_name_outside_of_everything_known_stays_absolute) {
  EXPECT_EQ(placed("example.com", "a.example.org").host, "a.example.org.");
}

TEST(client_record_format, forms_with_hosts_say_that_the_zone_is_not_known_and_the_others_need_no_zone) {
  using enum record_format;
  for (const record_format form : {table, json, csv, terraform, octodns}) {
    EXPECT_EQ(print(two, form, {}).err,
              "easydkim: the DNS zone of example.com is not known, so its hosts are relative to example.com; "
              "change them where the zone has another name\n");
    EXPECT_EQ(print(two, form).err, "");
  }
  for (const record_format form : {zone, route53, nsupdate}) EXPECT_EQ(print(two, form, {}).err, "");
}

TEST(client_record_format, a_proof_outside_of_a_delegated_domainkey_zone_is_placed_by_itself) {
  const records three{proof, two[0], two[1]};
  const record_sheet sheet = place_records("example.com", three, {.zone = "_domainkey.example.com"});
  ASSERT_EQ(sheet.records.size(), 3U);
  EXPECT_EQ(sheet.records[0].host, "a");
  EXPECT_EQ(sheet.records[2].host, "_amazonses");
  EXPECT_FALSE(sheet.records[2].zone_known);
  EXPECT_TRUE(print(three, record_format::table, {.zone = "_domainkey.example.com"})
                  .err.starts_with("easydkim: the DNS zone of _amazonses.example.com is not known"));
  EXPECT_EQ(printed(three, record_format::nsupdate, {.zone = "_domainkey.example.com"}),
            "zone _domainkey.example.com.\n"
            "update add a._domainkey.example.com. 3600 CNAME a.dkim.amazonses.com.\n"
            "update add bb._domainkey.example.com. 3600 CNAME bb.dkim.amazonses.com.\n"
            "send\n"
            "update add _amazonses.example.com. 3600 TXT \"abc=\\\"; \\\\${x}\"\n"
            "send\n");
}

TEST(client_record_format, zone_lines_are_absolute_names) {
  EXPECT_EQ(printed(two, record_format::zone),
            "a._domainkey.example.com. 3600 IN CNAME a.dkim.amazonses.com.\n"
            "bb._domainkey.example.com. 3600 IN CNAME bb.dkim.amazonses.com.\n");
}

TEST(client_record_format, a_text_in_a_zone_is_quoted_and_stays_on_its_line) {
  EXPECT_EQ(printed({proof, {"x.example.com", "TXT", "a\n\"\\"}}, record_format::zone),
            "_amazonses.example.com. 3600 IN TXT \"abc=\\\"; \\\\${x}\"\n"
            "x.example.com. 3600 IN TXT \"a\\010\\\"\\\\\"\n");
}

TEST(client_record_format, csv_has_a_header_and_the_line_ends_of_rfc_4180) {
  EXPECT_EQ(printed({two.front()}, record_format::csv),
            "name,type,value,host,zone,absolute_name,absolute_value\r\n"
            "a._domainkey.example.com,CNAME,a.dkim.amazonses.com,a._domainkey,example.com,"
            "a._domainkey.example.com.,a.dkim.amazonses.com.\r\n");
}

TEST(client_record_format, csv_quotes_what_would_break_a_field) {
  EXPECT_EQ(printed({{"a,b.example.com", "TXT", "D\"e\nf"}}, record_format::csv),
            "name,type,value,host,zone,absolute_name,absolute_value\r\n"
            "\"a,b.example.com\",TXT,\"D\"\"e\\010f\",\"a,b\",example.com,\"a,b.example.com.\","
            "\"D\"\"e\\010f\"\r\n");
}

TEST(client_record_format, json_is_one_array_of_objects) {
  EXPECT_EQ(printed({two.front()}, record_format::json),
            R"([{"Name":"a._domainkey.example.com","Type":"CNAME","Value":"a.dkim.amazonses.com",)"
            R"("Host":"a._domainkey","Zone":"example.com","AbsoluteName":"a._domainkey.example.com.",)"
            R"("AbsoluteValue":"a.dkim.amazonses.com."}])"
            "\n");
  EXPECT_EQ(json::parse(printed(two, record_format::json, {})).at(0).at("Zone"), nullptr);
}

TEST(client_record_format, a_table_aligns_and_cuts_nothing_of_the_longest_names) {
  const std::string domain = std::string(63, 'x') + "." + std::string(63, 'y') + "." + std::string(63, 'z');
  const std::string host = std::string(32, 'q') + "._domainkey." + domain;
  EXPECT_EQ(printed({{host + ".example.com", "CNAME", "v.dkim.amazonses.com"}, {"s.example.com", "TXT", "w"}},
                    record_format::table),
            "  Host" + std::string(host.size() - 4, ' ') + "  Name" + std::string(host.size() + 9, ' ') +
                "  Type   Value\n" +                                                           //
                "  " + host + "  " + host + ".example.com.  CNAME  v.dkim.amazonses.com.\n" +  //
                "  s" + std::string(host.size() - 1, ' ') + "  s.example.com." +
                std::string(host.size() - 1, ' ') + "  TXT    w\n");
}

TEST(client_record_format, a_change_batch_replaces_and_ends_names_with_dots) {
  const std::string batch = printed({two.front(), proof}, record_format::route53);
  EXPECT_EQ(json::parse(batch), json::parse(R"({
    "Comment": "DKIM of example.com, for the hosted zone example.com",
    "Changes": [
      {"Action":"UPSERT","ResourceRecordSet":{"Name":"a._domainkey.example.com.","Type":"CNAME","TTL":3600,
        "ResourceRecords":[{"Value":"a.dkim.amazonses.com."}]}},
      {"Action":"UPSERT","ResourceRecordSet":{"Name":"_amazonses.example.com.","Type":"TXT","TTL":3600,
        "ResourceRecords":[{"Value":"\"abc=\\\"; \\\\${x}\""}]}}]})"))
      << batch;
}

TEST(client_record_format, terraform_has_both_providers_where_the_servers_do_not_tell) {
  const std::string both = printed({two.front()}, record_format::terraform, {.zone = "example.com"});
  EXPECT_EQ(both, R"(# Keep the part of the provider that serves the zone, and delete the other.
# Amazon Route 53

data "aws_route53_zone" "dkim_example_com" {
  name = "example.com"
}

resource "aws_route53_record" "dkim_example_com_1" {
  zone_id = data.aws_route53_zone.dkim_example_com.zone_id
  name    = "a._domainkey.example.com"
  type    = "CNAME"
  ttl     = 3600
  records = ["a.dkim.amazonses.com"]
}

# Cloudflare (provider version 4)

data "cloudflare_zone" "dkim_example_com" {
  name = "example.com"
}

resource "cloudflare_record" "dkim_example_com_1" {
  zone_id = data.cloudflare_zone.dkim_example_com.id
  name    = "a._domainkey"
  type    = "CNAME"
  ttl     = 3600
  content = "a.dkim.amazonses.com"
  proxied = false
}
)");
}

TEST(client_record_format, terraform_of_two_domains_of_one_zone_has_no_label_twice) {
  std::istringstream in;
  std::ostringstream out, err;
  console where{.in = in, .out = out, .err = err, .now = {}};
  const records one{{"a._domainkey.mail.example.com", "CNAME", "v"}};
  print_records(where, place_records("mail.example.com", one, known), record_format::terraform);
  EXPECT_NE(out.str().find("data \"aws_route53_zone\" \"dkim_mail_example_com_in_example_com\" {"),
            std::string::npos);
  EXPECT_NE(out.str().find("data.aws_route53_zone.dkim_mail_example_com_in_example_com.zone_id"),
            std::string::npos);
  EXPECT_EQ(out.str().find("\"dkim_example_com\""), std::string::npos) << "which example.com has";
}

TEST(client_record_format, terraform_has_only_the_provider_whose_servers_serve_the_zone) {
  const auto with = [](const std::string& server) {
    return printed(two, record_format::terraform, {.zone = "example.com", .servers = {server}});
  };
  EXPECT_EQ(with("ada.ns.cloudflare.com").find("aws_route53"), std::string::npos);
  EXPECT_NE(with("ada.ns.cloudflare.com").find("cloudflare_record"), std::string::npos);
  EXPECT_EQ(with("ns-1.awsdns-05.co.uk").find("cloudflare"), std::string::npos);
  EXPECT_NE(with("ns-1.awsdns-05.co.uk").find("aws_route53_record"), std::string::npos);
  EXPECT_NE(with("ns1.example.net").find("cloudflare"), std::string::npos);
  EXPECT_NE(with("ns1.example.net").find("aws_route53_record"), std::string::npos);
}

TEST(client_record_format, terraform_takes_no_text_for_an_expression) {
  const std::string text = printed({proof}, record_format::terraform);
  EXPECT_NE(text.find(R"(records = ["abc=\"; \\$${x}"])"), std::string::npos) << text;
}

TEST(client_record_format, octodns_has_hosts_in_the_natural_order_that_it_enforces) {
  const records unordered{{"b10.example.com", "CNAME", "v.example.net"},
                          {"b9._domainkey.example.com", "CNAME", "w.example.net"},
                          {"2a.example.com", "CNAME", "x.example.net"},
                          {"_amazonses.example.com", "TXT", "a;b="}};
  EXPECT_EQ(printed(unordered, record_format::octodns),
            "---\n"
            "\"2a\":\n  ttl: 3600\n  type: \"CNAME\"\n  value: x.example.net.\n"
            "\"_amazonses\":\n  ttl: 3600\n  type: \"TXT\"\n  value: \"a\\\\;b=\"\n"
            "b9._domainkey:\n  ttl: 3600\n  type: \"CNAME\"\n  value: w.example.net.\n"
            "\"b10\":\n  ttl: 3600\n  type: \"CNAME\"\n  value: v.example.net.\n");
}

TEST(client_record_format, words_are_those_that_are_understood) {
  EXPECT_EQ(record_format_words(), "table, zone, json, csv, route53, terraform, octodns or nsupdate");
  EXPECT_EQ(record_format_from_string("route53"), record_format::route53);
  EXPECT_EQ(record_format_from_string("Route53"), std::nullopt);
  EXPECT_EQ(record_format_from_string(""), std::nullopt);
}

TEST(client_record_format, an_answer_without_records_is_told) {
  EXPECT_THROW(records_of({}), failure);
  EXPECT_THROW(records_of({{"Records", {1, 2}}}), failure);
}

}  // namespace
}  // namespace easydkim
