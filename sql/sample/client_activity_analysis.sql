-- The sample database client_activity_analysis: e-mail, phone and token changes. Runs after changes.sql.
CREATE SCHEMA event_logs;

CREATE TABLE event_logs.email_changes (
  user_id VARCHAR NOT NULL,
  old_email VARCHAR,
  new_email VARCHAR,
  change_date TIMESTAMP NOT NULL,
  changed_by VARCHAR,
  change_reason VARCHAR
);
INSERT INTO event_logs.email_changes
SELECT user_id,
       email_of(first_name, last_name, '@example.com'),
       email_of(first_name, last_name, draw('mailbox ' || seed, 90) + 10 || pick('domain ' || seed, ['@example.org', '@example.net'])),
       changed_at,
       actor_of(seed),
       pick('reason ' || seed, ['requested by client', 'address no longer in use', 'change of employer', 'typing error corrected', NULL])
  FROM changes
 WHERE kind = 'email'
 ORDER BY changed_at;

CREATE TABLE event_logs.phone_changes (
  user_id VARCHAR NOT NULL,
  old_phone VARCHAR,
  new_phone VARCHAR,
  phone_type VARCHAR,
  change_date TIMESTAMP NOT NULL,
  changed_by VARCHAR
);
INSERT INTO event_logs.phone_changes
SELECT user_id,
       phone_of('old ' || seed),
       phone_of('new ' || seed),
       pick('type ' || seed, ['MOBILE', 'MOBILE', 'HOME', 'WORK']),
       changed_at,
       actor_of(seed)
  FROM changes
 WHERE kind = 'phone'
 ORDER BY changed_at;

CREATE TABLE event_logs.token_changes (
  user_id VARCHAR NOT NULL,
  token_type VARCHAR,
  action VARCHAR,
  action_date TIMESTAMP NOT NULL,
  performed_by VARCHAR,
  ip_address VARCHAR
);
INSERT INTO event_logs.token_changes
SELECT user_id,
       pick('type ' || seed, ['MOBILE_APP', 'SMS', 'HARDWARE']),
       pick('action ' || seed, ['CREATED', 'CREATED', 'REVOKED', 'EXPIRED']),
       changed_at,
       actor_of(seed),
       address_of(seed)
  FROM changes
 WHERE kind = 'token'
 ORDER BY changed_at;
