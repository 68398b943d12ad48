package io.github.drkit.report;

/**
 * Text from outside, put into Markdown. Not for hosts: public because reports and the status share it; may change or go
 * without notice in any version.
 */
public final class MarkdownText {

    private MarkdownText() {}

    /**
     * Escapes a text so that it stays in its cell and is shown as it is: no markup, no column and no line of its own.
     *
     * @param value any text
     * @return Markdown of one line
     */
    public static String escaped(String value) {
        StringBuilder escaped = new StringBuilder();
        int at = 0;
        while (at < value.length()) {
            int character = value.codePointAt(at);
            switch (character) {
                case '\n' -> escaped.append("<br>");
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '\\', '|', '`', '*', '[', ']', '~' -> escaped.append('\\').appendCodePoint(character);
                // Within a word an underscore is one; names of databases are full of them.
                case '_' -> escaped.append(withinWord(value, at) ? "_" : "\\_");
                default -> escaped.appendCodePoint(Markup.allowed(character) ? character : 0xFFFD);
            }
            at += Character.charCount(character);
        }
        return escaped.toString();
    }

    private static boolean withinWord(String value, int at) {
        return at > 0
                && at + 1 < value.length()
                && Character.isLetterOrDigit(value.charAt(at - 1))
                && Character.isLetterOrDigit(value.charAt(at + 1));
    }
}
