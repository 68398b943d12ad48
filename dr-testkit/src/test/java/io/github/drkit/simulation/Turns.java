package io.github.drkit.simulation;

import io.github.drkit.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets one operator move at a time. Before each call to the store the one that moves draws who moves next; so the seed
 * decides the order of all calls, and the same seed gives the same order again. Time passes a little with each call, and
 * jumps to the next who wants to wake up when nobody else can move, or when it is drawn so: that is how one that holds a
 * lease sleeps past its term.
 */
final class Turns {

    private static final int SWITCH_PERCENT = 25;
    private static final int JUMP_PERCENT = 12;

    private final SplittableRandom chance;
    private final VirtualTime time;
    private final List<Operator> operators = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long hash = 0xcbf29ce484222325L;
    private int calls;

    Turns(SplittableRandom chance, VirtualTime time) {
        this.chance = chance;
        this.time = time;
    }

    Operator operator(Runnable body) {
        Operator operator = new Operator(operators.size(), body);
        operators.add(operator);
        return operator;
    }

    /** Runs all operators to their end. */
    void run() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(operators.size());
        for (Operator operator : operators) {
            Thread thread = new Thread(
                    () -> {
                        operator.turn.acquireUninterruptibly();
                        try {
                            operator.body.run();
                        } catch (RuntimeException | Error e) {
                            failure.compareAndSet(null, e);
                        }
                        operator.done = true;
                        ended.countDown();
                        next(operator);
                    },
                    "operator-" + operator.index);
            thread.setDaemon(true);
            thread.start();
        }
        pick(null).turn.release();
        if (!ended.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The operators wait for each other: " + operators);
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("An operator threw", thrown);
        }
    }

    /** Identifies the order of calls and of what happened to them; not the names and times in them. */
    long hash() {
        return hash;
    }

    int calls() {
        return calls;
    }

    /** One operator is about to make a call; returns when it is its turn to make it. */
    void call(Operator operator, String what) {
        time.advance(Duration.ofMillis(chance.nextInt(1500)));
        if (chance.nextInt(100) < SWITCH_PERCENT) {
            next(operator);
        }
        note(operator, what);
        calls++;
    }

    void note(Operator operator, String what) {
        hash = (hash ^ (operator.index * 31L + what.hashCode())) * 0x100000001b3L;
        hash ^= hash >>> 29;
    }

    void sleep(Operator operator, Duration duration) {
        operator.wakes = time.elapsedNanos() + duration.toNanos();
        next(operator);
    }

    private void next(Operator from) {
        @Nullable Operator to = pick(from);
        if (to != null && to != from) {
            to.turn.release();
            if (!from.done) {
                from.turn.acquireUninterruptibly();
            }
        }
    }

    private @Nullable Operator pick(@Nullable Operator from) {
        List<Operator> alive =
                operators.stream().filter(operator -> !operator.done).toList();
        if (alive.isEmpty()) {
            return null;
        }
        List<Operator> awake = alive.stream()
                .filter(operator -> operator.wakes <= time.elapsedNanos())
                .toList();
        if (awake.isEmpty() || (awake.size() < alive.size() && chance.nextInt(100) < JUMP_PERCENT)) {
            Operator first = alive.stream()
                    .filter(operator -> !awake.contains(operator))
                    .min((a, b) -> Long.compare(a.wakes, b.wakes))
                    .orElseThrow();
            time.advance(Duration.ofNanos(Math.max(0, first.wakes - time.elapsedNanos())));
            return first;
        }
        return awake.get(chance.nextInt(awake.size()));
    }

    /** Who moves. */
    static final class Operator {

        private final int index;
        private final Runnable body;
        private final Semaphore turn = new Semaphore(0);
        private long wakes;
        private volatile boolean done;

        private Operator(int index, Runnable body) {
            this.index = index;
            this.body = body;
        }

        int index() {
            return index;
        }

        @Override
        public String toString() {
            return "operator " + index + (done ? " ended" : " moves at " + wakes);
        }
    }
}
