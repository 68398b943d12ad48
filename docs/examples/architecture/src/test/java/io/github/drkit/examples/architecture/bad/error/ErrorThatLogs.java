package io.github.drkit.examples.architecture.bad.error;

import java.util.logging.Logger;

record ErrorThatLogs(Logger logger) {}
