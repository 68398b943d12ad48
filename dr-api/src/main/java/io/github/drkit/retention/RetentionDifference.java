package io.github.drkit.retention;

import io.github.drkit.RecoveryPointId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How two decisions on the same points differ.
 *
 * @param goes what stays in the first and may go in the second, newest first, as the second says it
 * @param stays what may go in the first and stays in the second, newest first, as the second says it
 * @param before how far back one can go after the first
 * @param after how far back one can go after the second
 */
public record RetentionDifference(List<RetentionEntry> goes, List<RetentionEntry> stays, Reach before, Reach after) {

    /** Copies the lists. */
    public RetentionDifference {
        goes = List.copyOf(goes);
        stays = List.copyOf(stays);
    }

    /**
     * Compares two decisions.
     *
     * @param first the one that holds
     * @param second the other one
     * @return what the second does otherwise
     */
    public static RetentionDifference between(RetentionDecision first, RetentionDecision second) {
        Map<RecoveryPointId, Fate> fates = new HashMap<>();
        first.entries().forEach(entry -> fates.put(entry.point().id(), entry.fate()));
        List<RetentionEntry> goes = new ArrayList<>();
        List<RetentionEntry> stays = new ArrayList<>();
        for (RetentionEntry entry : second.entries()) {
            Fate fate = fates.get(entry.point().id());
            boolean dropped = fate == Fate.DROP;
            if (fate != null && dropped != (entry.fate() == Fate.DROP)) {
                (dropped ? stays : goes).add(entry);
            }
        }
        return new RetentionDifference(goes, stays, first.after(), second.after());
    }

    /**
     * Tells how much more the second frees.
     *
     * @return bytes; negative if it frees less
     */
    public long bytes() {
        return sum(goes) - sum(stays);
    }

    /**
     * Renders the difference for a person.
     *
     * @return lines of text
     */
    public String render() {
        StringBuilder text = new StringBuilder();
        goes.forEach(entry -> text.append("- ").append(entry).append('\n'));
        stays.forEach(entry -> text.append("+ ").append(entry).append('\n'));
        text.append("Would free ").append(bytes()).append(" bytes more\n");
        text.append("Restorable: ").append(before).append('\n');
        text.append("  would be: ").append(after).append('\n');
        return text.toString();
    }

    private static long sum(List<RetentionEntry> entries) {
        return entries.stream().mapToLong(entry -> entry.point().sizeBytes()).sum();
    }
}
