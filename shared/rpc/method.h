/* SPDX-License-Identifier: Apache-2.0 */
/* How a handler becomes a method of protobuf-c's vtable. */
#pragma once

#include "call/call.h"

/*
 * Defines serve_NAME, the function that `SERVICE_Service x = SERVICE__INIT(serve_);` expects: it
 * calls static struct status NAME(struct call *call, const Request *request, Reply *reply); A
 * missing handler or adaptor does not compile. The assert takes the ';' after the macro.
 */
#define RPC_METHOD(Service, name, Request, Reply)                                                  \
	static void serve_##name(Service##_Service *service, const Request *request,               \
				 Reply##_Closure closure, void *data)                              \
	{                                                                                          \
		struct call *call = data;                                                          \
		(void)service;                                                                     \
		(void)closure;                                                                     \
		call_finish(call, name(call, request, (Reply *)(void *)call->reply));              \
	}                                                                                          \
	_Static_assert(sizeof(((Service##_Service *)0)->name) == sizeof(void (*)(void)),           \
		       #Service " has no " #name)
