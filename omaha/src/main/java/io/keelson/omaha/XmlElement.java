package io.keelson.omaha;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;

/** One element of a message of bounded size: Omaha uses attributes only, so text is not kept. */
record XmlElement(
        String name, Map<String, String> attributes, List<XmlElement> children, int line) {
    private static final int DEPTH_MAX = 16;

    XmlElement {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        children = List.copyOf(children);
    }

    static XmlElement of(String name, Map<String, String> attributes, XmlElement... children) {
        return new XmlElement(name, attributes, List.of(children), 0);
    }

    static XmlElement of(String name, Map<String, String> attributes, List<XmlElement> children) {
        return new XmlElement(name, attributes, children, 0);
    }

    /** Attributes in the order written, from name, value, name, value, ... */
    static Map<String, String> attributes(String... namesAndValues) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            attributes.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return attributes;
    }

    String attribute(String attribute) {
        return attributes.getOrDefault(attribute, "");
    }

    List<XmlElement> children(String child) {
        return children.stream().filter(element -> element.name.equals(child)).toList();
    }

    Optional<XmlElement> child(String child) {
        return children.stream().filter(element -> element.name.equals(child)).findFirst();
    }

    static XmlElement read(InputStream in, int bytesMax, String root) throws IOException {
        byte[] bytes = in.readNBytes(bytesMax + 1);
        if (bytes.length > bytesMax) {
            throw new OmahaException("the message is larger than " + bytesMax + " bytes", 1);
        }
        XmlElement element = parse(bytes);
        if (!element.name.equals(root)) {
            throw new OmahaException(
                    "the message is a <" + element.name + ">, not a <" + root + ">", element.line);
        }
        if (!element.attribute("protocol").equals(OmahaXml.PROTOCOL)) {
            throw new OmahaException(
                    "protocol \""
                            + element.attribute("protocol")
                            + "\" is not spoken here, only "
                            + OmahaXml.PROTOCOL,
                    element.line);
        }
        return element;
    }

    private static XmlElement parse(byte[] bytes) throws OmahaException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
            try {
                return document(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
            throw new OmahaException("the message is not well-formed XML", line);
        }
    }

    private static XmlElement document(XMLStreamReader reader)
            throws XMLStreamException, OmahaException {
        XmlElement root = null;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.DTD) {
                throw new OmahaException("a document type is not allowed", line(reader));
            }
            if (event == XMLStreamConstants.START_ELEMENT) {
                root = element(reader, 1);
            }
        }
        if (root == null) {
            throw new OmahaException("the message has no element", line(reader));
        }
        return root;
    }

    private static XmlElement element(XMLStreamReader reader, int depth)
            throws XMLStreamException, OmahaException {
        int line = line(reader);
        if (depth > DEPTH_MAX) {
            throw new OmahaException("elements are nested deeper than " + DEPTH_MAX, line);
        }
        String name = reader.getLocalName();
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        List<XmlElement> children = new ArrayList<>();
        for (int event = reader.next();
                event != XMLStreamConstants.END_ELEMENT;
                event = reader.next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                children.add(element(reader, depth + 1));
            } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
                throw new OmahaException("an entity is not allowed", line(reader));
            }
        }
        return new XmlElement(name, attributes, children, line);
    }

    private static int line(XMLStreamReader reader) {
        return Math.max(1, reader.getLocation().getLineNumber());
    }

    void write(OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        try {
            XMLStreamWriter writer =
                    XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            writer.writeStartDocument("UTF-8", "1.0");
            write(writer);
            writer.writeEndDocument();
            writer.close();
        } catch (XMLStreamException e) {
            throw new IOException("writing the <" + name + "> message failed", e);
        }
        text.flush();
    }

    private void write(XMLStreamWriter writer) throws XMLStreamException {
        if (children.isEmpty()) {
            writer.writeEmptyElement(name);
        } else {
            writer.writeStartElement(name);
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            writer.writeAttribute(attribute.getKey(), allowed(attribute.getValue()));
        }
        for (XmlElement child : children) {
            child.write(writer);
        }
        if (!children.isEmpty()) {
            writer.writeEndElement();
        }
    }

    /** The writer escapes markup but not what XML 1.0 section 2.2 forbids outright. */
    private static String allowed(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().map(c -> isAllowed(c) ? c : ' ').forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isAllowed(int c) {
        return (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
    }
}
