// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probe.hpp"

#include <array>

#include "resolver/diagnosis/probes/chain.hpp"
#include "resolver/diagnosis/probes/infrastructure.hpp"
#include "resolver/diagnosis/probes/misplaced.hpp"
#include "resolver/diagnosis/probes/other_type.hpp"
#include "resolver/diagnosis/probes/our_witness.hpp"
#include "resolver/diagnosis/probes/same_name.hpp"
#include "resolver/diagnosis/probes/target_key.hpp"
#include "resolver/diagnosis/probes/unpublished.hpp"
#include "resolver/diagnosis/probes/visibility.hpp"
#include "resolver/diagnosis/probes/wrong_value.hpp"

namespace easydkim {
namespace {

using enum probe_row::scope;
using code = diagnosis_code;

constexpr std::array rows{
    // Whether anything can be known.
    probe_row{code::our_resolver_down, any, our_resolver_down},
    probe_row{code::no_such_domain, any, no_such_domain},
    probe_row{code::auth_unreachable, any, auth_unreachable},
    probe_row{code::dnssec_bogus, any, dnssec_bogus},
    // The very name, and more than there may be of it.
    probe_row{code::dname, cname, dname},
    probe_row{code::multiple_cname, cname, multiple_cname},
    probe_row{code::cname_and_other_data, cname, cname_and_other_data},
    // Published, but not for everybody.
    probe_row{code::private_zone, any, private_zone},
    probe_row{code::our_resolver_down, any, resolver_filters},
    probe_row{code::negative_cache, any, negative_cache},
    probe_row{code::stale_positive_cache, any, stale_positive_cache},
    probe_row{code::auth_inconsistent, any, auth_inconsistent},
    // The very name, and what else may be there.
    probe_row{code::wildcard, cname, wildcard},
    probe_row{code::txt_instead_of_cname, cname, txt_instead_of_cname},
    probe_row{code::key_copied, cname, key_copied},
    probe_row{code::proxied, cname, proxied},
    probe_row{code::other_type, cname, other_type},
    probe_row{code::flattened, cname, flattened},
    probe_row{code::cname_loop, cname, cname_loop},
    probe_row{code::cname_chain, cname, cname_chain},
    // Another name.
    probe_row{code::double_domain, cname, double_domain},
    // Before the next: it is the same place, and this says more.
    probe_row{code::www_prefix, cname, www_prefix},
    probe_row{code::missing_subdomain, cname, missing_subdomain},
    probe_row{code::underscore_refused, cname, underscore_refused},
    probe_row{code::swapped_fields, cname, swapped_fields},
    probe_row{code::stale_token, cname, stale_set},
    // Another value.
    probe_row{code::value_appended, cname, value_appended},
    probe_row{code::tokens_crossed, cname, tokens_crossed},
    probe_row{code::stale_token, cname, stale_token},
    probe_row{code::wrong_suffix, cname, wrong_suffix},
    probe_row{code::value_garbage, any, value_garbage},
    // Another zone.
    probe_row{code::ns_changed, any, ns_changed},
    probe_row{code::not_delegated_here, any, not_delegated_here},
    probe_row{code::nodata_without_soa, any, nodata_without_soa},
    probe_row{code::not_published, any, not_published},
    // In place, and yet.
    probe_row{code::txt_unresolvable, cname, txt_unresolvable},
    probe_row{code::target_key_missing, cname, target_key_missing},
    probe_row{code::auth_unreachable, any, fails_for_resolvers},
    probe_row{code::our_resolver_down, any, not_confirmed},
    probe_row{code::ent_nxdomain, cname, ent_nxdomain},
};

}  // namespace

std::span<const probe_row> probes() noexcept {
  return rows;
}

}  // namespace easydkim
