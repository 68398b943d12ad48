package io.github.drkit.expiry;

import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.journal.Journal;
import io.github.drkit.lease.LeasedOperation;
import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Deletes the points that a retention policy does not need, so that nothing good is lost whoever else acts and whenever a
 * process dies: each is marked as going, waited for, looked at again, and either kept or deleted by version. The plan holds
 * the whole decision and names its digest as a precondition, so a plan the world has moved away from is refused.
 *
 * <p>Thread-safe and immutable; its methods block. An interrupted run is resumed like any other, also by another process;
 * what nobody resumes is taken over by the next expiry.
 */
public final class Expiry implements Operation<ExpireRequest>, LeasedOperation {

    private final ExpirablePoints points;
    private final Judging judging;
    private final ExpiryPlan planning;
    private final ExpirySteps steps;

    /** Looks again that many times at most, at more points each time. */
    Expiry(ExpirablePoints points, Journal journal, int batches) {
        this.judging = new Judging(points, journal);
        this.points = points;
        this.planning = new ExpiryPlan(points, judging, batches);
        this.steps = new ExpirySteps(points, judging);
    }

    /**
     * Expires points of any adapter.
     *
     * @param points what there is
     * @param journal tells which points are in use by runs that have not ended; all operators should share it
     * @return the operation
     */
    public static Expiry of(ExpirablePoints points, Journal journal) {
        return new Expiry(points, journal, ExpiryPlan.BATCHES);
    }

    /**
     * Expires points in a store.
     *
     * @param points what there is
     * @param key the backup's key, which signs marks
     * @param journal tells which points are in use by runs that have not ended; all operators should share it
     * @return the operation
     */
    public static Expiry of(PointCatalog points, SigningKey key, Journal journal) {
        return of(new StorePoints(points, key), journal);
    }

    /**
     * Decides as a plan made now would, and plans nothing: for a person who looks, to ask
     * {@link RetentionDecision#whatIf(RetentionPolicy)}, and to {@link RetentionPolicy#forecast} its inventory. Reads the
     * catalog, the holds, the marks and the journal; changes nothing.
     *
     * @param policy what is kept
     * @param rpo when the newest point that counts is older, nothing goes
     * @param now UTC, by this machine's clock; a store's clock that differs stands against expiring, so for another date
     *     ask {@code whatIf}
     * @return the decision, with what stands against expiring now
     */
    public RetentionDecision decide(RetentionPolicy policy, Duration rpo, Instant now) {
        return judging.decide(policy, rpo, now);
    }

    @Override
    public Plan plan(ExpireRequest request, PlanContext context) {
        return planning.plan(request, context);
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return planning.observe(precondition, context);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return steps.execute(step, context);
    }

    @Override
    public Optional<String> lease(Plan plan) {
        return Optional.of(points.target().value());
    }

    @Override
    public void fence(RunId lost, RunId by) {
        points.fence(lost, by);
    }
}
