// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/session/examination.hpp"

#include <algorithm>

#include "resolver/wire/name_text.hpp"
#include "resolver/zones/answer_evidence.hpp"

namespace easydkim {
namespace {

namespace asio = boost::asio;

std::string lower(std::string text) {
  for (char& each : text)
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  return text;
}

/// What can be asked for (RFC 1035 section 2.3.4), without escapes: no name of ours has any.
bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 253 || text.find('\\') != text.npos) return false;
  while (!text.empty()) {
    const std::size_t label = std::min(text.find('.'), text.size());
    if (label == 0 || label > 63) return false;
    text.remove_prefix(std::min(label + 1, text.size()));
  }
  return true;
}

std::size_t askable(const zone& of) {
  return static_cast<std::size_t>(
      std::ranges::count_if(of.servers, [](const zone_server& each) { return !each.addresses.empty(); }));
}

}  // namespace

examination::examination(const dns_view& view, examination_order order)
    : view_{view}, order_{std::move(order)}, suffix_{lower(order_.naming.target_suffix)} {
  spokesmen_.reserve(most_spokesmen);  // one is asked while another is appointed
  for (const proof which : all_proofs) {
    if (state_of(order_.subject, which).status == dkim_status::not_started) continue;
    auto records = records_of(order_.subject, which, order_.naming);
    for (std::size_t i = 0; i < records.size(); ++i) {
      records[i].name = lower(std::move(records[i].name));
      if (which == proof::dkim) records[i].value = lower(std::move(records[i].value));
      wanted_[record_slot(which, i)] = std::move(records[i]);
    }
  }
}

asio::awaitable<void> examination::begin() {
  using enum zone_search::outcome;
  if (search().what == port_closed || (search().what == not_askable && where().some_private))
    order_.asked = examination_order::witness::resolver;
  note_silent_servers();
  if (!only_resolver()) co_return;
  if (search().what == found || search().what == not_askable) co_return;

  // Who may ask nobody but the resolver learns the zone from it. That a name below the registrable domain
  // does not exist says nothing of the registration: the SOA of the denial is that of the zone.
  order_.search = {};
  for (std::string name = domain();; name = registrable()) {
    const testimony* said = co_await ask_resolver(name, rr_type::soa);
    if (said == nullptr || !said->reply.has_content()) co_return;
    if (!said->counts) said = co_await ask_resolver(name, rr_type::soa, question_manner::dnssec::unchecked);
    if (said == nullptr || !said->reply.has_content()) co_return;
    const dns_reply& reply = *said->reply.content;
    const resource_record* start = reply.soa();
    const bool is_above = start != nullptr && is_below(registrable(), start->owner);
    if (start != nullptr && !is_above && is_at_or_below(domain(), start->owner)) {
      order_.search.what = found;
      order_.search.where.apex = start->owner;
      order_.search.where.start = *start;
      co_return;
    }
    if (reply.says_no_such_name() && (is_above || name == registrable())) {
      order_.search.what = no_such_domain;
      order_.search.missing = registrable();
      if (is_above) order_.search.detail = start->owner;
      co_return;
    }
    order_.search.what = unreachable;
    if (name == registrable()) co_return;
  }
}

/// Where the search found no zone, or none that can be asked, its servers are those that do not answer.
void examination::note_silent_servers() {
  using enum zone_search::outcome;
  if (only_resolver() || (search().what != unreachable && search().what != not_askable)) return;
  const std::vector<server_sighting> silent = silent_servers_of(search());
  for (std::size_t record = 0; record < most_records; ++record)
    if (is_wanted(record) && !silent.empty()) sighting(record).published = silent;
  for (answer_seen& each : easydkim::failures_of(search(), order_.now))
    seen_.answers.push_back(std::move(each));
}

std::vector<server_failure> examination::failures_of_search() const {
  std::vector<server_failure> failures;
  for (const answer_seen& each : easydkim::failures_of(search(), order_.now))
    failures.push_back({each.server, failure_words(each)});
  for (const server_answer& each : search().answers)
    if (!each.was_asked() && !each.last_failure.empty())
      failures.push_back({each.server(), words_of_rest(each.last_failure)});
  if (!failures.empty()) return failures;
  // It asked nobody: what is kept of them tells why.
  for (const zone_server& each : where().servers)
    for (auto kept = order_.kept_answers.rbegin(); kept != order_.kept_answers.rend(); ++kept) {
      std::string words = failure_words(*kept);
      if (words.empty() || !kept->server.starts_with(each.name + " (")) continue;
      failures.push_back({kept->server, std::move(words)});
      break;
    }
  return failures;
}

