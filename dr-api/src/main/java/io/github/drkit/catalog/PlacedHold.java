package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import java.time.Instant;

/**
 * A hold that lies beside a recovery point and was not released. A record that cannot be read or whose signature is not
 * trusted counts as a hold all the same, and says so: a key that was taken out of service must not cost a point.
 *
 * @param point what is held
 * @param run the run that placed it; its name is needed to release it
 * @param who the person who answers for it
 * @param why the reason, one sentence or a case number
 * @param since when it was placed, UTC
 */
public record PlacedHold(RecoveryPointId point, RunId run, String who, String why, Instant since) {}
