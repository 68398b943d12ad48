package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.VerifyRequest;
import io.github.drkit.cutover.CutOver;
import io.github.drkit.cutover.CutOverRequest;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch.Place;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.event.RecoveryListener;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two real servers and a client that writes every 100 ms and follows secret and tenant row. */
@Timeout(180)
class CutOverIT {

    private static final int EVERY_MILLIS = 100;

    /** How many rows each client is to have written before and after something happens. */
    private static final int ROWS = Integer.getInteger("drkit.cut-over.rows", 5);

    private static Side old;
    private static Side fresh;

    private InMemoryEndpoint secret;
    private InMemoryJournal journal;
    private CutOver cutOver;
    private InMemoryBackupTarget backups;
    private final List<WritingClient> clients = new ArrayList<>();
    /** What the old server's ledger held when the fence had just been engaged. */
    private final Set<Long> atFence = new TreeSet<>();

    @BeforeAll
    static void beginServers() throws SQLException {
        old = Side.withABank();
        fresh = Side.withABank();
    }

    @AfterAll
    static void endServers() {
        if (old != null) {
            old.close();
        }
        if (fresh != null) {
            fresh.close();
        }
    }

    @BeforeEach
    void aBankThatNamesTheOldServer() throws SQLException {
        old.reset();
        fresh.reset();
        String row = "INSERT INTO tenant_server_connections VALUES (1, '" + old.local.host() + "', 'bank', '"
                + old.local.port() + "', 'app', 'sealed', '', '', '')";
        for (Side side : List.of(old, fresh)) {
            side.as("app", "fineract_tenants", row, "INSERT INTO tenants VALUES (1, 'default', 1, 1)");
        }
        secret = new InMemoryEndpoint("secret", old.endpoint().toString(), new FaultScript());
        journal = new InMemoryJournal();
        backups = new InMemoryBackupTarget(
                "bank",
                new InMemoryTables().add("bank", "ledger", "as backed up"),
                InMemoryPointStore.on(TimeSource.system(), new FaultScript(), 8),
                KeyRing.fresh(),
                journal);
        InMemoryJournal journal = this.journal;
        // tag::parts
        PostgresSide oldSide = PostgresSide.of(old.server()).probedAs(CutOverIT::app);
        PostgresSide newSide = PostgresSide.of(fresh.server()).probedAs(CutOverIT::app);
        CutOver cutOver = CutOver.builder(newSide, journal)
                .fenceOld(oldSide.fence())
                .fenceNew(newSide.fence()) // for rolling back
                .endpoint(newSide.tenantRows("fineract_tenants", Map.of(old.endpoint(), fresh.endpoint())))
                .endpoint(secret.switchTo(fresh.endpoint().toString(), Place.OUTSIDE))
                .backups(backups) // of the new side, so that a loss can be accepted
                .build();
        // end::parts
        this.cutOver = cutOver;
    }

    @AfterEach
    void end() {
        clients.forEach(WritingClient::close);
    }

    @Test
    void afterTheFenceNotOneRowReachesTheOldServerAndTheClientGoesOnAtTheNewOne() throws Exception {
        try (Connection idle = old.open("app", "bank")) {
            idle.setAutoCommit(false);
            insert(idle, -1);
            begin(3);

            RunReport there = execute(CutOverRequest.to(identity()));

            assertThat(there.outcome()).as(said(there)).isEqualTo(Outcome.SUCCEEDED);
            awaitRows();
            assertThatThrownBy(idle::commit).isInstanceOf(SQLException.class);
        }
        Count count = stop();

        System.out.println("rds/cut-over: " + count);
        assertThat(count.late())
                .as("rows that reached the old server after the fence")
                .isEmpty();
        assertThat(count.lost()).as("acknowledged rows that are nowhere").isEmpty();
        assertThat(count.twice()).as("rows on both servers").isEmpty();
        assertThat(fresh.ledger()).as("rows at the new server").hasSizeGreaterThanOrEqualTo(3 * ROWS);
        assertThat(old.ledger()).as("what was idle in a transaction").doesNotContain(-1L);
        assertThat(old.logins()).isEmpty();
    }

