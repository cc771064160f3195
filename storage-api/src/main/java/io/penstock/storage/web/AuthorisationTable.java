package io.penstock.storage.web;

import java.util.List;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Stops the start-up when a route of ours has no line in the authorisation table, that is: no
 * {@link Allow}.
 */
@Component
class AuthorisationTable {
  private final RequestMappingHandlerMapping routes;

  AuthorisationTable(RequestMappingHandlerMapping requestMappingHandlerMapping) {
    this.routes = requestMappingHandlerMapping;
  }

  @EventListener(ContextRefreshedEvent.class)
  void everyRouteHasAnEntry() {
    List<HandlerMethod> open =
        routes.getHandlerMethods().values().stream()
            .filter(handler -> handler.getBeanType().getName().startsWith("io.penstock."))
            .filter(handler -> !handler.hasMethodAnnotation(Allow.class))
            .toList();
    if (!open.isEmpty()) {
      throw new IllegalStateException("Give these routes an @Allow: " + open);
    }
  }
}
