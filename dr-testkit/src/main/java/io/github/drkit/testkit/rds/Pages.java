package io.github.drkit.testkit.rds;

import io.github.drkit.testkit.wire.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One page of a list, with the marker of the next. */
final class Pages {

    private Pages() {}

    /**
     * Writes the page a form asks for.
     *
     * @param list the name of the list's element
     * @param member the name of each member's element
     */
    static <T> void write(
            XmlText xml, Form form, List<T> all, String list, String member, BiConsumer<XmlText, T> writer)
            throws AwsRefusal {
        Integer asked = form.number("MaxRecords");
        int size = asked == null ? 100 : asked;
        if (size < 20 || size > 100) {
            throw AwsRefusal.invalidValue("Invalid value " + size + " for MaxRecords. Must be between 20 and 100");
        }
        int from = from(form.text("Marker"), all.size());
        form.refuseTheRest();
        int to = Math.min(all.size(), from + size);
        if (to < all.size()) {
            byte[] marker = ("at:" + to).getBytes(StandardCharsets.UTF_8);
            xml.put("Marker", Base64.getEncoder().encodeToString(marker));
        }
        xml.begin(list);
        for (T one : all.subList(from, to)) {
            xml.begin(member);
            writer.accept(xml, one);
            xml.end();
        }
        xml.end();
    }

    private static int from(@Nullable String marker, int size) throws AwsRefusal {
        if (marker == null || marker.isEmpty()) {
            return 0;
        }
        try {
            String text = new String(Base64.getDecoder().decode(marker), StandardCharsets.UTF_8);
            return Math.min(size, Integer.parseInt(text.substring("at:".length())));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw AwsRefusal.invalidValue("The marker is not valid: " + marker);
        }
    }
}
