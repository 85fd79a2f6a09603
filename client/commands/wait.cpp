// SPDX-License-Identifier: Apache-2.0
#include "client/commands/wait.hpp"

#include <algorithm>
#include <optional>
#include <ostream>

#include "client/connection/connection.hpp"
#include "client/text/duration_text.hpp"
#include "client/text/identity_text.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

constexpr std::chrono::seconds progress_interval{1};

/// Between two looks where the daemon has no place for one more watcher.
constexpr std::chrono::seconds look_interval{2};

std::string status_of(const json::object& identity) {
  return text_of(identity, "DkimVerificationStatus");
}

/// How the wait ends with this identity; nothing while it is undecided.
std::optional<int> decision(const json::object& identity) {
  const std::string status = status_of(identity);
  if (status == "Success") return exit_ok;
  if (status == "Failed") return exit_negative;
  return std::nullopt;
}

std::string progress_text(const json::object& identity, time_point now) {
  const records_seen counts = count_records(identity, which_records::of_dkim);
  std::string text = printable(text_of(identity, "Identity")) + ": " + printable(status_of(identity)) + ", " +
                     std::to_string(counts.found) + "/" + std::to_string(counts.all) + " in place";
  if (const auto next = parse_rfc3339(text_of(identity, "NextCheckAt")))
    text += *next > now ? ", next check in " + to_words(*next - now) : ", looking now";
  return text;
}

void print_end(const command_line& line, console& where, const json::object& identity, int how) {
  clear_progress(where);
  if (line.json) {
    where.out << one_line(identity) << '\n';
    return;
  }
  const std::string status = status_of(identity);
  where.out << printable(text_of(identity, "Identity")) << ": "
            << painted(where, printable(status), tone_of(status));
  if (how == exit_timed_out) where.out << ", still undecided after " << to_words(line.timeout);
  where.out << ", " << in_place_text(identity, which_records::of_dkim) << '\n';
  if (how != exit_ok) print_explanations(where, identity);
}

/// One wait: what was asked, and what is known.
class waiting {
 public:
  waiting(const command_line& line, console& where) : line_{line}, where_{where}, daemon_{line.socket} {}

  int run() {
    begin();
    const std::string created = text_of(identity_, "CreatedAt");
    if (status_of(identity_) == "NotStarted")
      throw failure{exit_refused, text_of(identity_, "Identity") + " is not being verified; start with: " +
                                      hint(line_, "verify", line_.names.front())};

    const auto deadline = line_socket::clock::now() + line_.timeout;
    for (;;) {
      if (const auto how = decision(identity_)) return end(*how);
      if (line_socket::clock::now() >= deadline) return end(exit_timed_out);
      if (next_change(deadline) || !watches_) {
        describe_again(created);
      } else if (check_is_due()) {
        describe();
      }
    }
  }

 private:
  int end(int how) {
    print_end(line_, where_, identity_, how);
    return how;
  }

  /// Watching first: a change between the two calls is told, one before them is seen.
  void begin() {
    std::optional<failure> refusal;
    try {
      daemon_.call("WatchIdentities", params_of(line_));
    } catch (const failure& why) {
      if (why.code != "Throttling") throw;
      refusal = why;
      watches_ = false;
    }
    try {
      describe();
    } catch (const failure& why) {
      // Where there is no place for the connection at all, the daemon has said so, and closed it.
      if (refusal && why.status == exit_unreachable) throw failure{*refusal};
      throw;
    }
  }

  void describe() {
    identity_ = daemon_.call("DescribeIdentity", params_of(line_, "Identity", line_.names.front()));
  }

  /// Shows progress on a terminal and waits: for a change of this identity, the deadline, a second to pass
  /// on a terminal, or the time of the next look. True after a change.
  bool next_change(line_socket::clock::time_point deadline) {
    auto until = watches_ ? deadline : std::min(deadline, line_socket::clock::now() + look_interval);
    if (where_.err_is_terminal) {
      show_progress(where_, progress_text(identity_, where_.now()));
      until = std::min(until, line_socket::clock::now() + progress_interval);
    }
    while (const auto change = daemon_.next_notification(until)) {
      if (text_of(change->params, "Identity") != text_of(identity_, "Identity") ||
          text_of(change->params, "Account") != text_of(identity_, "Account"))
        continue;
      if (change->method != "IdentityStatusChanged") return true;  // of the TXT record: only what is shown
      if (text_of(change->params, "From") == "Failed" || text_of(change->params, "To") == "Failed")
        was_failed_ = true;
      return true;
    }
    return false;
  }

  /// After a change: the identity may be gone, another one of the same name, or in a new window.
  void describe_again(const std::string& created) {
    try {
      describe();
    } catch (const failure& why) {
      if (why.code == "NotFound") throw deleted();
      throw;
    }
    if (text_of(identity_, "CreatedAt") != created) throw deleted();
    if (!was_failed_ || status_of(identity_) != "Pending") return;
    was_failed_ = false;
    clear_progress(where_);
    where_.err << "easydkim: " << printable(text_of(identity_, "Identity"))
               << " was restarted with the same records; waiting on\n";
  }

  failure deleted() const {
    clear_progress(where_);
    return {exit_refused, line_.names.front() + " was deleted while waiting; add it again with: " +
                              hint(line_, "verify", line_.names.front())};
  }

  bool check_is_due() const {
    const auto next = parse_rfc3339(text_of(identity_, "NextCheckAt"));
    return next && *next <= where_.now();
  }

  const command_line& line_;
  console& where_;
  connection daemon_;
  bool watches_ = true;
  json::object identity_;
  bool was_failed_ = false;  // since the status was last said
};

}  // namespace

int run_wait(const command_line& line, console& where) {
  return waiting{line, where}.run();
}

}  // namespace easydkim
