package io.github.drkit.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceFromDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceToPointInTimeRequest;

/**
 * What becomes of one member of an instance's description when the instance is restored.
 *
 * @param kind whether it is carried over
 * @param reason why not, or which rule it follows
 * @param rdsDefault what the new instance has when nobody says anything
 * @param form how its value is written
 * @param option what a person types before the value, empty if nothing
 * @param read the value as text, lists joined by commas; empty if there is none
 * @param pointInTime sets it in a restore to a point in time
 * @param snapshot sets it in a restore from a snapshot
 * @param modify sets it afterwards
 */
record Carrying(
        Kind kind,
        String reason,
        String rdsDefault,
        Form form,
        String option,
        Function<DBInstance, String> read,
        Optional<BiConsumer<RestoreDbInstanceToPointInTimeRequest.Builder, String>> pointInTime,
        Optional<BiConsumer<RestoreDbInstanceFromDbSnapshotRequest.Builder, String>> snapshot,
        Optional<BiConsumer<ModifyDbInstanceRequest.Builder, String>> modify) {

    /** Whether a member is carried over. */
    enum Kind {
        /** The new instance is given the original's value. */
        CARRIED,
        /** It follows from the backup or from RDS, and cannot be chosen. */
        DERIVED,
        /** It stays behind; the plan says so whenever the original has a value. */
        LEFT
    }

    /** How a value is written in a request and on a command line. */
    enum Form {
        TEXT,
        FLAG,
        LIST,
        PAIRS
    }

    static Carrying derived(Function<DBInstance, @Nullable Object> read, String reason) {
        return uncarried(Kind.DERIVED, read, reason);
    }

    static Carrying left(Function<DBInstance, @Nullable Object> read, String reason) {
        return uncarried(Kind.LEFT, read, reason);
    }

    static Carrying text(
            Function<DBInstance, @Nullable Object> read,
            BiConsumer<RestoreDbInstanceToPointInTimeRequest.Builder, String> pointInTime,
            BiConsumer<RestoreDbInstanceFromDbSnapshotRequest.Builder, String> snapshot) {
        return carried(Form.TEXT, read, pointInTime, snapshot);
    }

    static Carrying number(
            Function<DBInstance, @Nullable Object> read,
            BiConsumer<RestoreDbInstanceToPointInTimeRequest.Builder, Integer> pointInTime,
            BiConsumer<RestoreDbInstanceFromDbSnapshotRequest.Builder, Integer> snapshot) {
        return carried(
                Form.TEXT,
                read,
                (request, value) -> pointInTime.accept(request, Integer.valueOf(value)),
                (request, value) -> snapshot.accept(request, Integer.valueOf(value)));
    }

    static Carrying flag(
            Function<DBInstance, @Nullable Object> read,
            BiConsumer<RestoreDbInstanceToPointInTimeRequest.Builder, Boolean> pointInTime,
            BiConsumer<RestoreDbInstanceFromDbSnapshotRequest.Builder, Boolean> snapshot) {
        return carried(
                Form.FLAG,
                read,
                (request, value) -> pointInTime.accept(request, Boolean.valueOf(value)),
                (request, value) -> snapshot.accept(request, Boolean.valueOf(value)));
    }

    static Carrying list(
            Function<DBInstance, @Nullable Object> read,
            BiConsumer<RestoreDbInstanceToPointInTimeRequest.Builder, List<String>> pointInTime,
            BiConsumer<RestoreDbInstanceFromDbSnapshotRequest.Builder, List<String>> snapshot) {
        return carried(
                Form.LIST,
                read,
                (request, value) -> pointInTime.accept(request, split(value)),
                (request, value) -> snapshot.accept(request, split(value)));
    }

    static Carrying carried(
            Form form,
            Function<DBInstance, @Nullable Object> read,
            BiConsumer<RestoreDbInstanceToPointInTimeRequest.Builder, String> pointInTime,
            BiConsumer<RestoreDbInstanceFromDbSnapshotRequest.Builder, String> snapshot) {
        return new Carrying(
                Kind.CARRIED,
                "",
                "",
                form,
                "",
                written(read),
                Optional.of(pointInTime),
                Optional.of(snapshot),
                Optional.empty());
    }

    static Carrying laterText(
            Function<DBInstance, @Nullable Object> read, BiConsumer<ModifyDbInstanceRequest.Builder, String> modify) {
        return later(Form.TEXT, read, modify);
    }

    static Carrying laterNumber(
            Function<DBInstance, @Nullable Object> read, BiConsumer<ModifyDbInstanceRequest.Builder, Integer> modify) {
        return later(Form.TEXT, read, (request, value) -> modify.accept(request, Integer.valueOf(value)));
    }

    static Carrying laterFlag(
            Function<DBInstance, @Nullable Object> read, BiConsumer<ModifyDbInstanceRequest.Builder, Boolean> modify) {
        return later(Form.FLAG, read, (request, value) -> modify.accept(request, Boolean.valueOf(value)));
    }

    /** A number that a restore to a point in time takes, and that is set afterwards when a snapshot is restored. */
    static Carrying numberOrLater(
            Function<DBInstance, @Nullable Object> read,
            BiConsumer<RestoreDbInstanceToPointInTimeRequest.Builder, Integer> pointInTime,
            BiConsumer<ModifyDbInstanceRequest.Builder, Integer> modify) {
        return new Carrying(
                Kind.CARRIED,
                "",
                "",
                Form.TEXT,
                "",
                written(read),
                Optional.of((request, value) -> pointInTime.accept(request, Integer.valueOf(value))),
                Optional.empty(),
                Optional.of((request, value) -> modify.accept(request, Integer.valueOf(value))));
    }

    /** What the new instance has when nobody says anything, and what a person types before the value. */
    Carrying instead(String rdsDefault, String option) {
        return new Carrying(kind, reason, rdsDefault, form, option, read, pointInTime, snapshot, modify);
    }

    /** The rule it follows. */
    Carrying rule(String rule) {
        return new Carrying(kind, rule, rdsDefault, form, option, read, pointInTime, snapshot, modify);
    }

    static List<String> split(String value) {
        return value.isEmpty() ? List.of() : List.of(value.split(","));
    }

    private static Carrying uncarried(Kind kind, Function<DBInstance, @Nullable Object> read, String reason) {
        return new Carrying(
                kind, reason, "", Form.TEXT, "", written(read), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Carrying later(
            Form form,
            Function<DBInstance, @Nullable Object> read,
            BiConsumer<ModifyDbInstanceRequest.Builder, String> modify) {
        return new Carrying(
                Kind.CARRIED, "", "", form, "", written(read), Optional.empty(), Optional.empty(), Optional.of(modify));
    }

    private static Function<DBInstance, String> written(Function<DBInstance, @Nullable Object> read) {
        return instance -> {
            Object value = read.apply(instance);
            if (value instanceof List<?> list) {
                List<String> texts = new ArrayList<>();
                list.stream()
                        .filter(Objects::nonNull)
                        .map(String::valueOf)
                        .sorted()
                        .forEach(texts::add);
                return String.join(",", texts);
            }
            return value == null ? "" : String.valueOf(value);
        };
    }
}
