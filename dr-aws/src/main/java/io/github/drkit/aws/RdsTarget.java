package io.github.drkit.aws;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Catalog;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryWindow;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import io.github.drkit.aws.Snapshots.Found;
import io.github.drkit.catalog.PointMarks;
import io.github.drkit.catalog.PointVerdicts;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.expiry.Expiry;
import io.github.drkit.journal.Journal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/**
 * An RDS PostgreSQL instance. Its automated backups are a recovery window, its snapshots are recovery points: automated ones, those
 * of AWS Backup, those people made and those DR Kit makes on request, with a copy in other regions where asked.
 *
 * <p>A snapshot covers every database of the instance at one instant. It cannot be verified, only proven by restoring it: see
 * {@link RdsRestore}. What DR Kit did not make it never deletes, and what it made only by {@link #expiring}. Thread-safe and immutable; methods block.
 */
public final class RdsTarget implements BackupTarget {

    private final TargetOptions options;
    private final Observations observations;
    private final SnapshotBackup backup;

    private RdsTarget(TargetOptions options) {
        this.options = options;
        this.observations = new Observations(options);
        this.backup = new SnapshotBackup(options, observations);
    }

    /**
     * Begins the description of a target.
     *
     * @param id the name its recovery points are found by, kept for ever
     * @param instance the instance's identifier; after a rename the new one
     * @param region where it is
     * @return a builder that needs nothing more; automated backups are judged by {@link BackupRule#keeping} 7 days
     */
    public static Builder builder(TargetId id, String instance, RdsRegion region) {
        return new Builder(id, instance, region);
    }

