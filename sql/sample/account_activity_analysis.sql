-- The sample database account_activity_analysis: password changes. Runs after changes.sql.
CREATE SCHEMA audit_logs;

CREATE TABLE audit_logs.password_changes (
  user_id VARCHAR NOT NULL,
  change_date TIMESTAMP NOT NULL,
  change_type VARCHAR,
  change_source VARCHAR,
  ip_address VARCHAR,
  user_agent VARCHAR
);
INSERT INTO audit_logs.password_changes
SELECT user_id,
       changed_at,
       pick('type ' || seed, ['CHANGE', 'RESET', 'RESET', 'FORCED']),
       pick('source ' || seed, ['WEB', 'WEB', 'MOBILE_APP', 'CALL_CENTRE']),
       address_of(seed),
       pick('agent ' || seed, ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36',
                               'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
                               'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
                               'curl/8.14.1',
                               NULL])
  FROM changes
 WHERE kind = 'password'
 ORDER BY changed_at;
