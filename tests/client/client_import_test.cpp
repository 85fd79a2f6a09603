// SPDX-License-Identifier: Apache-2.0
// Import: reading lines, making batches, and telling refusals with their lines.
#include <gtest/gtest.h>

#include <algorithm>

#include "client/commands/import_file.hpp"
#include "client/commands/import_line.hpp"
#include "tests/client/client_run.hpp"
#include "tests/client/client_scripted_server.hpp"

namespace easydkim {
namespace {

using peer = scripted_server::peer;

/// Each line as "NUMBER: the item or the fault".
std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream from{text};
  import_reader reader{from};
  std::vector<std::string> lines;
  for (import_line line; reader.next(line);)
    lines.push_back(std::to_string(line.number) + ": " +
                    (line.fault.empty() ? json::serialize(line.item) : line.fault));
  EXPECT_EQ(reader.octets_read(), text.size());
  return lines;
}

std::string all_taken(const peer::call& call) {
  return R"({"Imported":)" + std::to_string(call.params.at("Identities").as_array().size()) +
         R"(,"Existing":0,"Refused":[]})";
}

TEST(client_import, reads_domains_with_and_without_tokens_and_skips_comments) {
  EXPECT_EQ(lines_of("\xEF\xBB\xBF"
                     "# ours\r\n"
                     "a.example\r\n"
                     "\r\n"
                     " \t b.example \t# moved\n"
                     "c.example t1 t2\tt3\n"
                     "#\n"
                     "d\xC3\xA4.example"),
            (std::vector<std::string>{R"(2: {"Domain":"a.example"})", R"(4: {"Domain":"b.example"})",
                                      R"(5: {"Domain":"c.example","DkimTokens":["t1","t2","t3"]})",
                                      "7: {\"Domain\":\"d\xC3\xA4.example\"}"}));
}

TEST(client_import, a_line_of_another_number_of_words_is_a_fault) {
  EXPECT_EQ(lines_of("a b\na b c\na b c d e\n"),
            (std::vector<std::string>{
                "1: the line has 2 words; write a domain alone, or a domain and its three tokens",
                "2: the line has 3 words; write a domain alone, or a domain and its three tokens",
                "3: the line has 5 words; write a domain alone, or a domain and its three tokens"}));
}

TEST(client_import, text_that_is_not_utf_8_is_a_fault_of_its_line_alone) {
  const auto lines = lines_of("a.example\n\xFF.example\n\xC0\x80.example\n\xED\xA0\x80.example\nb.example");
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[1], "2: the line is not UTF-8 text; write the domain in ASCII, or save the file as UTF-8");
  EXPECT_EQ(lines[2].substr(3), lines[1].substr(3));
  EXPECT_EQ(lines[3].substr(3), lines[1].substr(3));
  EXPECT_EQ(lines[4], R"(5: {"Domain":"b.example"})");
}

TEST(client_import, a_line_without_end_is_a_fault_and_does_not_fill_the_memory) {
  const auto lines = lines_of(std::string(5'000'000, 'x') + "\nb.example\n");
  EXPECT_EQ(lines,
            (std::vector<std::string>{"1: the line is longer than 4096 octets; write one domain a line",
                                      R"(2: {"Domain":"b.example"})"}));
}

TEST(client_import, all_taken_is_status_0_and_a_summary) {
  scripted_server server{[](peer& client) {
    client.answer(
        client.expect("ImportIdentities",
                      R"({"Account":"shop","Identities":[{"Domain":"a.example"},{"Domain":"b.example"}]})"),
        R"({"Imported":1,"Existing":1,"Refused":[]})");
    client.expect_end();
  }};
  const scratch_directory files;
  const auto run = run_client({"import", files.write("list", "a.example\nb.example\n"), "--account", "shop",
                               "--socket", server.path()});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out, "1 imported, 1 existing, 0 refused\n");
  EXPECT_EQ(run.err, "");
}

TEST(client_import, refusals_of_both_sides_are_told_with_their_lines) {
  scripted_server server{[](peer& client) {
    client.answer(
        client.expect("ImportIdentities",
                      R"({"Identities":[{"Domain":"OK.example"},{"Domain":"Co.UK."},{"Domain":"com"},
                                    {"Domain":"com"}]})"),
        R"({"Imported":1,"Existing":0,"Refused":[
                    {"Domain":"com","Code":"InvalidParameterValue","Message":"'com' is a \u001b label"},
                    {"Domain":"co.uk","Code":"InvalidParameterValue","Message":"'co.uk' is a suffix"},
                    {"Domain":"com","Code":"InvalidParameterValue","Message":"again"}]})");
  }};
  const auto run = run_client({"import", "-", "--socket", server.path()}, output::pipe,
                              "OK.example\n# c\nCo.UK.\nx y\ncom\ncom\n");
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.err,
            "-:4: x: the line has 2 words; write a domain alone, or a domain and its three tokens\n"
            "-:5: com: 'com' is a \\027 label\n"
            "-:3: co.uk: 'co.uk' is a suffix\n"
            "-:6: com: again\n");
  EXPECT_EQ(run.out, "1 imported, 0 existing, 4 refused\n");
}

