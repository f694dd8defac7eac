/* SPDX-License-Identifier: Apache-2.0 */
/* What a completion queue gives back: the next step of a call or stream. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Embedded in what it belongs to; found again with RPC_OWNER. Runs on the reactor's thread. */
struct rpc_tag {
	void (*step)(struct rpc_tag *tag, bool succeeded);
};

/* The struct of this type whose `member` the tag is. */
#define RPC_OWNER(tag, type, member) ((type *)(void *)((char *)(tag)-offsetof(type, member)))

/*
 * The core is not built for ThreadSanitizer, so it can't see that what happened before a tag was
 * given to the core happened before the queue returned it. GIVEN goes just before the call that
 * hands the tag over, TAKEN just after the queue has returned it.
 */
#if defined(__SANITIZE_THREAD__)
#define RPC_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RPC_THREAD_SANITIZER 1
#endif
#endif

#ifdef RPC_THREAD_SANITIZER
void AnnotateHappensBefore(const char *file, int line, const volatile void *address);
void AnnotateHappensAfter(const char *file, int line, const volatile void *address);
#define RPC_TAG_GIVEN(tag) AnnotateHappensBefore(__FILE__, __LINE__, (tag))
#define RPC_TAG_TAKEN(tag) AnnotateHappensAfter(__FILE__, __LINE__, (tag))
#else
#define RPC_TAG_GIVEN(tag) ((void)(tag))
#define RPC_TAG_TAKEN(tag) ((void)(tag))
#endif
