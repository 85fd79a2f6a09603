// SPDX-License-Identifier: Apache-2.0
// How long it takes to know who signed a request.
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "daemon/ses_api/signature/sigv4.hpp"
#include "tests/support/sigv4_client.hpp"

namespace easydkim {
namespace {

void authenticate_request(benchmark::State& state, const owned_request& request) {
  const credentials keys = example_keys();
  request.viewed([&](const http_request& view) {
    for (auto _ : state) {
      auto account = authenticate(view, keys, {}, signed_at);
      if (!account) throw std::logic_error{account.error().message};
      benchmark::DoNotOptimize(account);
    }
  });
}

void signed_in_its_header(benchmark::State& state) {
  authenticate_request(state, signed_in_header(example_request(), {}));
}
BENCHMARK(signed_in_its_header);

void signed_in_its_query_string(benchmark::State& state) {
  authenticate_request(state, signed_in_query(example_query_request(), {.signed_headers = {"host"}}));
}
BENCHMARK(signed_in_its_query_string);

/// A batch of identities: the body decides.
void with_a_body_of_64_kib(benchmark::State& state) {
  auto request = example_request();
  request.body.assign(64 * 1024, 'x');
  authenticate_request(state, signed_in_header(std::move(request), {}));
}
BENCHMARK(with_a_body_of_64_kib);

void of_a_scope_not_seen_before(benchmark::State& state) {
  const secret from{example_secret};
  const credential_scope scope{"20150830", "us-east-1", "ses", "aws4_request"};
  for (auto _ : state) benchmark::DoNotOptimize(derived_key(from, scope));
}
BENCHMARK(of_a_scope_not_seen_before);

}  // namespace
}  // namespace easydkim

BENCHMARK_MAIN();
