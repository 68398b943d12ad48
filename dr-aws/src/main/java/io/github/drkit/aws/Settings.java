package io.github.drkit.aws;

import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanStep;
import io.github.drkit.aws.Carrying.Form;
import io.github.drkit.aws.Carrying.Kind;
import io.github.drkit.error.RequestRefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * What a restored instance is given: computed from the original, the backup and the environment, and shown in full before anything
 * is done. RDS gives a restored instance its defaults for whatever is left out, and two kinds of restore take different parameters.
 *
 * @param atRestore what the restore call says
 * @param afterwards what is set once the instance is there, because the restore call does not take it
 * @param remarks the table, one line per attribute, and what stays behind
 */
record Settings(Map<Attribute, String> atRestore, Map<Attribute, String> afterwards, List<Remark> remarks) {

    /** From this size on gp3 takes IOPS and throughput for PostgreSQL; below it refuses them. Amazon RDS User Guide, "DB instance storage". */
    private static final int GP3_STRIPED_GIB = 400;

    private static final int GP3_LEAST_IOPS = 12_000;
    private static final int GP3_LEAST_THROUGHPUT = 500;

    private static final String PREFIX = "set.";

    /** Without these RDS would put the instance into its default network, open to another set of hosts. */
    private static final List<Attribute> NEEDED =
            List.of(Attribute.DB_SUBNET_GROUP, Attribute.VPC_SECURITY_GROUPS, Attribute.DB_PARAMETER_GROUPS);

    Settings {
        atRestore = ordered(atRestore);
        afterwards = ordered(afterwards);
        remarks = List.copyOf(remarks);
    }

    /** What is restored from. */
    enum Basis {
        POINT_IN_TIME,
        SNAPSHOT
    }

    /**
     * Computes the settings.
     *
     * @param original the instance as it is now, empty if it is gone
     * @param backup what the backup itself tells of an instance that is gone
     * @param changes what is to differ, with the reason a person is told
     * @param tags ours, for the new instance
     */
    static Settings of(
            Optional<DBInstance> original, Backup backup, Map<Attribute, Change> changes, Map<String, String> tags) {
        Map<Attribute, String> values = new EnumMap<>(Attribute.class);
        List<Remark> table = new ArrayList<>();
        List<Remark> left = new ArrayList<>();
        Map<Attribute, String> originals = originals(original, backup);
        for (Attribute attribute : Attribute.values()) {
            String before = originals.getOrDefault(attribute, "");
            if (attribute.is(Kind.CARRIED)) {
                Change change = changes.get(attribute);
                values.put(attribute, change == null ? before : change.value());
            } else if (attribute.is(Kind.LEFT) && !before.isEmpty()) {
                left.add(new Remark(
                        Remark.Kind.NOT_RESTORED,
                        attribute.member() + " " + before + ": "
                                + attribute.carrying().reason()));
            }
        }
        requireNetwork(original, values);
        Map<String, String> kept = RdsTags.read(values.getOrDefault(Attribute.TAG_LIST, ""));
        if (RdsTags.hasTagsOfAws(kept)) {
            left.add(new Remark(Remark.Kind.NOT_RESTORED, "tags beginning with aws:, which only AWS may set"));
        }
        Map<String, String> all = RdsTags.peoples(kept);
        all.putAll(tags);
        values.put(Attribute.TAG_LIST, RdsTags.write(all));
        dropStorageFiguresRdsRefuses(values, originals, backup.storageGib(), left);
        dropWhatDependsOnWhatIsOff(values);
        Map<Attribute, String> atRestore = new EnumMap<>(Attribute.class);
        Map<Attribute, String> afterwards = new EnumMap<>(Attribute.class);
        for (Attribute attribute : Attribute.values()) {
            String value = values.getOrDefault(attribute, "");
            if (attribute.is(Kind.CARRIED)) {
                if (!value.isEmpty()) {
                    (taken(attribute, backup.basis()) ? atRestore : afterwards).put(attribute, value);
                }
                table.add(row(attribute, originals.getOrDefault(attribute, ""), value, changes.get(attribute)));
            } else if (attribute.is(Kind.DERIVED) && shown(attribute, originals)) {
                table.add(new Remark(
                        Remark.Kind.NOTE,
                        attribute.member() + ": original " + quoted(originals.getOrDefault(attribute, ""))
                                + ", restored " + attribute.carrying().reason()));
            }
        }
        List<Remark> remarks = new ArrayList<>(left);
        remarks.addAll(table);
        return new Settings(atRestore, afterwards, remarks);
    }

