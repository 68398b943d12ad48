package io.github.drkit.engine;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A scripted operation that is executed under the lease 'bank', and notes whom it was told to fence. */
final class LeasedScript implements Operation<PlanRequest>, LeasedOperation {

    private final ScriptedOperation script;
    private final List<RunId> fenced = new ArrayList<>();
    private boolean required;
    private Runnable beforeFencing = () -> {};

    LeasedScript(ScriptedOperation script) {
        this.script = script;
    }

    LeasedScript required() {
        required = true;
        return this;
    }

    LeasedScript beforeFencing(Runnable first) {
        beforeFencing = first;
        return this;
    }

    List<RunId> fenced() {
        return List.copyOf(fenced);
    }

    @Override
    public Optional<String> lease(Plan plan) {
        return Optional.of("bank");
    }

    @Override
    public boolean requiresLease(Plan plan) {
        return required;
    }

    @Override
    public void fence(RunId lost, RunId by) {
        beforeFencing.run();
        fenced.add(lost);
    }

    @Override
    public Plan plan(PlanRequest request, PlanContext context) {
        return script.plan(request, context);
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return script.observe(precondition, context);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return script.execute(step, context);
    }
}
