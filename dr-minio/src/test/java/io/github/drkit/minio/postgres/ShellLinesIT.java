package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.postgres.Baseline;
import io.github.drkit.postgres.BaselineCapture;
import io.github.drkit.postgres.Depth;
import io.github.drkit.postgres.Difference;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the shell lines of {@code docs/format.md} as they stand there; skipped where a program they need is missing. */
@Timeout(180)
class ShellLinesIT {

    private static final String ODD = "o=d d'\\\"ü";

    private static LocalPostgres postgres;

    @TempDir
    Path folder;

    private EncryptedStore bucket;
    private Bench bench;

    @BeforeAll
    static void beginServer(@TempDir Path shared) throws Exception {
        for (String tool : List.of("age", "zstd", "jq", "openssl", "pg_restore")) {
            assumeThat(isInstalled(tool))
                    .as("program %s: not on the path", tool)
                    .isTrue();
        }
        postgres = LocalPostgres.beginOrSkip();
        Bench bench = new Bench(postgres, shared);
        bench.bank("fineract");
        bench.bank(ODD);
    }

    @AfterAll
    static void endServer() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void prepare() throws Exception {
        bucket = new EncryptedStore();
        bench = new Bench(postgres, folder, bucket.store());
    }

    @Test
    void theLinesOfTheFormatPageRestoreAPointWithoutUs() throws Exception {
        String point = backUp();
        int restored = 0;
        for (String database : List.of("fineract", ODD)) {
            try {
                Ran ran = run(point, database, "without_us");

                assertThat(ran.code()).as(ran.said()).isZero();
                assertThat(ran.said()).contains("Signature Verified Successfully");
                assertThat(differences(database, "without_us")).isEmpty();
                restored++;
            } finally {
                bench.drop("without_us");
            }
        }
        System.out.println(
                "databases restored by the page's own lines and equal to their baseline: " + restored + " of 2");
    }

    @Test
    void theLinesStopAtAForgedManifestAndAtADamagedDump() throws Exception {
        String point = backUp();
        Path store = folder.resolve("store");
        Path manifest = store.resolve(point + "/manifest.json");
        byte[] genuine = Files.readAllBytes(manifest);
        Files.writeString(manifest, Files.readString(manifest).replace("\"test\"", "\"tess\""));

        Ran forged = run(point, "fineract", "never");

        assertThat(forged.code()).as(forged.said()).isNotZero();
        assertThat(forged.said()).contains("Signature Verification Failure");
        Files.write(manifest, genuine);
        Path dump;
        try (var files = Files.walk(store.resolve(point))) {
            dump = files.filter(file -> file.getFileName().toString().startsWith("fineract.dump"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(dump);
        bytes[bytes.length / 2] ^= 4;
        Files.write(dump, bytes);

        Ran damaged = run(point, "fineract", "never");

        assertThat(damaged.code()).as(damaged.said()).isNotZero();
        assertThat(damaged.said()).contains("Signature Verified Successfully");
        assertThat(bench.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'never'"))
                .isEqualTo("0");
    }

    private record Ran(int code, String said) {}

    /** Backs both databases up and copies the bucket into a folder, as any client of an S3 store does. */
    private String backUp() throws Exception {
        PostgresDumps target = bench.target(bench.server(), "fineract", ODD)
                .encryption(bucket.encryption())
                .build();
        RecoveryPointId id = bench.backUp(target);
        for (String key : bucket.server().keys(EncryptedStore.BUCKET)) {
            Path file = folder.resolve("store").resolve(key);
            Files.createDirectories(file.getParent());
            Files.write(file, bucket.server().content(EncryptedStore.BUCKET, key));
        }
        bucket.close();
        return bench.points().place(id).value();
    }

    private Ran run(String point, String database, String copy) throws Exception {
        Path identity = Files.writeString(folder.resolve("identity"), bucket.identityText() + "\n");
        Path key = Files.writeString(
                folder.resolve("backup.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getEncoder().encodeToString(bench.backupKey().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        Path lines = Files.writeString(folder.resolve("lines.sh"), lines());
        Path said = folder.resolve("said");
        ProcessBuilder shell = new ProcessBuilder("sh", "-e", lines.toString())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(said.toFile()));
        shell.environment()
                .putAll(Map.of(
                        "STORE", folder.resolve("store").toString(),
                        "POINT", point,
                        "DATABASE", database,
                        "NEW_DATABASE", copy,
                        "IDENTITY", identity.toString(),
                        "BACKUP_KEY", key.toString(),
                        "PGHOST", postgres.host(),
                        "PGPORT", String.valueOf(postgres.port()),
                        "PGUSER", postgres.superuser(),
                        "PGPASSWORD", postgres.password()));
        int code = shell.start().waitFor();
        return new Ran(code, Files.readString(said));
    }

    /** The page's block, to the letter. */
    private static String lines() throws IOException {
        Path page = Path.of("docs/format.md");
        List<String> block = new ArrayList<>();
        boolean within = false;
        boolean opened = false;
        for (String line :
                Files.readAllLines(Files.exists(page) ? page : Path.of("..").resolve(page))) {
            if (line.equals("<!-- region: shell -->")) {
                within = true;
            } else if (within && line.equals("```sh")) {
                opened = true;
            } else if (opened && line.equals("```")) {
                break;
            } else if (opened) {
                block.add(line);
            }
        }
        assertThat(block).isNotEmpty();
        return String.join("\n", block) + "\n";
    }

    private List<Difference> differences(String database, String copy) throws Exception {
        return baseline(database).differences(baseline(copy)).stream()
                .filter(difference ->
                        difference.kind() == Difference.Kind.CONTENT || difference.kind() == Difference.Kind.STRUCTURE)
                .toList();
    }

    private Baseline baseline(String database) throws Exception {
        try (Connection connection = bench.server().connect(database)) {
            return Baselines.capture(() -> BaselineCapture.of(Depth.ROWS).capture(connection));
        }
    }

    private static boolean isInstalled(String tool) throws InterruptedException {
        try {
            return new ProcessBuilder(tool, tool.equals("openssl") ? "version" : "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
