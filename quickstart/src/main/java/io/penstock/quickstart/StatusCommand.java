package io.penstock.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Asks every service whether it is ready. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Says of each service whether it is ready; exit code 0 when all are, else 1.")
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    Home home = Penstock.home();
    PrintWriter out = spec.commandLine().getOut();
    var running = RunningPlatform.find(home);
    if (running.isEmpty()) {
      out.println("Penstock is not running on " + home.root());
      return 1;
    }
    out.printf("Penstock is running on %s (process %d)%n", home.root(), running.get().pid());
    boolean allReady = true;
    try (HttpClient http = LocalHttps.client(home)) {
      for (Map.Entry<String, URI> service : addresses(Ports.load(home)).entrySet()) {
        String state = state(http, service.getValue());
        allReady &= state.equals("ready");
        out.printf("  %-15s %s%n", service.getKey(), state);
      }
    }
    if (allReady) {
      UpCommand.printWhere(home, out);
    }
    return allReady ? 0 : 1;
  }

  private static Map<String, URI> addresses(Ports ports) {
    Map<String, URI> addresses = new LinkedHashMap<>();
    addresses.put("storage-api", URI.create("https://127.0.0.1:" + ports.https()));
    addresses.put("import-worker", URI.create("http://127.0.0.1:" + ports.worker()));
    addresses.put("audit-service", URI.create("https://127.0.0.1:" + ports.audit()));
    return addresses;
  }

  private static String state(HttpClient http, URI base) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/health/ready")).timeout(Duration.ofSeconds(5)).build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status == 200 ? "ready" : "not ready (HTTP %d)".formatted(status);
    } catch (IOException e) {
      return "does not answer: " + e.getMessage();
    }
  }
}
