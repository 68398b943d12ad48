package io.github.drkit.expiry;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.journal.Journal;
import io.github.drkit.retention.Fate;
import io.github.drkit.retention.Inventory;
import io.github.drkit.retention.Refusal;
import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionEntry;
import io.github.drkit.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Looks at everything and decides upon it: while planning, when a plan is about to be executed, and before a point goes. */
final class Judging {

    private final ExpirablePoints points;
    private final Journal journal;

    Judging(ExpirablePoints points, Journal journal) {
        this.points = points;
        this.journal = journal;
    }

    /** Marks of others do not count: they will be answered first, so what they concern is as if it stayed. */
    Judgement plan(RetentionPolicy policy, Duration rpo, RunId run, Instant now) {
        return judge(policy, rpo, run::equals, now, mark -> true);
    }

    /** As a plan made now would have it. */
    RetentionDecision decide(RetentionPolicy policy, Duration rpo, Instant now) {
        return judge(policy, rpo, run -> false, now, mark -> true).decision();
    }

    /**
     * What another run has marked is as good as deleted, and only what this run marked may still be chosen to stay. Two
     * runs that each rely on what the other deletes see each other's marks here, since each looks after it has marked.
     */
    Judgement again(RetentionPolicy policy, Duration rpo, RunId run, Instant now) {
        return judge(policy, rpo, run::equals, now, mark -> mark.run().equals(run));
    }

    private Judgement judge(
            RetentionPolicy policy, Duration rpo, Predicate<RunId> own, Instant now, Predicate<ExpiryMark> standing) {
        Stock stock = points.look(now, rpo);
        RunsUnderWay under = RunsUnderWay.read(journal, points.target(), own, now);
        Set<RecoveryPointId> whole = stock.marks().stream()
                .filter(mark -> mark.state() == State.GOING)
                .filter(standing)
                .map(ExpiryMark::point)
                .collect(Collectors.toSet());
        Catalog listed = stock.inventory().catalog();
        List<RecoveryPoint> all = new ArrayList<>(listed.points());
        listed.going().stream().filter(point -> whole.contains(point.id())).forEach(all::add);
        Inventory seen = stock.inventory();
        Inventory inventory = new Inventory(
                seen.target(),
                new Catalog(all, listed.windows(), listed.problems()),
                seen.now(),
                seen.rpo(),
                seen.holds(),
                seen.storedTimes(),
                seen.storeClock(),
                later(seen.lastDecision(), under.lastExpiry()),
                seen.leftovers());
        return new Judgement(policy.decide(inventory), stock, under, points);
    }

    private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
        return one.isPresent() && other.isPresent()
                ? Optional.of(one.get().isAfter(other.get()) ? one.get() : other.get())
                : one.or(() -> other);
    }

    /** What was decided, and what stands against it beside the policy. */
    static final class Judgement {

        private final RetentionDecision decision;
        private final Map<RecoveryPointId, RetentionEntry> entries = new HashMap<>();
        private final Map<RecoveryPointId, ExpiryMark> marks = new HashMap<>();
        private final Stock stock;
        private final RunsUnderWay under;
        private final ExpirablePoints points;

        private Judgement(RetentionDecision decision, Stock stock, RunsUnderWay under, ExpirablePoints points) {
            this.decision = decision;
            this.stock = stock;
            this.under = under;
            this.points = points;
            decision.entries().forEach(entry -> entries.put(entry.point().id(), entry));
            stock.marks().forEach(mark -> marks.put(mark.point(), mark));
        }

        RetentionDecision decision() {
            return decision;
        }

        List<ExpiryMark> marks() {
            return stock.marks().stream()
                    .sorted(Comparator.comparing(mark -> mark.point().value()))
                    .toList();
        }

        Optional<ExpiryMark> mark(RecoveryPointId point) {
            return Optional.ofNullable(marks.get(point));
        }

        /** Whether something of a point is there, whatever becomes of it. */
        boolean isListed(RecoveryPointId point) {
            return entries.containsKey(point)
                    || marks.containsKey(point)
                    || stock.inventory().catalog().going().stream()
                            .anyMatch(going -> going.id().equals(point));
        }

        /** Why a point may not go now; empty if it may. */
        Optional<String> against(RecoveryPointId point) {
            for (Refusal refusal : decision.refusals()) {
                return Optional.of(refusal.problem() + " [" + refusal.code() + "]");
            }
            RetentionEntry entry = entries.get(point);
            if (entry == null) {
                return Optional.of("it is not listed");
            }
            if (entry.fate() != Fate.DROP || !entry.point().label().isEmpty()) {
                return Optional.of(entry.fate() + ": " + entry.explanation());
            }
            return against(entry);
        }

        /** Why a point that the policy drops stays for now all the same. */
        Optional<String> against(RetentionEntry dropped) {
            RecoveryPointId point = dropped.point().id();
            Optional<RunId> user = under.userOf(point);
            if (user.isPresent()) {
                return Optional.of("run '" + user.get() + "' uses it and has not ended");
            }
            return points.lockedUntil(point)
                    .filter(until -> until.isAfter(decision.inventory().now()))
                    .map(until -> until.equals(Instant.MAX) ? "it is locked without end" : "locked until " + until);
        }
    }
}
