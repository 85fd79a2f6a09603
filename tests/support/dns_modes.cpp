// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dns_modes.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace easydkim::tests {
namespace {

using way = dns_action::way;
using actions = std::vector<dns_action>;
using namespace std::chrono_literals;

constexpr std::string_view apex = "zone.invalid";  // owner of the SOA; nobody looks at it

std::string after_first_label(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot == name.npos ? std::string{} : name.substr(dot + 1);
}

actions once(const dns_reply& reply, way how = way::send) {
  return {{.message = reply.message(), .how = how}};
}

actions with_rcode(const dns_query& query, unsigned rcode) {
  dns_reply reply{query};
  reply.rcode = rcode;
  return once(reply);
}

actions truncated(const dns_query& query) {
  return once(truncated_reply(query));
}

std::string target_in(const scripted_zone& zone, const dns_query& query) {
  const dns_reply truth = zone.answer(query);
  if (truth.answers.empty()) throw std::logic_error{"this mode needs a CNAME in the zone: " + query.name};
  std::string text;
  const octets& wire = truth.answers.front().data;
  for (std::size_t at = 0; wire.at(at) != 0; at += 1U + wire[at])
    text += (text.empty() ? "" : ".") + std::string{reinterpret_cast<const char*>(&wire[at + 1]), wire[at]};
  return text;
}

dns_record owner_is_question(octets data) {
  return {{0xC0, 12}, type_cname, std::move(data)};
}

octets question_of(std::string_view name) {
  octets question = to_wire(name);
  question.insert(question.end(), {0, 5, 0, 1});
  return question;
}

constexpr std::array modes{
    dns_mode{"zone", [](const dns_query& q, const scripted_zone& z) { return once(z.answer(q)); }},
    dns_mode{"delay",
             [](const dns_query& q, const scripted_zone& z) {
               return actions{{.message = z.answer(q).message(), .after = 100ms}};
             }},
    dns_mode{"fake_ad",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.is_authentic = true;
               return once(reply);
             }},
    dns_mode{"nxdomain",
             [](const dns_query& q, const scripted_zone&) {
               dns_reply reply{q};
               reply.rcode = 3;
               reply.authorities = {soa_record(apex)};
               return once(reply);
             }},
    dns_mode{"nxdomain_with_cname",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.rcode = 3;
               reply.authorities = {soa_record(apex)};
               return once(reply);
             }},
    dns_mode{"nodata",
             [](const dns_query& q, const scripted_zone&) {
               dns_reply reply{q};
               reply.authorities = {soa_record(apex)};
               return once(reply);
             }},
    dns_mode{"nodata_without_soa",
             [](const dns_query& q, const scripted_zone&) { return once(dns_reply{q}); }},
    dns_mode{"referral",
             [](const dns_query& q, const scripted_zone&) {
               dns_reply reply{q};
               reply.authorities = {ns_record("com", "a.gtld-servers.net")};
               return once(reply);
             }},
    dns_mode{"formerr", [](const dns_query& q, const scripted_zone&) { return with_rcode(q, 1); }},
    dns_mode{"servfail", [](const dns_query& q, const scripted_zone&) { return with_rcode(q, 2); }},
    dns_mode{"notimp", [](const dns_query& q, const scripted_zone&) { return with_rcode(q, 4); }},
    dns_mode{"refused", [](const dns_query& q, const scripted_zone&) { return with_rcode(q, 5); }},
    dns_mode{"rcode_9", [](const dns_query& q, const scripted_zone&) { return with_rcode(q, 9); }},
    dns_mode{"silence", [](const dns_query&, const scripted_zone&) { return actions{}; }},
    dns_mode{"truncated_then_tcp",
             [](const dns_query& q, const scripted_zone& z) {
               return q.over_tcp ? once(z.answer(q)) : truncated(q);
             }},
    dns_mode{"truncated_tcp_closed",
             [](const dns_query& q, const scripted_zone&) {
               return q.over_tcp ? actions{{.message = {}, .how = way::hang_up}} : truncated(q);
             }},
    dns_mode{"truncated_over_tcp",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.is_truncated = true;
               return once(reply);
             }},
    dns_mode{"wrong_id",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.id ^= 0x0101;
               return once(reply);
             }},
    dns_mode{"wrong_question",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.question = question_of("other." + after_first_label(q.name));
               return once(reply);
             }},
    dns_mode{"wrong_type_in_question",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.question[reply.question.size() - 3] = static_cast<std::uint8_t>(type_txt);
               return once(reply);
             }},
    dns_mode{"no_question",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.questions = 0;
               reply.question.clear();
               return once(reply);
             }},
    dns_mode{"other_port",
             [](const dns_query& q, const scripted_zone& z) {
               return once(z.answer(q), q.over_tcp ? way::send : way::send_from_other);
             }},
    dns_mode{"not_a_response",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.is_response = false;
               return once(reply);
             }},
    dns_mode{"other_opcode",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.opcode = 4;  // NOTIFY
               return once(reply);
             }},
    dns_mode{"wrong_owner",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply{q};
               reply.answers = {cname_record("other." + after_first_label(q.name), target_in(z, q))};
               return once(reply);
             }},
    dns_mode{"other_class",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               for (dns_record& each : reply.answers) each.rr_class = 3;  // CHAOS
               return once(reply);
             }},
    dns_mode{"other_type",
             [](const dns_query& q, const scripted_zone&) {
               dns_reply reply{q};
               reply.answers = {{to_wire(q.name), type_a, {192, 0, 2, 1}}};
               return once(reply);
             }},
    dns_mode{"two_cnames",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.answers.push_back(cname_record(q.name, "second.example.org"));
               return once(reply);
             }},
    dns_mode{"count_too_large",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.claimed_answers = 65535;
               return once(reply);
             }},
    dns_mode{"pointer_loop",
             [](const dns_query& q, const scripted_zone&) {
               dns_reply reply{q};
               const std::size_t here = 12 + q.question.size();  // a name that points to itself
               reply.answers = {
                   {{static_cast<std::uint8_t>(0xC0 | here >> 8), static_cast<std::uint8_t>(here)},
                    type_cname,
                    {0xC0, 12}}};
               return once(reply);
             }},
    dns_mode{"label_overrun",
             [](const dns_query& q, const scripted_zone&) {
               dns_reply reply{q};
               reply.answers = {owner_is_question({63, 'a', 'b', 'c'})};
               return once(reply);
             }},
    dns_mode{"dot_in_label",
             [](const dns_query& q, const scripted_zone& z) {
               std::string target = target_in(z, q);
               target.insert(target.find('.'), "\\");
               dns_reply reply{q};
               reply.answers = {cname_record(q.name, target)};
               return once(reply);
             }},
    dns_mode{"nul_in_label",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply{q};
               std::string target = target_in(z, q);
               target.insert(target.find('.'), "\\000");
               reply.answers = {cname_record(q.name, target)};
               return once(reply);
             }},
    dns_mode{"case_not_kept",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               reply.question = question_of(lower(q.name));
               return once(reply);
             }},
    dns_mode{"case_not_kept_over_udp",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               if (!q.over_tcp) reply.question = question_of(lower(q.name));
               return once(reply);
             }},
    dns_mode{"case_not_kept_no_tcp",
             [](const dns_query& q, const scripted_zone& z) {
               if (q.over_tcp) return actions{{.message = {}, .how = way::hang_up}};
               dns_reply reply = z.answer(q);
               reply.question = question_of(lower(q.name));
               return once(reply);
             }},
    dns_mode{"oversized_udp",
             [](const dns_query& q, const scripted_zone& z) {
               dns_reply reply = z.answer(q);
               for (int i = 0; i < 20; ++i)
                 reply.authorities.push_back(ns_record("example.com", "a-long-name-of-a-server.example.net"));
               return once(reply);
             }},
    dns_mode{"large_tcp",
             [](const dns_query& q, const scripted_zone& z) {
               if (!q.over_tcp) return truncated(q);
               dns_reply reply = z.answer(q);
               for (int i = 0; i < 850; ++i)
                 reply.authorities.push_back(
                     ns_record("example.com", "a-long-name-of-a-server-in-another-zone.example.net"));
               return once(reply);
             }},
    dns_mode{"slow_tcp",
             [](const dns_query& q, const scripted_zone& z) {
               return q.over_tcp ? once(z.answer(q), way::drip) : truncated(q);
             }},
    dns_mode{"forged_first",
             [](const dns_query& q, const scripted_zone& z) {
               // Forgeries with wrong ids come before the truth, which is that nothing is there.
               actions all;
               dns_reply forged = z.answer(q);
               for (int i = 1; i <= 200; ++i) {
                 forged.id = static_cast<std::uint16_t>(q.id + i);
                 all.push_back({.message = forged.message()});
               }
               dns_reply truth{q};
               truth.rcode = 3;
               truth.authorities = {soa_record(apex)};
               all.push_back({.message = truth.message()});
               return all;
             }},
};

}  // namespace

std::span<const dns_mode> dns_modes() {
  return modes;
}

dns_behaviour behaviour(std::string_view mode, scripted_zone zone) {
  const auto at = std::ranges::find(modes, mode, &dns_mode::name);
  if (at == modes.end()) throw std::invalid_argument{"no such mode: " + std::string{mode}};
  return [act = at->act, zone = std::move(zone)](const dns_query& query) { return act(query, zone); };
}

}  // namespace easydkim::tests
