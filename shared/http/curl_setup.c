/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the library once and makes handles that are safe in a process with threads. */
#include "http/curl_setup.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start(void)
{
	curl_setup_check(curl_global_init(CURL_GLOBAL_DEFAULT));
}

void curl_setup_check(CURLcode code)
{
	if (code == CURLE_OK)
		return;
	fprintf(stderr, "libcurl: %s\n", curl_easy_strerror(code));
	abort();
}

CURL *curl_setup_handle(void)
{
	CURL *curl;

	pthread_once(&started, start);
	curl = curl_easy_init();
	if (!curl)
		curl_setup_check(CURLE_OUT_OF_MEMORY);
	CURL_SET(curl, CURLOPT_NOSIGNAL, 1L);
	CURL_SET(curl, CURLOPT_PROXY, "");
	CURL_SET(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	CURL_SET(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	CURL_SET(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	return curl;
}
