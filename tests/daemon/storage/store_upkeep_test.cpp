// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/store_upkeep.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <vector>

#include "tests/support/scratch_store.hpp"

namespace easydkim {
namespace {

using namespace tests;

/// Of a store that is too large to be read when it is opened.
class StoreUpkeep : public testing::Test {
 protected:
  StoreUpkeep() : upkeep_{io_, store_, writer_, [this](std::exception_ptr why) { found_.push_back(why); }} {}

  static const scratch_directory& filled(const scratch_directory& directory) {
    identity_store store{directory.store(), 4 * mebibyte};
    fill(store, 0, 10).value();
    return directory;
  }

  scratch_directory directory_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> works_{io_.get_executor()};
  identity_store store_{filled(directory_).store(), 4 * mebibyte, 0};
  group_commit writer_{io_, store_, [](std::exception_ptr why) { std::rethrow_exception(why); }};
  std::vector<std::exception_ptr> found_;
  store_upkeep upkeep_;
};

TEST_F(StoreUpkeep, TakesAnotherSizeWhenItsCheckIsDone) {
  ASSERT_FALSE(store_.is_checked());
  upkeep_.check();
  upkeep_.resize(8 * mebibyte);
  EXPECT_EQ(store_.usage().size_bytes, 4 * mebibyte);
  io_.run_one_for(std::chrono::seconds{20});
  EXPECT_EQ(store_.usage().size_bytes, 8 * mebibyte);
  EXPECT_TRUE(found_.empty());
}

TEST_F(StoreUpkeep, EndsACheckWithItself) {
  ASSERT_FALSE(store_.is_checked());
  upkeep_.check();
  upkeep_.stop();
  io_.run_one_for(std::chrono::seconds{20});
  EXPECT_TRUE(found_.empty());
}

}  // namespace
}  // namespace easydkim
