-- What a subscription costs, from when (S2): versions, never changed.

-- part: columns
id AS "name.plan_price", version AS "etag", monthly_minor AS "monthly.minor",
	currency AS "monthly.currency", yearly_minor AS "yearly.minor",
	currency AS "yearly.currency", effective_us AS "effective_time", create_us AS "create_time";

-- name: add_plan_price :exec in: PlanPrice
INSERT INTO plan_price (platform, id, version, monthly_minor, yearly_minor, currency, effective_us,
	create_us)
VALUES (:platform, :name.plan_price, 1, :monthly.minor, :yearly.minor, :monthly.currency,
	:effective_time, :now);

-- name: get_plan_price :one in: GetPlanPriceRequest out: PlanPrice
SELECT {columns} FROM plan_price WHERE platform = :platform AND id = :name.plan_price;

-- name: list_plan_prices :many in: PageCursor out: ListPlanPricesResponse.plan_prices cap: 201
SELECT {columns} FROM plan_price
 WHERE platform = :platform
   AND (:id = '' OR effective_us < :time_us OR (effective_us = :time_us AND id < :id))
 ORDER BY effective_us DESC, id DESC LIMIT :limit;

-- name: find_plan_price_in_force :maybe out: PlanPrice
SELECT {columns} FROM plan_price WHERE platform = :platform AND effective_us <= :now
 ORDER BY effective_us DESC, id DESC LIMIT 1;
