package io.penstock.storage.web;

import org.apache.catalina.core.StandardHost;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Path segments are decoded once, by us: an encoded slash is part of a name (contract, chapter
 * 1.1), and Tomcat's own refusals look like ours.
 */
@Component
class TomcatEdge implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  private final ObjectProvider<RefusedRequests> refused;

  TomcatEdge(ObjectProvider<RefusedRequests> refused) {
    this.refused = refused;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    factory.addConnectorCustomizers(
        connector -> {
          String asItIs = EncodedSolidusHandling.PASS_THROUGH.getValue();
          connector.setEncodedSolidusHandling(asItIs);
          connector.setEncodedReverseSolidusHandling(asItIs);
        });
    factory.addContextCustomizers(
        context -> {
          if (context.getParent() instanceof StandardHost host) {
            host.getPipeline().addValve(new EnvelopeValve(refused::getObject));
            host.getPipeline().addValve(new ReopenedResponses());
            // Tomcat makes one of this class unless there is one.
            host.setErrorReportValveClass(EnvelopeValve.class.getName());
          }
        });
  }
}
