package io.github.drkit.examples.figures;

import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IdentitySource;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** What a measured program connects to, out of the file that {@link Servers} wrote, and the keys it works with. */
final class Connections {

    static final String BUCKET = "figures";

    private final Map<String, String> settings;
    private final KeyPair backup;
    private final KeyPair prover;

    private Connections(Map<String, String> settings, KeyPair backup, KeyPair prover) {
        this.settings = settings;
        this.backup = backup;
        this.prover = prover;
    }

    static Connections load(Path file) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            return new Connections(settings(file), generator.generateKeyPair(), generator.generateKeyPair());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime since 15 has Ed25519", e);
        }
    }

    static Map<String, String> settings(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return Collections.unmodifiableMap(properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty)));
    }

    String setting(String name) {
        String value = settings.get(name);
        if (value == null) {
            throw new IllegalArgumentException("Cannot read setting '" + name + "': the file has " + settings.keySet());
        }
        return value;
    }

    PostgresServer postgres() {
        return PostgresServer.builder(setting("PGHOST"))
                .port(Integer.parseInt(setting("PGPORT")))
                .credentials(() -> new PostgresCredentials(setting("PGUSER"), setting("PGPASSWORD")))
                .withoutTls() // never leaves this machine
                .build();
    }

    S3Store store(String prefix) {
        return S3Store.builder(URI.create(setting("S3_ENDPOINT")), BUCKET)
                .prefix(prefix)
                .credentials(() -> S3Credentials.of(setting("S3_ACCESS_KEY"), setting("S3_SECRET_KEY")))
                .withoutTls() // never leaves this machine
                .build();
    }

    Encryption encryption() {
        return Encryption.to(setting("RECIPIENT_1"), setting("RECIPIENT_2"));
    }

    IdentitySource identities() {
        return () -> {
            try {
                return List.of(Identity.of(Files.readAllLines(Path.of(setting("IDENTITY"))).stream()
                        .filter(line -> !line.startsWith("#"))
                        .collect(Collectors.joining())));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read the identity", e);
            }
        };
    }

    SigningKey backupKey() {
        return SigningKey.of("figures-backup", backup.getPrivate());
    }

    SigningKey proverKey() {
        return SigningKey.of("figures-prover", prover.getPrivate());
    }

    TrustedKeys trusted() {
        return TrustedKeys.none()
                .withBackup("figures-backup", backup.getPublic())
                .withProver("figures-prover", prover.getPublic());
    }
}
