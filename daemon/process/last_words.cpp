// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/last_words.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

#include "core/store/store_error.hpp"
#include "core/time_point.hpp"
#include "daemon/process/log.hpp"

namespace easydkim {
namespace {

void say(const char* why) noexcept {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), "daemon, cannot go on (%s)", why);
  log_without_memory(std::chrono::floor<duration>(std::chrono::system_clock::now()), text.data());
}

[[noreturn]] void end() noexcept {
  try {
    if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
    say("terminated");
  } catch (const std::bad_alloc& why) {
    say(why.what());
    ::_exit(exit_broken);
  } catch (const store_broken& why) {
    say(why.what());
    ::_exit(exit_broken);
  } catch (const store_unusable& why) {
    say(why.what());
    ::_exit(exit_refused);
  } catch (const std::exception& why) {
    say(why.what());
  } catch (...) {
    say("unknown exception");
  }
  std::abort();
}

}  // namespace

void leave_last_words() {
  std::set_terminate(end);
}

}  // namespace easydkim
