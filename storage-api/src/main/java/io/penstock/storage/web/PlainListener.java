package io.penstock.storage.web;

import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * A second listener in clear, on the loopback address only: for clients on the laptop that cannot
 * be given a CA.
 */
@Component
@ConditionalOnProperty("penstock.storage-api.http-port")
class PlainListener implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  private final StorageProperties properties;

  PlainListener(StorageProperties properties) {
    this.properties = properties;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    if (properties.httpPort() == 0) {
      return;
    }
    Connector connector = new Connector();
    connector.setScheme("http");
    connector.setPort(properties.httpPort());
    connector.setProperty("address", "127.0.0.1");
    // As the first listener's: more threads than cores would take turns with those that commit for
    // all of them.
    connector.getProtocolHandler().setExecutor(new VirtualThreadExecutor("plain-handler-"));
    factory.addAdditionalConnectors(connector);
  }
}
