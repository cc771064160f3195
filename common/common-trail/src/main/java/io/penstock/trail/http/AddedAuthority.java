package io.penstock.trail.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS that believes the JDK's authorities, and those of one PEM file. */
public final class AddedAuthority {
  private AddedAuthority() {}

  /**
   * @throws IllegalArgumentException when the file cannot be read as certificates
   */
  public static SSLContext context(Path pem) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : all(pem)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory(store).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "cannot read certificates from %s: %s".formatted(pem, e.getMessage()), e);
    }
  }

  private static List<Certificate> all(Path pem) throws GeneralSecurityException, IOException {
    List<Certificate> all = new ArrayList<>();
    try (InputStream in = Files.newInputStream(pem)) {
      all.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
    for (TrustManager manager : factory(null).getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate certificate : x509.getAcceptedIssuers()) {
          all.add(certificate);
        }
      }
    }
    return all;
  }

  private static TrustManagerFactory factory(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
