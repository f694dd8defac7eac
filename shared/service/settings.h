/* SPDX-License-Identifier: Apache-2.0 */
/* The settings every server has, as one table (docs: --help). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

struct secret;

struct service_settings {
	const char *listen;
	const char *keys_file;
	const char *signing_key_file;
	bool allow_development_keys;
	const char *log_level;
	const char *audience;
	int64_t workers;
	int64_t queue_entries;
	int64_t message_bytes;
	int64_t deadline_ms;
	int64_t connection_age_ms;
	int64_t notice_ms;
	int64_t grace_ms;
	/* Of servers with tables only. */
	const char *db_socket;
	const char *db_host;
	int64_t db_port;
	const char *db_name;
	const char *db_user;
	struct secret *db_password;
	const char *seal_key_file;
	int64_t work_threads;
	const char *smtp_url;
	const char *mail_from;
	bool run_twice;
	const char *failpoint;
};

/* Rows of all servers, and those that servers with tables add. */
extern const struct config_row service_settings_rows[];
extern const size_t service_settings_count;
extern const struct config_row database_settings_rows[];
extern const size_t database_settings_count;
