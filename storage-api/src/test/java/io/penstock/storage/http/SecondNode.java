package io.penstock.storage.http;

import org.springframework.context.ConfigurableApplicationContext;

/** A second node beside the {@link Gateway}, for all tests of this JVM, with a clock of its own. */
record SecondNode(ConfigurableApplicationContext context, MovableClock clock) {
  private static final class Holder {
    static final SecondNode INSTANCE = start();
  }

  static SecondNode get() {
    return Holder.INSTANCE;
  }

  private static SecondNode start() {
    MovableClock clock = new MovableClock();
    return new SecondNode(Gateway.get().anotherNode(clock), clock);
  }

  String address() {
    return Gateway.address(context);
  }
}
