package io.github.drkit;

/** Something that must hold in a restored copy for its point to be PROVEN. Must not change the copy. */
public interface Check {

    /**
     * Returns its name, unique among the checks of a run.
     *
     * @return lower-case words joined by dashes
     */
    String name();

    /**
     * Looks at a restored copy.
     *
     * @param copy the copy
     * @param context clock and progress
     * @return what was found; an exception counts as UNKNOWN, never as SUCCEEDED
     * @throws Exception whatever the looking throws
     */
    CheckResult check(RestoredCopy copy, StepContext context) throws Exception;
}
