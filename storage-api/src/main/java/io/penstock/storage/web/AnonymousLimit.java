package io.penstock.storage.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.record.SharedCommit;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Calls without a valid token belong to the platform's own trail. Above the limit a second and
 * source address they are answered 429 and recorded together: the first one above the limit is the
 * second's record, whose id all of them are told, and it says how many went before it without one
 * of their own. What nobody came after to tell of is told when the address has been quiet for two
 * seconds. Thread-safe.
 */
@Component
class AnonymousLimit implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(AnonymousLimit.class);
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final int MOST_ADDRESSES = 100_000;

  private final int perSecond;
  private final Clock clock;
  private final CallRecords records;
  private final Consumer<AuditRecord> durably;
  private final Cache<String, Address> addresses;
  private volatile boolean running;

  @Autowired
  AnonymousLimit(
      StorageProperties properties, Clock clock, CallRecords records, SharedCommit commit) {
    this(
        properties.anonymousCallsPerSecond(),
        clock,
        records,
        record -> commit.write(List.of(record)),
        Executors.newVirtualThreadPerTaskExecutor());
  }

  /**
   * @param durably returns when the record is
   */
  AnonymousLimit(
      int perSecond,
      Clock clock,
      CallRecords records,
      Consumer<AuditRecord> durably,
      Executor background) {
    this.perSecond = perSecond;
    this.clock = clock;
    this.records = records;
    this.durably = durably;
    this.addresses =
        Caffeine.newBuilder()
            .maximumSize(MOST_ADDRESSES)
            .expireAfterAccess(QUIET)
            .scheduler(Scheduler.systemScheduler())
            .executor(background)
            .removalListener(
                (@Nullable String _, @Nullable Address gone, RemovalCause _) -> tellRest(gone))
            .build();
  }

  /** Guarded by itself. */
  private static final class Address {
    private long second;
    private int calls;
    private long untold;
    private boolean closed;
    private @Nullable Excess latest;
  }

  /**
   * What calls above the limit share in one second.
   *
   * @param first the call whose record it is
   * @param untold calls before it that no record tells of yet
   * @param record id of that record, once it is durable
   */
  record Excess(Call first, long untold, CompletableFuture<UUID> record) {}

  /** Counts the call; null: it is within the limit, or none of those that are limited. */
  @Nullable Excess excessOf(Call call, int status) {
    if (!call.isAnonymous() || call.isRecorded() || status >= 500) {
      return null;
    }
    String source = String.valueOf(call.source().address());
    while (true) {
      Address address = addresses.get(source, _ -> new Address());
      synchronized (address) {
        if (!address.closed) {
          return counted(address, call);
        }
      }
      addresses.asMap().remove(source, address);
    }
  }

  private @Nullable Excess counted(Address address, Call call) {
    long second = clock.instant().getEpochSecond();
    if (address.second != second) {
      address.second = second;
      address.calls = 0;
      address.latest = null;
    }
    if (++address.calls <= perSecond) {
      return null;
    }
    Excess excess = address.latest;
    if (excess == null) {
      excess = new Excess(call, address.untold, new CompletableFuture<>());
      address.latest = excess;
      address.untold = 0;
    } else {
      address.untold++;
    }
    return excess;
  }

  /**
   * Returns when the second's record is durable.
   *
   * @return its id
   * @throws PlatformException when it could not be written
   */
  UUID recorded(Excess excess, Call call) {
    if (excess.first() != call) {
      return joined(excess);
    }
    log.warn(
        "More than {} calls a second without a valid token from {}",
        perSecond,
        call.source().address());
    int status = ErrorCode.TOO_MANY_REQUESTS.httpStatus();
    try {
      durably.accept(records.limited(call, status, excess.untold()));
      call.recorded(status);
      excess.record().complete(call.recordId());
      return call.recordId();
    } catch (RuntimeException e) {
      excess.record().completeExceptionally(e);
      throw e;
    }
  }

  private static UUID joined(Excess excess) {
    try {
      return excess.record().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof PlatformException known ? known : e;
    }
  }

  private void tellRest(@Nullable Address gone) {
    if (gone == null) {
      return;
    }
    long untold;
    Excess latest;
    synchronized (gone) {
      gone.closed = true;
      untold = gone.untold;
      gone.untold = 0;
      latest = gone.latest;
    }
    if (untold == 0 || latest == null) {
      return;
    }
    try {
      durably.accept(
          records.counted(latest.first(), latest.record().isCompletedExceptionally(), untold));
    } catch (RuntimeException e) {
      log.error(
          "{} calls without a valid token from {} could not be told of",
          untold,
          latest.first().source().address(),
          e);
    }
  }

  static PlatformException refusal() {
    return new PlatformException(
        ErrorCode.TOO_MANY_REQUESTS,
        "Too many calls without a valid token; slow down and check the token");
  }

  @Override
  public void start() {
    running = true;
  }

  /** Tells what is left to tell while records can still be written. */
  @Override
  public void stop() {
    running = false;
    List<Address> left = List.copyOf(addresses.asMap().values());
    left.forEach(this::tellRest);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Behind the web server's end, before the one of {@link SharedCommit}. */
  @Override
  public int getPhase() {
    return 1;
  }
}
