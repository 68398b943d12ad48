package io.github.drkit.testkit.assertj;

import io.github.drkit.Outcome;
import io.github.drkit.report.RecoveryReport;
import io.github.drkit.report.RunReport;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/** What can be asserted of a recovery and its objectives. Not thread-safe. */
public final class RecoveryReportAssert extends AbstractAssert<RecoveryReportAssert, RecoveryReport> {

    RecoveryReportAssert(RecoveryReport actual) {
        super(actual, RecoveryReportAssert.class);
    }

    /**
     * Asserts that every run SUCCEEDED and the service was validated.
     *
     * @return this
     */
    public RecoveryReportAssert succeeded() {
        isNotNull();
        if (actual.outcome() != Outcome.SUCCEEDED) {
            failWithMessage(
                    "Expected the recovery to end SUCCEEDED but it ended %s%s:%s",
                    actual.outcome(), actual.validated().isPresent() ? "" : ", not validated", runs());
        }
        return this;
    }

    /**
     * Asserts that the service was validated within a time after the outage.
     *
     * @param objective the recovery time objective, included
     * @return this
     */
    public RecoveryReportAssert recoveredWithin(Duration objective) {
        isNotNull();
        return meets("RTO", objective, actual.rto());
    }

    /**
     * Asserts that no more than a time's data was lost.
     *
     * @param objective the recovery point objective, included
     * @return this
     */
    public RecoveryReportAssert lostAtMost(Duration objective) {
        isNotNull();
        return meets("RPO", objective, actual.rpo());
    }

    private RecoveryReportAssert meets(String name, Duration objective, Optional<Duration> achieved) {
        if (achieved.isEmpty()) {
            failWithMessage("Expected an %s of at most %s but none was achieved:%s", name, objective, runs());
        } else if (achieved.get().compareTo(objective) > 0) {
            failWithMessage("Expected an %s of at most %s but it was %s:%s", name, objective, achieved.get(), runs());
        }
        return this;
    }

    private String runs() {
        return actual.runs().stream().map(RecoveryReportAssert::line).collect(Collectors.joining());
    }

    private static String line(RunReport run) {
        return "\n  " + run.kind() + " " + run.subject() + " " + run.outcome() + " in " + run.duration();
    }
}
