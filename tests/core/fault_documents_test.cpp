// SPDX-License-Identifier: Apache-2.0
// The manual page of the daemon names every fault of ours.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/fault.hpp"

namespace easydkim {
namespace {

TEST(fault_documents, name_every_fault) {
  std::ostringstream page;
  page << std::ifstream{EASYDKIM_SOURCE_DIR "/man/easydkimd.8"}.rdbuf();
  for (const fault_row& each : fault_rows())
    EXPECT_NE(page.str().find(each.name), std::string::npos) << each.name;
}

}  // namespace
}  // namespace easydkim