TEST(client_import, answers_in_reversed_order_keep_their_lines) {
  std::string text;
  for (std::size_t i = 0; i < import_batches_under_way * import_batch_identities; ++i)
    text += "d" + std::to_string(i) + ".example\n";
  scripted_server server{[](peer& client) {
    std::vector<peer::call> calls;
    for (std::size_t i = 0; i < import_batches_under_way; ++i) calls.push_back(client.next());
    std::ranges::reverse(calls);
    for (const auto& call : calls) {
      const auto& last = call.params.at("Identities").as_array().back().as_object().at("Domain").as_string();
      client.answer(call, R"({"Imported":999,"Existing":0,"Refused":[{"Domain":")" +
                              std::string{last.c_str()} + R"(","Code":"X","Message":"no"}]})");
    }
    client.expect_end();
  }};
  const scratch_directory files;
  const std::string file = files.write("list", text);
  const auto run = run_client({"import", file, "--socket", server.path()});
  EXPECT_EQ(run.status, 1);
  std::string refused;
  for (std::size_t batch = import_batches_under_way; batch > 0; --batch) {
    const std::size_t line = batch * import_batch_identities;
    refused += file + ":" + std::to_string(line) + ": d" + std::to_string(line - 1) + ".example: no\n";
  }
  EXPECT_EQ(run.err, refused);
  EXPECT_EQ(run.out, std::to_string(999 * import_batches_under_way) + " imported, 0 existing, " +
                         std::to_string(import_batches_under_way) + " refused\n");
}

TEST(client_import, no_batch_is_longer_than_a_request_line_may_be) {
  const std::string tokens =
      " " + std::string(32, 'a') + " " + std::string(32, 'b') + " " + std::string(32, 'c');
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += std::to_string(i) + std::string(200, 'x') + ".example" + tokens + "\n";
  std::size_t taken = 0;
  scripted_server server{[&](peer& client) {
    while (taken < 2000) {
      const auto call = client.next();
      EXPECT_LT(call.octets, 60U * 1024);
      taken += call.params.at("Identities").as_array().size();
      client.answer(call, all_taken(call));
    }
    client.expect_end();
  }};
  const auto run = run_client({"import", "-", "--socket", server.path()}, output::pipe, text);
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out, "2000 imported, 0 existing, 0 refused\n");
}

TEST(client_import, does_not_block_against_a_daemon_that_answers_much_before_it_reads_on) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "d" + std::to_string(i) + ".example\n";
  scripted_server server{[](peer& client) {
    for (int i = 0; i < 20; ++i) {
      const auto call = client.next();
      boost::json::array refused;
      for (const auto& each : call.params.at("Identities").as_array())
        refused.push_back({{"Domain", each.at("Domain")}, {"Message", std::string(500, 'm')}});
      client.answer(call, R"({"Imported":0,"Existing":0,"Refused":)" + boost::json::serialize(refused) + "}");
    }
    client.expect_end();
  }};
  const auto run = run_client({"import", "-", "--socket", server.path()}, output::pipe, text);
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.out, "0 imported, 0 existing, 20000 refused\n");
  EXPECT_EQ(std::ranges::count(run.err, '\n'), 20'000);
}

TEST(client_import, a_refusal_of_a_whole_batch_ends_with_5_and_tells_what_was_taken) {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "d" + std::to_string(i) + ".example\n";
  scripted_server server{[](peer& client) {
    const auto first = client.next(), second = client.next();
    client.answer(first, all_taken(first));
    client.refuse(second, "ServiceUnavailable", "the store is full; delete identities");
    client.expect_end();
  }};
  const auto run = run_client({"import", "-", "--socket", server.path()}, output::pipe, text);
  EXPECT_EQ(run.status, 5);
  EXPECT_EQ(run.out, "1000 imported, 0 existing, 0 refused\n");
  EXPECT_EQ(run.err, "easydkim: the store is full; delete identities\n");
}

TEST(client_import, json_output_is_the_result_of_each_batch) {
  scripted_server server{
      [](peer& client) { client.answer(client.next(), R"({"Imported":1,"Existing":0,"Refused":[]})"); }};
  const auto run =
      run_client({"import", "-", "--json", "--socket", server.path()}, output::pipe, "a.example");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "{\"Imported\":1,\"Existing\":0,\"Refused\":[]}\n");
}

TEST(client_import, shows_a_bar_on_a_terminal_and_takes_it_away) {
  scripted_server server{[](peer& client) {
    const auto call = client.next();
    client.answer(call, all_taken(call));
  }};
  const scratch_directory files;
  const auto run =
      run_client({"import", files.write("list", "a.example\n"), "--socket", server.path()}, output::terminal);
  EXPECT_NE(run.err.find("[########################################] 100 %, 1 domains"), std::string::npos)
      << run.err;
  EXPECT_TRUE(run.err.ends_with("\r\033[K"));
}

TEST(client_import, a_file_that_cannot_be_read_is_status_2_without_a_call) {
  const scratch_directory files;
  const auto missing = run_client({"import", files.file("none")});
  EXPECT_EQ(missing.status, 2);
  EXPECT_EQ(missing.err,
            "easydkim: cannot read " + files.file("none") +
                ": No such file or directory; give a file of domains, or - for standard input\n");
  EXPECT_EQ(run_client({"import", files.file("")}).status, 2);
}

TEST(client_import, a_file_with_nothing_in_it_is_all_taken) {
  scripted_server server{[](peer& client) { client.expect_end(); }};
  const auto run = run_client({"import", "-", "--socket", server.path()}, output::pipe, "# nothing\n");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "0 imported, 0 existing, 0 refused\n");
}

}  // namespace
}  // namespace easydkim
