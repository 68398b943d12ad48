package io.github.drkit.postgres;

import java.util.Optional;

/** What a server said about itself at one moment. Immutable. */
public final class ServerState {

    private final int version;
    private final String systemIdentifier;
    private final boolean inRecovery;

    ServerState(int version, String systemIdentifier, boolean inRecovery) {
        this.version = version;
        this.systemIdentifier = systemIdentifier;
        this.inRecovery = inRecovery;
    }

    /**
     * Returns the version in PostgreSQL's own number.
     *
     * @return {@code server_version_num}, such as 150018
     */
    public int version() {
        return version;
    }

    /**
     * Returns the major version.
     *
     * @return such as 15
     */
    public int majorVersion() {
        return version / 10_000;
    }

    /**
     * Returns what tells this cluster from every other one. A physical replica shares it with its primary.
     *
     * @return the identifier, empty where this role may not ask
     */
    public Optional<String> systemIdentifier() {
        return systemIdentifier.isEmpty() ? Optional.empty() : Optional.of(systemIdentifier);
    }

    /**
     * Tells a replica from a primary.
     *
     * @return whether the server is in recovery, so a replica
     */
    public boolean inRecovery() {
        return inRecovery;
    }

    @Override
    public String toString() {
        return "PostgreSQL " + version + (inRecovery ? " (replica)" : "")
                + (systemIdentifier.isEmpty() ? "" : ", system " + systemIdentifier);
    }
}
