// SPDX-License-Identifier: Apache-2.0
// What an import of many domains costs beside what LMDB costs: ImportIdentities over the control socket of a
// whole daemon, and raw LMDB puts of as many records and names, in groups of the size that the daemon's had,
// in turns, in two folders of one disk. Both stores begin empty and grow alike.
//
//   import_bench [--smoke] [FOLDER]     FOLDER: on the disk to be measured; else the present one
//
// The raw side has everything ready in memory: keys, values and their order. The daemon reads JSON, checks
// each name (IDNA, public suffixes), draws tokens, looks for what is there, encodes, counts and schedules.
#include <lmdb.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/lmdb/store_tables.hpp"
#include "core/store/records/big_endian.hpp"
#include "core/store/records/record.hpp"
#include "daemon/process/random.hpp"
#include "tests/bench/daemon_process.hpp"

namespace {

namespace fs = std::filesystem;
using namespace easydkim;
using steady = std::chrono::steady_clock;
using seconds = std::chrono::duration<double>;

// As `easydkim import` does (client/commands/import_file.hpp).
constexpr std::size_t in_batch = 1000;
constexpr std::size_t batches_under_way = 8;
constexpr double least_part = 0.6;

struct amounts {
  int rounds = 5;
  std::size_t each = 100'000;  // identities in a round
};
constexpr amounts smoke{.rounds = 1, .each = 4000};

/// Domains in no order, as customers come.
std::vector<std::string> domains_of(std::string_view kind, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::vector<std::string> domains;
  for (std::size_t i = 0; i < count; ++i) {
    std::string letters;
    for (std::uint64_t rest = random(); rest > 0; rest /= 26) letters += static_cast<char>('a' + rest % 26);
    domains.push_back(std::string{kind} + letters + ".example");
  }
  return domains;
}

class raw_lmdb {
 public:
  explicit raw_lmdb(const fs::path& folder) {
    fs::create_directory(folder);
    check(::mdb_env_create(&environment_));
    check(::mdb_env_set_mapsize(environment_, std::size_t{1} << 36));
    check(::mdb_env_set_maxdbs(environment_, store_tables::count));
    check(::mdb_env_open(environment_, folder.c_str(), 0, 0600));
    MDB_txn* first = nullptr;
    check(::mdb_txn_begin(environment_, nullptr, 0, &first));
    check(::mdb_dbi_open(first, "records", MDB_CREATE, &records_));
    check(::mdb_dbi_open(first, "names", MDB_CREATE, &names_));
    check(::mdb_txn_commit(first));
  }
  ~raw_lmdb() { ::mdb_env_close(environment_); }
  raw_lmdb(const raw_lmdb&) = delete;
  raw_lmdb& operator=(const raw_lmdb&) = delete;

  struct row {
    std::string name, id, record;
  };

