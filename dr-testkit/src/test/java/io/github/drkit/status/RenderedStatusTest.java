package io.github.drkit.status;

import static io.github.drkit.status.StatusBench.ROOMY;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Catalog;
import io.github.drkit.Outcome;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.store.Encryption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A status as text, Markdown and JSON. */
class RenderedStatusTest {

    private static final String RECIPIENT = "age1" + "q".repeat(58);

    private final StatusBench bench = new StatusBench();

    @Test
    void textSaysAllOfIt() {
        assertThat(full().render()).isEqualTo("""
                        Status at 2026-03-10T12:00:00Z: MISSED, decided by component 'keycloak'
                          RPO        MISSED by component 'keycloak': nobody backs up component 'keycloak': it exists and has no target
                          RTO        AT_RISK by bank: the last restore, run 'p', took 20 min and all of a recovery may take 4 h, but none was measured from the outage to the validated application
                          nobody     backs up component 'keycloak': it exists and has no target
                          waits      run 'x' to cut over elsewhere has not ended and was last heard of at 2026-03-10T01:00:00Z
                        bank: AT_RISK
                          RPO        MET: it can be recovered to 2026-03-10T02:00:00Z: 10 h would be lost and 30 h may be
                          RTO        AT_RISK: the last restore, run 'p', took 20 min and all of a recovery may take 4 h, but none was measured from the outage to the validated application
                          points     4 (1 PROVEN, 1 VERIFIED, 1 UNPROVEN, 1 FAILED; 1 of them SUSPECT), 400 bytes
                          proven     newest 2026-03-09T02:00:00Z bank-a
                          verified   newest 2026-03-10T02:00:00Z bank-b
                          failed     newest 2026-03-08T02:00:00Z bank-c
                          next run   2026-03-11T02:00:00Z
                          worst case 24 h 6 min, with one missed run 48 h 6 min
                          last run   2026-03-10T02:00:00Z SUCCEEDED after 5 min, run 'b'
                          last proof 2026-03-09T02:10:00Z by prover-1, of bank-a
                          last drill never
                          key        backup-2026, 68 d old
                          recipients 1 only: if its identity is lost, so is every backup
                          obstacle   1 entries of the catalog cannot be read. Next: Settle what is named: one of them may be the point that is needed
                          obstacle   points are encrypted to one recipient only. Next: Add a second recipient whose identity is kept elsewhere, and back up anew
                          problem    points/bank/x\uFFFD: it is corrupt [DRK-POINT-001]
                        """);
    }

    @Test
    void textSaysWhatThereNeverWas() {
        assertThat(bench.platform(Protection.builder("bank", bench.bank, ROOMY))
                        .status()
                        .render())
                .isEqualTo("""
                        Status at 2026-03-10T12:00:00Z: MISSED, decided by bank
                          RPO        MISSED by bank: there is no recovery point
                          RTO        UNKNOWN by bank: no restore and no recovery was ever measured
                        bank: MISSED
                          RPO        MISSED: there is no recovery point
                          RTO        UNKNOWN: no restore and no recovery was ever measured
                          points     0, 0 bytes
                          next run   none is due
                          last run   never
                          last proof never
                          last drill never
                          obstacle   there is nothing to restore that counts. Next: Back up, and verify what was backed up
                          obstacle   no point was ever PROVEN. Next: Restore the newest point into a scratch place and prove it
                        """);
    }

    @Test
    void textSaysNothingOfPointsThatCouldNotBeListed() {
        bench.bank.failure =
                Optional.of(new TargetUnavailableException("DRK-STORE-001", "Cannot list: no answer", "Look"));

        assertThat(bench.platform(bench.protection(ROOMY)).status().render()).isEqualTo("""
                        Status at 2026-03-10T12:00:00Z: UNKNOWN, decided by bank
                          RPO        UNKNOWN by bank: its recovery points cannot be listed: Cannot list: no answer
                          RTO        UNKNOWN by bank: no restore and no recovery was ever measured
                        bank: UNKNOWN
                          RPO        UNKNOWN: its recovery points cannot be listed: Cannot list: no answer
                          RTO        UNKNOWN: no restore and no recovery was ever measured
                          next run   2026-03-11T02:00:00Z
                          worst case 24 h, with one missed run 48 h, and what a backup and its check take, which was not measured
                          last run   never
                          last proof unknown
                          last drill never
                          obstacle   Cannot list: no answer. Next: Look
                        """);
    }