    @Override
    public TargetId id() {
        return options.id();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                Set.of(Capability.BACK_UP, Capability.WINDOWS),
                Set.of(Snapshots.FORMAT),
                Proof.Level.UNPROVEN,
                Map.of(
                        Proof.Level.PROVEN,
                        "Restored to a temporary instance in isolation, and checked over JDBC; RDS lets nobody read a"
                                + " snapshot otherwise."));
    }

    @Override
    public Catalog list() {
        Optional<DBInstance> live = options.rds().find(options.instance());
        Snapshots snapshots = options.snapshots();
        List<Found> found = snapshots.all(live);
        List<RecoveryWindow> windows =
                snapshots.windows(live).stream().map(Snapshots.Window::window).toList();
        Catalog catalog = options.catalog(live, found, windows);
        List<Catalog.Problem> problems = new ArrayList<>(catalog.problems());
        problems.addAll(health().problems(live, homes(found)));
        return new Catalog(catalog.points(), windows, problems, catalog.going());
    }

    /**
     * Looks how automated backups stand against the rule. {@link #list()} names the same problems. Reads only.
     *
     * @return the state as of now
     * @throws TargetUnavailableException if RDS or CloudWatch cannot be asked, try again later; a part is never returned
     * @throws io.github.drkit.error.TargetAccessException if the credentials may not ask one of them, CloudWatch only where
     *     the region has such a client; {@link #list()} names the problems without CloudWatch
     */
    public RdsBackups backups() {
        Optional<DBInstance> live = options.rds().find(options.instance());
        Snapshots snapshots = options.snapshots();
        List<DBSnapshot> here =
                snapshots.here(live).stream().map(Found::snapshot).toList();
        Optional<RecoveryWindow> window =
                snapshots.windows(live).stream().map(Snapshots.Window::window).findFirst();
        List<RdsBackups.Event> events = options.rds().events(options.instance(), Duration.ofDays(14)).stream()
                .filter(event -> event.date() != null && event.message() != null)
                .map(event -> new RdsBackups.Event(event.date(), event.message()))
                .sorted(Comparator.comparing(RdsBackups.Event::at).thenComparing(RdsBackups.Event::message))
                .toList();
        return new RdsBackups(
                options.instance(),
                live.map(DBInstance::dbInstanceStatus).orElse(Observations.ABSENT),
                Duration.ofDays(live.map(Health::days).orElse(0)),
                live.map(instance -> Attribute.PREFERRED_BACKUP_WINDOW.of(instance))
                        .orElse(""),
                window.map(RecoveryWindow::earliest),
                window.map(RecoveryWindow::latest),
                Health.newestAutomated(here).flatMap(Snapshots::consistencyTime),
                health().problems(live, here),
                events,
                Health.metrics(options.rds(), options.instance()));
    }

    /**
     * Makes the operation that expires the snapshots DR Kit made for this target in its own region, by a retention policy. Only what
     * wears its own identifier in the tag {@code drkit:made} is counted or deleted, and only if nobody asked for it by hand
     * and no tag {@code drkit:hold} is on it, which is looked at once more right before the deletion. Automated snapshots, those
     * of AWS Backup and those people made stay, and are not counted either.
     *
     * @param journal tells which points are in use by runs that have not ended; all operators should share it
     * @return an operation to plan and execute
     * @throws RequestRefusedException if {@link Builder#expirable} was not called
     */
    public Expiry expiring(Journal journal) {
        return expiringIn(options.region().name(), journal);
    }

    /**
     * Makes the operation that expires copies in another region, as {@link #expiring} does at home. Each region is decided upon by
     * itself, so that a copy never makes its original dispensable, nor the other way round.
     *
     * @param region the target's own, or one it copies to
     * @param journal tells which points are in use by runs that have not ended; all operators should share it
     * @return an operation to plan and execute
     * @throws RequestRefusedException if the target does not know the region, or {@link Builder#expirable} was not called
     */
    public Expiry expiringIn(String region, Journal journal) {
        MarkPlace place = options.marks()
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-RDS-040",
                        "Cannot expire snapshots of '" + id() + "': it has no place for marks but an expiry must leave"
                                + " some",
                        "Give the builder marks in a store, and the backup's key, by expirable"));
        List<RdsRegion> regions = new ArrayList<>(List.of(options.region()));
        options.copies().forEach(copy -> regions.add(copy.region()));
        Rds where = regions.stream()
                .filter(known -> known.name().equals(region))
                .findFirst()
                .map(RdsRegion::rds)
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-RDS-041",
                        "Cannot expire snapshots of '" + id() + "' in '" + region + "': the target knows "
                                + regions.stream().map(RdsRegion::name).toList()
                                + " but the region must be one of them",
                        "Add the region by copyTo"));
        return Expiry.of(new ExpirableSnapshots(options, place, where), journal);
    }

    @Override
    public Plan plan(TargetRequest request, PlanContext context) {
        if (request instanceof BackupRequest asked) {
            return backup.plan(asked, context);
        }
        throw new RequestRefusedException(
                "DRK-RDS-023",
                "Cannot " + request.kind() + " target '" + id() + "': it declares "
                        + capabilities().able() + " but this needs another ability",
                "A snapshot is proven by restoring it: DisasterRecovery.proving with an RdsRestore");
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return observations.observe(precondition, context);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return cancellable(() -> backup.execute(step, context));
    }

    TargetOptions options() {
        return options;
    }

    @Override
    public String toString() {
        return "RdsTarget[" + id() + ", " + options.instance() + " in "
                + options.region().name() + "]";
    }

    /** Work that a cancelled thread leaves as cancelled and not as failed. */
    @FunctionalInterface
    interface Work {
        StepResult run() throws InterruptedException;
    }

    static StepResult cancellable(Work work) throws InterruptedException {
        try {
            return work.run();
        } catch (TargetUnavailableException e) {
            if (Thread.interrupted()) {
                InterruptedException cancelled = new InterruptedException("Cancelled while AWS was asked");
                cancelled.addSuppressed(e);
                throw cancelled;
            }
            throw e;
        }
    }

    private Health health() {
        return new Health(
                options.instance(), options.rule(), options.rds().time().now());
    }

    private List<DBSnapshot> homes(List<Found> found) {
        return found.stream()
                .filter(one -> one.rds() == options.rds())
                .map(Found::snapshot)
                .toList();
    }

    /** Collects the parts of a target. Not thread-safe. */
    public static final class Builder {

        private final TargetId id;
        private final String instance;
        private final RdsRegion region;
        private final List<TargetOptions.CopyPlace> copies = new ArrayList<>();
        private BackupRule rule = BackupRule.keeping(7);
        private String manualNames = "{instance}-{label}";
        private String scheduledNames = "{instance}-{run}";
        private @Nullable PointVerdicts verdicts;
        private @Nullable MarkPlace marks;
        private final Duration every = Duration.ofSeconds(30);
        private Duration limit = Duration.ofHours(12);

        private Builder(TargetId id, String instance, RdsRegion region) {
            this.id = id;
            this.instance = RdsNames.instance(instance);
            this.region = region;
        }

        /**
         * Sets what automated backups are judged by.
         *
         * @param rule the environment's
         * @return this
         */
        public Builder rule(BackupRule rule) {
            this.rule = rule;
            return this;
        }

        /**
         * Sets how snapshots are called. RDS takes letters, digits and single hyphens; whatever else a template gives becomes a
         * hyphen, and the plan says so. A name that is taken gets an end of its own.
         *
         * @param manual for those a person asks for, with {@code {instance}}, {@code {label}} and {@code {run}};
         *     {@code {instance}-{label}} unless set
         * @param scheduled for those a schedule asks for; {@code {instance}-{run}} unless set
         * @return this
         */
        public Builder snapshotNames(String manual, String scheduled) {
            this.manualNames = manual;
            this.scheduledNames = scheduled;
            return this;
        }

        /**
         * Copies every snapshot DR Kit makes to another region as well, and lists what lies there.
         *
         * @param other the other region
         * @param kmsKey a key of that region; required if the instance is encrypted, since keys do not leave their region
         * @return this
         */
        public Builder copyTo(RdsRegion other, String kmsKey) {
            copies.add(new TargetOptions.CopyPlace(other, kmsKey));
            return this;
        }

        /**
         * Copies every snapshot of an unencrypted instance to another region as well, and lists what lies there.
         *
         * @param other the other region
         * @return this
         */
        public Builder copyTo(RdsRegion other) {
            return copyTo(other, "");
        }

        /**
         * Shows how far snapshots are proven.
         *
         * @param verdicts where proofs are kept
         * @return this
         */
        public Builder verdicts(PointVerdicts verdicts) {
            this.verdicts = verdicts;
            return this;
        }

        /**
         * Lets snapshots be expired, by {@link RdsTarget#expiring}. A snapshot that an expiry marked is listed apart, and not
         * restored unless somebody holds it.
         *
         * @param marks where expiries mark them; the store that keeps the verdicts will do
         * @param key the backup's key, trusted there
         * @return this
         */
        public Builder expirable(PointMarks marks, SigningKey key) {
            this.marks = new MarkPlace(marks, key);
            return this;
        }

        /**
         * Sets how long anything is waited for at most. A run that has waited so long ends UNKNOWN and can be resumed. 12 hours
         * unless set, since the restore of a large database takes some.
         *
         * @param limit more than zero
         * @return this
         */
        public Builder waitingAtMost(Duration limit) {
            if (limit.isZero() || limit.isNegative()) {
                throw new IllegalArgumentException("Cannot wait at most " + limit + ": more than zero is needed");
            }
            this.limit = limit;
            return this;
        }

        /**
         * Puts the target together. Asks nothing of AWS.
         *
         * @return the target
         * @throws IllegalStateException if a region stands twice
         */
        public RdsTarget build() {
            List<String> names = new ArrayList<>(List.of(region.name()));
            copies.forEach(copy -> names.add(copy.region().name()));
            if (Set.copyOf(names).size() != names.size()) {
                throw new IllegalStateException(
                        "Cannot build target '" + id + "': the regions are " + names + " but each must stand once");
            }
            return new RdsTarget(new TargetOptions(
                    id,
                    instance,
                    region,
                    copies,
                    rule,
                    manualNames,
                    scheduledNames,
                    Optional.ofNullable(verdicts),
                    Optional.ofNullable(marks),
                    every,
                    limit));
        }
    }
}
