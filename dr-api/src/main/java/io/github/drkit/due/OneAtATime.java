package io.github.drkit.due;

import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanRequest;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.lease.LeasedOperation;
import java.util.Optional;

/**
 * A follow-up under a lease of its own, where it takes none: a verification may last hours, and the next backup must not
 * wait for it, nor two operators do it both.
 */
record OneAtATime<R extends PlanRequest>(Operation<R> operation, String name) implements Operation<R>, LeasedOperation {

    @Override
    public Plan plan(R request, PlanContext context) {
        return operation.plan(request, context);
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return operation.observe(precondition, context);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return operation.execute(step, context);
    }

    @Override
    public Optional<String> lease(Plan plan) {
        Optional<String> own =
                operation instanceof LeasedOperation leased ? leased.lease(plan) : Optional.<String>empty();
        return own.or(() -> Optional.of(name));
    }

    @Override
    public boolean requiresLease(Plan plan) {
        return true;
    }

    @Override
    public void fence(RunId lost, RunId by) {
        if (operation instanceof LeasedOperation leased) {
            leased.fence(lost, by);
        }
    }
}
