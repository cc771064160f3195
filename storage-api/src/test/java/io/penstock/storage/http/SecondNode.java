package io.penstock.storage.http;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.penstock.embedded.LoopbackPort;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A second node beside the {@link Gateway}, for all tests of this JVM, with a clock and a mail
 * server of its own.
 */
record SecondNode(ConfigurableApplicationContext context, MovableClock clock, GreenMail mail) {
  private static final class Holder {
    static final SecondNode INSTANCE = start();
  }

  static SecondNode get() {
    return Holder.INSTANCE;
  }

  private static SecondNode start() {
    MovableClock clock = new MovableClock();
    int port = LoopbackPort.available(0, "mail");
    GreenMail mail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    return new SecondNode(
        Gateway.get()
            .anotherNode(
                clock,
                "--spring.mail.host=127.0.0.1",
                "--spring.mail.port=" + port,
                "--spring.mail.properties[mail.smtp.starttls.required]=false",
                "--penstock.mail.from=penstock@example.org",
                "--penstock.mail.retry-after=100ms"),
        clock,
        mail);
  }

  String address() {
    return Gateway.address(context);
  }
}
