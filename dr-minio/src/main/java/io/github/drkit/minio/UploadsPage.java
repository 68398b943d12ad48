package io.github.drkit.minio;

import java.io.IOException;
import java.io.StringReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One page of a ListMultipartUploads answer. Read by hand, because the vendor's class for it demands elements, such as
 * the initiator, that some stores leave out.
 *
 * @param uploads their keys decoded, not yet relative
 * @param more whether there is another page
 * @param nextKey where that begins
 * @param nextUpload where that begins
 */
record UploadsPage(List<S3Bucket.Upload> uploads, boolean more, String nextKey, String nextUpload) {

    static UploadsPage parse(String xml) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            return parse(factory.createXMLStreamReader(new StringReader(xml)));
        } catch (XMLStreamException | DateTimeException | IllegalArgumentException e) {
            throw new IOException("The store's answer is not the XML document that belongs to the call", e);
        }
    }

    private static UploadsPage parse(XMLStreamReader reader) throws XMLStreamException, IOException {
        Map<String, String> page = new HashMap<>();
        List<Map<String, String>> entries = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        boolean known = false;
        boolean inUpload = false;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                text.setLength(0);
                known |= reader.getLocalName().equals("ListMultipartUploadsResult");
                if (reader.getLocalName().equals("Upload")) {
                    entries.add(new HashMap<>());
                    inUpload = true;
                }
            } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                text.append(reader.getText());
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                if (reader.getLocalName().equals("Upload")) {
                    inUpload = false;
                } else {
                    (inUpload ? entries.get(entries.size() - 1) : page).put(reader.getLocalName(), text.toString());
                }
                text.setLength(0);
            }
        }
        if (!known) {
            throw new IOException("The store's answer is not the XML document that belongs to the call");
        }
        boolean encoded = page.getOrDefault("EncodingType", "").equals("url");
        List<S3Bucket.Upload> uploads = new ArrayList<>();
        for (Map<String, String> entry : entries) {
            String begun = entry.getOrDefault("Initiated", "");
            uploads.add(new S3Bucket.Upload(
                    decoded(entry.getOrDefault("Key", ""), encoded),
                    entry.getOrDefault("UploadId", ""),
                    begun.isEmpty() ? Instant.EPOCH : Instant.parse(begun)));
        }
        return new UploadsPage(
                List.copyOf(uploads),
                page.getOrDefault("IsTruncated", "").equals("true"),
                decoded(page.getOrDefault("NextKeyMarker", ""), encoded),
                page.getOrDefault("NextUploadIdMarker", ""));
    }

    private static String decoded(String value, boolean encoded) {
        return encoded ? URLDecoder.decode(value, StandardCharsets.UTF_8) : value;
    }
}
