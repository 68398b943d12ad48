package io.github.drkit.minio.postgres;

import java.util.ArrayList;
import java.util.List;

/** How {@code pg_restore} is called. */
final class LoadCommand {

    private LoadCommand() {}

    static List<String> options(boolean owners) {
        List<String> options = new ArrayList<>(List.of(
                "--exit-on-error", "--no-password", "--no-subscriptions", "--no-publications", "--no-tablespaces"));
        if (!owners) {
            options.add("--no-owner");
            options.add("--no-acl");
        }
        return options;
    }
}
