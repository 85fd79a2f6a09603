// SPDX-License-Identifier: Apache-2.0
// Feeds arbitrary replies to the reader of DNS replies. Half of them carry the right header and question, so
// that the records are reached. What is kept, and what reading takes of memory, has its bounds.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "resolver/wire/dns_reply.hpp"
#include "tests/support/sanitizer.hpp"

#if EASYDKIM_IS_SANITIZED
#include <sanitizer/allocator_interface.h>
#endif

namespace {

/// What people will read: evidence, sentences, logs.
void must_be_printable(std::string_view text) {
  for (const char c : text)
    if (c < ' ' || c > '~') std::abort();
}

std::size_t allocated = 0;  // octets, ever; stays 0 where nobody counts

void count_allocations() {
#if EASYDKIM_IS_SANITIZED
  [[maybe_unused]] static const int counting = __sanitizer_install_malloc_and_free_hooks(
      [](const volatile void*, std::size_t octets) { allocated += octets; }, [](const volatile void*) {});
#endif
}

/// What may be kept, and what it may take to read it: in proportion to what came, whatever it expands to.
void must_be_bounded(const easydkim::dns_reply& reply) {
  using easydkim::dns_reply;
  constexpr std::size_t most_glue = dns_reply::most_records * dns_reply::most_addresses_of_a_server;
  if (reply.answer.size() > dns_reply::most_records || reply.authority.size() > dns_reply::most_records ||
      reply.additional.size() > most_glue)
    std::abort();
  std::size_t text = 0;
  for (const auto* section : {&reply.answer, &reply.authority, &reply.additional})
    for (const easydkim::resource_record& each : *section) text += each.owner.size() + each.text.size();
  if (text > dns_reply::most_text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  static const std::array<std::uint8_t, dns_question::random_octets> random{};
  static const dns_question asked{{"_domainkey", "example.com"}, rr_type::ns, random};
  if (size == 0) return 0;

  std::vector<std::uint8_t> message;
  if ((data[0] & 1) != 0 && size > 6) {
    const std::array<std::uint8_t, 12> header{
        0, 0,      static_cast<std::uint8_t>(0x80 | (data[1] & 0x07)), data[2], 0, 1, 0, data[3], 0, data[4],
        0, data[5]};
    message.assign(header.begin(), header.end());
    message.insert(message.end(), asked.question().begin(), asked.question().end());
    message.insert(message.end(), data + 6, data + size);
  } else {
    message.assign(data + 1, data + size);
  }

  count_allocations();
  const std::size_t allocated_before = allocated;
  const auto reply = read_reply(message, asked);
  constexpr std::size_t whatever_comes = std::size_t{64} << 10;
  if (allocated - allocated_before > 4 * message.size() + whatever_comes) std::abort();
  if (!reply) return 0;
  must_be_bounded(*reply);
  for (const auto* section : {&reply->answer, &reply->authority, &reply->additional})
    for (const resource_record& each : *section) {
      must_be_printable(each.owner);
      if (each.type != rr_type::txt) must_be_printable(each.text);
    }
  if (reply->error) must_be_printable(reply->error->text);
  if (reply->is_referral() && (reply->soa() != nullptr || !reply->answer.empty())) std::abort();
  return 0;
}
