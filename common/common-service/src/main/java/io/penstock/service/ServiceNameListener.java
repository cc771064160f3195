package io.penstock.service;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Names the starting thread after the service while its context comes up; one instance per
 * SpringApplication.
 */
public final class ServiceNameListener
    implements ApplicationListener<SpringApplicationEvent>, Ordered {
  private boolean entered;
  private @Nullable String before;

  @Override
  public void onApplicationEvent(SpringApplicationEvent event) {
    switch (event) {
      case ApplicationEnvironmentPreparedEvent prepared -> {
        String name = prepared.getEnvironment().getProperty("spring.application.name");
        if (name != null) {
          before = ServiceName.enter(name);
          entered = true;
        }
      }
      case ApplicationReadyEvent _, ApplicationFailedEvent _ -> {
        if (entered) {
          ServiceName.restore(before);
          entered = false;
        }
      }
      default -> {}
    }
  }

  /**
   * After the configuration files were read ({@code + 10}), before logging is set up ({@code +
   * 20}).
   */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 15;
  }
}
