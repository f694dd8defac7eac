/* SPDX-License-Identifier: Apache-2.0 */
/* A list of families, each with a list of series; only making and printing them takes the lock. */
#include "observe/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/text.h"

/* Upper bounds of the buckets; the last bucket takes the rest. */
static const struct {
	int64_t most_us;
	const char *label;
} buckets[] = {
    {1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},  {10000, "0.01"},     {25000, "0.025"},
    {50000, "0.05"},  {100000, "0.1"},	{250000, "0.25"}, {500000, "0.5"},     {1000000, "1"},
    {2500000, "2.5"}, {5000000, "5"},	{10000000, "10"}, {INT64_MAX, "+Inf"},
};

#define BUCKET_COUNT (sizeof buckets / sizeof buckets[0])

struct metric_series {
	struct metric_series *next; /* owned by the family */
	const struct metric *family;
	const char *values[METRIC_LABELS_MAX];
	atomic_int_least64_t value; /* Counter and gauge; of a histogram the sum in microseconds. */
	atomic_int_least64_t counts[]; /* BUCKET_COUNT of them in a histogram, not cumulative. */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct metric *first_family;
static struct metric **last_family = &first_family;

static size_t label_count(const struct metric *metric)
{
	size_t count = 0;

	while (metric->labels[count])
		count++;
	return count;
}

static bool has_values(const struct metric_series *series, const char *const *values)
{
	for (size_t i = 0; values[i]; i++) {
		if (strcmp(series->values[i], values[i]) != 0)
			return false;
	}
	return true;
}

static struct metric_series *find(const struct metric *metric, const char *const *values)
{
	struct metric_series *series = metric->first;

	while (series && !has_values(series, values))
		series = series->next;
	return series;
}

static struct metric_series *add_series(struct metric *metric, const char *const *values)
{
	bool histogram = metric->kind == METRIC_KIND_HISTOGRAM;
	size_t size = sizeof(struct metric_series) +
		      (histogram ? BUCKET_COUNT * sizeof(atomic_int_least64_t) : 0);
	struct metric_series *series = fatal_calloc(1, size);

	series->family = metric;
	for (size_t i = 0; values[i]; i++)
		series->values[i] = fatal_copy(values[i], strlen(values[i]));
	if (metric->last)
		metric->last->next = series;
	else
		metric->first = series;
	metric->last = series;
	metric->count++;
	return series;
}

/* Names that Prometheus' own lint would refuse are bugs of ours. */
static void register_family(struct metric *metric)
{
	struct text name = text_of(metric->name);

	assert(label_count(metric) <= METRIC_LABELS_MAX);
	assert(metric->kind != METRIC_KIND_COUNTER || text_ends_with(name, "_total"));
	assert(metric->kind != METRIC_KIND_HISTOGRAM || text_ends_with(name, "_seconds"));
	(void)name;
	*last_family = metric;
	last_family = &metric->next;
	metric->registered = true;
}

struct metric_series *metric_series(struct metric *metric, const char *const *values)
{
	static const char *const others[][METRIC_LABELS_MAX + 1] = {
	    {NULL},
	    {"other", NULL},
	    {"other", "other", NULL},
	    {"other", "other", "other", NULL},
	    {"other", "other", "other", "other", NULL},
	};
	struct metric_series *series;
	size_t count = 0;

