// SPDX-License-Identifier: Apache-2.0
#include "daemon/monitoring/status_file.hpp"

#include <fcntl.h>

#include <array>
#include <boost/json/array.hpp>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "daemon/json/identity_object.hpp"
#include "daemon/json/json_text.hpp"

namespace easydkim {

namespace json = boost::json;

namespace {

/// Two digits behind the point are what a person reads.
double rounded(double number) {
  return std::round(number * 100) / 100;
}

json::object identities_object(const census& counts) {
  json::object by_status;
  for (const dkim_status each :
       {dkim_status::pending, dkim_status::success, dkim_status::failed, dkim_status::temporary_failure})
    by_status[std::string{to_string(each)}] = counts.with_status(each);
  return by_status;
}

json::array faults_list(const std::vector<present_fault>& present) {
  json::array list;
  for (const present_fault& each : present)
    list.push_back({{"Fault", to_string(each.which)},
                    {"Since", to_rfc3339(each.since)},
                    {"What", each.what},
                    {"Remedy", each.remedy()}});
  return list;
}

/// Writes all of `text` and closes; false with errno set when that fails.
bool write_and_close(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  const int failed = text.empty() ? 0 : errno;
  ::close(descriptor);
  errno = failed;
  return failed == 0;
}

}  // namespace

std::string_view to_string(daemon_state state) noexcept {
  constexpr std::array<std::string_view, 4> words{"starting", "running", "stopping", "stopped"};
  return words[static_cast<std::size_t>(state)];
}

json::object status_object(const daemon_status& status) {
  const poller_figures& polling = status.polling;
  json::array servers;
  for (const std::string& each : status.servers) servers.emplace_back(each);
  json::object object{
      {"version", 1},
      {"state", to_string(status.state)},
      {"pid", status.pid},
      {"started_at", to_rfc3339(status.started_at)},
      {"updated_at", to_rfc3339(status.updated_at)},
      {"interval_seconds", rounded(static_cast<double>(status.interval.count()) / 1000)},
      {"identities", identities_object(status.identities)},
      {"signing_enabled", status.identities.signing_enabled()},
      {"polling",
       {{"lookups_total", polling.lookups_total},
        {"lookups_per_second", rounded(status.lookups_per_second)},
        {"in_flight", polling.in_flight},
        {"overdue", polling.overdue},
        {"lag_seconds", rounded(static_cast<double>(polling.lag.count()) / 1000)},
        {"last_lookup_at", time_or_null(polling.last_lookup_at)}}},
      {"resolver",
       {{"healthy", polling.resolver_healthy},
        {"mode", status.mode == config::resolver_settings::who::recursive ? "recursive" : "authoritative"},
        {"port_53", to_string(status.port)},
        {"no_answer_total", polling.no_answer_total},
        {"dropped_total", polling.dropped_total},
        {"servers", std::move(servers)}}},
      {"faults", faults_list(status.faults)},
      {"store",
       {{"used_bytes", status.store.used_bytes},
        {"file_bytes", status.store.file_bytes},
        {"size_bytes", status.store.size_bytes},
        {"commits_total", status.commits_total}}},
      {"control", {{"connections", status.connections}, {"requests_total", status.requests_total}}},
      {"last_change", nullptr}};
  if (status.last_change) object["last_change"] = change_object(*status.last_change);
  return object;
}

std::optional<std::string> write_status_file(const std::filesystem::path& file, const json::object& status) {
  const std::filesystem::path beside = file.string() + "." + std::to_string(::getpid());
  const auto failure = [&](const char* step) {
    std::string sentence = "status file " + file.string() + ": " + step + ": " + std::strerror(errno) +
                           "; check the directory and the space of status.file";
    ::unlink(beside.c_str());
    return sentence;
  };
  ::unlink(beside.c_str());  // left behind by a killed daemon that had our pid
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (descriptor < 0) return failure("could not be created");
  ::fchmod(descriptor, 0644);  // whatever the umask
  if (!write_and_close(descriptor, readable_json(status))) return failure("could not be written");
  if (::rename(beside.c_str(), file.c_str()) != 0) return failure("could not be replaced");
  return std::nullopt;
}

}  // namespace easydkim