  std::vector<row> rows_of(const std::vector<std::string>& domains) {
    std::vector<row> rows;
    for (const std::string& domain : domains) {
      std::array<std::uint8_t, records_per_identity * token::octets> bits{};
      fill_random(bits);
      identity fresh = issued(
          {.account = "default", .domain = domain_name::parse(domain).value(), .tokens = make_tokens(bits)},
          time_point{std::chrono::hours{500'000}});
      fresh.id = ++last_;
      rows.push_back({.name = store_tables::name_key("default", domain),
                      .id = std::string{big_endian<8>{last_}.bytes()},
                      .record = encode(fresh)});
    }
    return rows;
  }

  void import(const std::vector<row>& rows, std::size_t in_group) {
    for (std::size_t from = 0; from < rows.size(); from += in_group) {
      MDB_txn* group = nullptr;
      check(::mdb_txn_begin(environment_, nullptr, 0, &group));
      for (std::size_t i = from; i < std::min(from + in_group, rows.size()); ++i) {
        put(group, names_, rows[i].name, rows[i].id, MDB_NOOVERWRITE);
        put(group, records_, rows[i].id, rows[i].record, MDB_APPEND);
      }
      check(::mdb_txn_commit(group));
    }
  }

 private:
  static void check(int code) {
    if (code != 0) throw std::runtime_error{::mdb_strerror(code)};
  }
  static MDB_val value(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
  static void put(MDB_txn* group, MDB_dbi table, std::string_view key, std::string_view bytes, unsigned how) {
    MDB_val at = value(key), with = value(bytes);
    check(::mdb_put(group, table, &at, &with, how));
  }

  MDB_env* environment_ = nullptr;
  MDB_dbi records_ = 0, names_ = 0;
  std::uint64_t last_ = 0;
};

/// Imports as `easydkim import` does.
class importer {
 public:
  explicit importer(const fs::path& socket) : descriptor_{::socket(AF_UNIX, SOCK_STREAM, 0)} {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string path = socket.string();
    require(path.size() < sizeof address.sun_path, "the folder's path is too long for a socket in it");
    path.copy(address.sun_path, path.size());
    require(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
            "the daemon cannot be reached");
  }
  ~importer() { ::close(descriptor_); }
  importer(const importer&) = delete;
  importer& operator=(const importer&) = delete;

  /// The request lines, ready to be sent.
  static std::vector<std::string> lines_of(const std::vector<std::string>& domains) {
    std::vector<std::string> lines;
    for (std::size_t from = 0; from < domains.size(); from += in_batch) {
      std::string line = R"({"jsonrpc":"2.0","id":1,"method":"ImportIdentities","params":{"Identities":[)";
      for (std::size_t i = from; i < std::min(from + in_batch, domains.size()); ++i)
        line += std::string{i > from ? "," : ""} + R"({"Domain":")" + domains[i] + R"("})";
      lines.push_back(line + "]}}\n");
    }
    return lines;
  }

  /// Transactions of the daemon since its start.
  std::size_t commits_total() {
    send_line(R"({"jsonrpc":"2.0","id":1,"method":"GetStatus"})"
              "\n");
    return number_in_answer(R"("commits_total":)");
  }

  void import(const std::vector<std::string>& lines, std::size_t expected) {
    imported_ = 0;
    std::size_t sent = 0;
    for (std::size_t answered = 0; answered < lines.size(); ++answered) {
      while (sent < lines.size() && sent < answered + batches_under_way) send_line(lines[sent++]);
      imported_ += number_in_answer(R"("Imported":)");
    }
    require(imported_ == expected, "not all were imported");
  }

 private:
  void send_line(const std::string& line) {
    for (std::string_view rest = line; !rest.empty();) {
      const ::ssize_t size = ::send(descriptor_, rest.data(), rest.size(), 0);
      require(size > 0, "the daemon does not read");
      rest.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  std::size_t number_in_answer(std::string_view member) {
    std::size_t end = 0;
    while ((end = input_.find('\n')) == input_.npos) {
      std::array<char, 65536> chunk;
      const ::ssize_t size = ::recv(descriptor_, chunk.data(), chunk.size(), 0);
      require(size > 0, "the daemon closed the connection");
      input_.append(chunk.data(), static_cast<std::size_t>(size));
    }
    const std::size_t at = input_.find(member);
    require(at < end, "the daemon refused");
    const std::size_t number = std::stoul(input_.substr(at + member.size(), 20));
    input_.erase(0, end + 1);
    return number;
  }

  int descriptor_;
  std::string input_;
  std::size_t imported_ = 0;
};

template <class Action>
double timed(Action action) {
  const auto begin = steady::now();
  action();
  return seconds{steady::now() - begin}.count();
}

/// Whether the target was reached.
bool measure(const fs::path& folder, const amounts& wanted, bool is_smoke) {
  const daemon_process daemon{folder};
  importer ours{daemon.socket()};
  raw_lmdb raw{folder / "raw"};
  double raw_took = 0, ours_took = 0;
  std::size_t all_commits = 0;
  for (int round = 0; round < wanted.rounds; ++round) {
    const auto seed = static_cast<std::uint64_t>(round);
    const auto domains = domains_of("d", wanted.each, seed);
    const auto lines = importer::lines_of(domains);
    const auto rows = raw.rows_of(domains);
    const std::size_t commits_before = ours.commits_total();
    const double ours_now = timed([&] { ours.import(lines, wanted.each); });
    const std::size_t commits = ours.commits_total() - commits_before;
    const std::size_t in_group = (wanted.each + commits - 1) / commits;
    const double raw_now = timed([&] { raw.import(rows, in_group); });
    all_commits += commits;
    std::printf("%8zu there: raw LMDB %7.0f /s, ImportIdentities %7.0f /s\n",
                static_cast<std::size_t>(round) * wanted.each, static_cast<double>(wanted.each) / raw_now,
                static_cast<double>(wanted.each) / ours_now);
    raw_took += raw_now;
    ours_took += ours_now;
  }
  const double all = wanted.rounds * static_cast<double>(wanted.each);
  const double part = raw_took / ours_took;
  std::printf(
      "row\timport of %.0f domains\t%.0f /s = %.0f %%\traw LMDB, groups of about %zu: %.0f /s\t>= %.0f "
      "%%\t%s\n",
      all, all / ours_took, 100 * part, static_cast<std::size_t>(all) / all_commits, all / raw_took,
      100 * least_part,
      is_smoke             ? ""
      : part >= least_part ? "reached"
                           : "MISSED");
  return part >= least_part || is_smoke;
}

}  // namespace

int main(int argc, char** argv) {
  bool is_smoke = false;
  fs::path parent = fs::current_path();
  for (const std::string_view argument : std::vector<std::string_view>(argv + 1, argv + argc))
    argument == "--smoke" ? void(is_smoke = true) : void(parent = argument);
  try {
    std::string folder = (parent / "easydkim-bench-XXXXXX").string();
    require(::mkdtemp(folder.data()) != nullptr, "no folder can be made there");
    const bool reached = measure(folder, is_smoke ? smoke : amounts{}, is_smoke);
    fs::remove_all(folder);
    return reached ? 0 : 1;
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "import_bench: %s\n", failed.what());
    return 1;
  }
}
