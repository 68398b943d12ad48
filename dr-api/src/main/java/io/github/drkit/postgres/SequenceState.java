package io.github.drkit.postgres;

/** Where a sequence stood right after the snapshot was exported, before any dump could read it. */
record SequenceState(String object, String lastValue, boolean called) {}
