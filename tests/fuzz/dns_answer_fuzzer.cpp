// SPDX-License-Identifier: Apache-2.0
// Feeds arbitrary replies to the reader of DNS answers. Half of them carry the right header and question, so
// that the records are reached.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "resolver/wire/dns_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  static const std::array<std::uint8_t, dns_question::random_octets> random{};
  static const dns_question for_cname{
      {"abcdefghijklmnopqrstuvwxyz234567", "_domainkey", "example.com"}, rr_type::cname, random};
  static const dns_question for_txt{{"_amazonses", "example.com"}, rr_type::txt, random};
  if (size == 0) return 0;

  const std::uint8_t choice = data[0];
  const bool about_txt = (choice & 8) != 0;
  const dns_question& asked = about_txt ? for_txt : for_cname;
  std::vector<std::uint8_t> reply;
  if ((choice & 1) != 0 && size > 4) {
    const std::array<std::uint8_t, 12> header{
        0, 0, 0x81, static_cast<std::uint8_t>(data[1] & 0x0F), 0, 1, 0, data[2], 0, data[3], 0, 0};
    reply.assign(header.begin(), header.end());
    reply.insert(reply.end(), asked.question().begin(), asked.question().end());
    reply.insert(reply.end(), data + 4, data + size);
  } else {
    reply.assign(data + 1, data + size);
  }

  const auto about_cname = (choice & 2) != 0 ? expectation::target::exact : expectation::target::control;
  const expectation expected{
      .label = "abcdefghijklmnopqrstuvwxyz234567",
      .suffix = "dkim.example.net",
      .text = "abc",
      .is = about_txt ? expectation::target::text : about_cname,
      .over = (choice & 4) != 0 ? expectation::transport::udp : expectation::transport::tcp};
  const finding seen = read_answer(reply, asked, expected);
  if (seen.kind == finding_kind::unchecked) std::abort();
  for (const char c : seen.observed)
    if (c < ' ' || c > '~') std::abort();
  return 0;
}
