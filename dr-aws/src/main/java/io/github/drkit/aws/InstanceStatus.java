package io.github.drkit.aws;

import java.util.Set;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * What the statuses of an instance mean. RDS adds new ones now and then: a status nobody here knows is work in progress,
 * neither success nor failure.
 */
final class InstanceStatus {

    static final String AVAILABLE = "available";

    /** {@code CreateDBSnapshot} takes an instance in these, and no other. */
    private static final Set<String> TAKES_SNAPSHOTS = Set.of(AVAILABLE, "storage-optimization");

    /** Nothing comes after these without a person. */
    private static final Set<String> BROKEN = Set.of(
            "failed",
            "restore-error",
            "incompatible-restore",
            "incompatible-network",
            "incompatible-parameters",
            "incompatible-option-group",
            "insufficient-capacity",
            "inaccessible-encryption-credentials",
            "deleting");

    /** RDS backs up nothing in these. */
    private static final Set<String> IDLE =
            Set.of("stopped", "stopping", "storage-full", "inaccessible-encryption-credentials-recoverable");

    private InstanceStatus() {}

    /** What a person looks at next, when an instance is in a status nothing comes after. */
    static String nextStep(String status) {
        return switch (status) {
            case "deleting" -> "Who deletes it? Plan again";
            case "incompatible-network" ->
                "Do its subnets have free addresses, and are its VPC and security groups still there? Then plan again";
            case "incompatible-parameters" ->
                "Does its parameter group ask for more than its class has? Change the group or the class, and plan again";
            case "incompatible-option-group" -> "Does its option group fit the engine's version? Then plan again";
            case "insufficient-capacity" -> "Plan again with another instance class or availability zone";
            case "inaccessible-encryption-credentials" -> "Is its KMS key enabled, and may RDS use it? Then plan again";
            default -> "Do RDS's events of it say why? Plan again, with another point if it is the backup's fault";
        };
    }

    static boolean takesSnapshots(String status) {
        return TAKES_SNAPSHOTS.contains(status);
    }

    static boolean isBroken(String status) {
        return BROKEN.contains(status);
    }

    static boolean isIdle(String status) {
        return IDLE.contains(status);
    }

    /** Available, and with an address, which appears later. */
    static boolean isReachable(DBInstance instance) {
        return AVAILABLE.equals(instance.dbInstanceStatus())
                && instance.endpoint() != null
                && instance.endpoint().address() != null;
    }
}
