package io.github.drkit.testkit.rds;

import io.github.drkit.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All of an account's regions, and what happens in them by itself. Its monitor guards everything in it. */
final class RdsState {

    static final String ACCOUNT = "123456789012";

    private static final Duration EVENTS_KEPT = Duration.ofDays(14);
    private static final DateTimeFormatter SNAPSHOT_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm").withZone(ZoneOffset.UTC);

    /** Something that happened. */
    record Happened(Instant at, String type, String id, String arn, String category, String message) {}

    /** One region: nothing in it is seen from another. */
    static final class Region {
        final String name;
        final Map<String, Instance> instances = new TreeMap<>();
        final Map<String, Instance> retained = new TreeMap<>();
        final Map<String, Snapshot> snapshots = new TreeMap<>();
        final Map<String, String> securityGroups = new TreeMap<>();
        final Map<String, String> subnetGroups = new TreeMap<>();
        final Map<String, String> parameterGroups = new TreeMap<>();
        final Map<String, String> optionGroups = new TreeMap<>();
        final Map<String, String> keys = new TreeMap<>();
        final List<Happened> events = new ArrayList<>();

        Region(String name) {
            this.name = name;
            subnetGroups.put("default", "vpc-default");
            securityGroups.put("sg-default", "vpc-default");
            keys.put("alias/aws/rds", arn("kms", "key/aws-rds"));
        }

        String arn(String service, String what) {
            return "arn:aws:" + service + ":" + name + ":" + ACCOUNT + ":" + what;
        }

        String instanceArn(String id) {
            return arn("rds", "db:" + id);
        }

        String snapshotArn(String id) {
            return arn("rds", "snapshot:" + id);
        }

        long manualSnapshots() {
            return snapshots.values().stream()
                    .filter(snapshot -> snapshot.type.equals("manual"))
                    .count();
        }
    }

    final Map<String, Region> regions = new TreeMap<>();
    final Timeline timeline;
    final Map<String, Endpoint> endpoints = new TreeMap<>();
    Duration hidden = Duration.ofSeconds(5);
    Duration joining = Duration.ofSeconds(30);
    int instanceQuota = 40;
    int snapshotQuota = 100;

    private final Map<Transition, List<Phase>> scripts = new EnumMap<>(Transition.class);
    private final Map<Transition, Deque<List<Phase>>> once = new EnumMap<>(Transition.class);
    private int ids;

    /** A server of the test's behind an instance's name. */
    record Endpoint(String host, int port) {}

    RdsState(TimeSource time) {
        timeline = new Timeline(time);
        script(Transition.CREATE, phase("creating", 300), phase("backing-up", 120));
        script(
                Transition.RESTORE,
                phase("creating", 600),
                phase("available", 20),
                phase("backing-up", 180),
                phase("modifying", 60),
                phase("rebooting", 60));
        script(Transition.MODIFY, phase("available", 10), phase("modifying", 120));
        script(Transition.RENAME, phase("available", 10), phase("renaming", 60));
        script(Transition.REBOOT, phase("rebooting", 60));
        script(Transition.START, phase("starting", 180));
        script(Transition.STOP, phase("stopping", 120));
        script(Transition.DELETE, phase("deleting", 120));
        script(Transition.SNAPSHOT, phase("creating", 180));
        script(Transition.COPY, phase("copying", 300));
    }

    private static Phase phase(String status, long seconds) {
        return Phase.of(status, Duration.ofSeconds(seconds));
    }

    void script(Transition transition, Phase... phases) {
        scripts.put(transition, List.of(phases));
    }

    void scriptOnce(Transition transition, Phase... phases) {
        once.computeIfAbsent(transition, any -> new ArrayDeque<>()).add(List.of(phases));
    }

    private List<Phase> phases(Transition transition) {
        Deque<List<Phase>> next = once.get(transition);
        List<Phase> phases = next == null ? null : next.poll();
        return phases == null ? scripts.getOrDefault(transition, List.of()) : phases;
    }

