-- Applications that clash with work which was planned meanwhile (P2b).

-- name: find_clashing_application :maybe in: ClashRow out: Offer
SELECT request AS "name.service_request", provider AS "name.offer" FROM offer
 WHERE platform = :platform AND provider = :provider.provider AND state = 2
   AND start_us < :end_time AND end_us > :start_time
   AND request <> :service_request.service_request
 ORDER BY request LIMIT 1;
