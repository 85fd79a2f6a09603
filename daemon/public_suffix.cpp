#include "daemon/public_suffix.hpp"

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

}  // namespace

bool is_public_suffix(const domain_name& domain) {
  static const list_pointer list = load();
  // Without the rule "*", by which every unknown name of one label would be a suffix.
  return psl_is_public_suffix2(list.get(), domain.text().c_str(), PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) !=
         0;
}

}  // namespace easydkim
