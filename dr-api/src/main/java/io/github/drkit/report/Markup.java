package io.github.drkit.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Elements of XML or HTML, one a line. What comes from outside is always text in them, never markup. */
final class Markup {

    private final StringBuilder written;
    private final Deque<String> open = new ArrayDeque<>();

    /** Begins a document with lines that are markup already. */
    Markup(String head) {
        this.written = new StringBuilder(head);
    }

    /** Opens an element; attributes are names and values in turn. */
    Markup begin(String element, String... attributes) {
        indent();
        tag(element, attributes);
        written.append('\n');
        open.push(element);
        return this;
    }

    /** Closes the element opened last. */
    Markup end() {
        String element = open.pop();
        indent();
        written.append("</").append(element).append(">\n");
        return this;
    }

    /** Writes an element that holds nothing. */
    Markup empty(String element, String... attributes) {
        indent();
        tag(element, attributes);
        written.insert(written.length() - 1, '/');
        written.append('\n');
        return this;
    }

    /** Writes an element that holds nothing but text. */
    Markup leaf(String element, String text, String... attributes) {
        indent();
        tag(element, attributes);
        escape(text, false);
        written.append("</").append(element).append(">\n");
        return this;
    }

    @Override
    public String toString() {
        return written.toString();
    }

    private void indent() {
        written.append("  ".repeat(open.size()));
    }

    private void tag(String element, String... attributes) {
        written.append('<').append(element);
        for (int at = 0; at < attributes.length; at += 2) {
            written.append(' ').append(attributes[at]).append("=\"");
            escape(attributes[at + 1], true);
            written.append('"');
        }
        written.append('>');
    }

    private void escape(String text, boolean attribute) {
        text.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> written.append("&amp;");
                case '<' -> written.append("&lt;");
                case '>' -> written.append("&gt;");
                case '"' -> written.append("&quot;");
                case '\'' -> written.append("&#39;");
                // A reader turns a bare line end in an attribute into a blank, and a carriage return into a line end.
                case '\t', '\n' -> {
                    if (attribute) {
                        written.append("&#").append(character).append(';');
                    } else {
                        written.appendCodePoint(character);
                    }
                }
                case '\r' -> written.append("&#13;");
                default -> written.appendCodePoint(allowed(character) ? character : 0xFFFD);
            }
        });
    }

    /** What XML 1.0 (section 2.2) allows, less the control characters that HTML does not. */
    static boolean allowed(int character) {
        boolean half = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
        return !Character.isISOControl(character) && !half && (character & 0xFFFE) != 0xFFFE;
    }
}
