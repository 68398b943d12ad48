package io.github.drkit.minio.postgres;

import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.PointStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Restores points of {@link PostgresDumps} by {@code pg_restore}, always into new databases: an existing one is refused.
 * Each copy is compared with what was in the snapshot that was dumped; if anything fails, what the run made is dropped
 * again, and nothing else.
 *
 * <p>Thread-safe and immutable. The place in a request is the server's {@code host:port}.
 */
public final class PostgresDumpRestore implements RestoreStrategy {

    private final RestoreOptions options;
    private final Observations observations;
    private final Restore restore;
    private final RestoreSteps steps;

    private PostgresDumpRestore(RestoreOptions options) {
        this.options = options;
        this.observations = new Observations(options.server(), options.store(), options.points(), options.tools());
        this.restore = new Restore(options, observations);
        this.steps = new RestoreSteps(options, observations);
    }

    /**
     * Begins the description of a strategy. Trusted keys have no default and must be given.
     *
     * @param source the target whose points are restored
     * @param destination the server they are restored to
     * @param store where the points lie; not closed
     * @return a builder
     */
    public static Builder builder(TargetId source, PostgresServer destination, PointStore store) {
        return new Builder(source, destination, store);
    }

    /**
     * Returns the place requests name.
     *
     * @return the destination's {@code host:port}
     */
    public String place() {
        return options.address();
    }

    @Override
    public String name() {
        return "pg_restore";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                Set.of(Capability.RESTORE_POINT, Capability.PROVE),
                Set.of(BackUp.FORMAT),
                Proof.Level.UNPROVEN,
                Map.of(
                        Proof.Level.PROVEN,
                        "Restored into a scratch database and compared with the snapshot, table by table."));
    }

    @Override
    public Plan plan(RestoreRequest request, PlanContext context) {
        return restore.plan(request, context);
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return observations.observe(precondition, context);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return steps.execute(step, context);
    }

    @Override
    public RestoredCopy open(Plan plan) {
        return new RestoredDatabases(options.server(), Restore.renamed(plan));
    }

    /** Collects the parts of a strategy. Not thread-safe. */
    public static final class Builder {

        private final TargetId source;
        private final PostgresServer destination;
        private final PointStore store;
        private @Nullable TrustedKeys trusted;
        private IdentitySource identities = IdentitySource.none();
        private @Nullable Path scratch;
        private int jobs = 1;
        private MissingRoles missingRoles = MissingRoles.REFUSE;
        private ClientTools tools;

        private Builder(TargetId source, PostgresServer destination, PointStore store) {
            this.source = source;
            this.destination = destination;
            this.store = store;
            this.tools = ClientTools.onPath(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        }

        /**
         * Sets whose manifests and verdicts are believed.
         *
         * @param trusted the public keys of backups and provers
         * @return this
         */
        public Builder trusted(TrustedKeys trusted) {
            this.trusted = trusted;
            return this;
        }

        /**
         * Says where the identities come from that encrypted points are decrypted with.
         *
         * @param identities asked each time
         * @return this
         */
        public Builder identities(IdentitySource identities) {
            this.identities = identities;
            return this;
        }

        /**
         * Restores by several connections at once. That needs the decrypted dump in a file; without this call it is
         * streamed and never touches a disk here.
         *
         * @param scratch an existing folder with room for the largest dump; the file is readable by this user only, and
         *     removed always
         * @param jobs how many connections, 1 to 64
         * @return this
         */
        public Builder parallel(Path scratch, int jobs) {
            if (jobs < 1 || jobs > 64) {
                throw new IllegalArgumentException("Cannot restore by " + jobs + " jobs: 1 to 64 is required");
            }
            this.scratch = scratch.toAbsolutePath();
            this.jobs = jobs;
            return this;
        }

        /**
         * Says what to do about roles the destination lacks; refuse unless set.
         *
         * @param missingRoles what to do
         * @return this
         */
        public Builder missingRoles(MissingRoles missingRoles) {
            this.missingRoles = missingRoles;
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
         * Puts the strategy together. Asks nothing of server or store.
         *
         * @return the strategy
         * @throws IllegalStateException if no trusted keys were given
         */
        public PostgresDumpRestore build() {
            TrustedKeys believed = trusted;
            if (believed == null) {
                throw new IllegalStateException("Cannot build a restore of '" + source
                        + "': trusted keys were not given but are required; docs/keys.md has a complete example");
            }
            return new PostgresDumpRestore(new RestoreOptions(
                    source,
                    destination,
                    store,
                    PointCatalog.of(store, source, believed),
                    identities,
                    Optional.ofNullable(scratch),
                    jobs,
                    missingRoles,
                    tools));
        }
    }
}
