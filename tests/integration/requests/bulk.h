/* SPDX-License-Identifier: Apache-2.0 */
/* Many rows at once, written by SQL: what a platform has after years. */
#pragma once

#include <stdint.h>

/* Ids of what bulk_fill writes, 26 characters: kind 'r' requests, 'c' clients, 'p' providers, 'v'
 * interventions, 'm' messages, 'l' labels. In the test's arena. */
const char *bulk_id(char kind, unsigned number);

/* Requests of a platform are half an hour apart; number BULK_NOW begins now. */
#define BULK_COUNT 100000U
#define BULK_NOW 95000U

/* Who has most: client 1 a hundredth of the requests, provider 1 a fiftieth of offers and visits,
 * request BULK_CROWDED 1,500 offers and 2,000 messages. */
#define BULK_HEAVY 1U
#define BULK_CROWDED 50000U

/* Fills PLATFORM, and two platforms that sort before and behind it with a fifth as much each. */
void bulk_fill(void);

/*
 * Writes requests number first..last of PLATFORM for client 1 + number % `clients`, `number` x
 * `step_minutes` from now on, PENDING and OPEN if the number is even, else DONE and ASSIGNED, with
 * one offer (WAITING if even, else CHOSEN) to provider 1 + number % `clients`.
 */
void bulk_requests(unsigned first, unsigned last, unsigned clients, int step_minutes);
