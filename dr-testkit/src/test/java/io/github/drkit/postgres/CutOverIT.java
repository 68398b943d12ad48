package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.cutover.CutOver;
import io.github.drkit.cutover.CutOverRequest;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two real servers and a client that writes every 100 ms and follows secret and tenant row. */
@Timeout(180)
class CutOverIT {

    private static final int EVERY_MILLIS = 100;

    private Side old;
    private Side fresh;
    private InMemoryEndpoint secret;
    private InMemoryJournal journal;
    private CutOver cutOver;
    /** What the old server's ledger held when the fence had just been engaged. */
    private final Set<Long> atFence = new TreeSet<>();

    @BeforeEach
    void twoServers() throws SQLException {
        old = Side.withABank();
        fresh = Side.withABank();
        String row = "INSERT INTO tenant_server_connections VALUES (1, '" + old.local.host() + "', 'bank', '"
                + old.local.port() + "', 'app', 'sealed', '', '', '')";
        for (Side side : List.of(old, fresh)) {
            side.as("app", "fineract_tenants", row, "INSERT INTO tenants VALUES (1, 'default', 1, 1)");
        }
        secret = new InMemoryEndpoint("secret", old.endpoint().toString(), new FaultScript());
        journal = new InMemoryJournal();
        PostgresSide newSide = PostgresSide.of(fresh.server()).probedAs(CutOverIT::app);
        cutOver = CutOver.builder(newSide, journal)
                .fenceOld(PostgresSide.of(old.server()).probedAs(CutOverIT::app).fence())
                .fenceNew(newSide.fence())
                .endpoint(newSide.tenantRows("fineract_tenants", Map.of(old.endpoint(), fresh.endpoint())))
                .endpoint(secret.switchTo(fresh.endpoint().toString(), EndpointSwitch.Place.OUTSIDE))
                .build();
    }

    @AfterEach
    void end() {
        if (old != null) {
            old.close();
        }
        if (fresh != null) {
            fresh.close();
        }
    }

    @Test
    void afterTheFenceNotOneRowReachesTheOldServerAndTheClientGoesOnAtTheNewOne() throws Exception {
        List<WritingClient> clients = new ArrayList<>();
        for (int client = 0; client < 3; client++) {
            clients.add(WritingClient.begin(this::secret, EVERY_MILLIS));
        }
        for (WritingClient client : clients) {
            client.awaitRows(5);
        }

        RunReport there = execute(CutOverRequest.to(identity()));
        assertThat(there.outcome()).as(said(there)).isEqualTo(Outcome.SUCCEEDED);
        for (WritingClient client : clients) {
            client.awaitRows(5);
            client.close();
        }

        Set<Long> acknowledged = new TreeSet<>();
        Set<Long> unanswered = new TreeSet<>();
        clients.forEach(client -> {
            acknowledged.addAll(client.acknowledged());
            unanswered.addAll(client.unanswered());
        });
        Set<Long> lost = new TreeSet<>(acknowledged);
        lost.removeAll(old.ledger());
        lost.removeAll(fresh.ledger());
        Set<Long> twice = new HashSet<>(old.ledger());
        twice.retainAll(fresh.ledger());
        Set<Long> late = new HashSet<>(old.ledger());
        late.removeAll(atFence);
        System.out.println("rds/cut-over: " + acknowledged.size() + " rows written, " + unanswered.size()
                + " unanswered, " + lost.size() + " lost, " + twice.size() + " duplicated, " + late.size()
                + " reached the old server after the fence, " + fresh.ledger().size() + " at the new server");
        assertThat(late).as("rows that reached the old server after the fence").isEmpty();
        assertThat(lost).as("acknowledged rows that are nowhere").isEmpty();
        assertThat(twice).as("rows on both servers").isEmpty();
        assertThat(fresh.ledger()).as("rows of the client at the new server").hasSizeGreaterThanOrEqualTo(15);
        assertThat(old.logins()).isEmpty();
    }

    private Endpoint secret() {
        String[] parts = secret.value().split(":", -1);
        return new Endpoint(parts[0], Integer.parseInt(parts[1]));
    }

    private String identity() {
        return PostgresSide.of(fresh.server()).identity();
    }

    private RunReport execute(CutOverRequest request) throws InterruptedException {
        DisasterRecovery dr = DisasterRecovery.builder(journal)
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
