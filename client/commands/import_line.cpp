// SPDX-License-Identifier: Apache-2.0
#include "client/commands/import_line.hpp"

#include <string_view>
#include <vector>

namespace easydkim {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blanks = " \t\r\v\f";

std::vector<std::string_view> words_of(std::string_view text) {
  text = text.substr(0, text.find('#'));
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(blanks, at)) != text.npos;) {
    const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::string fault_of(std::string_view text, const std::vector<std::string_view>& words) {
  if (text.size() > import_reader::longest_line)
    return "the line is longer than " + std::to_string(import_reader::longest_line) +
           " octets; write one domain a line";
  if (!is_utf8(text))
    return "the line is not UTF-8 text; write the domain in ASCII, or save the file as UTF-8";
  if (words.size() != 1 && words.size() != 4)
    return "the line has " + std::to_string(words.size()) +
           " words; write a domain alone, or a domain and its three tokens";
  return {};
}

json::object item_of(const std::vector<std::string_view>& words) {
  json::object item{{"Domain", words.front()}};
  if (words.size() == 4) item["DkimTokens"] = json::array{words[1], words[2], words[3]};
  return item;
}

}  // namespace

bool import_reader::next(import_line& entry) {
  while (next_text()) {
    std::string_view text{text_};
    if (number_ == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const auto words = words_of(text);
    if (words.empty()) continue;
    entry.number = number_;
    entry.domain = words.front();
    entry.fault = fault_of(text, words);
    entry.item = entry.fault.empty() ? item_of(words) : json::object{};
    return true;
  }
  return false;
}

bool import_reader::next_text() {
  text_.clear();
  bool any = false;
  std::streambuf& octets = *from_.rdbuf();
  for (;;) {
    const auto c = octets.sbumpc();
    if (c == std::char_traits<char>::eof()) break;
    any = true;
    ++octets_;
    if (c == '\n') break;
    if (text_.size() <= longest_line) text_ += static_cast<char>(c);
  }
  if (any) ++number_;
  return any;
}

}  // namespace easydkim
