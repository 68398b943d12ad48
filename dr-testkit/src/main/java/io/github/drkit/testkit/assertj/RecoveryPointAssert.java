package io.github.drkit.testkit.assertj;

import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import java.time.Instant;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** What can be asserted of a recovery point. Not thread-safe. */
public final class RecoveryPointAssert extends AbstractAssert<RecoveryPointAssert, RecoveryPoint> {

    RecoveryPointAssert(@Nullable RecoveryPoint actual) {
        super(actual, RecoveryPointAssert.class);
    }

    /**
     * Asserts that the point is proven this far or further.
     *
     * @param required the level asked for
     * @return this
     */
    public RecoveryPointAssert isAtLeast(Proof.Level required) {
        isNotNull();
        if (!actual.proof().level().reaches(required)) {
            failWithMessage(
                    "Expected point '%s' to be %s at least but it is %s, with remarks %s",
                    actual.id(), required, actual.proof().level(), actual.remarks());
        }
        return this;
    }

    /**
     * Asserts that the point is proven exactly this far.
     *
     * @param level the level
     * @return this
     */
    public RecoveryPointAssert is(Proof.Level level) {
        isNotNull();
        if (actual.proof().level() != level) {
            failWithMessage(
                    "Expected point '%s' to be %s but it is %s, with remarks %s",
                    actual.id(), level, actual.proof().level(), actual.remarks());
        }
        return this;
    }

    /**
     * Asserts whether the point looks like those before it.
     *
     * @param plausibility OK or SUSPECT
     * @return this
     */
    public RecoveryPointAssert is(Plausibility plausibility) {
        isNotNull();
        if (actual.plausibility() != plausibility) {
            failWithMessage(
                    "Expected point '%s' to look %s but it looks %s, with remarks %s",
                    actual.id(), plausibility, actual.plausibility(), actual.remarks());
        }
        return this;
    }

    /**
     * Asserts that the point's data is not older than an instant.
     *
     * @param earliest UTC, included
     * @return this
     */
    public RecoveryPointAssert isFrom(Instant earliest) {
        isNotNull();
        if (actual.consistencyTime().isBefore(earliest)) {
            failWithMessage(
                    "Expected point '%s' to be of %s or later but it is of %s",
                    actual.id(), earliest, actual.consistencyTime());
        }
        return this;
    }
}
