-- Closing a provider to new work (P9). The gate's row is locked before.

-- What ended more than a day ago is done as planned, untouched (Q4). No visit is longer than a day.
-- name: list_open_work :many in: CloseProviderRequest out: CloseProviderResponse.open_work cap: 50
SELECT CONCAT('platforms/', i.platform, '/interventions/', i.id) AS "open_work"
  FROM intervention i
 WHERE i.platform = :platform AND i.provider = :provider.provider AND i.state IN (1, 2)
   AND i.end_us > :now - 86400000000 AND i.start_us > :now - 172800000000
UNION ALL
SELECT CONCAT('platforms/', o.platform, '/serviceRequests/', o.request, '/offers/', o.provider)
  FROM offer o JOIN service_request r ON r.platform = o.platform AND r.id = o.request
 WHERE o.platform = :platform AND o.provider = :provider.provider AND o.state = 4
   AND o.end_us > :now - 86400000000 AND r.status IN (1, 2, 3)
   AND NOT EXISTS (SELECT 1 FROM intervention i WHERE i.platform = :platform
	AND i.request = o.request AND i.provider = o.provider)
 LIMIT 50;

-- name: set_gate_closed :exec1 in: GateRow
UPDATE provider_gate SET closed = :closed, closed_version = :closed_version
 WHERE platform = :platform AND provider = :provider;
