// SPDX-License-Identifier: Apache-2.0
// The grammar of worlds. A draw decides the kind of world, then the zones, then who is hostile, then what
// everybody says and when; the promises that hold are worked out afterwards (promises.hpp).
#include "tests/worlds/generator.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "resolver/wire/name_text.hpp"
#include "tests/worlds/dice.hpp"
#include "tests/worlds/enemy_zone.hpp"

namespace easydkim::worlds {
namespace {

using namespace std::chrono_literals;

constexpr duration never{-1};

/// What is published.
enum class content : std::uint8_t { nothing, two_of_three, wrong, all };
constexpr std::array<std::string_view, 4> contents{"no record", "two of three records", "a wrong record",
                                                   "all records"};

/// What a hostile server says that is not so.
struct lie {
  content records = content::nothing;
  enum class cut : std::uint8_t { none, domainkey, each_token, domain } cuts = cut::none;
  bool is_deeper_zone = false;  // holds the zone of the cut instead of referring to it
  enum class servers : std::uint8_t { as_true, evil, evil_too, itself } ns = servers::as_true;
  bool siblings_elsewhere = false;
  bool provider_elsewhere = false;
  bool hides_true_cut = false;
  bool evil_glue = false;      // of the true cut
  bool is_fresh_name = false;  // of the cut's servers: below the cut, with glue
};

constexpr std::string_view hostile_domain = "attacker.net";

class builder {
 public:
  builder(world& to, std::uint64_t seed) : w_{to}, draw_{seed}, enemy_draw_{seed ^ 0x632BE59BU} {}

  void build();

 private:
  enum class goal : std::uint8_t { none, verify, take_away };
  struct history {  // of what the owner publishes
    std::vector<std::pair<duration, content>> changes;
    content at(duration now) const {
      content present = content::nothing;
      for (const auto& [from, what] : changes)
        if (from <= now) present = what;
      return present;
    }
  };
  struct set_of_servers {  // of one level
    std::string apex;
    std::vector<std::string> by_parent, by_zone;
  };

  void draw_rules();
  void draw_levels();
  set_of_servers draw_set(const std::string& apex, std::string_view prefix);
  void draw_roles();
  void draw_history();
  void draw_parents();
  void make_machines();
  std::string new_address();
  std::string private_address();
  void fill_right(const std::string& name);
  void fill_faulty(const std::string& name);
  void fill_old(const std::string& name);
  void fill_hostile(const std::string& name);
  const held_zones* true_view(const std::string& name, duration now, content what);
  const zone_content* true_zone(std::size_t level_number, bool moved, content what);
  const zone_content* provider_zone(const level& of);
  void add_addresses(zone_content& to, const std::vector<std::string>& names, bool evil = false);
  void add_records(zone_content& to, content what);
  void add_servers(zone_content& to, const std::string& apex, const std::vector<std::string>& names);
  conduct lying(const std::string& name, const lie& what);
  lie draw_lie();
  void make_evil();
  held_zones evil_zones(content what);
  std::vector<conduct> evil_turns(content what);
  std::vector<std::string> coveted_names();
  std::vector<std::vector<std::string>> coveted_sets() const;
  bool steal_names(zone_content& from, const std::string& by);
  void add_enemy(zone_content& parent);
  const zone_content* parent_zone(std::string_view apex, bool moved, std::string_view lie_told);
  std::vector<level> levels_at(bool moved) const;
  std::vector<std::string> names_below(std::string_view apex) const;
  bool serves(const std::string& name, const set_of_servers& of) const {
    return std::ranges::find(of.by_parent, name) != of.by_parent.end() ||
           std::ranges::find(of.by_zone, name) != of.by_zone.end();
  }

