package io.github.drkit.postgres;

/** How much of a database a {@link Baseline} holds. Each depth includes the ones before it. */
public enum Depth {

    /** What exists and how it is defined. Reads the catalog only. */
    STRUCTURE,

    /** The number of rows of each table and of large objects too. Reads every table once, without its long values. */
    COUNTS,

    /** A digest of the rows of each table and of the large objects too; the default. Reads every byte once. */
    ROWS
}
