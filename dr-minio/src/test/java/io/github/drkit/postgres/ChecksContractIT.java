package io.github.drkit.postgres;

import io.github.drkit.Check;
import io.github.drkit.RestoredCopy;
import io.github.drkit.testkit.contract.CheckContract;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The checks that come with DR Kit, over copies on a real server. */
class ChecksContractIT {

    private static final String BANK = "fineract_default";

    private static LocalPostgres local;
    private static PostgresServer server;

    @BeforeAll
    static void beginServer() {
        local = LocalPostgres.beginOrSkip();
        server = Servers.of(local);
        bank("in_order", "(1, 'XAF', 2, 100), (1, 'XAF', 1, 100)");
        bank("unbalanced", "(1, 'XAF', 2, 100), (1, 'XAF', 1, 99.999999)");
        bank("shifted", "(1, 'XAF', 2, 100), (2, 'XAF', 1, 100)");
        Servers.sql(server, "postgres", "CREATE DATABASE lost");
    }

    @AfterAll
    static void endServer() {
        if (local != null) {
            local.close();
        }
    }

    private static void bank(String name, String entries) {
        Servers.sql(server, "postgres", "CREATE DATABASE " + name);
        Servers.sql(
                server,
                name,
                "CREATE TABLE acc_gl_journal_entry(office_id bigint, currency_code varchar(3), type_enum smallint,"
                        + " amount numeric(19,6))",
                "INSERT INTO acc_gl_journal_entry VALUES " + entries);
    }

    private static Baseline capture(String name) throws Exception {
        try (Connection connection = server.connect(name)) {
            return BaselineCapture.of(Depth.ROWS).capture(connection);
        }
    }

    @Nested
    class Ledgers extends CheckContract {

        @Override
        protected Check check() {
            return LedgerCheck.of(BANK);
        }

        @Override
        protected RestoredCopy right() {
            return new Copy("in_order");
        }

        @Override
        protected List<RestoredCopy> wrong() {
            return List.of(new Copy("unbalanced"), new Copy("shifted"));
        }

        @Override
        protected String contents() throws Exception {
            return capture("in_order").entries().toString();
        }

        @Override
        protected List<String> secrets() {
            return List.of(local.password());
        }
    }

    @Nested
    class Baselines extends CheckContract {

        @Override
        protected Check check() throws Exception {
            return BaselineCheck.of(Map.of(BANK, capture("in_order")));
        }

        @Override
        protected RestoredCopy right() {
            return new Copy("in_order");
        }

        @Override
        protected List<RestoredCopy> wrong() {
            return List.of(new Copy("unbalanced"), new Copy("shifted"), new Copy("lost"));
        }

        @Override
        protected String contents() throws Exception {
            return capture("in_order").entries().toString();
        }

        @Override
        protected List<String> secrets() {
            return List.of(local.password());
        }
    }

    /** A database of any name, as the copy of the bank's. */
    private record Copy(String name) implements RestoredCopy {

        @Override
        public Set<String> databases() {
            return Set.of(BANK);
        }

        @Override
        public DataSource database(String original) {
            return (DataSource) Proxy.newProxyInstance(
                    Copy.class.getClassLoader(),
                    new Class<?>[] {DataSource.class},
                    (source, method, arguments) -> server.connect(name));
        }

        @Override
        public void close() {
            // Connections belong to those who opened them.
        }
    }
}