  world& w_;
  dice draw_;
  dice enemy_draw_;                     // of the second identity, so that worlds without are as they were
  bool has_enemy_ = false;
  std::optional<enemy_zone> second_{};
  goal goal_ = goal::none;
  std::uint32_t ttl_ = 300;
  std::vector<set_of_servers> chain_;  // from the registrable domain down
  set_of_servers moved_to_{};          // of the registrable domain, from `moves_at_` on
  duration moves_at_ = never;
  duration hostile_from_{0};
  history owner_;
  std::map<std::string, duration> delays_;
  std::map<std::string, const zone_content*> zones_;
  std::vector<std::string> evil_names_;
  std::vector<std::string> evil_addresses_;
  bool gives_sibling_glue_ = false;
  std::size_t next_address_ = 1;
  std::size_t next_private_ = 1;
};

void builder::draw_rules() {
  policy& rules = w_.rules;
  rules.window = draw_.one_in(60) ? 24h : draw_.of<duration>({3h, 3h, 3h, 4h, 6h});
  rules.recheck_interval = draw_.of<duration>({1h, 2h, 2h, 6h});
  rules.grace = draw_.of<duration>({3h, 4h, 6h});
  rules.growth = draw_.of<double>({0.3, 0.6});
  rules.min_interval = 30s;
  rules.max_interval = draw_.of<duration>({10min, 20min, 30min, 30min, 30min});
  ttl_ = draw_.of<std::uint32_t>({30, 300, 3600, 86400});
}

builder::set_of_servers builder::draw_set(const std::string& apex, std::string_view prefix) {
  set_of_servers set{.apex = apex, .by_parent = {}, .by_zone = {}};
  const std::size_t n = draw_.of<std::size_t>({1, 2, 2, 2, 3, 3, 3, 4, 4, 5});
  std::size_t style = draw_.below(4);
  if (has_enemy_ && enemy_draw_.percent(50)) style = enemy_draw_.of<std::size_t>({1, 2});  // what others hold in common
  for (std::size_t i = 0; i < n; ++i) {
    const std::string first = std::string{prefix} + std::to_string(i + 1) + ".";
    const bool inside = style == 0 || (style == 3 && i % 2 == 0);
    set.by_parent.push_back(first + (inside ? apex : style == 1 ? "hoster.com" : "hoster.net"));
  }
  set.by_zone = set.by_parent;
  if (draw_.percent(12) && n > 1) set.by_parent.pop_back();  // the registry has not heard of the last one
  if (draw_.percent(8) && n > 1) set.by_zone.erase(set.by_zone.begin());  // the zone has forgotten the first
  for (auto* each : {&set.by_parent, &set.by_zone}) std::ranges::sort(*each);
  return set;
}

void builder::draw_levels() {
  w_.registrable = "example.com";
  w_.domain = draw_.percent(70) ? "example.com" : "mail.example.com";
  chain_.push_back(draw_set(w_.registrable, "ns"));
  if (w_.domain != w_.registrable && draw_.percent(50)) chain_.push_back(draw_set(w_.domain, "sub"));
  if (draw_.percent(25)) {
    set_of_servers key = draw_set("_domainkey." + w_.domain, "key");
    if (draw_.percent(40)) {  // the same machines
      key.by_parent = chain_.back().by_parent;
      key.by_zone = chain_.back().by_zone;
    }
    chain_.push_back(std::move(key));
  }
  gives_sibling_glue_ = draw_.percent(50);
  if (draw_.percent(12)) {
    moves_at_ = draw_.between(20min, w_.rules.window / 2);
    moved_to_ = draw_set(w_.registrable, "new");
  }
}

std::vector<level> builder::levels_at(bool moved) const {
  std::vector<level> found;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    const set_of_servers& of = moved && i == 0 ? moved_to_ : chain_[i];
    found.push_back({.apex = of.apex, .by_parent = of.by_parent, .by_zone = of.by_zone});
  }
  return found;
}

/// Which of the names of a set are hostile, by one of the rows of the table of promises.
void builder::draw_roles() {
  std::vector<const set_of_servers*> sets;
  for (const set_of_servers& each : chain_) sets.push_back(&each);
  if (moves_at_ != never) sets.push_back(&moved_to_);
  std::vector<level> all;
  for (const set_of_servers* each : sets)
    all.push_back({.apex = each->apex, .by_parent = each->by_parent, .by_zone = each->by_zone});
  // Providers hold the addresses of names in their zones, at those same machines or at ones of their own.
  for (const std::string_view provider : {"hoster.com", "hoster.net"}) {
    std::vector<std::string> names;
    for (const level& each : all)
      for (const std::string& name : each.all())
        if (is_below(name, provider)) names.push_back(name);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.empty()) continue;
    level of{.apex = std::string{provider}, .by_parent = {}, .by_zone = {}};
    if (draw_.percent(has_enemy_ ? 25 : 50)) {
      of.by_parent = names;
      if (of.by_parent.size() > 3) of.by_parent.resize(3);
    } else {
      for (std::size_t i = 0; i < 2 + draw_.below(2); ++i)
        of.by_parent.push_back("dns" + std::to_string(i + 1) + "." + of.apex);
    }
    of.by_zone = of.by_parent;
    w_.providers.push_back(of);
    all.push_back(std::move(of));
  }
  const std::size_t first_hostile = draw_.below(all.size());
  for (std::size_t l = 0; l < all.size(); ++l) {
    const std::vector<std::string> names = all[l].all();
    const bool is_provider = l >= sets.size();
    for (const std::string& name : names)
      if (!w_.servers.contains(name)) w_.servers[name];
    const std::size_t n = names.size();
    if (goal_ != goal::none && n > 1 && (l == first_hostile || draw_.percent(35))) {
      const std::size_t most = goal_ == goal::take_away || draw_.percent(50) ? (n - 1) / 2 : 1;
      const std::size_t k = std::max<std::size_t>(1, draw_.below(most + 1));
      for (std::size_t i = 0; i < k; ++i) {
        named_server& one = w_.servers[names[draw_.below(n)]];
        one.is = draw_.percent(88) ? role::hostile : role::old;
      }
    }
    const bool may_fail = !is_provider && draw_.percent(30);
    if (may_fail && n > 1)
      for (std::size_t i = 0; i < 1 + draw_.below(n); ++i) {
        named_server& one = w_.servers[names[draw_.below(n)]];
        if (one.is == role::right) one.is = role::faulty;
      }
  }
}

