package io.github.drkit.testkit.rds;

import io.github.drkit.testkit.rds.Instance.Membership;
import io.github.drkit.testkit.rds.RdsState.Region;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of ModifyDBInstance: everything is read and checked first, then what takes effect by itself begins, and the rest
 * is pending until the modification is over or the maintenance window comes.
 */
final class Modification {

    private final RdsState state;
    private final Region region;
    private final Instance instance;
    private final Form form;

    Modification(RdsState state, Region region, Instance instance, Form form) {
        this.state = state;
        this.region = region;
        this.instance = instance;
        this.form = form;
    }

    void begin() throws AwsRefusal {
        boolean immediately = form.isSet("ApplyImmediately");
        Map<Setting, String> given = SettingRules.given(form, 'M');
        String newId = newId();
        String password = form.text("MasterUserPassword");
        Boolean managed = form.flag("ManageMasterUserPassword");
        String secretKey = AwsWire.orEmpty(form.text("MasterUserSecretKmsKeyId"));
        boolean rotates = form.isSet("RotateMasterUserPassword");
        List<String> groups = form.list("VpcSecurityGroupIds", "VpcSecurityGroupId");
        List<String> on = form.list("CloudwatchLogsExportConfiguration.EnableLogTypes", "member");
        List<String> off = form.list("CloudwatchLogsExportConfiguration.DisableLogTypes", "member");
        Map<String, String> features = SettingRules.features(form);
        boolean noFeatures = form.isSet("UseDefaultProcessorFeatures");
        boolean noDomain = form.isSet("DisableDomain");
        boolean majorAllowed = form.isSet("AllowMajorVersionUpgrade");
        form.flag("CertificateRotationRestart");
        form.refuseTheRest();

        if (noDomain) {
            given.put(Setting.DOMAIN, "");
            given.put(Setting.DOMAIN_ROLE, "");
        }
        Settings after = check(given, majorAllowed);
        String subnets = after.value(Setting.SUBNET_GROUP);
        List<String> checked = groups == null ? null : SettingRules.securityGroups(region, groups, subnets);
        if (password != null && (Boolean.TRUE.equals(managed) || managed == null && !instance.secretArn.isEmpty())) {
            throw AwsRefusal.invalidCombination(
                    "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.");
        }
        if (rotates && instance.secretArn.isEmpty() && !Boolean.TRUE.equals(managed)) {
            throw AwsRefusal.invalidCombination("The instance has no managed master user password to rotate.");
        }
        if (Boolean.FALSE.equals(managed) && !instance.secretArn.isEmpty() && password == null) {
            throw AwsRefusal.invalidCombination(
                    "You must specify MasterUserPassword when you turn ManageMasterUserPassword off.");
        }
        String key = Boolean.TRUE.equals(managed) ? SettingRules.key(region, secretKey) : "";

        // Nothing was changed up to here.
        takeEffect(given, after);
        if (Boolean.TRUE.equals(managed)) {
            instance.secretArn = region.arn("secretsmanager", "secret:rds!" + instance.resourceId + "-fake");
            instance.secretKeyId = key;
            instance.passwords.put(state.now(), "managed-" + state.nextNumber());
        } else if (Boolean.FALSE.equals(managed)) {
            instance.secretArn = "";
            instance.secretKeyId = "";
        }
        if (rotates) {
            instance.passwords.put(state.now(), "managed-" + state.nextNumber());
        }
        instance.passwordPending |= password != null;
        if (newId != null) {
            instance.newId = newId;
        }
        if (noFeatures || features != null) {
            instance.newFeatures = noFeatures ? Map.of() : features;
        }
        instance.logsOn = on == null ? List.of() : on;
        instance.logsOff = off == null ? List.of() : off;
        if (checked != null) {
            join(checked);
        }
        boolean logs = !instance.logsOn.isEmpty() || !instance.logsOff.isEmpty();
        boolean works = immediately || password != null || logs || !given.isEmpty() || checked != null;
        boolean waits = !instance.pending.isEmpty() || !instance.newId.isEmpty() || instance.newFeatures != null;
        if (immediately && !instance.newId.isEmpty()) {
            rename(password);
        } else if (works) {
            state.pass(instance, Transition.MODIFY, status -> {}, () -> finish(immediately, password));
        }
        if (!immediately && waits) {
            atMaintenance();
        }
    }

    private @Nullable String newId() throws AwsRefusal {
        String asked = form.text("NewDBInstanceIdentifier");
        if (asked == null) {
            return null;
        }
        String id = SettingRules.instanceName(asked);
        if (region.instances.containsKey(id)) {
            throw new AwsRefusal(400, "DBInstanceAlreadyExists", "DB instance already exists");
        }
        return id;
    }

    /** What would be set once everything took effect; refused as a whole when that cannot be. */
    private Settings check(Map<Setting, String> given, boolean majorAllowed) throws AwsRefusal {
        Settings after = instance.settings.copy();
        instance.pending.forEach(after::set);
        String major = after.major();
        given.forEach(after::set);
        if (!after.major().equals(major)) {
            if (!majorAllowed) {
                throw AwsRefusal.invalidCombination("The AllowMajorVersionUpgrade flag must be present when upgrading"
                        + " to a new major version.");
            }
            after.values.remove(Setting.PARAMETER_GROUP);
            after.values.remove(Setting.OPTION_GROUP);
        }
        int size = instance.settings.number(Setting.ALLOCATED);
        if (after.number(Setting.ALLOCATED) < size) {
            throw AwsRefusal.invalidCombination("Requested storage size (" + after.value(Setting.ALLOCATED)
                    + ") cannot be less than the current storage size (" + size + ")");
        }
        SettingRules.complete(region, after, given, given.containsKey(Setting.ALLOCATED) ? size : 0);
        return after;
    }

