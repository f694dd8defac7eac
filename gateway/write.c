/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway never refuses a mutation by itself: its owner may have answered it before (X4). */
#include "write.h"

#include "entremise/common/v1/reason.pb-c.h"

struct status write_outcome(struct status facts, struct status write)
{
	if (facts.reason == 0 || write.reason == 0 ||
	    write.reason == REASON__REASON_REQUEST_ID_REUSED ||
	    write.reason == REASON__REASON_REQUEST_ID_EXPIRED)
		return write;
	return facts;
}
