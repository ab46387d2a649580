-- Password changes from the start date on, newest first.
SELECT user_id,
       change_date,
       change_type,
       change_source,
       ip_address,
       user_agent
  FROM password_changes
 WHERE change_date >= :start_date
 ORDER BY change_date DESC
