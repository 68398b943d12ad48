package io.github.drkit;

import java.util.Map;

/** What a caller asks for. It is turned into a {@link Plan}, and only plans are executed. Implementations are immutable. */
public interface PlanRequest {

    /**
     * Names the kind of plan this asks for.
     *
     * @return one or two lower-case words, such as {@code back up}
     */
    String kind();

    /**
     * Describes the request completely, without secrets; it becomes part of the plan and of its digest.
     *
     * @return names and values
     */
    Map<String, String> describe();
}