    /**
     * What the backup tells.
     *
     * @param basis what is restored from
     * @param storageGib the size of the volume
     * @param known attributes a backup keeps of the instance it was taken from
     */
    record Backup(Basis basis, OptionalInt storageGib, Map<Attribute, String> known) {}

    /**
     * A value that differs from the original's.
     *
     * @param value the value, empty to say nothing to RDS
     * @param why for whom
     */
    record Change(String value, String why) {}

    /** Writes the settings of one call into a step. */
    static void write(PlanStep.Builder step, Map<Attribute, String> settings) {
        settings.forEach((attribute, value) -> step.parameter(PREFIX + attribute.member(), value));
    }

    /** Reads the settings back out of a step. */
    static Map<Attribute, String> read(PlanStep step) {
        Map<Attribute, String> settings = new EnumMap<>(Attribute.class);
        for (Attribute attribute : Attribute.values()) {
            String value = step.parameters().get(PREFIX + attribute.member());
            if (value != null) {
                settings.put(attribute, value);
            }
        }
        return settings;
    }

    /** The settings as options a person would type. */
    static String options(Map<Attribute, String> settings) {
        StringBuilder options = new StringBuilder();
        settings.forEach((attribute, value) -> {
            String option = attribute.carrying().option();
            if (attribute == Attribute.DOMAIN_MEMBERSHIPS) {
                Map<String, String> domain = RdsTags.read(value);
                options.append(" --domain ").append(Shell.quoted(domain.getOrDefault("Domain", "")));
                options.append(" --domain-iam-role-name ").append(Shell.quoted(domain.getOrDefault("IAMRoleName", "")));
            } else if (attribute.carrying().form() == Form.FLAG) {
                options.append(' ').append(value.equals("true") ? option : option.replaceFirst("--", "--no-"));
            } else if (attribute.carrying().form() == Form.PAIRS) {
                String key = attribute == Attribute.TAG_LIST ? "Key=" : "Name=";
                options.append(' ').append(option);
                RdsTags.read(value)
                        .forEach((name, text) ->
                                options.append(' ').append(Shell.quoted(key + name + ",Value=" + text)));
            } else {
                options.append(' ').append(option);
                List<String> values = attribute.carrying().form() == Form.LIST ? Carrying.split(value) : List.of(value);
                values.forEach(text -> options.append(' ').append(Shell.quoted(text)));
            }
        });
        return options.toString();
    }

    /** Where an instance is not as the settings say, one sentence each. */
    static List<String> differences(Map<Attribute, String> settings, DBInstance instance) {
        List<String> differences = new ArrayList<>();
        settings.forEach((attribute, wanted) -> {
            String found = attribute.of(instance);
            String comparable = attribute == Attribute.TAG_LIST ? withoutAws(found) : found;
            if (!comparable.equals(wanted)) {
                differences.add(
                        attribute.member() + " is " + quoted(comparable) + " but " + quoted(wanted) + " was set");
            }
        });
        return differences;
    }

    private static String withoutAws(String tags) {
        Map<String, String> kept = RdsTags.read(tags);
        kept.keySet().removeIf(key -> key.startsWith("aws:"));
        return RdsTags.write(kept);
    }

    private static Map<Attribute, String> originals(Optional<DBInstance> original, Backup backup) {
        if (original.isEmpty()) {
            return backup.known();
        }
        Map<Attribute, String> values = new EnumMap<>(Attribute.class);
        for (Attribute attribute : Attribute.values()) {
            String value = attribute.of(original.get());
            if (!value.isEmpty()) {
                values.put(attribute, value);
            }
        }
        return values;
    }

