package io.github.drkit.examples.architecture.bad.util;

class InABannedPackage {}
