package io.github.drkit.minio.postgres;

import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.minio.postgres.Databases.Admission;
import io.github.drkit.minio.postgres.Databases.Found;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A database that a run makes, and knows again: by its name, by the oid in the journal, and by a mark on it. The mark is a
 * comment; since a comment can only follow the creation, a connection limit made of the run's name, set by the very
 * statement that creates the database, stands in for it until then.
 */
final class RunDatabase {

    static final String OID = "oid";

    private final Databases databases;
    private final RunId run;
    private final String name;

    RunDatabase(Databases databases, RunId run, String name) {
        this.databases = databases;
        this.run = run;
        this.name = name;
    }

    static String marker(RunId run) {
        return "drkit run " + run;
    }

    /** Far above any limit a person sets, so that it limits nothing. */
    static int tag(RunId run, String name) {
        return 1_000_000_000
                + Math.floorMod(
                        Integer.parseUnsignedInt(Names.digest(run + "/" + name).substring(0, 8), 16), 1_000_000_000);
    }

    /** What the sessions call themselves that create or drop it, so that those of an earlier attempt are found. */
    static String session(RunId run, String name) {
        return Names.fitted(Names.application(run) + "-" + Names.digest(name));
    }

    private <T> void act(String what, Sql.Conversation<T> conversation) {
        databases.act(what, connection -> {
            Sql.run(connection, "SET application_name = " + Names.literal(session(run, name)));
            return conversation.with(connection);
        });
    }

    /** Only then does looking tell what is there: a process that was killed may have left a statement at work. */
    private void awaitEarlier(TimeSource time) throws InterruptedException {
        databases.awaitEndOf(session(run, name), "database '" + name + "'", time);
    }

    /** Creates it empty, unless an earlier attempt of this run did. */
    Found create(String properties, StepContext context) throws InterruptedException {
        awaitEarlier(context.time());
        Optional<Found> there = databases.find(name);
        if (there.isPresent() && !isMarked(there.get())) {
            throw exists(name);
        }
        if (there.isEmpty()) {
            act("create database '" + name + "'", connection -> {
                Sql.run(
                        connection,
                        "CREATE DATABASE " + Names.quoted(name) + " TEMPLATE template0 " + properties
                                + " CONNECTION LIMIT " + tag(run, name));
                return name;
            });
        }
        Found made = databases
                .find(name)
                .orElseThrow(() -> new OutcomeUnknownException(
                        "DRK-RESTORE-011",
                        "Cannot create database '" + name + "': it was created and is not there",
                        "Did somebody drop it? Resume the run: it looks first"));
        context.record(OID, String.valueOf(made.oid()));
        act("mark database '" + name + "'", connection -> {
            Sql.run(connection, "COMMENT ON DATABASE " + Names.quoted(name) + " IS " + Names.literal(marker(run)));
            Sql.run(connection, "ALTER DATABASE " + Names.quoted(name) + " CONNECTION LIMIT -1");
            return name;
        });
        return made;
    }

    static RequestRefusedException exists(String name) {
        return new RequestRefusedException(
                "DRK-RESTORE-001",
                "Cannot restore to database '" + name + "': it exists but a restore makes a new one",
                "Choose another name; DR Kit never overwrites a database. Cut over to the new one afterwards");
    }

    boolean isMarked(Found found) {
        return found.comment().equals(marker(run)) || found.connectionLimit() == tag(run, name);
    }

    /** Whether name, oid and mark all say that this run made it. */
    boolean isOwn(Found found, Map<String, String> facts) {
        return isMarked(found) && String.valueOf(found.oid()).equals(facts.get(OID));
    }

    /**
     * Drops it, if this run made it: ends the run's own sessions, closes it, ends all others, and sees that it is gone.
     *
     * @return what was done
     */
    String drop(Map<String, String> facts, TimeSource time) throws InterruptedException {
        awaitEarlier(time);
        Optional<Found> there = databases.find(name);
        if (there.isEmpty()) {
            return "database '" + name + "' is not there";
        }
        // Without an oid in the journal the process died between creating it and writing that down.
        boolean own = facts.containsKey(OID) ? isOwn(there.get(), facts) : isMarked(there.get());
        if (!own) {
            return "database '" + name + "' was not made by this run and is left alone";
        }
        databases.endSessionsOf(Names.application(run), List.of(name), time);
        databases.allowConnections(name, Admission.CLOSED);
        databases.endSessions(name, time);
        act("drop database '" + name + "'", connection -> {
            // Looked at again on the connection that drops.
            Optional<Found> still = Databases.find(connection, name);
            if (still.isPresent() && still.get().oid() == there.get().oid() && isMarked(still.get())) {
                Sql.run(connection, "DROP DATABASE " + Names.quoted(name));
            }
            return name;
        });
        if (databases.find(name).isPresent()) {
            throw new OutcomeUnknownException(
                    "DRK-RESTORE-012",
                    "Cannot drop database '" + name + "': it is still there, or there again",
                    "Look who made it: its comment names a run");
        }
        return "dropped database '" + name + "'";
    }
}
