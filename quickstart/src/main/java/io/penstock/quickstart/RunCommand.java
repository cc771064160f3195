package io.penstock.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The process behind {@code up --detach}: runs the platform until it is told to end. */
@Command(
    name = "run",
    hidden = true,
    description = "Runs the platform in this process, telling progress in a file.")
final class RunCommand implements Callable<Integer> {
  @Mixin private PortOptions options = new PortOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = Penstock.home();
    Path progress = home.folder("run").resolve("progress");
    LogFiles.use(home);
    return run(home, options, line -> append(progress, line));
  }

  /** Runs the platform until a signal ends this process; 1 when a part did not start. */
  static int run(Home home, PortOptions options, Consumer<String> progress)
      throws IOException, InterruptedException {
    RunningPlatform.claim(home);
    CountDownLatch over = new CountDownLatch(1);
    Ports ports = options.ports(home);
    try (Platform platform = new Platform(home, ports, options.left(), progress)) {
      Thread hook = new Thread(() -> end(home, platform, over), "end");
      platform.start();
      Runtime.getRuntime().addShutdownHook(hook);
      awaitReady(home, ports, options.left());
      new FirstProject(home, ports).prepare();
      progress.accept(READY);
      over.await();
      return 0;
    } catch (PartFailure | ManageClient.Refused | IllegalStateException e) {
      progress.accept(FAILED + e.getMessage());
      RunningPlatform.release(home);
      return 1;
    }
  }

  private static void awaitReady(Home home, Ports ports, Set<Service> left)
      throws IOException, InterruptedException {
    Set<Service> ours = EnumSet.allOf(Service.class);
    ours.removeAll(left);
    try (Readiness readiness = new Readiness(home, ports)) {
      readiness.await(ours);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The local certificates are unusable", e);
    }
  }

  static final String READY = "READY";
  static final String FAILED = "FAILED ";

  private static void end(Home home, Platform platform, CountDownLatch over) {
    platform.close();
    try {
      RunningPlatform.release(home);
    } catch (IOException e) {
      // A stale note of this process is recognised by its start time.
    }
    over.countDown();
  }

  private static void append(Path file, String line) {
    try {
      Files.writeString(
          file,
          line + "\n",
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