    private static void requireNetwork(Optional<DBInstance> original, Map<Attribute, String> values) {
        List<String> missing = NEEDED.stream()
                .filter(attribute -> values.getOrDefault(attribute, "").isEmpty())
                .map(Attribute::member)
                .toList();
        if (!missing.isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-RDS-022",
                    "Cannot restore: " + (original.isEmpty() ? "the original is gone and its " : "the original's ")
                            + String.join(", ", missing)
                            + " cannot be read but must be known, since RDS would choose its"
                            + " default",
                    "Say network and parameter group in a RecoveryEnvironment");
        }
    }

    private static boolean taken(Attribute attribute, Basis basis) {
        return basis == Basis.POINT_IN_TIME
                ? attribute.carrying().pointInTime().isPresent()
                : attribute.carrying().snapshot().isPresent();
    }

    /**
     * A small gp3 volume is described with 3000 IOPS and 125 MiB/s, and refuses to be made with them. Of a large one RDS takes
     * 12,000 IOPS and 500 MiB/s at least. Only io1 and io2 need their IOPS said.
     */
    private static void dropStorageFiguresRdsRefuses(
            Map<Attribute, String> values, Map<Attribute, String> originals, OptionalInt gib, List<Remark> left) {
        String type = values.getOrDefault(Attribute.STORAGE_TYPE, "");
        boolean sameType = type.equals(originals.getOrDefault(Attribute.STORAGE_TYPE, ""));
        boolean provisioned = type.equals("io1") || type.equals("io2");
        boolean striped = type.equals("gp3") && gib.orElse(0) >= GP3_STRIPED_GIB;
        if (!sameType || !(provisioned || (striped && atLeast(values, Attribute.IOPS, GP3_LEAST_IOPS)))) {
            drop(values, Attribute.IOPS, striped, left);
        }
        if (!sameType || !(striped && atLeast(values, Attribute.STORAGE_THROUGHPUT, GP3_LEAST_THROUGHPUT))) {
            drop(values, Attribute.STORAGE_THROUGHPUT, striped, left);
        }
    }

    private static void drop(Map<Attribute, String> values, Attribute figure, boolean striped, List<Remark> left) {
        String value = values.remove(figure);
        if (value != null && !value.isEmpty() && !value.equals("0") && striped) {
            left.add(new Remark(
                    Remark.Kind.NOT_RESTORED,
                    figure.member() + " " + value
                            + ": below what RDS takes for gp3 of this size; it becomes the baseline"));
        }
    }

    private static boolean atLeast(Map<Attribute, String> values, Attribute figure, int least) {
        String value = values.getOrDefault(figure, "");
        return !value.isEmpty() && Integer.parseInt(value) >= least;
    }

    private static void dropWhatDependsOnWhatIsOff(Map<Attribute, String> values) {
        if (!"true".equals(values.get(Attribute.PERFORMANCE_INSIGHTS_ENABLED))) {
            values.remove(Attribute.PERFORMANCE_INSIGHTS_ENABLED);
            values.remove(Attribute.PERFORMANCE_INSIGHTS_KMS_KEY_ID);
            values.remove(Attribute.PERFORMANCE_INSIGHTS_RETENTION_PERIOD);
        }
        if ("standard".equals(values.get(Attribute.DATABASE_INSIGHTS_MODE))) {
            values.remove(Attribute.DATABASE_INSIGHTS_MODE);
        }
        if ("0".equals(values.get(Attribute.MONITORING_INTERVAL))) {
            values.remove(Attribute.MONITORING_INTERVAL);
            values.remove(Attribute.MONITORING_ROLE_ARN);
        }
        if (values.getOrDefault(Attribute.PUBLICLY_ACCESSIBLE, "").isEmpty()) {
            values.put(Attribute.PUBLICLY_ACCESSIBLE, "false");
        }
        if ("false".equals(values.get(Attribute.CUSTOMER_OWNED_IP_ENABLED))) {
            values.remove(Attribute.CUSTOMER_OWNED_IP_ENABLED); // known on Outposts only, and refused elsewhere
        }
    }

    private static Remark row(Attribute attribute, String before, String after, @Nullable Change change) {
        Carrying carrying = attribute.carrying();
        return new Remark(
                Remark.Kind.NOTE,
                attribute.member() + ": original " + quoted(before) + ", RDS default " + carrying.rdsDefault()
                        + ", restored " + (after.isEmpty() ? "RDS default" : quoted(after))
                        + (change == null ? "" : " (" + change.why() + ")"));
    }

    /** States of the moment and RDS's own names would only hide the rest. */
    private static boolean shown(Attribute attribute, Map<Attribute, String> originals) {
        return !originals.getOrDefault(attribute, "").isEmpty()
                && !attribute.carrying().reason().equals("a state of the moment");
    }

    private static String quoted(String value) {
        return value.isEmpty() ? "nothing" : "'" + value + "'";
    }

    private static Map<Attribute, String> ordered(Map<Attribute, String> values) {
        Map<Attribute, String> ordered = new EnumMap<>(Attribute.class);
        ordered.putAll(values);
        return Collections.unmodifiableMap(ordered);
    }

    static Map<Attribute, Change> changes(RecoveryEnvironment environment) {
        Map<Attribute, Change> changes = new TreeMap<>();
        environment.values().forEach((attribute, value) -> changes.put(attribute, new Change(value, "environment")));
        return changes;
    }
}
