// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/awaited_domains.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

struct hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
using counts = std::array<std::size_t, urgencies>;
using names = std::unordered_map<std::string, counts, hash, std::equal_to<>>;

urgency most_urgent(const counts& of) noexcept {
  for (std::size_t each = of.size() - 1; each > 0; --each)
    if (of[each] > 0) return static_cast<urgency>(each);
  return urgency::poll;
}

void add(names& to, std::string_view name, urgency how) {
  auto at = to.find(name);
  if (at == to.end()) at = to.emplace(std::string{name}, counts{}).first;
  ++at->second[static_cast<std::size_t>(how)];
}

void remove(names& from, std::string_view name, urgency how) noexcept {
  const auto at = from.find(name);
  if (at == from.end()) return;
  --at->second[static_cast<std::size_t>(how)];
  if (std::ranges::all_of(at->second, [](std::size_t each) { return each == 0; })) from.erase(at);
}

}  // namespace

struct awaited_domains::all_names {
  names domains;
  names above;   // of those, up to the second level, and _domainkey there
  names labels;  // of tokens

  /// Calls `each` with every name that an interest counts beside its domain, and where.
  template <class Each>
  void visit(std::string_view domain, const std::vector<std::string>& tokens, Each each) {
    for (std::string_view name = parent_of(domain); name != "." && parent_of(name) != ".";
         name = parent_of(name)) {
      each(above, std::string{name});
      each(above, "_domainkey." + std::string{name});
    }
    for (const std::string& token : tokens) each(labels, token);
  }
};

awaited_domains::awaited_domains() : all_{std::make_shared<all_names>()} {}

awaited_domains::interest::interest(const awaited_domains& in, std::string domain, urgency how,
                                    std::vector<std::string> labels)
    : in_{in.all_}, domain_{std::move(domain)}, labels_{std::move(labels)}, how_{how} {
  add(in_->domains, domain_, how_);
  in_->visit(domain_, labels_, [this](names& to, const std::string& name) { add(to, name, how_); });
}

awaited_domains::interest& awaited_domains::interest::operator=(interest&& other) noexcept {
  end();
  in_ = std::move(other.in_);
  domain_ = std::move(other.domain_);
  labels_ = std::move(other.labels_);
  how_ = other.how_;
  return *this;
}

void awaited_domains::interest::end() noexcept {
  const std::shared_ptr<all_names> in = std::move(in_);
  if (!in) return;
  remove(in->domains, domain_, how_);
  in->visit(domain_, labels_, [this](names& from, const std::string& name) { remove(from, name, how_); });
}

urgency awaited_domains::of(std::string_view name) const {
  if (all_->domains.empty()) return urgency::poll;
  urgency most = urgency::poll;
  if (const auto at = all_->above.find(name); at != all_->above.end()) most = most_urgent(at->second);
  if (const auto at = all_->labels.find(name.substr(0, name.find('.'))); at != all_->labels.end())
    most = std::max(most, most_urgent(at->second));
  for (; name != "."; name = parent_of(name))
    if (const auto at = all_->domains.find(name); at != all_->domains.end())
      most = std::max(most, most_urgent(at->second));
  return most;
}

}  // namespace easydkim
