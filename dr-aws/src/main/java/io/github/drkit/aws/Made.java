package io.github.drkit.aws;

import io.github.drkit.TargetId;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/** Whether a snapshot is one that DR Kit made for a target, and may delete. */
final class Made {

    private Made() {}

    /** RDS copies tags: only one that names its wearer counts. */
    static boolean byUs(DBSnapshot snapshot, TargetId target) {
        Map<String, String> tags = RdsTags.of(snapshot.tagList());
        return "manual".equals(snapshot.snapshotType())
                && RdsTags.madeIt(tags, snapshot.dbSnapshotArn())
                && target.value().equals(tags.get(RdsTags.TARGET));
    }

    /** Why somebody holds it; the tag alone is enough. */
    static Optional<String> hold(DBSnapshot snapshot) {
        return Optional.ofNullable(RdsTags.of(snapshot.tagList()).get(RdsTags.HOLD))
                .map(why -> why.isBlank() ? "no reason given" : why);
    }

    /** Why a snapshot must not be deleted now; empty if it may. */
    static Optional<String> against(DBSnapshot snapshot, TargetId target) {
        if (!byUs(snapshot, target)) {
            return Optional.of("its tags do not say any more that DR Kit made it for '" + target + "'");
        }
        if (RdsTags.of(snapshot.tagList()).containsKey(RdsTags.LABEL)) {
            return Optional.of("somebody asked for it by hand");
        }
        Optional<String> held = hold(snapshot);
        if (held.isPresent()) {
            return Optional.of("tag " + RdsTags.HOLD + " holds it: " + held.get());
        }
        return InstanceStatus.AVAILABLE.equals(snapshot.status())
                ? Optional.empty()
                : Optional.of("it is " + snapshot.status());
    }
}
