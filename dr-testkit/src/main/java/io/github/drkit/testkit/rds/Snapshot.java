package io.github.drkit.testkit.rds;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A snapshot as RDS keeps it: what was set at the instance, and the password, at its moment. Guarded by the state's lock. */
final class Snapshot {

    final String region;
    final String id;
    final String type;
    final String instanceId;
    final String resourceId;
    final String engine;
    final Settings settings;
    final String password;
    final Instant instanceCreated;
    final Instant begun;
    final Instant databaseTime;
    final Map<String, String> tags = new TreeMap<>();
    String status = "creating";
    String sourceId = "";
    String sourceRegion = "";
    Instant visibleFrom;

    @Nullable
    Instant created;

    @Nullable
    Instant originalCreated;

    @Nullable
    Instant ends;

    boolean gone;

    Snapshot(
            String region,
            String id,
            String type,
            String instanceId,
            String resourceId,
            String engine,
            Settings settings,
            String password,
            Instant instanceCreated,
            Instant begun,
            Instant databaseTime) {
        this.region = region;
        this.id = id;
        this.type = type;
        this.instanceId = instanceId;
        this.resourceId = resourceId;
        this.engine = engine;
        this.settings = settings;
        this.password = password;
        this.instanceCreated = instanceCreated;
        this.begun = begun;
        this.visibleFrom = begun;
        this.databaseTime = databaseTime;
    }

    static Snapshot of(Instance instance, String id, String type, Instant now) {
        return new Snapshot(
                instance.region,
                id,
                type,
                instance.id,
                instance.resourceId,
                instance.engine,
                instance.settings.copy(),
                instance.password(),
                instance.created,
                now,
                now);
    }

    boolean available() {
        return status.equals("available");
    }

    int percent(Instant now) {
        if (available()) {
            return 100;
        }
        if (ends == null || !ends.isAfter(begun)) {
            return 0;
        }
        long whole = ends.getEpochSecond() - begun.getEpochSecond();
        long done = now.getEpochSecond() - begun.getEpochSecond();
        return (int) Math.max(0, Math.min(99, done * 100 / Math.max(1, whole)));
    }
}
