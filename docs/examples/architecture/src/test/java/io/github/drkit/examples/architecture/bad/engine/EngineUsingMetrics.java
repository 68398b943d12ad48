package io.github.drkit.examples.architecture.bad.engine;

import io.github.drkit.examples.architecture.bad.metrics.Meters;

final class EngineUsingMetrics {

    final Meters meters = new Meters();
}
