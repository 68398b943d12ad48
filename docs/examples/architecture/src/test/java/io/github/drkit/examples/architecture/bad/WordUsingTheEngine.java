package io.github.drkit.examples.architecture.bad;

import io.github.drkit.examples.architecture.bad.engine.EngineUsingAnAdapter;

record WordUsingTheEngine(EngineUsingAnAdapter engine) {}
