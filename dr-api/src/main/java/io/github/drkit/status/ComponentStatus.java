package io.github.drkit.status;

import io.github.drkit.objective.Objectives;
import java.util.List;

/**
 * How one component stands.
 *
 * @param component its name
 * @param objectives what is asked of it
 * @param rpo how its RPO stands
 * @param rto how its RTO stands
 * @param holdings what exists to recover it from
 * @param rhythm when it is backed up
 * @param evidence what shows that it can be brought back
 * @param obstacles what would make a restore fail today, or lets nobody be sure of it
 * @param remarks sentences for people: points dated in the future, clocks that differ, what could not be read
 */
public record ComponentStatus(
        String component,
        Objectives objectives,
        Judgement rpo,
        Judgement rto,
        Holdings holdings,
        Rhythm rhythm,
        Evidence evidence,
        List<Obstacle> obstacles,
        List<String> remarks) {

    /** Copies the lists. */
    public ComponentStatus {
        obstacles = List.copyOf(obstacles);
        remarks = List.copyOf(remarks);
    }

    /**
     * Returns how it stands as a whole.
     *
     * @return the worse of RPO and RTO
     */
    public State state() {
        return rpo.state().worst(rto.state());
    }
}
