package io.github.drkit.cutover;

import io.github.drkit.Plan;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Reversible} would do, read while planning.
 *
 * @param before how things stand, in words that are the same as long as nobody changes them; the plan relies on it; no
 *     secrets, but their digests
 * @param title what it does, in one sentence
 * @param parameters what making it needs to know besides its own configuration; no secrets
 * @param commands what a person would type to make it; placeholders for secrets are environment variables
 * @param inverse what a person would type, or one sentence, to undo it
 * @param remarks what it cannot do, and what else is to be done
 */
public record Change(
        String before,
        String title,
        Map<String, String> parameters,
        List<String> commands,
        String inverse,
        List<Plan.Remark> remarks) {

    /** Copies the collections. */
    public Change {
        parameters = Map.copyOf(parameters);
        commands = List.copyOf(commands);
        remarks = List.copyOf(remarks);
    }
}
