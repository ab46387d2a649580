-- E-mail changes from the start date on, newest first.
SELECT user_id,
       old_email,
       new_email,
       change_date,
       changed_by,
       change_reason
  FROM email_changes
 WHERE change_date >= :start_date
 ORDER BY change_date DESC
