-- Payments at the platform's payment provider, and the news of them.

-- part: columns
id AS "name.payment", version AS "etag", subscription AS "subscription.subscription",
	provider AS "provider.provider", sequence, state, amount_minor AS "amount.minor",
	currency AS "amount.currency", vat_minor AS "vat_amount.minor",
	currency AS "vat_amount.currency", vat_bp AS "vat_basis_points", checkout_url, external_id,
	failure, create_us AS "create_time", pay_us AS "pay_time";

-- name: add_payment :exec in: Payment
INSERT INTO payment (platform, id, version, subscription, provider, sequence, state, amount_minor,
	vat_minor, currency, vat_bp, checkout_url, external_id, failure, create_us, pay_us)
VALUES (:platform, :name.payment, 1, :subscription.subscription, :provider.provider, :sequence,
	:state, :amount.minor, :vat_amount.minor, :amount.currency, :vat_basis_points, '', NULL, '',
	:now, NULL);

-- name: add_payment_news :exec in: Payment
INSERT INTO payment_news (platform, payment, wanted, fetched)
VALUES (:platform, :name.payment, 0, 0);

-- name: get_payment :one in: GetPaymentRequest out: Payment
SELECT {columns} FROM payment WHERE platform = :platform AND id = :name.payment
   AND (:owner IS NULL OR provider = :owner);

-- name: list_payments :many in: ListPaymentsRequest,PageCursor out: ListPaymentsResponse.payments cap: 201
SELECT {columns} FROM payment
 WHERE platform = :platform AND (:owner IS NULL OR provider = :owner)
   AND (:subscription.subscription IS NULL OR subscription = :subscription.subscription)
   AND (:id = '' OR id < :id)
 ORDER BY id DESC LIMIT :limit;

-- name: lock_payment :one in: Payment out: Payment
SELECT {columns} FROM payment WHERE platform = :platform AND id = :name.payment FOR UPDATE;

-- name: set_payment :exec1 in: Payment
UPDATE payment SET state = :state, checkout_url = :checkout_url,
	external_id = NULLIF(:external_id, ''), failure = :failure, pay_us = :pay_time,
	version = version + 1
 WHERE platform = :platform AND id = :name.payment AND version = :etag;

-- name: find_payment_job :one in: Payment out: PaymentJob
SELECT p.id AS "payment.name.payment", p.version AS "payment.etag",
	p.subscription AS "payment.subscription.subscription",
	p.provider AS "payment.provider.provider", p.state AS "payment.state",
	p.amount_minor AS "payment.amount.minor", p.currency AS "payment.amount.currency",
	p.external_id AS "payment.external_id", a.customer_id, n.wanted, n.fetched
  FROM payment p
  JOIN billing_account a ON a.platform = p.platform AND a.provider = p.provider
  JOIN payment_news n ON n.platform = p.platform AND n.payment = p.id
 WHERE p.platform = :platform AND p.id = :name.payment;

-- name: lock_payment_news :maybe in: Payment out: PaymentJob
SELECT wanted, fetched FROM payment_news
 WHERE platform = :platform AND payment = :name.payment FOR UPDATE;

-- name: want_payment :exec1 in: Payment
UPDATE payment_news SET wanted = wanted + 1
 WHERE platform = :platform AND payment = :name.payment;

-- name: note_payment_fetched :exec1 in: Payment,PaymentJob
UPDATE payment_news SET fetched = :wanted
 WHERE platform = :platform AND payment = :name.payment;
