package io.github.drkit.minio.postgres;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Catalog;
import io.github.drkit.CollectRequest;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.expiry.Expiry;
import io.github.drkit.journal.Journal;
import io.github.drkit.lease.LeasedOperation;
import io.github.drkit.postgres.Depth;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.PointStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Backs databases of a PostgreSQL server up by {@code pg_dump}, out of exported snapshots, as a stream into a
 * {@link PointStore}: no local disk, bounded memory. Verifies what is stored, and collects what crashed runs left.
 *
 * <p>Thread-safe and immutable. Runs the PostgreSQL client's {@code pg_dump}, {@code pg_dumpall} and {@code pg_restore},
 * which must not be older than the server.
 */
public final class PostgresDumps implements BackupTarget, LeasedOperation {

    private static final String VERIFY = "verify";

    private final DumpOptions options;
    private final Observations observations;
    private final BackUp backUp;
    private final BackUpSteps steps;

    private PostgresDumps(DumpOptions options) {
        this.options = options;
        this.observations = new Observations(options.server(), options.store(), options.points(), options.tools());
        this.backUp = new BackUp(options, observations);
        this.steps = new BackUpSteps(options, observations);
    }

    /**
     * Begins the description of a target. Databases, encryption, signing key and trusted keys have no default and must be
     * given.
     *
     * @param id the name its recovery points are found by, kept for ever
     * @param server where the databases are, a primary or a replica
     * @param store where the points go; not closed
     * @return a builder
     */
    public static Builder builder(TargetId id, PostgresServer server, PointStore store) {
        return new Builder(id, server, store);
    }

    @Override
    public TargetId id() {
        return options.id();
    }

    @Override
    public Capabilities capabilities() {
        Set<Capability> able = EnumSet.of(Capability.BACK_UP);
        if (options.prover().isPresent()) {
            able.add(Capability.VERIFY);
        }
        if (options.journal().isPresent()) {
            able.add(Capability.COLLECT);
        }
        return new Capabilities(
                able,
                Set.of(BackUp.FORMAT),
                options.prover().isPresent() ? Proof.Level.VERIFIED : Proof.Level.UNPROVEN,
                Map.of(
                        Proof.Level.STORED,
                        "Every stored byte was read again; without an identity nothing was decoded.",
                        Proof.Level.VERIFIED,
                        "Every dump was decrypted, decompressed and read by pg_restore to its end."));
    }

    @Override
    public Catalog list() {
        return options.points().list();
    }

    @Override
    public Plan plan(TargetRequest request, PlanContext context) {
        if (request instanceof BackupRequest backup) {
            return backUp.plan(backup, context);
        }
        if (request instanceof VerifyRequest verify) {
            return verify().plan(verify, context);
        }
        return collect().plan((CollectRequest) request, context);
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return observations.observe(precondition, context);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return switch (context.plan().kind()) {
            case "back up" -> steps.execute(step, context);
            case VERIFY -> verify().execute(step, context);
            case "collect" -> collect().execute(step, context);
            default ->
                throw new IllegalArgumentException("Target '" + id() + "' did not make a plan to "
                        + context.plan().kind());
        };
    }

    /** The target's id. A verification takes none: it may last hours, and writes nothing but its verdict. */
    @Override
    public Optional<String> lease(Plan plan) {
        return plan.kind().equals(VERIFY) ? Optional.empty() : Optional.of(id().value());
    }

    @Override
    public void fence(RunId lost, RunId by) {
        options.points().fence(lost, by, options.key());
    }

    /**
     * Returns the catalog of this target's points: to hold, clear and survey them, and for a
     * {@link io.github.drkit.status.Protection} to watch.
     *
     * @return always the same
     */
    public PointCatalog points() {
        return options.points();
    }

    /**
     * Makes the operation that expires this target's points by a retention policy. Manual points never go.
     *
     * @param journal the one restores and proofs run with; it tells which points are in use
     * @return an operation to plan and execute with the same engine
     */
    public Expiry expiring(Journal journal) {
        return Expiry.of(options.points(), options.key(), journal);
    }

    private Verify verify() {
        return new Verify(
                options,
                observations,
                options.prover()
                        .orElseThrow(() -> new RequestRefusedException(
                                "DRK-DUMP-005",
                                "Cannot verify a point of '" + id() + "': no prover's key was given but verdicts are"
                                        + " signed",
                                "Give the builder a prover")));
    }

    private Collect collect() {
        return new Collect(
                options,
                options.journal()
                        .orElseThrow(() -> new RequestRefusedException(
                                "DRK-DUMP-006",
                                "Cannot collect leftovers of '" + id() + "': no journal was given but it tells which"
                                        + " runs have ended",
                                "Give the builder the journal the backups run with")));
    }

    /** Collects the parts of a target. Not thread-safe. */
    public static final class Builder {

        private final TargetId id;
        private final PostgresServer server;
        private final PointStore store;
        private List<String> databases = List.of();
        private @Nullable Encryption encryption;
        private @Nullable SigningKey key;
        private @Nullable TrustedKeys trusted;
        private @Nullable SigningKey prover;
        private IdentitySource identities = IdentitySource.none();
        private @Nullable Journal journal;
        private Globals globals = Globals.ROLES;
        private Depth depth = Depth.ROWS;
        private @Nullable Duration lock;
        private @Nullable String tenantStore;
        private ClientTools tools;

