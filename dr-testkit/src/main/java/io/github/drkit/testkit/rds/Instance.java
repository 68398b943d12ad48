package io.github.drkit.testkit.rds;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A database instance as RDS keeps it. Guarded by the lock of the state. */
final class Instance {

    /** A status in which logs are not uploaded, so that the latest restorable time stands still. */
    private static final Set<String> SILENT = Set.of(
            "creating",
            "starting",
            "stopped",
            "stopping",
            "storage-full",
            "failed",
            "deleting",
            "restore-error",
            "incompatible-restore",
            "incompatible-network",
            "incompatible-parameters",
            "incompatible-option-group",
            "insufficient-capacity",
            "inaccessible-encryption-credentials",
            "inaccessible-encryption-credentials-recoverable");

    /** A member of an instance's VPC security groups: since when it is in force is said by its status. */
    record Membership(String group, String status) {}

    final String region;
    final String resourceId;
    final String engine;
    final Instant created;
    final NavigableMap<Instant, String> passwords = new TreeMap<>();
    final Map<Setting, String> pending = new LinkedHashMap<>();
    final List<Membership> memberships = new ArrayList<>();

    String id;
    String status = "creating";
    Settings settings;
    Map<String, String> tags = new TreeMap<>();
    String groupStatus = "in-sync";
    boolean reachable;
    Instant visibleFrom;
    boolean passwordPending;
    String newId = "";

    @Nullable
    Map<String, String> newFeatures;

    List<String> logsOn = List.of();
    List<String> logsOff = List.of();
    String secretArn = "";
    String secretKeyId = "";

    @Nullable
    Instant firstBackup;

    @Nullable
    Instant silentSince;

    @Nullable
    Instant restartsAt;

    boolean backupsFail;
    boolean gone;

    /** Whose turn it is to change the status: what was planned in an earlier turn is not done any more. */
    int turn;

    /** Which plan of daily backups is in force. */
    int backupPlan;

    Instance(String region, String id, String resourceId, String engine, Settings settings, Instant created) {
        this.region = region;
        this.id = id;
        this.resourceId = resourceId;
        this.engine = engine;
        this.settings = settings;
        this.created = created;
        this.visibleFrom = created;
        this.silentSince = created;
    }

    void show(String next, Instant now) {
        if (SILENT.contains(next)) {
            silentSince = silentSince == null ? now : silentSince;
        } else {
            silentSince = null;
        }
        status = next;
    }

    boolean usable() {
        return status.equals("available") || status.equals("storage-optimization");
    }

    int retention() {
        return settings.number(Setting.RETENTION);
    }

    String password() {
        return passwords.isEmpty() ? "" : passwords.lastEntry().getValue();
    }

    String passwordAt(Instant then) {
        Map.Entry<Instant, String> entry = passwords.floorEntry(then);
        return entry == null ? password() : entry.getValue();
    }

    /** When the oldest backup that is kept was taken, or null without any. */
    @Nullable
    Instant earliest(Instant now) {
        if (firstBackup == null || retention() == 0) {
            return null;
        }
        Instant kept = now.minus(Duration.ofDays(retention()));
        return kept.isAfter(firstBackup) ? kept : firstBackup;
    }

    /** The last log that was uploaded, five minutes apart, or null without backups. */
    @Nullable
    Instant latest(Instant now) {
        if (firstBackup == null || retention() == 0) {
            return null;
        }
        Instant until = silentSince == null ? now : silentSince;
        long seconds = until.minusSeconds(60).getEpochSecond();
        Instant uploaded = Instant.ofEpochSecond(seconds - Math.floorMod(seconds, 300));
        return uploaded.isAfter(firstBackup) ? uploaded : firstBackup;
    }
}
