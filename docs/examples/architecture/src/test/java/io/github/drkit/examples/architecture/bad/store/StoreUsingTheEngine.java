package io.github.drkit.examples.architecture.bad.store;

import io.github.drkit.examples.architecture.bad.engine.EngineUsingAnAdapter;

record StoreUsingTheEngine(EngineUsingAnAdapter engine) {}
