package io.github.drkit.status;

import io.github.drkit.PlanContext;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for what stands between a component and a restore of it. Reads only. */
final class Obstacles {

    /** A proof each month: what changes between a backup and its restore is tools, keys and servers. */
    private static final Duration PROOF_IS_OLD = Duration.ofDays(31);

    private static final RunId ON_PAPER = RunId.of("status");

    private final Instant now;
    private final TimeSource time;
    private final List<Obstacle> found = new ArrayList<>();

    Obstacles(Instant now, TimeSource time) {
        this.now = now;
        this.time = time;
    }

    List<Obstacle> of(Protection protection, Assessment.Listed listed, Holdings holdings, Evidence evidence) {
        listed.unreachable().ifPresent(found::add);
        if (listed.unreachable().isEmpty()) {
            ofPoints(holdings);
            protection.restore().ifPresent(restore -> plan(restore, holdings));
            ofProof(evidence);
        }
        if (evidence.recipients().orElse(0) == 1) {
            found.add(new Obstacle(
                    "points are encrypted to one recipient only",
                    "Add a second recipient whose identity is kept elsewhere, and back up anew"));
        }
        return List.copyOf(found);
    }

    private void ofPoints(Holdings holdings) {
        if (holdings.restorableTo().isEmpty()) {
            found.add(
                    new Obstacle("there is nothing to restore that counts", "Back up, and verify what was backed up"));
        }
        if (!holdings.problems().isEmpty()) {
            found.add(new Obstacle(
                    holdings.problems().size() + " entries of the catalog cannot be read",
                    "Settle what is named: one of them may be the point that is needed"));
        }
    }

    private void ofProof(Evidence evidence) {
        Optional<Duration> age =
                evidence.lastProof().flatMap(point -> point.proof().at()).map(at -> Duration.between(at, now));
        if (age.isEmpty()) {
            found.add(new Obstacle(
                    "no point was ever PROVEN", "Restore the newest point into a scratch place and prove it"));
        } else if (age.get().compareTo(PROOF_IS_OLD) > 0) {
            found.add(new Obstacle(
                    "the last proof is " + Span.of(age.get()) + " old and one is due every " + Span.of(PROOF_IS_OLD),
                    "Restore the newest point into a scratch place and prove it"));
        }
    }

    /** Planning reads only, and refuses whatever can be known to fail: tools, identities, roles, versions, room. */
    private void plan(OnPaper restore, Holdings holdings) {
        Optional<Selection> selection = holdings.newestCounting()
                .map(point -> Selection.point(point.id()))
                .or(() -> holdings.restorableTo().map(Selection::instant));
        selection.ifPresent(chosen -> {
            try {
                restore.strategy()
                        .plan(RestoreRequest.of(chosen, restore.destination()), new PlanContext(ON_PAPER, time));
            } catch (RuntimeException e) {
                found.add(Obstacle.of(e));
            }
        });
    }

    /**
     * A restore that is planned and never executed.
     *
     * @param strategy how
     * @param destination where to
     */
    record OnPaper(RestoreStrategy strategy, RestoreDestination destination) {}
}
