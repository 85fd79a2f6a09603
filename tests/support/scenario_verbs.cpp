// SPDX-License-Identifier: Apache-2.0
// What may happen in a scenario.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "tests/support/scenario.hpp"

namespace easydkim::tests {
namespace {

struct verb {
  std::string_view word;
  scenario_act (*read)(scenario_words& line);
  std::string_view form;
};

template <auto member>
scenario_act call(scenario_words&) {
  return [](simulated_daemon& life) { (life.*member)(); };
}

/// For verbs of two words, of which the second is always `noun`.
template <auto member>
scenario_act call_daemon(scenario_words& line) {
  line.skip("daemon");
  return call<member>(line);
}

scenario_act restart(scenario_words& line) {
  line.skip("daemon");
  return [](simulated_daemon& life) {
    life.stop();
    life.start();
  };
}

/// verify [txt]
scenario_act verify(scenario_words& line) {
  const proof which = line.take_if("txt") ? proof::txt : proof::dkim;
  return [which](simulated_daemon& life) { life.verify(which); };
}

std::string label(const simulated_daemon& life, std::size_t record) {
  return life.stored().tokens[record].text();
}

template <class Action>
scenario_act for_records(scenario_words& line, Action action) {
  return [records = line.take_records(), action](simulated_daemon& life) {
    for (const std::size_t each : records) action(life, label(life, each));
  };
}

scenario_act publish(scenario_words& line) {
  if (line.take_if("txt"))
    return [](simulated_daemon& life) { life.zone().put_txt(life.stored().txt_token.text()); };
  return for_records(line, [](simulated_daemon& life, const std::string& name) {
    life.zone().put(name, right_target(name));
  });
}

scenario_act remove(scenario_words& line) {
  if (line.take_if("txt")) return [](simulated_daemon& life) { life.zone().remove_txt(); };
  return for_records(line, [](simulated_daemon& life, const std::string& name) { life.zone().remove(name); });
}

scenario_act point(scenario_words& line) {
  const std::vector<std::size_t> records = line.take_records();
  line.skip("to");
  return [records, target = std::string{line.take("a host name")}](simulated_daemon& life) {
    for (const std::size_t each : records) life.zone().put(label(life, each), target);
  };
}

/// say "TEXT": one more TXT record
scenario_act say(scenario_words& line) {
  return [text = std::string{line.take("a text in quotes")}](simulated_daemon& life) {
    life.zone().put_txt(text);
  };
}

scenario_act flap(scenario_words& line) {
  const std::vector<std::size_t> records = line.take_records();
  line.skip("every");
  return [records, period = line.take_number()](simulated_daemon& life) {
    for (const std::size_t each : records) life.zone().flap(label(life, each), period);
  };
}

template <auto member>
scenario_act set_target(scenario_words& line) {
  std::optional<std::string> target;
  if (!line.take_if("off")) target = line.take("a host name or 'off'");
  return [target](simulated_daemon& life) { (life.zone().*member)(target); };
}

/// wildcard TARGET, or the value of one of the records
scenario_act wildcard(scenario_words& line) {
  if (!line.take_if("value")) return set_target<&simulated_zone::set_wildcard>(line);
  return [records = line.take_records()](simulated_daemon& life) {
    for (const std::size_t each : records) life.zone().set_wildcard(right_target(label(life, each)));
  };
}

struct silence_word {
  std::string_view word;
  finding_reason reason;
};
constexpr std::array silences{
    silence_word{"servfail", finding_reason::servfail}, silence_word{"timeout", finding_reason::timeout},
    silence_word{"refused", finding_reason::refused}, silence_word{"garbage", finding_reason::unreadable},
    silence_word{"truncated", finding_reason::truncated}};

scenario_act silent(scenario_words& line) {
  const std::string_view word = line.take("servfail, timeout, refused, garbage or truncated");
  const auto found = std::ranges::find(silences, word, &silence_word::word);
  if (found == silences.end())
    throw std::runtime_error{"'" + std::string{word} +
                             "' is not servfail, timeout, refused, garbage or truncated"};
  const finding_reason how = found->reason;
  if (line.empty()) return [how](simulated_daemon& life) { life.zone().fall_silent(how); };
  line.skip("for");
  if (line.take_if("txt")) return [how](simulated_daemon& life) { life.zone().fall_silent_for("txt", how); };
  return for_records(line, [how](simulated_daemon& life, const std::string& name) {
    life.zone().fall_silent_for(name, how);
  });
}

scenario_act answer(scenario_words& line) {
  if (line.take_if("again")) return [](simulated_daemon& life) { life.zone().answer_again(); };
  line.skip("everything");
  return [](simulated_daemon& life) { life.zone().answer_everything(true); };
}

scenario_act resolver(scenario_words& line) {
  if (line.take_if("ill")) return call<&simulated_daemon::resolver_falls_ill>(line);
  line.skip("well");
  return call<&simulated_daemon::resolver_is_well>(line);
}

scenario_act clock(scenario_words& line) {
  return [step = line.take_duration()](simulated_daemon& life) { life.set_clock_by(step); };
}

constexpr std::array verbs{
    // what users ask the daemon for
    verb{"verify", verify, "verify | verify txt"},
    verb{"delete", call<&simulated_daemon::erase>, "delete"},
    verb{"check", call<&simulated_daemon::check_identity>, "check"},
    verb{"enable", call<&simulated_daemon::enable>, "enable"},
    verb{"disable", call<&simulated_daemon::disable>, "disable"},
    // what the owner does with his zone
    verb{"publish", publish, "publish all | publish 1 3 | publish txt"},
    verb{"remove", remove, "remove all | remove 2 | remove txt"},
    verb{"point", point, "point 1 to elsewhere.example.net"},
    verb{"say", say, "say \"v=spf1 -all\" (one more TXT record)"},
    verb{"alias", set_target<&simulated_zone::set_txt_alias>, "alias elsewhere.example.net | alias off"},
    verb{"wildcard", wildcard,
         "wildcard parking.example.net | wildcard value 3 (that of the third record) | wildcard off"},
    verb{"dname", set_target<&simulated_zone::set_dname>, "dname dkim.amazonses.com | dname off"},
    // what his name servers do
    verb{"flap", flap, "flap 2 every 3 (the first of every 3 answers lacks it) | flap 2 every 0"},
    verb{"silent", silent, "silent servfail | silent timeout for 2 | silent refused for txt"},
    verb{"answer", answer, "answer again | answer everything"},
    // what happens to the machine
    verb{"resolver", resolver, "resolver ill | resolver well"},
    verb{"stop", call_daemon<&simulated_daemon::stop>, "stop daemon"},
    verb{"start", call_daemon<&simulated_daemon::start>, "start daemon"},
    verb{"restart", restart, "restart daemon"},
    verb{"clock", clock, "clock +365d | clock -1d"},
};

}  // namespace

scenario_act read_verb(scenario_words& line) {
  const std::string_view word = line.take("a verb");
  if (const auto found = std::ranges::find(verbs, word, &verb::word); found != verbs.end())
    return found->read(line);
  std::string known;
  for (const verb& each : verbs) known += "\n  " + std::string{each.form};
  throw std::runtime_error{"'" + std::string{word} + "' is not a verb; there are:" + known};
}

}  // namespace easydkim::tests
