package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.RequestRefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

    @Test
    void theToolEnvironmentHoldsEverythingAndTheDatabaseAsData() {
        PostgresServer server = PostgresServer.builder("db.example")
                .port(6543)
                .credentials(() -> new PostgresCredentials("dumper", "planted-secret"))
                .certificateAuthorities(Path.of("/etc/rds.pem"))
                .connectTimeout(Duration.ofSeconds(7))
                .applicationName("nightly")
                .build();

        assertThat(server.toolEnvironment("a=b"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "PGHOST", "db.example",
                        "PGPORT", "6543",
                        "PGUSER", "dumper",
                        "PGPASSWORD", "planted-secret",
                        "PGSSLMODE", "verify-full",
                        "PGSSLROOTCERT", "/etc/rds.pem",
                        "PGCONNECT_TIMEOUT", "7",
                        "PGAPPNAME", "nightly",
                        "PGDATABASE", "a=b"));
        assertThat(server.toString()).isEqualTo("PostgreSQL at db.example:6543, TLS verified against /etc/rds.pem");
        assertThat(new PostgresCredentials("dumper", "planted-secret").toString())
                .isEqualTo("PostgresCredentials[user=dumper, password=hidden]");
    }

    @Test
    void tlsIsVerifiedUnlessItIsSwitchedOffByName() {
        PostgresServer.Builder builder =
                PostgresServer.builder("::1").credentials(() -> new PostgresCredentials("u", ""));

        assertThat(builder.build().toolEnvironment())
                .containsEntry("PGSSLMODE", "verify-full")
                .containsKey("PGSSLROOTCERT")
                .doesNotContainKey("PGPASSWORD");
        assertThat(builder.withoutTls().build().toolEnvironment())
                .containsEntry("PGSSLMODE", "disable")
                .doesNotContainKey("PGSSLROOTCERT");
        assertThat(builder.build().describe()).isEqualTo("PostgreSQL at [::1]:5432, PLAINTEXT");
    }

    /** This module has no driver in its tests. */
    @Test
    void aMissingDriverIsNamed() {
        PostgresServer server = PostgresServer.builder("db.example")
                .credentials(() -> new PostgresCredentials("u", "planted-secret"))
                .build();

        assertThatThrownBy(() -> server.connect("bank"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot connect to server 'db.example:5432': no JDBC driver accepts jdbc:postgresql: but one"
                                + " is required" + System.lineSeparator()
                                + "Hint: Put org.postgresql:postgresql on the class path, or give the builder a connect function"
                                + " [DRK-PG-001]");
    }

    @Test
    void toolsNeedCredentialsEvenWhereAFunctionConnects() {
        PostgresServer server = PostgresServer.builder("db.example")
                .connector(database -> {
                    throw new AssertionError("not asked");
                })
                .build();

        assertThatThrownBy(server::toolEnvironment)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot build the tool environment for server 'db.example:5432': no credentials were given but they"
                                + " are required\n"
                                + "Hint: Give the builder credentials; a connect function serves this process only, not"
                                + " pg_dump [DRK-PG-016]");
        assertThatThrownBy(() -> PostgresServer.builder("db.example").build())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot build server 'db.example': credentials or a connect function is required");
    }

    @Test
    void aListOfHostsIsRefused() {
        assertThatThrownBy(() -> PostgresServer.builder("a,b"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot accept host 'a,b': one host name or address is required");
    }
}
