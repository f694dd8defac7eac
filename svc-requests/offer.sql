-- Offers as their readers see them: a provider its own, a client those who applied once answered.

-- part: columns
o.request AS "name.service_request", o.provider AS "name.offer", o.version AS "etag",
	o.provider AS "provider.provider", o.state, r.item AS "item.item",
	r.item_title AS "terms.title", r.price_policy AS "terms.price_policy",
	r.price_minor AS "terms.price.minor", r.price_currency AS "terms.price.currency",
	r.vat_basis_points AS "terms.vat_basis_points", r.postcode, r.commune,
	r.start_us AS "start_time", r.end_us AS "end_time", o.create_us AS "create_time",
	o.apply_us AS "apply_time";

-- name: get_offer :one in: GetOfferRequest out: Offer
SELECT {columns} FROM offer o JOIN service_request r ON r.platform = o.platform AND r.id = o.request
 WHERE o.platform = :platform AND o.request = :name.service_request AND o.provider = :name.offer
   AND (:owner IS NULL OR o.provider = :owner);

-- name: batch_get_offers :many in: BatchGetOffersRequest out: BatchGetOffersResponse.offers cap: 50
SELECT {columns} FROM offer o JOIN service_request r ON r.platform = o.platform AND r.id = o.request
 WHERE o.platform = :platform AND o.request = :parent.service_request
   AND o.provider IN (:names.offer...50) AND (:owner IS NULL OR o.provider = :owner)
 ORDER BY o.provider;

-- name: list_offers_of_request :many in: ListOffersRequest,PageCursor out: ListOffersResponse.offers cap: 201
SELECT {columns} FROM offer o JOIN service_request r ON r.platform = o.platform AND r.id = o.request
 WHERE o.platform = :platform AND o.request = :parent.service_request AND (:id = '' OR o.provider < :id)
   AND (:state = 0 OR o.state = :state)
   AND (:provider.provider IS NULL OR o.provider = :provider.provider)
   AND (:owner IS NULL OR o.provider = :owner)
 ORDER BY o.provider DESC LIMIT :limit;

-- name: list_offers_of_provider :many in: ListOffersRequest,PageCursor out: ListOffersResponse.offers cap: 201
SELECT {columns} FROM offer o STRAIGHT_JOIN service_request r ON r.platform = o.platform AND r.id = o.request
 WHERE o.platform = :platform AND o.provider = COALESCE(:owner, :provider.provider)
   AND (:text = '' OR o.request < :text) AND (:state = 0 OR o.state = :state)
 ORDER BY o.request DESC LIMIT :limit;

-- name: list_answer :many in: ListOffersRequest,PageCursor out: ListOffersResponse.offers cap: 201
SELECT {columns} FROM service_request r JOIN offer o ON o.platform = r.platform AND o.request = r.id
 WHERE r.platform = :platform AND r.id = :parent.service_request AND r.client = :owner
   AND r.fulfilment IN (4, 5) AND o.state IN (2, 4) AND (:id = '' OR o.provider < :id)
   AND (:state = 0 OR o.state = :state)
   AND (:provider.provider IS NULL OR o.provider = :provider.provider)
 ORDER BY o.provider DESC LIMIT :limit;