std::vector<server_failure> examination::failures_in(std::span<const testimony> said) const {
  std::vector<server_failure> failures;
  for (const testimony& each : said) {
    std::string words = failure_of(each);
    if (words.empty()) continue;
    if (!each.was_asked) {
      const auto last = std::find_if(order_.kept_answers.rbegin(), order_.kept_answers.rend(),
                                     [&](const answer_seen& kept) {
                                       return kept.server == each.server && !failure_words(kept).empty();
                                     });
      if (last != order_.kept_answers.rend()) words = failure_words(*last);
    }
    failures.push_back({each.server, std::move(words)});
  }
  for (const zone_server& each : where().servers)
    if (each.addresses.empty()) failures.push_back({each.name, "has no address that can be asked"});
  return failures;
}

bool examination::is_in_zone(std::string_view name) const noexcept {
  return !where().apex.empty() && (name == where().apex || is_below(name, where().apex));
}

std::string examination::host_of(std::string_view name) const {
  const std::string_view apex = where().apex.empty() ? std::string_view{domain()} : where().apex;
  if (!is_below(name, apex)) return std::string{name} + ".";
  return std::string{name.substr(0, name.size() - apex.size() - 1)};
}

asio::awaitable<std::span<const testimony>> examination::look(std::size_t record) {
  const published_record& one = wanted(record);
  const auto known = co_await ask_servers(one.name, type_of(one.of));
  if (only_resolver() || known.empty()) co_return known;
  if (known.size() < askable(where()) && count_of(known, one).right > 0) co_await look_further(record);
  const std::vector<testimony>& said = memo_.at({one.name, type_of(one.of), whom::servers, {}});
  note_published(record, said);
  co_return said;
}

/// Adds what the servers behind the first say.
asio::awaitable<void> examination::look_further(std::size_t record) {
  const published_record& one = wanted(record);
  zone rest = askable_part(where());
  rest.servers.erase(rest.servers.begin(), rest.servers.begin() + first_servers);
  question_key key{one.name, type_of(one.of), whom::other_servers, {}};
  if (memo_.contains(key)) co_return;
  const auto more = co_await ask_zone(std::move(key), std::move(rest));
  std::vector<testimony>& said = memo_.at({one.name, type_of(one.of), whom::servers, {}});
  said.insert(said.end(), more.begin(), more.end());
}

asio::awaitable<server_count> examination::count(std::size_t record) {
  const auto said = co_await look(record);
  co_return count_of(said, wanted(record));
}

asio::awaitable<bool> examination::is_published(std::size_t record) {
  const auto said = co_await look(record);
  const server_count seen = count_of(said, wanted(record));
  const bool all_agree = seen.right > 0 && seen.right == seen.answers();
  if (only_resolver() || !all_agree) co_return all_agree;
  // Two that the parent names, or the only one; and of all names that the zone has.
  const std::vector<std::string>& named = where().delegated_to;
  const auto is_named = [&](const testimony& each) {
    return named.empty() || std::ranges::find(named, each.name) != named.end();
  };
  std::vector<std::string> have_it;
  for (const testimony& each : said)
    if (is_named(each) && standing_at(each, wanted(record)) == record_standing::right &&
        std::ranges::find(have_it, each.name) == have_it.end())
      have_it.push_back(each.name);
  const std::size_t there_are = named.empty() ? where().servers.size() : named.size();
  const bool are_enough =
      said.size() >= askable(where()) && have_it.size() >= std::min<std::size_t>(2, there_are);
  co_return are_enough;
}

asio::awaitable<bool> examination::is_absent_everywhere(std::size_t record) {
  const server_count seen = co_await count(record);
  co_return seen.absent > 0 && seen.absent == seen.answers();
}

asio::awaitable<std::span<const testimony>> examination::ask_servers(std::string name, rr_type type) {
  if (!is_in_zone(name) || !is_name(name)) co_return std::span<const testimony>{};
  question_key key{std::move(name), type, whom::servers, {}};
  if (only_resolver()) {
    std::string asked_for = std::get<0>(key);
    const testimony* one = co_await ask_resolver(std::move(asked_for), type);
    co_return one == nullptr ? std::span<const testimony>{} : std::span{one, 1};
  }
  zone asked = askable_part(where());
  if (asked.servers.size() > first_servers) asked.servers.resize(first_servers);
  co_return co_await ask_zone(std::move(key), std::move(asked));
}

