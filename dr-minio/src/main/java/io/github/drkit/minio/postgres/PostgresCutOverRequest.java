package io.github.drkit.minio.postgres;

import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.cutover.CutOverRequest.AcceptedLoss;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks for restored databases to take the place of the live ones, or for that to be undone.
 *
 * @param direction which way
 * @param databases live name to the name of the restored copy; only for {@link Direction#FORWARD}
 * @param undone the cut-over to undo; only for the other directions
 * @param accepted the loss that is accepted; only for {@link Direction#BACK}
 */
public record PostgresCutOverRequest(
        Direction direction, Map<String, String> databases, Optional<RunId> undone, Optional<AcceptedLoss> accepted)
        implements PlanRequest {

    /**
     * Copies the map.
     *
     * @throws IllegalArgumentException if nothing is named, a restored copy stands twice or is its own live name, or a
     *     loss is accepted for another direction than {@link Direction#BACK}
     */
    public PostgresCutOverRequest {
        databases = Map.copyOf(databases);
        boolean forward = direction == Direction.FORWARD;
        if (forward == databases.isEmpty() || forward == undone.isPresent()) {
            throw new IllegalArgumentException("Cannot cut over: " + direction + " needs "
                    + (forward ? "databases and no run" : "a run and no databases"));
        }
        if (databases.values().stream().distinct().count() != databases.size()
                || databases.values().stream().anyMatch(databases::containsKey)) {
            throw new IllegalArgumentException("Cannot cut over " + databases + ": a name stands twice");
        }
        if (accepted.isPresent() && direction != Direction.BACK) {
            throw new IllegalArgumentException(
                    "Cannot cut over: a loss is accepted for BACK only, not for " + direction);
        }
    }

    /**
     * Asks for restored copies to take the place of the live databases, which stay under another name.
     *
     * @param databases live name to the name of its restored copy; a live database that is gone is simply replaced
     * @return the request
     */
    public static PostgresCutOverRequest of(Map<String, String> databases) {
        return new PostgresCutOverRequest(Direction.FORWARD, databases, Optional.empty(), Optional.empty());
    }

    /**
     * Asks for the new databases to be taken out of service so that nobody can write to them, and for what was written
     * to them since the cut-over to be counted. They can be backed up then, under the names the report tells.
     *
     * @param cutOver the run that cut over
     * @return the request
     */
    public static PostgresCutOverRequest withdraw(RunId cutOver) {
        return new PostgresCutOverRequest(Direction.WITHDRAW, Map.of(), Optional.of(cutOver), Optional.empty());
    }

    /**
     * Asks for the old databases to be put back. Refused if anything was written to the new ones, unless
     * {@link #accepting accepted}.
     *
     * @param cutOver the run that cut over
     * @return the request
     */
    public static PostgresCutOverRequest back(RunId cutOver) {
        return new PostgresCutOverRequest(Direction.BACK, Map.of(), Optional.of(cutOver), Optional.empty());
    }

    /**
     * Accepts, for {@link #back}, that what was written to the new databases is lost to the old ones.
     *
     * @param withdrawal the run that withdrew the new databases and counted
     * @param digest what it told as the digest of the loss
     * @param backup a recovery point of the withdrawn databases, made after they were withdrawn
     * @return the request
     */
    public PostgresCutOverRequest accepting(RunId withdrawal, String digest, RecoveryPointId backup) {
        return new PostgresCutOverRequest(
                direction, databases, undone, Optional.of(new AcceptedLoss(withdrawal, digest, backup)));
    }

    @Override
    public String kind() {
        return switch (direction) {
            case FORWARD -> "cut over";
            case WITHDRAW -> "withdraw";
            case BACK -> "roll back";
        };
    }

    @Override
    public Map<String, String> describe() {
        Map<String, String> description = new TreeMap<>();
        databases.forEach((live, restored) -> description.put("replace " + live, restored));
        undone.ifPresent(run -> description.put("cut-over", run.value()));
        accepted.ifPresent(loss -> {
            description.put("accepted-loss", loss.digest());
            description.put("withdrawal", loss.withdrawal().value());
            description.put("backup", loss.backup().value());
        });
        return description;
    }

    /** Which way. */
    public enum Direction {
        /** Restored copies take the place of the live databases. */
        FORWARD,
        /** The new databases are taken out of service and what was written to them is counted. */
        WITHDRAW,
        /** The old databases are put back. */
        BACK
    }
}