    @Test
    void beforeTheFirstWriteARollBackIsPlainAndEverythingIsAsItWas() throws Exception {
        List<String> logins = old.logins();
        RunReport there = execute(CutOverRequest.to(identity()));
        assertThat(there.outcome()).as(said(there)).isEqualTo(Outcome.SUCCEEDED);

        RunReport back = execute(CutOverRequest.back(there.run()));

        assertThat(back.outcome()).as(said(back)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(back.find("count-loss").orElseThrow().facts()).containsEntry("rows", "0");
        assertThat(old.logins()).isEqualTo(logins);
        assertThat(fresh.logins()).isEmpty();
        assertThat(secret()).isEqualTo(old.endpoint());
        begin(1);
        Count count = stop();
        assertThat(old.ledger()).containsAll(count.acknowledged());
        assertThat(fresh.ledger()).isEmpty();
    }

    @Test
    void afterWritesExactlyTheRowsThatWouldBeLostAreCountedTableByTableWithWritersAtWork() throws Exception {
        RunReport there = execute(CutOverRequest.to(identity()));
        assertThat(there.outcome()).as(said(there)).isEqualTo(Outcome.SUCCEEDED);
        begin(3);
        fresh.as("app", "bank", "UPDATE client SET name = 'x' WHERE id <= 3", "DELETE FROM client WHERE id > 15");
        assertThatThrownBy(() -> execute(CutOverRequest.back(there.run())))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("rows or more would be lost");
        assertThat(fresh.logins()).as("the new server serves on").containsExactly("app", "batch", "fineract");

        RunId cutOverRun = there.run();
        // tag::back
        RunReport withdrawn = execute(CutOverRequest.withdraw(cutOverRun)); // fences the new side and counts
        Map<String, String> counted = withdrawn.find("count-loss").orElseThrow().facts();
        RecoveryPointId point = backUp(); // by the target given above
        // end::back
        assertThat(withdrawn.outcome()).as(said(withdrawn)).isEqualTo(Outcome.SUCCEEDED);
        int written = fresh.ledger().size();
        assertThat(counted)
                .containsEntry("rows", String.valueOf(written + 8))
                .containsEntry("table bank public.ledger", written + " written, 0 changed or deleted")
                .containsEntry("table bank public.client", "3 written, 8 changed or deleted")
                .hasSize(4);
        assertThat(written).as("rows of three writers").isGreaterThanOrEqualTo(3 * ROWS);

        long xid =
                Long.parseLong(there.find("note-position").orElseThrow().facts().get("xid \"bank\""));
        assertThat(fresh.ask("bank", "SELECT id::text FROM public.ledger WHERE " + pageSays(xid)))
                .as("what the page says to read before going back")
                .hasSize(written);
        assertThat(fresh.ask("bank", "SELECT id::text FROM public.client WHERE " + pageSays(xid)))
                .containsExactlyInAnyOrder("1", "2", "3");

        // tag::accept
        RunReport back = execute(CutOverRequest.back(cutOverRun)
                .accepting(withdrawn.run(), counted.get("digest"), point)); // exactly this loss, by name
        // end::accept

        assertThat(back.outcome()).as(said(back)).isEqualTo(Outcome.SUCCEEDED);
        awaitRows();
        Count count = stop();
        assertThat(fresh.ledger())
                .as("rows that stay at the new server, fenced")
                .hasSize(written);
        assertThat(count.lost()).as("acknowledged rows that are nowhere").isEmpty();
        assertThat(count.twice()).as("rows on both servers").isEmpty();
        assertThat(old.ledger()).as("rows since the roll back").hasSizeGreaterThanOrEqualTo(3 * ROWS);
        System.out.println("rds/cut-over: rolled back with " + counted.get("rows") + " rows counted, of them " + written
                + " of " + written + " inserted and 8 of 8 changed or deleted; "
                + old.ledger().size()
                + " rows written at the old server since");
    }

    @Test
    void aTransactionPreparedAtTheLastMomentFailsTheFenceAndTheOldServerServesOn() throws Exception {
        begin(1);
        RecoveryListener prepares = event -> {
            if (event instanceof RecoveryEvent.StepBegun begun && begun.step().equals("fence-old-1")) {
                prepare();
            }
        };

        RunReport there = execute(CutOverRequest.to(identity()), prepares);

        assertThat(there.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(there.find("fence-old-1").orElseThrow().message())
                .contains("transactions [two-phase of app in bank] are prepared but none may be");
        assertThat(there.find("undo-if-failed").orElseThrow().message()).isEqualTo("as before: the old side serves");
        awaitRows();
        stop();
        assertThat(fresh.ledger()).isEmpty();
    }

    @Test
    void aTransactionPreparedWhileSessionsAreEndedIsSeenByTheFenceAndAllIsUndone() throws Exception {
        begin(1);
        // After the roles have lost their login and before the fence is looked at: the last role is fineract.
        InMemoryJournal watched = journal;
        Journal prepares = new Journal() {
            @Override
            public void append(JournalEntry entry) {
                watched.append(entry);
                if (entry.facts().containsKey("role app")) {
                    prepare();
                }
            }

            @Override
            public List<JournalEntry> entries(RunId run) {
                return watched.entries(run);
            }

            @Override
            public List<RunId> runs() {
                return watched.runs();
            }
        };
        DisasterRecovery dr = DisasterRecovery.builder(prepares).build();

        RunReport there = dr.execute(dr.plan(cutOver, CutOverRequest.to(identity())), cutOver);

        assertThat(there.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(there.find("fence-old-1").orElseThrow().message())
                .isEqualTo(
                        "it is PARTLY ([two-phase of app in bank] are prepared and may be committed by anybody who may"
                                + " log in) but must be MADE");
        assertThat(there.find("undo-if-failed").orElseThrow().message()).isEqualTo("as before: the old side serves");
        awaitRows();
        stop();
        assertThat(old.logins()).containsExactly("app", "batch", "fineract");
    }

    private void begin(int writers) throws InterruptedException {
        for (int client = 0; client < writers; client++) {
            clients.add(WritingClient.begin(this::secret, EVERY_MILLIS));
        }
        awaitRows();
    }

    private void awaitRows() throws InterruptedException {
        for (WritingClient client : clients) {
            client.awaitRows(ROWS);
        }
    }

    /** Ends the clients and compares what they were told with what is there. */
    private Count stop() throws SQLException {
        Set<Long> acknowledged = new TreeSet<>();
        Set<Long> unanswered = new TreeSet<>();
        for (WritingClient client : clients) {
            client.close();
            acknowledged.addAll(client.acknowledged());
            unanswered.addAll(client.unanswered());
        }
        clients.clear();
        Set<Long> lost = new TreeSet<>(acknowledged);
        lost.removeAll(old.ledger());
        lost.removeAll(fresh.ledger());
        Set<Long> twice = new TreeSet<>(old.ledger());
        twice.retainAll(fresh.ledger());
        Set<Long> late = new TreeSet<>(old.ledger());
        late.removeAll(atFence);
        return new Count(acknowledged, unanswered, lost, twice, late);
    }

    private record Count(
            Set<Long> acknowledged, Set<Long> unanswered, Set<Long> lost, Set<Long> twice, Set<Long> late) {
        @Override
        public String toString() {
            return acknowledged.size() + " rows written and acknowledged, " + unanswered.size() + " not answered, "
                    + lost.size() + " lost, " + twice.size() + " duplicated, " + late.size()
                    + " reached the old server after the fence";
        }
    }

    private static void insert(Connection session, long id) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("INSERT INTO ledger VALUES (" + id + ", 'of a test')");
        }
    }

    /** As an application with a transaction coordinator does, on the old server. */
    private void prepare() {
        try {
            old.sql("postgres", "ALTER ROLE app LOGIN");
            try (Connection session = old.open("app", "bank")) {
                session.setAutoCommit(false);
                insert(session, -2);
                try (Statement statement = session.createStatement()) {
                    statement.execute("PREPARE TRANSACTION 'two-phase'");
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The condition of the query on the page, for a transaction id. */
    private static String pageSays(long xid) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "cut-over.md"));
        Matcher query = Pattern.compile("WHERE (age\\(xmin\\) .*)\\) TO ").matcher(page);
        assertThat(query.find()).as("a query on the page").isTrue();
        return query.group(1).replace("4711", String.valueOf(xid % (1L << 32)));
    }

    /** What backs the new side up is not what is tested here: a point in memory, made now, and verified. */
    private RecoveryPointId backUp() throws InterruptedException {
        DisasterRecovery dr = DisasterRecovery.builder(journal).build();
        dr.execute(dr.plan(backups, BackupRequest.manual("before going back")), backups);
        RecoveryPointId point = backups.list().points().get(0).id();
        dr.execute(dr.plan(backups, new VerifyRequest(point)), backups);
        return point;
    }

    private Endpoint secret() {
        String[] parts = secret.value().split(":", -1);
        return new Endpoint(parts[0], Integer.parseInt(parts[1]));
    }

    private String identity() {
        return PostgresSide.of(fresh.server()).identity();
    }

    private RunReport execute(CutOverRequest request) throws InterruptedException {
        return execute(request, event -> {});
    }

    private RunReport execute(CutOverRequest request, RecoveryListener also) throws InterruptedException {
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .listener(also)
                .listener(event -> {
                    if (event instanceof RecoveryEvent.StepEnded ended
                            && ended.step().equals("fence-old-1")) {
                        noteLedger();
                    }
                })
                .build();
        Plan plan = dr.plan(cutOver, request);
        return dr.execute(plan, cutOver);
    }

    private void noteLedger() {
        try {
            atFence.addAll(old.ledger());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static PostgresCredentials app() {
        return new PostgresCredentials("app", Side.PASSWORD);
    }

    private static String said(RunReport report) {
        StringBuilder said = new StringBuilder();
        report.steps()
                .forEach(step -> said.append(step.name())
                        .append(' ')
                        .append(step.outcome())
                        .append(": ")
                        .append(step.message())
                        .append('\n'));
        return said.toString();
    }
}
