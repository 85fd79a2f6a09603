// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/users.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <string>
#include <utility>

#include "tests/soak/dice.hpp"

namespace easydkim::soak {

namespace asio = boost::asio;

namespace {

constexpr std::array accounts{"default", "other"};

/// In one of so many steps somebody asks.
constexpr std::uint64_t steps_between = 40;

/// So many at once, at most.
constexpr std::uint64_t most_at_once = 6;

constexpr std::size_t rows_of_an_import = 5;

subject_name somebody(std::uint64_t chance, std::size_t domains) {
  return {accounts[mixed(chance) % 5 == 0 ? 1 : 0],
          "d" + std::to_string(mixed(chance + 1) % domains) + ".example"};
}

caller caller_for(std::string account) {
  return {.is = caller::kind::user, .id = "1000", .account = std::move(account)};
}

domain_name domain_of(const subject_name& about) {
  return domain_name::parse(about.domain).value();
}

}  // namespace

users::wish users::wish_of(std::uint64_t chance) {
  struct share {
    wish what;
    std::uint64_t part;
  };
  static constexpr std::array shares{share{wish::verify_dkim, 45}, share{wish::verify_txt, 20},
                                     share{wish::disable, 8},      share{wish::enable, 8},
                                     share{wish::erase, 5},        share{wish::check, 10},
                                     share{wish::import_many, 4}};
  std::uint64_t left = chance % 100;
  for (const share& each : shares) {
    if (left < each.part) return each.what;
    left -= each.part;
  }
  return wish::verify_dkim;
}

bool users::act() {
  const auto moment = static_cast<std::uint64_t>(daemon_.now().time_since_epoch() / step);
  const std::uint64_t chance = roll(order_.seed, dice::user, {moment});
  if (chance % steps_between != 0) return true;
  const std::uint64_t how_many = 1 + mixed(chance) % most_at_once;
  const wish first = wish_of(mixed(chance + 1));
  const auto all_answered = [this] { return daemon_.settle_down([this] { return open_ > 0; }); };
  if (first == wish::check) {  // its lookups take a time of their own
    ask(first, mixed(chance + 2));
    return all_answered();
  }
  daemon_.gather([&] {
    for (std::uint64_t i = 0; i < how_many; ++i) {
      const wish next = i == 0 ? first : wish_of(mixed(chance + 10 + i));
      ask(next == wish::check ? wish::verify_dkim : next, mixed(chance + 20 + i));
    }
  });
  return all_answered();
}

void users::ask(wish what, std::uint64_t chance) {
  static constexpr std::array words{"verify-dkim", "verify-txt", "disable", "enable",
                                    "delete",      "check",      "import"};
  const std::string_view word = words[static_cast<std::size_t>(what)];
  if (what != wish::import_many) {
    tiding asked = begun(somebody(chance, order_.domains), word);
    if (order_.fault == planted_fault::swallows_request && asked_ > 100) return;
    asio::co_spawn(daemon_.io(), carry_out(what, std::move(asked)), asio::detached);
    return;
  }
  std::vector<tiding> rows;
  const std::string account = somebody(chance, order_.domains).account;
  for (std::size_t i = 0; i < rows_of_an_import; ++i) {
    subject_name about{account, somebody(chance + i, order_.domains).domain};
    const auto same = [&](const tiding& each) { return each.about == about; };
    if (std::ranges::none_of(rows, same)) rows.push_back(begun(std::move(about), word));
  }
  asio::co_spawn(daemon_.io(), carry_out_import(std::move(rows)), asio::detached);
}

tiding users::begun(subject_name about, std::string_view words) {
  const tiding asked{.what = tiding::kind::asked,
                     .at = daemon_.now(),
                     .number = ++asked_,
                     .about = std::move(about),
                     .words = std::string{words}};
  ++open_;
  tell_(asked);
  return asked;
}

void users::answered(tiding asked, std::optional<identity> stored) {
  --open_;
  if (stored) daemon_.owner_is_told(*stored);
  asked.what = tiding::kind::answered;
  asked.stored = std::move(stored);
  tell_(asked);
}

void users::ended(tiding asked, result<identity> issued) {
  if (issued)
    answered(std::move(asked), *std::move(issued));
  else
    refused(std::move(asked), issued.error());
}

void users::refused(tiding asked, errc why) {
  --open_;
  asked.what = tiding::kind::refused;
  asked.words = make_error_code(why).message();
  tell_(asked);
}

std::optional<identity> users::stored(const subject_name& about) const {
  return daemon_.store().find(about.account, domain_of(about));
}

users::awaitable users::carry_out(wish what, tiding asked) {
  const auto [account, domain] = asked.about;
  const caller by = caller_for(account);
  operations& run = daemon_.run();
  switch (what) {
    case wish::verify_dkim: {
      result<identity> issued = co_await run.verify_domain_dkim(by, domain);
      co_return ended(std::move(asked), std::move(issued));
    }
    case wish::verify_txt: {
      result<identity> issued = co_await run.verify_domain_identity(by, domain);
      co_return ended(std::move(asked), std::move(issued));
    }
    case wish::disable:
    case wish::enable: {
      const result<void> done = co_await run.set_identity_dkim_enabled(by, domain, what == wish::enable);
      if (!done)
        refused(std::move(asked), done.error());
      else
        answered(asked, stored(asked.about));
      co_return;
    }
    case wish::erase: {
      const result<void> done = co_await run.delete_identity(by, domain);
      if (!done)
        refused(std::move(asked), done.error());
      else
        answered(asked, stored(asked.about));
      co_return;
    }
    case wish::check: {
      const result<described_identity> seen = co_await run.check_identity(account, domain);
      if (!seen)
        refused(std::move(asked), seen.error());
      else
        answered(asked, stored(asked.about));
      co_return;
    }
    case wish::import_many:
      co_return;
  }
}

users::awaitable users::carry_out_import(std::vector<tiding> rows) {
  std::vector<import_row> wanted;
  for (const tiding& each : rows) wanted.push_back({.domain = each.about.domain, .tokens = {}});
  const result<import_summary> done =
      co_await daemon_.run().import_identities(caller_for(rows.front().about.account), std::move(wanted));
  for (tiding& each : rows) {
    if (!done)
      refused(std::move(each), done.error());
    else
      answered(each, stored(each.about));
  }
}

}  // namespace easydkim::soak