void builder::draw_history() {
  const policy& rules = w_.rules;
  auto& changes = owner_.changes;
  switch (goal_) {
    case goal::none: {
      if (draw_.percent(20)) break;  // never
      const duration at = draw_.between(0s, rules.window * 6 / 10);
      if (draw_.percent(15)) changes.emplace_back(at / 2, draw_.of({content::two_of_three, content::wrong}));
      changes.emplace_back(at, content::all);
      break;
    }
    case goal::verify:
      if (draw_.percent(20)) changes.emplace_back(0s, draw_.of({content::two_of_three, content::wrong}));
      if (draw_.percent(15))
        changes.emplace_back(draw_.between(rules.window / 4, rules.window / 2), content::all);
      break;
    case goal::take_away:
      changes.emplace_back(draw_.between(0s, 5min), content::all);
      hostile_from_ = draw_.between(10min, 3h);
      break;
  }
  if (!changes.empty() && draw_.percent(20))
    changes.emplace_back(changes.back().first + draw_.between(1h, 4h),
                         draw_.of({content::nothing, content::two_of_three, content::wrong}));
  for (const auto& [name, unused] : w_.servers)
    delays_[name] = draw_.percent(75) ? duration{0} : draw_.between(0s, 90min);
  duration longest{0};
  for (const auto& [name, delay] : delays_)
    if (w_.servers[name].is == role::right) longest = std::max(longest, delay);
  for (const auto& [from, what] : changes) {
    w_.notes.push_back("after " + to_words(from) + " the owner has " +
                       std::string{contents[static_cast<std::size_t>(what)]});
    if (what == content::all) w_.published_at = from + longest;
    if (what != content::all && w_.published_at != never) w_.removed_at = from;
  }
}

std::string builder::new_address() {
  const std::size_t n = next_address_++;
  return "45.77." + std::to_string(n / 200) + "." + std::to_string(n % 200 + 1);
}

std::string builder::private_address() {
  return "10.1.1." + std::to_string(next_private_++);
}

void builder::make_machines() {
  for (auto& [name, one] : w_.servers) {
    if (one.is == role::faulty) {
      constexpr std::array reasons{"silent",     "no route",          "REFUSED",        "SERVFAIL",
                                   "AA=0",       "truncated, no TCP", "huge",           "refers to the root",
                                   "unreadable", "no address",        "private address"};
      one.description = reasons[draw_.below(reasons.size())];
      if (one.description == "no address") continue;
      if (one.description == "private address") {
        one.addresses.push_back(private_address());
        continue;
      }
    }
    const std::size_t n = draw_.percent(90) ? 1 : 2;
    for (std::size_t i = 0; i < n; ++i) {
      one.addresses.push_back(new_address());
      w_.net.add({.name = name + (i == 0 ? "" : " (2nd)"),
                  .address = one.addresses.back(),
                  .is_hostile = one.is == role::hostile || one.is == role::old,
                  .phases = {}});
    }
  }
}

std::vector<std::string> builder::names_below(std::string_view apex) const {
  std::vector<std::string> names;
  for (const auto& [name, unused] : w_.servers)
    if (is_at_or_below(name, apex)) names.push_back(name);
  return names;
}

void builder::add_addresses(zone_content& to, const std::vector<std::string>& names, bool evil) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (evil && w_.servers[names[i]].is != role::hostile) {
      to.add(address_of(names[i], evil_addresses_[i % evil_addresses_.size()], ttl_));
      continue;
    }
    for (const std::string& each : w_.servers[names[i]].addresses) to.add(address_of(names[i], each, ttl_));
  }
}

void builder::add_records(zone_content& to, content what) {
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    const std::string name = w_.record_name(i);
    if (what == content::nothing || !is_at_or_below(name, to.apex)) continue;
    if (what == content::two_of_three && i == 1) continue;
    const bool wrong = what == content::wrong && i == 2;
    to.add(cname_of(name, wrong ? "elsewhere.example.org" : w_.record_value(i), ttl_));
  }
}

void builder::add_servers(zone_content& to, const std::string& apex, const std::vector<std::string>& names) {
  for (const std::string& each : names) to.add(ns_of(apex, each, ttl_));
}

