package io.github.drkit.cutover;

import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks a {@link CutOver} for a new side to take over, or for that to be undone.
 *
 * @param direction which way
 * @param identity of the restored copy, as {@link NewSide#identity()} told it after the restore; only for
 *     {@link Direction#FORWARD}
 * @param undone the run to undo; only for the other directions
 * @param accepted the loss that is accepted; only for {@link Direction#BACK}
 */
public record CutOverRequest(
        Direction direction, String identity, Optional<RunId> undone, Optional<AcceptedLoss> accepted)
        implements PlanRequest {

    /**
     * Checks that direction and parts fit.
     *
     * @throws IllegalArgumentException if they do not
     */
    public CutOverRequest {
        boolean forward = direction == Direction.FORWARD;
        if (forward == identity.isEmpty() || forward == undone.isPresent()) {
            throw new IllegalArgumentException("Cannot ask for a cut-over: " + direction + " needs "
                    + (forward ? "an identity and no run" : "a run and no identity"));
        }
        if (accepted.isPresent() && direction != Direction.BACK) {
            throw new IllegalArgumentException(
                    "Cannot ask for a cut-over: a loss is accepted for BACK only, not for " + direction);
        }
    }

    /**
     * Asks for the new side to take over: fence the old one, lead the applications to the new one.
     *
     * @param identity what {@link NewSide#identity()} told after the restore; if the copy found now is another one, the
     *     plan is refused
     * @return the request
     */
    public static CutOverRequest to(String identity) {
        return new CutOverRequest(Direction.FORWARD, identity, Optional.empty(), Optional.empty());
    }

    /**
     * Asks for the old side to serve again. Refused if anything was written to the new one, unless
     * {@link #accepting accepted}.
     *
     * @param cutOver the run that cut over, whether it succeeded or failed
     * @return the request
     */
    public static CutOverRequest back(RunId cutOver) {
        return new CutOverRequest(Direction.BACK, "", Optional.of(cutOver), Optional.empty());
    }

    /**
     * Asks for the new side to be fenced and for what was written to it to be counted, so that it can be backed up. Nobody
     * is served then; go {@link #back}, or {@link #reopen}.
     *
     * @param cutOver the run that cut over
     * @return the request
     */
    public static CutOverRequest withdraw(RunId cutOver) {
        return new CutOverRequest(Direction.WITHDRAW, "", Optional.of(cutOver), Optional.empty());
    }

    /**
     * Asks for a withdrawal to be undone: the new side serves again.
     *
     * @param withdrawal the run that withdrew
     * @return the request
     */
    public static CutOverRequest reopen(RunId withdrawal) {
        return new CutOverRequest(Direction.REOPEN, "", Optional.of(withdrawal), Optional.empty());
    }

    /**
     * Accepts, for {@link #back}, that what was written to the new side is lost to the old one.
     *
     * @param withdrawal the run that fenced the new side and counted
     * @param digest what it told as the digest of the loss
     * @param backup a recovery point of the new side, made after it was fenced
     * @return the request
     */
    public CutOverRequest accepting(RunId withdrawal, String digest, RecoveryPointId backup) {
        return new CutOverRequest(
                direction, identity, undone, Optional.of(new AcceptedLoss(withdrawal, digest, backup)));
    }

    @Override
    public String kind() {
        return switch (direction) {
            case FORWARD -> "cut over";
            case WITHDRAW -> "withdraw";
            case REOPEN -> "reopen";
            case BACK -> "roll back";
        };
    }

    @Override
    public Map<String, String> describe() {
        Map<String, String> description = new TreeMap<>();
        if (!identity.isEmpty()) {
            description.put("copy", identity);
        }
        undone.ifPresent(run -> description.put("undone", run.value()));
        accepted.ifPresent(loss -> {
            description.put("accepted-loss", loss.digest());
            description.put("withdrawal", loss.withdrawal().value());
            description.put("backup", loss.backup().value());
        });
        return description;
    }

    /** Which way. */
    public enum Direction {
        /** The new side takes over. */
        FORWARD,
        /** The new side is fenced and what was written to it is counted. */
        WITHDRAW,
        /** A withdrawal is undone. */
        REOPEN,
        /** The old side serves again. */
        BACK
    }

    /**
     * A loss that a person accepts by name.
     *
     * @param withdrawal the run that fenced the new side and counted
     * @param digest of the loss it counted, see {@link Loss#digest}
     * @param backup a recovery point of the new side, made after it was fenced
     */
    public record AcceptedLoss(RunId withdrawal, String digest, RecoveryPointId backup) {}
}
