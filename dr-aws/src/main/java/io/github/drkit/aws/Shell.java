package io.github.drkit.aws;

import java.util.regex.Pattern;

/** Commands a person would type. */
final class Shell {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:/=,+@-]+");

    private Shell() {}

    /** A text as one word of a POSIX shell. */
    static String quoted(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
