// Feeds arbitrary replies to the reader of whole DNS replies. Half of them carry the right header and
// question, so that the records are reached.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "resolver/dns_reply.hpp"

namespace {

/// What people will read: evidence, sentences, logs.
void must_be_printable(std::string_view text) {
  for (const char c : text)
    if (c < ' ' || c > '~') std::abort();
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

  const auto reply = read_reply(message, asked);
  if (!reply) return 0;
  for (const auto* section : {&reply->answer, &reply->authority, &reply->additional})
    for (const resource_record& each : *section) {
      must_be_printable(each.owner);
      if (each.type != rr_type::txt) must_be_printable(each.text);
    }
  if (reply->error) must_be_printable(reply->error->text);
  if (reply->is_referral() && (reply->soa() != nullptr || !reply->answer.empty())) std::abort();
  return 0;
}