const zone_content* builder::true_zone(std::size_t level_number, bool moved, content what) {
  const std::string key =
      std::to_string(level_number) + (moved ? "m" : "") + std::to_string(static_cast<int>(what));
  if (const auto at = zones_.find(key); at != zones_.end()) return at->second;
  const std::vector<level> all = levels_at(moved);
  const level& of = all[level_number];
  zone_content& made = w_.net.new_zone(of.apex, of.by_zone.front(), ttl_);
  add_servers(made, of.apex, of.by_zone);
  add_addresses(made, names_below(of.apex));
  if (level_number + 1 < all.size()) {
    const level& next = all[level_number + 1];
    add_servers(made, next.apex, next.by_parent);
  } else {
    add_records(made, what);
  }
  zones_[key] = &made;
  return &made;
}

const zone_content* builder::provider_zone(const level& of) {
  const std::string key = "p" + of.apex;
  if (const auto at = zones_.find(key); at != zones_.end()) return at->second;
  zone_content& made = w_.net.new_zone(of.apex, of.by_zone.front(), ttl_);
  add_servers(made, of.apex, of.by_zone);
  add_addresses(made, names_below(of.apex));
  zones_[key] = &made;
  return &made;
}

/// All that an honest machine of this name holds.
const held_zones* builder::true_view(const std::string& name, duration now, content what) {
  held_zones held;
  const bool moved = moves_at_ != never && now >= moves_at_;
  const bool is_new = moves_at_ != never && serves(name, moved_to_);
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    const bool old_one = i == 0 && moved && !is_new;  // still holds what it held, if it is asked
    if (i == 0 && is_new) {
      held.push_back(true_zone(0, true, what));
    } else if (serves(name, chain_[i])) {
      held.push_back(true_zone(i, moved && !old_one, what));
    }
  }
  for (const level& each : w_.providers)
    if (std::ranges::find(each.by_zone, name) != each.by_zone.end()) held.push_back(provider_zone(each));
  return w_.net.new_view(std::move(held));
}

void builder::fill_right(const std::string& name) {
  std::vector<phase> phases;
  std::set<duration> moments{0ms};
  for (const auto& [from, unused] : owner_.changes) moments.insert(from + delays_[name]);
  if (moves_at_ != never) moments.insert(moves_at_);
  const bool leaves = moves_at_ != never && serves(name, chain_.front()) && !serves(name, moved_to_);
  const std::size_t what_leaving_does = draw_.below(3);
  for (const duration from : moments) {
    const content what = owner_.at(from - delays_[name]);
    conduct by{.how = manner::answers,
               .holds = true_view(name, from, what),
               .description = "holds " + std::string{contents[static_cast<std::size_t>(what)]}};
    if (leaves && from >= moves_at_ && what_leaving_does > 0 && chain_.size() == 1)
      by = {.how = what_leaving_does == 1 ? manner::refused : manner::silent,
            .holds = by.holds,
            .description = "the domain has moved away"};
    phases.push_back({.from = from, .by_turns = {std::move(by)}});
  }
  // Some work in their own way; others are silenced for a while.
  const manner way =
      draw_.percent(92) ? manner::answers : draw_.of({manner::truncated, manner::small_letters});
  for (phase& each : phases)
    if (each.by_turns.front().how == manner::answers) each.by_turns.front().how = way;
  const bool is_providers = std::ranges::any_of(w_.providers, [&](const level& each) {
    return std::ranges::find(each.by_parent, name) != each.by_parent.end();
  });
  if (goal_ != goal::none && draw_.percent(second_ && is_providers ? 60 : 30)) {
    const duration from = draw_.percent(50) ? 0ms : draw_.between(0s, w_.end / 2);
    const duration to = draw_.percent(40) ? w_.end + 1s : from + draw_.between(10min, w_.end / 2);
    std::vector<phase> with_silence;
    std::optional<phase> after;
    for (phase& each : phases) {
      if (each.from <= to) after = each;
      if (each.from < from || each.from > to) with_silence.push_back(each);
    }
    with_silence.push_back(
        {.from = from,
         .by_turns = {{.how = manner::silent, .holds = nullptr, .description = "is silenced"}}});
    after->from = to;
    with_silence.push_back(*after);
    std::ranges::stable_sort(with_silence, {}, &phase::from);
    phases = std::move(with_silence);
    if (draw_.percent(40)) w_.resolver.add({.name = name, .from = from, .to = to});
  }
  for (const std::string& each : w_.servers[name].addresses)
    w_.net.at(static_cast<std::size_t>(w_.net.find(each) - w_.net.machines().data())).phases = phases;
}

void builder::fill_faulty(const std::string& name) {
  static const std::map<std::string, manner, std::less<>> ways{
      {"silent", manner::silent},
      {"no route", manner::no_route},
      {"REFUSED", manner::refused},
      {"SERVFAIL", manner::servfail},
      {"AA=0", manner::no_authority},
      {"truncated, no TCP", manner::truncated_everywhere},
      {"huge", manner::huge},
      {"refers to the root", manner::upward},
      {"unreadable", manner::unreadable}};
  fill_right(name);
  const auto way = ways.find(w_.servers[name].description);
  if (way == ways.end()) return;
  for (const std::string& each : w_.servers[name].addresses)
    for (phase& at : w_.net.at(static_cast<std::size_t>(w_.net.find(each) - w_.net.machines().data())).phases)
      for (conduct& by : at.by_turns) {
        by.how = way->second;
        by.description = "out of order";
      }
}

