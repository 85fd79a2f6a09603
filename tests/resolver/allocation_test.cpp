// What a poll of a domain that stays as it is allocates: nothing of ours.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "tests/resolver/polling.hpp"
#include "tests/support/sanitizer.hpp"

namespace {

/// Of this thread: the scripted server has its own.
thread_local std::size_t allocations = 0;

}  // namespace

// A sanitizer takes the mixture with its own for a fault.
#if !EASYDKIM_IS_SANITIZED
// Every `new` of this program. c-ares has an allocator of its own, which is not counted.
void* operator new(std::size_t octets) {
  ++allocations;
  if (void* const memory = std::malloc(octets)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace easydkim {
namespace {

using namespace tests;

TEST(Allocations, AreCounted) {
  if (EASYDKIM_IS_SANITIZED) GTEST_SKIP() << "the sanitizer counts its own";
  const std::size_t before = allocations;
  const auto one = std::make_unique<std::string>(100, 'x');
  EXPECT_EQ(allocations - before, 2U) << one->size();
}

TEST_F(Polling, OfADomainThatStaysAsItIsAllocatesNothing) {
  if (EASYDKIM_IS_SANITIZED) GTEST_SKIP() << "the sanitizer counts its own";
  options_.rules.min_interval = options_.rules.max_interval = duration{5};
  for (int i = 0; i < 500; ++i) add_due("d" + std::to_string(i) + ".example");
  const auto lookups = [&] { return polling().report().lookups_total; };

  // Until each record was seen once, so that nothing is news any more, and every list has its size. There are
  // always lookups under way: c-ares closes a socket that is idle.
  run_until([&] { return lookups() > 5000; });
  const int settled_before = settled_;
  const std::size_t allocated_before = allocations;
  const auto lookups_before = lookups();
  for (int runs = 0; runs < 20 && lookups() < lookups_before + 2000; ++runs)
    io_.run_for(std::chrono::milliseconds{500});
  const std::size_t allocated = allocations - allocated_before;
  const std::size_t looked_up = lookups() - lookups_before;

  EXPECT_EQ(settled_, settled_before);
  EXPECT_GT(looked_up, 1000U);
  EXPECT_LT(allocated, looked_up / 50) << "what begins with each run of the loop, and no more";
}

}  // namespace
}  // namespace easydkim
