package io.github.drkit.testkit.assertj;

import io.github.drkit.retention.RetentionDecision;

/**
 * The entry point of the assertions: import {@code assertThat} statically, beside AssertJ's own. A failed assertion shows
 * the steps, points or remarks it looked at, so that the log of a build server is enough to see why.
 */
public final class DrAssertions {

    private DrAssertions() {}

    /**
     * Begins assertions about a decision on what stays and what may go.
     *
     * @param actual the decision
     * @return what can be asserted of it
     */
    public static RetentionDecisionAssert assertThat(RetentionDecision actual) {
        return new RetentionDecisionAssert(actual);
    }
}
