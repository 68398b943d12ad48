package io.github.drkit.examples.quickstart;

import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.postgres.PostgresBinaries;

/**
 * Begins the PostgreSQL server that comes with the quickstart as a jar. A server installed on this machine is left
 * alone: whatever it holds, it is not the quickstart's to touch.
 */
final class EmbeddedPostgres {

    private EmbeddedPostgres() {}

    /**
     * Begins the embedded server on an empty folder.
     *
     * @param tool the program that is to dump it
     * @return the running server, with a superuser and an ordinary role; close it
     * @throws RequestRefusedException if no binaries for this machine are on the class path, or they are newer than the
     *     tool
     */
    static LocalPostgres begin(PgDump tool) {
        PostgresBinaries binaries = PostgresBinaries.embedded()
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-QUICK-003",
                        "Cannot begin PostgreSQL: the class path has no embedded binaries for "
                                + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                                + " but they are required",
                        "Name a server of your own with --server"));
        // The rows are made here once and lost on purpose: nothing is worth a log beyond what a crash of the server
        // needs.
        LocalPostgres server = LocalPostgres.builder(binaries)
                .setting("wal_level", "minimal")
                .setting("max_wal_senders", "0")
                .setting("max_wal_size", "4GB")
                .setting("jit", "off")
                .begin();
        if (server.major() > tool.major()) {
            server.close();
            throw new RequestRefusedException(
                    "DRK-QUICK-004",
                    "Cannot dump PostgreSQL '" + server.version() + "': pg_dump is " + tool.version()
                            + " but the server's major version or a newer one is required",
                    "Type: sh docs/quickstart.sh, which chooses the server by the pg_dump it finds");
        }
        return server;
    }
}
