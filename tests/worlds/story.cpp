// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/story.hpp"

#include "resolver/wire/name_text.hpp"

namespace easydkim::worlds {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& each : names) text += (text.empty() ? "" : ", ") + each;
  return text;
}

void tell(std::string& text, const machine& one) {
  for (const phase& each : one.phases) {
    text += "      " + stamp(each.from);
    for (std::size_t i = 0; i < each.by_turns.size(); ++i) {
      const conduct& by = each.by_turns[i];
      text += (i == 0 ? "" : " | ") + std::string{to_string(by.how)} +
              (by.description.empty() ? "" : " (" + by.description + ")");
    }
    if (each.by_turns.size() > 1)
      text += each.change == phase::turns::question ? ", by turns"
              : each.change == phase::turns::type   ? ", SOA and NS | the rest"
                                                    : ", by minutes";
    text += "\n";
  }
}

}  // namespace

std::string description(const world& of, const promises& oracle) {
  std::string text = "world " + std::to_string(of.seed) + ", " + of.kind + ": " + of.domain + ", window " +
                     to_words(of.rules.window) + ", rechecks every " + to_words(of.rules.recheck_interval) +
                     "\n";
  for (const std::string& each : of.notes) text += "  " + each + "\n";
  for (const truth& each : of.truths) {
    text += "  from " + stamp(each.from) + "\n";
    for (const level& zone : each.levels)
      text += "    zone " + zone.apex + ": parent names " + listed(zone.by_parent) + "; its NS " +
              listed(zone.by_zone) + "\n";
  }
  for (const level& each : of.providers)
    text += "  provider's zone " + each.apex + ": NS " + listed(each.by_zone) + "\n";
  text += "  parents' servers\n";
  for (const parent& each : of.parents) {
    text += "    " + of.net.machines()[each.machine].name + " is " + std::string{to_string(each.is)} + "\n";
    tell(text, of.net.machines()[each.machine]);
  }
  text += "  servers\n";
  for (const auto& [name, one] : of.servers) {
    text += "    " + name + " (" + listed(one.addresses) + ") is " + std::string{to_string(one.is)} +
            (one.description.empty() ? "" : ": " + one.description) + "\n";
    if (one.addresses.empty()) continue;
    if (const machine* at = of.net.find(one.addresses.front())) tell(text, *at);
  }
  for (const machine& each : of.net.machines())
    if (each.name.starts_with("ev")) {
      text += "    " + each.name + " (" + each.address + ") is evil\n";
      tell(text, each);
    }
  if (of.enemy) {
    text += "  enemy's own domain " + of.enemy->domain + ": parent names " + listed(of.enemy->by_parent) + "\n";
    for (const machine& each : of.net.machines())
      if (each.name == "ev1.attacker.net" || each.name == "ev2.attacker.net")
        for (const conduct& by : each.phases.front().by_turns)
          for (const zone_content* zone : *by.holds) {
            if (!is_at_or_below(zone->apex, of.enemy->registrable)) continue;
            text += "    " + each.name + " holds " + zone->apex + ":";
            for (const record& one : zone->records)
              if (one.type == rr_type::ns) text += " " + one.owner + " NS " + one.text + ",";
            text.back() = '\n';
          }
  }
  text += "  the resolver " + std::string{to_string(of.resolver.chosen_luck())} + "\n";
  for (const auto& each : of.resolver.outages())
    text += "    and finds no address of " + each.name + " from " + stamp(each.from) + "to " +
            stamp(each.to) + "\n";
  for (const duration each : of.checks) text += "  somebody asks for a check at " + stamp(each) + "\n";
  text += std::string{"  promised: "} + (oracle.guards_success() ? "no false Success; " : "") +
          (oracle.guards_loss() ? "no false loss; " : "") + oracle.duties() + "\n";
  return text;
}

std::string story(const biography& of, const std::vector<std::string>& lines, std::size_t most_lines) {
  std::string text;
  for (const status_change& each : of.changes)
    text += "  " + stamp(each.at) + std::string{to_string(each.from)} + " -> " +
            std::string{to_string(each.to)} + "\n";
  const std::size_t first = lines.size() > most_lines ? lines.size() - most_lines : 0;
  if (first > 0) text += "  ... " + std::to_string(first) + " lines before\n";
  for (std::size_t i = first; i < lines.size(); ++i) text += "  " + lines[i] + "\n";
  return text;
}

}  // namespace easydkim::worlds