/// Holds what was true once, or what is not true yet.
void builder::fill_old(const std::string& name) {
  const content what = goal_ == goal::take_away ? content::nothing
                                                : draw_.of({content::nothing, content::all, content::wrong});
  const phase only{
      .from = 0ms,
      .by_turns = {{.how = manner::answers,
                    .holds = true_view(name, 0ms, what),
                    .description = "always holds " + std::string{contents[static_cast<std::size_t>(what)]}}}};
  for (const std::string& each : w_.servers[name].addresses)
    w_.net.at(static_cast<std::size_t>(w_.net.find(each) - w_.net.machines().data())).phases = {only};
}

lie builder::draw_lie() {
  lie one;
  const bool claims = goal_ == goal::verify ? draw_.percent(85) : draw_.percent(15);
  one.records = claims ? content::all : draw_.of({content::nothing, content::nothing, content::wrong});
  one.cuts = draw_.of(
      {lie::cut::none, lie::cut::domainkey, lie::cut::domainkey, lie::cut::each_token, lie::cut::domain});
  one.is_deeper_zone = draw_.percent(40);
  one.ns =
      draw_.of({lie::servers::as_true, lie::servers::evil, lie::servers::evil_too, lie::servers::itself});
  one.siblings_elsewhere = draw_.percent(40);
  one.provider_elsewhere = draw_.percent(50);
  one.hides_true_cut = draw_.percent(40);
  one.evil_glue = draw_.percent(30);
  one.is_fresh_name = draw_.percent(40);
  return one;
}

void builder::make_evil() {
  for (const std::string_view each : {"ev1", "ev2"}) {
    evil_names_.push_back(std::string{each} + "." + std::string{hostile_domain});
    evil_addresses_.push_back(new_address());
    w_.net.add(
        {.name = evil_names_.back(), .address = evil_addresses_.back(), .is_hostile = true, .phases = {}});
  }
  if (has_enemy_) {
    second_.emplace(enemy_means{.net = w_.net,
                                .draw = enemy_draw_,
                                .addresses = evil_addresses_,
                                .coveted = coveted_names(),
                                .sets = coveted_sets(),
                                .ttl = ttl_});
    w_.enemy = second_->registered();
    w_.kind += ", beside an enemy's domain";
  }
  const content first = goal_ == goal::take_away ? content::nothing : content::all;
  for (std::size_t i = 0; i < evil_addresses_.size(); ++i) {
    const content what =
        draw_.percent(75) ? first : draw_.of({content::all, content::nothing, content::wrong});
    const phase only{.from = 0ms, .by_turns = evil_turns(what), .change = phase::turns::minute};
    w_.net.at(static_cast<std::size_t>(w_.net.find(evil_addresses_[i]) - w_.net.machines().data())).phases = {
        only};
  }
}

std::vector<conduct> builder::evil_turns(content what) {
  const held_zones all = evil_zones(what);
  std::vector<conduct> turns;
  for (std::size_t left = second_ && enemy_draw_.percent(40) ? 2 : 1; left > 0; --left) {
    held_zones held = all;
    if (second_) second_->add_to(held);
    turns.push_back(
        {.how = manner::answers,
         .holds = w_.net.new_view(std::move(held)),
         .description = "says that there is/are " + std::string{contents[static_cast<std::size_t>(what)]}});
  }
  return turns;
}

/// Whose addresses the enemy would like to give: servers of the victim, of providers and of the parent, and names that
/// make others ask beside and below them.
std::vector<std::string> builder::coveted_names() {
  std::vector<std::string> names;
  for (const auto& [name, unused] : w_.servers) names.insert(names.end(), 2, name);
  for (const level& each : w_.providers) {
    names.push_back(each.apex);
    names.push_back("other." + each.apex);
  }
  names.push_back(w_.domain);
  names.push_back("_domainkey." + w_.domain);
  names.push_back(w_.record_name(1));
  names.push_back("other." + w_.registrable);
  names.push_back("p1.nic.test");
  return names;
}

std::vector<std::vector<std::string>> builder::coveted_sets() const {
  std::vector<std::vector<std::string>> sets;
  for (const bool moved : {false, moves_at_ != never})
    for (const level& each : levels_at(moved)) sets.push_back(each.all());
  for (const level& each : w_.providers) sets.push_back(each.all());
  return sets;
}

