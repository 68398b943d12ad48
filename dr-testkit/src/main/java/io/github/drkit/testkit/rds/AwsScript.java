package io.github.drkit.testkit.rds;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong at the fakes of AWS, and what they were asked. Fakes that are handed one script fail, die and
 * record together. Thread-safe.
 */
public final class AwsScript {

    private final List<Armed> faults = new ArrayList<>();
    private final List<AwsCall> calls = new ArrayList<>();
    private final String accessKey;
    private final String secretKey;
    private Runnable onCrash = () -> {};
    private boolean dead;

    private record Armed(AwsFault fault, AtomicInteger matched) {}

    /** Nothing goes wrong until something is injected. */
    public AwsScript() {
        SecureRandom random = new SecureRandom();
        accessKey = "AKIAFAKE" + hex(random, 4).toUpperCase(Locale.ROOT);
        secretKey = hex(random, 20);
    }

    /**
     * Returns the only access key the fakes accept.
     *
     * @return the access key
     */
    public String accessKey() {
        return accessKey;
    }

    /**
     * Returns a secret to sign with. It is not checked, and made up so that a test can search for it.
     *
     * @return the secret key
     */
    public String secretKey() {
        return secretKey;
    }

    /**
     * Adds faults. A call hit by two suffers the one added first; {@link AwsFault#slow} goes together with any other.
     *
     * @param added the faults; each counts matching calls from now on
     * @return this
     */
    public synchronized AwsScript inject(AwsFault... added) {
        for (AwsFault fault : added) {
            faults.add(new Armed(fault, new AtomicInteger()));
        }
        return this;
    }

    /** Forgets all faults. A dead caller stays dead. */
    public synchronized void heal() {
        faults.clear();
    }

    /**
     * Sets what is done when the caller's process dies.
     *
     * @param action run once per crash on a thread of the fake's, before the connection is dropped
     * @return this
     */
    public synchronized AwsScript onCrash(Runnable action) {
        onCrash = action;
        return this;
    }

    /**
     * Tells whether the caller's process has died: nothing is answered then. A client under test asks this to stop its own
     * thread as a real death would.
     *
     * @return true from a crash until {@link #revive()}
     */
    public synchronized boolean callerIsDead() {
        return dead;
    }

    /** Begins a new life after a crash: calls are answered again. What had been done stays done. */
    public synchronized void revive() {
        dead = false;
    }

    /**
     * Returns every call that was read so far, in the order in which they were answered.
     *
     * @return a copy
     */
    public synchronized List<AwsCall> calls() {
        return List.copyOf(calls);
    }

    /** Forgets the recorded calls, not the faults. */
    public synchronized void forgetCalls() {
        calls.clear();
    }

    synchronized void record(AwsCall call) {
        calls.add(call);
    }

    /** The faults that hit this call: at most one beside slowness. */
    synchronized List<AwsFault> hit(Asked asked) {
        List<AwsFault> hits = new ArrayList<>();
        boolean slow = false;
        boolean other = false;
        for (Armed armed : faults) {
            boolean slows = armed.fault().effect() == AwsFault.Effect.SLOW;
            if (!armed.fault().matches(asked)) {
                continue;
            }
            boolean due = armed.fault().hits(armed.matched().incrementAndGet());
            if (due && !(slows ? slow : other)) {
                hits.add(armed.fault());
                slow |= slows;
                other |= !slows;
            }
        }
        return hits;
    }

    void die() {
        Runnable action;
        synchronized (this) {
            dead = true;
            action = onCrash;
        }
        action.run();
    }

    static @Nullable AwsFault of(List<AwsFault> hits, AwsFault.Effect effect) {
        return hits.stream().filter(hit -> hit.effect() == effect).findFirst().orElse(null);
    }

    private static String hex(SecureRandom random, int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}
