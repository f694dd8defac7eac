/* SPDX-License-Identifier: Apache-2.0 */
/* W3C Trace Context: what ties the calls of several servers together. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define TRACE_PARENT_SIZE 56
#define TRACE_ID_SIZE 33

#define TRACE_SAMPLED 0x01

/* One span of one trace; neither id is all zero. */
struct trace {
	uint8_t trace_id[16];
	uint8_t span_id[8];
	uint8_t flags; /* TRACE_SAMPLED or 0. */
};

/* A trace that begins here, not sampled. The ids are unique, not secret. */
struct trace trace_new(void);

/* A new span within the parent's trace. */
struct trace trace_child(const struct trace *parent);

/* A traceparent header; higher versions are read as far as version 00 goes, as the norm asks. */
bool trace_parse(struct text header, struct trace *trace);

/* "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01". */
void trace_format(char out[TRACE_PARENT_SIZE], const struct trace *trace);

/* The trace id alone, as it stands in logs. */
void trace_format_id(char out[TRACE_ID_SIZE], const struct trace *trace);
