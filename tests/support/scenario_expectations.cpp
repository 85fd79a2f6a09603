// SPDX-License-Identifier: Apache-2.0
// What may be expected in a scenario.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/verdict.hpp"
#include "tests/support/scenario.hpp"

namespace easydkim::tests {
namespace {

struct expectation_form {
  std::string_view word;
  scenario_act (*read)(scenario_words& line);
  std::string_view form;
};

void expect(bool holds, const std::string& instead) {
  if (!holds) throw std::runtime_error{"not so, but " + instead};
}

std::string word_of(dkim_status status) {
  return std::string{to_string(status)};
}

/// How things stand, for the message of an expectation that failed.
std::string stands(const simulated_daemon& life, proof which = proof::dkim) {
  std::string text = word_of(life.status(which));
  if (life.status(which) == dkim_status::not_started) return text;
  for (const finding& each : findings_of(life.stored(), which))
    text += ", " + std::string{to_string(each.kind)} + " (" + std::string{to_string(each.reason)} + ")";
  return text;
}

dkim_status take_status(scenario_words& line) {
  const std::string_view word = line.take("a status");
  if (const auto status = dkim_status_from_string(word)) return *status;
  throw std::runtime_error{"'" + std::string{word} + "' is not a status"};
}

/// STATUS [at TIME | by TIME]
scenario_act status(dkim_status wanted, proof which, scenario_words& line) {
  if (line.take_if("by"))
    return [wanted, which, limit = line.take_duration()](simulated_daemon& life) {
      const auto reached = [&] { return life.status(which) == wanted; };
      life.run_to(limit, reached);
      expect(reached(), stands(life, which));
    };
  std::optional<duration> when;
  if (line.take_if("at")) when = line.take_duration();
  return [wanted, which, when](simulated_daemon& life) {
    if (when) life.run_to(*when);
    expect(life.status(which) == wanted, stands(life, which));
  };
}

scenario_act never(scenario_words& line) {
  const dkim_status unwanted = take_status(line);
  line.skip("until");
  return [unwanted, limit = line.take_duration()](simulated_daemon& life) {
    const auto reached = [&] { return life.status(proof::dkim) == unwanted; };
    life.run_to(limit, reached);
    expect(!reached(), stands(life));
  };
}

template <proof which>
scenario_act lives(scenario_words& line) {
  std::vector<dkim_status> wanted;
  while (!line.empty()) wanted.push_back(take_status(line));
  return [wanted](simulated_daemon& life) {
    std::vector<dkim_status> lived;
    std::string words = "it was";
    for (const auto& each : life.changes()) {
      if (each.of != which) continue;
      lived.push_back(each.to);
      words += " " + word_of(each.to);
    }
    expect(lived == wanted, words);
  };
}

scenario_act signing(scenario_words& line) {
  const bool wanted = line.take_if("on");
  if (!wanted) line.skip("off");
  return [wanted](simulated_daemon& life) { expect(life.is_signing() == wanted, stands(life)); };
}

scenario_act sending(scenario_words& line) {
  const bool wanted = line.take_if("on");
  if (!wanted) line.skip("off");
  return [wanted](simulated_daemon& life) {
    expect(life.is_sending() == wanted, stands(life) + "; TXT: " + stands(life, proof::txt));
  };
}

/// finding RECORDS KIND [REASON or what was observed]; RECORDS may be "some": one of the three, or more.
scenario_act seen(scenario_words& line) {
  const bool some = line.take_if("some");
  const std::vector<std::size_t> records = some ? std::vector<std::size_t>{0, 1, 2} : line.take_records();
  const std::string kind{line.take("a finding")};
  const std::string detail{line.empty() ? "" : line.take("a reason")};
  return [some, records, kind, detail](simulated_daemon& life) {
    const auto fits = [&](std::size_t record) {
      const finding& there = life.stored().findings[record];
      return to_string(there.kind) == kind &&
             (detail.empty() || to_string(there.reason) == detail || there.observed == detail);
    };
    expect(some ? std::ranges::any_of(records, fits) : std::ranges::all_of(records, fits), stands(life));
  };
}

scenario_act advice(scenario_words& line) {
  const std::vector<std::size_t> records = line.take_records();
  line.skip("contains");
  return [records, part = std::string{line.take("words in quotes")}](simulated_daemon& life) {
    for (const std::size_t each : records) {
      const identity& subject = life.stored();
      const std::string said =
          explanation(subject.findings[each], records_of(subject, proof::dkim, simulated_naming)[each]);
      expect(said.find(part) != said.npos, said);
    }
  };
}

scenario_act reason(scenario_words& line) {
  line.skip("contains");
  return [part = std::string{line.take("words in quotes")}](simulated_daemon& life) {
    if (life.changes().empty()) throw std::runtime_error{"no status has changed yet"};
    const std::string& said = life.changes().back().reason;
    expect(said.find(part) != said.npos, said);
  };
}

/// COUNTER [at most | at least] NUMBER
template <std::size_t simulated_daemon::counters::*counter>
scenario_act counted(scenario_words& line) {
  const bool bounded = line.take_if("at");
  const bool at_most = bounded && line.take_if("most");
  if (bounded && !at_most) line.skip("least");
  return [bounded, at_most, limit = line.take_number()](simulated_daemon& life) {
    const std::size_t there = life.count().*counter;
    const bool holds = at_most ? there <= limit : bounded ? there >= limit : there == limit;
    expect(holds, std::to_string(there));
  };
}

scenario_act window(scenario_words& line) {
  line.skip("ends");
  line.skip("at");
  return [wanted = line.take_duration()](simulated_daemon& life) {
    expect(life.window_ends_at(proof::dkim) == wanted, to_text(life.window_ends_at(proof::dkim)));
  };
}

scenario_act next_check(scenario_words& line) {
  if (line.take_if("never"))
    return [](simulated_daemon& life) {
      const auto due = life.next_check_at(proof::dkim);
      expect(!due, due ? to_text(*due) : "");
    };
  line.skip("by");
  return [limit = line.take_duration()](simulated_daemon& life) {
    const auto due = life.next_check_at(proof::dkim);
    expect(due && *due <= limit, due ? to_text(*due) : "none is planned");
  };
}

scenario_act tokens(scenario_words& line) {
  const bool kept = line.take_if("kept");
  if (!kept) line.skip("replaced");
  return [kept](simulated_daemon& life) {
    const bool same = life.stored().tokens == life.first_tokens();
    const bool all_new = std::ranges::none_of(life.stored().tokens, [&](const token& each) {
      return std::ranges::count(life.first_tokens(), each) > 0;
    });
    expect(kept ? same : all_new, same ? "they are the first ones" : "they are others");
  };
}

/// What may be expected of the TXT proof, after the word "txt".
scenario_act txt_finding(scenario_words& line) {
  const std::string kind{line.take("a finding")};
  const std::string detail{line.empty() ? "" : line.take("a reason")};
  return [kind, detail](simulated_daemon& life) {
    const finding& there = life.stored().txt_finding;
    expect(to_string(there.kind) == kind &&
               (detail.empty() || to_string(there.reason) == detail || there.observed == detail),
           stands(life, proof::txt));
  };
}

scenario_act txt_advice(scenario_words& line) {
  line.skip("contains");
  return [part = std::string{line.take("words in quotes")}](simulated_daemon& life) {
    const identity& subject = life.stored();
    const std::string said =
        explanation(subject.txt_finding, records_of(subject, proof::txt, simulated_naming).front());
    expect(said.find(part) != said.npos, said);
  };
}

scenario_act txt_token(scenario_words& line) {
  const bool kept = line.take_if("kept");
  if (!kept) line.skip("replaced");
  return [kept](simulated_daemon& life) {
    const bool same = life.stored().txt_token == life.first_txt_token();
    expect(kept == same, same ? "it is the first one" : "it is another");
  };
}

scenario_act txt_window(scenario_words& line) {
  line.skip("ends");
  line.skip("at");
  return [wanted = line.take_duration()](simulated_daemon& life) {
    const duration end = life.window_ends_at(proof::txt);
    expect(end == wanted, to_text(end));
  };
}

constexpr std::array txt_forms{
    expectation_form{"life", lives<proof::txt>, "txt life Pending Success"},
    expectation_form{"finding", txt_finding, "txt finding wrong_target [other_text]"},
    expectation_form{"advice", txt_advice, "txt advice contains \"publish it\""},
    expectation_form{"token", txt_token, "txt token kept | txt token replaced"},
    expectation_form{"window", txt_window, "txt window ends at 72h"},
};

/// txt STATUS [at TIME | by TIME] | txt FORM
scenario_act of_txt(scenario_words& line) {
  const std::string_view word = line.take("an expectation of the TXT proof");
  const auto found = std::ranges::find(txt_forms, word, &expectation_form::word);
  if (found != txt_forms.end()) return found->read(line);
  if (const auto wanted = dkim_status_from_string(word)) return status(*wanted, proof::txt, line);
  std::string known = "\n  txt Success | txt Success at 1h | txt Success by 1h3m";
  for (const expectation_form& each : txt_forms) known += "\n  " + std::string{each.form};
  throw std::runtime_error{"'" + std::string{word} +
                           "' is not an expectation of the TXT proof; there are:" + known};
}

constexpr std::array forms{
    expectation_form{"txt", of_txt, "txt Success | txt ... (what may follow stands there)"},
    expectation_form{"never", never, "never Failed until 100h"},
    expectation_form{"life", lives<proof::dkim>, "life Pending Success (every status there was, in order)"},
    expectation_form{"signing", signing, "signing on | signing off"},
    expectation_form{"sending", sending, "sending on | sending off"},
    expectation_form{
        "finding", seen,
        "finding 2 wrong_target [elsewhere.example.net] | finding all absent | finding some absent"},
    expectation_form{"advice", advice, "advice 1 contains \"publish it\""},
    expectation_form{"reason", reason, "reason contains \"window of 3 days\""},
    expectation_form{"checks", counted<&simulated_daemon::counters::checks>, "checks at most 300"},
    expectation_form{"lookups", counted<&simulated_daemon::counters::lookups>, "lookups at most 300"},
    expectation_form{"writes", counted<&simulated_daemon::counters::writes>, "writes at most 4 | writes 2"},
    expectation_form{"window", window, "window ends at 72h"},
    expectation_form{"next-check", next_check, "next-check by 1h10m | next-check never"},
    expectation_form{"tokens", tokens, "tokens kept | tokens replaced"},
};

}  // namespace

scenario_act read_expectation(scenario_words& line) {
  const std::string_view word = line.take("an expectation");
  if (const auto found = std::ranges::find(forms, word, &expectation_form::word); found != forms.end())
    return found->read(line);
  if (const auto wanted = dkim_status_from_string(word)) return status(*wanted, proof::dkim, line);
  std::string known = "\n  Success | Success at 1h | Success by 1h3m";
  for (const expectation_form& each : forms) known += "\n  " + std::string{each.form};
  throw std::runtime_error{"'" + std::string{word} + "' is not an expectation; there are:" + known};
}

}  // namespace easydkim::tests
