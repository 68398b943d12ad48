package io.github.drkit;

/**
 * A named fact a plan relies on. It is read again before the plan begins and before each destructive step; a changed one
 * refuses the plan.
 *
 * @param name what is read, such as {@code database}
 * @param about of what, such as {@code fineract_default_restored}
 * @param value what was read while planning, such as {@code absent}
 */
public record Precondition(String name, String about, String value) {

    @Override
    public String toString() {
        return name + " '" + about + "' is " + value;
    }
}
