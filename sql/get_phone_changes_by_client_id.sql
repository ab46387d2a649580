-- Phone number changes from the start date on, newest first.
SELECT user_id,
       old_phone,
       new_phone,
       phone_type,
       change_date,
       changed_by
  FROM phone_changes
 WHERE change_date >= :start_date
 ORDER BY change_date DESC
