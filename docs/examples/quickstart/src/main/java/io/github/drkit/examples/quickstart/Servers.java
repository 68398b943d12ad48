package io.github.drkit.examples.quickstart;

import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.LocalS3;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database server and the store the quickstart works on: begun here and ended again, or real ones that are left as
 * they are.
 */
final class Servers implements AutoCloseable {

    private final Options options;
    private final DatabaseServer administrator;
    private final DatabaseServer owner;
    private final Optional<LocalPostgres> embedded;
    private @Nullable LocalS3 store;

    private Servers(
            Options options, DatabaseServer administrator, DatabaseServer owner, Optional<LocalPostgres> embedded) {
        this.options = options;
        this.administrator = administrator;
        this.owner = owner;
        this.embedded = embedded;
    }

    static Servers begin(Options options) {
        if (options.server().isPresent()) {
            String address = options.server().get();
            int colon = address.lastIndexOf(':');
            String host = colon < 0 ? address : address.substring(0, colon);
            int port = colon < 0 ? 5432 : Integer.parseInt(address.substring(colon + 1));
            DatabaseServer server = new DatabaseServer(host, port, options.user(), Options.secret("DRKIT_PG_PASSWORD"));
            return new Servers(options, server, server, Optional.empty());
        }
        LocalPostgres embedded =
                EmbeddedPostgres.begin(PgDump.load(System.getenv().getOrDefault("PATH", "")));
        return new Servers(
                options,
                new DatabaseServer(embedded.host(), embedded.port(), embedded.superuser(), embedded.password()),
                new DatabaseServer(embedded.host(), embedded.port(), embedded.role(), embedded.rolePassword()),
                Optional.of(embedded));
    }

    DatabaseServer administrator() {
        return administrator;
    }

    /** The ordinary role that owns the bank. */
    DatabaseServer owner() {
        return owner;
    }

    PostgresServer postgres() {
        PostgresServer.Builder server = PostgresServer.builder(administrator.host())
                .port(administrator.port())
                .credentials(() -> new PostgresCredentials(administrator.user(), administrator.password()));
        options.authorities().ifPresent(server::certificateAuthorities);
        // The embedded server has no certificate; its connections never leave this machine.
        return embedded.isPresent() || options.tls() == Options.Tls.OFF
                ? server.withoutTls().build()
                : server.build();
    }

    LocalS3 store(Path folder, String bucket) {
        LocalS3 begun = LocalS3.begin(folder).bucket(bucket);
        store = begun;
        return begun;
    }

    @Override
    public void close() {
        LocalS3 begun = store;
        if (begun != null) {
            begun.close();
        }
        embedded.ifPresent(LocalPostgres::close);
    }
}
