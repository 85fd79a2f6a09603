// SPDX-License-Identifier: Apache-2.0
// The rows of the catalogue of diagnoses. For diagnosis.cpp alone.
#pragma once

#include <span>
#include <string_view>

#include "core/diagnosis/diagnosis.hpp"

namespace easydkim {

/// A cause. Its sentence holds marks that a clue fills in:
///   {name} {value} {domain} {zone} {host} {observed} {server} {also} {words} {remedy} {until}   the clue's
///   members {record}   what the record should be: "a CNAME to VALUE", or "a TXT record that says VALUE"
/// What stands in [ ] is left out when a mark in it has nothing to show.
struct diagnosis_row {
  diagnosis_code code;
  std::string_view word;
  diagnosis_class who;
  verification_error error;
  std::string_view sentence;
  std::string_view
      warning{};  // before anything is published; empty: the sentence serves, or the code never warns
};

/// One row for each code but `none`, in the order of decision.
std::span<const diagnosis_row> diagnosis_rows() noexcept;

}  // namespace easydkim
