package io.github.drkit.testkit.assertj;

import io.github.drkit.Outcome;
import io.github.drkit.report.RunReport;
import java.time.Duration;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/** What can be asserted of one run. Not thread-safe. */
public final class RunReportAssert extends AbstractAssert<RunReportAssert, RunReport> {

    RunReportAssert(RunReport actual) {
        super(actual, RunReportAssert.class);
    }

    /**
     * Asserts that the run ended SUCCEEDED, every step that is not SKIPPED included.
     *
     * @return this
     */
    public RunReportAssert succeeded() {
        return endedAs(Outcome.SUCCEEDED);
    }

    /**
     * Asserts how the run ended; UNKNOWN is no kind of FAILED.
     *
     * @param expected the outcome
     * @return this
     */
    public RunReportAssert endedAs(Outcome expected) {
        isNotNull();
        if (actual.outcome() != expected) {
            failWithMessage(
                    "Expected run '%s' to end %s but it ended %s:%s",
                    actual.run(), expected, actual.outcome(), steps());
        }
        return this;
    }

    /**
     * Asserts how one step ended.
     *
     * @param step its name
     * @param expected its outcome
     * @return this
     */
    public RunReportAssert hasStep(String step, Outcome expected) {
        isNotNull();
        Outcome ended = actual.find(step).map(RunReport.Step::outcome).orElse(null);
        if (ended == null) {
            failWithMessage("Expected run '%s' to have a step '%s' but it has none:%s", actual.run(), step, steps());
        } else if (ended != expected) {
            failWithMessage(
                    "Expected step '%s' of run '%s' to end %s but it ended %s:%s",
                    step, actual.run(), expected, ended, steps());
        }
        return this;
    }

    /**
     * Asserts that one step, and no other, FAILED with a code.
     *
     * @param step its name
     * @param code such as {@code DRK-STORE-003}
     * @return this
     */
    public RunReportAssert failedAt(String step, String code) {
        endedAs(Outcome.FAILED);
        hasStep(step, Outcome.FAILED);
        String others = actual.steps().stream()
                .filter(other ->
                        other.outcome() == Outcome.FAILED && !other.name().equals(step))
                .map(RunReport.Step::name)
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            failWithMessage(
                    "Expected only step '%s' of run '%s' to fail but %s did too:%s",
                    step, actual.run(), others, steps());
        }
        String message = actual.find(step).map(RunReport.Step::message).orElse("");
        if (!message.contains("[" + code + "]")) {
            failWithMessage(
                    "Expected step '%s' of run '%s' to fail with %s but it said: %s",
                    step, actual.run(), code, message);
        }
        return this;
    }

    /**
     * Asserts that a check of the run held: it was made and SUCCEEDED.
     *
     * @param check its name
     * @return this
     */
    public RunReportAssert passedCheck(String check) {
        isNotNull();
        RunReport.CheckLine line = actual.checks().stream()
                .filter(made -> made.name().equals(check))
                .findFirst()
                .orElse(null);
        if (line == null) {
            failWithMessage(
                    "Expected run '%s' to make check '%s' but it made %s",
                    actual.run(),
                    check,
                    actual.checks().stream().map(RunReport.CheckLine::name).toList());
        } else if (line.outcome() != Outcome.SUCCEEDED) {
            failWithMessage(
                    "Expected check '%s' of run '%s' to hold but it ended %s: expected %s, was %s",
                    check, actual.run(), line.outcome(), line.expected(), line.actual());
        }
        return this;
    }

    /**
     * Asserts how long the run took at most, by its journal.
     *
     * @param limit the limit, included
     * @return this
     */
    public RunReportAssert tookAtMost(Duration limit) {
        isNotNull();
        if (actual.duration().compareTo(limit) > 0) {
            failWithMessage(
                    "Expected run '%s' to take at most %s but it took %s:%s",
                    actual.run(), limit, actual.duration(), steps());
        }
        return this;
    }

    private String steps() {
        return actual.steps().stream()
                .map(step -> "\n  " + step.name() + " " + step.outcome() + ": " + step.message())
                .collect(Collectors.joining());
    }
}
