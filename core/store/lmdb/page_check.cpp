// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/page_check.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/lmdb/page_layout.hpp"
#include "core/store/lmdb/paged_file.hpp"
#include "core/store/store_error.hpp"

namespace easydkim {
namespace {

using namespace page_layout;

template <class T>
T at(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::string page_text(page_number number) {
  return "page " + std::to_string(number);
}

struct node {
  std::uint16_t flags;
  std::string_view key;
  std::string_view value;  // leaf: the value, the address of its overflow page, or a `tree`
  std::size_t value_size;  // leaf: also when the value is elsewhere
  page_number child;       // branch
};

/// Whether a search finds what a walk meets: each key is greater than those before it, and between two
/// subtrees stands a key that is greater than all of the first, and not greater than any of the second.
struct key_order {
  bool integers = false;
  std::optional<std::string> bound;
  bool bound_is_key = false;  // and no key may be the same

  bool is_less(std::string_view one, std::string_view other) const {
    if (!integers || one.size() != sizeof(std::size_t) || other.size() != sizeof(std::size_t))
      return one < other;
    return at<std::size_t>(one, 0) < at<std::size_t>(other, 0);
  }

  bool takes(std::string_view next, bool is_key) {
    if (bound && (bound_is_key ? !is_less(*bound, next) : is_less(next, *bound))) return false;
    if (bound)
      bound->assign(next);
    else
      bound.emplace(next);
    bound_is_key = is_key;
    return true;
  }
};

class walk {
 public:
  walk(const std::filesystem::path& file, std::optional<std::uint64_t> snapshot)
      : path_{file}, file_{file}, snapshot_{snapshot} {}

  checked_pages run() {
    const meta newest = head();
    file_pages_ = file_.size() / page_size_;
    last_page_ = newest.last_page;
    used_.resize(file_pages_);

    std::vector<tree> tables;
    visit(newest.main, 0, [&](const node& each) { tables.push_back(table_in(each)); });
    for (const tree& table : tables) {
      std::size_t pages = 0;  // of values too large for a leaf, as evidence may be
      visit(table, 0, [&](const node& each) {
        if (each.flags == value_elsewhere)
          pages += pages_of(overflow_value(each).size());
        else if (each.flags != 0)
          refuse("a value is not where values of a store are");
      });
      if (pages != table.overflow_pages) refuse("a table does not have the pages that its head counts");
    }
    const auto in_use = static_cast<std::uint64_t>(std::ranges::count(used_, true)) + first_data_page;
    visit(newest.free, integer_keys, [&](const node& each) { check_free_pages(each); });

    // Pages that were taken and given back in one transaction are never written, so a whole file may end
    // before them; all other pages must be there.
    if (last_page_ >= file_pages_ + free_behind_end_) refuse("it is cut off: its last pages are missing");
    return {.in_use = in_use, .page_size = page_size_};
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const { refuse_damaged(path_, what); }

  meta meta_at(page_number number) const {
    std::string bytes(sizeof(page_header) + sizeof(meta), '\0');
    file_.read(bytes.data(), bytes.size(), number * page_size_);
    const auto header = at<page_header>(bytes, 0);
    const auto found = at<meta>(bytes, sizeof header);
    if (header.number != number || header.flags != meta_page || found.magic != magic)
      refuse("its head is not that of an LMDB file");
    if (found.version != data_version) refuse("its head names a version of LMDB's format that is not ours");
    return found;
  }

  /// The head of the snapshot, or the newest.
  meta head() {
    const meta first = meta_at(0);
    page_size_ = first.free.pad;
    if (!std::has_single_bit(page_size_) || page_size_ < 512 || page_size_ > 65536)
      refuse("its head names no possible page size");
    const meta second = meta_at(1);
    if (second.free.pad != first.free.pad) refuse("its two heads name different page sizes");
    const meta& newest = first.transaction < second.transaction ? second : first;
    // Even ones write the first head, odd ones the second, and by that LMDB finds the head that it reads.
    if ((newest.transaction % 2 == 0) != (&newest == &first)) refuse("its newest head is overwritten");
    if (!snapshot_ || newest.transaction == *snapshot_) return newest;
    const meta& other = &newest == &first ? second : first;
    // A head is overwritten by the next but one commit, the pages of a snapshot that is held are not.
    if (other.transaction != *snapshot_) throw snapshot_overtaken{};
    return other;
  }

  /// Notes that `count` pages from `number` are in use, or free; no page is so twice.
  void take(page_number number, std::size_t count) {
    if (number < first_data_page || number > last_page_ || count > last_page_ - number + 1)
      refuse(page_text(number) + " is none that it can have");
    for (page_number each = number; each < number + count; ++each) {
      if (each >= file_pages_) refuse("it is cut off: " + page_text(each) + " lies behind its end");
      if (used_[each]) refuse(page_text(each) + " is used twice");
      used_[each] = true;
    }
  }

  /// Valid until the next page is asked for.
  std::string_view page(page_number number, std::uint16_t kind) {
    const std::string_view bytes = file_.page(number, page_size_);
    header_in(bytes, number, kind);
    return bytes;
  }

  page_header header_in(std::string_view bytes, page_number number, std::uint16_t kind) const {
    const auto header = at<page_header>(bytes, 0);
    // Nothing else: LMDB would change a page that is marked as changed already where it is mapped for reading.
    if (header.number != number || header.flags != kind)
      refuse(page_text(number) + " is overwritten");
    return header;
  }

  using visitor = std::function<void(const node&)>;

  /// Calls `each` with every entry of `whole`, and compares what was seen with its counts.
  void visit(const tree& whole, std::uint16_t flags, const visitor& each) {
    if (whole.flags != flags || whole.depth > deepest || (whole.root == no_page) != (whole.depth == 0))
      refuse("the head of a table is overwritten");
    tree counted{};
    order_ = {.integers = (flags & integer_keys) != 0, .bound = {}};
    if (whole.root != no_page) visit_page(whole.root, whole, 1, counted, each);
    if (counted.entries != whole.entries || counted.leaf_pages != whole.leaf_pages ||
        counted.branch_pages != whole.branch_pages)
      refuse("a table does not have the entries that its head counts");
  }

  void visit_page(page_number number, const tree& whole, std::uint16_t depth, tree& counted,
                  const visitor& each) {
    take(number, 1);
    const bool is_leaf = depth == whole.depth;
    std::string_view bytes = page(number, is_leaf ? leaf_page : branch_page);
    const std::string kept{is_leaf ? std::string_view{} : bytes};
    if (!is_leaf) bytes = kept;
    const std::size_t nodes = nodes_in(bytes, number);
    ++(is_leaf ? counted.leaf_pages : counted.branch_pages);
    for (std::size_t i = 0; i < nodes; ++i) {
      const node found = node_in(bytes, i, number, is_leaf);
      // The first node of a branch page is for all keys that are less than the second; its own is not used.
      if ((is_leaf || i > 0) && !order_.takes(found.key, is_leaf))
        refuse(page_text(number) + " has a key that is not in order");
      if (is_leaf) {
        ++counted.entries;
        each(found);
      } else {
        visit_page(found.child, whole, static_cast<std::uint16_t>(depth + 1), counted, each);
      }
    }
  }

  std::size_t nodes_in(std::string_view bytes, page_number number) const {
    const auto header = at<page_header>(bytes, 0);
    if (header.lower <= sizeof header || header.lower % 2 != 0 || header.lower > header.upper ||
        header.upper > page_size_)
      refuse(page_text(number) + " is overwritten");
    return (header.lower - sizeof header) / 2;
  }

  node node_in(std::string_view bytes, std::size_t index, page_number number, bool is_leaf) const {
    const std::size_t offset = at<std::uint16_t>(bytes, sizeof(page_header) + 2 * index);
    if (offset < at<page_header>(bytes, 0).upper || offset + sizeof(node_header) > page_size_)
      refuse(page_text(number) + " is overwritten");
    const auto header = at<node_header>(bytes, offset);
    const std::size_t low_half = header.low | std::size_t{header.high} << 16;

    node found{.flags = is_leaf ? header.flags : std::uint16_t{0},
               .key = {},
               .value = {},
               .value_size = is_leaf ? low_half : 0,
               .child = is_leaf ? 0 : low_half};
    if constexpr (sizeof(page_number) > 4)
      if (!is_leaf) found.child |= page_number{header.flags} << 32;

    const std::size_t value_size = found.flags == value_elsewhere ? sizeof(page_number) : found.value_size;
    const std::string_view rest = bytes.substr(offset + sizeof header);
    if (header.key_size > longest_key || (is_leaf && header.key_size == 0) ||
        header.key_size + value_size > rest.size())
      refuse(page_text(number) + " is overwritten");
    found.key = rest.substr(0, header.key_size);
    found.value = rest.substr(header.key_size, value_size);
    return found;
  }

  tree table_in(const node& found) const {
    if (found.flags != value_is_tree || found.value.size() != sizeof(tree))
      refuse("an entry in its list of tables is overwritten");
    return at<tree>(found.value, 0);
  }

  /// An entry of the free list: a count, and as many page numbers.
  void check_free_pages(const node& found) {
    const std::string elsewhere = found.flags == value_elsewhere ? overflow_value(found) : std::string{};
    const std::string_view list = elsewhere.empty() ? found.value : std::string_view{elsewhere};
    if ((found.flags & ~value_elsewhere) != 0 || found.key.size() != sizeof(std::size_t) ||
        list.size() < sizeof(page_number) || at<page_number>(list, 0) > list.size() / sizeof(page_number) - 1)
      refuse("its free list is overwritten");
    for (page_number i = 1; i <= at<page_number>(list, 0); ++i) {
      const auto number = at<page_number>(list, i * sizeof(page_number));
      if (number >= file_pages_ && number <= last_page_)
        ++free_behind_end_;
      else
        take(number, 1);
    }
  }

  /// That a value of `size` octets takes outside the leaf.
  std::size_t pages_of(std::size_t size) const {
    return (sizeof(page_header) + size + page_size_ - 1) / page_size_;
  }

  std::string overflow_value(const node& found) {
    const auto number = at<page_number>(found.value, 0);
    const std::size_t pages = pages_of(found.value_size);
    take(number, pages);
    std::string front(sizeof(page_header), '\0');  // by itself: the leaf is still being looked at
    file_.read(front.data(), front.size(), number * page_size_);
    const page_header header = header_in(front, number, overflow_page);
    if ((header.lower | std::size_t{header.upper} << 16) != pages)
      refuse(page_text(number) + " is overwritten");
    std::string value(found.value_size, '\0');
    file_.read(value.data(), value.size(), number * page_size_ + sizeof header);
    return value;
  }

  std::filesystem::path path_;
  paged_file file_;
  std::optional<std::uint64_t> snapshot_;
  std::size_t page_size_ = 0;
  std::size_t file_pages_ = 0;  // whole ones
  page_number last_page_ = 0;
  std::vector<bool> used_;
  std::size_t free_behind_end_ = 0;
  key_order order_{};  // of the table that is walked
};

}  // namespace

checked_pages check_pages(const std::filesystem::path& file, std::optional<std::uint64_t> snapshot) {
  return walk{file, snapshot}.run();
}

}  // namespace easydkim