        private Builder(TargetId id, PostgresServer server, PointStore store) {
            this.id = id;
            this.server = server;
            this.store = store;
            this.tools = ClientTools.onPath(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        }

        /**
         * Names the databases to back up together, each once.
         *
         * @param names as the server lists them
         * @return this
         */
        public Builder databases(String... names) {
            return databases(List.of(names));
        }

        /**
         * Names the databases to back up together, each once.
         *
         * @param names as the server lists them
         * @return this
         */
        public Builder databases(List<String> names) {
            this.databases = List.copyOf(names);
            return this;
        }

        /**
         * Says for whom points are encrypted.
         *
         * @param encryption the recipients, or {@link Encryption#unencrypted()} said by name
         * @return this
         */
        public Builder encryption(Encryption encryption) {
            this.encryption = encryption;
            return this;
        }

        /**
         * Sets the key manifests are signed with, and whose signatures are believed.
         *
         * @param key the backup's key
         * @param trusted the public keys of backups and provers
         * @return this
         */
        public Builder keys(SigningKey key, TrustedKeys trusted) {
            this.key = key;
            this.trusted = trusted;
            return this;
        }

        /**
         * Lets the target verify points.
         *
         * @param prover signs the verdicts; not the backup's key
         * @param identities to decode with; without one points are STORED at most
         * @return this
         */
        public Builder verification(SigningKey prover, IdentitySource identities) {
            this.prover = prover;
            this.identities = identities;
            return this;
        }

        /**
         * Lets the target collect leftovers.
         *
         * @param journal the one its backups run with; only runs that ended there are collected
         * @return this
         */
        public Builder collection(Journal journal) {
            this.journal = journal;
            return this;
        }

        /**
         * Says what to take along of roles; without passwords unless set.
         *
         * @param globals what to take along
         * @return this
         */
        public Builder globals(Globals globals) {
            this.globals = globals;
            return this;
        }

        /**
         * Says how much of each database is counted and digested for a restore to be compared with; {@link Depth#ROWS}
         * unless set, which reads every byte once more.
         *
         * @param depth how much
         * @return this
         */
        public Builder baseline(Depth depth) {
            this.depth = depth;
            return this;
        }

        /**
         * Locks each new point where the store was seen to enforce locks, so that for some time nobody can delete it; until
         * an expiry prolongs the lock of what the policy keeps. Not unless set.
         *
         * @param grace how long; the grace of the retention policy
         * @return this
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder lockNewPoints(Duration grace) {
            if (grace.isZero() || grace.isNegative()) {
                throw new IllegalArgumentException("Cannot lock points for " + grace + ": expected more than nothing");
            }
            this.lock = grace;
            return this;
        }

        /**
         * Names the database that lists Fineract's tenants, so that plans name tenants nobody backs up.
         *
         * @param database such as {@code fineract_tenants}
         * @return this
         */
        public Builder tenantStore(String database) {
            this.tenantStore = database;
            return this;
        }

        /**
         * Names the folder PostgreSQL's client programs lie in; they are looked for in {@code PATH} unless set.
         *
         * @param folder for example {@code /usr/lib/postgresql/16/bin}
         * @return this
         */
        public Builder tools(Path folder) {
            this.tools = ClientTools.in(folder);
            return this;
        }

        /**
         * Puts the target together. Asks nothing of server or store.
         *
         * @return the target
         * @throws IllegalStateException if encryption, keys or databases are missing, a database stands twice, passwords
         *     were to be stored in the clear, or the prover's key is the backup's
         */
        public PostgresDumps build() {
            Encryption chosen = require(encryption, "encryption");
            SigningKey signer = require(key, "a signing key");
            TrustedKeys believed = require(trusted, "trusted keys");
            if (databases.isEmpty() || new LinkedHashSet<>(databases).size() != databases.size()) {
                throw refused(databases + " were named but at least one database is required, and each once");
            }
            if (globals == Globals.ROLES_AND_PASSWORDS && !chosen.encrypts()) {
                throw refused("passwords of roles were to be stored in the clear but must be encrypted");
            }
            SigningKey verifier = prover;
            if (verifier != null && verifier.name().equals(signer.name())) {
                throw refused("the prover's key is the backup's, '" + signer.name() + "', but must be another");
            }
            return new PostgresDumps(new DumpOptions(
                    id,
                    server,
                    store,
                    PointCatalog.of(store, id, believed),
                    databases,
                    chosen,
                    signer,
                    Optional.ofNullable(verifier),
                    identities,
                    Optional.ofNullable(journal),
                    globals,
                    depth,
                    Optional.ofNullable(lock),
                    Optional.ofNullable(tenantStore),
                    tools));
        }

        private <T> T require(@Nullable T given, String what) {
            if (given == null) {
                throw refused(what + " was not given but is required");
            }
            return given;
        }

        private IllegalStateException refused(String reason) {
            return new IllegalStateException(
                    "Cannot build target '" + id + "': " + reason + "; docs/keys.md has a complete example");
        }
    }
}
