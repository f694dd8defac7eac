/* SPDX-License-Identifier: Apache-2.0 */
/* The journal: every movement of money as an entry of double-entry lines, written once. */
#include "journal.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "entremise/billing/v1/journal.pb-c.h"
#include "entremise/common/v1/money.pb-c.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "journal_lines.h"
#include "rpc/method.h"
#include "services.h"
#include "subscription_price.h"

#include "journal.sql.h"

static JournalEntry *new_entry(struct call *call, JournalKind kind, const Payment *payment)
{
	JournalEntry *entry =
	    (JournalEntry *)(void *)message_new(call->arena, &journal_entry__descriptor);

	entry->name = arena_text(call->arena, "platforms/%s/journalEntries/%s", call->platform,
				 call_new_id(call));
	entry->kind = kind;
	entry->subscription = payment->subscription;
	entry->create_time = call_timestamp(call, call->now_us);
	return entry;
}

/* Gives the entry its lines, as the caller sees them. */
static void add_line(struct call *call, JournalEntry *entry, const JournalLineRow *row)
{
	const ProtobufCFieldDescriptor *lines =
	    protobuf_c_message_descriptor_get_field_by_name(&journal_entry__descriptor, "lines");
	JournalLine *line =
	    (JournalLine *)(void *)message_new(call->arena, &journal_line__descriptor);

	line->account = (JournalAccount)row->account;
	line->amount = (Money *)(void *)message_new(call->arena, &money__descriptor);
	line->amount->minor = row->minor;
	line->amount->currency = row->currency;
	field_append(call->arena, &entry->base, lines, &line->base);
}

static struct status add_entry(struct call *call, JournalEntry *entry,
			       const struct journal_line *lines, size_t count,
			       const Payment *payment)
{
	JournalLineRows rows = JOURNAL_LINE_ROWS__INIT;

	rows.rows = arena_new(call->arena, JournalLineRow *, count);
	for (rows.n_rows = 0; rows.n_rows < count; rows.n_rows++) {
		JournalLineRow *row = arena_new(call->arena, JournalLineRow, 1);

		journal_line_row__init(row);
		row->entry = entry->name;
		row->account = (int32_t)lines[rows.n_rows].account;
		row->minor = lines[rows.n_rows].minor;
		row->currency = payment->amount->currency;
		rows.rows[rows.n_rows] = row;
		add_line(call, entry, row);
	}
	TRY(sql_add_journal_entry(call, entry));
	TRY(sql_add_journal_lines(call, &rows));
	return publish(call, &entry->base);
}

struct status journal_add_charge(struct call *call, const SubscriptionPeriod *period,
				 const Payment *payment)
{
	JournalEntry *entry = new_entry(call, JOURNAL_KIND__JOURNAL_KIND_CHARGE, payment);
	const struct subscription_price price = {.net_minor = payment->amount->minor -
							      payment->vat_amount->minor,
						 .vat_minor = payment->vat_amount->minor,
						 .gross_minor = payment->amount->minor,
						 .currency = payment->amount->currency};
	struct journal_line lines[JOURNAL_LINES_MAX];
	size_t count = journal_lines_of_charge(&price, lines);

	entry->period_start_time = period->start_time;
	entry->period_end_time = period->end_time;
	return add_entry(call, entry, lines, count, payment);
}

struct status journal_add_payment(struct call *call, const Payment *payment)
{
	JournalEntry *entry = new_entry(call, JOURNAL_KIND__JOURNAL_KIND_PAYMENT, payment);
	struct journal_line lines[JOURNAL_LINES_MAX];
	size_t count = journal_lines_of_payment(payment->amount->minor, lines);

	entry->payment = payment->name;
	return add_entry(call, entry, lines, count, payment);
}

/* Both lists are sorted by entry, one up and one down. */
static void share_lines(struct call *call, ListJournalEntriesResponse *reply,
			const JournalLineRows *rows)
{
	size_t next = rows->n_rows;

	for (size_t i = 0; i < reply->n_journal_entries; i++) {
		JournalEntry *entry = reply->journal_entries[i];

		while (next > 0 && strcmp(rows->rows[next - 1]->entry, entry->name) == 0)
			add_line(call, entry, rows->rows[--next]);
	}
}

static struct status list_journal_entries(struct call *call,
					  const ListJournalEntriesRequest *request,
					  ListJournalEntriesResponse *reply)
{
	JournalLineRows rows = JOURNAL_LINE_ROWS__INIT;
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	TRY(sql_list_journal_entries(call, request, &page, reply));
	TRY(sql_list_journal_lines(call, reply, &rows));
	share_lines(call, reply, &rows);
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(JournalService, list_journal_entries, ListJournalEntriesRequest,
	   ListJournalEntriesResponse);

JournalService_Service journal_service = JOURNAL_SERVICE__INIT(serve_);
