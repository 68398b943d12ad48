package io.github.drkit.testkit.retention;

import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.retention.RetentionPolicy;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes histories of backups from seeds: the same seed, the same history. Immutable, thread-safe.
 */
public final class HistoryGenerator {

    private final @Nullable RetentionPolicy policy;
    private final int runs;
    private final Set<Fault> faults;
    private final RandomPolicies policies;

    private HistoryGenerator(@Nullable RetentionPolicy policy, int runs, Set<Fault> faults, RandomPolicies policies) {
        this.policy = policy;
        this.runs = runs;
        this.faults = Collections.unmodifiableSet(faults);
        this.policies = policies;
    }

    /**
     * Makes histories of policies that are made from the same seeds: one to three tiers, hourly to yearly, in many zones;
     * up to about 60 runs, every fault.
     *
     * @return a generator
     */
    public static HistoryGenerator ofAnyPolicy() {
        return new HistoryGenerator(null, 60, EnumSet.allOf(Fault.class), new RandomPolicies());
    }

    /**
     * Makes histories of one policy's runs, with every fault.
     *
     * @param policy whose runs
     * @param runs how many at most
     * @return a generator
     */
    public static HistoryGenerator of(RetentionPolicy policy, int runs) {
        return new HistoryGenerator(policy, runs, EnumSet.allOf(Fault.class), new RandomPolicies());
    }

    /**
     * Allows some faults only.
     *
     * @param some which may occur; none for backups that all go well
     * @return another generator
     */
    public HistoryGenerator only(Fault... some) {
        return new HistoryGenerator(policy, runs, among(some), policies);
    }

    static Set<Fault> among(Fault... some) {
        Set<Fault> allowed = EnumSet.noneOf(Fault.class);
        allowed.addAll(Arrays.asList(some));
        return allowed;
    }

    /**
     * Rules some faults out.
     *
     * @param some which must not occur
     * @return another generator
     */
    public HistoryGenerator without(Fault... some) {
        Set<Fault> allowed = EnumSet.noneOf(Fault.class);
        allowed.addAll(faults);
        allowed.removeAll(Arrays.asList(some));
        return new HistoryGenerator(policy, runs, allowed, policies);
    }

    /**
     * Makes a history.
     *
     * @param seed any number; print it where something fails
     * @return the history of that seed
     */
    public BackupHistory history(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        RetentionPolicy ofSeed = policies.make(random);
        return new HistoryInTheMaking(seed, random, policy == null ? ofSeed : policy, runs, faults).make();
    }

    /** How the points of a stretch of time turn out. */
    record Turn(Proof.Level level, Plausibility plausibility) {
        Proof proof() {
            return new Proof(level, Optional.empty(), "");
        }
    }
}