    @Test
    void markdownKeepsHostileNamesInTheirCells() {
        String markdown = full().toMarkdown();

        assertThat(markdown)
                .startsWith("# Status: MISSED\n\nat 2026-03-10T12:00:00Z\n\n| | |\n| --- | --- |\n| RPO | MISSED by ")
                .contains("\n## bank: AT\\_RISK\n".replace("\\_", "_"))
                .contains("| problem | points/bank/x<br>: it is corrupt \\[DRK-POINT-001\\] |\n");
        assertThat(markdown.lines().filter(line -> line.startsWith("|")))
                .allMatch(line ->
                        line.replace("\\|", "").chars().filter(c -> c == '|').count() == 3);
    }

    @Test
    void jsonHoldsEveryPartUnderItsName() {
        Map<String, Object> json = CanonicalJson.read(full().toJson().getBytes(StandardCharsets.UTF_8));

        assertThat(json)
                .containsEntry("schema", "drkit-status/1")
                .containsEntry("at", "2026-03-10T12:00:00Z")
                .containsEntry("rpoNow", "")
                .containsEntry(
                        "unprotected",
                        List.of(Map.of(
                                "kind",
                                "FORGOTTEN",
                                "what",
                                "component 'keycloak'",
                                "why",
                                "it exists and has no target")));
        assertThat(((List<?>) json.get("components")).get(0))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("component", "bank")
                .containsEntry("state", "AT_RISK")
                .containsEntry("objectives", Map.of("environment", "test", "rto", "PT4H", "rpo", "PT30H"))
                .containsKeys("rpo", "rto", "holdings", "rhythm", "evidence", "obstacles", "remarks");
        assertThat(full().toJson())
                .contains("\"rpoNow\":\"PT10H\"")
                .contains("\"worstCase\":{\"from\":\"2026-03-10T02:00:00Z\",\"interval\":\"PT24H\",\"rpo\":\"PT24H6M\","
                        + "\"rpoWithOneMissedRun\":\"PT48H6M\",\"untilCounting\":\"PT6M\"}")
                .contains("\"lastProof\":{\"consistencyTime\":\"2026-03-09T02:00:00Z\",\"id\":\"bank-a\","
                        + "\"provenAt\":\"2026-03-09T02:10:00Z\",\"provenBy\":\"prover-1\"}")
                .contains("\"lastRecovery\":{}")
                .contains("\"recipients\":\"1\"");
    }

    private PlatformStatus full() {
        bench.bank.points.clear();
        bench.bank.problems.clear();
        bench.bank
                .point("a", "2026-03-09T02:00:00Z", Proof.Level.PROVEN)
                .point("b", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED)
                .point("c", "2026-03-08T02:00:00Z", Proof.Level.FAILED)
                .point("d", "2026-03-10T03:00:00Z", Proof.Level.UNPROVEN, Plausibility.SUSPECT);
        bench.bank.problems.add(new Catalog.Problem("points/bank/x\n", "DRK-POINT-001", "it is corrupt"));
        if (bench.journal.runs().isEmpty()) {
            bench.runs.ended("b", "back up", "bank", "2026-03-10T02:00:00Z", Duration.ofMinutes(5), Outcome.SUCCEEDED);
            bench.runs.ended("v", "verify", "bank-b", "2026-03-10T02:10:00Z", Duration.ofMinutes(1), Outcome.SUCCEEDED);
            bench.runs.ended("p", "prove", "bank-a", "2026-03-09T02:00:00Z", Duration.ofMinutes(20), Outcome.SUCCEEDED);
            bench.runs.unfinished("x", "cut over", "elsewhere", "2026-03-10T01:00:00Z");
        }
        return Platform.builder(bench.journal)
                .time(bench.time)
                .protect(bench.protection(ROOMY)
                        .key("backup-2026", Instant.parse("2026-01-01T12:00:00Z"))
                        .encryption(Encryption.toSingleRecipient(RECIPIENT))
                        .build())
                .consistsOf("bank", "keycloak")
                .build()
                .status();
    }
}
