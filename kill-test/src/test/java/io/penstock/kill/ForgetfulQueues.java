package io.penstock.kill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The process of the queues: when it is killed, all messages are gone. Used by one thread. */
final class ForgetfulQueues implements AutoCloseable {
  private static final int MOST_LOOKS = 3_000;

  private final Jvms jvms;
  private final int port;
  private final Queues queues;
  private final Thread ending = new Thread(this::kill, "end of the queues");
  private volatile @Nullable Process process;
  private int kills;
  private long forgotten;

  ForgetfulQueues(Jvms jvms, int port, HttpClient http) {
    this.jvms = jvms;
    this.port = port;
    this.queues = new Queues(http, endpoint());
    Runtime.getRuntime().addShutdownHook(ending);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  Queues queues() {
    return queues;
  }

  /** How often they were killed with messages in them. */
  int kills() {
    return kills;
  }

  /** How many messages went with them, at least. */
  long forgotten() {
    return forgotten;
  }

  /** Empty, whatever was in them. */
  void start() throws Exception {
    Process begun =
        jvms.launch(
            "queues",
            "128m",
            List.of(
                "-cp",
                System.getProperty("java.class.path"),
                LoneQueues.class.getName(),
                Integer.toString(port)));
    process = begun;
    jvms.await(
        "queues",
        begun,
        () -> {
          try {
            return queues.left().isEmpty();
          } catch (IOException e) {
            return false;
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    queues.giveBackSoon();
  }

  /**
   * Kills them in a moment in which they hold something, and starts them again.
   *
   * @param check throws when it is of no use to go on
   */
  void forgetEverything(Runnable check) throws Exception {
    long held = 0;
    for (int look = 0; held == 0 && look < MOST_LOOKS; look++) {
      check.run();
      TimeUnit.MILLISECONDS.sleep(20); // messages come and go
      held = queues.left().values().stream().mapToLong(Long::longValue).sum();
    }
    if (held == 0) {
      throw new AssertionError("There was never a message in the queues");
    }
    Process running = Objects.requireNonNull(process);
    running.destroyForcibly().waitFor();
    kills++;
    forgotten += held;
    start();
  }

  private void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(ending);
  }
}
