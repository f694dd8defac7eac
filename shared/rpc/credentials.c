/* SPDX-License-Identifier: Apache-2.0 */
/* Plaintext on both sides; mutual TLS would be made here. */
#include "rpc/credentials.h"

grpc_server_credentials *rpc_server_credentials(void)
{
	return grpc_insecure_server_credentials_create();
}

grpc_channel_credentials *rpc_channel_credentials(void)
{
	return grpc_insecure_credentials_create();
}
