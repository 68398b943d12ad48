package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.VerifyRequest;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.journal.Journal;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PostgresCutOverIT {

    private static final String LIVE = "ban k\"é";
    private static final String COPY = LIVE + "_restored";

    private static LocalPostgres postgres;

    @TempDir
    Path folder;

    private Bench bench;
    private PostgresCutOver cutOver;

    @BeforeAll
    static void beginServer() {
        postgres = LocalPostgres.beginOrSkip();
    }

    @AfterAll
    static void endServer() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void aLiveDatabaseAndItsRestoredCopy() throws SQLException {
        bench = new Bench(postgres, folder);
        for (String left : bench.ask(
                        "postgres",
                        "SELECT coalesce(string_agg(datname, ','), '') FROM pg_database WHERE datname LIKE 'ban k%'")
                .split(",", -1)) {
            if (left.isEmpty()) {
                continue;
            }
            bench.drop(left);
        }
        for (String name : new String[] {LIVE, COPY}) {
            bench.sql("postgres", "CREATE DATABASE " + Names.quoted(name));
            bench.sql(name, "CREATE TABLE t(id int PRIMARY KEY, v text)", "CREATE TABLE who(name text)");
            bench.sql(name, "INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 100) i");
        }
        bench.sql(LIVE, "INSERT INTO who VALUES ('old')");
        bench.sql(COPY, "INSERT INTO who VALUES ('new')");
        cutOver = PostgresCutOver.of(bench.server(), bench.journal(), bench.points());
    }

    @Test
    void theCopyTakesTheNameAndTheOldOneStaysClosedUnderAnother() throws Exception {
        RunReport report = forward();

        assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(who(LIVE)).isEqualTo("new");
        String kept = Names.fitted(LIVE + "_before_" + report.run());
        assertThatThrownBy(() -> who(kept)).hasMessageContaining("not currently accepting connections");
        bench.sql("postgres", "ALTER DATABASE " + Names.quoted(kept) + " ALLOW_CONNECTIONS true");
        assertThat(who(kept)).isEqualTo("old");
    }

    @Test
    void sessionsOfTheOldDatabaseAreEndedBeforeTheSwitch() throws Exception {
        try (Connection client = bench.server().connect(LIVE);
                Statement statement = client.createStatement()) {
            statement.execute("INSERT INTO who VALUES ('client')");

            RunReport report = forward();

            assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
            assertThatThrownBy(() -> statement.execute("INSERT INTO who VALUES ('late')"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aLostDatabaseIsSimplyReplaced() throws Exception {
        bench.drop(LIVE);

        RunReport report = forward();

        assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(who(LIVE)).isEqualTo("new");
        assertThatThrownBy(() -> bench.engine().plan(cutOver, PostgresCutOverRequest.back(report.run())))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot cut over database '" + LIVE
                        + "': the cut-over found no older database but one is required to go back to\n"
                        + "Hint: See the databases of the server [DRK-CUT-002]");
    }

    @Test
    void withoutWritesTheOldDatabaseReturns() throws Exception {
        RunReport there = forward();

        RunReport back = bench.run(cutOver, PostgresCutOverRequest.back(there.run()));

        assertThat(back.outcome()).as(Bench.said(back)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(who(LIVE)).isEqualTo("old");
        assertThat(who(Names.fitted(LIVE + "_after_" + there.run()))).isEqualTo("new");
    }

    @Test
    void afterAWriteGoingBackIsRefusedAndTheNewDatabaseServesOn() throws Exception {
        RunReport there = forward();
        bench.sql(
                LIVE,
                "INSERT INTO t SELECT i, 'w' FROM generate_series(101, 107) i",
                "UPDATE t SET v = 'x' WHERE id <= 3",
                "DELETE FROM t WHERE id BETWEEN 11 AND 15",
                "VACUUM FREEZE t");

        RunReport back = bench.run(cutOver, PostgresCutOverRequest.back(there.run()));

        assertThat(back.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(back.find("count-loss").orElseThrow().message())
                .startsWith("10 rows would be lost (" + LIVE + " public.t: 10 written, 8 changed or deleted), sha256:")
                .endsWith(
                        ", but no loss is accepted. Withdraw, back the withdrawn databases up, then accept exactly what"
                                + " the withdrawal counted");
        assertThat(who(LIVE)).isEqualTo("new");
        assertThat(bench.ask(LIVE, "SELECT count(*) FROM t")).isEqualTo("102");
    }

    @Test
    void whatWasWrittenIsCountedBackedUpAcceptedAndOnlyThenLeftBehind() throws Exception {
        RunReport there = forward();
        bench.sql(LIVE, "INSERT INTO t SELECT i, 'w' FROM generate_series(101, 142) i");
        RecoveryPointId before = bench.backUp(bench.target(LIVE));

        RunReport withdrawn = bench.run(cutOver, PostgresCutOverRequest.withdraw(there.run()));
        assertThat(withdrawn.outcome()).as(Bench.said(withdrawn)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(withdrawn.find("count-loss").orElseThrow().facts()).containsEntry("rows", "42");
        assertThatThrownBy(() -> who(LIVE)).hasMessageContaining("does not exist");

        String digest = withdrawn.find("count-loss").orElseThrow().facts().get("digest");
        String name = withdrawn.find("withdraw").orElseThrow().facts().get("withdrawn " + LIVE);
        PostgresDumps target = bench.target(name);
        RecoveryPointId point = bench.backUp(target);
        PostgresCutOverRequest accepted =
                PostgresCutOverRequest.back(there.run()).accepting(withdrawn.run(), digest, point);
        assertThatThrownBy(() -> bench.engine().plan(cutOver, accepted))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot roll back cut-over '" + there.run() + "': the backup '" + point
                        + "' of what would be lost is UNPROVEN but VERIFIED is required\n"
                        + "Hint: Verify it first [DRK-CUT-005]");
        bench.run(target, new VerifyRequest(point));

        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                cutOver,
                                PostgresCutOverRequest.back(there.run()).accepting(withdrawn.run(), digest, before)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith(
                        "Cannot roll back cut-over '" + there.run() + "': the backup '" + before + "' is of ")
                .hasMessageContaining(
                        " or later, when the new databases were withdrawn\n"
                                + "Hint: Back the withdrawn databases up now, verify the point, and name it here [DRK-CUT-010]");

        bench.sql(name, "UPDATE t SET v = 'late' WHERE id = 1");
        RunReport late = bench.run(cutOver, accepted);
        assertThat(late.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(late.find("count-loss").orElseThrow().message())
                .startsWith("43 rows would be lost (")
                .contains(", but the request accepts " + digest + ". ");
        assertThatThrownBy(() -> who(LIVE)).hasMessageContaining("does not exist");

        RunReport counted = bench.run(cutOver, PostgresCutOverRequest.withdraw(there.run()));
        RecoveryPointId whole = bench.backUp(target);
        bench.run(target, new VerifyRequest(whole));
        PostgresCutOverRequest all = PostgresCutOverRequest.back(there.run())
                .accepting(
                        counted.run(),
                        counted.find("count-loss").orElseThrow().facts().get("digest"),
                        whole);
        RunReport back = bench.run(cutOver, all);
        assertThat(back.outcome()).as(Bench.said(back)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(who(LIVE)).isEqualTo("old");
    }

    @Test
    void aHostCutsOverOnOneServerAndGoesBack() throws Exception {
        PostgresServer server = bench.server();
        Journal journal = bench.journal();
        PostgresDumps bank = bench.target(LIVE);
        // tag::cut-over
        PostgresCutOver cutOver = PostgresCutOver.of(server, journal, bank.points());
        RunReport there = run(cutOver, PostgresCutOverRequest.of(Map.of(LIVE, COPY))); // live name, restored copy
        // end::cut-over
        bench.sql(LIVE, "INSERT INTO t SELECT i, 'w' FROM generate_series(101, 142) i");

        // tag::back
        RunReport withdrawn = run(cutOver, PostgresCutOverRequest.withdraw(there.run()));
        String name = withdrawn.find("withdraw").orElseThrow().facts().get("withdrawn " + LIVE);
        RecoveryPointId point = backUpAndVerify(name);
        String digest = withdrawn.find("count-loss").orElseThrow().facts().get("digest");
        RunReport back =
                run(cutOver, PostgresCutOverRequest.back(there.run()).accepting(withdrawn.run(), digest, point));
        // end::back

        assertThat(there.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(back.outcome()).as(Bench.said(back)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(who(LIVE)).isEqualTo("old");
    }

    private RunReport run(PostgresCutOver operation, PostgresCutOverRequest request) throws InterruptedException {
        return bench.run(operation, request);
    }

    private RecoveryPointId backUpAndVerify(String database) throws InterruptedException {
        PostgresDumps target = bench.target(database);
        RecoveryPointId point = bench.backUp(target);
        bench.run(target, new VerifyRequest(point));
        return point;
    }

    private RunReport forward() throws InterruptedException {
        return bench.run(cutOver, PostgresCutOverRequest.of(Map.of(LIVE, COPY)));
    }

    private String who(String database) throws SQLException {
        try (Connection connection = java.sql.DriverManager.getConnection(
                        "jdbc:postgresql://" + postgres.host() + ":" + postgres.port() + "/"
                                + java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8)
                                        .replace("+", "%20"),
                        postgres.superuser(),
                        postgres.password());
                Statement statement = connection.createStatement();
                java.sql.ResultSet row = statement.executeQuery("SELECT string_agg(name, ',') FROM who")) {
            row.next();
            return row.getString(1);
        }
    }
}
