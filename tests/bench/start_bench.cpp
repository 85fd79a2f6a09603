// SPDX-License-Identifier: Apache-2.0
// How long a daemon with many identities takes from its start to being ready, and what of that its parts
// take; and how much memory it has then.
//
//   start_bench [--smoke] [FOLDER [COUNT...]]     FOLDER: where the stores are made and kept, to be measured
//   again
//
// Everything is in the page cache, as after a restart of the daemon. Half of the identities are pending.
#include <lmdb.h>

#include <functional>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/lmdb/page_check.hpp"
#include "core/store/lmdb/store_tables.hpp"
#include "core/store/records/big_endian.hpp"
#include "core/store/records/record.hpp"
#include "tests/bench/daemon_process.hpp"

namespace {

namespace fs = std::filesystem;
using namespace easydkim;
using steady = std::chrono::steady_clock;
using seconds = std::chrono::duration<double>;

struct target {
  std::uint64_t identities;
  double most_seconds;
};
constexpr target targets[] = {{1'000'000, 0.5}, {10'000'000, 5}};

void check(int code) {
  if (code != 0) throw std::runtime_error{::mdb_strerror(code)};
}

/// Writes a store as fast as LMDB takes it: both tables in the order of their keys.
class store_maker {
 public:
  store_maker(const fs::path& folder, std::uint64_t count) : count_{count} {
    fs::create_directories(folder);
    check(::mdb_env_create(&environment_));
    check(::mdb_env_set_mapsize(environment_, std::size_t{1} << 36));
    check(::mdb_env_set_maxdbs(environment_, store_tables::count));
    check(::mdb_env_open(environment_, folder.c_str(), MDB_NOSYNC, 0600));
    while (std::gcd(stride_, count_) != 1) ++stride_;
    write("records", [this](std::uint64_t at) { return record_at(at); });
    write("names", [this](std::uint64_t at) { return name_at(at); });
    write_numbers();
    check(::mdb_env_sync(environment_, 1));
  }
  ~store_maker() { ::mdb_env_close(environment_); }
  store_maker(const store_maker&) = delete;
  store_maker& operator=(const store_maker&) = delete;

 private:
  struct entry {
    std::string key, value;
  };

  // The identity with the id `i + 1` has the name number `i * stride_ % count_`, so that names come in no
  // order.
  std::string domain(std::uint64_t number) const {
    std::string digits = std::to_string(number);
    return "d" + std::string(9 - digits.size(), '0') + digits + ".example";
  }