	while (values[count])
		count++;
	assert(count == label_count(metric));
	pthread_mutex_lock(&lock);
	if (!metric->registered)
		register_family(metric);
	series = find(metric, values);
	if (!series && metric->count >= METRIC_SERIES_MAX) {
		values = others[count];
		series = find(metric, values);
	}
	if (!series)
		series = add_series(metric, values);
	pthread_mutex_unlock(&lock);
	return series;
}

void metric_add(struct metric_series *series, int64_t amount)
{
	assert(series->family->kind == METRIC_KIND_GAUGE ||
	       (series->family->kind == METRIC_KIND_COUNTER && amount >= 0));
	atomic_fetch_add_explicit(&series->value, amount, memory_order_relaxed);
}

void metric_set(struct metric_series *series, int64_t value)
{
	assert(series->family->kind == METRIC_KIND_GAUGE);
	atomic_store_explicit(&series->value, value, memory_order_relaxed);
}

void metric_raise(struct metric_series *series, int64_t value)
{
	int64_t former = atomic_load_explicit(&series->value, memory_order_relaxed);

	assert(series->family->kind == METRIC_KIND_GAUGE);
	while (value > former &&
	       !atomic_compare_exchange_weak_explicit(&series->value, &former, value,
						      memory_order_relaxed, memory_order_relaxed))
		;
}

void metric_observe_us(struct metric_series *series, int64_t duration_us)
{
	size_t bucket = 0;

	assert(series->family->kind == METRIC_KIND_HISTOGRAM);
	if (duration_us < 0)
		duration_us = 0;
	while (duration_us > buckets[bucket].most_us)
		bucket++;
	atomic_fetch_add_explicit(&series->counts[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&series->value, duration_us, memory_order_relaxed);
}

int64_t metric_value(const struct metric_series *series)
{
	int64_t total = 0;

	if (series->family->kind != METRIC_KIND_HISTOGRAM)
		return atomic_load_explicit(&series->value, memory_order_relaxed);
	for (size_t i = 0; i < BUCKET_COUNT; i++)
		total += atomic_load_explicit(&series->counts[i], memory_order_relaxed);
	return total;
}

static void write_escaped(FILE *file, const char *text, bool quotes)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", file);
		else if (*text == '\\' || (*text == '"' && quotes))
			fprintf(file, "\\%c", *text);
		else
			fputc(*text, file);
	}
}

/* `name_suffix{label="value",le="bound"} `, with `bound` NULL unless it is a bucket. */
static void write_key(FILE *file, const struct metric_series *series, const char *suffix,
		      const char *bound)
{
	const struct metric *family = series->family;
	const char *before = "{";

	fprintf(file, "%s%s", family->name, suffix);
	for (size_t i = 0; family->labels[i]; i++) {
		fprintf(file, "%s%s=\"", before, family->labels[i]);
		write_escaped(file, series->values[i], true);
		fputc('"', file);
		before = ",";
	}
	if (bound) {
		fprintf(file, "%sle=\"%s\"", before, bound);
		before = ",";
	}
	fputs(*before == ',' ? "} " : " ", file);
}

static void write_histogram(FILE *file, const struct metric_series *series)
{
	int64_t sum_us = atomic_load_explicit(&series->value, memory_order_relaxed);
	int64_t total = 0;

	for (size_t i = 0; i < BUCKET_COUNT; i++) {
		total += atomic_load_explicit(&series->counts[i], memory_order_relaxed);
		write_key(file, series, "_bucket", buckets[i].label);
		fprintf(file, "%" PRId64 "\n", total);
	}
	write_key(file, series, "_sum", NULL);
	fprintf(file, "%" PRId64 ".%06" PRId64 "\n", sum_us / 1000000, sum_us % 1000000);
	write_key(file, series, "_count", NULL);
	fprintf(file, "%" PRId64 "\n", total);
}

static void write_family(FILE *file, const struct metric *family)
{
	static const char *const kinds[] = {"counter", "gauge", "histogram"};

	fprintf(file, "# HELP %s ", family->name);
	write_escaped(file, family->help, false);
	fprintf(file, "\n# TYPE %s %s\n", family->name, kinds[family->kind]);
	for (const struct metric_series *series = family->first; series; series = series->next) {
		if (family->kind == METRIC_KIND_HISTOGRAM) {
			write_histogram(file, series);
			continue;
		}
		write_key(file, series, "", NULL);
		fprintf(file, "%" PRId64 "\n", metric_value(series));
	}
}

void metrics_write(FILE *file)
{
	pthread_mutex_lock(&lock);
	for (const struct metric *family = first_family; family; family = family->next)
		write_family(file, family);
	pthread_mutex_unlock(&lock);
}
