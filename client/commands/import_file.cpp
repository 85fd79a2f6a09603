// SPDX-License-Identifier: Apache-2.0
#include "client/commands/import_file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <system_error>
#include <unordered_map>

#include "client/commands/import_line.hpp"
#include "client/connection/connection.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

/// What a request line has besides its identities: method, id, account (at most 64 octets).
constexpr std::size_t envelope_octets = 512;

/// A domain as the daemon may write it back: case and a last dot do not count.
std::string key_of(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  std::string key{domain};
  std::ranges::transform(key, key.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return key;
}

struct batch {
  json::array items;
  std::size_t octets = envelope_octets;
  std::uint64_t read_to = 0;                                  // octets of the file, with its last line
  std::unordered_multimap<std::string, std::uint64_t> lines;  // by key_of the domain

  bool takes(std::size_t more) const {
    return items.size() < import_batch_identities && octets + more < import_batch_octets;
  }
};

class importing {
 public:
  importing(const command_line& line, console& where, std::istream& from, std::uint64_t size)
      : line_{line}, where_{where}, reader_{from}, size_{size}, daemon_{line.socket} {}

  int run() {
    import_line entry;
    while (whole_refusal_.empty() && reader_.next(entry)) take(entry);
    if (whole_refusal_.empty() && !filling_.items.empty()) send();
    while (!under_way_.empty()) collect();
    clear_progress(where_);
    if (!line_.json || !whole_refusal_.empty()) (line_.json ? where_.err : where_.out) << summary() << '\n';
    if (!whole_refusal_.empty()) throw failure{exit_refused, whole_refusal_};
    return refused_ == 0 ? exit_ok : exit_negative;
  }

 private:
  void take(import_line& entry) {
    if (!entry.fault.empty()) return refuse(entry.number, entry.domain, entry.fault);
    const std::size_t octets = json::serialize(entry.item).size() + 1;
    if (!filling_.takes(octets)) send();
    filling_.lines.emplace(key_of(entry.domain), entry.number);
    filling_.items.push_back(std::move(entry.item));
    filling_.octets += octets;
    filling_.read_to = reader_.octets_read();
  }

  void send() {
    if (under_way_.size() == import_batches_under_way) collect();
    json::object params = params_of(line_);
    params["Identities"] = std::move(filling_.items);
    const std::uint64_t id = daemon_.send("ImportIdentities", params);
    under_way_.emplace(id, sent{std::move(filling_.lines), filling_.read_to});
    filling_ = {};
  }

  /// Takes one answer, of any batch.
  void collect() {
    const connection::answer answer = daemon_.next_answer();
    const auto found = under_way_.find(answer.id);
    if (found == under_way_.end())
      throw failure{exit_unreachable,
                    "the daemon answered a call that was not made; see journalctl -u easydkimd"};
    if (answer.refused) {
      whole_refusal_ = *answer.refused;
    } else {
      if (line_.json) where_.out << one_line(answer.result) << '\n';
      imported_ += static_cast<std::uint64_t>(number_of(answer.result, "Imported"));
      existing_ += static_cast<std::uint64_t>(number_of(answer.result, "Existing"));
      for (const json::value& each : list_of(answer.result, "Refused"))
        if (each.is_object()) refuse(found->second.lines, each.get_object());
    }
    answered_ = std::max(answered_, found->second.read_to);
    under_way_.erase(found);
    progress();
  }

  using line_numbers = std::unordered_multimap<std::string, std::uint64_t>;

  /// A batch that the daemon has not answered yet.
  struct sent {
    line_numbers lines;
    std::uint64_t read_to;
  };

  /// A domain that stands in a batch twice is refused twice; each line is said once.
  void refuse(line_numbers& lines, const json::object& refusal) {
    const std::string domain = text_of(refusal, "Domain");
    const auto [first, last] = lines.equal_range(key_of(domain));
    const auto earliest =
        std::min_element(first, last, [](const auto& a, const auto& b) { return a.second < b.second; });
    const std::uint64_t number = first == last ? 0 : earliest->second;
    if (first != last) lines.erase(earliest);
    refuse(number, domain, text_of(refusal, "Message"));
  }

  void refuse(std::uint64_t number, const std::string& domain, const std::string& why) {
    ++refused_;
    clear_progress(where_);
    where_.err << printable(line_.file) << ':';
    if (number > 0) where_.err << number << ':';
    where_.err << ' ' << printable(domain) << ": " << printable(why) << '\n';
  }

  void progress() {
    if (!where_.err_is_terminal) return;
    std::string text = std::to_string(imported_ + existing_ + refused_) + " domains";
    if (size_ > 0) {
      constexpr std::uint64_t width = 40;
      const std::uint64_t answered = std::min(answered_, size_);
      const auto marks = static_cast<std::size_t>(width * answered / size_);
      text = "[" + std::string(marks, '#') + std::string(width - marks, ' ') + "] " +
             std::to_string(100 * answered / size_) + " %, " + text;
    }
    show_progress(where_, text);
  }

  std::string summary() const {
    return std::to_string(imported_) + " imported, " + std::to_string(existing_) + " existing, " +
           std::to_string(refused_) + " refused";
  }

  const command_line& line_;
  console& where_;
  import_reader reader_;
  std::uint64_t size_;  // of the file; 0 when it is not known
  connection daemon_;
  batch filling_;
  std::map<std::uint64_t, sent> under_way_;  // by the id of the call
  std::uint64_t answered_ = 0;               // octets of the file up to the last line that was answered
  std::string whole_refusal_;                // the daemon's sentence for a whole batch
  std::uint64_t imported_ = 0, existing_ = 0, refused_ = 0;
};

failure unreadable(const std::string& file, const std::string& why) {
  return {exit_usage,
          "cannot read " + file + ": " + why + "; give a file of domains, or - for standard input"};
}

}  // namespace

int run_import(const command_line& line, console& where) {
  if (line.file == "-") return importing{line, where, where.in, 0}.run();

  std::error_code error;
  if (std::filesystem::is_directory(line.file, error)) throw unreadable(line.file, "Is a directory");
  std::ifstream from{line.file, std::ios::binary};
  if (!from) throw unreadable(line.file, std::generic_category().message(errno));
  const auto size = std::filesystem::file_size(line.file, error);
  return importing{line, where, from, error ? 0 : size}.run();
}

}  // namespace easydkim
