package io.penstock.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kill.Kill.Mode;
import io.penstock.kill.agent.ControlFolder;
import io.penstock.kill.agent.KillPoint;
import io.penstock.model.QueueNames;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** One run of the kill test on an installation that was never started. */
final class KillRun {
  private static final List<List<String>> KEYS =
      List.of(List.of("id"), List.of(), List.of("id", "region"), List.of());

  private final Extent extent;
  private final Installation installation;
  private final ControlFolder control;
  private final QueueProxy proxy;
  private final PlatformProcesses processes;
  private final Queues queues;
  private final LoadCount loads = new LoadCount();
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Future<Customer>> customers = new ArrayList<>();
  private final Instant until;

  KillRun(
      Extent extent,
      Installation installation,
      ControlFolder control,
      QueueProxy proxy,
      PlatformProcesses processes) {
    this.extent = extent;
    this.installation = installation;
    this.control = control;
    this.proxy = proxy;
    this.processes = processes;
    this.queues = new Queues(HttpClient.newHttpClient(), installation.queues());
    this.until = Instant.now().plus(extent.limit());
  }

  void run() throws Exception {
    Instant begin = Instant.now();
    Random random = new Random(extent.seed());
    Killer killer = new Killer(processes, control, queues, random, this::requireSense);
    killer.startWhole();
    try (SdkHttpClient store = UrlConnectionHttpClient.create();
        HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CustomersClient api = new CustomersClient(http, installation.api(), installation.token());
      try {
        api.post(201, "buckets", Map.of("name", "kill", "stage", "in"));
        open(api, new CustomersFiles(api, installation.s3(), store), threads);
        kill(killer, random);
        List<Customer> done = finish();
        processes.requireAlive();
        new Aftermath(installation, queues, store, api, loads, processes.https()).check(done);
        processes.requireAlive();
      } finally {
        tell(killer, api, begin);
        threads.shutdownNow();
      }
    }
    requireEverything(killer);
    System.out.printf(
        "kill test: passed in %d s; repeat with seed %d%n",
        Duration.between(begin, Instant.now()).toSeconds(), extent.seed());
  }

  private void open(CustomersClient api, CustomersFiles files, ExecutorService threads) {
    for (int i = 0; i < extent.tables(); i++) {
      customers.add(
          threads.submit(
              new Customer(
                  api, files, "t" + i, KEYS.get(i % KEYS.size()), extent.seed() + i, loads, over)));
    }
  }

  private void kill(Killer killer, Random random) throws Exception {
    killer.run(Kill.plan(extent, Mode.WHOLE_JVM, random));
    processes.killEverything();
    killer.startApart();
    List<Kill> rest = new ArrayList<>(Kill.plan(extent, Mode.ONE_SERVICE, random));
    rest.addAll(Kill.plan(extent, Mode.EVERYTHING, random));
    Collections.shuffle(rest, random);
    killer.run(rest);
  }

  /** Everybody ends what is under way, with copies of messages still coming. */
  private List<Customer> finish() throws Exception {
    while (loads.total() < extent.loads()) {
      requireSense();
      TimeUnit.MILLISECONDS.sleep(100); // customers are at it
    }
    over.set(true);
    List<Customer> done = new ArrayList<>();
    for (Future<Customer> customer : customers) {
      done.add(customer.get(5, TimeUnit.MINUTES));
    }
    proxy.calmDown();
    return done;
  }

  /** Fails when a customer has failed, or the time is over. */
  private void requireSense() {
    for (Future<Customer> customer : customers) {
      if (customer.state() == Future.State.FAILED) {
        Throwable why = customer.exceptionNow();
        throw new AssertionError("A customer has not got what it should: " + why, why);
      }
    }
    if (Instant.now().isAfter(until)) {
      throw new AssertionError("Not done within " + extent.limit() + ": " + loads);
    }
  }

  private Map<KillPoint, Integer> counts() {
    Map<KillPoint, Integer> counts = new EnumMap<>(KillPoint.class);
    KillPoint.OF_LOADS.forEach(point -> counts.put(point, 0));
    control.reached().forEach(point -> counts.merge(point, 1, Integer::sum));
    return counts;
  }

  private void tell(Killer killer, CustomersClient api, Instant begin) {
    System.out.printf(
        "kill test: %s in %d s%n", loads, Duration.between(begin, Instant.now()).toSeconds());
    counts().forEach((point, count) -> System.out.printf("  %4d  %s%n", count, point.label()));
    System.out.printf("  %4d  at any moment%n", killer.atAnyMoment());
    killer.modes().forEach((mode, count) -> System.out.printf("  %4d  %s%n", count, mode));
    System.out.printf(
        "kill test: delivered twice %s, overtaken %d; calls repeated %s%n",
        proxy.copies(), proxy.delayed(), api.repeated());
  }

  private void requireEverything(Killer killer) {
    assertThat(counts().values()).as("kills at each point").doesNotContain(0);
    assertThat(killer.modes().keySet()).as("modes").containsExactlyInAnyOrder(Mode.values());
    assertThat(killer.atAnyMoment()).isPositive();
    assertThat(control.woven()).containsAll(KillPoint.OF_LOADS);
    assertThat(proxy.copies().keySet())
        .contains(
            QueueNames.IMPORT_JOBS,
            QueueNames.JOB_RESULTS,
            QueueNames.AUDIT_RECORDS,
            QueueNames.AUDIT_CONFIRMATIONS);
    assertThat(proxy.delayed()).isPositive();
  }
}
