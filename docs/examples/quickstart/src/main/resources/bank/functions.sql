-- Where the bank's chance comes from: hashes of a key, a salt and the seed. In pg_temp, so that no dump holds them.
-- SEED is replaced by a number.
CREATE FUNCTION pg_temp.bits(key bigint, salt bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT hashint8extended($1, $2 + SEED)';

CREATE FUNCTION pg_temp.draw(key bigint, salt bigint, below integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT ((hashint8extended($1, $2 + SEED) & 9223372036854775807) % $3)::integer';

CREATE FUNCTION pg_temp.uuid(key bigint, salt bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT md5($1 || ''/'' || $2 || ''/SEED'')::uuid::text';

CREATE FUNCTION pg_temp.noise(key bigint, salt bigint, length integer) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$SELECT substring(string_agg(sha256(convert_to($1 || '/' || $2 || '/' || block || '/SEED', 'UTF8')), '' ORDER BY block) FROM 1 FOR $3)
         FROM generate_series(0, ($3 - 1) / 32) block$$;

CREATE FUNCTION pg_temp.given(key bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$SELECT (ARRAY['Amina', 'Wanjikũ', 'José', 'Zoë', 'Søren', 'Łukasz', 'Žofie', 'Nguyễn', 'أمينة', '李娜', 'Олександр', 'Ἀθηνᾶ',
        'Grace', 'John', 'Peter', 'Mary', 'Fatuma', 'Ravi', 'Priya', 'Chidi', 'Ngozi', 'Kwame', 'Ama', 'Lupita'])[1 + pg_temp.draw($1, 1, 24)]$$;

CREATE FUNCTION pg_temp.family(key bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$SELECT (ARRAY['Müller', 'Otieno', 'Kamau', 'García', 'Nuñez', 'Ångström', 'D''Souza', 'O''Neil', 'Şahin', '王', 'Ковальчук', 'Mbeki',
        'Banda', 'Phiri', 'Sharma', 'Patel', 'Okafor', 'Mensah', 'Achieng', 'Njoroge', 'Silva', 'Costa', 'Nakato', 'Were'])[1 + pg_temp.draw($1, 2, 24)]$$;
