// SPDX-License-Identifier: Apache-2.0
// LMDB's structures as they lie in a data file (data version 1 of lmdb 0.9, mdb.c: MDB_page, MDB_node,
// MDB_db, MDB_meta), in the word size and byte order of this machine. For page_check alone.
#pragma once

#include <cstddef>
#include <cstdint>

namespace easydkim::page_layout {

using page_number = std::size_t;

struct page_header {
  page_number number;
  std::uint16_t pad;
  std::uint16_t flags;
  std::uint16_t lower;  // end of the list of node offsets
  std::uint16_t upper;  // begin of the nodes; in an overflow page both are the count of pages
};

struct node_header {
  std::uint16_t low, high;  // leaf: size of the value; branch: page, with `flags` as its highest bits
  std::uint16_t flags;
  std::uint16_t key_size;
};

struct tree {
  std::uint32_t pad;
  std::uint16_t flags;
  std::uint16_t depth;
  std::size_t branch_pages, leaf_pages, overflow_pages, entries;
  page_number root;
};

struct meta {
  std::uint32_t magic;
  std::uint32_t version;
  std::uintptr_t address;
  std::size_t map_size;
  tree free, main;
  page_number last_page;
  std::size_t transaction;
};

inline constexpr std::uint16_t branch_page = 1;
inline constexpr std::uint16_t leaf_page = 2;
inline constexpr std::uint16_t overflow_page = 4;
inline constexpr std::uint16_t meta_page = 8;
inline constexpr std::uint16_t value_elsewhere = 1;  // node flag: in overflow pages
inline constexpr std::uint16_t value_is_tree = 2;    // node flag: a table

inline constexpr std::uint32_t magic = 0xBEEFC0DE;
inline constexpr std::uint32_t data_version = 1;
inline constexpr std::uint16_t integer_keys = 8;  // tree flag; only the free list has it
inline constexpr std::size_t longest_key = 511;
inline constexpr std::uint16_t deepest = 32;  // LMDB's cursors go no deeper
inline constexpr page_number first_data_page = 2;
inline constexpr page_number no_page = ~page_number{0};

}  // namespace easydkim::page_layout
