package io.github.drkit.aws;

import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.Precondition;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import software.amazon.awssdk.services.rds.model.DBInstance;

/** Reads what plans rely on, as it is now. */
final class Observations {

    static final String ABSENT = "absent";

    /** The original, by its resource id: another instance of this name is another original. */
    static final String INSTANCE = "instance";

    /** A snapshot to be made. */
    static final String SNAPSHOT = "snapshot";

    static final String SNAPSHOT_IN = "snapshot in ";

    /** The instance to be made. */
    static final String NEW_INSTANCE = "new instance";

    /** Security groups of a proof, which share nothing with the original's. */
    static final String ISOLATION = "isolation";

    private final TargetOptions options;

    Observations(TargetOptions options) {
        this.options = options;
    }

    DBInstance requireInstance(String verb) {
        DBInstance instance = options.rds()
                .find(options.instance())
                .orElseThrow(() -> new NotFoundException(
                        AwsErrors.MISSING,
                        "Cannot " + verb + " instance '" + options.instance() + "': there is none in "
                                + options.region().name() + " but it must exist",
                        "Is it the right account, region and name? After a rename the target has the new name"));
        requirePostgres(instance.engine());
        return instance;
    }

    void requirePostgres(String engine) {
        if (!"postgres".equals(engine)) {
            throw new RequestRefusedException(
                    "DRK-RDS-010",
                    "Cannot use instance '" + options.instance() + "': its engine is " + engine
                            + " but postgres is required",
                    "Members of Aurora clusters are backed up with their cluster");
        }
    }

    String observe(Precondition precondition, PlanContext context) {
        String about = precondition.about();
        if (precondition.name().startsWith(SNAPSHOT_IN)) {
            String region = precondition.name().substring(SNAPSHOT_IN.length());
            return options.copies().stream()
                    .filter(copy -> copy.region().name().equals(region))
                    .findFirst()
                    .flatMap(copy -> copy.region().rds().findSnapshot(about))
                    .map(Snapshots::identity)
                    .orElse(ABSENT);
        }
        return switch (precondition.name()) {
            case INSTANCE ->
                options.rds().find(about).map(DBInstance::dbiResourceId).orElse(ABSENT);
            case SNAPSHOT ->
                options.rds().findSnapshot(about).map(Snapshots::identity).orElse(ABSENT);
            default ->
                throw new IllegalArgumentException(
                        "Target '" + options.id() + "' did not make a plan that relies on " + precondition.name());
        };
    }

    /** What stands in the plan under a name. */
    String planned(Plan plan, String name) {
        return plan.preconditions().stream()
                .filter(precondition -> precondition.name().equals(name))
                .map(Precondition::value)
                .findFirst()
                .orElse(ABSENT);
    }
}
