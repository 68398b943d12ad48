package io.github.drkit.cutover;

import io.github.drkit.TimeSource;
import java.util.Map;

/**
 * The side applications are led to: a restored copy, and what is written to it once it serves. Implementations are
 * immutable and thread-safe; their methods block and read only.
 */
public interface NewSide {

    /**
     * Returns what plans and reports call it.
     *
     * @return always the same; no secret
     */
    String name();

    /**
     * Reads what tells this copy from every other one, also from the original it was restored from.
     *
     * @return the same as long as it is the same copy; no secret
     * @throws io.github.drkit.error.TargetAccessException if the side refuses the credentials; change them
     * @throws io.github.drkit.error.TargetUnavailableException if the side cannot be reached, try again later; or if the
     *     thread was interrupted, whose flag stays set. A cut-over is then not planned, and one that was is not begun
     */
    String identity();

    /**
     * Notes where it starts. Waits until nothing is being written.
     *
     * @param time the one way to wait
     * @return names and values from which {@link #writtenSince} counts; no rows of anybody
     * @throws io.github.drkit.error.TargetAccessException if the side refuses the credentials; change them
     * @throws io.github.drkit.error.TargetUnavailableException if the side cannot be reached, or something goes on being
     *     written; resume the cut-over when that has ended
     * @throws InterruptedException if cancelled
     */
    Map<String, String> position(TimeSource time) throws InterruptedException;

    /**
     * Counts what was written since. Exact as long as nobody can write.
     *
     * @param position from {@link #position}
     * @return what going back would lose
     * @throws io.github.drkit.error.TargetAccessException if the side refuses the credentials; change them
     * @throws io.github.drkit.error.TargetUnavailableException if the side cannot be reached, try again later; or if the
     *     thread was interrupted, whose flag stays set. The loss is then not known, and nobody is led back
     */
    Loss writtenSince(Map<String, String> position);
}
