-- Applications of a provider that was closed to new work (P9).

-- name: find_closed_application :maybe in: ClosedRow out: Offer
SELECT o.request AS "name.service_request", o.provider AS "name.offer"
  FROM provider_gate g JOIN offer o ON o.platform = g.platform AND o.provider = g.provider
 WHERE g.platform = :platform AND g.provider = :provider.provider AND g.closed = 1 AND o.state = 2
 ORDER BY o.request LIMIT 1;
