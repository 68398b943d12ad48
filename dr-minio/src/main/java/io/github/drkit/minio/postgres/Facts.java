package io.github.drkit.minio.postgres;

import io.github.drkit.StepContext;
import io.github.drkit.error.IntegrityException;
import java.util.Map;

/** Reads what earlier steps wrote into the journal. */
final class Facts {

    private final StepContext context;

    Facts(StepContext context) {
        this.context = context;
    }

    String require(String step, String name) {
        Map<String, String> facts = context.facts(step);
        String value = facts.get(name);
        if (value == null) {
            throw new IntegrityException(
                    "DRK-DUMP-013",
                    "Cannot go on with run '" + context.plan().run() + "': the journal holds no '" + name
                            + "' of step '" + step + "' but it is required",
                    "Was the journal edited? Plan again");
        }
        return value;
    }
}