/// The name of another server becomes a zone of its own, at the enemy's servers.
bool builder::steal_names(zone_content& from, const std::string& by) {
  if (!second_ || !enemy_draw_.percent(60)) return false;
  bool steals = false;
  for (const std::string& name : names_below(from.apex)) {
    if (name == by || name == from.apex || !enemy_draw_.percent(60)) continue;
    std::erase_if(from.records, [&](const record& each) { return each.owner == name; });
    add_servers(from, name, evil_names_);
    add_servers(from, name, {name});
    from.add(address_of(name, evil_addresses_[enemy_draw_.below(evil_addresses_.size())], ttl_));
    steals = true;
  }
  return steals;
}

/// What the parent has of the second identity: it is registered as any other.
void builder::add_enemy(zone_content& parent) {
  if (!second_ || !is_below(w_.enemy->registrable, parent.apex)) return;
  add_servers(parent, w_.enemy->registrable, w_.enemy->by_parent);
  for (const std::string& name : w_.enemy->by_parent) {
    for (const auto& [own, address] : w_.enemy->glue)
      if (own == name) parent.add(address_of(name, address, ttl_));
    const bool is_there = std::ranges::any_of(parent.records, [&](const record& each) {
      return each.type == rr_type::a && each.owner == name;
    });
    if (gives_sibling_glue_ && !is_there && w_.servers.contains(name) && is_below(name, parent.apex))
      add_addresses(parent, {name});
  }
}

/// Everything that the evil machines may ever be asked for.
held_zones builder::evil_zones(content what) {
  held_zones held;
  std::set<std::string> apexes{w_.registrable, w_.domain, "_domainkey." + w_.domain};
  for (const std::string& apex : apexes) {
    if (apex != w_.registrable && draw_.percent(40)) continue;
    zone_content& made = w_.net.new_zone(apex, evil_names_.front(), ttl_);
    add_servers(made, apex, evil_names_);
    add_addresses(made, names_below(apex), true);
    for (std::size_t i = 0; i < evil_names_.size(); ++i)
      made.add(address_of("ev" + std::to_string(i + 1) + "." + apex, evil_addresses_[i], ttl_));
    add_records(made, what);
    held.push_back(&made);
  }
  zone_content& own = w_.net.new_zone(std::string{hostile_domain}, evil_names_.front(), ttl_);
  add_servers(own, std::string{hostile_domain}, evil_names_);
  for (std::size_t i = 0; i < evil_names_.size(); ++i)
    own.add(address_of(evil_names_[i], evil_addresses_[i], ttl_));
  held.push_back(&own);
  for (const level& each : w_.providers) {
    zone_content& made = w_.net.new_zone(each.apex, evil_names_.front(), ttl_);
    add_servers(made, each.apex, evil_names_);
    add_addresses(made, names_below(each.apex), true);
    held.push_back(&made);
  }
  return held;
}

conduct builder::lying(const std::string& name, const lie& what) {
  held_zones held;
  std::string description = "has " + std::string{contents[static_cast<std::size_t>(what.records)]};
  std::vector<level> all = levels_at(false);
  if (moves_at_ != never && serves(name, moved_to_)) all[0] = levels_at(true)[0];
  for (std::size_t i = 0; i < all.size(); ++i) {
    const level& of = all[i];
    const std::vector<std::string> names = of.all();
    if (std::ranges::find(names, name) == names.end()) continue;
    zone_content& made = w_.net.new_zone(of.apex, name, ttl_);
    switch (what.ns) {
      case lie::servers::as_true:
        add_servers(made, of.apex, of.by_zone);
        break;
      case lie::servers::evil_too:
        add_servers(made, of.apex, of.by_zone);
        add_servers(made, of.apex, evil_names_);
        break;
      case lie::servers::evil:
        add_servers(made, of.apex, evil_names_);
        break;
      case lie::servers::itself:
        add_servers(made, of.apex, {name});
        break;
    }
    add_addresses(made, names_below(of.apex), what.siblings_elsewhere);
    if (steal_names(made, name)) description += ", delegates its siblings' names to evil servers";
    if (i + 1 < all.size() && !what.hides_true_cut) {
      const level& next = all[i + 1];
      add_servers(made, next.apex,
                  what.evil_glue && what.ns == lie::servers::evil ? evil_names_ : next.by_parent);
      if (what.evil_glue)  // before the true ones
        for (std::size_t s = 0; s < next.by_parent.size(); ++s)
          if (is_at_or_below(next.by_parent[s], of.apex)) {
            std::erase_if(made.records, [&](const record& each) {
              return each.type == rr_type::a && each.owner == next.by_parent[s];
            });
            made.add(address_of(next.by_parent[s], evil_addresses_[s % evil_addresses_.size()], ttl_));
          }
      held.push_back(&made);
      continue;
    }
    std::vector<std::string> cuts;
    switch (what.cuts) {
      case lie::cut::none:
        break;
      case lie::cut::domainkey:
        cuts = {"_domainkey." + w_.domain};
        break;
      case lie::cut::domain:
        cuts = {w_.domain};
        break;
      case lie::cut::each_token:
        for (std::size_t t = 0; t < records_per_identity; ++t) cuts.push_back(w_.record_name(t));
        break;
    }
    std::erase_if(cuts, [&](const std::string& each) { return !is_below(each, of.apex); });
    if (cuts.empty()) add_records(made, what.records);
    for (const std::string& cut : cuts) {
      std::vector<std::string> servers = evil_names_;
      if (what.is_fresh_name)
        for (std::size_t s = 0; s < servers.size(); ++s)
          servers[s] = "ev" + std::to_string(s + 1) + "." + cut;
      zone_content* below = &made;
      if (what.is_deeper_zone) {
        below = &w_.net.new_zone(cut, servers.front(), ttl_);
        add_records(*below, what.records);
        held.push_back(below);
      }
      add_servers(*below, cut, servers);
      if (what.is_fresh_name)
        for (std::size_t s = 0; s < servers.size(); ++s)
          below->add(address_of(servers[s], evil_addresses_[s], ttl_));
    }
    if (!cuts.empty())
      description +=
          std::string{what.is_deeper_zone ? ", in a zone of its own, " : ", delegated to evil servers, "} +
          cuts.front();
    held.push_back(&made);
  }
  for (const level& each : w_.providers) {
    if (std::ranges::find(each.by_zone, name) == each.by_zone.end()) continue;
    if (!what.provider_elsewhere) {
      held.push_back(provider_zone(each));
      continue;
    }
    zone_content& made = w_.net.new_zone(each.apex, name, ttl_);
    add_servers(made, each.apex, each.by_zone);
    add_addresses(made, names_below(each.apex), true);
    if (steal_names(made, name)) description += ", delegates names in " + each.apex + " to evil servers";
    held.push_back(&made);
    description += ", gives evil addresses for names in " + each.apex;
  }
  if (what.siblings_elsewhere) description += ", gives evil addresses for its siblings";
  if (what.ns != lie::servers::as_true)
    description += what.ns == lie::servers::evil       ? ", NS are evil"
                   : what.ns == lie::servers::evil_too ? ", NS are evil ones too"
                                                       : ", NS is itself";
  if (what.hides_true_cut && chain_.size() > 1) description += ", hides the true cut";
  if (what.evil_glue && chain_.size() > 1) description += ", evil glue";
  return {.how = manner::answers,
          .holds = w_.net.new_view(std::move(held)),
          .description = std::move(description)};
}

