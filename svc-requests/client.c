/* SPDX-License-Identifier: Apache-2.0 */
/* The records of clients (R6); a client sees its own only. */
#include "client.h"

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "rpc/method.h"
#include "services.h"

#include "client.sql.h"

struct status client_read(struct call *call, const char *name, Client **client)
{
	Client key = CLIENT__INIT;

	key.name = arena_text(call->arena, "%s", name);
	*client = (Client *)(void *)message_new(call->arena, &client__descriptor);
	return sql_read_client(call, &key, *client);
}

/* E-mail or phone is compulsory (R6): without either nobody could be reached. */
static struct status check_reachable(struct call *call, const Client *client)
{
	if (*client->email || *client->phone)
		return STATUS_OK;
	return call_invalid(call, "client.email", "or client.phone must be set");
}

static struct status create_client(struct call *call, const CreateClientRequest *request,
				   Client *client)
{
	TRY(check_reachable(call, request->client));
	*client = *(Client *)(void *)message_copy(call->arena, &request->client->base);
	client->name =
	    arena_text(call->arena, "platforms/%s/clients/%s", call->platform, call_new_id(call));
	client->etag = arena_text(call->arena, "%s", "");
	client->create_time = call_timestamp(call, call->now_us);

	TRY(sql_add_client(call, client)); /* ALREADY_EXISTS. */
	return publish(call, &client->base);
}
RPC_METHOD(ClientService, create_client, CreateClientRequest, Client);

static struct status get_client(struct call *call, const GetClientRequest *request, Client *client)
{
	return sql_get_client(call, request, client);
}
RPC_METHOD(ClientService, get_client, GetClientRequest, Client);

static struct status update_client(struct call *call, const UpdateClientRequest *request,
				   Client *client)
{
	TRY(sql_lock_client(call, request->client, client));
	TRY(call_apply_update(call, &client->base)); /* ETAG_MISMATCH. */
	TRY(check_reachable(call, client));

	TRY(sql_set_client(call, client)); /* ALREADY_EXISTS. */
	return publish(call, &client->base);
}
RPC_METHOD(ClientService, update_client, UpdateClientRequest, Client);

ClientService_Service client_service = CLIENT_SERVICE__INIT(serve_);
