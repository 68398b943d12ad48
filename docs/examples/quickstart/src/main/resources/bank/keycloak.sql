-- The identity provider's database, shaped like Keycloak's. Random looking ids are derived from the seed.
COMMENT ON DATABASE keycloak IS 'Keycloak: who may log in';

CREATE TABLE realm (
    id varchar(36) PRIMARY KEY,
    name varchar(255) UNIQUE,
    enabled boolean NOT NULL DEFAULT false,
    access_token_lifespan integer,
    ssl_required varchar(255),
    password_policy varchar(2550),
    attributes jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE component (
    id varchar(36) PRIMARY KEY,
    name varchar(255),
    realm_id varchar(36) REFERENCES realm (id),
    provider_id varchar(36),
    provider_type varchar(255)
);

CREATE TABLE component_config (
    id varchar(36) PRIMARY KEY,
    component_id varchar(36) NOT NULL REFERENCES component (id),
    name varchar(255) NOT NULL,
    value text
);
COMMENT ON TABLE component_config IS 'Signing keys of the realm lie here: a realm made anew has others';

CREATE TABLE client (
    id varchar(36) PRIMARY KEY,
    client_id varchar(255),
    realm_id varchar(36) REFERENCES realm (id),
    secret varchar(255),
    enabled boolean NOT NULL DEFAULT false,
    public_client boolean NOT NULL DEFAULT false,
    UNIQUE (realm_id, client_id)
);

CREATE TABLE redirect_uris (
    client_id varchar(36) NOT NULL REFERENCES client (id),
    value varchar(255) NOT NULL,
    PRIMARY KEY (client_id, value)
);

CREATE TABLE keycloak_role (
    id varchar(36) PRIMARY KEY,
    name varchar(255),
    description varchar(255),
    realm_id varchar(36) REFERENCES realm (id),
    client_role boolean NOT NULL DEFAULT false
);

CREATE TABLE user_entity (
    id varchar(36) PRIMARY KEY,
    username varchar(255),
    email varchar(255),
    first_name varchar(255),
    last_name varchar(255),
    enabled boolean NOT NULL DEFAULT false,
    email_verified boolean NOT NULL DEFAULT false,
    created_timestamp bigint,
    realm_id varchar(255),
    UNIQUE (realm_id, username)
);

CREATE TABLE credential (
    id varchar(36) PRIMARY KEY,
    user_id varchar(36) NOT NULL,
    type varchar(255),
    salt bytea,
    secret_data text,
    credential_data text,
    created_date bigint,
    priority integer
);

CREATE TABLE user_role_mapping (
    role_id varchar(255) NOT NULL,
    user_id varchar(36) NOT NULL,
    PRIMARY KEY (role_id, user_id)
);

CREATE TABLE user_attribute (
    id varchar(36) PRIMARY KEY,
    user_id varchar(36) NOT NULL,
    name varchar(255) NOT NULL,
    value varchar(255)
);

CREATE TABLE event_entity (
    id varchar(36) PRIMARY KEY,
    event_time bigint,
    type varchar(255),
    ip_address inet,
    user_id varchar(255),
    details_json text
);

INSERT INTO realm VALUES
    (pg_temp.uuid(1, 900), 'master', true, 60, 'EXTERNAL', NULL, '{}'),
    (pg_temp.uuid(2, 900), 'fineract', true, 300, 'EXTERNAL', 'length(12) and digits(1)',
     '{"displayName": "Banque coopérative", "frontendUrl": ""}');

INSERT INTO component
SELECT pg_temp.uuid(k, 901), 'rsa-generated-' || k, pg_temp.uuid(1 + k % 2, 900), 'rsa-generated',
       'org.keycloak.keys.KeyProvider'
FROM generate_series(0, 3) k;

INSERT INTO component_config
SELECT pg_temp.uuid(k, 902), pg_temp.uuid(k, 901), 'privateKey', encode(pg_temp.noise(k, 903, 1200), 'base64')
FROM generate_series(0, 3) k;

INSERT INTO client
SELECT pg_temp.uuid(k, 904), name, pg_temp.uuid(2, 900), CASE WHEN k > 1 THEN encode(pg_temp.noise(k, 905, 24), 'hex') END,
       true, k <= 1
FROM unnest(ARRAY['account', 'web-app', 'community-app', 'fineract-data-loader', 'mobile']) WITH ORDINALITY t (name, k);

INSERT INTO redirect_uris
SELECT pg_temp.uuid(k, 904), 'https://bank-' || k || '.example/*' FROM generate_series(1, 5) k;

INSERT INTO keycloak_role
SELECT pg_temp.uuid(k, 906), name, nullif('Role of the ' || name, 'Role of the client'), pg_temp.uuid(2, 900), false
FROM unnest(ARRAY['admin', 'teller', 'loan-officer', 'accountant', 'client']) WITH ORDINALITY t (name, k);

INSERT INTO user_entity
SELECT pg_temp.uuid(k, 907), 'user' || k, 'user' || k || '@bank.example', pg_temp.given(k), pg_temp.family(k),
       k % 50 <> 0, k % 3 = 0, 1500000000000 + pg_temp.draw(k, 908, 200000000) * 1000::bigint, pg_temp.uuid(2, 900)
FROM generate_series(1, current_setting('bank.clients')::integer) k;

INSERT INTO credential
SELECT pg_temp.uuid(k, 909), pg_temp.uuid(k, 907), 'password', pg_temp.noise(k, 910, 16),
       json_build_object('value', encode(pg_temp.noise(k, 911, 64), 'base64'), 'salt', encode(pg_temp.noise(k, 910, 16), 'base64'))::text,
       '{"hashIterations":210000,"algorithm":"pbkdf2-sha512","additionalParameters":{}}',
       1500000000000 + pg_temp.draw(k, 908, 200000000) * 1000::bigint, 10
FROM generate_series(1, current_setting('bank.clients')::integer) k;

INSERT INTO user_role_mapping
SELECT pg_temp.uuid(1 + pg_temp.draw(k, 912, 5), 906), pg_temp.uuid(k, 907)
FROM generate_series(1, current_setting('bank.clients')::integer) k;

INSERT INTO user_attribute
SELECT pg_temp.uuid(k, 913), pg_temp.uuid(k, 907), 'locale', CASE k % 7 WHEN 0 THEN '' WHEN 1 THEN NULL ELSE 'fr' END
FROM generate_series(1, current_setting('bank.clients')::integer) k;

INSERT INTO event_entity
SELECT pg_temp.uuid(k, 914), 1700000000000 + k * 31337::bigint, (ARRAY['LOGIN', 'LOGOUT', 'LOGIN_ERROR', 'CODE_TO_TOKEN'])[1 + pg_temp.draw(k, 915, 4)],
       ('10.' || pg_temp.draw(k, 916, 256) || '.' || pg_temp.draw(k, 917, 256) || '.' || pg_temp.draw(k, 918, 256))::inet,
       pg_temp.uuid(1 + pg_temp.draw(k, 919, current_setting('bank.clients')::integer), 907), '{"auth_method":"openid-connect"}'
FROM generate_series(1, 2 * current_setting('bank.clients')::integer) k;

ALTER TABLE credential ADD FOREIGN KEY (user_id) REFERENCES user_entity (id);
ALTER TABLE user_role_mapping ADD FOREIGN KEY (user_id) REFERENCES user_entity (id);
ALTER TABLE user_role_mapping ADD FOREIGN KEY (role_id) REFERENCES keycloak_role (id);
ALTER TABLE user_attribute ADD FOREIGN KEY (user_id) REFERENCES user_entity (id);
CREATE INDEX idx_user_email ON user_entity (email);
CREATE INDEX idx_event_time ON event_entity (event_time);
