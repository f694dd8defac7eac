/* SPDX-License-Identifier: Apache-2.0 */
/* What a verified token says about its bearer, by value: it outlives the token and any arena. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "entremise/common/v1/options.pb-c.h"

#define IDENTITY_SUBJECT_SIZE 65
#define IDENTITY_PLATFORM_SIZE 31

struct rpc_identity {
	Role role; /* Of the one it is for. */
	char subject[IDENTITY_SUBJECT_SIZE];
	char platform[IDENTITY_PLATFORM_SIZE]; /* An id, or "*". */
	char speaker[IDENTITY_SUBJECT_SIZE];   /* The subject of the token itself. */
	bool by_service;
	int64_t expires_us; /* Real time. */
};
