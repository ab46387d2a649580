-- Tokens created, revoked and expired from the start date on, newest first.
SELECT user_id,
       token_type,
       action,
       action_date,
       performed_by,
       ip_address
  FROM token_changes
 WHERE action_date >= :start_date
 ORDER BY action_date DESC
