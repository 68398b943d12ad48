package io.github.drkit.catalog;

/** What a person says in a request. */
final class Said {

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_REASON = 500;

    private Said() {}

    /** Throws IllegalArgumentException unless a person is named and says why. */
    static void require(String action, String who, String why) {
        require(action, "who", who, LONGEST_NAME);
        require(action, "why", why, LONGEST_REASON);
    }

    private static void require(String action, String what, String text, int longest) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "Cannot " + action + ": '" + what + "' is blank but a named person must say why");
        }
        if (text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("Cannot " + action + ": '" + what + "' has " + text.length()
                    + " characters but at most " + longest + " printable are allowed");
        }
    }
}
