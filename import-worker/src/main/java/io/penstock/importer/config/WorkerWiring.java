package io.penstock.importer.config;

import io.penstock.aws.ObjectStore;
import io.penstock.aws.RecipientSeal;
import io.penstock.aws.keys.LocalRecipientSeal;
import io.penstock.importer.csv.CsvLimits;
import io.penstock.importer.define.TableDefiner;
import io.penstock.importer.export.TableExporter;
import io.penstock.importer.export.WorkspaceExporter;
import io.penstock.importer.intake.JobReports;
import io.penstock.importer.intake.JobRunner;
import io.penstock.importer.intake.SqsJobQueue;
import io.penstock.importer.intake.SqsJobReports;
import io.penstock.importer.load.TableLoader;
import io.penstock.importer.load.WorkspaceFiles;
import io.penstock.importer.provision.Provisioner;
import io.penstock.importer.structure.TableChanges;
import io.penstock.importer.sweep.Sweeper;
import io.penstock.importer.sweep.TableDropper;
import io.penstock.importer.undo.ImportUndo;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.importer.warehouse.Warehouse;
import io.penstock.importer.workspace.ReadPatience;
import io.penstock.importer.workspace.WorkspaceLoader;
import io.penstock.model.QueueNames;
import io.penstock.model.job.RoleCredential;
import java.time.Clock;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Puts the worker together; its parts know nothing of Spring. */
@Configuration(proxyBeanMethods = false)
class WorkerWiring {
  /** A removal that waits for sessions to end does not hold a creation up. */
  private static final int PROVISION_SLOTS = 2;

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Warehouse warehouse(ImportWorkerProperties properties) {
    var server = properties.warehouse();
    return new Warehouse(server.host(), server.port(), server.sslMode());
  }

  @Bean
  RecipientSeal.Opener opener(ImportWorkerProperties properties) {
    return LocalRecipientSeal.fromPrivate(properties.openerKey());
  }

  @Bean
  JobReports jobReports(SqsAsyncClient sqs) {
    return new SqsJobReports(sqs, QueueNames.JOB_RESULTS);
  }

  @Bean
  JobRunner jobRunner(
      Warehouse warehouse,
      RecipientSeal.Opener opener,
      JobReports reports,
      ObjectStore objects,
      ImportWorkerProperties properties,
      Clock clock) {
    var limits = properties.limits();
    var csv =
        new CsvLimits(
            limits.record().toBytes(),
            limits.file().toBytes(),
            limits.gzipRatio(),
            limits.columns(),
            Math.toIntExact(limits.block().toBytes()));
    var reads = properties.workspaceReads();
    var workspaces = new ReadPatience(reads.lockWait(), reads.nextRow(), reads.longest());
    var exporter = new TableExporter(objects, properties.sliceSize().toBytes());
    var work =
        new JobRunner.Work(
            new TableDefiner(csv.maxColumns()),
            new TableLoader(
                objects, csv, LockPatience.DEFAULT, properties.connections(), workspaces),
            exporter,
            new WorkspaceExporter(exporter, csv.maxRecordBytes(), workspaces),
            new TableDropper(),
            new ImportUndo(LockPatience.DEFAULT, properties.keepPrevious()),
            new TableChanges(LockPatience.DEFAULT, limits.columns()),
            new WorkspaceLoader(workspaces.lockWait(), new WorkspaceFiles(objects, csv)),
            new Sweeper(properties.keepPrevious()));
    return new JobRunner(
        warehouse, opener, reports, work, clock, version(), properties.heartbeat());
  }

  @Bean
  QueueLifecycle importJobs(
      SqsAsyncClient sqs, JobRunner runner, ImportWorkerProperties properties) {
    return new QueueLifecycle(
        new SqsJobQueue(
            sqs, QueueNames.IMPORT_JOBS, runner, slots(properties, properties.concurrency())));
  }

  /** With a credential of its own, only where it is switched on. */
  @Bean
  @ConditionalOnBooleanProperty("penstock.provisioner.enabled")
  QueueLifecycle provisionJobs(
      SqsAsyncClient sqs,
      Warehouse warehouse,
      RecipientSeal.Opener opener,
      JobReports reports,
      ImportWorkerProperties properties,
      ProvisionerProperties provisioner,
      Clock clock) {
    var credential =
        new RoleCredential(
            Objects.requireNonNull(provisioner.username()),
            Objects.requireNonNull(provisioner.password()).reveal());
    var handler =
        new Provisioner(
            warehouse, provisioner.database(), credential, opener, reports, clock, version());
    return new QueueLifecycle(
        new SqsJobQueue(
            sqs, QueueNames.PROVISION_JOBS, handler, slots(properties, PROVISION_SLOTS)));
  }

  private static SqsJobQueue.SlotSettings slots(ImportWorkerProperties properties, int slots) {
    return new SqsJobQueue.SlotSettings(
        slots,
        properties.visibility(),
        properties.heartbeat(),
        properties.firstPause(),
        properties.longestJob(),
        properties.stopGrace());
  }

  private static String version() {
    String version = WorkerWiring.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
