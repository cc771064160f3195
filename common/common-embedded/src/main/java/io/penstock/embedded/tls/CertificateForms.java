package io.penstock.embedded.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The two certificates that {@link LocalAuthority} writes, with what RFC 5280 wants of each (and
 * OpenSSL's strict mode, which Python 3.13 switches on, insists on): ECDSA P-256, SHA-256, critical
 * basic constraints and key usage, key identifiers.
 */
final class CertificateForms {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration CLOCKS_DIFFER_BY = Duration.ofHours(1);
  private static final Duration AUTHORITY = Duration.ofDays(3652);

  /** Apple's products refuse server certificates of more than 398 days. */
  private static final Duration SERVER = Duration.ofDays(397);

  private CertificateForms() {}

  static KeyPair newKeys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  static X509Certificate authority(KeyPair keys, HostNames names, Instant now)
      throws GeneralSecurityException {
    Instant from = now.minus(CLOCKS_DIFFER_BY);
    byte[] suffix = new byte[4]; // two installations' authorities can stand in one trust store
    RANDOM.nextBytes(suffix);
    String name = "Penstock local authority " + HexFormat.of().formatHex(suffix);
    var subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    var form =
        new X509v3CertificateBuilder(
            subject,
            serial(),
            Date.from(from),
            Date.from(from.plus(AUTHORITY)),
            subject,
            SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    var identifiers = new JcaX509ExtensionUtils();
    add(form, Extension.basicConstraints, true, new BasicConstraints(0));
    add(form, Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    add(form, Extension.nameConstraints, true, names.constraints());
    add(
        form,
        Extension.subjectKeyIdentifier,
        false,
        identifiers.createSubjectKeyIdentifier(keys.getPublic()));
    add(
        form,
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(keys.getPublic()));
    return sign(form, keys.getPrivate());
  }

  static X509Certificate server(
      String name,
      PublicKey key,
      HostNames names,
      Instant now,
      X509Certificate issuer,
      PrivateKey issuerKey)
      throws GeneralSecurityException {
    Instant from = now.minus(CLOCKS_DIFFER_BY);
    Instant until = from.plus(SERVER);
    if (until.isAfter(issuer.getNotAfter().toInstant())) {
      until = issuer.getNotAfter().toInstant();
    }
    var form =
        new X509v3CertificateBuilder(
            X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
            serial(),
            Date.from(from),
            Date.from(until),
            new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, "Penstock " + name).build(),
            SubjectPublicKeyInfo.getInstance(key.getEncoded()));
    var identifiers = new JcaX509ExtensionUtils();
    add(form, Extension.basicConstraints, true, new BasicConstraints(false));
    add(form, Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    add(
        form,
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    add(form, Extension.subjectAlternativeName, false, names.alternativeNames());
    add(form, Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
    add(
        form,
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(issuer.getPublicKey()));
    return sign(form, issuerKey);
  }

  /** The constraints that a certificate carries. */
  static byte[] constraintsOf(X509Certificate authority) throws IOException {
    byte[] value = authority.getExtensionValue(Extension.nameConstraints.getId());
    return value == null
        ? new byte[0]
        : JcaX509ExtensionUtils.parseExtensionValue(value).getEncoded();
  }

  private static void add(
      X509v3CertificateBuilder form,
      ASN1ObjectIdentifier extension,
      boolean critical,
      ASN1Encodable value)
      throws GeneralSecurityException {
    try {
      form.addExtension(extension, critical, value);
    } catch (IOException e) {
      throw new GeneralSecurityException("Cannot write the extension " + extension, e);
    }
  }

  private static X509Certificate sign(X509v3CertificateBuilder form, PrivateKey key)
      throws GeneralSecurityException {
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
      return new JcaX509CertificateConverter().getCertificate(form.build(signer));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException("Cannot sign", e);
    }
  }

  /** Positive, of at most 20 octets (RFC 5280, 4.1.2.2). */
  private static BigInteger serial() {
    return new BigInteger(127, RANDOM).setBit(126);
  }
}