  entry record_at(std::uint64_t i) {
    std::array<std::uint8_t, records_per_identity * token::octets> bits{};
    for (std::size_t at = 0; at < bits.size(); ++at)
      bits[at] = static_cast<std::uint8_t>((i >> at % 8 * 8) + at / token::octets * 85 + at);
    const std::uint64_t name = i * stride_ % count_;
    id_of_name_.resize(count_);
    id_of_name_[name] = static_cast<std::uint32_t>(i + 1);
    const time_point issued_at{std::chrono::hours{490'000}};
    identity made = issued({.account = "default",
                            .domain = domain_name::parse(domain(name)).value(),
                            .tokens = make_tokens(bits)},
                           issued_at);
    made.id = i + 1;
    if (i % 2 == 0) {
      made.dkim.status = dkim_status::success;
      made.dkim.verified_at = issued_at;
      made.dkim.checked_at = issued_at;
    }
    return {std::string{big_endian<8>{made.id}.bytes()}, encode(made)};
  }
  entry name_at(std::uint64_t name) const {
    return {store_tables::name_key("default", domain(name)),
            std::string{big_endian<8>{id_of_name_[name]}.bytes()}};
  }

  void write(const char* table, const std::function<entry(std::uint64_t)>& entry_at) {
    constexpr std::uint64_t in_group = 1'000'000;
    for (std::uint64_t from = 0; from < count_; from += in_group) {
      MDB_txn* group = nullptr;
      MDB_dbi opened = 0;
      check(::mdb_txn_begin(environment_, nullptr, 0, &group));
      check(::mdb_dbi_open(group, table, MDB_CREATE, &opened));
      for (std::uint64_t i = from; i < std::min(from + in_group, count_); ++i)
        put(group, opened, entry_at(i), MDB_APPEND);
      check(::mdb_txn_commit(group));
    }
  }
  void write_numbers() {
    MDB_txn* group = nullptr;
    MDB_dbi opened = 0;
    check(::mdb_txn_begin(environment_, nullptr, 0, &group));
    check(::mdb_dbi_open(group, "meta", MDB_CREATE, &opened));
    put(group, opened, {"format", std::string{big_endian<8>{1}.bytes()}}, 0);
    put(group, opened, {"next_id", std::string{big_endian<8>{count_ + 1}.bytes()}}, 0);
    put(group, opened, {"count", std::string{big_endian<8>{count_}.bytes()}}, 0);
    check(::mdb_txn_commit(group));
  }
  static void put(MDB_txn* group, MDB_dbi table, const entry& wanted, unsigned how) {
    MDB_val key{wanted.key.size(), const_cast<char*>(wanted.key.data())};
    MDB_val value{wanted.value.size(), const_cast<char*>(wanted.value.data())};
    check(::mdb_put(group, table, &key, &value, how));
  }

  std::uint64_t count_;
  std::uint64_t stride_ = 7'368'787;  // a prime
  std::vector<std::uint32_t> id_of_name_;
  MDB_env* environment_ = nullptr;
};

double timed(const std::function<void()>& action) {
  const auto begin = steady::now();
  action();
  return seconds{steady::now() - begin}.count();
}

double mebibytes(std::uint64_t octets) {
  return static_cast<double>(octets) / (1 << 20);
}

bool measure(const fs::path& folder, const target& wanted, bool is_smoke) {
  if (!fs::exists(folder / "store")) {
    store_maker{folder / "making", wanted.identities};
    fs::rename(folder / "making", folder / "store");
  }
  std::uint64_t memory = 0;
  double pages = 0, opened = 0, walked = 0, checked = 0, ready = 0;
  for (int round = 0; round < 2; ++round) {  // the first fills the page cache
    pages = timed([&] { check_pages(folder / "store" / "data.mdb"); });
    opened = walked = checked = 0;
    {
      std::optional<identity_store> store;
      opened = timed([&] { store.emplace(folder / "store", std::uint64_t{1} << 36); });
      walked = timed([&] { store->each_summary([](const identity_summary&) {}); });
      checked = timed([&] { store->check({}); });
    }
    std::optional<daemon_process> daemon;
    ready = timed([&] { daemon.emplace(folder); });
    memory = daemon->anonymous_memory();
  }
  std::printf(
      "%llu identities: pages checked %.2f s, store opened (with that) %.2f s, summaries read %.2f s; the "
      "check "
      "behind the start %.2f s\n",
      static_cast<unsigned long long>(wanted.identities), pages, opened, walked, checked);
  std::printf("row\tready after start, %llu identities\t%.2f s\t\t<= %.1f s\t%s\n",
              static_cast<unsigned long long>(wanted.identities), ready, wanted.most_seconds,
              is_smoke                       ? ""
              : ready <= wanted.most_seconds ? "reached"
                                             : "MISSED");
  const std::uint64_t most_memory = (std::uint64_t{30} << 20) + 32 * wanted.identities;
  std::printf("row\tanonymous memory, %llu identities\t%.0f MiB\t\t<= %.0f MiB\t%s\n",
              static_cast<unsigned long long>(wanted.identities), mebibytes(memory), mebibytes(most_memory),
              is_smoke                ? ""
              : memory <= most_memory ? "reached"
                                      : "MISSED");
  return is_smoke || (ready <= wanted.most_seconds && memory <= most_memory);
}

}  // namespace

int main(int argc, char** argv) {
  bool is_smoke = false;
  std::vector<std::string> given;
  for (const std::string_view argument : std::vector<std::string_view>(argv + 1, argv + argc))
    argument == "--smoke" ? void(is_smoke = true) : void(given.emplace_back(argument));
  try {
    const fs::path parent = given.empty() ? fs::current_path() : fs::path{given.front()};
    if (is_smoke) {
      std::string folder = (parent / "easydkim-bench-XXXXXX").string();
      require(::mkdtemp(folder.data()) != nullptr, "no folder can be made there");
      measure(folder, {.identities = 1000, .most_seconds = 1}, is_smoke);
      fs::remove_all(folder);
      return 0;
    }
    bool reached = true;
    for (const target& each : targets) {
      const std::string count = std::to_string(each.identities);
      if (given.size() > 1 && std::find(given.begin() + 1, given.end(), count) == given.end()) continue;
      const fs::path folder = parent / ("identities-" + count);
      fs::create_directories(folder);
      reached = measure(folder, each, is_smoke) && reached;
    }
    return reached ? 0 : 1;
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "start_bench: %s\n", failed.what());
    return 1;
  }
}
