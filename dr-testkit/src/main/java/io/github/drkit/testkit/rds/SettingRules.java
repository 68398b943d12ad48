package io.github.drkit.testkit.rds;

import io.github.drkit.testkit.rds.RdsState.Region;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads settings out of calls and says no to those that do not go together, as RDS does. */
final class SettingRules {

    private static final Pattern NAME = Pattern.compile("[A-Za-z](?:-?[A-Za-z0-9])*");
    private static final Pattern BACKUP_WINDOW = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d");
    private static final Pattern MAINTENANCE_WINDOW = Pattern.compile(
            "(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):[0-5]\\d-(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):[0-5]\\d");
    private static final List<String> CERTIFICATES =
            List.of("rds-ca-2019", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1");
    private static final int SMALL_GP3 = 400;

    private SettingRules() {}

    static String instanceName(String asked) throws AwsRefusal {
        return name(asked, 63, "DBInstanceIdentifier", "DB instance");
    }

    static String snapshotName(String asked) throws AwsRefusal {
        return name(asked, 255, "DBSnapshotIdentifier", "DB snapshot");
    }

    private static String name(String asked, int longest, String parameter, String noun) throws AwsRefusal {
        if (asked.length() > longest || !NAME.matcher(asked).matches()) {
            throw AwsRefusal.invalidValue("The parameter " + parameter + " is not a valid identifier for a " + noun
                    + ". Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and"
                    + " must not end with a hyphen or contain two consecutive hyphens.");
        }
        return asked.toLowerCase(Locale.ROOT);
    }

    /** Reads every single value that a call takes; what is not given is not in the map. */
    static Map<Setting, String> given(Form form, char call) throws AwsRefusal {
        Map<Setting, String> given = new TreeMap<>();
        for (Setting setting : Setting.values()) {
            if (setting.isAcceptedBy(call)) {
                String value = form.text(setting.parameter());
                if (value != null) {
                    setting.check(value);
                    given.put(setting, value);
                }
            }
        }
        return given;
    }

    static @Nullable Map<String, String> features(Form form) {
        List<Map<String, String>> given = form.structures("ProcessorFeatures", "ProcessorFeature");
        if (given == null) {
            return null;
        }
        Map<String, String> features = new TreeMap<>();
        given.forEach(one -> features.put(one.getOrDefault("Name", ""), one.getOrDefault("Value", "")));
        return features;
    }

    /** The group's members of a VPC; the default one if none are given. */
    static List<String> securityGroups(Region region, @Nullable List<String> given, String subnetGroup)
            throws AwsRefusal {
        String vpc = vpc(region, subnetGroup);
        if (given == null || given.isEmpty()) {
            return List.of(region.securityGroups.entrySet().stream()
                    .filter(group ->
                            group.getValue().equals(vpc) && group.getKey().startsWith("sg-default"))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow());
        }
        for (String group : given) {
            String where = region.securityGroups.get(group);
            if (where == null) {
                throw AwsRefusal.invalidValue("Invalid security group , groupId= " + group + ", groupName=.");
            }
            if (!where.equals(vpc)) {
                throw AwsRefusal.invalidCombination(
                        "The DB instance and EC2 security group are in different VPCs. The DB instance is in " + vpc
                                + " and the EC2 security group is in " + where);
            }
        }
        return List.copyOf(given);
    }

    static String vpc(Region region, String subnetGroup) throws AwsRefusal {
        String vpc = region.subnetGroups.get(subnetGroup);
        if (vpc == null) {
            throw new AwsRefusal(
                    404, "DBSubnetGroupNotFoundFault", "DB subnet group '" + subnetGroup + "' does not exist.");
        }
        return vpc;
    }

    /**
     * Fills in what is not given and checks what goes together.
     *
     * @param given what the call says
     * @param grown the storage of the source when this is a restore, or 0
     */
    static void complete(Region region, Settings settings, Map<Setting, String> given, int grown) throws AwsRefusal {
        storage(settings, given, grown);
        groups(region, settings);
        windows(region, settings);
        if (settings.is(Setting.MULTI_AZ) && given.containsKey(Setting.ZONE)) {
            throw AwsRefusal.invalidCombination(
                    "Requesting a specific availability zone is not valid for Multi-AZ instances.");
        }
        if (settings.value(Setting.ZONE).isEmpty()) {
            settings.set(Setting.ZONE, region.name + "a");
        }
        if (settings.number(Setting.RETENTION) > 35) {
            throw AwsRefusal.invalidValue("Invalid backup retention period: " + settings.value(Setting.RETENTION)
                    + ". Retention period must be between 0 and 35");
        }
        if (!CERTIFICATES.contains(settings.value(Setting.CERTIFICATE))) {
            throw new AwsRefusal(
                    404, "CertificateNotFound", "Certificate not found: " + settings.value(Setting.CERTIFICATE));
        }
        monitoring(region, settings);
    }

    private static void monitoring(Region region, Settings settings) throws AwsRefusal {
        boolean monitored = settings.number(Setting.MONITORING) > 0;
        if (monitored && settings.value(Setting.MONITORING_ROLE).isEmpty()) {
            throw AwsRefusal.invalidCombination(
                    "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.");
        }
        if (!List.of(0, 1, 5, 10, 15, 30, 60).contains(settings.number(Setting.MONITORING))) {
            throw AwsRefusal.invalidValue("Invalid monitoring interval: " + settings.value(Setting.MONITORING));
        }
        if (!settings.is(Setting.INSIGHTS)) {
            settings.values.remove(Setting.INSIGHTS_KEY);
            settings.values.remove(Setting.INSIGHTS_RETENTION);
            return;
        }
        if (settings.value(Setting.INSIGHTS_RETENTION).isEmpty()) {
            settings.set(Setting.INSIGHTS_RETENTION, "7");
        }
        int days = settings.number(Setting.INSIGHTS_RETENTION);
        if (days != 7 && days != 731 && (days % 31 != 0 || days > 713)) {
            throw AwsRefusal.invalidValue("Invalid Performance Insights retention period: " + days);
        }
        settings.set(Setting.INSIGHTS_KEY, key(region, settings.value(Setting.INSIGHTS_KEY)));
    }

    /** The ARN of a key, by whatever name it is known here; the account's default one without a name. */
    static String key(Region region, String asked) throws AwsRefusal {
        String named = asked.isEmpty() ? "alias/aws/rds" : asked;
        String arn = region.keys.containsValue(named) ? named : region.keys.get(named);
        if (arn == null) {
            throw new AwsRefusal(
                    400,
                    "KMSKeyNotAccessibleFault",
                    "The specified KMS key '" + named + "' does not exist or is not" + " accessible in region "
                            + region.name);
        }
        return arn;
    }

    private static void groups(Region region, Settings settings) throws AwsRefusal {
        String major = settings.major();
        if (settings.value(Setting.PARAMETER_GROUP).isEmpty()) {
            settings.set(Setting.PARAMETER_GROUP, "default.postgres" + major);
        }
        String parameters = settings.value(Setting.PARAMETER_GROUP);
        String family = parameters.startsWith("default.")
                ? parameters.substring("default.".length())
                : region.parameterGroups.get(parameters);
        if (family == null) {
            throw new AwsRefusal(404, "DBParameterGroupNotFound", "DBParameterGroup not found: " + parameters);
        }
        if (!family.equals("postgres" + major)) {
            throw AwsRefusal.invalidCombination("The Parameter Group " + parameters + " with DBParameterGroupFamily "
                    + family + " can't be used for this instance. Please use a Parameter Group with"
                    + " DBParameterGroupFamily postgres" + major);
        }
        if (settings.value(Setting.OPTION_GROUP).isEmpty()) {
            settings.set(Setting.OPTION_GROUP, "default:postgres-" + major);
        }
        String options = settings.value(Setting.OPTION_GROUP);
        if (!options.startsWith("default:") && !region.optionGroups.containsKey(options)) {
            throw new AwsRefusal(
                    404, "OptionGroupNotFoundFault", "Specified OptionGroupName: " + options + " not found.");
        }
    }

    private static void windows(Region region, Settings settings) throws AwsRefusal {
        // What RDS calls random within a block of hours for each region; the fake has to say the same each time.
        if (settings.value(Setting.BACKUP_WINDOW).isEmpty()) {
            settings.set(Setting.BACKUP_WINDOW, "09:13-09:43");
        }
        if (settings.value(Setting.MAINTENANCE_WINDOW).isEmpty()) {
            settings.set(Setting.MAINTENANCE_WINDOW, "sat:06:17-sat:06:47");
        }
        String backup = settings.value(Setting.BACKUP_WINDOW);
        if (!BACKUP_WINDOW.matcher(backup).matches()) {
            throw AwsRefusal.invalidValue("Invalid backup window format: " + backup);
        }
        String maintenance = settings.value(Setting.MAINTENANCE_WINDOW).toLowerCase(Locale.ROOT);
        if (!MAINTENANCE_WINDOW.matcher(maintenance).matches()) {
            throw AwsRefusal.invalidValue("Invalid maintenance window format: " + maintenance);
        }
        settings.set(Setting.MAINTENANCE_WINDOW, maintenance);
    }

    private static void storage(Settings settings, Map<Setting, String> given, int grown) throws AwsRefusal {
        if (settings.value(Setting.STORAGE_TYPE).isEmpty()) {
            settings.set(
                    Setting.STORAGE_TYPE,
                    given.containsKey(Setting.IOPS) && grown >= 0 && !smallGp3(settings) ? "io1" : "gp3");
        }
        int size = settings.number(Setting.ALLOCATED);
        if (grown > 0 && size != grown && size * 10L < grown * 11L) {
            throw AwsRefusal.invalidCombination(
                    "Invalid storage size for engine name postgres: " + size + "; at least 10 % more than " + grown);
        }
        if (size < 20 || size > 65_536) {
            throw AwsRefusal.invalidValue("Invalid storage size for engine name postgres and storage type "
                    + settings.value(Setting.STORAGE_TYPE) + ": " + size);
        }
        int limit = settings.number(Setting.MAX_ALLOCATED);
        if (limit != 0 && limit <= size) {
            throw AwsRefusal.invalidCombination("Invalid max storage size for engine name postgres: " + limit);
        }
        boolean iops = given.containsKey(Setting.IOPS);
        boolean throughput = given.containsKey(Setting.THROUGHPUT);
        switch (settings.value(Setting.STORAGE_TYPE)) {
            case "gp3" -> gp3(settings, size, iops, throughput);
            case "io1", "io2" -> provisioned(settings, size, throughput);
            case "gp2", "standard" -> {
                if (iops || throughput) {
                    throw AwsRefusal.invalidCombination("You can't specify IOPS or storage throughput for storage type "
                            + settings.value(Setting.STORAGE_TYPE) + ".");
                }
                settings.values.remove(Setting.IOPS);
                settings.values.remove(Setting.THROUGHPUT);
            }
            default ->
                throw new AwsRefusal(
                        400,
                        "StorageTypeNotSupported",
                        "Invalid storage type: " + settings.value(Setting.STORAGE_TYPE));
        }
    }

    private static boolean smallGp3(Settings settings) {
        return settings.value(Setting.STORAGE_TYPE).equals("gp3") && settings.number(Setting.ALLOCATED) < SMALL_GP3;
    }

    private static void gp3(Settings settings, int size, boolean iops, boolean throughput) throws AwsRefusal {
        if (size < SMALL_GP3) {
            if (iops || throughput) {
                throw AwsRefusal.invalidCombination("You can't specify IOPS or storage throughput for engine postgres"
                        + " and a storage size less than " + SMALL_GP3 + ".");
            }
            settings.set(Setting.IOPS, "3000");
            settings.set(Setting.THROUGHPUT, "125");
            return;
        }
        if (settings.number(Setting.IOPS) < 12_000) {
            if (iops) {
                throw AwsRefusal.invalidCombination("Invalid iops: " + settings.value(Setting.IOPS)
                        + ". For engine postgres and storage type gp3 it must be between 12000 and 64000.");
            }
            settings.set(Setting.IOPS, "12000");
        }
        if (settings.number(Setting.THROUGHPUT) < 500) {
            if (throughput) {
                throw AwsRefusal.invalidCombination("Invalid storage throughput: " + settings.value(Setting.THROUGHPUT)
                        + ". It must be between 500 and 4000.");
            }
            settings.set(Setting.THROUGHPUT, "500");
        }
        if (settings.number(Setting.IOPS) > 64_000 || settings.number(Setting.THROUGHPUT) > 4_000) {
            throw AwsRefusal.invalidCombination("Invalid iops or storage throughput for storage type gp3.");
        }
    }

    private static void provisioned(Settings settings, int size, boolean throughput) throws AwsRefusal {
        if (throughput) {
            throw AwsRefusal.invalidCombination("You can't specify storage throughput for storage type "
                    + settings.value(Setting.STORAGE_TYPE) + ".");
        }
        settings.values.remove(Setting.THROUGHPUT);
        int iops = settings.number(Setting.IOPS);
        if (iops == 0) {
            throw AwsRefusal.invalidCombination(
                    "You must specify iops when you use storage type " + settings.value(Setting.STORAGE_TYPE) + ".");
        }
        if (iops * 2L < size || iops > size * 50L) {
            throw AwsRefusal.invalidCombination(
                    "The IOPS to storage ratio must be between 0.5 and 50: " + iops + " to " + size);
        }
    }
}
