-- What requests are matched with, and what standings are made from.

-- Accepted for the item, ACTIVE, and covered: some own prefix fits, no excluded one does (P1, P12).
-- name: match_providers :many in: MatchQuery out: MatchProvidersResponse.matches cap: 201
SELECT q.provider AS "name.provider"
  FROM qualification q JOIN provider p ON p.platform = q.platform AND p.id = q.provider
 WHERE q.platform = :platform AND q.item = :item AND q.state = 3 AND q.provider > :after
	AND p.relation = 3
	AND EXISTS (SELECT 1 FROM provider_zone z WHERE z.platform = :platform
		AND z.provider = q.provider AND z.is_excluded = 0 AND z.prefix IN (:prefixes...9))
	AND NOT EXISTS (SELECT 1 FROM provider_zone x WHERE x.platform = :platform
		AND x.provider = q.provider AND x.is_excluded = 1 AND x.prefix IN (:prefixes...9))
 ORDER BY q.provider LIMIT :limit;

-- name: list_standings :many in: BatchGetStandingsRequest out: StandingRows.rows cap: 200
SELECT p.id AS "name.provider", p.kind, p.relation,
	COALESCE(p.accepted_terms, 0) AS "accepted_terms",
	COALESCE((SELECT MAX(t.number) FROM terms t WHERE t.platform = p.platform), 0)
		AS "current_terms",
	p.version
  FROM provider p
 WHERE p.platform = :platform AND p.id IN (:providers.provider...200)
	AND (:owner IS NULL OR p.id = :owner)
 ORDER BY p.id;