asio::awaitable<const testimony*> examination::ask_server(std::string name, rr_type type) {
  // A name that all were asked for already has its answer.
  if (const auto known = memo_.find({name, type, whom::servers, {}}); known != memo_.end()) {
    const auto counting = std::ranges::find_if(known->second, &testimony::counts);
    co_return counting == known->second.end() ? nullptr : &*counting;
  }
  if (spokesmen_.empty()) co_return nullptr;
  const auto was_asked = [&](const std::string& each) {
    return memo_.contains({name, type, whom::one_server, each});
  };
  const auto before = std::ranges::find_if(spokesmen_, was_asked);
  std::string one = before != spokesmen_.end() ? *before : spokesmen_[turn_++ % spokesmen_.size()];
  const testimony* said = co_await ask_at(std::move(one), std::move(name), type);
  co_return said != nullptr && said->counts ? said : nullptr;
}

asio::awaitable<const testimony*> examination::ask_at(std::string server, std::string name, rr_type type) {
  if (const auto known = memo_.find({name, type, whom::servers, {}}); known != memo_.end()) {
    const auto its = std::ranges::find(known->second, server, &testimony::name);
    co_return its == known->second.end() ? nullptr : &*its;
  }
  if (!is_in_zone(name) || !is_name(name)) co_return nullptr;
  std::span<const testimony> said;
  if (only_resolver()) {
    said = co_await ask_servers(std::move(name), type);
  } else {
    zone asked = with_only(server);
    question_key key{std::move(name), type, whom::one_server, std::move(server)};
    said = co_await ask_zone(std::move(key), std::move(asked));
  }
  co_return said.empty() ? nullptr : &said.front();
}

asio::awaitable<bool> examination::has_record_at(const server_answer& answer, std::size_t record) {
  zone of = where();
  of.servers = {{.name = answer.name, .addresses = {answer.address}}};
  const published_record& one = wanted(record);
  question_key key{one.name, type_of(one.of), whom::one_server, answer.server()};
  const auto said = co_await ask_zone(std::move(key), std::move(of));
  co_return !said.empty() && standing_at(said.front(), one) == record_standing::right;
}

asio::awaitable<std::span<const testimony>> examination::ask_zone(question_key key, zone of) {
  if (const auto known = memo_.find(key); known != memo_.end()) co_return known->second;
  const std::size_t cost = askable(of);
  if (is_hindered_ || cost == 0 || cost > left()) co_return std::span<const testimony>{};
  questions_ += cost;
  std::vector<server_answer> answers = answers_of_check(key, of);
  const bool are_known = !answers.empty();  // and evidence already
  if (!are_known) answers = co_await view_.ask_servers(of, std::get<0>(key), std::get<rr_type>(key));
  std::vector<testimony> said;
  for (server_answer& each : answers) said.push_back(of_server(std::move(each), std::get<0>(key)));
  for (const testimony& each : said)
    if (!are_known) keep(each, key);
  is_hindered_ = is_hindered_ || std::ranges::any_of(said, &testimony::is_busy);
  for (const testimony& each : said) appoint(each);
  co_return memo_.emplace(std::move(key), std::move(said)).first->second;
}

/// What all servers of `of` have just said in the check; empty where it did not ask them all, there.
std::vector<server_answer> examination::answers_of_check(const question_key& asked, const zone& of) const {
  std::vector<server_answer> known;
  for (std::size_t record = 0; record < most_records; ++record) {
    const auto& one = wanted_[record];
    if (!one || one->name != std::get<0>(asked) || type_of(one->of) != std::get<rr_type>(asked)) continue;
    for (const zone_server& each : of.servers) {
      if (each.addresses.empty()) continue;
      const auto is_its = [&](const server_answer& answer) {
        const bool has_ended = answer.was_asked() || answer.is_resting;
        return has_ended && answer.name == each.name &&
               std::ranges::find(each.addresses, answer.address) != each.addresses.end();
      };
      const auto its = std::ranges::find_if(order_.answers[record], is_its);
      if (its == order_.answers[record].end()) return {};
      known.push_back(*its);
    }
    break;
  }
  return known;
}

asio::awaitable<const testimony*> examination::ask_resolver(std::string name, rr_type type,
                                                            question_manner::dnssec validation) {
  const bool checked = validation == question_manner::dnssec::checked;
  const question_manner manner{.validation = validation, .extension = question_manner::edns::on};
  question_key key{std::move(name), type, checked ? whom::resolver : whom::resolver_unchecked, {}};
  co_return co_await ask_resolver(std::move(key), manner);
}

