package io.penstock.uploader;

import static java.util.Objects.requireNonNull;

import io.penstock.uploader.Progress.Phase;
import io.penstock.uploader.UploadSlots.Reopened;
import io.penstock.uploader.UploadState.Load;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import tools.jackson.databind.JsonNode;

/**
 * One upload, step by step. What the server would refuse is found out before the first byte is
 * sent; what an earlier run of the same upload has done is not done again.
 */
final class Upload {
  /** The server has the file no more: it has to be sent again. */
  private static final Set<String> FILE_GONE =
      Set.of(
          "storage.files.notFound",
          "storage.fileNotUploaded",
          "storage.jobs.notFound",
          "idempotencyKeyReused");

  private final ApiConnection api;
  private final StoreConnection store;
  private final Limits limits;
  private final SourceFile file;
  private final UploadRequest request;
  private final ProgressMeter meter;
  private final UploadSlots slots;
  private final LoadTarget target;

  /**
   * What the client was built with.
   *
   * @param parallel parts on their way at a time
   * @param job longest wait for a job
   * @param fallbackRegion AWS region of a file whose answer names none
   * @param states where states are kept for later runs; null: nowhere
   */
  record Limits(
      int parallel, Duration job, String fallbackRegion, @Nullable StateDirectory states) {}

  Upload(
      ApiConnection api,
      StoreConnection store,
      Limits limits,
      SourceFile file,
      UploadRequest request,
      Progress progress) {
    this.api = api.tellingOf(progress);
    this.store = store;
    this.limits = limits;
    this.file = file;
    this.request = request;
    this.meter = new ProgressMeter(progress, file.size());
    this.slots = new UploadSlots(this.api, limits.fallbackRegion());
    this.target = new LoadTarget(this.api, request);
  }

  UploadResult run() throws InterruptedException {
    long begin = api.time().nanos();
    meter.enter(Phase.PREPARING);
    SourceFile.Print source = file.print();
    StateDirectory states = limits.states();
    try (UploadJournal journal =
        states == null
            ? UploadJournal.inMemory()
            : UploadJournal.in(states, api, source, request)) {
      discardStale(journal, source);
      boolean resumed = journal.state() != null;
      try {
        return run(journal, source, begin, resumed);
      } catch (UploadRefusedException refusal) {
        if (!resumed || !FILE_GONE.contains(refusal.code())) {
          throw refusal;
        }
        api.progress().note("the server does not have the file any more; sending it anew");
        journal.forget();
        return run(journal, source, begin, false);
      }
    }
  }

  private UploadResult run(
      UploadJournal journal, SourceFile.Print source, long begin, boolean resumed)
      throws InterruptedException {
    Load load = journal.state() == null ? null : journal.state().load();
    if (load == null) {
      load = LoadTarget.planned(!target.check());
    }
    UploadState state = sent(journal, source);
    SentObject sent = requireNonNull(state.sent());
    api.progress().sent(state.fileId(), sent);
    meter.enter(Phase.IMPORTING);
    JsonNode job = target.load(journal, state, load);
    api.progress().accepted(job.path("id").asLong(0));
    boolean compared;
    try {
      job = new JobWatch(api, limits.job()).await(job, () -> meter.enter(Phase.IMPORTING));
      compared = Receipt.matches(job, sent);
    } catch (UploadRefusedException | ReceiptMismatchException ended) {
      journal.forget();
      throw ended;
    }
    boolean created = requireNonNull(requireNonNull(journal.state()).load()).createsTable();
    journal.forget();
    meter.enter(Phase.DONE);
    Duration took = Duration.ofNanos(api.time().nanos() - begin);
    return result(state, job, took, new Ending(created, resumed, compared));
  }

  private record Ending(boolean created, boolean resumed, boolean compared) {}

  /** What an earlier run left of another version of the file is of no use. */
  private void discardStale(UploadJournal journal, SourceFile.Print source)
      throws InterruptedException {
    UploadState state = journal.state();
    if (state == null || state.source().equals(source)) {
      return;
    }
    api.progress()
        .note(file.path() + " has changed since an earlier upload broke off; sending it anew");
    if (state.sent() == null
        && state.uploadId() != null
        && slots.reopen(state.fileId()) instanceof Reopened.Open(UploadSlot slot)) {
      try (StoreCalls calls = calls(slot)) {
        FileTransfer.abort(calls, slot, state.uploadId(), null);
      }
    }
    journal.forget();
  }

