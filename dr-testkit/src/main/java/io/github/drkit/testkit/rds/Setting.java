package io.github.drkit.testkit.rds;

/**
 * What can be set at an instance by one value: where it may be given, what a restore makes of it when it is not, and when
 * a change takes effect.
 */
enum Setting {
    CLASS("DBInstanceClass", "CPSM", Restored.AS_SOURCE, Kind.TEXT, When.PENDING, ""),
    ALLOCATED("AllocatedStorage", "CPSM", Restored.AS_SOURCE, Kind.NUMBER, When.PENDING, "20"),
    STORAGE_TYPE("StorageType", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.PENDING, ""),
    IOPS("Iops", "CPSM", Restored.AS_SOURCE, Kind.NUMBER, When.PENDING, ""),
    THROUGHPUT("StorageThroughput", "CPSM", Restored.AS_SOURCE, Kind.NUMBER, When.PENDING, ""),
    MAX_ALLOCATED("MaxAllocatedStorage", "CPM", Restored.AS_DEFAULT, Kind.NUMBER, When.NOW, ""),
    RETENTION("BackupRetentionPeriod", "CPSM", Restored.AS_DEFAULT, Kind.NUMBER, When.NOW, "1"),
    BACKUP_WINDOW("PreferredBackupWindow", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, ""),
    MAINTENANCE_WINDOW("PreferredMaintenanceWindow", "CM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, ""),
    OPTION_GROUP("OptionGroupName", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.PENDING, ""),
    PARAMETER_GROUP("DBParameterGroupName", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, ""),
    SUBNET_GROUP("DBSubnetGroupName", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.PENDING, "default"),
    MULTI_AZ("MultiAZ", "CPSM", Restored.AS_DEFAULT, Kind.FLAG, When.PENDING, "false"),
    ZONE("AvailabilityZone", "CPS", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, ""),
    PROTECTION("DeletionProtection", "CPSM", Restored.AS_DEFAULT, Kind.FLAG, When.NOW, "false"),
    IAM(
            "EnableIAMDatabaseAuthentication",
            "IAMDatabaseAuthenticationEnabled",
            "CPSM",
            Restored.AS_DEFAULT,
            Kind.FLAG,
            When.PENDING,
            "false"),
    COPY_TAGS("CopyTagsToSnapshot", "CPSM", Restored.AS_DEFAULT, Kind.FLAG, When.NOW, "false"),
    PUBLIC("PubliclyAccessible", "CPSM", Restored.AS_DEFAULT, Kind.FLAG, When.NOW, "true"),
    MINOR_UPGRADE("AutoMinorVersionUpgrade", "CPSM", Restored.AS_DEFAULT, Kind.FLAG, When.NOW, "true"),
    CERTIFICATE("CACertificateIdentifier", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.PENDING, "rds-ca-rsa2048-g1"),
    LOG_VOLUME("DedicatedLogVolume", "CPSM", Restored.AS_DEFAULT, Kind.FLAG, When.PENDING, "false"),
    NETWORK("NetworkType", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, "IPV4"),
    LIFECYCLE(
            "EngineLifecycleSupport",
            "CPSM",
            Restored.AS_DEFAULT,
            Kind.TEXT,
            When.NOW,
            "open-source-rds-extended-support"),
    LICENCE("LicenseModel", "CPSM", Restored.AS_SOURCE, Kind.TEXT, When.PENDING, "postgresql-license"),
    PROMOTION_TIER("PromotionTier", "CM", Restored.AS_DEFAULT, Kind.NUMBER, When.NOW, ""),
    MONITORING("MonitoringInterval", "CM", Restored.AS_DEFAULT, Kind.NUMBER, When.NOW, "0"),
    MONITORING_ROLE("MonitoringRoleArn", "CM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, ""),
    INSIGHTS(
            "EnablePerformanceInsights",
            "PerformanceInsightsEnabled",
            "CM",
            Restored.AS_DEFAULT,
            Kind.FLAG,
            When.NOW,
            "false"),
    INSIGHTS_KEY("PerformanceInsightsKMSKeyId", "CM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, ""),
    INSIGHTS_RETENTION("PerformanceInsightsRetentionPeriod", "CM", Restored.AS_DEFAULT, Kind.NUMBER, When.NOW, ""),
    INSIGHTS_MODE("DatabaseInsightsMode", "CM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, "standard"),
    CUSTOMER_IP(
            "EnableCustomerOwnedIp",
            "CustomerOwnedIpEnabled",
            "CPSM",
            Restored.AS_DEFAULT,
            Kind.FLAG,
            When.NOW,
            "false"),
    CAPACITY("DBCapacityReservationIdentifier", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.PENDING, ""),
    BACKUP_TARGET("BackupTarget", "CPS", Restored.AS_SOURCE, Kind.TEXT, When.NOW, "region"),
    DOMAIN("Domain", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, ""),
    DOMAIN_ROLE("DomainIAMRoleName", "CPSM", Restored.AS_DEFAULT, Kind.TEXT, When.NOW, ""),
    PORT("Port", "CPS", Restored.AS_SOURCE, Kind.NUMBER, When.PENDING, "5432"),
    NEW_PORT("DBPortNumber", "M", Restored.AS_DEFAULT, Kind.NUMBER, When.PENDING, ""),
    VERSION("EngineVersion", "CM", Restored.AS_SOURCE, Kind.TEXT, When.PENDING, "15.13");

    /** What a new instance has when the restore does not say. */
    enum Restored {
        AS_SOURCE,
        AS_DEFAULT
    }

    /** How the value is spelled. */
    enum Kind {
        TEXT,
        NUMBER,
        FLAG
    }

    /** When a change takes effect: by itself, or when told to be immediate or in the maintenance window. */
    enum When {
        NOW,
        PENDING
    }

    private final String parameter;
    private final String member;
    private final String accepted;
    private final Restored restored;
    private final Kind kind;
    private final When when;
    private final String standard;

    Setting(String parameter, String accepted, Restored restored, Kind kind, When when, String standard) {
        this(parameter, parameter, accepted, restored, kind, when, standard);
    }

    Setting(
            String parameter,
            String member,
            String accepted,
            Restored restored,
            Kind kind,
            When when,
            String standard) {
        this.parameter = parameter;
        this.member = member;
        this.accepted = accepted;
        this.restored = restored;
        this.kind = kind;
        this.when = when;
        this.standard = standard;
    }

    String parameter() {
        return parameter;
    }

    /** Its name in what an instance is described by. */
    String member() {
        return member;
    }

    /** Whether a call takes it: (C)reate, restore to a (P)oint in time, from a (S)napshot, (M)odify. */
    boolean isAcceptedBy(char call) {
        return accepted.indexOf(call) >= 0;
    }

    boolean isKeptByRestore() {
        return restored == Restored.AS_SOURCE;
    }

    boolean waits() {
        return when == When.PENDING;
    }

    /** What it is if nobody says, or nothing. */
    String standard() {
        return standard;
    }

    void check(String value) throws AwsRefusal {
        boolean fits = switch (kind) {
            case TEXT -> !value.isEmpty();
            case NUMBER -> value.matches("\\d{1,9}");
            case FLAG -> value.equals("true") || value.equals("false");
        };
        if (!fits) {
            throw AwsRefusal.invalidValue("Invalid value for " + parameter + ": " + value);
        }
    }
}
