-- Subscriptions of providers (S2, S9): at most one live one each.
-- unique: subscription_live = ALREADY_SUBSCRIBED

-- part: columns
id AS "name.subscription", version AS "etag", provider AS "provider.provider",
	period_interval AS "interval", state, plan_price AS "plan_price.plan_price",
	period_start_us AS "period_start_time", period_end_us AS "period_end_time",
	payment AS "payment.payment", create_us AS "create_time", update_us AS "update_time";

-- name: find_subscribe_facts :one in: BillingAccount out: SubscribeFacts
SELECT COALESCE(s.enabled, 0) AS "enabled", COALESCE(s.vat_bp, 0) AS "vat_basis_points",
	e.id IS NOT NULL AS "exempt", k.platform IS NOT NULL AS "payable",
	l.id AS "live.subscription", a.customer_id
  FROM billing_account a
  LEFT JOIN subscription_settings s ON s.platform = a.platform
  LEFT JOIN exemption e ON e.platform = a.platform AND e.id = a.provider AND e.end_us IS NULL
  LEFT JOIN payment_key k ON k.platform = a.platform
  LEFT JOIN subscription l ON l.platform = a.platform AND l.provider = a.provider AND l.live = 1
 WHERE a.platform = :platform AND a.provider = :provider.provider;

-- name: add_subscription :exec in: Subscription
INSERT INTO subscription (platform, id, version, provider, period_interval, state, plan_price,
	period_start_us, period_end_us, payment, create_us, update_us)
VALUES (:platform, :name.subscription, 1, :provider.provider, :interval, :state,
	:plan_price.plan_price, NULL, NULL, :payment.payment, :now, :now);

-- name: get_subscription :one in: GetSubscriptionRequest out: Subscription
SELECT {columns} FROM subscription WHERE platform = :platform AND id = :name.subscription
   AND (:owner IS NULL OR provider = :owner);

-- name: lock_subscription :one in: Subscription out: Subscription
SELECT {columns} FROM subscription WHERE platform = :platform AND id = :name.subscription
   AND (:owner IS NULL OR provider = :owner) FOR UPDATE;

-- name: list_subscriptions :many in: ListSubscriptionsRequest,PageCursor out: ListSubscriptionsResponse.subscriptions cap: 201
SELECT {columns} FROM subscription
 WHERE platform = :platform AND (:owner IS NULL OR provider = :owner)
   AND (:provider.provider IS NULL OR provider = :provider.provider)
   AND (:state = 0 OR state = :state) AND (:id = '' OR id < :id)
 ORDER BY id DESC LIMIT :limit;

-- name: set_subscription :exec1 in: Subscription
UPDATE subscription SET state = :state, period_start_us = :period_start_time,
	period_end_us = :period_end_time, update_us = :now, version = version + 1
 WHERE platform = :platform AND id = :name.subscription AND version = :etag;

-- name: add_subscription_period :exec in: SubscriptionPeriod
INSERT INTO subscription_period (platform, subscription, start_us, version, end_us, anchor_day,
	payment, create_us)
VALUES (:platform, :subscription.subscription, :start_time, 1, :end_time, :anchor_day,
	:payment.payment, :now);