asio::awaitable<const testimony*> examination::ask_resolver_alone(std::string name, rr_type type) {
  question_key key{std::move(name), type, whom::resolver_alone, {}};
  co_return co_await ask_resolver(std::move(key), of_authority);
}

asio::awaitable<const testimony*> examination::ask_resolver(question_key key, question_manner manner) {
  if (!is_name(std::get<0>(key))) co_return nullptr;
  if (const auto known = memo_.find(key); known != memo_.end()) co_return &known->second.front();
  if (left() == 0) co_return nullptr;
  ++questions_;
  std::vector<testimony> said;
  said.push_back(of_resolver(co_await view_.ask_resolver(std::get<0>(key), std::get<rr_type>(key), manner)));
  keep(said.front(), key);
  if (only_resolver()) appoint(said.front());
  co_return &memo_.emplace(std::move(key), std::move(said)).first->second.front();
}

record_sighting& examination::sighting(std::size_t record) {
  auto& one = seen_.records[record];
  return one ? *one : one.emplace();
}

diagnosis examination::explained(diagnosis_code code, std::size_t record, const explained_by& what) const {
  const published_record& one = wanted(record);
  const std::string host = host_of(one.name);
  return diagnosed(code, {.name = one.name,
                          .value = one.value,
                          .domain = domain(),
                          .zone = where().apex.empty() ? std::string_view{domain()} : where().apex,
                          .host = host,
                          .observed = what.observed,
                          .server = what.server,
                          .also = what.also,
                          .words = what.words,
                          .remedy = what.remedy,
                          .until = what.until,
                          .of = one.of});
}

bool examination::may_try(diagnosis_code code, std::size_t record) {
  const std::size_t first = hits_.try_emplace(code, record).first->second;
  return first == record || first == most_records || left() > kept_for_others;
}

const explained_by* examination::remembered(diagnosis_code code) const {
  const auto known = causes_.find(code);
  return known == causes_.end() ? nullptr : &known->second;
}

observation examination::take_observation() {
  if (!where().apex.empty()) seen_.zone = seen_of(where());
  return std::move(seen_);
}

/// With those servers that can be asked.
zone examination::askable_part(zone some) {
  std::erase_if(some.servers, [](const zone_server& each) { return each.addresses.empty(); });
  return some;
}

zone examination::with_only(std::string_view server) const {
  zone one = where();
  std::erase_if(one.servers, [&](const zone_server& each) { return each.name != server; });
  return one;
}

/// Who answers speaks for the others, too, where few are enough.
void examination::appoint(const testimony& one) {
  const bool is_new = std::ranges::find(spokesmen_, one.name) == spokesmen_.end();
  if (one.counts && is_new && spokesmen_.size() < most_spokesmen) spokesmen_.push_back(one.name);
}

void examination::keep(const testimony& one, const question_key& asked) {
  const std::string& name = std::get<0>(asked);
  const rr_type type = std::get<rr_type>(asked);
  const whom from = std::get<whom>(asked);
  const bool is_wanted_name = std::ranges::any_of(
      wanted_, [&](const auto& each) { return each && each->name == name && type_of(each->of) == type; });
  const bool has_records =
      one.counts && !one.said().answer.empty() && type != rr_type::soa && type != rr_type::ns;
  const bool is_failure = from == whom::resolver && !one.counts;
  if (!one.was_asked) return;
  if (!is_wanted_name && !has_records && !is_failure) return;
  const bool is_resolver = one.name.empty() && !one.address.empty();  // as the polls call it
  seen_.answers.push_back(as_evidence(
      {.name = name, .type = type, .server = is_resolver ? one.address : one.server, .at = order_.now},
      one.reply));
}

void examination::note_published(std::size_t record, std::span<const testimony> said) {
  if (only_resolver() || said.empty()) return;
  auto& published = sighting(record).published;
  if (!published.empty()) return;
  for (const testimony& each : said) {
    const record_standing at = standing_at(each, wanted(record));
    finding_kind has = finding_kind::wrong_target;
    if (at == record_standing::no_answer)
      has = finding_kind::no_answer;
    else if (at == record_standing::right)
      has = finding_kind::found;
    else if (is_absent(at))
      has = finding_kind::absent;
    published.push_back({.name = each.name, .address = each.address, .has = has, .serial = std::nullopt});
  }
  add_unaddressed(published, where());
}

}  // namespace easydkim