    Region region(String name) {
        return regions.computeIfAbsent(name, Region::new);
    }

    Instant now() {
        return timeline.now();
    }

    String newResourceId() {
        ids++;
        return String.format(Locale.ROOT, "db-FAKE%022d", ids);
    }

    int nextNumber() {
        return ++ids;
    }

    // --- statuses ----------------------------------------------------------------------------------------------------

    /** Shows one status after another, then {@code available}, unless something else is begun meanwhile. */
    void pass(Instance instance, Transition transition, Consumer<String> entering, Runnable end) {
        passTo(instance, transition, entering, () -> {
            instance.show("available", now());
            end.run();
        });
    }

    /** Shows one status after another, then what the end shows, unless something else is begun meanwhile. */
    void passTo(Instance instance, Transition transition, Consumer<String> entering, Runnable end) {
        int turn = ++instance.turn;
        enter(instance, turn, phases(transition), 0, entering, end);
    }

    private void enter(
            Instance instance, int turn, List<Phase> phases, int at, Consumer<String> entering, Runnable end) {
        if (instance.turn != turn || instance.gone) {
            return;
        }
        if (at > 0 && phases.get(at - 1).status().equals("backing-up")) {
            firstBackup(instance);
        }
        if (at == phases.size()) {
            end.run();
            return;
        }
        Phase phase = phases.get(at);
        instance.show(phase.status(), now());
        entering.accept(phase.status());
        if (!phase.isLast()) {
            timeline.after(phase.lasts(), () -> enter(instance, turn, phases, at + 1, entering, end));
        }
    }

    // --- backups -----------------------------------------------------------------------------------------------------

    /** The first backup of a new instance, or of one that had none: from here on there is a window. */
    void firstBackup(Instance instance) {
        if (instance.retention() > 0 && instance.firstBackup == null) {
            automatedSnapshot(instance);
        }
    }

    Snapshot automatedSnapshot(Instance instance) {
        Region region = region(instance.region);
        Instant now = now();
        Snapshot snapshot =
                Snapshot.of(instance, "rds:" + instance.id + "-" + SNAPSHOT_TIME.format(now), "automated", now);
        if (instance.settings.is(Setting.COPY_TAGS)) {
            snapshot.tags.putAll(instance.tags);
        }
        happened(instance, "backup", "Backing up DB instance");
        add(region, snapshot, Transition.SNAPSHOT, () -> {
            if (instance.firstBackup == null) {
                instance.firstBackup = snapshot.databaseTime;
            }
            happened(instance, "backup", "Finished DB Instance backup");
            forgetOld(region, instance);
        });
        return snapshot;
    }

    /** Takes a backup in each day's window from now on; skipped while the instance is not available. */
    void scheduleBackups(Instance instance) {
        backUpNext(instance, ++instance.backupPlan);
    }

    private void backUpNext(Instance instance, int plan) {
        if (instance.retention() == 0) {
            return;
        }
        timeline.at(nextWindow(instance.settings.value(Setting.BACKUP_WINDOW)), () -> {
            if (instance.gone || instance.backupPlan != plan) {
                return;
            }
            if (instance.usable() && !instance.backupsFail) {
                automatedSnapshot(instance);
                backingUp(instance, Duration.ofSeconds(90));
            }
            backUpNext(instance, plan);
        });
    }

    /** Shows {@code backing-up} for a while, as for part of the time a snapshot takes. */
    void backingUp(Instance instance, Duration lasts) {
        int turn = ++instance.turn;
        instance.show("backing-up", now());
        timeline.after(lasts, () -> {
            if (instance.turn == turn && !instance.gone) {
                instance.show("available", now());
            }
        });
    }

    private void forgetOld(Region region, Instance instance) {
        Instant kept = now().minus(Duration.ofDays(instance.retention()));
        for (Snapshot snapshot : List.copyOf(region.snapshots.values())) {
            if (snapshot.type.equals("automated")
                    && snapshot.resourceId.equals(instance.resourceId)
                    && snapshot.begun.isBefore(kept)) {
                region.snapshots.remove(snapshot.id);
                snapshot.gone = true;
            }
        }
    }

