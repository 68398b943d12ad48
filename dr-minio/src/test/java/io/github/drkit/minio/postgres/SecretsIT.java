package io.github.drkit.minio.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.TimeSource;
import io.github.drkit.minio.AgeKeys;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.LocalS3;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gives another process a secret in every place a caller can give one, lets it do the main job and fail in several ways,
 * and looks for each in all that came out: process arguments, logs, plans, journals, reports, exceptions, objects.
 */
@Timeout(300)
class SecretsIT {

    private static final List<String> SAID = List.of(
            "BACKED UP SUCCEEDED",
            "VERIFIED SUCCEEDED",
            "PROVEN SUCCEEDED",
            "RESTORED SUCCEEDED",
            "TRAP BACKED UP SUCCEEDED",
            "violates check constraint",
            "WRONG PASSWORD threw:",
            "WRONG S3 SECRET threw:",
            "SignatureDoesNotMatch",
            "NO KEY threw:",
            "NO IDENTITY threw:",
            "NO RECIPIENT threw:",
            "password=hidden",
            "Identity[hidden]",
            "S3Credentials[hidden]",
            "SigningKey[backup]");

    @TempDir
    Path folder;

    private final Map<String, String> secrets = new TreeMap<>();
    private final Set<String> commandLines = new TreeSet<>();
    private LocalPostgres postgres;
    private FakeS3 s3;
    private LocalS3 strict;

    @BeforeEach
    void begin() {
        postgres = LocalPostgres.beginOrSkip();
        s3 = FakeS3.begin(TimeSource.system()).bucket(EncryptedStore.BUCKET);
        // The fake takes any signature.
        strict = LocalS3.begin(folder.resolve("strict")).bucket(EncryptedStore.BUCKET);
    }

