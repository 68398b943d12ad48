package io.github.drkit;

/** The team that answers for a step. */
public enum StepOwner {
    /** Defines and maintains the procedures, automates backups, conducts drills. */
    DEVOPS,
    /** Validates the application after a restore, assists in verification. */
    APPLICATION,
    /** Runs the databases, the cluster and the network. */
    INFRASTRUCTURE
}
