// SPDX-License-Identifier: Apache-2.0
#include "tests/resolver/diagnosis/dns_world.hpp"

#include <algorithm>
#include <array>

namespace easydkim::tests {
namespace {

namespace asio = boost::asio;

bool is_at_or_below(std::string_view name, std::string_view apex) {
  return name.ends_with(apex) && (name.size() == apex.size() || name[name.size() - apex.size() - 1] == '.');
}

bool exists(const world_server& server, std::string_view name) {
  return std::ranges::any_of(server.records,
                             [&](const auto& each) { return is_at_or_below(each.first.first, name); });
}
bool has_records(const world_server& server, std::string_view name) {
  return std::ranges::any_of(server.records, [&](const auto& each) { return each.first.first == name; });
}

/// The records at `from` of that type, or else its CNAMEs, as those of `owner`.
void add_records(dns_reply& to, const world_server& server, const std::string& from, const std::string& owner,
                 rr_type type) {
  for (const rr_type each : {type, rr_type::cname}) {
    const auto [begin, end] = server.records.equal_range({from, each});
    for (auto record = begin; record != end; ++record)
      to.answer.push_back({.owner = owner, .type = each, .ttl = 600, .text = record->second, .soa = {}});
    if (!to.answer.empty()) return;
  }
}

/// With a question, whichever: the servers of this world are never left alone.
server_reply asked() {
  server_reply reply;
  reply.asked = dns_question{{"any"}, rr_type::a, std::array<std::uint8_t, dns_question::random_octets>{}};
  return reply;
}

server_reply arrived(dns_reply content) {
  server_reply reply = asked();
  reply.what = server_reply::outcome::arrived;
  reply.content = std::move(content);
  return reply;
}

/// Runs `work` to its end.
void run(asio::awaitable<void> work) {
  asio::io_context io;
  asio::co_spawn(io, std::move(work), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
}

}  // namespace

dns_world::dns_world(std::string_view domain, std::string apex)
    : servers{{.name = "ns1.example.net", .address = "192.0.2.1"},
              {.name = "ns2.example.net", .address = "192.0.2.2"}},
      order{.subject = issued({.account = "default",
                               .domain = domain_name::parse(domain).value(),
                               .tokens = sample_tokens(1)},
                              sample_start),
            .naming = sample_naming,
            .now = now,
            .control_label = std::string{control_label}},
      apex_{std::move(apex)} {
  for (const char* value : {"T1.dkim.amazonses.com", "T2.dkim.amazonses.com", "T3.dkim.amazonses.com"})
    publish_elsewhere(value, rr_type::txt, "v=DKIM1; p=MIGf");
  publish(apex_, rr_type::soa, "ns1.example.net");
  publish(apex_, rr_type::ns, "ns1.example.net");
  publish(apex_, rr_type::ns, "ns2.example.net");
  order.search.what = zone_search::outcome::found;
  order.search.where.apex = apex_;
  order.search.where.delegated_to = {"ns1.example.net", "ns2.example.net"};
  order.search.where.start = start_of(servers.front().serial);
}

void dns_world::publish(std::string_view name, rr_type type, std::string_view text) {
  for (world_server& each : servers) each.add(name, type, text);
}

void dns_world::publish_all() {
  for (const char* token : {"T1", "T2", "T3"})
    publish(std::string{token} + "._domainkey." + order.subject.domain.text(), rr_type::cname,
            std::string{token} + ".dkim.amazonses.com");
}

void dns_world::resolver_says(std::string_view name, rr_type type, dns_reply reply) {
  said_.insert_or_assign({with_tokens(std::string{name}), type, false}, std::move(reply));
}
void dns_world::resolver_knows(std::string_view name, rr_type type, dns_reply reply) {
  knows_.insert_or_assign({with_tokens(std::string{name}), type}, std::move(reply));
}
void dns_world::resolver_says_unchecked(std::string_view name, rr_type type, dns_reply reply) {
  said_.insert_or_assign({with_tokens(std::string{name}), type, true}, std::move(reply));
}
void dns_world::publish_elsewhere(std::string_view name, rr_type type, std::string_view text) {
  elsewhere_.emplace(std::pair{with_tokens(std::string{name}), type}, with_tokens(std::string{text}));
}

dns_reply dns_world::positive(std::string_view name, rr_type type, std::string_view text) const {
  dns_reply reply;
  reply.answer.push_back({.owner = with_tokens(std::string{name}),
                          .type = type,
                          .ttl = 600,
                          .text = with_tokens(std::string{text}),
                          .soa = {}});
  return reply;
}

dns_reply dns_world::failure(unsigned rcode) {
  dns_reply reply;
  reply.rcode = rcode;
  return reply;
}

dns_reply dns_world::negative(unsigned rcode) const {
  dns_reply reply = failure(rcode);
  reply.authority.push_back(start_of(servers.front().serial));
  return reply;
}

resource_record dns_world::start_of(std::uint32_t serial) const {
  return {.owner = apex_,
          .type = rr_type::soa,
          .ttl = 900,
          .text = "ns1.example.net",
          .soa = {.primary = "ns1.example.net", .serial = serial, .minimum = 300}};
}

bool dns_world::servers_have(const std::string& name) const {
  return std::ranges::any_of(servers, [&](const world_server& each) {
    return !answer(each, name, rr_type::cname).answer.empty() ||
           !answer(each, name, rr_type::txt).answer.empty();
  });
}

dns_reply dns_world::answer(const world_server& server, const std::string& name, rr_type type) const {
  dns_reply reply;
  reply.authoritative = true;
  for (const auto& [key, target] : server.records)
    if (key.second == rr_type::dname && name != key.first && is_at_or_below(name, key.first)) {
      reply.answer.push_back(
          {.owner = key.first, .type = rr_type::dname, .ttl = 600, .text = target, .soa = {}});
      reply.answer.push_back({.owner = name,
                              .type = rr_type::cname,
                              .ttl = 600,
                              .text = name.substr(0, name.size() - key.first.size()) + target,
                              .soa = {}});
      return reply;
    }
  if (const auto [begin, end] = server.records.equal_range({name, rr_type::ns});
      name != apex_ && begin != end) {
    reply.authoritative = false;
    for (auto each = begin; each != end; ++each)
      reply.authority.push_back(
          {.owner = name, .type = rr_type::ns, .ttl = 600, .text = each->second, .soa = {}});
    return reply;
  }
  if (type == rr_type::soa && name == apex_) {
    reply.answer.push_back(start_of(server.serial));
    return reply;
  }
  bool is_there = server.denies_empty_names ? has_records(server, name) : exists(server, name);
  if (is_there) {
    add_records(reply, server, name, name, type);
  } else {
    std::string encloser = name;
    while (!exists(server, encloser)) encloser.erase(0, encloser.find('.') + 1);
    const std::string star = "*." + encloser;
    is_there = has_records(server, star);
    if (is_there) add_records(reply, server, star, name, type);
  }
  if (!reply.answer.empty()) return reply;
  if (!is_there && !server.denies_compactly) reply.rcode = 3;
  reply.authority.push_back(start_of(server.serial));
  return reply;
}

void dns_world::note(question one) {
  const auto& [who, name, type, unchecked] = one;
  if (!asked_.insert(one).second)
    ADD_FAILURE() << who << " was asked twice for " << name << " " << type_text(type);
}

server_reply dns_world::ask(const world_server& server, const std::string& name, rr_type type) {
  note({server.name, name, type, false});
  if (!is_at_or_below(name, apex_)) {
    ADD_FAILURE() << server.name << " was asked for a name of another zone: " << name;
    return {};
  }
  server_reply reply = arrived(answer(server, name, type));
  switch (server.does) {
    using enum world_server::manner;
    case honest:
      break;
    case fails:
      reply.content = failure(2);
      break;
    case silent:
      reply = asked();
      reply.what = server_reply::outcome::timed_out;
      break;
    case busy:
      return {};
    case refuses:
      reply.content = failure(5);
      break;
    case without_authority:
      reply.content->authoritative = false;
      break;
    case without_start:
      reply.content->authority.clear();
      break;
    case fails_on_txt:
      if (type == rr_type::txt) reply.content = failure(2);
      break;
    case other_letters:
      reply.content->kept_case = false;
      break;
  }
  return reply;
}

server_reply dns_world::resolve(const std::string& name, rr_type type, bool unchecked) {
  note({"resolver", name, type, unchecked});
  if (waiting_.contains({name, type})) {
    server_reply silence = asked();
    silence.what = server_reply::outcome::timed_out;
    return silence;
  }
  const bool may_lead = is_at_or_below(name, order.subject.domain.text()) && !may_ask_the_resolver &&
                        order.asked != examination_order::witness::resolver;
  if (may_lead && !servers_have(name))
    ADD_FAILURE() << "the resolver that is to confirm was led: it was asked for " << name << " "
                  << type_text(type);
  if (const auto given = said_.find({name, type, unchecked}); given != said_.end())
    return arrived(given->second);
  dns_reply reply;
  resolve_into(reply, name, type);
  if (reply.answer.empty() && order.asked == examination_order::witness::resolver)
    return arrived(negative(3));
  if (reply.answer.empty())
    ADD_FAILURE() << "the resolver was asked for what does not exist: " << name << " " << type_text(type);
  return arrived(std::move(reply));
}

server_reply dns_world::resolve_alone(const std::string& name, rr_type type) {
  note({"resolver alone", name, type, false});
  const auto known = knows_.find({name, type});
  return arrived(known == knows_.end() ? failure(5) : known->second);
}

void dns_world::resolve_into(dns_reply& reply, std::string name, rr_type type) {
  std::vector<resource_record> more;
  if (is_at_or_below(name, apex_)) {
    more = answer(servers.front(), name, type).answer;
  } else {
    const auto [begin, end] = elsewhere_.equal_range({name, type});
    for (auto each = begin; each != end; ++each)
      more.push_back({.owner = name, .type = type, .ttl = 600, .text = each->second, .soa = {}});
  }
  std::string alias;
  for (resource_record& each : more) {
    if (each.type == rr_type::cname) alias = each.text;
    reply.answer.push_back(std::move(each));
  }
  if (type != rr_type::cname && !alias.empty()) resolve_into(reply, alias, type);
}

dns_view dns_world::view() {
  const auto lame = [](const server_reply& reply) {
    return reply.content &&
           (!reply.content->authoritative || reply.content->rcode == 5 || reply.content->rcode == 2);
  };
  return {
      .ask_servers = [this, lame](const zone& of, std::string name,
                                  rr_type type) -> asio::awaitable<std::vector<server_answer>> {
        std::vector<server_answer> answers;
        for (const world_server& each : servers) {
          const auto asked = std::ranges::find(of.servers, each.name, &zone_server::name);
          if (asked == of.servers.end()) continue;
          server_answer one;
          one.name = each.name;
          one.address = asked->addresses.at(0);
          one.reply = ask(each, name, type);
          one.is_lame = lame(one.reply);
          answers.push_back(std::move(one));
        }
        co_return answers;
      },
      .ask_resolver = [this](std::string name, rr_type type,
                             question_manner manner) -> asio::awaitable<server_reply> {
        if (manner.recurse == question_manner::recursion::none) co_return resolve_alone(name, type);
        co_return resolve(name, type, manner.validation == question_manner::dnssec::unchecked);
      },
      .find_zone = [this](std::string domain) -> asio::awaitable<zone_search> {
        EXPECT_EQ(domain, order.subject.domain.text());
        co_return order.search;
      },
      .find_from_above = [this](std::string domain) -> asio::awaitable<zone_search> {
        EXPECT_EQ(domain, order.subject.domain.text());
        co_return above;
      },
  };
}

void dns_world::begin() {
  asked_.clear();
  order.search.where.servers.clear();
  for (const world_server& each : servers)
    order.search.where.servers.push_back({each.name, {server_address::parse(each.address).value()}});
}

void dns_world::only_the_parent_names(std::vector<std::string> those) {
  order.search.where.delegated_to.clear();
  above.what = zone_search::outcome::found;
  above.where.apex = apex_;
  above.where.delegated_to = std::move(those);
}

void dns_world::check_before() {
  begin();
  for (std::size_t record = 0; record < records_per_identity; ++record) {
    const published_record wanted = records_of(order.subject, proof::dkim, order.naming)[record];
    zone of = order.search.where;
    const auto work = [&]() -> asio::awaitable<void> {
      order.answers[record] = co_await view().ask_servers(of, wanted.name, rr_type::cname);
    };
    run(work());
  }
}

observation dns_world::examine() {
  begin();
  return examine_as_searched();
}

observation dns_world::examine_as_searched() {
  asked_.clear();
  const diagnostician probing{view()};
  observation seen;
  const auto work = [&]() -> asio::awaitable<void> { seen = co_await probing.examine(order); };
  run(work());
  EXPECT_LE(asked_.size(), order.budget);
  return seen;
}

domain_inspection dns_world::inspect() {
  begin();
  may_ask_the_resolver = !order.search.where.delegated_to.empty();
  const diagnostician probing{view()};
  domain_inspection seen{.domain = order.subject.domain};
  const auto work = [&]() -> asio::awaitable<void> {
    inspection_order asked{.domain = order.subject.domain, .control_label = std::string{control_label}};
    seen = co_await probing.inspect(std::move(asked));
  };
  run(work());
  EXPECT_LE(asked_.size(), examination_order::most_questions);
  return seen;
}

}  // namespace easydkim::tests
