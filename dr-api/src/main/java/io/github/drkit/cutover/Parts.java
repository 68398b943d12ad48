package io.github.drkit.cutover;

import io.github.drkit.BackupTarget;
import io.github.drkit.RunId;
import io.github.drkit.cutover.EndpointSwitch.Place;
import io.github.drkit.journal.Journal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a cut-over is put together from, and what its steps are called.
 *
 * @param switches those inside the new side first
 */
record Parts(
        NewSide side,
        List<Fence> oldFences,
        List<Fence> newFences,
        List<EndpointSwitch> switches,
        Optional<BackupTarget> backups,
        Journal journal) {

    static final String FENCE_OLD = "fence-old-";
    static final String FENCE_NEW = "fence-new-";
    static final String SWITCH = "switch-";

    static List<EndpointSwitch> ordered(List<EndpointSwitch> given) {
        List<EndpointSwitch> ordered = new ArrayList<>();
        for (Place place : Place.values()) {
            given.stream().filter(one -> one.place() == place).forEach(ordered::add);
        }
        return List.copyOf(ordered);
    }

    /** The steps that make something, with what they make, in their order. */
    private NavigableMap<String, Reversible> all() {
        NavigableMap<String, Reversible> all = new TreeMap<>();
        all.putAll(named(FENCE_OLD, oldFences));
        all.putAll(named(FENCE_NEW, newFences));
        all.putAll(named(SWITCH, switches));
        return all;
    }

    Map<String, Fence> old() {
        return named(FENCE_OLD, oldFences);
    }

    Map<String, Fence> fresh() {
        return named(FENCE_NEW, newFences);
    }

    Map<String, EndpointSwitch> endpoints() {
        return named(SWITCH, switches);
    }

    Map<String, EndpointSwitch> endpoints(Place place) {
        Map<String, EndpointSwitch> chosen = new LinkedHashMap<>(endpoints());
        chosen.values().removeIf(one -> one.place() != place);
        return chosen;
    }

    /** What the step of that name makes, in this run or in the one it undoes. */
    Reversible part(String step) {
        return Optional.ofNullable(all().get(step))
                .orElseThrow(() -> new IllegalArgumentException("No step of a cut-over makes '" + step + "'"));
    }

    /** What a roll back must be put together from again: the copy, and what each step makes. */
    Map<String, String> described() {
        Map<String, String> described = new TreeMap<>(Map.of("copy", side.identity()));
        all().forEach((step, part) -> described.put(step, part.name()));
        return described;
    }

    History history(RunId run) {
        return History.of(run, journal.entries(run));
    }

    private static <T> Map<String, T> named(String prefix, List<T> parts) {
        Map<String, T> named = new LinkedHashMap<>();
        for (T part : parts) {
            named.put(prefix + (named.size() + 1), part);
        }
        return named;
    }
}
