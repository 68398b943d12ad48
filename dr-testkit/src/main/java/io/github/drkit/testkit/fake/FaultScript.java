package io.github.drkit.testkit.fake;

import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.TargetUnavailableException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is to go wrong in a fake, and when: the n-th call of a kind, counted from 1. Calls that are not mentioned do what
 * they should. Thread-safe.
 */
public final class FaultScript {

    private final Map<Call, Integer> counts = new EnumMap<>(Call.class);
    private final Map<Moment, Fault> faults = new HashMap<>();
    private final Map<Integer, Long> cuts = new HashMap<>();
    private boolean dead;

    /** Nothing goes wrong until something is added. */
    public FaultScript() {}

    /**
     * Lets one call go wrong.
     *
     * @param call the kind of call
     * @param number which of its calls, counted from now, 1 for the next
     * @param fault what happens
     * @return this
     */
    public synchronized FaultScript at(Call call, int number, Fault fault) {
        faults.put(new Moment(call, count(call) + number), fault);
        return this;
    }

    /**
     * Lets one opened stream break off with an {@code IOException}, as a cut connection does.
     *
     * @param number which of the streams opened from now, 1 for the next
     * @param bytes how many bytes it gives before
     * @return this
     */
    public synchronized FaultScript cutRead(int number, long bytes) {
        cuts.put(count(Call.OPEN) + number, bytes);
        return this;
    }

    /**
     * Counts the calls made so far, those that went wrong included.
     *
     * @param call the kind of call
     * @return how many
     */
    public synchronized int count(Call call) {
        return counts.getOrDefault(call, 0);
    }

    /** Forgets every fault that has not happened yet. */
    public synchronized void forget() {
        faults.clear();
        cuts.clear();
    }

    /** Begins a new life after a crash: calls are answered again. What had been stored is still there. */
    public synchronized void revive() {
        dead = false;
    }

    /** Counts a call and does it, or lets it go wrong. */
    <T> T call(Call call, String what, Supplier<T> effect) {
        Fault fault = next(call);
        switch (fault) {
            case NONE -> {
                return effect.get();
            }
            case FAIL ->
                throw new TargetUnavailableException(
                        "DRK-FAKE-001",
                        "Cannot " + what + ": the fault script lets call " + count(call) + " of " + call + " fail",
                        "This is a fake; was the fault meant?");
            case LOSE_ANSWER -> {
                T unheard = effect.get();
                throw new OutcomeUnknownException(
                        "DRK-FAKE-002",
                        "Cannot " + what + ": the fault script loses the answer to call " + count(call) + " of " + call,
                        "This is a fake; was the fault meant?",
                        "perhaps what was asked for",
                        null);
            }
            case LOSE_REQUEST ->
                throw new OutcomeUnknownException(
                        "DRK-FAKE-002",
                        "Cannot " + what + ": the fault script loses call " + count(call) + " of " + call,
                        "This is a fake; was the fault meant?",
                        "perhaps what was asked for",
                        null);
            case CRASH_BEFORE -> throw die();
            case CRASH_AFTER -> {
                T unheard = effect.get();
                throw die();
            }
        }
        throw new IllegalStateException("every fault is handled");
    }

    /** Refuses what a dead process cannot ask for. */
    synchronized void requireAlive() {
        if (dead) {
            throw new SimulatedCrash();
        }
    }

    /** How many bytes the stream just opened may give. */
    synchronized long readable() {
        return cuts.getOrDefault(count(Call.OPEN), Long.MAX_VALUE);
    }

    private synchronized Fault next(Call call) {
        requireAlive();
        int number = count(call) + 1;
        counts.put(call, number);
        return faults.getOrDefault(new Moment(call, number), Fault.NONE);
    }

    private synchronized SimulatedCrash die() {
        dead = true;
        return new SimulatedCrash();
    }

    /** A kind of call that can go wrong. */
    public enum Call {
        /** {@code PointStore.create}. */
        CREATE,
        /** {@code PointStore.find}. */
        FIND,
        /** {@code PointStore.list}. */
        LIST,
        /** Each segment a {@code PointStore.write} finishes. */
        SEGMENT,
        /** {@code PointStore.open} and {@code openStored}. */
        OPEN,
        /** {@code PointStore.unfinished}. */
        UNFINISHED,
        /** {@code PointStore.delete}. */
        DELETE,
        /** {@code PointStore.lock} and {@code lockedUntil}. */
        LOCK,
        /** {@code Journal.append}. */
        APPEND,
        /** {@code Journal.entries}. */
        ENTRIES,
        /** {@code Journal.runs}. */
        RUNS,
        /** Each effect of a fence or an endpoint switch. */
        CHANGE,
        /** Each look at what a fence, an endpoint switch or a new side stands over. */
        LOOK
    }

    /** What happens at a call. */
    public enum Fault {
        /** What should. */
        NONE,
        /** Nothing is done, and the caller is told so by {@code TargetUnavailableException}. */
        FAIL,
        /** It is done, and the caller is told {@code OutcomeUnknownException}. */
        LOSE_ANSWER,
        /** It is not done, and the caller is told {@code OutcomeUnknownException}. */
        LOSE_REQUEST,
        /** The process dies before it is done: an {@code Error}, now and at each further call until {@link #revive()}. */
        CRASH_BEFORE,
        /** The process dies after it was done: an {@code Error}, now and at each further call until {@link #revive()}. */
        CRASH_AFTER
    }

    private record Moment(Call call, int number) {}

    /** An Error, so that nothing which catches exceptions survives it. */
    private static final class SimulatedCrash extends Error {
        private static final long serialVersionUID = 1L;

        SimulatedCrash() {
            super("the process died here, as the fault script says");
        }
    }
}
