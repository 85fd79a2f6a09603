#include "resolver/txt_answer.hpp"

#include <algorithm>
#include <string>

#include "core/printable.hpp"

namespace easydkim {
namespace {

/// The character-strings of a TXT record (RFC 1035 section 3.3.14), one after the other.
class character_strings {
 public:
  explicit character_strings(octets data) noexcept : left_{data} {}

  /// Nothing at the end, and for a string that leaves the record.
  std::optional<std::string_view> next() noexcept {
    if (left_.empty() || left_.size() - 1 < left_[0]) return std::nullopt;
    const octets text = left_.subspan(1, left_[0]);
    left_ = left_.subspan(1 + text.size());
    return std::string_view{reinterpret_cast<const char*>(text.data()), text.size()};
  }
  bool at_end() const noexcept { return left_.empty(); }

 private:
  octets left_;
};

/// At least one string, and all of them inside the record.
bool is_well_formed(octets data) {
  character_strings strings{data};
  if (!strings.next()) return false;
  while (strings.next()) {
  }
  return strings.at_end();
}

bool is_text(octets data, std::string_view text) {
  character_strings strings{data};
  while (const auto each = strings.next()) {
    if (!text.starts_with(*each)) return false;
    text.remove_prefix(each->size());
  }
  return text.empty();
}

/// The text as it is shown; what is too long to be shown is not copied.
std::string shown(octets data) {
  constexpr std::size_t enough = 128;
  std::string joined;
  character_strings strings{data};
  for (auto each = strings.next(); each && joined.size() < enough; each = strings.next()) joined += *each;
  return excerpt(joined);
}

}  // namespace

std::optional<txt_answer> read_txt_answer(record_reader& records, std::size_t count,
                                          const message_name& asked, std::string_view text) {
  txt_answer seen;
  for (; count > 0; --count) {
    const auto each = records.next();
    if (!each) return std::nullopt;
    const bool of_the_name = each->is_in_class_in() && each->owner == asked;
    if (each->type == rr_type::dname || (of_the_name && each->type == rr_type::cname)) {
      const auto target = records.target(*each);
      if (!target) return std::nullopt;
      (each->type == rr_type::dname ? seen.redirection : seen.alias) = target;
    } else if (of_the_name && each->type == rr_type::txt) {
      const octets data = records.data(*each);
      if (!is_well_formed(data)) return std::nullopt;
      if (is_text(data, text)) {
        seen.has_ours = true;
      } else if (std::string other = shown(data); !seen.others || other < *seen.others) {
        seen.others = std::move(other);
      }
    }
  }
  return seen;
}

finding judge(const txt_answer& seen) {
  if (seen.redirection)
    return {finding_kind::wrong_target, finding_reason::redirected, "DNAME " + seen.redirection->text()};
  if (seen.alias) return {finding_kind::wrong_target, finding_reason::alias, seen.alias->text()};
  if (!seen.has_ours) return {finding_kind::wrong_target, finding_reason::other_text, *seen.others};
  return {finding_kind::found, finding_reason::none, {}};
}

}  // namespace easydkim
