-- What decides who may apply (S10), of several providers at once.

-- name: find_entitlement_facts :many in: BatchGetEntitlementsRequest out: EntitlementFactsList.facts cap: 200
SELECT a.provider AS "provider.provider", a.version, e.id IS NOT NULL AS "exempt", s.state,
	s.period_end_us AS "period_end_time"
  FROM billing_account a
  LEFT JOIN exemption e ON e.platform = a.platform AND e.id = a.provider AND e.end_us IS NULL
  LEFT JOIN subscription s ON s.platform = a.platform AND s.provider = a.provider AND s.live = 1
 WHERE a.platform = :platform AND a.provider IN (:providers.provider...200)
   AND (:owner IS NULL OR a.provider = :owner);
