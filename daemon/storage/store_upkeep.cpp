// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/store_upkeep.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <spdlog/spdlog.h>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <memory>
#include <system_error>

namespace easydkim {

namespace asio = boost::asio;

namespace {

bool can_take_a_copy(const file_handle& file) {
  struct ::stat seen {};
  const int flags = ::fcntl(file.number(), F_GETFL);
  return ::fstat(file.number(), &seen) == 0 && S_ISREG(seen.st_mode) && seen.st_size == 0 && flags >= 0 &&
         (flags & O_ACCMODE) != O_RDONLY && (flags & O_APPEND) == 0;
}

store_upkeep::copied_or_fault not_written(const std::string& reason) {
  return "The copy could not be written (" + reason + "); free space where it goes, or name another file.";
}

/// On a thread of its own.
store_upkeep::copied_or_fault written(const identity_store& store, store_copy& to, store_layout layout) {
  const auto copied = store.copy_to(to.number(), layout);
  const auto on_disk = to.finish(copied ? store_copy::wrote::all : store_copy::wrote::not_all);
  if (copied && on_disk) return *on_disk;
  return not_written(on_disk.has_error() && !on_disk.error().empty() ? on_disk.error()
                     : copied ? std::string{"the process that writes it has ended"} : copied.error());
}

}  // namespace

store_upkeep::store_upkeep(asio::io_context& io, identity_store& store, group_commit& writer,
                           std::function<void(std::exception_ptr)> broken)
    : io_{io}, progress_{io}, store_{store}, writer_{writer}, broken_{std::move(broken)} {}

store_upkeep::~store_upkeep() {
  stop();
}

void store_upkeep::check() {
  if (store_.is_checked()) return;
  checking_ = std::jthread{[this](const std::stop_token& stop) {
    std::exception_ptr found;
    bool is_whole = false;
    try {
      is_whole = store_.check(stop);
    } catch (const std::exception&) {
      found = std::current_exception();
    }
    asio::post(io_, [this, found, is_whole] { end_check(found, is_whole); });
  }};
}

void store_upkeep::end_check(std::exception_ptr found, bool is_whole) {
  checking_ = {};
  if (found) return broken_(found);
  if (is_whole) spdlog::info("store, checked: all of it is whole");
  resize_if_put_off();
}

asio::awaitable<store_upkeep::copied_or_fault> store_upkeep::copy(file_handle to, store_layout layout,
                                                                  std::stop_token unwanted) {
  using namespace std::string_literals;
  if (unwanted.stop_requested()) co_return "The copy was not begun, for its client has gone."s;
  if (stopped_) co_return "The daemon is stopping; try again when it is back."s;
  if (copy_) co_return "Another copy of the store is being written; try again when it is done."s;
  if (!can_take_a_copy(to)) co_return "A copy goes into an empty regular file that is open for writing."s;
  try {
    copy_.emplace(std::move(to));
  } catch (const std::system_error& refused) {
    co_return "The daemon could not start a process for the copy (" + refused.code().message() +
        "); try again, or raise TasksMax and LimitNOFILE.";
  }
  const std::stop_callback when_unwanted{std::move(unwanted), [this] { give_up(why::client_gone); }};
  const auto start = [&](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    told_ = [resume](copied_or_fault outcome) { std::move (*resume)(std::move(outcome)); };
    begin(layout);
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(copied_or_fault)>(
      start, asio::use_awaitable);
}

void store_upkeep::begin(store_layout layout) {
  given_up_ = why::nobody;
  watch_progress();
  const auto end_soon = [this](copied_or_fault outcome) {
    asio::post(io_, [this, outcome = std::move(outcome)]() mutable { end(std::move(outcome)); });
  };
  try {
    copying_ = std::thread{[this, layout, end_soon] { end_soon(written(store_, *copy_, layout)); }};
  } catch (const std::system_error& refused) {
    end_soon("The daemon could not start a thread for the copy (" + refused.code().message() +
             "); try again, or raise TasksMax.");
  }
}

void store_upkeep::end(copied_or_fault outcome) {
  if (copying_.joinable()) copying_.join();
  progress_.cancel();
  copy_.reset();
  if (outcome)
    spdlog::info("store, copied ({} octets)", *outcome);
  else if (stopped_)
    outcome = std::string{"The copy was given up, for the daemon is stopping; try again when it is back."};
  else if (given_up_ == why::stands_still) {
    spdlog::warn("store, gave up a copy (its file took nothing for {} s)", longest_standstill.count());
    outcome = "The copy was given up, for its file took nothing for " +
              std::to_string(longest_standstill.count()) + " s; name a file on another disk.";
  } else if (given_up_ == why::client_gone)
    spdlog::info("store, gave up a copy (its client has gone)");
  resize_if_put_off();
  std::exchange(told_, nullptr)(std::move(outcome));
}

void store_upkeep::resize_if_put_off() {
  if (const auto size = std::exchange(size_put_off_, std::nullopt); size && !stopped_) resize(*size);
}

void store_upkeep::resize(std::uint64_t size) {
  if (copy_ || checking_.joinable()) {
    size_put_off_ = size;
    spdlog::info("store, takes its new size when the {} of it is done", copy_ ? "copy" : "check");
    return;
  }
  bool is_taken = false;
  writer_.alone([&] { is_taken = store_.resize(size); });
  if (is_taken)
    spdlog::info("store, may grow to {} octets", store_.usage().size_bytes);
  else
    spdlog::error(
        "store, kept its largest size (the address space does not take {} octets more: lower store.size, or "
        "raise ulimit -v)",
        size);
}

void store_upkeep::give_up(why reason) {
  given_up_ = reason;
  if (copying_.joinable()) copy_->give_up();
}

/// Until the copy ends, which cancels the timer.
void store_upkeep::watch_progress() {
  last_progress_ = copy_->progress();
  progress_.expires_after(longest_standstill);
  progress_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || !copy_ || given_up_ != why::nobody) return;
    if (copy_->progress() == last_progress_) return give_up(why::stands_still);
    watch_progress();
  });
}

void store_upkeep::stop() {
  stopped_ = true;
  checking_ = {};  // asks it to stop, and waits for that
  progress_.cancel();
  if (!copying_.joinable()) return;
  copy_->give_up();
  copying_.join();
}

}  // namespace easydkim
