-- Offers as the handlers of requests and offers lock and store them.

-- name: add_gates :each in: GateBatch.gates
INSERT IGNORE INTO provider_gate (platform, provider, entitlement_version, standing_version, closed,
	closed_version)
VALUES (:platform, :provider, 0, 0, 0, 0);

-- name: share_gates :many in: GateBatch out: GateBatch.gates cap: 200
SELECT provider, closed FROM provider_gate
 WHERE platform = :platform AND provider IN (:gates.provider...200) ORDER BY provider
  LOCK IN SHARE MODE;

-- Made or not, the row is locked at once: to share it first and lock it then, two would block each other.
-- name: hold_gate :exec in: GateRow
INSERT INTO provider_gate (platform, provider, entitlement_version, standing_version, closed,
	closed_version)
VALUES (:platform, :provider, 0, 0, 0, 0)
ON DUPLICATE KEY UPDATE closed = closed;

-- name: lock_gate :one in: GateRow out: GateRow
SELECT provider, entitlement_version, standing_version, closed, closed_version FROM provider_gate
 WHERE platform = :platform AND provider = :provider FOR UPDATE;

-- name: find_asked :many in: AskedRow,ServiceRequest out: ListOffersResponse.offers cap: 200
SELECT provider AS "provider.provider" FROM offer
 WHERE platform = :platform AND request = :name.service_request
   AND provider IN (:offers.provider.provider...200) ORDER BY provider;

-- name: add_offers :each in: AskedRow.offers
INSERT INTO offer (platform, request, provider, version, state, start_us, end_us, apply_us, create_us)
VALUES (:platform, :name.service_request, :provider.provider, 1, :state, :start_time, :end_time, NULL,
	:now);

-- name: lock_application :one in: Offer out: ApplicationRow
SELECT g.provider AS "gate.provider", g.entitlement_version AS "gate.entitlement_version",
	g.standing_version AS "gate.standing_version", g.closed AS "gate.closed",
	r.id AS "request.name.service_request", r.version AS "request.etag",
	r.client AS "request.client.client", r.item AS "request.item.item",
	r.item_title AS "request.terms.title", r.price_policy AS "request.terms.price_policy",
	r.price_minor AS "request.terms.price.minor",
	r.price_currency AS "request.terms.price.currency",
	r.vat_basis_points AS "request.terms.vat_basis_points", r.postcode AS "request.postcode",
	r.commune AS "request.commune", r.street AS "request.street", r.note AS "request.note",
	r.start_us AS "request.start_time", r.end_us AS "request.end_time",
	r.billing_method AS "request.billing_method", r.origin AS "request.origin",
	r.status AS "request.status", r.fulfilment AS "request.fulfilment",
	r.required_applications AS "request.required_applications",
	r.offer_count AS "request.offer_count", r.application_count AS "request.application_count",
	r.refusal_count AS "request.refusal_count", r.provider AS "request.provider.provider",
	r.distribution AS "request.distribution",
	r.distributing AS "request.distributing", r.distribute_us AS "request.distribute_time",
	r.create_us AS "request.create_time",
	o.request AS "offer.name.service_request", o.provider AS "offer.name.offer",
	o.version AS "offer.etag", o.provider AS "offer.provider.provider", o.state AS "offer.state",
	o.apply_us AS "offer.apply_time", o.create_us AS "offer.create_time"
  FROM provider_gate g STRAIGHT_JOIN service_request r STRAIGHT_JOIN offer o
 WHERE g.platform = :platform AND g.provider = :name.offer AND r.platform = :platform
   AND r.id = :name.service_request AND o.platform = :platform AND o.request = :name.service_request
   AND o.provider = :name.offer
   AND (:owner IS NULL OR o.provider = :owner OR r.client = :owner)
   FOR UPDATE;

-- name: set_offer :exec1 in: Offer
UPDATE offer SET state = :state, apply_us = :apply_time, version = version + 1
 WHERE platform = :platform AND request = :name.service_request AND provider = :name.offer;

-- name: lock_offers :many in: ServiceRequest out: ListOffersResponse.offers cap: 2000
SELECT request AS "name.service_request", provider AS "name.offer", version AS "etag",
	provider AS "provider.provider", state, apply_us AS "apply_time", create_us AS "create_time"
  FROM offer WHERE platform = :platform AND request = :name.service_request
   AND state IN (1, 2, 4, 6) ORDER BY provider FOR UPDATE;
