/* SPDX-License-Identifier: Apache-2.0 */
/* What the clients of HTTP and SMTP share: the library's start, and options that must not fail. */
#pragma once

#include <curl/curl.h>

/* A new handle with what holds for both: no signals, no proxy of the environment, TLS 1.2. */
CURL *curl_setup_handle(void);

/* Sets one option; a refusal is a bug or no memory and ends the process. */
#define CURL_SET(curl, option, value) curl_setup_check(curl_easy_setopt((curl), (option), (value)))
void curl_setup_check(CURLcode code);
