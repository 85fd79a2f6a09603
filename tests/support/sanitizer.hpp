// SPDX-License-Identifier: Apache-2.0
// EASYDKIM_IS_SANITIZED: 1 in a program with a sanitizer that has an allocator of its own (address, thread).
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EASYDKIM_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define EASYDKIM_IS_SANITIZED 1
#endif
#endif
#ifndef EASYDKIM_IS_SANITIZED
#define EASYDKIM_IS_SANITIZED 0
#endif
