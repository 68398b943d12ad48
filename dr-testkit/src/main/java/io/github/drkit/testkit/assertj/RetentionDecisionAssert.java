package io.github.drkit.testkit.assertj;

import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.retention.Fate;
import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionEntry;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** What can be asserted of a decision on what stays and what may go. Not thread-safe. */
public final class RetentionDecisionAssert extends AbstractAssert<RetentionDecisionAssert, RetentionDecision> {

    RetentionDecisionAssert(@Nullable RetentionDecision actual) {
        super(actual, RetentionDecisionAssert.class);
    }

    /**
     * Asserts that points stay, for whatever reason: KEEP, HOLD or SKIP.
     *
     * @param points their ids
     * @return this
     */
    public RetentionDecisionAssert keeps(String... points) {
        for (String point : points) {
            RetentionEntry entry = entry(point);
            if (entry.fate() == Fate.DROP) {
                failWithMessage("Expected point '%s' to stay but it may go:%n  %s", point, entry);
            }
        }
        return this;
    }

    /**
     * Asserts that these points may go, and no others.
     *
     * @param points their ids, in any order; none if everything is to stay
     * @return this
     */
    public RetentionDecisionAssert dropsOnly(String... points) {
        isNotNull();
        List<String> dropped = actual.drops().stream()
                .map(entry -> entry.point().id().value())
                .sorted()
                .toList();
        List<String> expected = List.of(points).stream().sorted().toList();
        if (!dropped.equals(expected)) {
            failWithMessage("Expected only %s to go but %s may:%n%s", expected, dropped, actual.render());
        }
        return this;
    }

    /**
     * Asserts that a point may go.
     *
     * @param point its id
     * @return what can be asserted of the reason
     */
    public Dropped drops(String point) {
        RetentionEntry entry = entry(point);
        if (entry.fate() != Fate.DROP) {
            failWithMessage("Expected point '%s' to go but it stays:%n  %s%s", point, entry, refusals());
        }
        return new Dropped(entry);
    }

    /**
     * Asserts that the last proof is not thrown away: as long as a PROVEN point exists, one stays; and the same for
     * VERIFIED or better, and for points nobody has looked at or better.
     *
     * @return this
     */
    public RetentionDecisionAssert neverDropsLastProven() {
        isNotNull();
        for (Proof.Level level : List.of(Proof.Level.PROVEN, Proof.Level.VERIFIED, Proof.Level.UNPROVEN)) {
            List<RetentionEntry> there = actual.entries().stream()
                    .filter(entry -> entry.point().proof().level().reaches(level))
                    .toList();
            if (!there.isEmpty() && there.stream().allMatch(entry -> entry.fate() == Fate.DROP)) {
                failWithMessage(
                        "Expected one of the %s points that are at least %s to stay but all may go:%n%s",
                        there.size(), level, actual.render());
            }
        }
        return this;
    }

    /**
     * Asserts that something stands against expiring anything now, and so nothing may go.
     *
     * @param code the stable code, such as {@code DRK-RETENTION-008}
     * @return this
     */
    public RetentionDecisionAssert isRefused(String code) {
        isNotNull();
        if (actual.refusals().stream().noneMatch(refusal -> refusal.code().equals(code))) {
            failWithMessage("Expected expiry to be refused by %s but:%s", code, refusals());
        }
        return dropsOnly();
    }

    private RetentionEntry entry(String point) {
        isNotNull();
        return actual.find(RecoveryPointId.of(point)).orElseGet(() -> {
            failWithMessage("Expected the decision to know point '%s' but it knows:%n%s", point, actual.render());
            throw new IllegalStateException("failWithMessage returns nothing");
        });
    }

    private String refusals() {
        StringBuilder text = new StringBuilder();
        actual.refusals()
                .forEach(refusal -> text.append(System.lineSeparator())
                        .append("  ")
                        .append(refusal.code())
                        .append(' ')
                        .append(refusal.problem()));
        return text.isEmpty() ? System.lineSeparator() + "  nothing stands against expiring" : text.toString();
    }

    /** What can be asserted of a point that may go. Not thread-safe. */
    public final class Dropped {

        private final RetentionEntry entry;

        private Dropped(RetentionEntry entry) {
            this.entry = entry;
        }

        /**
         * Asserts why.
         *
         * @param reason a part of the explanation
         * @return the assertions on the decision
         */
        public RetentionDecisionAssert because(String reason) {
            if (!entry.explanation().contains(reason)) {
                failWithMessage(
                        "Expected point '%s' to go because of '%s' but:%n  %s",
                        entry.point().id(), reason, entry);
            }
            return RetentionDecisionAssert.this;
        }
    }
}
