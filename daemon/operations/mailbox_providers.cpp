// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/mailbox_providers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace easydkim {
namespace {

constexpr std::array<std::string_view, 106> providers{
    "126.com",        "163.com",       "abv.bg",        "alice.it",       "aol.com",        "aol.de",
    "arcor.de",       "att.net",       "bellsouth.net", "bigpond.com",    "bk.ru",          "bluewin.ch",
    "btinternet.com", "comcast.net",   "daum.net",      "email.cz",       "fastmail.fm",    "free.fr",
    "freemail.hu",    "freenet.de",    "gmail.com",     "gmx.at",         "gmx.ch",         "gmx.com",
    "gmx.de",         "gmx.fr",        "gmx.net",       "googlemail.com", "hanmail.net",    "hotmail.co.uk",
    "hotmail.com",    "hotmail.de",    "hotmail.es",    "hotmail.fr",     "hotmail.it",     "hotmail.nl",
    "hushmail.com",   "icloud.com",    "ig.com.br",     "inbox.lv",       "inbox.ru",       "interia.pl",
    "juno.com",       "kpnmail.nl",    "laposte.net",   "libero.it",      "list.ru",        "live.co.uk",
    "live.com",       "live.de",       "live.fr",       "live.it",        "live.nl",        "mac.com",
    "mail.com",       "mail.ru",       "me.com",        "msn.com",        "naver.com",      "o2.pl",
    "op.pl",          "optonline.net", "orange.fr",     "outlook.com",    "outlook.de",     "outlook.es",
    "outlook.fr",     "outlook.it",    "pm.me",         "posteo.de",      "proton.me",      "protonmail.ch",
    "protonmail.com", "qq.com",        "rambler.ru",    "rediffmail.com", "rocketmail.com", "seznam.cz",
    "sfr.fr",         "t-online.de",   "terra.com.br",  "tiscali.it",     "tuta.com",       "tutanota.com",
    "uol.com.br",     "verizon.net",   "virgilio.it",   "wanadoo.fr",     "web.de",         "wp.pl",
    "ya.ru",          "yahoo.ca",      "yahoo.co.in",   "yahoo.co.jp",    "yahoo.co.uk",    "yahoo.com",
    "yahoo.com.br",   "yahoo.de",      "yahoo.es",      "yahoo.fr",       "yahoo.in",       "yahoo.it",
    "yandex.com",     "yandex.ru",     "ymail.com",     "zohomail.com"};
static_assert(std::ranges::is_sorted(providers));

}  // namespace

bool is_of_mailbox_provider(const domain_name& domain) noexcept {
  std::string_view name = domain.text();
  while (!std::ranges::binary_search(providers, name)) {
    const std::size_t dot = name.find('.');
    if (dot == name.npos) return false;
    name.remove_prefix(dot + 1);
  }
  return true;
}

}  // namespace easydkim
