package io.penstock.uploader;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates we believe: the platform's authorities, and one file of further ones. */
final class Trust {
  private Trust() {}

  /**
   * @param authority PEM file with one or more certificates
   * @throws IllegalArgumentException when the file cannot be read as certificates
   */
  static TrustManager[] withAuthority(Path authority) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates(authority)) {
        store.setCertificateEntry("given-" + number++, certificate);
      }
      for (X509Certificate certificate : platformAuthorities()) {
        store.setCertificateEntry("platform-" + number++, certificate);
      }
      TrustManagerFactory factory = newFactory();
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "cannot read certificates from %s: %s".formatted(authority, e.getMessage()), e);
    }
  }

  static SSLContext context(TrustManager[] trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /**
   * True when a connection failed because the other side's certificate was not believed: no retry
   * changes that.
   */
  static boolean refused(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof CertPathBuilderException) {
        return true;
      }
    }
    return false;
  }

  static IllegalArgumentException untrusted(String whose, Throwable cause) {
    return new IllegalArgumentException(
        "the certificate of %s is not trusted; name the PEM file of its authority (--ca, PENSTOCK_CA)"
            .formatted(whose),
        cause);
  }

  private static Collection<? extends Certificate> certificates(Path authority)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(authority)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new CertificateException("there is none in it");
      }
      return found;
    }
  }

  private static List<X509Certificate> platformAuthorities() throws GeneralSecurityException {
    TrustManagerFactory factory = newFactory();
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return List.of(x509.getAcceptedIssuers());
      }
    }
    return List.of();
  }

  private static TrustManagerFactory newFactory() throws GeneralSecurityException {
    return TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
  }
}
