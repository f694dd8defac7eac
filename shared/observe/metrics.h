/* SPDX-License-Identifier: Apache-2.0 */
/* Counters, gauges and histograms in Prometheus' text format; updates are relaxed atomics. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define METRIC_LABELS_MAX 4

/* A family takes at most so many label sets; the rest falls into one, labelled "other". */
#define METRIC_SERIES_MAX 2048

enum metric_kind { METRIC_KIND_COUNTER, METRIC_KIND_GAUGE, METRIC_KIND_HISTOGRAM };

/* One set of label values of a family: the handle to update; lives as long as the process. */
struct metric_series;

/* A family, static in the module that counts, made with the macros below. */
struct metric {
	enum metric_kind kind;
	const char *name;
	const char *help;
	const char *labels[METRIC_LABELS_MAX + 1];

	/* Private to metrics.c. */
	struct metric *next;
	struct metric_series *first;
	struct metric_series *last;
	unsigned count;
	bool registered;
};

/*
 * static struct metric calls = METRIC_COUNTER("entremise_calls_total", "Calls.", "method", "code");
 * The label names may be left out. Names of counters end with _total, of histograms with _seconds.
 */
#define METRIC_COUNTER(...) METRIC_OF(METRIC_KIND_COUNTER, __VA_ARGS__, NULL)
#define METRIC_GAUGE(...) METRIC_OF(METRIC_KIND_GAUGE, __VA_ARGS__, NULL)
#define METRIC_HISTOGRAM(...) METRIC_OF(METRIC_KIND_HISTOGRAM, __VA_ARGS__, NULL)
#define METRIC_OF(kind_, name_, help_, ...)                                                        \
	{                                                                                          \
		.kind = (kind_), .name = (name_), .help = (help_), .labels = { __VA_ARGS__ }       \
	}

/*
 * The series of these label values, made on first use: METRIC_SERIES(&calls, "Get", "OK"), and
 * METRIC_SINGLE(&metric) for a family without labels. Takes a lock and copies the values: keep the
 * handle, do not ask per call. As many values as labels, else it aborts.
 */
#define METRIC_SERIES(metric, ...) metric_series((metric), (const char *const[]){__VA_ARGS__, NULL})
#define METRIC_SINGLE(metric) metric_series((metric), (const char *const[]){NULL})
struct metric_series *metric_series(struct metric *metric, const char *const *values);

/* Counters (amount >= 0) and gauges. */
void metric_add(struct metric_series *series, int64_t amount);

/* Gauges: the value now, and the highest so far. */
void metric_set(struct metric_series *series, int64_t value);
void metric_raise(struct metric_series *series, int64_t value);

/* Histograms, buckets from 1 ms to 10 s. */
void metric_observe_us(struct metric_series *series, int64_t duration_us);

/* The present value; of a histogram, how many were observed. For tests and health checks. */
int64_t metric_value(const struct metric_series *series);

/* All families that have a series, in the order of their first use. */
void metrics_write(FILE *file);
