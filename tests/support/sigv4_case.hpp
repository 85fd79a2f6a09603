// SPDX-License-Identifier: Apache-2.0
// Requests that tests put together line by line, and the published cases of Signature Version 4.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/http/http_request.hpp"

namespace easydkim {

/// A request that owns its octets.
struct owned_request {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// Calls `use` with the view that the daemon's own code takes.
  template <class Use>
  auto viewed(const Use& use) const {
    std::vector<http_header> views;
    for (const auto& [name, value] : headers) views.push_back({name, value});
    return use(http_request{.method = method, .target = target, .headers = views, .body = body});
  }
};

struct sigv4_case {
  std::string name;     // "get-vanilla query"
  std::string refused;  // the name of a fault; empty: accepted
  owned_request request;
};

/// The cases of a file in the notation that sigv4_cases/published.txt describes at its head. Throws on a line
/// it cannot read.
inline std::vector<sigv4_case> published_cases(const std::filesystem::path& from) {
  struct written {
    std::string place, signed_headers, signature;
  } now;
  std::vector<sigv4_case> cases;
  const auto finish = [&] {
    if (cases.empty()) return;
    owned_request& to = cases.back().request;
    const bool in_query = now.place == "query";
    if (in_query) {
      std::string names;
      for (const char c : now.signed_headers) names += c == ';' ? std::string{"%3B"} : std::string{c};
      to.target += to.target.find('?') == std::string::npos ? '?' : '&';
      to.target +=
          "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2F"
          "aws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=" +
          names + "&X-Amz-Expires=3600&X-Amz-Signature=" + now.signature;
    } else {
      to.headers.emplace_back("Authorization",
                              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                              "aws4_request, SignedHeaders=" +
                                  now.signed_headers + ", Signature=" + now.signature);
    }
    to.headers.emplace_back("X-Amz-Date", "20150830T123600Z");
  };

  std::ifstream file{from};
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto space = line.find(' ');
    const std::string word = line.substr(0, space);
    std::string rest = space == line.npos ? "" : line.substr(space + 1);
    if (word == "case") {
      finish();
      now = {.place = rest.substr(rest.find(' ') + 1), .signed_headers = "", .signature = ""};
      cases.push_back({.name = rest, .refused = "", .request = {}});
      cases.back().request.headers.emplace_back("Host", "example.amazonaws.com");
    } else if (word == "request") {
      cases.back().request.method = rest.substr(0, rest.find(' '));
      cases.back().request.target = rest.substr(rest.find(' ') + 1);
    } else if (word == "header") {
      cases.back().request.headers.emplace_back(rest.substr(0, rest.find(':')),
                                                rest.substr(rest.find(':') + 1));
    } else if (word == "body") {
      cases.back().request.body = rest;
    } else if (word == "signed") {
      now.signed_headers = rest;
    } else if (word == "signature") {
      now.signature = rest;
    } else if (word == "refused") {
      cases.back().refused = rest;
    } else {
      throw std::runtime_error{from.native() + ": " + line};
    }
  }
  finish();
  return cases;
}

}  // namespace easydkim