void builder::fill_hostile(const std::string& name) {
  fill_right(name);
  const auto number = [&](const std::string& address) {
    return static_cast<std::size_t>(w_.net.find(address) - w_.net.machines().data());
  };
  std::vector<phase> phases;
  if (hostile_from_ > 0ms)
    for (const phase& each : w_.net.at(number(w_.servers[name].addresses.front())).phases)
      if (each.from < hostile_from_) phases.push_back(each);
  const lie first = draw_lie();
  duration from = hostile_from_;
  const std::size_t changes = draw_.percent(60) ? 1 : 2 + draw_.below(2);
  for (std::size_t i = 0; i < changes; ++i) {
    phase now_so{.from = from, .by_turns = {lying(name, i == 0 ? first : draw_lie())}};
    if (draw_.percent(25)) now_so.by_turns.push_back(lying(name, draw_lie()));
    if (draw_.percent(15))
      now_so.by_turns.push_back({.how = draw_.of({manner::silent, manner::refused, manner::servfail,
                                                  manner::no_authority, manner::upward}),
                                 .holds = now_so.by_turns.front().holds,
                                 .description = "does not want"});
    now_so.change = draw_.of({phase::turns::question, phase::turns::type, phase::turns::minute});
    if (draw_.percent(8)) now_so.by_turns.front().how = draw_.of({manner::truncated, manner::small_letters});
    phases.push_back(std::move(now_so));
    from += draw_.between(5min, 3h);
  }
  for (const std::string& each : w_.servers[name].addresses) w_.net.at(number(each)).phases = phases;
}

/// A top-level domain as its servers have it, or lie about it.
const zone_content* builder::parent_zone(std::string_view apex, bool moved, std::string_view lie_told) {
  zone_content& made = w_.net.new_zone(std::string{apex}, "p1.nic.test", ttl_);
  const auto cut = [&](const std::string& domain, const std::vector<std::string>& names, bool evil_glue) {
    add_servers(made, domain, names);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool of_this_domain = is_at_or_below(names[i], domain);
      if (!is_at_or_below(names[i], apex) || (!of_this_domain && !gives_sibling_glue_)) continue;
      if (std::ranges::any_of(made.records, [&](const record& each) {
            return each.type == rr_type::a && each.owner == names[i];
          }))
        continue;
      if (evil_glue)
        made.add(address_of(names[i], evil_addresses_[i % evil_addresses_.size()], ttl_));
      else
        add_addresses(made, {names[i]});
    }
  };
  if (is_below(w_.registrable, apex)) {
    const level top = levels_at(moved).front();
    if (lie_told == "evil servers") {
      cut(w_.registrable, evil_names_, false);
    } else if (lie_told != "no such domain") {
      cut(w_.registrable, top.by_parent, lie_told == "evil glue");
    }
  }
  for (const level& each : w_.providers)
    if (is_below(each.apex, apex))
      cut(each.apex, lie_told == "evil providers" ? evil_names_ : each.by_parent, lie_told == "evil glue");
  if (is_below(hostile_domain, apex)) {
    add_servers(made, std::string{hostile_domain}, evil_names_);
    for (std::size_t i = 0; i < evil_names_.size(); ++i)
      made.add(address_of(evil_names_[i], evil_addresses_[i], ttl_));
  }
  add_enemy(made);
  return &made;
}

