package io.github.drkit.testkit.wire;

import java.util.ArrayList;
import java.util.List;

/** An XML document being written. Not thread-safe. Not for hosts; may change without notice. */
public final class XmlText {

    private final StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private final List<String> open = new ArrayList<>();

    private XmlText() {}

    /**
     * Begins a document.
     *
     * @param root the name of its outermost element
     * @param namespace the default namespace; nothing for none
     * @return the document, its outermost element open
     */
    public static XmlText document(String root, String namespace) {
        XmlText xml = new XmlText();
        if (namespace.isEmpty()) {
            return xml.begin(root);
        }
        xml.text.append('<').append(root).append(" xmlns=\"").append(namespace).append("\">");
        xml.open.add(root);
        return xml;
    }

    /**
     * Opens an element.
     *
     * @param name its name
     * @return this
     */
    public XmlText begin(String name) {
        text.append('<').append(name).append('>');
        open.add(name);
        return this;
    }

    /**
     * Closes the innermost open element.
     *
     * @return this
     */
    public XmlText end() {
        text.append("</").append(open.remove(open.size() - 1)).append('>');
        return this;
    }

    /**
     * Writes an element that holds a text.
     *
     * @param name its name
     * @param value the text as its {@code toString} gives it
     * @return this
     */
    public XmlText put(String name, Object value) {
        text.append('<').append(name).append('>');
        String.valueOf(value).codePoints().forEach(point -> {
            if (point == '<' || point == '>' || point == '&' || point == '"' || point < ' ') {
                text.append("&#").append(point).append(';');
            } else {
                text.appendCodePoint(point);
            }
        });
        text.append("</").append(name).append('>');
        return this;
    }

    /**
     * Closes what is open and ends the document.
     *
     * @return its bytes
     */
    public Body body() {
        while (!open.isEmpty()) {
            end();
        }
        return Body.of(text.toString());
    }
}
