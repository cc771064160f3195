package io.penstock.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kill.agent.ControlFolder;
import io.penstock.kill.agent.KillPoint;
import io.penstock.kill.agent.KillPoint.Service;
import io.penstock.trail.SignedNote;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
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

/** One run of the kill test of the audit trail, with all processes up and no call made yet. */
final class TrailKillRun {
  private final TrailExtent extent;
  private final Installation installation;
  private final ControlFolder control;
  private final PlatformProcesses processes;
  private final List<AuditInstance> auditServices;
  private final ForgetfulQueues queues;
  private final QueueProxy proxy;
  private final Received received = new Received();
  private final AtomicBoolean unhurried = new AtomicBoolean(true);
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Future<?>> work = new ArrayList<>();
  private final Instant begin = Instant.now();
  private int atAnyMoment;

  TrailKillRun(
      TrailExtent extent,
      Installation installation,
      ControlFolder control,
      PlatformProcesses processes,
      List<AuditInstance> auditServices,
      ForgetfulQueues queues,
      QueueProxy proxy) {
    this.extent = extent;
    this.installation = installation;
    this.control = control;
    this.processes = processes;
    this.auditServices = auditServices;
    this.queues = queues;
    this.proxy = proxy;
  }

  void run(Path copies) throws Exception {
    try (SdkHttpClient store = UrlConnectionHttpClient.create();
        HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        List<Future<?>> clients = openClients(threads, http);
        kill(threads);
        Map<String, SignedNote> known = checkpoints(store);
        unhurried.set(false);
        while (received.calls() < extent.calls()) {
          requireSense();
          TimeUnit.MILLISECONDS.sleep(50); // clients are at it
        }
        over.set(true);
        for (Future<?> client : clients) {
          client.get(1, TimeUnit.MINUTES);
        }
        proxy.calmDown();
        processes.requireAlive();
        new TrailAftermath(
                installation, queues.queues(), auditServices, store, processes.https(), copies)
            .check(received, known);
        processes.requireAlive();
      } finally {
        over.set(true);
        tell();
        threads.shutdownNow();
      }
    }
    requireEverything();
  }

  private List<Future<?>> openClients(ExecutorService threads, HttpClient http) throws Exception {
    String token = installation.token();
    List<Future<?>> clients = new ArrayList<>();
    for (int i = 0; i < TrailExtent.CLIENTS; i++) {
      clients.add(
          threads.submit(
              new CallingClient(
                  http, installation.api(), token, extent.seed() + i, received, unhurried, over)));
    }
    work.addAll(clients);
    return clients;
  }

  /** Everybody has his own killer; the queues are killed once the others are half done. */
  private void kill(ExecutorService threads) throws Exception {
    Random random = new Random(extent.seed());
    List<List<Kill>> plans = extent.killsOfAuditServices(random);
    List<Future<Integer>> killers = new ArrayList<>();
    for (int i = 0; i < auditServices.size(); i++) {
      killers.add(
          threads.submit(
              new ServiceKiller(
                  auditServices.get(i), plans.get(i), random.nextLong(), this::requireSense)));
    }
    killers.add(
        threads.submit(
            new ServiceKiller(
                new StorageApi(control, processes),
                extent.killsOfStorageApi(),
                random.nextLong(),
                this::requireSense)));
    work.addAll(killers);
    for (int i = 0; i < extent.queueKills(); i++) {
      TimeUnit.MILLISECONDS.sleep(2_000 + random.nextInt(6_000)); // any moment
      queues.forgetEverything(this::requireSense);
    }
    for (Future<Integer> killer : killers) {
      atAnyMoment += killer.get(extent.limit().toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** As the victim that a {@link ServiceKiller} knows. Used by its thread. */
  private record StorageApi(ControlFolder control, PlatformProcesses processes) implements Victim {
    @Override
    public String name() {
      return Service.STORAGE_API.label();
    }

    @Override
    public Process process() {
      return processes.processOf(Service.STORAGE_API);
    }

    @Override
    public void start() throws Exception {
      processes.start(Service.STORAGE_API);
    }
  }

  private Map<String, SignedNote> checkpoints(SdkHttpClient store) throws Exception {
    Map<String, SignedNote> known = new HashMap<>();
    try (TrailBucket bucket = new TrailBucket(installation, store)) {
      for (String trail : bucket.trails()) {
        bucket.checkpoint(trail).ifPresent(note -> known.put(trail, note));
      }
    }
    return known;
  }

  /** Fails when somebody has failed, or the time is over. */
  private void requireSense() {
    for (Future<?> each : work) {
      if (each.state() == Future.State.FAILED) {
        Throwable why = each.exceptionNow();
        throw new AssertionError("Somebody has not got what he should: " + why, why);
      }
    }
    if (Instant.now().isAfter(begin.plus(extent.limit()))) {
      throw new AssertionError("Not done within " + extent.limit() + ": " + received);
    }
  }

  private Map<KillPoint, Integer> counts() {
    Map<KillPoint, Integer> counts = new EnumMap<>(KillPoint.class);
    KillPoint.OF_THE_TRAIL.forEach(point -> counts.put(point, 0));
    control.reached().forEach(point -> counts.merge(point, 1, Integer::sum));
    for (AuditInstance service : auditServices) {
      service.control().reached().forEach(point -> counts.merge(point, 1, Integer::sum));
    }
    return counts;
  }

  private void tell() {
    System.out.printf("trail kill test: %s%n", received);
    counts().forEach((point, count) -> System.out.printf("  %4d  %s%n", count, point.label()));
    System.out.printf("  %4d  at any moment%n", atAnyMoment);
    System.out.printf(
        "  %4d  queues, with %d messages that nobody saw again%n",
        queues.kills(), queues.forgotten());
    System.out.printf(
        "trail kill test: delivered twice %s, overtaken %d%n", proxy.copies(), proxy.delayed());
  }

  private void requireEverything() {
    assertThat(counts().values()).as("kills at each point").doesNotContain(0);
    assertThat(atAnyMoment).isGreaterThanOrEqualTo(2);
    assertThat(queues.kills()).isPositive();
    assertThat(received.calls()).isGreaterThanOrEqualTo(extent.calls());
    for (int status : List.of(200, 201, 401, 404)) {
      assertThat(received.with(status)).as("answers with " + status).isPositive();
    }
  }
}
