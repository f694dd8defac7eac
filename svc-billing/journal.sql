-- The journal: entries and their lines, added and never changed.

-- name: add_journal_entry :exec in: JournalEntry
INSERT INTO journal_entry (platform, id, version, kind, subscription, payment, period_start_us,
	period_end_us, create_us)
VALUES (:platform, :name.journal_entry, 1, :kind, :subscription.subscription, :payment.payment,
	:period_start_time, :period_end_time, :now);

-- name: add_journal_lines :each in: JournalLineRows.rows
INSERT INTO journal_line (platform, entry, account, amount_minor, currency)
VALUES (:platform, :entry.journal_entry, :account, :minor, :currency);

-- name: list_journal_entries :many in: ListJournalEntriesRequest,PageCursor out: ListJournalEntriesResponse.journal_entries cap: 201
SELECT id AS "name.journal_entry", version AS "etag", kind,
	subscription AS "subscription.subscription", payment AS "payment.payment",
	period_start_us AS "period_start_time", period_end_us AS "period_end_time",
	create_us AS "create_time"
  FROM journal_entry
 WHERE platform = :platform
   AND (:subscription.subscription IS NULL OR subscription = :subscription.subscription)
   AND (:id = '' OR id < :id)
 ORDER BY id DESC LIMIT :limit;

-- name: list_journal_lines :many in: ListJournalEntriesResponse out: JournalLineRows.rows cap: 1000
SELECT entry AS "entry.journal_entry", account, amount_minor AS "minor", currency
  FROM journal_line
 WHERE platform = :platform AND entry IN (:journal_entries.name.journal_entry...201)
 ORDER BY entry, account DESC;
