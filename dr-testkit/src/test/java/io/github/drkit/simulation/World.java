package io.github.drkit.simulation;

import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Catalog;
import io.github.drkit.CollectRequest;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanRequest;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import io.github.drkit.TimeSource;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.HoldRequest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.ReleaseRequest;
import io.github.drkit.catalog.Removal;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.Survey;
import io.github.drkit.due.DueResult;
import io.github.drkit.due.DueRuns;
import io.github.drkit.due.FollowUp;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.DrException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.expiry.ExpirablePoints;
import io.github.drkit.expiry.ExpireRequest;
import io.github.drkit.expiry.Expiry;
import io.github.drkit.expiry.Stock;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.lease.LeasedOperation;
import io.github.drkit.lease.Leases;
import io.github.drkit.lease.StoreLeases;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.Hold;
import io.github.drkit.retention.Inventory;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.simulation.Turns.Operator;
import io.github.drkit.store.Creation;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One interleaving: a store with a past, and operators that back up, expire, hold, release, verify and collect in it at the
 * same time, die, sleep and lose answers. What must hold whatever they do is looked at when all have ended.
 */
final class World {

    private static final Duration TERM = Duration.ofMinutes(5);
    private static final Duration RPO = Duration.ofDays(3);
    private static final int KEPT = 2;
    private static final int FAULTS_PER_MILLE = 4;
    private static final String TOMBSTONE = "drkit-tombstone/1";
    private static final Pattern TAKEN = Pattern.compile("\"consistencyTime\":\"([^\"]+)\"");
    private static final Pattern SCHEDULED = Pattern.compile("\"scheduledFor\":\"([^\"]+)\"");
    private static final RetentionPolicy POLICY = RetentionPolicy.builder("simulated")
            .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), KEPT)
            .minimumProven(1)
            .requiredProof(Proof.Level.UNPROVEN)
            .build();

    private final Past past;
    private final Mutant mutant;
    private final SplittableRandom chance;
    private final VirtualTime time = VirtualTime.startingAt(Past.FIRING.plusSeconds(20));
    private final InMemoryPointStore store;
    private final Turns turns;
    private final TimeOnlyLeases timeOnly = new TimeOnlyLeases();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<RecoveryPointId, Commit> committed = new HashMap<>();
    private final Set<RecoveryPointId> held = new HashSet<>();
    private final List<String> violations = new ArrayList<>();

    World(Past past, Mutant mutant, long seed) {
        this.past = past;
        this.mutant = mutant;
        this.chance = new SplittableRandom(seed);
        this.store = past.store(time);
        this.turns = new Turns(chance.split(), time);
        past.catalog(store)
                .list()
                .points()
                .forEach(point -> committed.put(
                        point.id(),
                        new Commit(
                                point.scheduledFor().orElseThrow(), point.consistencyTime(), point.consistencyTime())));
    }

    /** Runs the interleaving and returns what should never have happened. */
    List<String> run() throws InterruptedException {
        for (Work work : Work.drawn(chance)) {
            operate(work);
        }
        turns.run();
        judge();
        return List.copyOf(violations);
    }

    private void operate(Work work) {
        SplittableRandom own = chance.split();
        Duration skew = Duration.ofHours(new int[] {0, 0, 0, 0, 1, -1}[own.nextInt(6)]);
        Operator[] self = new Operator[1];
        self[0] = turns.operator(() -> live(self[0], work, own, skew));
    }

    /** Does its work; whoever dies is started again, twice, and does it again. */
    private void live(Operator self, Work work, SplittableRandom own, Duration skew) {
        turns.sleep(self, Duration.ofSeconds(work.starts(own)));
        for (int life = 0; life < 3; life++) {
            Process process = new Process(this, self, own, skew, FAULTS_PER_MILLE);
            try {
                new Host(process, process.clock()).work(work, own);
                return;
            } catch (Crash dead) {
                turns.note(self, "died");
                turns.sleep(self, Duration.ofSeconds(30 + own.nextInt(900)));
            } catch (DrException refused) {
                count("refused " + refused.code().value());
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts", e);
            }
        }
    }

    Turns turns() {
        return turns;
    }

    InMemoryPointStore store() {
        return store;
    }

    VirtualTime time() {
        return time;
    }

    synchronized void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    Map<String, Integer> counts() {
        return counts;
    }

    /** The store's create, and what a mutant makes of it. */
    Creation create(ObjectKey key, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        boolean manifest = key.value().endsWith("/manifest.json");
        boolean tombstone = manifest && text.contains(TOMBSTONE);
        if (mutant == Mutant.NO_TOMBSTONE && tombstone) {
            return Creation.CREATED;
        }
        boolean overwrites = mutant == Mutant.NO_TOKEN_BEFORE_THE_MANIFEST && manifest && !tombstone
                || mutant == Mutant.ANSWERS_ARE_OVERWRITTEN && key.value().contains("/expiry/");
        Creation creation;
        if (overwrites) {
            store.overwrite(key.value(), content);
            creation = Creation.CREATED;
        } else {
            creation = store.create(key, content);
        }
        if (creation == Creation.CREATED) {
            noted(key, content);
        }
        return creation;
    }

    boolean looksBeforeItWrites(ObjectKey key) {
        return mutant == Mutant.CHECK_THEN_ACT;
    }

    Creation overwrite(ObjectKey key, byte[] content) {
        store.overwrite(key.value(), content);
        noted(key, content);
        return Creation.CREATED;
    }

    private void noted(ObjectKey key, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        if (key.value().endsWith("/manifest.json") && !text.contains(TOMBSTONE)) {
            commit(key, text);
        }
    }

    private void commit(ObjectKey key, String manifest) {
        RecoveryPointId point = RecoveryPointId.of(key.value().split("/")[2]);
        Matcher scheduled = SCHEDULED.matcher(manifest);
        Matcher taken = TAKEN.matcher(manifest);
        if (scheduled.find() && taken.find()) {
            Instant firing = Instant.parse(scheduled.group(1));
            count("committed");
            committed.forEach((other, of) -> {
                if (of.firing().equals(firing) && !other.equals(point)) {
                    violations.add("firing " + firing + " is committed twice: " + other + " and " + point);
                }
            });
            committed.put(point, new Commit(firing, Instant.parse(taken.group(1)), time.now()));
        }
    }

    private void judge() {
        Catalog catalog = past.catalog(store).list();
        List<RecoveryPoint> there = new ArrayList<>(catalog.points());
        there.addAll(catalog.going());
        catalog.problems().forEach(problem -> violations.add("not readable: " + problem));
        for (RecoveryPoint point : there) {
            if (point.proof().level() == Proof.Level.FAILED) {
                violations.add("listed and not whole: " + point.id() + " " + point.remarks());
            }
        }
        Set<RecoveryPointId> found = new HashSet<>();
        there.forEach(point -> found.add(point.id()));
        TreeMap<Instant, RecoveryPointId> owners = new TreeMap<>(Comparator.reverseOrder());
        committed.forEach((point, commit) -> {
            if (commit.isRightlyDated()) {
                owners.merge(
                        commit.slot(),
                        point,
                        (one, other) -> committed
                                        .get(one)
                                        .since()
                                        .isBefore(committed.get(other).since())
                                ? one
                                : other);
            }
        });
        owners.values().stream()
                .limit(KEPT)
                .filter(point -> !found.contains(point))
                .forEach(point -> violations.add("kept by the policy and gone: " + point));
        held.stream()
                .filter(point -> !found.contains(point))
                .forEach(point -> violations.add("held and gone: " + point));
        count("listed " + catalog.points().size());
        if (committed.size() > found.size()) {
            count("expired");
        }
        succeededOnce();
    }

    private void succeededOnce() {
        Journal journal = StoreJournal.in(store);
        Map<String, RunId> succeeded = new HashMap<>();
        for (RunId run : journal.runs()) {
            List<JournalEntry> entries = journal.entries(run);
            JournalEntry last = entries.get(entries.size() - 1);
            Plan plan = DisasterRecovery.planned(run, entries);
            if (last.kind() == JournalEntry.Kind.RUN_ENDED
                    && last.outcome().equals(Optional.of(Outcome.SUCCEEDED))
                    && plan.kind().equals("back up")) {
                RunId other = succeeded.put(plan.request().getOrDefault("scheduled-for", ""), run);
                if (other != null) {
                    violations.add("two runs SUCCEEDED for one firing: " + other + " and " + run);
                }
                if (!committed.containsKey(past.catalog(store).pointOf(run))) {
                    violations.add("SUCCEEDED and never made a point: " + run);
                }
            }
        }
    }

    /**
     * A point that was made. A run that slept until the next firing made a state of that day, and may own its slot.
     *
     * @param firing what it was made for
     * @param taken its consistency time
     * @param stored when its manifest was written
     */
    private record Commit(Instant firing, Instant taken, Instant stored) {

        boolean isRightlyDated() {
            return !taken.isAfter(stored.plus(Duration.ofMinutes(15)));
        }

        Instant since() {
            return stored.isBefore(taken) ? taken : stored;
        }

        /** The firing at two o'clock it belongs to. */
        Instant slot() {
            boolean inTime = !taken.isBefore(firing.minus(Duration.ofMinutes(15)))
                    && taken.isBefore(firing.plus(Duration.ofDays(1)));
            Instant two = (inTime ? firing : taken).minus(Duration.ofHours(2));
            return two.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(2));
        }
    }

    /** What an operator is there for. */
    private enum Work {
        BACK_UP,
        BACK_UP_AND_EXPIRE,
        EXPIRE,
        HOLD,
        HOLD_AND_RELEASE,
        VERIFY,
        COLLECT;

        /** Two to four operators: those who race for one firing, those who race for one old point, or any. */
        static List<Work> drawn(SplittableRandom chance) {
            return switch (chance.nextInt(3)) {
                case 0 -> some(List.of(BACK_UP, BACK_UP, COLLECT), List.of(EXPIRE), 1, chance);
                case 1 ->
                    some(List.of(EXPIRE, HOLD), List.of(EXPIRE, HOLD, HOLD_AND_RELEASE, VERIFY, BACK_UP), 1, chance);
                default -> some(List.of(BACK_UP), List.of(values()), 3, chance);
            };
        }

        private static List<Work> some(List<Work> sure, List<Work> more, int most, SplittableRandom chance) {
            List<Work> drawn = new ArrayList<>(sure);
            for (int number = chance.nextInt(most + 1); number > 0 || drawn.size() < 2; number--) {
                drawn.add(more.get(chance.nextInt(more.size())));
            }
            return drawn;
        }

        /** Backups begin together or minutes apart; who holds a point does so about when an expiry looks again. */
        int starts(SplittableRandom own) {
            return switch (this) {
                case HOLD, HOLD_AND_RELEASE, VERIFY -> own.nextInt(300);
                case EXPIRE -> own.nextInt(30);
                default -> own.nextInt(2) == 0 ? own.nextInt(5) : own.nextInt(600);
            };
        }
    }

    /** What one process of one operator is built of: as a host would, of production classes. */
    private final class Host {

        private final PointStore mine;
        private final TimeSource clock;
        private final Journal journal;
        private final Leases leases;
        private final PointCatalog points;
        private final BackupTarget target;
        private final Expiry expiry;
        private final DisasterRecovery dr;

        Host(Process process, TimeSource clock) {
            this.mine = process;
            this.clock = clock;
            this.journal = StoreJournal.in(mine);
            this.leases = mutant == Mutant.TIME_ONLY_LEASE
                    ? timeOnly.as(clock, TERM)
                    : StoreLeases.in(mine, TERM, () -> "writer-" + ids.incrementAndGet());
            this.points = past.catalog(mine);
            InMemoryBackupTarget bank = new InMemoryBackupTarget("bank", past.tables(), mine, past.keys(), journal);
            this.target = mutant == Mutant.NO_FENCE_ON_TAKEOVER || mutant == Mutant.FIRING_NOT_ASKED_UNDER_THE_LEASE
                    ? new WrongTarget(bank)
                    : bank;
            this.expiry = mutant == Mutant.EXPIRY_DOES_NOT_LOOK_AGAIN
                    ? Expiry.of(new Unmoved(points, past.keys().backup()), journal)
                    : Expiry.of(points, past.keys().backup(), journal);
            this.dr = DisasterRecovery.builder(journal)
                    .leases(leases)
                    .time(clock)
                    .ids(this::id)
                    .sideBySide(1)
                    .listener(this::watch)
                    .build();
        }

        private String id() {
            return "x" + ids.incrementAndGet();
        }

        private void watch(RecoveryEvent event) {
            if (event instanceof RecoveryEvent.LeaseAcquired acquired) {
                count(acquired.fenced().isEmpty() ? "leases taken" : "leases taken over");
            } else if (event instanceof RecoveryEvent.LeaseLost) {
                count("leases lost");
            }
        }

        void work(Work work, SplittableRandom own) throws InterruptedException {
            switch (work) {
                case BACK_UP -> {
                    due();
                    for (int again = 0; again < 3; again++) {
                        clock.sleep(Duration.ofMinutes(4 + own.nextInt(8)));
                        due();
                    }
                }
                case BACK_UP_AND_EXPIRE -> due(FollowUp.always("expire", expiry, expire()));
                case EXPIRE -> execute(expiry, expire());
                case HOLD -> hold(drawn(own));
                case HOLD_AND_RELEASE -> {
                    RecoveryPointId point = drawn(own);
                    Optional<RunId> hold = hold(point);
                    clock.sleep(Duration.ofSeconds(own.nextInt(600)));
                    if (hold.isPresent()) {
                        held.remove(point);
                        execute(
                                points.releasing(past.keys().prover()),
                                new ReleaseRequest(point, hold.get(), "Ada", "done"));
                    }
                }
                case VERIFY -> execute(target, new VerifyRequest(drawn(own)));
                case COLLECT -> {
                    for (int again = 0; again < 4; again++) {
                        collect();
                        clock.sleep(Duration.ofMinutes(6));
                    }
                }
            }
        }

        private void collect() throws InterruptedException {
            try {
                execute(target, new CollectRequest(open()));
            } catch (DrException refused) {
                count("refused " + refused.code().value());
            }
        }

        private void due(FollowUp<?>... followUps) throws InterruptedException {
            DueResult result = DueRuns.builder(journal, leases)
                    .time(clock)
                    .ids(this::id)
                    .sideBySide(1)
                    .listener(this::watch)
                    .attempts(3, Duration.ofMinutes(1))
                    .protect(target, POLICY, followUps)
                    .build()
                    .runDue();
            result.lines().forEach(line -> count(line.what() + " " + line.action()));
        }

        private ExpireRequest expire() {
            return ExpireRequest.of(POLICY, RPO).withPause(Duration.ofMinutes(3));
        }

        private Optional<RunId> hold(RecoveryPointId point) throws InterruptedException {
            RunReport report = execute(points.holding(past.keys().prover()), new HoldRequest(point, "Ada", "audit"));
            if (report.outcome() != Outcome.SUCCEEDED) {
                return Optional.empty();
            }
            held.add(point);
            count("held");
            return Optional.of(report.run());
        }

        private <R extends PlanRequest> RunReport execute(Operation<R> operation, R request)
                throws InterruptedException {
            return dr.execute(dr.plan(operation, request), operation);
        }

        private RecoveryPointId drawn(SplittableRandom own) {
            List<RecoveryPointId> all = committed.keySet().stream()
                    .sorted(Comparator.comparing(RecoveryPointId::value))
                    .toList();
            return all.get(own.nextInt(3) == 0 ? own.nextInt(all.size()) : 0);
        }

        private Set<RunId> open() {
            Set<RunId> open = new TreeSet<>(Comparator.comparing(RunId::value));
            for (RunId run : journal.runs()) {
                List<JournalEntry> entries = journal.entries(run);
                if (entries.get(entries.size() - 1).kind() != JournalEntry.Kind.RUN_ENDED) {
                    open.add(run);
                }
            }
            return open;
        }
    }

    /** A target that is wrong in the way the mutant says. */
    private final class WrongTarget implements BackupTarget, LeasedOperation {

        private final InMemoryBackupTarget bank;

        WrongTarget(InMemoryBackupTarget bank) {
            this.bank = bank;
        }

        @Override
        public Optional<String> lease(Plan plan) {
            return bank.lease(plan);
        }

        @Override
        public void fence(RunId lost, RunId by) {
            if (mutant != Mutant.NO_FENCE_ON_TAKEOVER) {
                bank.fence(lost, by);
            }
        }

        @Override
        public TargetId id() {
            return bank.id();
        }

        @Override
        public Capabilities capabilities() {
            return bank.capabilities();
        }

        @Override
        public Catalog list() {
            // Whoever does not ask under the lease has asked before it.
            boolean asksUnderLease = Thread.currentThread().getStackTrace().length > 0
                    && Arrays.stream(Thread.currentThread().getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("requirePreconditions"));
            return mutant == Mutant.FIRING_NOT_ASKED_UNDER_THE_LEASE && asksUnderLease
                    ? new Catalog(List.of(), List.of(), List.of())
                    : bank.list();
        }

        @Override
        public Plan plan(TargetRequest request, PlanContext context) {
            return bank.plan(request, context);
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            return bank.observe(precondition, context);
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            return bank.execute(step, context);
        }
    }

    /** Points that look the same after the pause as before it, but for the marks. */
    private static final class Unmoved implements ExpirablePoints {

        private final PointCatalog points;
        private final SigningKey key;
        private Optional<Stock> first = Optional.empty();
        private final List<ExpiryMark> marks = new ArrayList<>();

        Unmoved(PointCatalog points, SigningKey key) {
            this.points = points;
            this.key = key;
        }

        @Override
        public TargetId target() {
            return points.target();
        }

        @Override
        public String readiness() {
            return READY;
        }

        @Override
        public Stock look(Instant now, Duration rpo) {
            if (first.isEmpty()) {
                Survey survey = points.survey();
                first = Optional.of(new Stock(
                        Inventory.of(points.target(), survey.catalog(), now, rpo)
                                .withHolds(survey.holds().stream()
                                        .map(hold -> new Hold(hold.point(), hold.who(), hold.why(), hold.since()))
                                        .toList())
                                .withStoredTimes(survey.storedTimes())
                                .withStoreClock(points.storeClock()),
                        survey.marks()));
            }
            List<ExpiryMark> all = new ArrayList<>(first.get().marks());
            all.addAll(marks);
            Inventory seen = first.get().inventory();
            return new Stock(
                    new Inventory(
                            seen.target(),
                            seen.catalog(),
                            now,
                            rpo,
                            seen.holds(),
                            seen.storedTimes(),
                            Optional.of(points.storeClock()),
                            seen.lastDecision(),
                            seen.leftovers()),
                    all);
        }

        @Override
        public ExpiryMark mark(RecoveryPointId point, RunId by) {
            ExpiryMark mark = points.mark(point, by, key);
            marks.add(mark);
            return mark;
        }

        @Override
        public ExpiryMark answer(ExpiryMark mark, ExpiryMark.State answer, RunId by, String why) {
            return answer == ExpiryMark.State.GONE ? points.letGo(mark, by, key) : points.keep(mark, by, why, key);
        }

        @Override
        public Removal remove(ExpiryMark mark, RunId by) {
            return points.remove(mark, by, key);
        }

        @Override
        public void fence(RunId lost, RunId by) {
            points.fence(lost, by, key);
        }
    }
}
