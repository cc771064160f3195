package io.penstock.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** A platform on a folder of its own, with free ports. */
final class TestPlatform implements AutoCloseable {
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

  private static final class Shared {
    static final TestPlatform INSTANCE = startShared();
  }

  /** One platform for all tests of this JVM that stop no part of it. */
  static TestPlatform shared() {
    return Shared.INSTANCE;
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

  static TestPlatform start(Path directory) throws IOException, InterruptedException {
    Home home = Home.at(directory);
    Ports ports = freePorts();
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

  static Ports freePorts() {
    return new Ports(free(), free(), free(), free(), free(), free(), free(), free());
  }

  /**
   * Below the range of outgoing connections, which would else take a port between its choice and
   * its use.
   */
  private static int free() {
    int tries = 0;
    while (tries < 100) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        tries++; // somebody else has it
      }
    }
    throw new IllegalStateException("No port is free");
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
