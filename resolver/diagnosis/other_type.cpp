#include "resolver/diagnosis/other_type.hpp"

#include <algorithm>

#include "resolver/diagnosis/provider.hpp"

namespace easydkim {
namespace {

const dns_provider* provider_of_zone(const zone& of) {
  for (const zone_server& each : of.servers)
    if (const dns_provider* known = provider_of(each.name)) return known;
  return nullptr;
}

/// The first server that says that the name exists without a CNAME; null when none does.
boost::asio::awaitable<const testimony*> exists_without(examination& at, std::size_t record) {
  const auto said = co_await at.look(record);
  const auto first = std::ranges::find_if(said, [&](const testimony& each) {
    return standing_at(each, at.wanted(record)) == record_standing::no_such_type;
  });
  co_return first == said.end() ? nullptr : &*first;
}

/// One record of that type at the name.
struct other_record {
  std::string text;
  std::string server;
};

/// Those of the name itself; an answer that everything gets is `wildcard`'s.
boost::asio::awaitable<std::vector<other_record>> others(examination& at, std::size_t record, rr_type type) {
  std::vector<other_record> found;
  const testimony* without = co_await exists_without(at, record);
  if (without == nullptr) co_return found;
  const std::string& name = at.wanted(record).name;
  const testimony* said = co_await at.ask_at(without->name, name, type);
  if (said == nullptr || !said->counts) co_return found;
  for (const resource_record* each : said->said().answers(name, type)) {
    other_record one{.text = each->text, .server = said->server};
    found.push_back(std::move(one));
  }
  co_return found;
}

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

boost::asio::awaitable<std::optional<explained_by>> address(examination& at, std::size_t record) {
  for (const rr_type type : {rr_type::a, rr_type::aaaa})
    for (const other_record& each : co_await others(at, record, type)) {
      explained_by what{.observed = each.text, .server = each.server, .also = {}};
      if (const dns_provider* known = provider_of_zone(at.where())) what.also = known->name;
      co_return what;
    }
  co_return std::nullopt;
}

}  // namespace

probing txt_instead_of_cname(examination& at, std::size_t record) {
  for (const other_record& each : co_await others(at, record, rr_type::txt))
    if (in_lower_case(each.text).find(at.token_of(record)) != each.text.npos)
      co_return at.explained(diagnosis_code::txt_instead_of_cname, record,
                             {.observed = each.text, .server = each.server});
  co_return std::nullopt;
}

probing key_copied(examination& at, std::size_t record) {
  for (const other_record& each : co_await others(at, record, rr_type::txt))
    if (each.text.find("p=") != each.text.npos)
      co_return at.explained(diagnosis_code::key_copied, record,
                             {.observed = each.text, .server = each.server});
  co_return std::nullopt;
}

probing proxied(examination& at, std::size_t record) {
  const dns_provider* known = provider_of_zone(at.where());
  if (known == nullptr || known->does != dns_provider::habit::proxies) co_return std::nullopt;
  const auto seen = co_await address(at, record);
  if (!seen) co_return std::nullopt;
  co_return at.explained(diagnosis_code::proxied, record, *seen);
}

probing flattened(examination& at, std::size_t record) {
  const testimony* mine = co_await exists_without(at, record);
  if (mine == nullptr) co_return std::nullopt;
  if (const auto seen = co_await address(at, record))
    co_return at.explained(diagnosis_code::flattened, record, *seen);
  if (const auto texts = co_await others(at, record, rr_type::txt); !texts.empty()) co_return std::nullopt;

  // A name without any record: only where the server denies what does not exist in another way.
  const testimony* control = co_await at.ask_server(at.control_name(), rr_type::cname);
  if (control == nullptr || !control->said().says_no_such_name()) co_return std::nullopt;
  explained_by what{.observed = {}, .server = mine->server, .also = {}};
  if (const dns_provider* known = provider_of_zone(at.where())) what.also = known->name;
  co_return at.explained(diagnosis_code::flattened, record, what);
}

}  // namespace easydkim
