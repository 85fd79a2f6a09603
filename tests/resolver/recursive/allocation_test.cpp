// SPDX-License-Identifier: Apache-2.0
// What a poll of a domain that stays as it is allocates: nothing of ours. And what a reply does: little,
// however much is in it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "resolver/wire/dns_reply.hpp"
#include "tests/support/dns_message.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/sanitizer.hpp"

namespace {

/// Of this thread: the scripted server has its own.
thread_local std::size_t allocations = 0;
thread_local std::size_t octets_allocated = 0;

}  // namespace

// A sanitizer takes the mixture with its own for a fault.
#if !EASYDKIM_IS_SANITIZED
// Every `new` of this program. c-ares has an allocator of its own, which is not counted.
void* operator new(std::size_t octets) {
  ++allocations;
  octets_allocated += octets;
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

/// A name of 255 octets, each of which is written as four.
tests::octets name_that_swells() {
  tests::octets name;
  for (const std::uint8_t length : tests::octets{63, 63, 63, 61}) {
    name.push_back(length);
    name.insert(name.end(), length, 0xFF);
  }
  name.push_back(0);
  return name;
}

TEST(Allocations, OfAReplyAreBoundedByItsSizeWhateverItExpandsTo) {
  if (EASYDKIM_IS_SANITIZED) GTEST_SKIP() << "the sanitizer counts its own";
  const std::array<std::uint8_t, dns_question::random_octets> no_random{};
  for (const rr_type type : {rr_type::ns, rr_type::cname, rr_type::txt, rr_type::a}) {
    const dns_question asked{{"example.com"}, type, no_random};
    const auto bytes = asked.bytes();
    tests::dns_reply reply{*dns_query::parse({bytes.begin(), bytes.end()})};
    const auto here = static_cast<std::uint8_t>(12 + asked.question().size());
    for (const std::uint16_t each : {type_ns, type_cname, type_dname})
      for (int i = 0; i < 1500; ++i) {
        auto& section = each == type_ns ? reply.authorities : reply.answers;
        section.push_back({{0xC0, here}, each, {0xC0, here}});
        section.push_back({{0xC0, 12}, each, {0xC0, here}});
      }
    reply.answers.insert(reply.answers.begin(), {name_that_swells(), type_txt, {0}});
    reply.answers.resize(2400);
    reply.authorities.resize(2400);
    const tests::octets message = reply.message();
    ASSERT_GT(message.size(), 50'000U);

    const std::size_t before = octets_allocated;
    const auto read = read_reply(message, asked);
    EXPECT_LT(octets_allocated - before, 4 * message.size()) << static_cast<int>(type);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->is_partial);
  }
}

}  // namespace
}  // namespace easydkim
