// SPDX-License-Identifier: Apache-2.0
#include "core/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/system/system_error.hpp>
#include <cctype>
#include <set>
#include <string>

#include "core/error_kind.hpp"

namespace easydkim {
namespace {

constexpr auto last = errc::stopping;

template <class Step>
void for_each_error(Step step) {
  for (int i = 1; i <= static_cast<int>(last); ++i) step(static_cast<errc>(i));
}

TEST(error, has_a_sentence_of_its_own_without_a_full_stop) {
  std::set<std::string_view> sentences;
  for_each_error([&](errc each) {
    const std::string_view said = sentence(each);
    EXPECT_FALSE(said.empty()) << static_cast<int>(each);
    EXPECT_FALSE(said.ends_with('.')) << said;
    EXPECT_NE(said, sentence(errc{})) << "no row in the table for " << static_cast<int>(each);
    sentences.insert(said);
  });
  EXPECT_EQ(sentences.size(), static_cast<std::size_t>(last));
}

TEST(error, begins_in_lower_case_unless_the_words_are_those_of_ses) {
  for_each_error([](errc each) {
    if (each == errc::rate_exceeded) return;  // SES: "Rate exceeded"
    EXPECT_TRUE(std::islower(static_cast<unsigned char>(sentence(each).front()))) << sentence(each);
  });
}

TEST(error, has_a_code_word_of_ses) {
  const std::set<std::string_view> known{"MissingParameter", "InvalidParameterValue", "Throttling",
                                         "NotFound", "ServiceUnavailable"};
  for_each_error([&](errc each) { EXPECT_TRUE(known.contains(code_word(each))) << code_word(each); });
}

TEST(error, is_of_the_kind_that_tells_callers_what_to_do) {
  EXPECT_EQ(kind_of(errc::domain_public_suffix), error_kind::invalid_value);
  EXPECT_EQ(kind_of(errc::identity_not_found), error_kind::not_found);
  EXPECT_EQ(kind_of(errc::too_many_checks), error_kind::throttling);
  EXPECT_EQ(kind_of(errc::stopping), error_kind::unavailable);
  EXPECT_EQ(kind_of(errc{}), error_kind::internal);
}

TEST(error, has_the_code_word_that_tells_callers_what_to_do) {
  EXPECT_EQ(code_word(errc::domain_public_suffix), "InvalidParameterValue");
  EXPECT_EQ(code_word(errc::identity_not_found), "NotFound");
  EXPECT_EQ(code_word(errc::rate_exceeded), "Throttling");
  EXPECT_EQ(code_word(errc::store_full), "ServiceUnavailable");
  EXPECT_EQ(code_word(errc{}), "InternalFailure");
}

TEST(error, is_an_error_code_with_the_same_sentence) {
  const boost::system::error_code code = errc::domain_empty;

  EXPECT_TRUE(code.failed());
  EXPECT_EQ(code.category(), category());
  EXPECT_EQ(code.message(), sentence(errc::domain_empty));
  EXPECT_STREQ(code.category().name(), "easydkim");
}

TEST(result, throws_when_a_value_is_taken_that_is_not_there) {
  const result<int> none = errc::store_full;

  EXPECT_THROW(none.value(), boost::system::system_error);
  EXPECT_EQ(result<int>{3}.value(), 3);
}

}  // namespace
}  // namespace easydkim
