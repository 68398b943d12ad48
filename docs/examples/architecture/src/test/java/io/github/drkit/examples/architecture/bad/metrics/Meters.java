package io.github.drkit.examples.architecture.bad.metrics;

/** What only a host that wants meters may need. */
public final class Meters {}
