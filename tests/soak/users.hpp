// SPDX-License-Identifier: Apache-2.0
// Those who call the daemon under test: what they ask for is a function of the seed and of the time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <string_view>

#include "tests/soak/running_daemon.hpp"

namespace easydkim::soak {

class users {
 public:
  users(const era_order& order, running_daemon& daemon, std::function<void(const tiding&)> tell)
      : order_{order}, daemon_{daemon}, tell_{std::move(tell)} {}

  /// Asks what comes to mind at this time, and waits for the answers. False when one does not come.
  bool act();

 private:
  using awaitable = boost::asio::awaitable<void>;
  enum class wish : std::uint8_t { verify_dkim, verify_txt, disable, enable, erase, check, import_many };
  static wish wish_of(std::uint64_t chance);

  void ask(wish what, std::uint64_t chance);
  awaitable carry_out(wish what, tiding asked);
  awaitable carry_out_import(std::vector<tiding> rows);
  tiding begun(subject_name about, std::string_view words);
  void answered(tiding asked, std::optional<identity> stored);
  void refused(tiding asked, errc why);
  void ended(tiding asked, result<identity> issued);
  std::optional<identity> stored(const subject_name& about) const;

  const era_order& order_;
  running_daemon& daemon_;
  std::function<void(const tiding&)> tell_;
  std::uint64_t asked_ = 0;
  std::uint64_t open_ = 0;
};

}  // namespace easydkim::soak
