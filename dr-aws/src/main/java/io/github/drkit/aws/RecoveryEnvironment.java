package io.github.drkit.aws;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where restored instances live, as far as it differs from where the original lives: the subnets, security groups and sizes of a
 * recovery environment. What is not said here is as the original has it. Immutable.
 *
 * <p>When the original is gone, subnet group, security groups and parameter group must be said: RDS would choose its defaults.
 */
public final class RecoveryEnvironment {

    private static final RecoveryEnvironment LIKE_ORIGINAL = new RecoveryEnvironment(Map.of());

    private final Map<Attribute, String> values;

    private RecoveryEnvironment(Map<Attribute, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Returns the environment that differs in nothing.
     *
     * @return the original's own
     */
    public static RecoveryEnvironment likeOriginal() {
        return LIKE_ORIGINAL;
    }

    /**
     * Begins to describe what differs.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    Map<Attribute, String> values() {
        return values;
    }

    @Override
    public String toString() {
        return "RecoveryEnvironment" + new EnumMap<>(withKeys());
    }

    private Map<Attribute, String> withKeys() {
        EnumMap<Attribute, String> ordered = new EnumMap<>(Attribute.class);
        ordered.putAll(values);
        return ordered;
    }

    /** Collects what differs. Not thread-safe. */
    public static final class Builder {

        private final Map<Attribute, String> values = new EnumMap<>(Attribute.class);

        private Builder() {}

        /**
         * Sets the instance class.
         *
         * @param instanceClass such as {@code db.t4g.medium}
         * @return this
         */
        public Builder instanceClass(String instanceClass) {
            return with(Attribute.DB_INSTANCE_CLASS, instanceClass);
        }

        /**
         * Sets the network: the two are refused by RDS unless they lie in one VPC.
         *
         * @param subnetGroup the subnet group's name
         * @param securityGroups the security groups' ids, at least one
         * @return this
         */
        public Builder network(String subnetGroup, List<String> securityGroups) {
            if (securityGroups.isEmpty()) {
                throw new IllegalArgumentException(
                        "Cannot describe a recovery environment: no security group was named but at least one is needed");
            }
            with(Attribute.DB_SUBNET_GROUP, subnetGroup);
            return with(
                    Attribute.VPC_SECURITY_GROUPS,
                    String.join(",", securityGroups.stream().sorted().toList()));
        }

        /**
         * Sets the parameter group.
         *
         * @param parameterGroup a group of the engine version that is restored
         * @return this
         */
        public Builder parameterGroup(String parameterGroup) {
            return with(Attribute.DB_PARAMETER_GROUPS, parameterGroup);
        }

        /**
         * Sets the option group.
         *
         * @param optionGroup the group's name
         * @return this
         */
        public Builder optionGroup(String optionGroup) {
            return with(Attribute.OPTION_GROUP_MEMBERSHIPS, optionGroup);
        }

        /**
         * Restores without a standby, which is sooner done and cheaper.
         *
         * @return this
         */
        public Builder withoutStandby() {
            return with(Attribute.MULTI_AZ, "false");
        }

        /**
         * Restores with a standby in another zone.
         *
         * @return this
         */
        public Builder withStandby() {
            return with(Attribute.MULTI_AZ, "true");
        }

        /**
         * Lets the restored instance be deleted without lifting a protection first.
         *
         * @return this
         */
        public Builder withoutDeletionProtection() {
            return with(Attribute.DELETION_PROTECTION, "false");
        }

        /**
         * Sets the storage type.
         *
         * @param storageType such as {@code gp3}; its IOPS and throughput are then RDS's baseline
         * @return this
         */
        public Builder storageType(String storageType) {
            return with(Attribute.STORAGE_TYPE, storageType);
        }

        /**
         * Returns the environment.
         *
         * @return the environment
         */
        public RecoveryEnvironment build() {
            return new RecoveryEnvironment(values);
        }

        private Builder with(Attribute attribute, String value) {
            values.put(attribute, Objects.requireNonNull(value, attribute.member()));
            return this;
        }
    }
}
