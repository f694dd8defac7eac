/* SPDX-License-Identifier: Apache-2.0 */
/* The outcome of every function that can fail: a reason of the contract, by value. */
#pragma once

/*
 * One more fact about a refusal, in the arena of the call. With reason INVALID_ARGUMENT it is a
 * field violation (key = field path, value = what is wrong); with any other it is a pair of
 * ErrorInfo's metadata.
 */
struct status_detail {
	const char *key;		  /* borrowed */
	const char *value;		  /* borrowed */
	const struct status_detail *next; /* borrowed */
};

/*
 * `reason` is a number of the contract's enum Reason (api/entremise/common/v1/reason.proto), 0 is
 * success. `message` NULL means the text the contract declares for the reason. Both message and
 * details live as long as the call.
 */
struct status {
	int reason;
	const char *message;		     /* borrowed */
	const struct status_detail *details; /* borrowed */
};

#define STATUS_OK ((struct status){0})

/* Returns from the function when `expression` is not OK; the only macro that hides control flow. */
#define TRY(expression)                                                                            \
	do {                                                                                       \
		struct status try_status = (expression);                                           \
		if (try_status.reason != 0)                                                        \
			return try_status;                                                         \
	} while (0)

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A refusal with the contract's own text for `reason`. */
__attribute__((warn_unused_result)) static inline struct status status_of(int reason)
{
	return (struct status){.reason = reason};
}

/* A refusal with a text of its own, for instance one that names the field. */
__attribute__((warn_unused_result)) static inline struct status status_with(int reason,
									    const char *message)
{
	return (struct status){.reason = reason, .message = message};
}
