/* SPDX-License-Identifier: Apache-2.0 */
/* How connections are protected: the one place where transport credentials are made. */
#pragma once

#include <grpc/grpc_security.h>

/* Both are released by the caller. Plaintext: between hosts the suite runs inside one network. */
grpc_server_credentials *rpc_server_credentials(void);
grpc_channel_credentials *rpc_channel_credentials(void);
