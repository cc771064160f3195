package io.penstock.storage.web;

import java.net.InetAddress;
import org.apache.catalina.connector.Connector;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.stereotype.Component;

/**
 * The listener that {@code server.*} describes, and one in clear beside it where {@code
 * penstock.storage-api.http-port} says so: on the loopback address only, for clients on the laptop
 * that cannot be given a CA. Both are made by the same settings and customizers; only port, address
 * and TLS differ.
 */
@Component
class Listeners extends TomcatServletWebServerFactory {
  private static final String LOOPBACK = "127.0.0.1";

  private final int plainPort;

  Listeners(StorageProperties properties) {
    this.plainPort = properties.httpPort();
  }

  @Override
  public WebServer getWebServer(ServletContextInitializer... initializers) {
    if (plainPort != 0) {
      addAdditionalConnectors(plain());
    }
    return super.getWebServer(initializers);
  }

  /**
   * What the first listener will be, at another door: the factory hands its settings out no other
   * way.
   */
  private Connector plain() {
    int port = getPort();
    @Nullable InetAddress address = getAddress();
    @Nullable Ssl ssl = getSsl();
    try {
      setPort(plainPort);
      setAddress(InetAddress.ofLiteral(LOOPBACK));
      setSsl(null);
      Connector connector = new Connector(getProtocol());
      connector.setThrowOnFailure(true);
      customizeConnector(connector);
      return connector;
    } finally {
      setPort(port);
      setAddress(address);
      setSsl(ssl);
    }
  }
}
