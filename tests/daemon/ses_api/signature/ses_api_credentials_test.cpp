// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/credentials.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace easydkim {
namespace {

constexpr const char* one_pair = R"([[credential]]
access_key_id = "AKIDEXAMPLE"
secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
account = "default"
)";

std::string fault_of(std::string_view text) {
  const auto read = parse_credentials(text, "credentials.toml");
  return read ? "accepted" : read.error();
}

/// `one_pair` with `line` put in the place of its line `number`.
std::string pair_with(int number, const std::string& line) {
  std::istringstream lines{one_pair};
  std::string text;
  int count = 0;
  for (std::string each; std::getline(lines, each);) text += (++count == number ? line : each) + '\n';
  return text;
}

/// A directory of its own with one file of key pairs in it, gone with the object.
class credentials_file {
 public:
  explicit credentials_file(mode_t mode) {
    std::string name = std::filesystem::temp_directory_path() / "easydkim-credentials-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
    directory_ = name;
    std::ofstream{path()} << one_pair;
    if (::chmod(path().c_str(), mode) != 0) throw std::runtime_error{"chmod"};
  }
  ~credentials_file() { std::filesystem::remove_all(directory_); }
  credentials_file(const credentials_file&) = delete;
  credentials_file& operator=(const credentials_file&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path path() const { return directory_ / "credentials.toml"; }

 private:
  std::filesystem::path directory_;
};

/// $CREDENTIALS_DIRECTORY as long as the object lives.
class credentials_directory {
 public:
  explicit credentials_directory(const std::filesystem::path& directory) {
    ::setenv("CREDENTIALS_DIRECTORY", directory.c_str(), 1);
  }
  ~credentials_directory() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
  credentials_directory(const credentials_directory&) = delete;
  credentials_directory& operator=(const credentials_directory&) = delete;
};

TEST(credentials, are_found_by_their_access_key_id) {
  const auto read = parse_credentials(std::string{one_pair} + R"(
[[credential]]
account = "default"
secret_access_key = "another-secret-of-this-account"
access_key_id = "AKIDANOTHER"
)",
                                      "credentials.toml");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->size(), 2U);
  ASSERT_NE(read->find("AKIDEXAMPLE"), nullptr);
  EXPECT_EQ(read->find("AKIDEXAMPLE")->account, "default");
  EXPECT_EQ(read->find("AKIDEXAMPLE")->secret_access_key.text(), "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  ASSERT_NE(read->find("AKIDANOTHER"), nullptr);
  EXPECT_EQ(read->find("AKIDANOTHER")->secret_access_key.text(), "another-secret-of-this-account");
  for (const char* unknown : {"", "AKID", "akidexample", "AKIDEXAMPLE ", "AKIDEXAMPLEX"})
    EXPECT_EQ(read->find(unknown), nullptr) << unknown;
}

TEST(credentials, may_be_none) {
  ASSERT_EQ(fault_of("# nobody yet\n"), "accepted");
  EXPECT_EQ(parse_credentials("", "credentials.toml")->find("AKIDEXAMPLE"), nullptr);
}

TEST(credentials, are_refused_with_line_and_remedy_when_something_is_wrong) {
  const std::string only =
      "must be [[credential]], one table for each key pair; nothing else may stand in this file";
  const std::string id =
      "access_key_id: must be a string of 1 to 128 letters, digits, \"_\" and \"-\", such as "
      "\"AKIDEXAMPLE\"";
  const std::string secret =
      "secret_access_key: must be a string of 16 to 256 printable ASCII characters without "
      "spaces; openssl rand -base64 30 makes a good one";
  const std::string account =
      "account: must be a string of 1 to 64 characters of A-Z, a-z, 0-9, \".\", \"_\" and "
      "\"-\", such as \"default\"";
  const std::string all = "access_key_id, secret_access_key and account";
  const struct {
    std::string text, fault;
  } wrong[]{
      {"credential = 1\n", "1: " + only},
      {"\n[credential]\n", "2: " + only},
      {"credential = [1]\n", "1: " + only},
      {"[[credentials]]\n", "1: " + only},
      {std::string{one_pair} + "[log]\nlevel = \"info\"\n", "5: " + only},
      {pair_with(2, "access_key_id = \"\""), "2: " + id},
      {pair_with(2, "access_key_id = 7"), "2: " + id},
      {pair_with(2, "access_key_id = \"AKID/EXAMPLE\""), "2: " + id},
      {pair_with(2, "access_key_id = \"" + std::string(129, 'A') + "\""), "2: " + id},
      {pair_with(3, "secret_access_key = \"\""), "3: " + secret},
      {pair_with(3, "secret_access_key = \"...\""), "3: " + secret},
      {pair_with(3, "secret_access_key = \"fifteen-octets-\""), "3: " + secret},
      {pair_with(3, "secret_access_key = \"with a space in its middle\""), "3: " + secret},
      {pair_with(3, "secret_access_key = [\"wJalrXUtnFEMI/K7MDENG+bPxRfiCY\"]"), "3: " + secret},
      {pair_with(3, "secret_access_key = \"" + std::string(257, 's') + "\""), "3: " + secret},
      {pair_with(4, "account = \"\""), "4: " + account},
      {pair_with(4, "account = \"two words\""), "4: " + account},
      {pair_with(4, "account = \"" + std::string(65, 'a') + "\""), "4: " + account},
      {pair_with(4, "acount = \"default\""), "4: no such key; those of a [[credential]] are " + all},
      {pair_with(2, ""), "1: this [[credential]] has no access_key_id; it needs " + all},
      {pair_with(3, ""), "1: this [[credential]] has no secret_access_key; it needs " + all},
      {pair_with(4, ""), "1: this [[credential]] has no account; it needs " + all},
      {std::string{one_pair} + one_pair, "6: access_key_id: must differ from that of line 2"},
  };
  for (const auto& each : wrong)
    EXPECT_EQ(fault_of(each.text), "credentials.toml:" + each.fault) << each.text;
  EXPECT_EQ(fault_of(std::string((1 << 20) + 1, '#')), "credentials.toml: must be at most 1 MiB");
}

