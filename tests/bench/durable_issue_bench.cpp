// SPDX-License-Identifier: Apache-2.0
// What a durable issue costs beside what the disk costs: VerifyDomainDkim over the control socket of a whole
// daemon, raw LMDB commits of the same records, and bare fsyncs, in turns, in one folder of one disk.
//
//   durable_issue_bench [--smoke] [FOLDER]     FOLDER: on the disk to be measured; else the present one
//
// Alone, a caller waits for one commit, so for two fsyncs. With 64 requests in flight they share commits.
#include <fcntl.h>
#include <lmdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <numeric>
#include <stdexcept>
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

constexpr std::size_t in_flight = 64;
constexpr double most_flushes_alone = 2;
constexpr double least_gain_together = 5;
constexpr double least_part_of_raw = 0.6;

struct amounts {
  int rounds = 12;
  std::size_t alone = 150;      // in each round
  std::size_t together = 5000;  // in each round
};
constexpr amounts smoke{.rounds = 1, .alone = 5, .together = 200};

std::string name_of(std::string_view kind, std::size_t number) {
  return std::string{kind} + std::to_string(number) + ".example";
}

/// Rewrites a page and calls fsync, which a commit cannot do less than twice.
class bare_file {
 public:
  explicit bare_file(const fs::path& where) : descriptor_{::open(where.c_str(), O_RDWR | O_CREAT, 0600)} {
    page_.fill('x');
    flush();
  }
  ~bare_file() { ::close(descriptor_); }
  bare_file(const bare_file&) = delete;
  bare_file& operator=(const bare_file&) = delete;

  void flush() {
    require(::pwrite(descriptor_, page_.data(), page_.size(), 0) > 0 && ::fsync(descriptor_) == 0,
            "the disk cannot be flushed");
  }

 private:
  std::array<char, 4096> page_{};
  int descriptor_;
};

/// The tables of the store, written to by nothing but LMDB.
class raw_lmdb {
 public:
  explicit raw_lmdb(const fs::path& folder) {
    fs::create_directory(folder);
    check(::mdb_env_create(&environment_));
    check(::mdb_env_set_mapsize(environment_, std::size_t{1} << 34));
    check(::mdb_env_set_maxdbs(environment_, store_tables::count));
    check(::mdb_env_open(environment_, folder.c_str(), 0, 0600));
    MDB_txn* first = nullptr;
    check(::mdb_txn_begin(environment_, nullptr, 0, &first));
    check(::mdb_dbi_open(first, "records", MDB_CREATE, &records_));
    check(::mdb_dbi_open(first, "names", MDB_CREATE, &names_));
    check(::mdb_dbi_open(first, "meta", MDB_CREATE, &meta_));
    check(::mdb_txn_commit(first));
  }
  ~raw_lmdb() { ::mdb_env_close(environment_); }
  raw_lmdb(const raw_lmdb&) = delete;
  raw_lmdb& operator=(const raw_lmdb&) = delete;

  void commit_one() { commit(1); }

  /// One transaction of `count` identities.
  void commit(std::size_t count) {
    MDB_txn* change = nullptr;
    check(::mdb_txn_begin(environment_, nullptr, 0, &change));
    for (std::size_t i = 0; i < count; ++i) put_one(change);
    check(::mdb_txn_commit(change));
  }

 private:
  void put_one(MDB_txn* change) {
    const std::string domain = name_of("raw", ++last_);
    std::array<std::uint8_t, records_per_identity * token::octets> bits{};
    fill_random(bits);
    identity fresh = issued(
        {.account = "default", .domain = domain_name::parse(domain).value(), .tokens = make_tokens(bits)},
        time_point{std::chrono::hours{500'000}});
    fresh.id = last_;
    const big_endian<8> id{last_};

    put(change, names_, store_tables::name_key("default", domain), id.bytes());
    put(change, records_, id.bytes(), encode(fresh));
    put(change, meta_, "next_id", id.bytes());
    put(change, meta_, "count", id.bytes());
  }

  static void check(int code) {
    if (code != 0) throw std::runtime_error{::mdb_strerror(code)};
  }
  static MDB_val value(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
  static void put(MDB_txn* change, MDB_dbi table, std::string_view key, std::string_view bytes) {
    MDB_val name = value(key), content = value(bytes);
    check(::mdb_put(change, table, &name, &content, 0));
  }

  MDB_env* environment_ = nullptr;
  MDB_dbi records_ = 0, names_ = 0, meta_ = 0;
  std::uint64_t last_ = 0;
};

/// A connection to the control socket that issues domains nobody issued before.
class client {
 public:
  explicit client(const fs::path& socket) : descriptor_{::socket(AF_UNIX, SOCK_STREAM, 0)} {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string path = socket.string();
    require(path.size() < sizeof address.sun_path, "the folder's path is too long for a socket in it");
    path.copy(address.sun_path, path.size());
    require(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
            "the daemon cannot be reached");
  }
  ~client() { ::close(descriptor_); }
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void issue_one() {
    ask(1);
    require(answers() == 1, "more answers than requests");
  }

  /// A request that needs no disk.
  void read_one() {
    send_lines(R"({"jsonrpc":"2.0","id":1,"method":"GetIdentityDkimAttributes","params":{"Identities":[")" +
               name_of("issued", 1) + "\"]}}\n");
    require(answers() == 1, "more answers than requests");
  }

  /// Issues `count`, always `in_flight` of them under way.
  void issue_many(std::size_t count) {
    std::size_t asked = std::min(in_flight, count), answered = 0;
    ask(asked);
    while (answered < count) {
      const std::size_t now = answers();
      answered += now;
      const std::size_t more = std::min(now, count - asked);
      ask(more);
      asked += more;
    }
  }

 private:
  void ask(std::size_t count) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i)
      lines += R"({"jsonrpc":"2.0","id":1,"method":"VerifyDomainDkim","params":{"Domain":")" +
               name_of("issued", ++last_) + "\"}}\n";
    send_lines(lines);
  }

