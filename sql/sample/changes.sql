-- What happens to the clients of the sample: who they are, and which of their details changes when.
--
-- Runs on DuckDB with the variable generated_at (a TIMESTAMP in UTC) set. Everything else is drawn from md5 sums, so the
-- same moment always gives the same sample, and both sample databases are made from the same story.
--
-- Clients       1 –   12  change all four details within seven hours that end an hour before generated_at
-- Clients      13 –   37  change three of the four within the same hours
-- Clients      38 –   46  change three within the same hours and the fourth at least 26 hours before these
-- Clients      47 – 5000  never change more than two details within 48 hours
--
-- So exactly the first twelve have all four changes within 24 hours, and a window of 24 hours that ends anywhere from
-- generated_at to twelve hours later holds all of them.

-- A number from 0 to n - 1 that depends on the seed alone.
CREATE TEMP MACRO draw(seed, n) AS (('0x' || substr(md5(seed), 1, 12))::UBIGINT % n)::BIGINT;
CREATE TEMP MACRO pick(seed, options) AS options[1 + draw(seed, len(options))];
-- Some moment within so many hours after the start, to the microsecond.
CREATE TEMP MACRO within_hours(seed, start, hours) AS start + to_microseconds(draw(seed, hours * 3600000000));

CREATE TEMP TABLE clients AS
SELECT n,
       -- The factor has no divisor in common with the modulus: scattered, and no id twice.
       (1000000 + n * 7919 % 900001)::VARCHAR AS user_id,
       pick('first ' || n, ['Anna', 'Ben', 'Chloé', 'David', 'Elif', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jürg', 'Katarzyna', 'Liam',
                            'Mei', 'Noor', 'Oliver', 'Priya', 'Quentin', 'Rosa', 'Samuel', 'Tomás']) AS first_name,
       pick('last ' || n, ['Almeida', 'Baker', 'Chen', 'Dubois', 'Eriksson', 'Fischer', 'García', 'Haddad', 'Ivanova', 'Jones',
                           'Keller', 'Lopez', 'Müller', 'Nowak', 'O''Brien', 'Patel', 'Quinn', 'Rossi', 'Smith', 'Tanaka']) AS last_name,
       CASE WHEN n <= 12 THEN 'all four' WHEN n <= 37 THEN 'three' WHEN n <= 46 THEN 'too wide' ELSE 'ordinary' END AS story
  FROM range(1, 5001) AS numbers(n);

-- Which client changes which detail from when on, within how many hours.
CREATE TEMP TABLE episodes AS
WITH kinds AS (
  SELECT unnest(['password', 'email', 'phone', 'token']) AS kind, unnest([0, 1, 2, 3]) AS place
),
-- Ordinary life: at most one episode of up to 46 hours in every 96, so that no 48 hours hold parts of two. The last one
-- begins 48 hours before generated_at, and clients with another story have none then.
slots AS (
  SELECT n, slot,
         within_hours('start ' || n || ' ' || slot,
                      getvariable('generated_at') - CASE slot WHEN 7 THEN INTERVAL 48 HOUR ELSE to_hours(720 - slot * 96) END,
                      23) AS starts_at,
         draw('kind ' || n || ' ' || slot, 4) AS first_place,
         -- In three of eight episodes a second detail is changed.
         (first_place + greatest(draw('second ' || n || ' ' || slot, 8) - 4, 0)) % 4 AS second_place
    FROM clients, range(0, 8) AS slots(slot)
   WHERE draw('happens ' || n || ' ' || slot, 100) < 45 AND (slot < 7 OR story = 'ordinary')
)
SELECT n, kind, starts_at, 23 AS hours, 'slot ' || slot AS occasion
  FROM slots JOIN kinds ON place IN (first_place, second_place)
UNION ALL
SELECT n, kind,
       getvariable('generated_at') - CASE WHEN story = 'too wide' AND place = n % 4 THEN INTERVAL 40 HOUR ELSE INTERVAL 8 HOUR END,
       CASE WHEN story = 'too wide' AND place = n % 4 THEN 6 ELSE 7 END,
       'story'
  FROM clients, kinds
 WHERE story IN ('all four', 'too wide') OR (story = 'three' AND place <> n % 4);

-- One or two changes an episode.
CREATE TEMP TABLE changes AS
SELECT clients.*, kind, 'change ' || n || ' ' || kind || ' ' || occasion || ' ' || repetition AS seed,
       within_hours(seed, starts_at, hours) AS changed_at
  FROM episodes JOIN clients USING (n), range(0, 2) AS repetitions(repetition)
 WHERE repetition = 0 OR draw('again ' || n || ' ' || kind || ' ' || occasion, 5) = 0;

CREATE TEMP MACRO email_of(first_name, last_name, tail) AS
  lower(strip_accents(first_name) || '.' || replace(strip_accents(last_name), '''', '')) || tail;
-- Numbers and addresses that are set aside for examples and belong to nobody.
CREATE TEMP MACRO phone_of(seed) AS '+1' || pick('area ' || seed, [202, 303, 312, 415, 617, 713]) || '55501' || lpad(draw(seed, 100)::VARCHAR, 2, '0');
CREATE TEMP MACRO address_of(seed) AS pick('net ' || seed, ['192.0.2.', '198.51.100.', '203.0.113.']) || (1 + draw(seed, 254));
CREATE TEMP MACRO actor_of(seed) AS pick('actor ' || seed, ['client', 'client', 'client', 'call_centre', 'branch_0417', 'migration']);