TEST(credentials, are_never_quoted_in_what_is_said_of_them) {
  const std::string secret = "wJalrXUtnFEMI";
  for (const char* line :
       {"secret_access_key = wJalrXUtnFEMI", "secret_access_key = 'wJalrXUtnFEMI",
        "secret_access_key wJalrXUtnFEMI", "wJalrXUtnFEMI = 'secret_access_key'",
        "secret_access_key = \"wJalrXUtnFEMI\"", "wJalrXUtnFEMI", "secret_access_key = \"wJalrXUtnFEMI\\q\"",
        "account = 'wJalrXUtnFEMI/'", "access_key_id = 'wJalrXUtnFEMI/'", "[wJalrXUtnFEMI]",
        "[[credential.wJalrXUtnFEMI]]", "secret_access_key = 1979-05-27wJalrXUtnFEMI"}) {
    const std::string fault = fault_of(pair_with(3, line));
    EXPECT_NE(fault, "accepted") << line;
    EXPECT_EQ(fault.find(secret), std::string::npos) << fault;
    EXPECT_EQ(fault.find("JalrXU"), std::string::npos) << fault;
    EXPECT_EQ(fault.find('\n'), std::string::npos) << fault;
    EXPECT_TRUE(fault.starts_with("credentials.toml:")) << fault;
  }
}

TEST(credentials, are_read_from_a_file_of_their_owner_alone) {
  for (const mode_t mode : {0600U, 0400U, 0700U}) {
    const credentials_file file{mode};
    const auto read = load_credentials(file.path());
    ASSERT_TRUE(read) << read.error();
    EXPECT_NE(read->find("AKIDEXAMPLE"), nullptr);
  }
}

TEST(credentials, are_refused_in_a_file_that_others_can_use) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0601U, 0644U, 0666U}) {
    const credentials_file file{mode};
    const auto read = load_credentials(file.path());
    ASSERT_FALSE(read) << std::oct << mode;
    EXPECT_EQ(read.error(), file.path().native() +
                                ": can be read or written by users other than its owner; run chmod 0600 " +
                                file.path().native());
  }
}

TEST(credentials, that_systemd_gives_may_be_read_by_the_group_root) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root makes files of root";
  const credentials_file given{0440};
  {
    const credentials_directory directory{given.directory()};
    EXPECT_TRUE(load_credentials(given.path()));
    EXPECT_FALSE(load_credentials(credentials_file{0440}.path())) << "of another directory";
    EXPECT_FALSE(load_credentials(credentials_file{0444}.path()));
    ASSERT_EQ(::chmod(given.path().c_str(), 0460), 0);
    EXPECT_FALSE(load_credentials(given.path())) << "the group can write";
    ASSERT_EQ(::chmod(given.path().c_str(), 0444), 0);
    EXPECT_FALSE(load_credentials(given.path())) << "everybody can read";
    ASSERT_EQ(::chmod(given.path().c_str(), 0440), 0);
    ASSERT_EQ(::chown(given.path().c_str(), 0, 12345), 0);
    EXPECT_FALSE(load_credentials(given.path())) << "another group can read";
    ASSERT_EQ(::chown(given.path().c_str(), 12345, 0), 0);
    EXPECT_FALSE(load_credentials(given.path())) << "another owner";
    ASSERT_EQ(::chown(given.path().c_str(), 0, 0), 0);
  }
  EXPECT_FALSE(load_credentials(given.path())) << "not from systemd";
}

TEST(credentials, need_a_file_that_is_there_and_is_one) {
  const credentials_file file{0600};
  const auto missing = file.directory() / "missing.toml";
  EXPECT_EQ(load_credentials(missing).error(),
            missing.native() + ": cannot be read (No such file or directory)");
  EXPECT_EQ(load_credentials(file.directory()).error(), file.directory().native() + ": must be a file");
  const auto pipe = file.directory() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(load_credentials(pipe).error(), pipe.native() + ": must be a file");
  std::filesystem::resize_file(file.path(), (1 << 20) + 1);
  EXPECT_EQ(load_credentials(file.path()).error(), file.path().native() + ": must be at most 1 MiB");
}

TEST(secret, leaves_nothing_where_it_was) {
  // Longer than what fits into a string itself, and shorter.
  for (const std::string_view text :
       {std::string_view{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, std::string_view{"0123456789"}}) {
    std::string copy{text};
    const char* const octets = copy.data();
    const std::size_t size = copy.size();
    secret::wipe(copy);
    EXPECT_TRUE(copy.empty());
    ASSERT_EQ(copy.data(), octets) << "still owned, so it may be looked at";
    EXPECT_EQ(std::string_view(octets, size), std::string(size, '\0'));
  }
  secret one{"first of two secrets, a long one"}, other{"second"};
  one = other;
  EXPECT_EQ(one.text(), "second");
  one = secret{"third"};
  EXPECT_EQ(one.text(), "third");
}

}  // namespace
}  // namespace easydkim
