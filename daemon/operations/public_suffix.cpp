// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/public_suffix.hpp"

#include <libpsl.h>

#include <memory>
#include <stdexcept>

namespace easydkim {
namespace {

constexpr const char* debian_list = "/usr/share/publicsuffix/public_suffix_list.dafsa";

struct free_list {
  void operator()(psl_ctx_t* list) const noexcept { psl_free(list); }
};
using list_pointer = std::unique_ptr<psl_ctx_t, free_list>;

list_pointer load() {
  list_pointer list{psl_latest(debian_list)};
  if (!list) throw std::runtime_error{"there is no public suffix list; install the package publicsuffix"};
  return list;
}

const psl_ctx_t* list() {
  static const list_pointer loaded = load();
  return loaded.get();
}

}  // namespace

suffix_kind suffix_kind_of(const domain_name& domain) {
  // Without the rule "*", by which every unknown name of one label would be a suffix.
  const auto is_in = [&](int section) {
    return psl_is_public_suffix2(list(), domain.text().c_str(), section | PSL_TYPE_NO_STAR_RULE) != 0;
  };
  if (is_in(PSL_TYPE_ICANN)) return suffix_kind::registry;
  return is_in(PSL_TYPE_PRIVATE) ? suffix_kind::company : suffix_kind::none;
}

std::string registrable_domain(std::string_view domain) {
  std::string registrable;
  for (std::string below{domain};; below.erase(0, below.find('.') + 1)) {
    if (psl_is_public_suffix2(list(), below.c_str(), PSL_TYPE_ANY) != 0) return registrable;
    registrable = below;
    if (below.find('.') == below.npos) return {};
  }
}

}  // namespace easydkim