void builder::draw_parents() {
  const std::size_t n = 1 + draw_.below(4);
  recursion::top com{.apex = "com", .servers = {}, .addresses = {}};
  const bool one_is_bad = n > 1 && goal_ != goal::none && draw_.percent(35);
  for (std::size_t i = 0; i < n; ++i) {
    com.servers.push_back("p" + std::to_string(i + 1) + ".nic.test");
    com.addresses.push_back(new_address());
    parent one{.machine = 0, .is = role::right};
    std::string_view description;
    if (one_is_bad && i == 0) {
      one.is = role::hostile;
      description = draw_.of<std::string_view>({"evil servers", "evil servers", "evil glue", "evil glue",
                                                "no such domain", "evil providers", "old"});
      if (description == "old") one.is = role::old;
    }
    machine at{.name = com.servers.back(),
               .address = com.addresses.back(),
               .is_hostile = one.is == role::hostile || one.is == role::old,
               .phases = {}};
    std::vector<bool> states{false};
    if (moves_at_ != never) states.push_back(true);
    for (const bool moved : states) {
      const bool as_moved = moved && description != "old";
      held_zones held{parent_zone("com", as_moved, description), parent_zone("net", as_moved, description)};
      std::string says =
          description.empty() ? (moved ? "gives the new servers" : "") : "says: " + std::string{description};
      at.phases.push_back({.from = moved ? moves_at_ : 0ms,
                           .by_turns = {{.how = manner::answers,
                                         .holds = w_.net.new_view(std::move(held)),
                                         .description = std::move(says)}}});
    }
    if (i > 0 && n > 1 && one.is == role::right && draw_.percent(12)) {
      one.is = role::faulty;
      for (phase& each : at.phases) each.by_turns.front().how = draw_.of({manner::silent, manner::refused});
    }
    one.machine = w_.net.add(std::move(at));
    w_.parents.push_back(one);
  }
  recursion::top net = com;
  net.apex = "net";
  w_.resolver.add(std::move(com));
  w_.resolver.add(std::move(net));
}

void builder::build() {
  goal_ = draw_.of({goal::none, goal::verify, goal::verify, goal::take_away, goal::take_away});
  w_.kind = goal_ == goal::none ? "honest" : goal_ == goal::verify ? "to verify falsely" : "to take away";
  std::array<std::uint8_t, records_per_identity * token::octets> bits{};
  for (std::uint8_t& each : bits) each = static_cast<std::uint8_t>(draw_.number());
  w_.tokens = make_tokens(bits);
  has_enemy_ = enemy_draw_.percent(25);
  draw_rules();
  w_.end = w_.rules.window + 4h + 3 * w_.rules.max_interval;
  if (goal_ == goal::take_away) w_.end = std::min(w_.end, 10h + 2 * w_.rules.recheck_interval);
  if (has_enemy_) w_.end = std::min(w_.end, w_.rules.window + 2h);  // these ask more
  draw_levels();
  draw_roles();
  draw_history();
  make_machines();
  make_evil();
  for (const auto& [name, one] : w_.servers) {
    if (one.addresses.empty() || one.description == "private address") continue;
    switch (one.is) {
      case role::right:
        fill_right(name);
        break;
      case role::faulty:
        fill_faulty(name);
        break;
      case role::old:
        fill_old(name);
        break;
      case role::hostile:
        fill_hostile(name);
        break;
    }
  }
  draw_parents();
  w_.resolver.set(draw_.of({recursion::luck::even, recursion::luck::bad, recursion::luck::good}));
  w_.truths.push_back({.from = 0ms, .levels = levels_at(false)});
  if (moves_at_ != never) {
    w_.truths.push_back({.from = moves_at_, .levels = levels_at(true)});
    w_.notes.push_back("after " + to_words(moves_at_) + " the domain moves to other servers");
  }
  while (draw_.percent(25)) w_.checks.push_back(draw_.between(1min, w_.end));
  std::ranges::sort(w_.checks);
}

}  // namespace

std::unique_ptr<world> world_of(std::uint64_t seed) {
  auto made = std::make_unique<world>(seed);
  builder{*made, seed}.build();
  return made;
}

}  // namespace easydkim::worlds
