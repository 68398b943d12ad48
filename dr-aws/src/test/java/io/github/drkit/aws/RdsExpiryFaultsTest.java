package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.rds.AwsFault;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every call of an expiry lost, refused and killed, every write of its marks and every entry of its journal killed. The figure
 * rds/expiry runs all of them, the suite every so many.
 */
@Tag("exhaustive")
class RdsExpiryFaultsTest {

    private static final int STRIDE = Integer.getInteger("drkit.faults.stride", 19);
    private static final List<String> STAYS = Stream.concat(
                    ExpiryBench.SNAPSHOTS.subList(2, 5).stream(), Stream.of("before-the-audit", "foreign"))
            .sorted()
            .toList();

    private final int offset = new Random().nextInt(STRIDE);
    private int number;
    private int moments;

    /** What goes wrong at the n-th call to AWS. */
    private static final Map<String, IntFunction<AwsFault>> MISHAPS = new TreeMap<>(Map.of(
            "throttled", n -> AwsFault.throttled("*").nth(n),
            "answered 503 thrice",
                    n -> AwsFault.answer("*", 503, "ServiceUnavailable").nth(n).times(3),
            "dropped before it was done", n -> AwsFault.dropBefore("*").nth(n),
            "done, and its answer lost", n -> AwsFault.dropAfter("*").nth(n),
            "killed before it was done", n -> AwsFault.crashBefore("*").nth(n),
            "killed after it was done", n -> AwsFault.crashAfter("*").nth(n)));

    /** Lets something go wrong in an expiry that has just been planned. */
    @FunctionalInterface
    private interface Wrong {
        void in(ExpiryBench bench);
    }

    @Test
    void whateverGoesWrongWhatIsKeptStaysAndARunThatGoesOnComesToItsEnd() throws InterruptedException {
        int calls;
        int entries;
        try (ExpiryBench clean = new ExpiryBench().fiveDaysWithOthers()) {
            Plan plan = clean.plan();
            clean.world.script().forgetCalls();
            requireEnd(clean, plan, "without a mishap");
            calls = clean.world.script().calls().size();
            entries = clean.bench.journal.entries(plan.run()).size();
        }
        for (Map.Entry<String, IntFunction<AwsFault>> mishap : MISHAPS.entrySet()) {
            for (int n = 1; n <= calls; n++) {
                int call = n;
                suffer(
                        "call " + n + " " + mishap.getKey(),
                        bench -> bench.world.script().inject(mishap.getValue().apply(call)));
            }
        }
        for (Fault death : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (int n = 1; n <= entries; n++) {
                int entry = n;
                suffer(death + " entry " + n, bench -> bench.bench.faults.at(Call.APPEND, entry, death));
            }
            // Two snapshots: a mark and an answer each.
            for (int n = 1; n <= 4; n++) {
                int write = n;
                suffer(death + " mark " + n, bench -> bench.inStore.at(Call.CREATE, write, death));
            }
        }
        System.out.println("expiry " + moments + " of " + number + " moments: all SUCCEEDED in the end, "
                + "0 snapshots deleted that are kept, foreign or made by hand");
    }

    private void suffer(String moment, Wrong wrong) throws InterruptedException {
        if (number++ % STRIDE == offset) {
            try (ExpiryBench bench = new ExpiryBench().fiveDaysWithOthers()) {
                Plan plan = bench.plan();
                wrong.in(bench);
                requireEnd(bench, plan, moment);
                moments++;
            }
        }
    }

    private static void requireEnd(ExpiryBench bench, Plan plan, String moment) throws InterruptedException {
        RunReport report = bench.bench.goOn(
                plan,
                () -> {
                    bench.inStore.revive();
                    return bench.expiry();
                },
                4);

        assertThat(report.outcome()).as("%s\n%s", moment, report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.manual(RdsWorld.HOME)).as(moment).isEqualTo(STAYS);
    }
}