  void send_lines(const std::string& lines) {
    require(::send(descriptor_, lines.data(), lines.size(), 0) == static_cast<::ssize_t>(lines.size()),
            "the daemon does not read");
  }

  /// How many answers came; at least one.
  std::size_t answers() {
    do {
      std::array<char, 65536> chunk;
      const ::ssize_t size = ::recv(descriptor_, chunk.data(), chunk.size(), 0);
      require(size > 0, "the daemon closed the connection");
      input_.append(chunk.data(), static_cast<std::size_t>(size));
    } while (input_.find('\n') == input_.npos);
    const std::size_t end = input_.rfind('\n') + 1;
    const std::string_view whole{input_.data(), end};
    require(whole.find("\"error\"") == whole.npos, "a request was refused");
    const auto count = static_cast<std::size_t>(std::ranges::count(whole, '\n'));
    input_.erase(0, end);
    return count;
  }

  int descriptor_;
  std::string input_;
  std::size_t last_ = 0;
};

double timed(const std::function<void()>& action) {
  const auto begin = steady::now();
  action();
  return seconds{steady::now() - begin}.count();
}

double percentile(std::vector<double> values, double part) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

struct measured {
  std::vector<double> flush, commit, issue, read;  // seconds each took, alone
  std::vector<double> together;                    // seconds for each, 64 in flight
  std::vector<double> grouped;                     // seconds for each, raw commits of 64
};

/// In turns, so that what else the machine does meets all of them.
measured measure(const fs::path& folder, const amounts& wanted) {
  const daemon_process daemon{folder};
  client asking{daemon.socket()};
  bare_file file{folder / "bare"};
  raw_lmdb raw{folder / "raw"};
  measured took;
  for (int round = 0; round < wanted.rounds; ++round) {
    for (std::size_t i = 0; i < wanted.alone; ++i) {
      took.flush.push_back(timed([&] { file.flush(); }));
      took.commit.push_back(timed([&] { raw.commit_one(); }));
      took.issue.push_back(timed([&] { asking.issue_one(); }));
      took.read.push_back(timed([&] { asking.read_one(); }));
    }
    took.together.push_back(timed([&] { asking.issue_many(wanted.together); }) /
                            static_cast<double>(wanted.together));
    // As many, so that both stay of one size.
    const std::size_t groups = wanted.together / in_flight;
    took.grouped.push_back(timed([&] {
                             for (std::size_t i = 0; i < groups; ++i) raw.commit(in_flight);
                           }) /
                           static_cast<double>(groups * in_flight));
  }
  return took;
}

void show(const char* what, const std::vector<double>& took) {
  std::printf("%-34s p50 %7.3f ms  p99 %7.3f ms\n", what, 1e3 * percentile(took, 0.5),
              1e3 * percentile(took, 0.99));
}

/// Whether all targets were reached.
bool report(const measured& took, bool is_smoke) {
  show("an fsync after one page", took.flush);
  show("a raw LMDB commit of one identity", took.commit);
  show("a durable issue, alone", took.issue);
  show("a request that only reads, alone", took.read);
  const double flush = percentile(took.flush, 0.5);
  const double commit = percentile(took.commit, 0.5);
  const double issue = percentile(took.issue, 0.5);
  // Rates hold what a stalled disk costs, so both are taken over all of the time.
  const double rate = 1 / mean(took.together), one_by_one = 1 / mean(took.commit);
  const double grouped = 1 / mean(took.grouped), part = rate / grouped;
  std::printf("durable issues with %zu in flight: %.0f a second\n", in_flight, rate);

  const double flushes = issue / flush, gain = rate / one_by_one;
  const auto verdict = [is_smoke](bool reached) { return is_smoke ? "" : reached ? "reached" : "MISSED"; };
  std::printf(
      "row\tdurable issue, alone\t%.2f ms = %.2f fsyncs\tfsync %.2f ms, raw commit %.2f ms, request without "
      "disk %.2f ms\t<= %.0f "
      "fsyncs\t%s\n",
      1e3 * issue, flushes, 1e3 * flush, 1e3 * commit, 1e3 * percentile(took.read, 0.5), most_flushes_alone,
      verdict(flushes <= most_flushes_alone));
  std::printf(
      "row\tdurable issue, %zu in flight\t%.0f /s = %.1f times\traw commits one by one: %.0f "
      "/s\t>= %.0f times\t%s\n",
      in_flight, rate, gain, one_by_one, least_gain_together, verdict(gain >= least_gain_together));
  std::printf("row\tthe same\t%.0f /s = %.0f %%\traw commits of %zu: %.0f /s\t>= %.0f %%\t%s\n", rate,
              100 * part, in_flight, grouped, 100 * least_part_of_raw, verdict(part >= least_part_of_raw));
  return flushes <= most_flushes_alone && gain >= least_gain_together && part >= least_part_of_raw;
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
    const measured took = measure(folder, is_smoke ? smoke : amounts{});
    fs::remove_all(folder);
    return report(took, is_smoke) || is_smoke ? 0 : 1;
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "durable_issue_bench: %s\n", failed.what());
    return 1;
  }
}