    @AfterEach
    void end() {
        if (strict != null) {
            strict.close();
        }
        if (s3 != null) {
            s3.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void noSecretGivenInAnyPlaceComesOutInAnother() throws Exception {
        KeyPair backup = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair prover = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        AgeKeys identity = AgeKeys.generate();
        AgeKeys second = AgeKeys.generate();
        Map<String, String> given = new TreeMap<>();
        given.put("SHELL_PASSWORD", plant("shell password", "$(touch x)`;|& ", ""));
        given.put("QUOTE_PASSWORD", plant("quoted password", "'\"\\", "\\'"));
        given.put("PERCENT_PASSWORD", plant("percent password", "%41= ", " %s"));
        given.put("WRONG_PASSWORD", plant("wrong password", "line\n", "\nend"));
        given.put("ROTATED_PASSWORD", plant("rotated password", "", ""));
        given.put("S3_SECRET", known("s3 secret", s3.secretKey()));
        given.put("S3_TOKEN", plant("s3 token", "", "=="));
        given.put("WRONG_S3_SECRET", plant("wrong s3 secret", "", "/+"));
        given.put("IDENTITY", known("identity", identity.identityText()));
        given.put("OTHER_IDENTITY", known("other identity", AgeKeys.generate().identityText()));
        given.put(
                "IDENTITY_AS_RECIPIENT",
                known("identity as recipient", AgeKeys.generate().identityText()));
        given.put("MALFORMED_IDENTITY", plant("malformed identity", "AGE-SECRET-KEY-", ""));
        given.put("BACKUP_KEY", pem("PRIVATE", backup.getPrivate()));
        given.put("PROVER_KEY", pem("PRIVATE", prover.getPrivate()));
        known(
                "backup key",
                Base64.getEncoder().encodeToString(backup.getPrivate().getEncoded()));
        known(
                "prover key",
                Base64.getEncoder().encodeToString(prover.getPrivate().getEncoded()));
        given.put("MALFORMED_KEY", plant("malformed key", "-----BEGIN PRIVATE KEY-----\n", "\n-----END"));
        plantInDatabases(given);
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(20);

        String said = run(given, identity.recipient(), second.recipient(), backup, prover);

        // What was looked through is what was to be looked through.
        assertThat(SAID).allMatch(said::contains);
        String arguments = String.join("\n", commandLines);
        assertThat(arguments).contains("pg_dump", "pg_dumpall", "pg_restore");
        List<String> found = new ArrayList<>();
        look(said, "what the program said and logged", found);
        look(arguments, "process arguments", found);
        try (var files = Files.walk(folder.resolve("journal"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                look(Files.readString(file), "the journal", found);
            }
        }
        int documents = 0;
        for (String key : s3.keys(EncryptedStore.BUCKET)) {
            look(new String(s3.content(EncryptedStore.BUCKET, key), ISO_8859_1), key, found);
            documents += key.endsWith(".json") ? 1 : 0;
        }
        assertThat(documents).isGreaterThanOrEqualTo(4);

        System.out.printf(
                "secrets planted %d, found %d (in %d characters said and logged, %d command lines, %d objects)%n",
                secrets.size(),
                found.size(),
                said.length(),
                commandLines.size(),
                s3.keys(EncryptedStore.BUCKET).size());
        assertThat(found).isEmpty();
    }

    @Test
    void aSecretThatTravelsIsSeen() throws Exception {
        String secret = plant("password", "'", "%");
        List<String> found = new ArrayList<>();

        look("Cannot log in with '" + secret + "'", "a message", found);
        look("Authorization: " + Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)), "a log", found);
        Process careless = new ProcessBuilder("sh", "-c", "read line", "sh", secret).start();
        try {
            collect(careless.toHandle());
        } finally {
            careless.destroy();
        }
        look(String.join("\n", commandLines), "process arguments", found);
        look("Cannot log in", "a message without", found);

        assertThat(found)
                .containsExactly("password in a message", "password in a log", "password in process arguments");
    }

    private void plantInDatabases(Map<String, String> given) throws Exception {
        Bench bench = new Bench(postgres, folder);
        for (String role : List.of("SHELL", "QUOTE", "PERCENT")) {
            bench.sql(
                    "postgres",
                    "CREATE ROLE drk_" + role.toLowerCase(java.util.Locale.ROOT) + " SUPERUSER LOGIN PASSWORD "
                            + Names.literal(given.getOrDefault(role + "_PASSWORD", "")));
        }
        bench.bank("tenants");
        bench.sql(
                "postgres",
                "CREATE ROLE teller LOGIN PASSWORD " + Names.literal(plant("role's password", "", "")),
                "ALTER DATABASE tenants SET app.token = " + Names.literal(plant("setting", "", "")));
        known(
                "role's password hash",
                bench.ask(
                        "postgres",
                        "SELECT split_part(split_part(rolpassword, '$', 3), ':', 2) FROM pg_authid WHERE rolname ="
                                + " 'teller'"));
        bench.sql(
                "tenants",
                "CREATE TABLE tenant_server_connections(id int PRIMARY KEY, schema_password text UNIQUE,"
                        + " readonly_schema_password text)",
                "INSERT INTO tenant_server_connections VALUES (1, " + Names.literal(plant("tenant's password", "", ""))
                        + ", " + Names.literal(plant("tenant's other password", "", "")) + ")",
                "CREATE SUBSCRIPTION feed CONNECTION " + Names.literal("password=" + plant("subscription", "", ""))
                        + " PUBLICATION p WITH (connect = false)");
        bench.sql("postgres", "CREATE DATABASE vault");
        // It loads nowhere but at home, and the server then quotes the row it refuses.
        bench.sql(
                "vault",
                "CREATE FUNCTION at_home() RETURNS boolean LANGUAGE sql AS 'SELECT current_database() = ''vault'''",
                "CREATE TABLE safe(id int, content text, CHECK (public.at_home()))",
                "INSERT INTO safe VALUES (1, " + Names.literal(plant("row of a table", "", "")) + ")");
    }

    private String run(Map<String, String> given, String recipient, String other, KeyPair backup, KeyPair prover)
            throws Exception {
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SecretsProgram.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(said.toFile()));
        given.forEach((name, secret) -> builder.environment().put("DRKIT_SECRET_" + name, secret));
        builder.environment().put("DRKIT_STRICT_ENDPOINT", strict.endpoint().toString());
        builder.environment().put("DRKIT_STRICT_ACCESS", strict.accessKey());
        builder.environment()
                .putAll(Map.of(
                        "DRKIT_HOST", postgres.host(),
                        "DRKIT_PORT", String.valueOf(postgres.port()),
                        "DRKIT_ENDPOINT", s3.endpoint().toString(),
                        "DRKIT_ACCESS", s3.accessKey(),
                        "DRKIT_RECIPIENT", recipient,
                        "DRKIT_OTHER_RECIPIENT", other,
                        "DRKIT_JOURNAL", folder.resolve("journal").toString(),
                        "DRKIT_BACKUP_PUBLIC", pem("PUBLIC", backup.getPublic()),
                        "DRKIT_PROVER_PUBLIC", pem("PUBLIC", prover.getPublic())));
        Process process = builder.start();
        try {
            while (!process.waitFor(2, TimeUnit.MILLISECONDS)) {
                collect(process.toHandle());
                process.descendants().forEach(this::collect);
            }
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said);
        assertThat(process.exitValue())
                .as(text.substring(Math.max(0, text.length() - 2000)))
                .isZero();
        assertThat(text.strip()).endsWith("ALL SAID");
        return text;
    }

    /** What has ended in between has no command line any more. */
    private void collect(ProcessHandle process) {
        process.info().commandLine().ifPresent(commandLines::add);
    }

    /** A secret that is unlike anything else, between characters that others like to change. */
    private String plant(String place, String before, String after) {
        String core = "Sec" + UUID.randomUUID().toString().replace("-", "");
        secrets.put(place, core);
        return before + core + after;
    }

    private String known(String place, String secret) {
        secrets.put(place, secret);
        return secret;
    }

    /** Base64 hides a secret from the eye only; two bytes at each end depend on what stands beside it. */
    private void look(String text, String where, List<String> found) {
        for (Map.Entry<String, String> secret : secrets.entrySet()) {
            boolean there = text.contains(secret.getValue());
            for (int shift = 0; shift < 3; shift++) {
                String shifted =
                        Base64.getEncoder().encodeToString((" ".repeat(shift) + secret.getValue()).getBytes(UTF_8));
                there = there || text.contains(shifted.substring(4, shifted.length() - 4));
            }
            if (there) {
                found.add(secret.getKey() + " in " + where);
            }
        }
    }

    private static String pem(String kind, Key key) {
        return "-----BEGIN " + kind + " KEY-----\n" + Base64.getEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + kind + " KEY-----\n";
    }
}
