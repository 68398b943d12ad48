package io.github.drkit.minio.postgres;

import io.github.drkit.PlanContext;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.TimeSource;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.postgres.ServerState;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities.Ability;

/** Reads the preconditions of plans, while planning and again before acting. */
final class Observations {

    static final String DESTINATION = "destination-";

    private final PostgresServer server;
    private final PointStore store;
    private final PointCatalog points;
    private final ClientTools tools;

    Observations(PostgresServer server, PointStore store, PointCatalog points, ClientTools tools) {
        this.server = server;
        this.store = store;
        this.points = points;
        this.tools = tools;
    }

    ClientTool tool(String name, TimeSource time) {
        return tools.locate(name, server.toolEnvironment(), time);
    }

    Precondition system(ServerState state) {
        return new Precondition(
                "system", Names.address(server), state.systemIdentifier().orElse("not told to this role"));
    }

    Precondition version(ServerState state) {
        return new Precondition("version", Names.address(server), String.valueOf(state.majorVersion()));
    }

    Precondition role(ServerState state) {
        return new Precondition("role", Names.address(server), state.inRecovery() ? "replica" : "primary");
    }

    Precondition read(String name, String about, PlanContext context) {
        return new Precondition(name, about, value(name, about, context.time()));
    }

    String observe(Precondition precondition, PlanContext context) {
        return value(precondition.name(), precondition.about(), context.time());
    }

    private String value(String name, String about, TimeSource time) {
        if (name.startsWith(DESTINATION)) {
            return new Databases(server).state(about);
        }
        return switch (name) {
            case "system" -> system(server.observe()).value();
            case "version" -> version(server.observe()).value();
            case "role" -> role(server.observe()).value();
            case "tool" -> tool(about, time).version();
            case "database" -> new Databases(server).state(about);
            case "point", "manifest" -> points.manifestSha256(RecoveryPointId.of(about));
            // Of collections only, whose plan has asked the store already; a backup's plan writes nothing to find out.
            case "store" ->
                store.abilities().has(Ability.CONDITIONAL_CREATE)
                        ? "a store with conditional writes"
                        : "a store without conditional writes";
            case "scratch" -> {
                int mark = about.lastIndexOf('?');
                yield Scratch.observe(
                        java.nio.file.Path.of(about.substring(0, mark)), Long.parseLong(about.substring(mark + 1)));
            }
            default -> "not known to this version";
        };
    }
}
