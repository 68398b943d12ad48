package io.github.drkit.postgres;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Everything a logger would print of a failure, causes included. */
final class Traces {

    private Traces() {}

    static String of(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
