package io.github.drkit.status;

import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.journal.Journal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Everything a host protects, and everything it knows to exist. Tells how all of it stands, from catalogs, journals and
 * the reports of recoveries as they are at that moment: nothing else is kept, but for the runs that are over and cannot change
 * any more.
 *
 * <pre>{@code
 * Platform platform = Platform.builder(journal)
 *         .protect(Protection.builder("bank", bank, Objectives.production()).policy(policy).build())
 *         .consistsOf("bank", "keycloak")
 *         .build();
 * System.out.println(platform.status().render());
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Platform {

    private final List<PastRuns> journals;
    private final TimeSource time;
    private final List<Protection> protections;
    private final Set<String> existing;
    private final Map<String, UnprotectedSource> sources;

    private Platform(Builder builder) {
        this.journals = builder.journals.stream().map(PastRuns::new).toList();
        this.time = builder.time;
        this.protections = List.copyOf(builder.protections.values());
        this.existing = new LinkedHashSet<>(builder.existing);
        this.sources = new LinkedHashMap<>(builder.sources);
    }

    /**
     * Begins to describe what is protected.
     *
     * @param journal where runs are recorded
     * @return a builder; the clock is the system's
     */
    public static Builder builder(Journal journal) {
        return new Builder(journal);
    }

    /**
     * Returns the components that are protected.
     *
     * @return in the order they were given
     */
    public List<Protection> protections() {
        return protections;
    }

    /**
     * Looks at everything and tells how it stands. Lists every catalog, one after another, and reads every run that was
     * not over when it was read last, so it may take as long as the slowest store. Changes nothing.
     *
     * @return how it stands now; what cannot be reached is UNKNOWN and hides nothing else
     */
    public PlatformStatus status() {
        List<PastRun> runs = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        boolean complete = true;
        for (PastRuns journal : journals) {
            PastRuns.Reading reading = journal.read();
            runs.addAll(reading.runs());
            problems.addAll(reading.problems());
            complete &= reading.complete();
        }
        runs.sort(Comparator.comparing(PastRun::begun));
        Map<Protection, Assessment.Listed> listed = new LinkedHashMap<>();
        protections.forEach(protection -> listed.put(protection, Assessment.Listed.of(protection)));
        // Afterwards: what was made while others were listed is not of the future.
        Instant now = time.now();
        Map<Protection, List<PastRun>> owned = new LinkedHashMap<>();
        List<PastRun> others = new ArrayList<>();
        for (PastRun run : runs) {
            ownerOf(run, listed)
                    .ifPresentOrElse(
                            owner -> owned.computeIfAbsent(owner, none -> new ArrayList<>())
                                    .add(run),
                            () -> others.add(run));
        }
        List<ComponentStatus> components = new ArrayList<>();
        for (Protection protection : protections) {
            components.add(new Assessment(protection, time, now, owned.getOrDefault(protection, List.of()), complete)
                    .assess(Objects.requireNonNull(listed.get(protection), "every target was asked")));
        }
        List<String> unseen = new ArrayList<>();
        return new PlatformStatus(
                now,
                components,
                unprotected(unseen),
                unseen,
                others.stream().filter(run -> Assessment.waits(run, now)).toList(),
                problems);
    }

    private List<Unprotected> unprotected(List<String> unseen) {
        List<Unprotected> found = new ArrayList<>();
        Set<String> covered = new LinkedHashSet<>();
        protections.forEach(protection -> covered.add(protection.component()));
        existing.stream()
                .filter(component -> !covered.contains(component))
                .forEach(component -> found.add(
                        Unprotected.forgotten("component '" + component + "'", "it exists and has no target")));
        sources.forEach((where, source) -> {
            try {
                found.addAll(source.list());
            } catch (RuntimeException e) {
                unseen.add("cannot tell what nobody backs up in " + where + ": " + Assessment.problem(e));
            }
        });
        return found;
    }

    /**
     * By the target itself, by a point it lists, or by the name of a point that is gone, which is the target's and the run's: of
     * {@code bank-eu-20261122t020000z-1} the target is not {@code bank}, protected or not.
     */
    private static Optional<Protection> ownerOf(PastRun run, Map<Protection, Assessment.Listed> listed) {
        return listed.entrySet().stream()
                .filter(entry -> {
                    String target = entry.getKey().target().id().value();
                    return run.subject().equals(target)
                            || isOfRun(run.subject(), target + "-")
                            || entry.getValue().holds(run.subject());
                })
                .max(Comparator.<Map.Entry<Protection, Assessment.Listed>, Boolean>comparing(
                                entry -> entry.getValue().holds(run.subject()))
                        .thenComparing(
                                entry -> entry.getKey().target().id().value().length()))
                .map(Map.Entry::getKey);
    }

    private static boolean isOfRun(String subject, String prefix) {
        if (!subject.startsWith(prefix)) {
            return false;
        }
        try {
            return RunId.of(subject.substring(prefix.length())).namedAt().isPresent();
        } catch (IllegalArgumentException e) {
            return false; // no name the engine gives
        }
    }

    /** Collects what is protected. Not thread-safe. */
    public static final class Builder {

        private final List<Journal> journals = new ArrayList<>();
        private final Map<String, Protection> protections = new LinkedHashMap<>();
        private final Set<String> existing = new LinkedHashSet<>();
        private final Map<String, UnprotectedSource> sources = new LinkedHashMap<>();
        private TimeSource time = TimeSource.system();

        private Builder(Journal journal) {
            journals.add(journal);
        }

        /**
         * Adds another journal, where not all runs are recorded in one.
         *
         * @param journal where further runs are recorded
         * @return this
         */
        public Builder journal(Journal journal) {
            journals.add(journal);
            return this;
        }

        /**
         * Sets the clock.
         *
         * @param time asked once per status
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /**
         * Adds a component.
         *
         * @param protection what is known of it
         * @return this
         * @throws IllegalArgumentException if a component of that name was added before
         */
        public Builder protect(Protection protection) {
            if (protections.putIfAbsent(protection.component(), protection) != null) {
                throw new IllegalArgumentException("Cannot protect component '" + protection.component()
                        + "': it is protected already, and each has a name of its own");
            }
            return this;
        }

        /**
         * Names what exists, protected or not. Whatever is named here and has no {@link #protect protection} is listed as
         * something nobody backs up.
         *
         * @param components their names
         * @return this
         * @throws IllegalArgumentException if one is not a name of a component
         */
        public Builder consistsOf(String... components) {
            for (String component : components) {
                existing.add(Protection.requireName(component));
            }
            return this;
        }

        /**
         * Adds a look at the live system for what nobody backs up, such as databases that no target lists.
         *
         * @param where what is looked through, for people
         * @param source looks, at each status
         * @return this
         */
        public Builder lookForUnprotected(String where, UnprotectedSource source) {
            sources.put(where, source);
            return this;
        }

        /**
         * Ends the description. Asks nothing of anybody.
         *
         * @return the platform
         */
        public Platform build() {
            return new Platform(this);
        }
    }
}