    void dropAutomated(Region region, Instance instance) {
        region.snapshots.values().removeIf(snapshot -> {
            snapshot.gone |= snapshot.type.equals("automated") && snapshot.resourceId.equals(instance.resourceId);
            return snapshot.gone;
        });
    }

    /** Adds a snapshot that becomes available when its phases are over. */
    void add(Region region, Snapshot snapshot, Transition transition, Runnable end) {
        region.snapshots.put(snapshot.id, snapshot);
        snapshot.visibleFrom = now().plus(hidden);
        List<Phase> phases = phases(transition);
        Duration whole = Duration.ZERO;
        boolean ends = true;
        for (Phase phase : phases) {
            Instant at = now().plus(whole);
            timeline.at(at, () -> snapshot.status = phase.status());
            if (whole.isZero()) {
                snapshot.status = phase.status();
            }
            ends &= !phase.isLast();
            whole = phase.isLast() ? whole : whole.plus(phase.lasts());
        }
        if (!ends) {
            return;
        }
        snapshot.ends = now().plus(whole);
        timeline.at(now().plus(whole), () -> {
            if (snapshot.gone) {
                return;
            }
            snapshot.status = "available";
            snapshot.created = now();
            if (snapshot.originalCreated == null) {
                snapshot.originalCreated = now();
            }
            end.run();
        });
    }

    private Instant nextWindow(String window) {
        LocalTime from = LocalTime.parse(window.substring(0, 5));
        ZonedDateTime now = now().atZone(ZoneOffset.UTC);
        ZonedDateTime next = now.with(from);
        return (next.isAfter(now) ? next : next.plusDays(1)).toInstant();
    }

    // --- events ------------------------------------------------------------------------------------------------------

    void happened(Instance instance, String category, String message) {
        Region region = region(instance.region);
        happened(region, "db-instance", instance.id, region.instanceArn(instance.id), category, message);
    }

    void happened(Region region, Snapshot snapshot, String category, String message) {
        happened(region, "db-snapshot", snapshot.id, region.snapshotArn(snapshot.id), category, message);
    }

    private void happened(Region region, String type, String id, String arn, String category, String message) {
        region.events.add(new Happened(now(), type, id, arn, category, message));
        Instant kept = now().minus(EVENTS_KEPT);
        region.events.removeIf(event -> event.at().isBefore(kept));
    }

    // --- looking things up -------------------------------------------------------------------------------------------

    /** By name, resource id or ARN; not yet while it is hidden. */
    Instance instance(Region region, String asked) throws AwsRefusal {
        Instance found = findInstance(region, asked);
        if (found == null || now().isBefore(found.visibleFrom)) {
            throw new AwsRefusal(404, "DBInstanceNotFound", "DBInstance " + asked + " not found.");
        }
        return found;
    }

    @Nullable
    Instance findInstance(Region region, String asked) {
        String prefix = region.instanceArn("");
        String id = asked.startsWith(prefix) ? asked.substring(prefix.length()) : asked;
        Instance byName = region.instances.get(id.toLowerCase(Locale.ROOT));
        return byName != null
                ? byName
                : region.instances.values().stream()
                        .filter(instance -> instance.resourceId.equals(id))
                        .findFirst()
                        .orElse(null);
    }

    Snapshot snapshot(Region region, String asked) throws AwsRefusal {
        String prefix = region.snapshotArn("");
        String id = asked.startsWith(prefix) ? asked.substring(prefix.length()) : asked;
        Snapshot found = region.snapshots.get(id.toLowerCase(Locale.ROOT));
        if (found == null || now().isBefore(found.visibleFrom)) {
            throw new AwsRefusal(404, "DBSnapshotNotFound", "DBSnapshot " + asked + " not found.");
        }
        return found;
    }
}
