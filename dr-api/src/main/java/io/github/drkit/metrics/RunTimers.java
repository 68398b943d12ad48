package io.github.drkit.metrics;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.event.RecoveryListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Times runs of this process by kind and outcome. */
final class RunTimers implements RecoveryListener {

    static final String RUNS = "drkit.runs";

    /** What DR Kit does by itself; what others add shares one value, so that their number stays bounded. */
    private static final List<String> KINDS = List.of(
            "back up", "verify", "prove", "restore", "cut over", "roll back", "collect", "expire", "clear", "other");

    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final TimeSource time;
    private final Map<RunId, Begun> underWay = new HashMap<>();

    RunTimers(MeterRegistry registry, TimeSource time) {
        this.registry = registry;
        this.time = time;
        for (String kind : KINDS) {
            for (Outcome outcome : List.of(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.UNKNOWN)) {
                timer(kind, outcome);
            }
        }
    }

    @Override
    public void on(RecoveryEvent event) {
        if (event instanceof RecoveryEvent.RunBegun run) {
            begin(run.run(), KINDS.contains(run.kind()) ? run.kind() : OTHER);
        } else if (event instanceof RecoveryEvent.RunEnded run) {
            end(run);
        }
    }

    private synchronized void begin(RunId run, String kind) {
        underWay.put(run, new Begun(kind, time.elapsedNanos()));
    }

    private void end(RecoveryEvent.RunEnded run) {
        Begun begun = remove(run.run());
        if (begun != null) {
            timer(begun.kind(), run.outcome())
                    .record(Math.max(0, time.elapsedNanos() - begun.elapsedNanos()), TimeUnit.NANOSECONDS);
        }
    }

    private synchronized @Nullable Begun remove(RunId run) {
        return underWay.remove(run);
    }

    private Timer timer(String kind, Outcome outcome) {
        return Timer.builder(RUNS)
                .description("Runs of this process, from their beginning here to their end")
                .tag("kind", kind)
                .tag("outcome", outcome.name())
                .register(registry);
    }

    private record Begun(String kind, long elapsedNanos) {}
}
