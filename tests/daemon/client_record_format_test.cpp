// The forms of the three records.
#include "daemon/client/record_format.hpp"

#include <gtest/gtest.h>

#include "daemon/client/failure.hpp"
#include "tests/daemon/client_run.hpp"

namespace easydkim {
namespace {

std::string printed(const std::vector<dns_record>& records, record_format form) {
  std::istringstream in;
  std::ostringstream out, err;
  console where{.in = in, .out = out, .err = err, .now = {}};
  print_records(where, records, form, "example.com");
  return out.str();
}

const std::vector<dns_record> two{{"a._domainkey.example.com", "CNAME", "a.dkim.amazonses.com"},
                                  {"bb._domainkey.example.com", "CNAME", "bb.dkim.amazonses.com"}};

TEST(client_record_format, zone_lines_are_absolute_names) {
  EXPECT_EQ(printed(two, record_format::zone),
            "a._domainkey.example.com. 3600 IN CNAME a.dkim.amazonses.com.\n"
            "bb._domainkey.example.com. 3600 IN CNAME bb.dkim.amazonses.com.\n");
}

TEST(client_record_format, csv_has_a_header_and_the_line_ends_of_rfc_4180) {
  EXPECT_EQ(printed(two, record_format::csv),
            "name,type,value\r\n"
            "a._domainkey.example.com,CNAME,a.dkim.amazonses.com\r\n"
            "bb._domainkey.example.com,CNAME,bb.dkim.amazonses.com\r\n");
}

TEST(client_record_format, csv_quotes_what_would_break_a_field) {
  EXPECT_EQ(printed({{"a,b", "C\"D", "e\nf"}}, record_format::csv),
            "name,type,value\r\n\"a,b\",\"C\"\"D\",e\\010f\r\n");
}

TEST(client_record_format, json_is_one_array_of_objects) {
  EXPECT_EQ(printed({two.front()}, record_format::json),
            R"([{"Name":"a._domainkey.example.com","Type":"CNAME","Value":"a.dkim.amazonses.com"}])"
            "\n");
}

TEST(client_record_format, a_table_aligns_and_cuts_nothing_of_the_longest_names) {
  const std::string domain = std::string(63, 'x') + "." + std::string(63, 'y') + "." + std::string(63, 'z');
  const std::string name = std::string(32, 'q') + "._domainkey." + domain;
  EXPECT_EQ(printed({{name, "CNAME", "v.dkim.amazonses.com"}, {"short.example", "CNAME", "w"}},
                    record_format::table),
            "  Name" + std::string(name.size() - 4, ' ') + "  Type   Value\n" +  //
                "  " + name + "  CNAME  v.dkim.amazonses.com\n" +                //
                "  short.example" + std::string(name.size() - 13, ' ') + "  CNAME  w\n");
}

TEST(client_record_format, an_answer_without_records_is_told) {
  EXPECT_THROW(records_of({}), failure);
  EXPECT_THROW(records_of({{"Records", {1, 2}}}), failure);
}

}  // namespace
}  // namespace easydkim
