package io.github.drkit.postgres;

import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Outcome;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.postgres.Difference.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds if each database of a restored copy is what its {@link Baseline} says. CONTENT and STRUCTURE always count;
 * OWNERSHIP, GRANT and SETTING unless tolerated by name. A database without baseline, or missing from the copy, counts
 * as different. Thread-safe; checking blocks for as long as reading the copy takes.
 */
public final class BaselineCheck implements Check {

    private static final int SENTENCES = 20;

    private final Map<String, Baseline> baselines;
    private final Set<Kind> tolerated;

    private BaselineCheck(Map<String, Baseline> baselines, Set<Kind> tolerated) {
        this.baselines = Collections.unmodifiableMap(new TreeMap<>(baselines));
        this.tolerated = Set.copyOf(tolerated);
    }

    /**
     * Returns the check.
     *
     * @param baselines by the database's original name
     * @return a check that tolerates nothing but INFORMATION
     * @throws IllegalArgumentException if there is no baseline: such a check would hold for anything
     */
    public static BaselineCheck of(Map<String, Baseline> baselines) {
        if (baselines.isEmpty()) {
            throw new IllegalArgumentException("Cannot check against no baseline: at least one is required");
        }
        return new BaselineCheck(baselines, Set.of());
    }

    /**
     * Returns a check that lets some differences pass, because the restore was done without owners, grants or settings.
     *
     * @param kinds of OWNERSHIP, GRANT and SETTING
     * @return another check
     * @throws IllegalArgumentException if CONTENT or STRUCTURE is among them
     */
    public BaselineCheck tolerating(Set<Kind> kinds) {
        if (kinds.contains(Kind.CONTENT) || kinds.contains(Kind.STRUCTURE)) {
            throw new IllegalArgumentException(
                    "Cannot tolerate CONTENT or STRUCTURE: a copy that differs in them is" + " not a copy");
        }
        return new BaselineCheck(baselines, kinds);
    }

    @Override
    public String name() {
        return "baseline";
    }

    @Override
    public CheckResult check(RestoredCopy copy, StepContext context) throws SQLException {
        List<String> sentences = new ArrayList<>();
        for (String database : copy.databases()) {
            if (!baselines.containsKey(database)) {
                sentences.add("database '" + database + "' has no baseline");
            }
        }
        for (Map.Entry<String, Baseline> each : baselines.entrySet()) {
            if (!copy.databases().contains(each.getKey())) {
                sentences.add("database '" + each.getKey() + "' is not in the copy");
                continue;
            }
            try (Connection connection = copy.database(each.getKey()).getConnection()) {
                Baseline restored = BaselineCapture.of(each.getValue().depth())
                        .progress(context.progress())
                        .capture(connection);
                for (Difference difference : each.getValue().differences(restored)) {
                    if (difference.kind() != Kind.INFORMATION && !tolerated.contains(difference.kind())) {
                        sentences.add("database '" + each.getKey() + "': " + difference);
                    }
                }
            }
        }
        String expected = "no difference from the baselines of " + baselines.size() + " databases";
        if (sentences.isEmpty()) {
            return new CheckResult(Outcome.SUCCEEDED, expected, "no difference");
        }
        return new CheckResult(
                Outcome.FAILED,
                expected,
                (sentences.size() == 1 ? "1 difference: " : sentences.size() + " differences: ")
                        + sentences.stream().limit(SENTENCES).collect(Collectors.joining("; "))
                        + (sentences.size() > SENTENCES ? "; …" : ""));
    }
}
