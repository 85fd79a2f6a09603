// SPDX-License-Identifier: Apache-2.0
// The table of keys, the example file and the manual page say the same.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>

#include "daemon/config/config_key.hpp"

namespace easydkim {
namespace {

std::string file_of_project(const std::string& path) {
  std::ifstream stream{std::string{EASYDKIM_SOURCE_DIR} + '/' + path};
  std::string text{std::istreambuf_iterator<char>{stream}, {}};
  EXPECT_FALSE(text.empty()) << path;
  return text;
}

std::string line_of(const config_key& each) {
  return std::string{each.key} + " = " + each.place.text(config{});
}

/// The example file, each key commented out at its default, as the table of keys has it.
std::string example_of_table() {
  std::string text, section;
  for (const config_key& each : config_keys()) {
    if (section != each.section) text += "\n[" + (section = each.section) + "]\n";
    text += "# " + std::string{each.meaning} + "\n#" + line_of(each) + '\n';
  }
  return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

TEST(example_file, has_every_key_with_its_default_and_meaning_in_order) {
  const std::string text = file_of_project("etc/easydkimd.toml");
  const std::size_t behind_introduction = text.find("\n\n") + 1;
  EXPECT_EQ(text.substr(behind_introduction), example_of_table());
}

TEST(example_file, uncommented_loads_and_equals_the_defaults) {
  std::string text = file_of_project("etc/easydkimd.toml");
  for (const config_key& each : config_keys())
    text = replaced(text, "\n#" + line_of(each), '\n' + line_of(each));

  const auto read = parse_config(text, "easydkimd.toml");

  ASSERT_TRUE(read) << read.error();
  EXPECT_NE(text.find("\nsize = "), text.npos);
  for (const config_key& each : config_keys())
    EXPECT_EQ(each.place.text(*read), each.place.text(config{})) << each.section << '.' << each.key;
}

TEST(example_file, as_it_stands_means_the_defaults) {
  const auto read = parse_config(file_of_project("etc/easydkimd.toml"), "easydkimd.toml");
  EXPECT_TRUE(read) << read.error();
}

TEST(manual_page, has_every_key_with_its_default_in_its_section) {
  const std::string page = replaced(file_of_project("man/easydkimd.toml.5"), "\\(dq", "\"");
  std::size_t at = 0;
  for (const config_key& each : config_keys()) {
    const std::string section = ".Ss [" + std::string{each.section} + "]";
    const std::string item = ".It Ic " + line_of(each) + '\n';
    const std::size_t in_section = page.find(section);
    ASSERT_NE(in_section, page.npos) << section;
    const std::size_t found = page.find(item, std::max(at, in_section));
    ASSERT_NE(found, page.npos) << item;
    EXPECT_EQ(page.find("\n.Ss ", in_section + 1), page.find("\n.Ss ", found)) << item;
    at = found;
  }
}

/// Whether `list` names `each` as SECTION.KEY, or its section as a whole.
bool names(const std::string& list, const config_key& each) {
  const std::string section{each.section};
  return std::regex_search(list, std::regex{"\\b" + section + "\\." + std::string{each.key} + "\\b"}) ||
         list.find('[' + section + ']') != list.npos || list.find("Bq " + section + " ,") != list.npos;
}

TEST(example_file, and_manual_page_list_what_a_reload_applies) {
  const std::string example = file_of_project("etc/easydkimd.toml");
  const std::string page = file_of_project("man/easydkimd.toml.5");
  const std::size_t in_example = example.find("`systemctl reload"), in_page = page.find("A reload applies");
  ASSERT_NE(in_example, example.npos);
  ASSERT_NE(in_page, page.npos);
  const std::string of_example = example.substr(in_example, example.find("\n\n") - in_example);
  const std::string of_page = page.substr(in_page, page.find(';', in_page) - in_page);
  for (const config_key& each : config_keys()) {
    const bool at_reload = each.takes_effect == config_key::change::at_reload;
    EXPECT_EQ(names(of_example, each), at_reload) << each.section << '.' << each.key;
    EXPECT_EQ(names(of_page, each), at_reload) << each.section << '.' << each.key;
  }
}

TEST(table_of_keys, sets_back_what_it_shows) {
  for (const config_key& each : config_keys()) {
    const auto read = parse_config('[' + std::string{each.section} + "]\n" + line_of(each), "line");
    ASSERT_TRUE(read) << read.error();
  }
}

}  // namespace
}  // namespace easydkim
