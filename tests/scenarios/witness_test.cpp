// SPDX-License-Identifier: Apache-2.0
#include "tests/support/witness.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using enum dkim_status;
using tests::absent_record;
using tests::found_record;
using tests::silence;
using tests::witness;

constexpr policy rules;

/// One that has seen a window begin at 0s.
witness watching() {
  witness seer{rules, records_per_identity};
  seer.window_began(0s);
  return seer;
}

TEST(witness, believes_a_success_only_while_the_zone_holds_all_records) {
  witness seer = watching();
  for (int i = 0; i < 3; ++i) seer.answered(found_record());
  witness other = seer;

  EXPECT_NO_THROW(seer.judged({.from = pending, .to = success, .zone_holds_all = true, .now = 1min}));
  EXPECT_THROW(other.judged({.from = pending, .to = success, .zone_holds_all = false, .now = 1min}),
               std::runtime_error);
}

TEST(witness, lets_no_silence_change_a_status) {
  for (const dkim_status to : {success, failed, temporary_failure}) {
    witness seer = watching();
    seer.answered(silence());
    EXPECT_THROW(seer.judged({.from = pending, .to = to, .zone_holds_all = true, .now = 100h}),
                 std::runtime_error);
  }
}

TEST(witness, lets_nobody_fail_on_found_records_or_before_the_time_is_over) {
  witness seer = watching();
  seer.answered(found_record());
  EXPECT_THROW(seer.judged({.from = pending, .to = failed, .now = 100h}), std::runtime_error);

  witness early = watching();
  early.answered(absent_record());
  EXPECT_THROW(early.judged({.from = pending, .to = failed, .now = rules.window - 1ms}), std::runtime_error);

  witness late = watching();
  late.answered(absent_record());
  EXPECT_NO_THROW(late.judged({.from = pending, .to = failed, .now = rules.window}));
}

TEST(witness, counts_three_losses_before_a_temporary_failure) {
  witness seer = watching();
  for (int i = 0; i < 2; ++i) {
    seer.answered(absent_record());
    seer.judged({.from = success, .to = success, .now = 1h});
  }
  witness hasty = seer;
  seer.answered(absent_record());
  EXPECT_NO_THROW(seer.judged({.from = success, .to = temporary_failure, .now = 1h}));

  for (int i = 0; i < 3; ++i) hasty.answered(found_record());
  hasty.judged({.from = success, .to = success, .now = 1h});
  hasty.answered(absent_record());
  EXPECT_THROW(hasty.judged({.from = success, .to = temporary_failure, .now = 1h}), std::runtime_error);
}

TEST(witness, notices_when_nobody_looks) {
  witness seer = watching();
  seer.polled(1h);

  EXPECT_NO_THROW(seer.nothing_overdue(pending, 1h + 3min));
  EXPECT_THROW(seer.nothing_overdue(pending, 1h + 4min), std::runtime_error);
  EXPECT_NO_THROW(seer.nothing_overdue(success, 25h));
  EXPECT_THROW(seer.nothing_overdue(success, 25h + 1s), std::runtime_error);
  EXPECT_NO_THROW(seer.nothing_overdue(failed, 1000h));
}

}  // namespace
}  // namespace easydkim
