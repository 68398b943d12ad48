package io.github.drkit.postgres;

import io.github.drkit.cutover.Endpoint;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An application that writes one row after the other. It keeps its connection, as a pool does, and looks its endpoint up
 * again only when that breaks: the secret leads to the tenant store, the tenant's row there to the bank. Each row has an id
 * that is used once; a row whose commit got no answer is not written again.
 */
final class WritingClient implements AutoCloseable {

    private static final AtomicLong IDS = new AtomicLong();

    private final Supplier<Endpoint> secret;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Set<Long> acknowledged = new TreeSet<>();
    private final Set<Long> unanswered = new HashSet<>();
    private @Nullable Connection bank;

    private WritingClient(Supplier<Endpoint> secret) {
        this.secret = secret;
    }

    static WritingClient begin(Supplier<Endpoint> secret, long everyMillis) {
        WritingClient client = new WritingClient(secret);
        client.clock.scheduleAtFixedRate(client::write, 0, everyMillis, TimeUnit.MILLISECONDS);
        return client;
    }

    /** The ids whose commit was answered. */
    synchronized Set<Long> acknowledged() {
        return new TreeSet<>(acknowledged);
    }

    /** The ids whose commit was not. */
    synchronized Set<Long> unanswered() {
        return new HashSet<>(unanswered);
    }

    /** Waits until so many more rows were acknowledged. */
    void awaitRows(int more) throws InterruptedException {
        int wanted = acknowledged().size() + more;
        synchronized (this) {
            while (acknowledged.size() < wanted) {
                wait(60_000);
            }
        }
    }

    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new AssertionError("the client does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disconnect();
    }

    private void write() {
        Connection open;
        try {
            open = bank == null ? connect() : bank;
            bank = open;
        } catch (SQLException notAdmitted) {
            return;
        }
        long id = IDS.incrementAndGet();
        try (PreparedStatement insert = open.prepareStatement("INSERT INTO ledger VALUES (?, 'of the client')")) {
            insert.setLong(1, id);
            insert.executeUpdate();
            answered(id);
        } catch (SQLException broken) {
            lost(id);
            disconnect();
        }
    }

    private synchronized void answered(long id) {
        acknowledged.add(id);
        notifyAll();
    }

    private synchronized void lost(long id) {
        unanswered.add(id);
    }

    /** As Fineract does: the tenant store where the secret leads, and from there the bank of the tenant. */
    private Connection connect() throws SQLException {
        try (Connection store = open(secret.get(), "fineract_tenants");
                Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT schema_server, schema_server_port::int, schema_name FROM"
                                + " tenant_server_connections c JOIN tenants t ON t.oltp_id = c.id WHERE identifier = 'default'")) {
            row.next();
            return open(new Endpoint(row.getString(1), row.getInt(2)), row.getString(3));
        }
    }

    private static Connection open(Endpoint at, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + at + "/" + database + "?connectTimeout=5", "app", Side.PASSWORD);
    }

    private void disconnect() {
        if (bank != null) {
            try {
                bank.close();
            } catch (SQLException ended) {
                // It was broken already, which is why it is given up.
            }
            bank = null;
        }
    }
}
