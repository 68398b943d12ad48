package io.github.drkit.examples.quickstart;

import io.github.drkit.error.RequestRefusedException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the command line asks for. Passwords and keys come from environment variables, never from arguments, which every
 * user of the machine can read.
 *
 * @param size about how large the bank shall be
 * @param seed the same seed makes the same bank
 * @param folder where keys, journal, store and report go; empty means a new temporary folder
 * @param server a real server as {@code host:port}; empty means the embedded one
 * @param user the role to log in as on a real server
 * @param authorities CA certificates of a real server; empty means the system's
 * @param tls whether TLS to a real server was switched off by name
 * @param databases databases of a real server to back up, prove and restore beside; empty means to make the bank there
 * @param endpoint a real S3 endpoint; empty means a store in the folder
 * @param bucket its bucket
 * @param prefix where in the bucket
 */
record Options(
        ByteSize size,
        long seed,
        Optional<Path> folder,
        Optional<String> server,
        String user,
        Optional<Path> authorities,
        Tls tls,
        List<String> databases,
        Optional<URI> endpoint,
        String bucket,
        String prefix) {

    static final String USAGE = """
            Usage: sh docs/quickstart.sh [--install] [options]
              --size 50MB            about how large the bank is (KB, MB, GB)
              --seed 1               the same seed makes the same bank
              --folder PATH          where keys, journal, store and report go
            A real server instead of the embedded one (password in DRKIT_PG_PASSWORD):
              --server HOST:PORT --user ROLE [--server-ca PEM | --plaintext]
              --databases A,B        back up, verify, prove and restore these beside the originals; nothing is
                                     dropped or cut over. Without it the bank is made on that server, lost and restored
            A real bucket instead of a folder (keys in DRKIT_S3_ACCESS_KEY and DRKIT_S3_SECRET_KEY):
              --endpoint URL --bucket NAME [--prefix PATH]
            """;

    /** How a real server is spoken to. */
    enum Tls {
        VERIFIED,
        OFF
    }

    static Options parse(String... arguments) {
        Map<String, String> given = new TreeMap<>();
        for (int at = 0; at < arguments.length; at++) {
            String name = arguments[at];
            if (name.equals("--plaintext")) {
                given.put(name, "");
            } else if (NAMES.contains(name) && at + 1 < arguments.length) {
                given.put(name, arguments[++at]);
            } else {
                throw new RequestRefusedException(
                        "DRK-QUICK-010",
                        "Cannot understand option '" + name + "': it is "
                                + (NAMES.contains(name) ? "without a value" : "unknown")
                                + " but the options below are required",
                        "\n" + USAGE);
            }
        }
        Optional<URI> endpoint = Optional.ofNullable(given.get("--endpoint")).map(URI::create);
        if (endpoint.isPresent() && !given.containsKey("--bucket")) {
            throw new RequestRefusedException(
                    "DRK-QUICK-011",
                    "Cannot use endpoint '" + endpoint.get() + "': no bucket was named but one is required",
                    "Add --bucket NAME; it must exist");
        }
        String databases = given.getOrDefault("--databases", "");
        return new Options(
                ByteSize.parse(given.getOrDefault("--size", "50MB")),
                Long.parseLong(given.getOrDefault("--seed", "1")),
                Optional.ofNullable(given.get("--folder")).map(Path::of),
                Optional.ofNullable(given.get("--server")),
                given.getOrDefault("--user", "postgres"),
                Optional.ofNullable(given.get("--server-ca")).map(Path::of),
                given.containsKey("--plaintext") ? Tls.OFF : Tls.VERIFIED,
                databases.isEmpty() ? List.of() : List.of(databases.split(",", -1)),
                endpoint,
                given.getOrDefault("--bucket", "bank-backups"),
                given.getOrDefault("--prefix", "quickstart"));
    }

    /** Reads a secret from the environment, each time it is needed. */
    static String secret(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-QUICK-013",
                    "Cannot log in: environment variable '" + variable + "' is empty but required",
                    "Set it in this shell; secrets are never options");
        }
        return value;
    }

    private static final List<String> NAMES = List.of(
            "--size",
            "--seed",
            "--folder",
            "--server",
            "--user",
            "--server-ca",
            "--databases",
            "--endpoint",
            "--bucket",
            "--prefix");
}
