package io.github.drkit.examples.architecture.bad.unmarked;

class NotNullMarked {}