    private void takeEffect(Map<Setting, String> given, Settings after) {
        Map<Setting, String> changed = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            boolean asked =
                    given.containsKey(setting) || !after.value(setting).equals(instance.settings.value(setting));
            if (asked && !instance.pending.getOrDefault(setting, "").equals(after.value(setting))) {
                changed.put(setting, after.value(setting));
            }
        }
        int retention = instance.retention();
        boolean window = changed.containsKey(Setting.BACKUP_WINDOW);
        changed.forEach((setting, value) -> {
            if (setting == Setting.PARAMETER_GROUP && !value.equals(instance.settings.value(setting))) {
                instance.groupStatus = "pending-reboot";
            }
            if (setting.waits()) {
                if (!value.equals(instance.settings.value(setting))) {
                    instance.pending.put(setting, value);
                }
            } else {
                instance.settings.set(setting, value);
            }
        });
        if (retention > 0 && instance.retention() == 0) {
            // All automated backups are gone at once.
            state.dropAutomated(region, instance);
            instance.firstBackup = null;
            state.happened(instance, "backup", "Automatic backups for this DB instance have been disabled.");
        }
        if (retention == 0 && instance.retention() > 0) {
            state.happened(instance, "backup", "Automatic backups for this DB instance have been enabled.");
        }
        if (window || retention == 0 != (instance.retention() == 0)) {
            state.scheduleBackups(instance);
        }
    }

    private void join(List<String> groups) {
        List<String> before = instance.settings.securityGroups;
        instance.settings.securityGroups = groups;
        instance.memberships.removeIf(membership -> !groups.contains(membership.group()));
        for (String group : groups) {
            if (!before.contains(group)) {
                instance.memberships.add(new Membership(group, "adding"));
            }
        }
        for (String group : before) {
            if (!groups.contains(group)) {
                instance.memberships.add(new Membership(group, "removing"));
            }
        }
        state.timeline.after(state.joining, () -> {
            if (instance.settings.securityGroups.equals(groups)) {
                instance.memberships.clear();
                groups.forEach(group -> instance.memberships.add(new Membership(group, "active")));
            }
        });
    }

    private void finish(boolean immediately, @Nullable String password) {
        if (password != null) {
            instance.passwords.put(state.now(), password);
            instance.passwordPending = false;
            state.happened(instance, "configuration change", "Reset master credentials");
        }
        instance.settings.logs(instance.logsOn, instance.logsOff);
        instance.logsOn = List.of();
        instance.logsOff = List.of();
        if (immediately) {
            applyPending();
        }
        state.firstBackup(instance);
        state.happened(instance, "configuration change", "Finished applying modification to DB instance");
    }

    private void applyPending() {
        Map<Setting, String> pending = new LinkedHashMap<>(instance.pending);
        instance.pending.clear();
        pending.forEach(
                (setting, value) -> instance.settings.set(setting == Setting.NEW_PORT ? Setting.PORT : setting, value));
        if (instance.newFeatures != null) {
            instance.settings.features.clear();
            instance.settings.features.putAll(instance.newFeatures);
            instance.newFeatures = null;
        }
    }

    /** The old name ends and the new one begins when the status turns to {@code renaming}. */
    private void rename(@Nullable String password) {
        state.pass(
                instance,
                Transition.RENAME,
                status -> {
                    if (status.equals("renaming")) {
                        takeName();
                    }
                },
                () -> {
                    takeName();
                    finish(true, password);
                });
    }

    private void takeName() {
        if (instance.newId.isEmpty()) {
            return;
        }
        String old = instance.id;
        region.instances.remove(old);
        instance.id = instance.newId;
        instance.newId = "";
        region.instances.put(instance.id, instance);
        state.happened(instance, "notification", "Renamed instance from " + old + " to " + instance.id);
    }

    private void atMaintenance() {
        String window = instance.settings.value(Setting.MAINTENANCE_WINDOW);
        state.timeline.at(next(window, state.now()), () -> {
            if (instance.gone || !instance.usable()) {
                return;
            }
            if (!instance.newId.isEmpty()) {
                rename(null);
            } else if (!instance.pending.isEmpty() || instance.newFeatures != null) {
                state.pass(instance, Transition.MODIFY, status -> {}, () -> finish(true, null));
            }
        });
    }

    private static Instant next(String window, Instant now) {
        List<String> days = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
        DayOfWeek day = DayOfWeek.of(days.indexOf(window.substring(0, 3).toLowerCase(Locale.ROOT)) + 1);
        ZonedDateTime at = now.atZone(ZoneOffset.UTC).with(LocalTime.parse(window.substring(4, 9)));
        while (at.getDayOfWeek() != day || !at.toInstant().isAfter(now)) {
            at = at.plus(Duration.ofDays(1));
        }
        return at.toInstant();
    }
}
