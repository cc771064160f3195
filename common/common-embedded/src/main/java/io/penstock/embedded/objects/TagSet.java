package io.penstock.embedded.objects;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.jspecify.annotations.Nullable;

/** Tags as S3 spells them: {@code <Tagging><TagSet><Tag><Key>…</Key><Value>…</Value></Tag>…}. */
final class TagSet {
  private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
  private static final int LARGEST = 64 * 1024;

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
  private static final int MOST_TAGS = 10;

  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 256;

  private TagSet() {}

  static Map<String, String> read(InputStream body) throws IOException {
    byte[] xml = body.readNBytes(LARGEST + 1);
    if (xml.length > LARGEST) {
      throw new S3ProxyException(S3ErrorCode.MAX_MESSAGE_LENGTH_EXCEEDED);
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      return tags(factory.createXMLStreamReader(new ByteArrayInputStream(xml)));
    } catch (XMLStreamException e) {
      throw malformed(e);
    }
  }

  private static Map<String, String> tags(XMLStreamReader xml) throws XMLStreamException {
    Map<String, String> tags = new LinkedHashMap<>();
    String key = null;
    String value = null;
    while (xml.hasNext()) {
      int event = xml.next();
      String name = xml.hasName() ? xml.getLocalName() : "";
      if (event == XMLStreamConstants.START_ELEMENT && name.equals("Key")) {
        key = xml.getElementText();
      } else if (event == XMLStreamConstants.START_ELEMENT && name.equals("Value")) {
        value = xml.getElementText();
      } else if (event == XMLStreamConstants.END_ELEMENT && name.equals("Tag")) {
        add(tags, key, value);
        key = null;
        value = null;
      }
    }
    return tags;
  }

  private static void add(Map<String, String> tags, @Nullable String key, @Nullable String value) {
    if (key == null
        || value == null
        || key.isEmpty()
        || key.length() > LONGEST_KEY
        || value.length() > LONGEST_VALUE
        || tags.size() == MOST_TAGS
        || tags.put(key, value) != null) {
      throw malformed(null);
    }
  }

  static void write(Map<String, String> tags, OutputStream out) throws IOException {
    try {
      XMLStreamWriter xml =
          XMLOutputFactory.newDefaultFactory()
              .createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      xml.writeStartElement("Tagging");
      xml.writeDefaultNamespace(NAMESPACE);
      xml.writeStartElement("TagSet");
      for (Map.Entry<String, String> tag : tags.entrySet()) {
        xml.writeStartElement("Tag");
        element(xml, "Key", tag.getKey());
        element(xml, "Value", tag.getValue());
        xml.writeEndElement();
      }
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("The tags could not be written", e);
    }
  }

  private static void element(XMLStreamWriter xml, String name, String text)
      throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(text);
    xml.writeEndElement();
  }

  private static S3ProxyException malformed(@Nullable Throwable cause) {
    return new S3ProxyException(
        S3ErrorCode.MALFORMED_X_M_L, "The tags are malformed, too many or too long.", cause);
  }
}
