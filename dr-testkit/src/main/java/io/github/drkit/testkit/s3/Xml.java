package io.github.drkit.testkit.s3;

import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.XmlText;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Begins answers and reads requests. */
final class Xml {

    private Xml() {}

    static XmlText document(String root) {
        return XmlText.document(root, "http://s3.amazonaws.com/doc/2006-03-01/");
    }

    static Element read(Body body) throws S3Refusal {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setNamespaceAware(true);
            var builder = factory.newDocumentBuilder();
            // The default one prints to the console.
            builder.setErrorHandler(new DefaultHandler());
            Document document =
                    builder.parse(new InputSource(new StringReader(new String(body.bytes(), StandardCharsets.UTF_8))));
            return document.getDocumentElement();
        } catch (SAXException e) {
            throw new S3Refusal(400, "MalformedXML", "The XML you provided was not well-formed");
        } catch (ParserConfigurationException | IOException e) {
            throw new IllegalStateException("Cannot read XML from memory", e);
        }
    }

    static List<Element> all(Element parent, String name) {
        NodeList found = parent.getElementsByTagNameNS("*", name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    static String text(Element parent, String name) {
        List<Element> found = all(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent().trim();
    }
}