  /** The state of an upload whose object is complete in the store. */
  private UploadState sent(UploadJournal journal, SourceFile.Print source)
      throws InterruptedException {
    UploadState state = journal.state();
    if (state != null && state.sent() != null) {
      return state;
    }
    Reopened place = state == null ? new Reopened.Gone() : slots.reopen(state.fileId());
    ObjectPlan plan = ObjectPlan.of(file, request.gzipLevel());
    if (state != null && place instanceof Reopened.Uploaded) {
      return journal.write(state.withSent(digest(state, plan.withPartSize(state.partSize()))));
    }
    UploadSlot slot;
    if (state != null && place instanceof Reopened.Open(UploadSlot reopened)) {
      slot = reopened;
      plan = plan.withPartSize(state.partSize());
    } else {
      slot = slots.prepare(plan, request);
      state = journal.write(UploadState.prepared(source, slot, plan.partSize()));
    }
    api.progress().prepared(slot.fileId());
    SentObject sent = transfer(journal, slot, plan);
    return journal.write(requireNonNull(journal.state()).withSent(sent));
  }

  /** Of an object that was sent completely, but whose run did not live to remember it. */
  private SentObject digest(UploadState state, ObjectPlan plan) throws InterruptedException {
    try (PartStock stock = PartStock.of(file, plan, meter, false)) {
      for (OutgoingPart part = stock.next(); part != null; part = stock.next()) {
        part.body().arrived();
      }
      return new SentObject(
          state.key(), stock.bytes(), stock.sha256(), stock.parts(), stock.parts());
    }
  }

  private SentObject transfer(UploadJournal journal, UploadSlot slot, ObjectPlan plan)
      throws InterruptedException {
    boolean continued = requireNonNull(journal.state()).uploadId() != null;
    try (StoreCalls calls = calls(slot);
        PartStock stock = PartStock.of(file, plan, meter, continued)) {
      try {
        FileTransfer.Arrived arrived =
            new FileTransfer(calls, slot, journal, stock)
                .run(
                    limits.parallel(),
                    () -> slots.reopen(slot.fileId()) instanceof Reopened.Uploaded);
        file.requireUnchanged();
        return new SentObject(
            slot.key(), stock.bytes(), stock.sha256(), arrived.parts(), arrived.kept());
      } catch (SdkException refusal) {
        RuntimeException explained = StoreConnection.explained(refusal);
        abandon(journal, calls, slot, explained);
        throw explained;
      } catch (RuntimeException | InterruptedException failure) {
        abandon(journal, calls, slot, failure);
        throw failure;
      }
    }
  }

  /** Parts stay for a later run where one can go on; else none are left behind. */
  private static void abandon(
      UploadJournal journal, StoreCalls calls, UploadSlot slot, Exception failure) {
    boolean mayPass =
        failure instanceof UploadGaveUpException || failure instanceof InterruptedException;
    if (journal.outlivesProcess() && mayPass) {
      return;
    }
    UploadState state = journal.state();
    if (state != null && state.uploadId() != null) {
      FileTransfer.abort(calls, slot, state.uploadId(), failure);
    }
    journal.forget();
  }

  private StoreCalls calls(UploadSlot slot) {
    var credentials = new LentCredentials(slots, slot, api.time());
    return new StoreCalls(store.open(slot.access().region(), credentials), credentials, api, file);
  }

  private UploadResult result(UploadState state, JsonNode job, Duration took, Ending ending) {
    JsonNode results = job.path("results");
    long tableRows = results.path("rowsCount").asLong(0);
    return new UploadResult(
        request.table(),
        ending.created(),
        state.fileId(),
        job.path("id").asLong(0),
        results.path("importedRowsCount").asLong(tableRows),
        results.path("totalRowsCount").asLong(tableRows),
        file.size(),
        took,
        requireNonNull(state.sent()),
        ending.resumed(),
        ending.compared(),
        job.path("receipt"));
  }
}
