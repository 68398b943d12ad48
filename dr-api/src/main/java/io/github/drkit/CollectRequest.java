package io.github.drkit;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Asks for what crashed runs left behind to be removed: nothing a manifest names, nothing younger than a day by the
 * store's clock, and nothing of a run that may still go on.
 *
 * @param abandoned runs whose journal has not ended and that a person declares dead; they are taken over first
 */
public record CollectRequest(Set<RunId> abandoned) implements TargetRequest {

    /** Copies the set. */
    public CollectRequest {
        abandoned = Set.copyOf(abandoned);
    }

    /**
     * Asks for the leftovers of runs that have ended.
     *
     * @return the request
     */
    public static CollectRequest ofEndedRuns() {
        return new CollectRequest(Set.of());
    }

    @Override
    public String kind() {
        return "collect";
    }

    @Override
    public Map<String, String> describe() {
        return Map.of(
                "abandoned",
                new TreeSet<>(abandoned.stream().map(RunId::value).collect(Collectors.toSet())).toString());
    }
}
