package io.penstock.embedded.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Keys and certificates as text (RFC 7468). */
final class Pem {
  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";

  private Pem() {}

  /** PKCS#8, not encrypted. */
  static byte[] write(PrivateKey key) {
    return block(KEY, key.getEncoded()).getBytes(StandardCharsets.US_ASCII);
  }

  /** One certificate after the other. */
  static byte[] write(X509Certificate... chain) throws GeneralSecurityException {
    var text = new StringBuilder();
    for (var certificate : chain) {
      text.append(block(CERTIFICATE, certificate.getEncoded()));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
    String text =
        new String(pem, StandardCharsets.US_ASCII)
            .replace("-----BEGIN " + KEY + "-----", "")
            .replace("-----END " + KEY + "-----", "");
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text)));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("Not a key in PEM", e);
    }
  }

  /** The first certificate of a chain. */
  static X509Certificate certificate(byte[] pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }

  private static String block(String label, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, lines, label);
  }
}
