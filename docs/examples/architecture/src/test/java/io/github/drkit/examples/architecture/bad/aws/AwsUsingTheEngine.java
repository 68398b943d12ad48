package io.github.drkit.examples.architecture.bad.aws;

import io.github.drkit.examples.architecture.bad.engine.EngineUsingAnAdapter;

/** Closes a circle, too. */
public interface AwsUsingTheEngine {
    EngineUsingAnAdapter engine();
}
