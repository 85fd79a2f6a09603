// SPDX-License-Identifier: Apache-2.0
// Explains why the records of an identity do not verify: runs the probes, and reports what they saw.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "core/diagnosis/domain_inspection.hpp"
#include "core/diagnosis/evidence.hpp"
#include "resolver/diagnosis/session/examination.hpp"
#include "resolver/zones/dns_view.hpp"

namespace easydkim {

/// What an inspection begins with; the members are those of an examination.
struct inspection_order {
  domain_name domain;
  std::string registrable{};
  std::string control_label;
  examination_order::witness asked = examination_order::witness::zone_servers;
};

/// Asks through `view`, within the budget of the order. Nothing that strangers send makes it throw.
class diagnostician {
 public:
  explicit diagnostician(dns_view view) : view_{std::move(view)} {}

  /// Looks at all records that somebody asked for. The observation has `diagnosed`, the zone, who has the
  /// records, and the answers. The diagnostician must outlive the coroutine.
  boost::asio::awaitable<observation> examine(examination_order order) const;

  /// What the owner had better know before publishing.
  boost::asio::awaitable<domain_inspection> inspect(inspection_order order) const;

 private:
  dns_view view_;
};

}  // namespace easydkim
