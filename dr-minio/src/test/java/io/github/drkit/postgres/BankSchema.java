package io.github.drkit.postgres;

/** A small bank with one of everything a baseline has to see. */
final class BankSchema {

    static final String[] STATEMENTS = {
        "CREATE EXTENSION pgcrypto",
        "CREATE SCHEMA core",
        "CREATE SCHEMA \"Odd \"\"Schema\"",
        "CREATE TYPE side AS ENUM ('debit', 'credit')",
        "CREATE DOMAIN positive AS numeric CHECK (VALUE > 0)",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE TABLE core.m_client(id bigint PRIMARY KEY, gone int, firstname text, lastname text, mobile_no text,"
                + " external_id varchar(100), status smallint, note text)",
        "INSERT INTO core.m_client SELECT g, 0, 'F' || g, 'L' || g, '+' || g, NULL, g % 3, NULL FROM generate_series(1, 200) g",
        "ALTER TABLE core.m_client DROP COLUMN gone",
        "CREATE INDEX client_mobile ON core.m_client(mobile_no) WHERE mobile_no IS NOT NULL",
        "CREATE TABLE core.empty(x int)",
        "CREATE TABLE ledger(id bigserial PRIMARY KEY, client bigint, amount numeric(19,6) NOT NULL, s side,"
                + " currency char(3) DEFAULT 'XAF', doubled numeric GENERATED ALWAYS AS (amount * 2) STORED,"
                + " CONSTRAINT ledger_side CHECK (s IN ('debit', 'credit')),"
                + " CONSTRAINT ledger_client FOREIGN KEY (client) REFERENCES core.m_client)",
        "INSERT INTO ledger(client, amount, s) SELECT 1 + g % 200, CASE g WHEN 4 THEN -103.5 ELSE 100.5 + g END,"
                + " CASE g % 2 WHEN 0 THEN 'debit'::side ELSE 'credit' END FROM generate_series(1, 50) g",
        "COMMENT ON TABLE ledger IS 'double entry'",
        "CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE AGGREGATE longest(text) (SFUNC = textcat, STYPE = text)",
        "CREATE TRIGGER touch BEFORE UPDATE ON ledger FOR EACH ROW EXECUTE FUNCTION touched()",
        "CREATE VIEW balances AS SELECT client, sum(amount) AS total FROM ledger GROUP BY client",
        "CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM ledger",
        "CREATE TABLE pairs(x int)",
        "INSERT INTO pairs VALUES (1), (1), (2), (2)",
        "CREATE TABLE kinds(big bigint, free numeric, at timestamptz, naive timestamp, day date, ratio float8, small real,"
                + " bytes bytea, yes boolean, span interval, doc jsonb, raw json, tags text[], p positive, c pair, id uuid,"
                + " net inet, r int4range, money_ money, bits bit(5), x xml, o oid, rel regclass, fixed char(8))",
        "INSERT INTO kinds VALUES (1234567890123, 1.5, '2024-03-31 01:30:00.123456+02', 'infinity', '-infinity', 0.3, 0.1,"
                + " '\\x00ff10203040506070809000', true, '1 month', '{\"a\": 1.00, \"b\": [null]}', '{\"a\" : 1}', '{a,NULL,\"\"}', 7,"
                + " (1, 'x'), '00000000-0000-0000-0000-000000000001', '10.0.0.1/8', '[1,5)', 12.34, B'10101', '<a/>', 7,"
                + " 'core.m_client', 'ab')",
        "INSERT INTO kinds(free) VALUES ('NaN')",
        "CREATE TABLE moves(x int, at date) PARTITION BY RANGE (at)",
        "CREATE TABLE moves_2024 PARTITION OF moves FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "CREATE TABLE moves_2025 PARTITION OF moves FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        "CREATE INDEX ON moves(x)",
        "ALTER TABLE moves ADD CONSTRAINT moves_pk PRIMARY KEY (x, at)",
        "CREATE TRIGGER touch_moves BEFORE UPDATE ON moves FOR EACH ROW EXECUTE FUNCTION touched()",
        "INSERT INTO moves VALUES (1, '2024-05-05'), (2, '2024-06-06'), (3, '2025-05-05')",
        "CREATE TABLE parent(a int)",
        "CREATE TABLE child(b text) INHERITS (parent)",
        "ALTER TABLE parent ADD COLUMN late text",
        "INSERT INTO child(a, b, late) VALUES (1, 'b', 'late')",
        "CREATE TABLE secured(owner text, what text)",
        "INSERT INTO secured VALUES ('seen', 'x'), ('hidden', 'y')",
        "CREATE POLICY own ON secured USING (owner = 'seen')",
        "ALTER TABLE secured ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE secured FORCE ROW LEVEL SECURITY",
        "CREATE TABLE bare()",
        "INSERT INTO bare DEFAULT VALUES",
        "INSERT INTO bare DEFAULT VALUES",
        "CREATE TABLE audit(at timestamptz, what text)",
        "CREATE UNLOGGED TABLE scratch AS SELECT 1 AS x",
        "CREATE TABLE \"Odd \"\"Schema\".\"ta.b\\le\" AS SELECT 1 AS \"co\"\"l\", 'a' AS \"'q'\"",
        "CREATE SEQUENCE \"Odd \"\"Schema\".\"se q\" INCREMENT -1",
        "SELECT lo_from_bytea(4711, '\\x0102030405060708')",
        "SELECT lo_from_bytea(4712, '\\x1112131415161718')",
        "GRANT SELECT, INSERT ON ledger TO teller",
        "GRANT USAGE ON SCHEMA core TO teller",
        "GRANT SELECT ON LARGE OBJECT 4711 TO teller",
        "ALTER TABLE pairs OWNER TO auditor",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA core GRANT SELECT ON TABLES TO auditor",
    };

    private BankSchema() {}
}
