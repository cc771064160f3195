package io.penstock.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A platform on a folder of its own, with free ports. */
final class TestPlatform implements AutoCloseable {
  private static @Nullable TestPlatform shared;

  private final Home home;
  private final Ports ports;
  private final Platform platform;
  private final Map<String, String> variables;

  private TestPlatform(Home home, Ports ports, Platform platform) throws IOException {
    this.home = home;
    this.ports = ports;
    this.platform = platform;
    this.variables = QuickstartEnvironment.read(home);
  }

  /**
   * One platform for all tests of this JVM that stop no part of it. One that did not start is tried
   * again by the next test, and the report says why it did not.
   */
  static synchronized TestPlatform shared() {
    TestPlatform started = shared;
    if (started == null) {
      started = startShared();
      shared = started;
    }
    return started;
  }

  private static TestPlatform startShared() {
    try {
      TestPlatform platform = start(Files.createTempDirectory("penstock-platform"));
      Runtime.getRuntime().addShutdownHook(new Thread(platform::close));
      return platform;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Somebody may take a port between its choice and its use: then others are chosen. */
  static TestPlatform start(Path directory) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return startOn(Home.at(directory), freePorts());
      } catch (PartFailure e) {
        if (attempt == 3 || e.takenPort().isEmpty()) {
          throw e;
        }
      }
    }
  }

  private static TestPlatform startOn(Home home, Ports ports)
      throws IOException, InterruptedException {
    Platform platform = new Platform(home, ports, Set.of(), _ -> {});
    platform.start();
    try {
      new FirstProject(home, ports).prepare();
      return new TestPlatform(home, ports, platform);
    } catch (IOException | InterruptedException | RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  /** Eight different ones: all are held until the last is found. */
  static Ports freePorts() {
    List<ServerSocket> held = new ArrayList<>();
    try {
      IntSupplier next = () -> hold(held);
      return new Ports(
          next.getAsInt(),
          next.getAsInt(),
          next.getAsInt(),
          next.getAsInt(),
          next.getAsInt(),
          next.getAsInt(),
          next.getAsInt(),
          next.getAsInt());
    } finally {
      held.forEach(TestPlatform::release);
    }
  }

  /**
   * Below the range of outgoing connections, which would else take a port between its choice and
   * its use.
   */
  private static int hold(List<ServerSocket> held) {
    for (int tries = 0; tries < 100; tries++) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try {
        held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        return port;
      } catch (IOException taken) {
        // somebody else has it
      }
    }
    throw new IllegalStateException("No port is free");
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Home home() {
    return home;
  }

  Ports ports() {
    return ports;
  }

  String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalStateException(name);
    }
    return value;
  }

  URI http() {
    return URI.create(variable("STORAGE_API_HTTP_URL"));
  }

  URI s3() {
    return URI.create(variable("AWS_ENDPOINT_URL_S3"));
  }

  /** The demo project's master token. */
  Api api() {
    return new Api(http(), variable("STORAGE_API_TOKEN"));
  }

  ManageClient manage() {
    return new ManageClient(http(), variable("MANAGE_API_TOKEN"));
  }

  /** A new project with a user, in the organisation; returns its master token's API. */
  Api newProject(String organisation, String name) throws IOException, InterruptedException {
    ManageClient manage = manage();
    String project =
        manage
            .post("organizations/" + organisation + "/projects", Map.of("name", name))
            .path("id")
            .asString();
    manage.post("projects/" + project + "/users", Map.of("email", name + "@example.org"));
    String token =
        manage
            .post("projects/" + project + "/tokens", Map.of("email", name + "@example.org"))
            .path("token")
            .asString();
    return new Api(http(), token);
  }

  @Override
  public void close() {
    platform.close();
  }
}
