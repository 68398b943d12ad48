package io.github.drkit.testkit.assertj;

import io.github.drkit.Catalog;
import io.github.drkit.Plan;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.report.RecoveryReport;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionDecision;

/**
 * The entry point of the assertions: import {@code assertThat} statically, beside AssertJ's own. A failed assertion shows
 * the steps, points or remarks it looked at, so that the log of a build server is enough to see why.
 */
public final class DrAssertions {

    private DrAssertions() {}

    /**
     * Begins assertions about one run.
     *
     * @param actual its report
     * @return what can be asserted of it
     */
    public static RunReportAssert assertThat(RunReport actual) {
        return new RunReportAssert(actual);
    }

    /**
     * Begins assertions about a recovery and its objectives.
     *
     * @param actual its report
     * @return what can be asserted of it
     */
    public static RecoveryReportAssert assertThat(RecoveryReport actual) {
        return new RecoveryReportAssert(actual);
    }

    /**
     * Begins assertions about a plan, which nothing has executed yet.
     *
     * @param actual the plan
     * @return what can be asserted of it
     */
    public static PlanAssert assertThat(Plan actual) {
        return new PlanAssert(actual);
    }

    /**
     * Begins assertions about what exists of a target.
     *
     * @param actual the catalog
     * @return what can be asserted of it
     */
    public static CatalogAssert assertThat(Catalog actual) {
        return new CatalogAssert(actual);
    }

    /**
     * Begins assertions about one recovery point.
     *
     * @param actual the point
     * @return what can be asserted of it
     */
    public static RecoveryPointAssert assertThat(RecoveryPoint actual) {
        return new RecoveryPointAssert(actual);
    }

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
